import Foundation
import GRDB
import OneStop
import CentreStore
import Synchronization

/// What commands are decided against: the hall of the day and who the officers are.
public struct CentreState: Sendable {
  public var hall: Hall
  public var officers: [Officer.ID: Officer]

  static func read(_ db: Database) throws -> CentreState {
    guard let hall = try HallJournal.lastDay(db) else {
      throw StoreError.damaged("the journal has no day; it was never seeded")
    }
    let officers = try People.all(db)
    return CentreState(hall: hall, officers: Dictionary(uniqueKeysWithValues: officers.map { ($0.id, $0) }))
  }
}

/// Where everything that wants something to happen comes: one command, one decision, one durable place in the journal.
public final class CommandDesk: Sendable {
  public let database: CentreDatabase
  public let clock: CentreClock
  public let tail: Tail
  public let ratings: RatingBoxes
  /// Rings after every commit.
  public let bell = Bell()
  /// What the devices of a counter have to say to its officer.
  public let notices = CounterNotices()
  public let cards = CardTray()
  /// What the scanner of each máy lấy số read last.
  public let kioskScans = KioskScans()
  private let transactions: Transactions<CentreState>
  private let trouble = Mutex<StoreError?>(nil)

  /// - Throws: `StoreError` where the database cannot be used; `ConfigurationError` never (the seed was checked before).
  public init(
    database: CentreDatabase, clock: CentreClock, ratings: RatingBoxes, seed: CentreSeed?, build: String = "dev",
    demo: Bool = false
  ) throws {
    self.database = database
    self.clock = clock
    self.ratings = ratings
    try seed?.plant(in: database, at: clock.now)
    let (state, head, epoch) = try database.pool.read { db in
      (try CentreState.read(db), try Journal.head(db), try Meta.value(db, "epoch").flatMap(Int.init) ?? 1)
    }
    clock.compare(withLastEvent: head.at)
    let tail = Tail(epoch: epoch, seq: head.seq, state: state, now: clock.now, build: build, demo: demo)
    self.tail = tail
    let bell = bell
    transactions = Transactions(
      database, state: state, clock: { clock.now }, reload: CentreState.read,
      committed: { notes in
        tail.note(notes.compactMap { $0 as? ScreenNews })
        bell.ring()
      })
    tail.source.withLock { [transactions] source in
      source = { try await transactions.look { _, state in tail.workOut(state) } }
    }
    try database.pool.writeWithoutTransaction { try ratings.destroyOrphans(on: $0) }
  }

