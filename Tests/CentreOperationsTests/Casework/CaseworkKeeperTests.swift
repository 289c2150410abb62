import CentreStore
import DeviceIO
import Foundation
import Logging
import OneStop
import Testing

@testable import CentreOperations

@Suite("what becomes due by the calendar alone")
struct CaseworkKeeperTests {
  private static func keeper(_ centre: TestDesk, _ rules: CaseRules, _ alarms: Alarms) -> CaseworkKeeper {
    CaseworkKeeper(
      CaseworkTables(.init(rules: rules), folder: centre.folder), desk: centre.desk, alarms: alarms,
      log: Logger(label: "test"))
  }

  @Test("a date that reached into an unknown year becomes firm when its list is there, once, by the machine")
  func settling() async throws {
    let centre = try TestDesk()
    let rules = try CaseworkDeskTests.rules()
    // Three working days from late November end in December; 23 days from the middle of December reach into 2027, whose
    // list nobody has written.
    let far = try await centre.desk.perform { ledger, _ in
      let first = try CaseworkDesk.run(.receive(.init(procedure: "1.004873")), rules, by: TestDesk.officer, &ledger)[0]
      let start = LocalDay("2026-12-16")!.instant(at: TimeOfDay("09:00")!, in: rules.calendar.zone)
      return try CaseworkDesk.run(
        .receive(.init(procedure: "1.004873", clockStart: start, verification: true)), rules, by: TestDesk.officer,
        &ledger) + [first]
    }
    #expect(far[0].due?.provisional == true && far[1].due?.provisional == false)
    #expect(try await Self.keeper(centre, rules, Alarms {}).settle(rules) == 0)
    var known = rules
    known.calendar.years.removeAll { $0.year == 2027 }
    known.calendar.years.append(.init(year: 2027, complete: true))
    let whole = known
    let keeper = Self.keeper(centre, whole, Alarms {})
    #expect(try await keeper.settle(whole) == 1)
    #expect(try await keeper.settle(whole) == 0)
    let settled = try await centre.desk.look { db, _ in try DossierRows.dossier(far[0].id, db) }
    #expect(settled?.due?.provisional == false && settled?.due?.day == far[0].due?.day)
    let entries = try await centre.desk.look { db, _ in
      try Journal.entries(db, after: 0, limit: .max, types: ["dossier-due-settled"])
    }
    #expect(entries.map(\.actor.role) == [.system])
    #expect(try await centre.desk.look { db, _ in try CaseworkDesk.differences(whole, db) } == [])
  }

  @Test("a year without its list is an alarm that names whose job it is, and goes when the list is there")
  func calendar() async throws {
    let centre = try TestDesk()
    var rules = try CaseworkDeskTests.rules()
    let alarms = Alarms {}
    let hours = try await centre.hall().settings.hours
    func standing() async throws -> [String] {
      try await Self.keeper(centre, rules, alarms).watch(rules, hours: hours, at: centre.desk.clock.now)
      return alarms.standing.map(\.id).filter { $0.hasPrefix("calendar") }
    }
    #expect(try await standing() == ["calendar-2027"])
    #expect(alarms.standing[0].words.vi.contains("2027"))
    rules.calendar.years.removeAll { $0.year == 2027 }
    rules.calendar.years.append(.init(year: 2027, complete: true))
    #expect(try await standing() == [])
  }

  @Test("a day off on which the opening hours say open is told until it is one of the centre's days off")
  func holidayOpen() async throws {
    let centre = try TestDesk(day: LocalDay("2026-12-18")!)
    let rules = try CaseworkDeskTests.rules()
    let alarms = Alarms {}
    var hours = try await centre.hall().settings.hours
    hours.daysOff = []
    let keeper = Self.keeper(centre, rules, alarms)
    try await keeper.watch(rules, hours: hours, at: centre.desk.clock.now)
    let told = try #require(alarms.standing.first { $0.id == CaseworkKeeper.hoursAlarm })
    #expect(told.words.vi.contains("01/01/2027 (Tết Dương lịch)"))
    hours.daysOff.append(.init(day: LocalDay("2027-01-01")!, words: "Tết Dương lịch"))
    try await keeper.watch(rules, hours: hours, at: centre.desk.clock.now)
    #expect(!alarms.standing.contains { $0.id == CaseworkKeeper.hoursAlarm })
  }

