import Foundation
import GRDB
import OneStop
import Synchronization

/// What a command gets to work with: the rows, the time, and a journal that takes events.
public struct Ledger {
  public let db: Database
  /// Time of this command; never before the last event's.
  public internal(set) var now: Instant
  let centre: String
  let epoch: Int
  public internal(set) var head: Journal.Head
  /// What to tell the screens once the commit is durable.
  public var notes: [any Sendable] = []

  /// Sorted keys: the bytes are what is hashed, and golden files must not flicker.
  static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  /// Moves the time on within a transaction: a simulated day is written in one.
  public mutating func advance(to moment: Instant) { now = max(moment, head.at) }

  /// Appends one event and returns its number. `cause`: number of the first event of this command; nil for the first.
  @discardableResult
  public mutating func append(
    _ type: String, _ payload: any Encodable, by actor: Actor, cause: Int64? = nil, version: Int = 1
  ) throws -> Int64 {
    try append(type, bytes: Self.encoder.encode(payload), by: actor, cause: cause, version: version)
  }

  /// Appends an event of the queue.
  @discardableResult
  public mutating func append(_ event: QueueEvent, by actor: Actor, cause: Int64? = nil) throws -> Int64 {
    if let quick = event.quickPayload { return try append(event.type, bytes: Data(quick), by: actor, cause: cause) }
    return try append(event.type, event.payload, by: actor, cause: cause)
  }

  private mutating func append(
    _ type: String, bytes: Data, by actor: Actor, cause: Int64?, version: Int = 1
  ) throws -> Int64 {
    let seq = head.seq + 1
    let cause = cause ?? seq
    let hash = Journal.hash(
      after: head.hash, centre: centre, seq: seq, epoch: epoch, type: type, version: version, at: now, cause: cause,
      actor: actor, payload: bytes)
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO journal (seq, epoch, type, version, at, cause, actor, role, terminal, payload, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [
      seq, epoch, type, version, now.milliseconds, cause, actor.name, actor.role.rawValue, actor.terminal, bytes, hash,
    ])
    head = Journal.Head(seq: seq, at: now, hash: hash)
    return seq
  }
}

/// Group commit: concurrent commands share one durable transaction, and each caller is answered only after it.
///
/// `State` is what commands decide against, kept in memory beside the rows. It is touched on the writer's queue only, and
/// read again from the file whenever a transaction did not end as planned.
public final class Transactions<State: Sendable>: Sendable {
  private typealias Tell = (_ lost: (any Error)?) -> Void
  private struct Turn {
    var run: @Sendable (inout Ledger, inout State) throws -> Tell
    var lose: @Sendable (any Error) -> Void
  }
  /// What a turn may leave behind when it fails half-way.
  private enum Damage: Error { case stateIsStale(any Error) }

  private let database: CentreDatabase
  private let clock: @Sendable () -> Instant
  private let reload: @Sendable (Database) throws -> State
  private let committed: @Sendable ([any Sendable]) -> Void
  private let line = Mutex<(waiting: [Turn], draining: Bool)>(([], false))
  // Touched on the writer's queue only, which the compiler cannot see.
  private nonisolated(unsafe) var state: State?
  private nonisolated(unsafe) var head: Journal.Head?
  private nonisolated(unsafe) var identity: (centre: String, epoch: Int)?

  /// - Parameters:
  ///   - state: the state as it stands in the file, where the caller has just read it; nil: it is read at the first command.
  ///   - reload: reads the state from the file.
  ///   - committed: gets the notes of a batch, in order, after its commit and its answers; must return at once.
  public init(
    _ database: CentreDatabase, state: State? = nil, clock: @escaping @Sendable () -> Instant,
    reload: @escaping @Sendable (Database) throws -> State,
    committed: @escaping @Sendable ([any Sendable]) -> Void
  ) {
    self.database = database
    self.state = state
    self.clock = clock
    self.reload = reload
    self.committed = committed
  }

  /// Takes its place in the next transaction and returns once that is durable. An error leaves nothing behind.
  public func perform<Answer: Sendable>(
    _ command: @escaping @Sendable (inout Ledger, inout State) throws -> Answer
  ) async throws -> Answer {
    try await withUnsafeThrowingContinuation { (reply: UnsafeContinuation<Answer, any Error>) in
      let turn = Turn(
        run: { ledger, state in
          let result = try Self.attempt(command, &ledger, &state)
          return { lost in
            if let lost { reply.resume(throwing: lost) } else { reply.resume(with: result) }
          }
        },
        lose: { reply.resume(throwing: $0) })
      let idle = line.withLock { line in
        line.waiting.append(turn)
        defer { line.draining = true }
        return !line.draining
      }
      // On the writer's queue, not in the caller's task: a caller who goes away must not interrupt the others' transaction.
      if idle { schedule() }
    }
  }

