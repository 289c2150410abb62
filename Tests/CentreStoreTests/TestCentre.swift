import CentreStore
import Foundation
import GRDB
import OneStop
import Synchronization

/// A centre in a real database file, with a clock that moves only when it is told to.
final class TestCentre: Sendable {
  let folder: URL
  let database: CentreDatabase
  let ratings: RatingBoxes
  let transactions: Transactions<Hall>
  /// What the screens were told after commits, batch by batch.
  let told: Told
  private let clock: Clock

  final class Clock: Sendable {
    let now: Mutex<Instant>
    init(_ now: Instant) { self.now = Mutex(now) }
  }
  final class Told: Sendable {
    let batches = Mutex<[[String]]>([])
  }

  /// A Thursday.
  static let day = LocalDay("2026-11-26")!
  static let officer = Actor("cb01", .officer, terminal: "counter-1")
  static let kiosk = Actor("citizen", .kiosk, terminal: "kiosk-1")

  init(_ settings: CentreSettings = TestCentre.settings) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-store-\(randomBytes(6).hexText)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = try CentreDatabase(path: folder.appendingPathComponent("centre.sqlite").path)
    ratings = RatingBoxes(folder: folder.appendingPathComponent("ballot"))
    let clock = Clock(Self.day.instant(at: TimeOfDay("08:00")!, in: .vietnam))
    self.clock = clock
    try database.pool.write { db in
      try Meta.set(db, "centre", settings.centre.id)
      try Meta.set(db, "epoch", "1")
      var ledger = try Ledger(opening: db, at: clock.now.withLock { $0 })
      try ledger.change(settings: settings, by: .system)
      try ledger.begin(day: Self.day, after: nil)
    }
    let told = Told()
    self.told = told
    transactions = Transactions(
      database, clock: { clock.now.withLock { $0 } }, reload: { try HallJournal.lastDay($0)! },
      committed: { notes in told.batches.withLock { $0.append(notes.compactMap { $0 as? String }) } })
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var now: Instant {
    get { clock.now.withLock { $0 } }
    set { clock.now.withLock { $0 = newValue } }
  }

  func pass(_ seconds: Int) { clock.now.withLock { $0 = $0.adding(seconds: seconds) } }

  // MARK: Acting

  @discardableResult
  func run(_ command: QueueCommand, by actor: Actor = TestCentre.officer) async throws -> [QueueEvent] {
    try await transactions.perform { ledger, hall in try Self.run(command, by: actor, &ledger, &hall) }
  }

  /// One command inside a transaction: decided, journalled, applied, written.
  @discardableResult
  static func run(
    _ command: QueueCommand, by actor: Actor = TestCentre.officer, _ ledger: inout Ledger, _ hall: inout Hall
  ) throws -> [QueueEvent] {
    let events = try hall.decide(command, by: actor, at: ledger.now)
    var cause: Int64?
    for event in events {
      let seq = try ledger.append(event.type, event.payload, by: actor, cause: cause)
      cause = cause ?? seq
    }
    let change = hall.apply(events, at: ledger.now, seq: cause!)
    var undone = false
    if case .undo = command { undone = true }
    try HallRows.write(change, of: hall, undone: undone, in: ledger.db)
    return events
  }

  func hall() async throws -> Hall { try await transactions.look { _, hall in hall } }

  /// Begins the next day.
  func turn(to day: LocalDay) async throws {
    now = day.instant(at: TimeOfDay("08:00")!, in: .vietnam)
    try await transactions.perform { ledger, hall in
      if !hall.closed { try Self.run(.closeDay(reason: "midnight"), by: .system, &ledger, &hall) }
      try ledger.begin(day: day, after: hall)
      hall = Hall(day: day, settings: hall.settings, lastVisit: hall.lastVisit, lastStep: hall.lastStep)
      try ledger.db.execute(sql: "UPDATE desk SET state = 'closed', officer = NULL, visit = NULL")
    }
  }

  /// Serves one citizen at a counter and returns the finished step.
  func serve(at counter: Counter.ID, code: String) async throws -> Step.ID {
    pass(60)
    return try await transactions.perform { ledger, hall in
      if hall.desk(counter).isClosed { try Self.run(.open(counter, Officer.ID("cb0\(counter)")), &ledger, &hall) }
      try Self.run(.issue("a", code: code), by: Self.kiosk, &ledger, &hall)
      try Self.run(.callNext(counter), &ledger, &hall)
      let step = hall.current(at: counter)!.step.id
      try Self.run(.finish(counter), &ledger, &hall)
      return step
    }
  }

