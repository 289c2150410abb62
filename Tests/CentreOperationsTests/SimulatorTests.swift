@testable import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@Suite("simulated days")
struct SimulatorTests {
  private static let days = [LocalDay("2026-11-26")!, LocalDay("2026-11-27")!, LocalDay("2026-11-28")!]

  private func simulated(_ days: [LocalDay], seed: UInt64) async throws -> TestDesk {
    let centre = try TestDesk(at: "06:00", day: days[0])
    let simulator = Simulator(centre.desk, seed: seed)
    for day in days { try await simulator.day(day) }
    return centre
  }

  private func queueEvents(_ centre: TestDesk) async throws -> [String] {
    try await centre.desk.database.pool.read { db in
      try Journal.entries(db, after: 0, limit: .max).filter {
        !$0.type.hasPrefix("rat") && $0.type != "officer-changed"
      }
      // A day begins by the clock, which runs while the simulation works; everything after it is at its own time.
      .map {
        "\($0.type == "day-began" ? 0 : $0.at.milliseconds) \($0.type) \($0.actor.name) \(String(decoding: $0.payload, as: UTF8.self))"
      }
    }
  }

  @Test("the same seed gives the same days, another seed others")
  func deterministic() async throws {
    let a = try await queueEvents(simulated(Array(Self.days.prefix(2)), seed: 7))
    let b = try await queueEvents(simulated(Array(Self.days.prefix(2)), seed: 7))
    let c = try await queueEvents(simulated(Array(Self.days.prefix(2)), seed: 8))
    #expect(a == b)
    #expect(a != c)
    #expect(a.count > 1000)
  }

  @Test(
    "rows and figures are what the journal says, the chain holds, ratings verify; waits are told better than naively")
  func threeDays() async throws {
    let centre = try await simulated(Self.days, seed: 3)
    #expect(try await centre.differences() == [])
    try await centre.desk.database.pool.read { (db) throws in
      #expect(try Journal.verify(db).faults == [])
      #expect(try RatingBoxes.verify(db) == [])
      let report = try FigureReport(
        db, from: Self.days[0], to: Self.days[2], by: .service, settings: TestDesk.exampleSettings(), officers: [:])
      #expect(report.total.issued > 400)
      #expect(report.total.levels != nil)
      #expect(report.rows.reduce(0) { $0 + $1.served } == report.total.served)
    }
    let lines = try await EstimateError.measure(centre.desk).split(separator: "\n")
    let means = try lines.map { line in
      try #require(Int(line.split(separator: "trung bình ")[1].prefix { $0.isNumber }))
    }
    #expect(means.count == 2)
    #expect(means[0] < means[1], "told: \(means[0]) s off, naive: \(means[1]) s off")
  }

  @Test(
    "a row or a figure that somebody has changed is found",
    arguments: [
      ("a number", "UPDATE visit SET number = 'A900' WHERE id = 5"),
      (
        "an outcome",
        "UPDATE visit SET outcome = 'cancelled' WHERE id = (SELECT min(id) FROM visit WHERE outcome = 'served')"
      ),
      (
        "a time",
        "UPDATE step SET calledAt = calledAt - 60000 WHERE id = (SELECT min(id) FROM step WHERE calledAt IS NOT NULL)"
      ),
      ("an officer", "UPDATE step SET officer = 'cb99' WHERE id = (SELECT min(id) FROM step WHERE outcome = 'served')"),
      ("a priority", "UPDATE visit SET priority = 'merit' WHERE id = 5"),
      (
        "a visit added",
        "INSERT INTO visit SELECT 99999, day, 'Z001', 'c', issuedAt, priority, needs, language, emergency, state, counter, stateAt, outcome, procedure, sameDay FROM visit WHERE id = 5"
      ),
      ("a visit removed", "DELETE FROM step WHERE visit = 5; DELETE FROM visit WHERE id = 5"),
      (
        "a step added",
        "INSERT INTO step SELECT visit, 99999, service, counter, officer, queuedAt, calledAt, lastCalledAt, startedAt, finishedAt, outcome, copies, recalls, heldMilliseconds, rated FROM step WHERE id = 5"
      ),
      ("a figure", "UPDATE dayFigure SET counts = zeroblob(length(counts)) WHERE dimension = 'service'"),
      ("a histogram", "UPDATE dayFigure SET waits = x'0501' WHERE dimension = 'all'"),
      ("hours of counters", "UPDATE counterDay SET openSeconds = openSeconds + 1"),
      ("the figures of a day removed for one breakdown", "DELETE FROM dayFigure WHERE dimension = 'hour'"),
    ])
  func tampering(what: String, sql: String) async throws {
    let centre = try await simulated([Self.days[2]], seed: 3)
    #expect(try await centre.differences() == [])
    try centre.tamper(sql)
    #expect(!(try await centre.differences()).isEmpty, "\(what)")
  }