  /// Looks at the committed state and rows, between two transactions.
  public func look<Answer: Sendable>(
    _ body: @escaping @Sendable (Database, State) throws -> Answer
  ) async throws -> Answer {
    try await withUnsafeThrowingContinuation { (reply: UnsafeContinuation<Answer, any Error>) in
      database.pool.asyncWriteWithoutTransaction { db in
        reply.resume(with: Result { try body(db, try self.current(db)) })
      }
    }
  }

  private func schedule() { database.pool.asyncWriteWithoutTransaction { self.drain($0) } }

  private func drain(_ db: Database) {
    let turns = line.withLock { line in
      defer { line.waiting = [] }
      return line.waiting
    }
    commit(turns, db)
    let more = line.withLock { line in
      line.draining = !line.waiting.isEmpty
      return line.draining
    }
    // Not a loop: whoever wants to look gets a turn between two transactions.
    if more { schedule() }
  }

  private func current(_ db: Database) throws -> State {
    if let state { return state }
    let fresh = try reload(db)
    state = fresh
    return fresh
  }

  private func commit(_ turns: [Turn], _ db: Database) {
    var told: [Tell] = []
    var notes: [any Sendable] = []
    do {
      try db.inTransaction(.immediate) {
        var state = try current(db)
        // One owner, so that a change is made in place and not in a copy.
        self.state = nil
        let identity = try self.identity ?? (Meta.value(db, "centre") ?? "", Int(Meta.value(db, "epoch") ?? "1") ?? 1)
        self.identity = identity
        var ledger = Ledger(
          db: db, now: Instant(milliseconds: 0), centre: identity.centre, epoch: identity.epoch,
          head: try head ?? Journal.head(db))
        head = nil
        for turn in turns {
          ledger.now = max(clock(), ledger.head.at)
          do {
            told.append(try turn.run(&ledger, &state))
          } catch Damage.stateIsStale(let error) {
            // The rows were taken back; read the state again before the next command looks at it.
            state = try reload(db)
            told.append { lost in turn.lose(lost ?? error) }
          }
        }
        self.state = state
        head = ledger.head
        notes = ledger.notes
        return .commit
      }
    } catch {
      // A full disk or an I/O error ends the whole transaction; then nobody may be told yes.
      state = nil
      head = nil
      identity = nil
      let failure = (error as? DatabaseError).map { StoreError($0) as any Error } ?? error
      for turn in turns { turn.lose(failure) }
      return
    }
    for tell in told { tell(nil) }
    // After the answers: whoever pressed a key waits for nothing that the screens need.
    if !notes.isEmpty { committed(notes) }
  }

  private static func attempt<Answer>(
    _ command: (inout Ledger, inout State) throws -> Answer, _ ledger: inout Ledger, _ state: inout State
  ) throws -> Result<Answer, any Error> {
    let before = ledger.head
    let notes = ledger.notes.count
    try ledger.db.cachedStatement(sql: "SAVEPOINT command").execute()
    do {
      let answer = try command(&ledger, &state)
      try ledger.db.cachedStatement(sql: "RELEASE command").execute()
      return .success(answer)
    } catch {
      guard ledger.db.isInsideTransaction else { throw error }
      try ledger.db.cachedStatement(sql: "ROLLBACK TO command").execute()
      try ledger.db.cachedStatement(sql: "RELEASE command").execute()
      let wrote = ledger.head != before
      ledger.head = before
      ledger.notes.removeLast(ledger.notes.count - notes)
      // A refusal comes before anything is written. Anything later may have moved the state ahead of the rows.
      if wrote { throw Damage.stateIsStale(error) }
      return .failure(error)
    }
  }
}

extension Ledger {
  /// A ledger for a transaction of one's own, before the command desk exists.
  public init(opening db: Database, at now: Instant) throws {
    self.db = db
    head = try Journal.head(db)
    self.now = max(now, head.at)
    centre = try Meta.value(db, "centre") ?? ""
    epoch = try Meta.value(db, "epoch").flatMap(Int.init) ?? 1
  }
}