  @Test("a late dossier without a letter stands as an alarm until there is one")
  func apologies() async throws {
    let centre = try TestDesk()
    let rules = try CaseworkDeskTests.rules()
    let alarms = Alarms {}
    let late = try await centre.desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "1.004873")), rules, by: TestDesk.officer, &ledger)[0]
    }
    let after = centre.desk.clock.now.adding(seconds: 20 * 86_400)
    let keeper = Self.keeper(centre, rules, alarms)
    let hours = try await centre.hall().settings.hours
    try await keeper.watch(rules, hours: hours, at: after)
    #expect(alarms.standing.contains { $0.id == "apologies" && $0.words.vi.hasPrefix("1 ") })
    _ = try await centre.desk.perform { ledger, _ in
      try CaseworkDesk.run(.recordApology(late.id, number: "12/PXL"), rules, by: TestDesk.officer, &ledger)
    }
    try await keeper.watch(rules, hours: hours, at: after)
    #expect(!alarms.standing.contains { $0.id == "apologies" })
  }

  @Test("near closing the open promises are named; after closing those without a reason, until they have one")
  func promises() async throws {
    let plan = SameDayPlan(weekday: 4, procedures: ["2.000815"], document: "QĐ 12", from: LocalDay("2026-03-01")!)
    let centre = try TestDesk(at: "09:00") { $0.sameDay = [plan] }
    var adjusted = try CaseworkDeskTests.rules()
    adjusted.sameDay = SameDayPlans([plan])
    let rules = adjusted
    let alarms = Alarms {}
    let hours = try await centre.hall().settings.hours
    func told(_ id: String) async throws -> String? {
      try await Self.keeper(centre, rules, alarms).watch(rules, hours: hours, at: centre.desk.clock.now)
      return alarms.standing.first { $0.id == id }?.words.vi
    }
    func ask(_ command: DossierCommand) async throws -> [Dossier] {
      try await centre.desk.perform { ledger, _ in
        try CaseworkDesk.run(command, rules, by: TestDesk.officer, &ledger)
      }
    }
    let first = try await ask(
      .receive(.init(code: DossierCode("H24.19-261126-0001"), procedure: "2.000815", counter: 1)))[0]
    let second = try await ask(
      .receive(.init(code: DossierCode("H24.19-261126-0002"), procedure: "2.000815", counter: 2)))[0]
    #expect(try await told("sameDayOpen") == nil)
    centre.at("16:30")
    let open = try await told("sameDayOpen")
    #expect(open?.contains("H24.19-261126-0001, H24.19-261126-0002") == true)
    func atCounter(_ counter: Counter.ID) async throws -> [String] {
      try await centre.desk.look { db, state in
        try DeskView(counter, state, rules, at: centre.desk.clock.now, db).promises.map { "\($0.code) \($0.escalated)" }
      }
    }
    #expect(try await atCounter(1) == ["H24.19-261126-0001 true"])
    #expect(try await atCounter(3) == [])
    _ = try await ask(.finish(first.id))
    #expect(try await atCounter(1) == [])
    centre.at("08:00", day: LocalDay("2026-11-27")!)
    #expect(try await told("sameDayOpen") == nil)
    #expect(try await told("sameDayUnexplained")?.contains("1 hồ sơ") == true)
    #expect(alarms.standing.first { $0.id == "sameDayUnexplained" }?.words.vi.contains("26/11/2026") == true)
    _ = try await ask(.explainSameDay(second.id, reason: "vang-nguoi-ky"))
    #expect(try await told("sameDayUnexplained") == nil)
  }
}

@Suite("the commune's reasons")
struct ReasonTableTests {
  private static func problems(_ text: String) -> [String] {
    do {
      _ = try ReasonTable.read(csv: Data(text.utf8), name: "reasons.csv")
      return []
    } catch {
      return (error as? TableError)?.problems.map { "\($0.row ?? 0) \($0.column ?? "") \($0.key)" } ?? ["\(error)"]
    }
  }
  private static let heading = "Mã,Dùng cho,Lời\n"
  private static let whole =
    heading + "a,bổ sung; trả lại; từ chối; dừng,A\nb,trễ hẹn; không trả trong ngày,B\nc,hủy,C\n"

  @Test("the delivered list is whole; each mistake is named with row and column")
  func mistakes() throws {
    let delivered = try Data(contentsOf: Checkout.root.appendingPathComponent("centre/reasons.csv"))
    #expect(try ReasonTable.read(csv: delivered, name: "reasons.csv").count > 15)
    #expect(Self.problems(Self.whole) == [])
    #expect(Self.problems(Self.whole + "Có Dấu,hủy,X\n") == ["5 Mã value"])
    #expect(Self.problems(Self.whole + "a,hủy,X\n") == ["5 Mã twice"])
    #expect(Self.problems(Self.whole + "d,vui,X\n") == ["5 Dùng cho choice"])
    #expect(Self.problems(Self.whole + "d,hủy,\n") == ["5 Lời missing"])
    #expect(Self.problems(Self.heading + "a,hủy,A\n") == ["0 Dùng cho noReasonFor"])
  }
}

@Suite("a scanner at a máy lấy số")
struct KioskScanTests {
  @Test("only the code of a slip is kept, for that machine, and told once")
  func readings() {
    let scans = KioskScans()
    var place = scans.place(of: "may-1")
    #expect(scans.newer(than: &place, at: "may-1") == nil)
    scans.put(.init(.text("https://tra-cuu.example.vn/?maHoSo=h24.19-261126-0001")), at: "may-1")
    #expect(scans.newer(than: &place, at: "may-2") == nil)
    #expect(scans.newer(than: &place, at: "may-1")?.code == "H24.19-261126-0001")
    #expect(scans.newer(than: &place, at: "may-1") == nil)
    scans.put(.init(.text("031090001234||Nguyễn Văn A|01011990|Nam|Hải Phòng|01012021")), at: "may-1")
    let card = scans.newer(than: &place, at: "may-1")
    #expect(card?.kind == .card && card?.code == nil)
    scans.put(.init(.unreadable), at: "may-1")
    #expect(scans.newer(than: &place, at: "may-1")?.kind == .unreadable)
    // Who begins to listen isn't told of what was scanned before.
    var late = scans.place(of: "may-1")
    #expect(scans.newer(than: &late, at: "may-1") == nil)
  }
}