  @Test("what is changed in the settings after closing doesn't make the closed day wrong")
  func settingsAfterClosing() async throws {
    let centre = try await simulated([Self.days[2]], seed: 3)
    try await centre.desk.perform { ledger, state in
      state.hall.settings.rules.targetWaitMinutes = 1
      try ledger.change(settings: state.hall.settings, by: .system)
    }
    let differences = try await centre.differences()
    #expect(differences == [])
  }

  @Test("hours of counters by day add up to those of the events, over stored days and the one that runs")
  func counterHours() async throws {
    let centre = try await simulated(Self.days, seed: 5)
    let now = centre.desk.clock.now
    try await centre.desk.look { db, _ in
      let (first, last) = (Self.days[0], Self.days[Self.days.count - 1])
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM counterDay") == Self.days.count)
      for day in Self.days {
        #expect(
          try CounterLogRows.hours(from: day, to: day, at: now, db)
            == CounterHours(of: CounterLogRows.log(from: day, to: day, db), at: now))
      }
      let all = CounterHours(of: try CounterLogRows.log(from: first, to: last, db), at: now)
      #expect(try all.openSeconds > 0 && CounterLogRows.hours(from: first, to: last, at: now, db) == all)
    }
    try centre.tamper("DELETE FROM counterDay WHERE day = \(Self.days[1].number)")
    try await centre.desk.look { db, _ in
      let (first, last) = (Self.days[0], Self.days[Self.days.count - 1])
      let all = CounterHours(of: try CounterLogRows.log(from: first, to: last, db), at: now)
      #expect(try CounterLogRows.hours(from: first, to: last, at: now, db) == all)
    }
  }

  @Test("a reopened day is counted anew, not from the figures of its first closing")
  func reopened() async throws {
    let centre = try TestDesk()
    try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
    try await centre.run(.closeDay(reason: "by-hand"))
    try await centre.run(.reopenDay)
    try await centre.run(.issue("ho-tich", code: "y"), by: TestDesk.kiosk)
    let issued = try await centre.desk.database.pool.read {
      try FigureRows.figures($0, from: TestDesk.day, to: TestDesk.day, by: .all, settings: TestDesk.exampleSettings())[
        .all
      ].issued
    }
    #expect(issued == 2)
    let stored = try await centre.desk.look { db, _ in try Int.fetchOne(db, sql: "SELECT count(*) FROM counterDay") }
    #expect(stored == 0)
    try await centre.run(.closeDay(reason: "again"))
    #expect(try await centre.differences() == [])
  }
}

extension TestDesk {
  static func exampleSettings() throws -> CentreSettings { try CentreSeed.read(file: Checkout.exampleFile).settings }
}

@Suite("the command desk")
struct CommandDeskTests {
  @Test("midnight during a service: the old day is closed, the new one begins, numbers from one, ids go on")
  func midnight() async throws {
    let centre = try TestDesk(at: "16:30")
    try await centre.run(.open(1, "cb01"))
    for code in ["x", "y", "z"] { try await centre.run(.issue("ho-tich", code: code), by: TestDesk.kiosk) }
    try await centre.run(.callNext(1))
    try await centre.run(.start(1))
    let old = try await centre.hall()
    centre.at("07:30", day: TestDesk.day.adding(days: 1))
    await #expect(throws: QueueRejection.counterClosed) { try await centre.run(.callNext(1)) }
    try await centre.run(.issue("ho-tich", code: "n"), by: TestDesk.kiosk)
    let hall = try await centre.hall()
    #expect(hall.day == TestDesk.day.adding(days: 1))
    #expect(hall.visit(number: "A001")?.id.rawValue == old.lastVisit.rawValue + 1)
    let yesterday = try await centre.desk.database.pool.read {
      try HallRows.visits($0, from: TestDesk.day, to: TestDesk.day)
    }
    let outcomes: [Visit.Outcome] = yesterday.compactMap {
      if case .ended(let outcome, _) = $0.standing { outcome } else { nil }
    }
    #expect(outcomes == [.unfinished, .unserved, .unserved])
    #expect(try await centre.differences() == [])
    #expect(
      try await centre.desk.database.pool.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM desk WHERE state != 'closed'")
      } == 0)
  }

  @Test("days nobody came to are passed over in one turn")
  func longBreak() async throws {
    let centre = try TestDesk()
    centre.at("08:00", day: TestDesk.day.adding(days: 12))
    try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.officer)
    #expect(try await centre.hall().day == TestDesk.day.adding(days: 12))
    let days = try await centre.desk.database.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM day") }
    #expect(days == 2)
  }

  @Test("closing stores figures, opens ratings from five up, and a second start goes on from there")
  func closing() async throws {
    let centre = try TestDesk()
    try await centre.run(.open(1, "cb01"))
    for i in 0..<6 {
      try await centre.run(.issue("ho-tich", code: "c\(i)"), by: TestDesk.kiosk)
      try await centre.run(.callNext(1))
      let step = try await centre.hall().current(at: 1)!.step.id
      try await centre.run(.finish(1))
      try await centre.rate(step)
    }
    try await centre.run(.closeDay(reason: "all-served"), by: .system)
    await #expect(throws: QueueRejection.dayClosed) {
      try await centre.run(.issue("ho-tich", code: "late"), by: TestDesk.kiosk)
    }
    let (rows, ratings) = try await centre.desk.database.pool.read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM dayFigure WHERE dimension = 'all'"),
        try Int.fetchOne(db, sql: "SELECT count(*) FROM rating")
      )
    }
    #expect(rows == 1)
    #expect(ratings == 6)
    let again = try CommandDesk(
      database: CentreDatabase(path: centre.desk.database.path), clock: CentreClock(start: centre.desk.clock.now),
      ratings: centre.desk.ratings, seed: nil)
    let (before, after) = (try await centre.hall(), try await again.look { _, state in state.hall })
    #expect(before == after)
    #expect(
      (try? FileManager.default.contentsOfDirectory(atPath: centre.desk.ratings.folder.path)) ?? [] == [],
      "the key is gone")
  }

  @Test("an undo at a counter whose officer has moved is refused, not an error of the database")
  func undoAfterMove() async throws {
    let centre = try TestDesk()
    try await centre.run(.open(1, "cb01"))
    try await centre.run(.close(1))
    try await centre.run(.open(2, "cb01"))
    await #expect(throws: QueueRejection.undoOvertaken) { try await centre.run(.undo(1)) }
  }

  @Test("a seed is planted once; later the settings of the file run on")
  func seedOnce() throws {
    let centre = try TestDesk()
    var other = try CentreSeed.read(file: Checkout.exampleFile)
    other.settings.centre.name = "Khác"
    try other.plant(in: centre.desk.database, at: centre.desk.clock.now)
    let name = try centre.desk.database.pool.read { try SettingRows.settings($0)?.centre.name }
    #expect(name == "Trung tâm Phục vụ hành chính công phường Lê Chân")
  }
}