  func rate(_ step: Step.ID, _ rating: Rating) async throws {
    let ratings = ratings
    try await transactions.perform { ledger, hall in
      try ratings.seal(rating, step: step, in: &ledger, &hall, by: .citizen)
    }
  }

  /// Closes the day, opens what may be opened, lets the keys die.
  @discardableResult
  func close() async throws -> [String] {
    let ratings = ratings
    let opened = try await transactions.perform { ledger, hall in
      try Self.run(.closeDay(reason: "all-served"), by: .system, &ledger, &hall)
      return try ratings.open(in: &ledger, day: hall.day)
    }
    try await ratings.destroyOrphans(database)
    return opened
  }

  /// A whole simulated day through the same rules, in one transaction.
  func simulate(_ day: LocalDay, seed: UInt64, visits: Double = 120) async throws {
    let ratings = ratings
    now = day.instant(at: TimeOfDay("06:00")!, in: .vietnam)
    let officers: [Counter.ID: Officer.ID] = [1: "cb01", 2: "cb02", 3: "cb03", 4: "cb04"]
    try await transactions.perform { ledger, hall in
      var habits = CentreSimulation.Habits()
      habits.visitsPerDay = visits
      var simulation = CentreSimulation(
        day: day, settings: hall.settings, officers: officers, seed: seed, habits: habits)
      while let at = simulation.nextAt {
        ledger.advance(to: at)
        switch simulation.next(in: hall) {
        case nil: continue
        case .command(let command, let actor):
          let result: Result<[QueueEvent], QueueRejection>
          do {
            result = .success(try Self.run(command, by: actor, &ledger, &hall))
          } catch let refusal as QueueRejection {
            result = .failure(refusal)
          }
          simulation.happened(result, in: hall, at: ledger.now)
        case .rate(let step, let reception, let handling):
          try? ratings.seal(
            Rating(reception: reception, handling: handling), step: step, in: &ledger, &hall, by: .citizen)
        }
      }
      try Self.run(.closeDay(reason: "simulated"), by: .system, &ledger, &hall)
      try FigureRows.store(DayFigures(of: hall.visits.values, settings: hall.settings), day: hall.day, in: ledger.db)
      _ = try ratings.open(in: &ledger, day: hall.day)
    }
    try await ratings.destroyOrphans(database)
  }

  /// Somebody with another program and the file: triggers are no obstacle.
  func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
    let intruder = try DatabaseQueue(path: database.path)
    try intruder.write { db in
      try db.execute(sql: "DROP TRIGGER IF EXISTS journal_is_append_only; DROP TRIGGER IF EXISTS journal_keeps_all")
      try db.execute(sql: sql, arguments: arguments)
    }
    try intruder.close()
  }

  static let settings: CentreSettings = {
    func spans(_ texts: String...) -> [Span] {
      texts.map { Span(from: TimeOfDay($0.prefix(5))!, to: TimeOfDay($0.suffix(5))!) }
    }
    return CentreSettings(
      centre: Centre(
        id: "test", name: "Trung tâm thử", shortName: "Thử", nameLines: ["Trung tâm thử"], address: "", hotline: ""),
      services: [
        Service(id: "a", prefix: "A", name: "Hộ tịch", usualMinutes: 6),
        Service(id: "b", prefix: "B", name: "Đất đai", usualMinutes: 9),
        Service(id: "k", prefix: "K", name: "Nhận kết quả", usualMinutes: 3, collects: true),
      ],
      counters: [
        Counter(number: 1, ranks: [["a"]]), Counter(number: 2, ranks: [["a"], ["b"]]),
        Counter(number: 3, ranks: [["b"], ["a"]]), Counter(number: 4, ranks: [["k"], ["a"]]),
      ],
      hours: OpeningHours(week: (1...7).map { .init(weekday: $0, spans: spans("07:30-11:30", "13:30-17:00")) }),
      priorityGroups: [PriorityGroup(id: "elderly", name: "Người cao tuổi")])
  }()
}