  /// Runs something in the next transaction, after the day has been turned over if it is a new one.
  public func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (inout Ledger, inout CentreState) throws -> Answer
  ) async throws -> Answer {
    do {
      let answer = try await transactions.perform { ledger, state in
        try Self.turnDay(&ledger, &state, self.ratings)
        return try body(&ledger, &state)
      }
      if trouble.withLock({ $0 != nil }) { trouble.withLock { $0 = nil } }
      return answer
    } catch let error as StoreError {
      trouble.withLock { $0 = error }
      throw error
    }
  }

  /// Why the last command could not be recorded; nil when all is well.
  public var storeTrouble: StoreError? { trouble.withLock { $0 } }

  /// The clock was behind the journal at start: nothing is recorded, and the screens say so.
  public var isClosedForClock: Bool { if case .behindJournal = clock.unsure { true } else { false } }

  /// Sends the state that changes with the clock: estimates, opening, lunch.
  public func refreshScreens() async throws {
    let now = clock.now
    let tail = tail
    let unsure = isClosedForClock
    cards.sweep(at: now)
    try await look { db, state in
      var patch = ScreenPatch(everythingOf: state, type: "tick", seq: try Journal.head(db).seq, at: now)
      patch.patch.centre = nil
      patch.patch.counters = []
      if unsure { patch.closeForClock() }
      // In the order of the journal: whoever has heard this patch has heard what came before it.
      tail.workOut(state)
      tail.publish([patch])
    }
  }

  /// Looks at committed state and rows.
  public func look<Answer: Sendable>(
    _ body: @escaping @Sendable (Database, CentreState) throws -> Answer
  ) async throws -> Answer {
    try await transactions.look(body)
  }

  /// A command of the queue and what its caller is told, which is worked out from the hall after it.
  public func queue<Answer: Sendable>(
    _ command: QueueCommand, by actor: Actor,
    answer: @escaping @Sendable (CentreState, [QueueEvent], Instant) throws -> Answer
  ) async throws -> Answer {
    if isClosedForClock { throw ClockUnsure() }
    return try await perform { ledger, state in
      let events = try Self.run(command, by: actor, &ledger, &state, self.ratings)
      return try answer(state, events, ledger.now)
    }
  }

  /// The clock was behind the journal at start; nothing may be recorded until it is right.
  public struct ClockUnsure: Error {
    public init() {}
  }

  /// Decides one queue command inside a transaction, journals it and brings hall, rows and screens up to date.
  @discardableResult
  public static func run(
    _ command: QueueCommand, by actor: Actor, _ ledger: inout Ledger, _ state: inout CentreState,
    _ ratings: RatingBoxes
  ) throws -> [QueueEvent] {
    let events = try state.hall.decide(command, by: actor, at: ledger.now)
    var cause: Int64?
    for event in events {
      let seq = try ledger.append(event, by: actor, cause: cause)
      cause = cause ?? seq
    }
    guard let cause else { return events }
    let change = state.hall.apply(events, at: ledger.now, seq: cause)
    var undone = false
    if case .undo = command { undone = true }
    try HallRows.write(change, of: state.hall, undone: undone, in: ledger.db)
    if case .closeDay = command { try settleDay(&ledger, &state, ratings) }
    if case .enterEmergency = command, state.hall.closed { try FigureRows.recount(state.hall.day, in: ledger.db) }
    ledger.notes.append(ScreenNews(change, type: events.last!.type, seq: ledger.head.seq, at: ledger.now))
    return events
  }

  /// Enters an emergency number of one of the days before.
  public static func enterLate(
    _ number: String, of day: LocalDay, service: Service.ID, counter: Counter.ID?, served: Bool, arrivedAt: Instant?,
    code: String, by actor: Actor, _ ledger: inout Ledger, _ state: inout CentreState
  ) throws -> LateNumber {
    let db = ledger.db
    let late = try state.hall.late(
      number, of: day, service, counter, served: served, arrivedAt: arrivedAt, code: code
    ) { try LateNumbers.isUsed($0, on: day, db) }
    try LateNumbers.enter(late, zone: state.hall.settings.zone, in: &ledger, by: actor)
    state.hall.passOver(late)
    return late
  }

  /// At midnight the day that was is closed and a new one begins.
  private static func turnDay(_ ledger: inout Ledger, _ state: inout CentreState, _ ratings: RatingBoxes) throws {
    let today = state.hall.settings.day(of: ledger.now)
    guard today > state.hall.day else { return }
    if !state.hall.closed { try run(.closeDay(reason: "midnight"), by: .system, &ledger, &state, ratings) }
    try ledger.begin(day: today, after: state.hall)
    state.hall = Hall(
      day: today, settings: state.hall.settings, lastVisit: state.hall.lastVisit, lastStep: state.hall.lastStep)
    try ledger.db.execute(sql: "UPDATE desk SET state = 'closed', officer = NULL, visit = NULL")
    try Idempotency.forget(before: ledger.now.adding(seconds: -86_400), ledger.db)
    ledger.notes.append(ScreenNews(everything: "day-began", seq: ledger.head.seq, at: ledger.now))
  }

  /// What belongs to a closing: figures are stored, ratings opened and shuffled. Their keys die after the commit.
  private static func settleDay(_ ledger: inout Ledger, _ state: inout CentreState, _ ratings: RatingBoxes) throws {
    let hall = state.hall
    try FigureRows.store(DayFigures(of: hall.visits.values, settings: hall.settings), day: hall.day, in: ledger.db)
    try CounterLogRows.store(hall.day, closedAt: ledger.now, in: ledger.db)
    _ = try ratings.open(in: &ledger, day: hall.day)
    try ledger.db.execute(
      sql: "UPDATE day SET closedSeq = ? WHERE day = ?", arguments: [ledger.head.seq, hall.day.number])
  }
}

extension CentreState {
  /// Sends everything to the screens: settings or people have changed.
  public func tellScreens(_ type: String, _ ledger: inout Ledger) {
    ledger.notes.append(ScreenNews(everything: type, seq: ledger.head.seq, at: ledger.now))
  }
}