@Suite("the report of figures")
struct FigureReportTests {
  private func report(by breakdown: Breakdown, name: String = "Nguyễn \"Hạnh\", A") async throws -> FigureReport {
    let centre = try TestDesk()
    try await centre.run(.open(1, "cb01"))
    for i in 0..<3 { try await centre.run(.issue("ho-tich", code: "c\(i)"), by: TestDesk.kiosk) }
    try await centre.run(.callNext(1))
    try await centre.run(.finish(1, copies: 10))
    let settings = try TestDesk.exampleSettings()
    let officer = Officer(id: "cb01", name: name, title: "")
    return try await centre.desk.database.pool.read {
      try FigureReport(
        $0, from: TestDesk.day, to: TestDesk.day, by: breakdown, settings: settings, officers: ["cb01": officer])
    }
  }

  @Test("CSV: byte order mark, one row each, the total last, quotes doubled")
  func csv() async throws {
    let csv = try await report(by: .officer).csv
    #expect(csv.hasPrefix("\u{FEFF}khoa,ten,so_da_cap,"))
    let lines = csv.components(separatedBy: "\r\n")
    #expect(lines.count == 4 && lines[3].isEmpty)
    #expect(lines[1].hasPrefix("cb01,\"Nguyễn \"\"Hạnh\"\", A\",0,0,1,10,"))
    #expect(lines[2].hasPrefix(",Cả trung tâm,3,1,1,10,0,0,0,0,0,0,0,1,1,"))
  }

  @Test("CSV: what a spreadsheet would take for a formula is text", arguments: ["=1+1", "+84", "-2", "@x", "=\"a\",b"])
  func formula(name: String) async throws {
    let csv = try await report(by: .officer, name: name).csv
    let quoted = name.contains(",") ? "\"'" + name.replacing("\"", with: "\"\"") + "\"" : "'" + name
    #expect(csv.components(separatedBy: "\r\n")[1].hasPrefix("cb01,\(quoted),0,"))
  }

  @Test("table: columns stand under each other")
  func table() async throws {
    let lines = try await report(by: .service).table.split(separator: "\n")
    #expect(Set(lines.map(\.count)).count == 1)
    #expect(lines.last?.hasPrefix("Cả trung tâm") == true)
    #expect(lines[1].contains("Hộ tịch"))
  }

  @Test("no levels of a running day or of fewer than five")
  func levels() async throws {
    let report = try await report(by: .officer)
    #expect(report.total.levels == nil)
    #expect(report.rows.allSatisfy { $0.levels == nil })
    #expect(report.rows.count == 1)
    #expect(report.total.waits.n == 1)
  }

  @Test("no key of a figure is missing its words, services stand in the centre's order")
  func order() async throws {
    let report = try await report(by: .service)
    #expect(report.rows.map(\.key) == ["ho-tich"])
    #expect(report.rows[0].name == "Hộ tịch – Chứng thực – Xác nhận tình trạng hôn nhân")
    #expect(try await self.report(by: .hour).rows.map(\.name) == ["08:00"])
    #expect(try await self.report(by: .all).rows.isEmpty)
  }
}
