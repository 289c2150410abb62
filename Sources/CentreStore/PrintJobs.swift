import Foundation
import GRDB
import OneStop

/// Papers to print and what became of them.
public enum PrintJobs {
  public enum State: String, Codable, Sendable {
    case queued, sending
    /// All bytes left, the printer does not say whether it printed.
    case sent
    /// The printer said so, or was ready again afterwards.
    case printed
    /// Too late to be of use; listed, printed again on request only.
    case expired
    /// May or may not have been printed; a person decides, so that no number is handed out twice.
    case needsPerson
  }

  public struct Row: Codable, Sendable, Hashable {
    public var job: Int64
    /// Of a ticket; a dossier's slip has the dossier's number with a minus.
    public var visit: Visit.ID
    public var isSlip: Bool { visit.rawValue < 0 }
    public var number: String
    public var printer: String
    public var terminal: String
    public var reprint: Bool
    public var state: State
    /// Key of the sentence that says why.
    public var reason: String
    public var queuedAt: Instant
    public var changedAt: Instant
    /// The event whose words stand on the paper.
    public var issued: Int64

    init(_ row: GRDB.Row) {
      job = row["id"]
      visit = Visit.ID(row["visit"])
      number = row["number"]
      printer = row["printer"]
      terminal = row["terminal"]
      reprint = row["reprint"]
      state = State(rawValue: row["state"]) ?? .needsPerson
      reason = row["reason"]
      queuedAt = Instant(milliseconds: row["queuedAt"])
      changedAt = Instant(milliseconds: row["changedAt"])
      issued = row["issued"]
    }
  }

  /// `print-…` events: the honest difference between sent and printed stays in the journal.
  public struct Outcome: Codable, Hashable, Sendable {
    public var job: Int64
    public var visit: Visit.ID
    public var printer: String
    public var state: State
    public var reason: String
  }

  /// `reprint-asked`
  public struct ReprintAsked: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var issued: Int64
    public init(visit: Visit.ID, issued: Int64) {
      self.visit = visit
      self.issued = issued
    }
  }

  /// A job's number is that of the event that asked for it, so that none is made twice.
  public static func add(
    _ job: Int64, visit: Visit.ID, number: String, printer: String, terminal: String, reprint: Bool, issued: Int64,
    at now: Instant, _ db: Database
  ) throws {
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO printJob (id, visit, number, printer, terminal, reprint, state, reason, queuedAt, changedAt, issued)
        VALUES (?, ?, ?, ?, ?, ?, 'queued', '', ?, ?, ?)
        """,
      arguments: [
        job, visit.rawValue, number, printer, terminal, reprint, now.milliseconds, now.milliseconds, issued,
      ])
  }

  /// Moves a job on; final states are journalled.
  public static func set(
    _ job: Row, _ state: State, reason: String = "", in ledger: inout Ledger
  ) throws {
    try ledger.db.execute(
      sql: "UPDATE printJob SET state = ?, reason = ?, changedAt = ? WHERE id = ?",
      arguments: [state.rawValue, reason, ledger.now.milliseconds, job.job])
    switch state {
    case .queued, .sending: break
    case .sent, .printed, .expired, .needsPerson:
      try ledger.append(
        "print-\(state == .needsPerson ? "unsure" : state.rawValue)",
        Outcome(job: job.job, visit: job.visit, printer: job.printer, state: state, reason: reason), by: .system)
    }
  }

  /// `print-moved`
  public struct Moved: Codable, Hashable, Sendable {
    public var job: Int64
    public var visit: Visit.ID
    public var from: String
    public var to: String
  }

  /// Gives a job that was not begun to another printer. One that was begun meanwhile stays where it is.
  /// - Returns: whether it went.
  public static func hand(_ job: Row, over printer: String, in ledger: inout Ledger) throws -> Bool {
    try ledger.db.execute(
      sql:
        "UPDATE printJob SET printer = ?, reason = 'moved', changedAt = ? WHERE id = ? AND printer = ? AND state = 'queued'",
      arguments: [printer, ledger.now.milliseconds, job.job, job.printer])
    guard ledger.db.changesCount > 0 else { return false }
    try ledger.append(
      "print-moved", Moved(job: job.job, visit: job.visit, from: job.printer, to: printer), by: .system)
    return true
  }

  public static func open(_ db: Database, printer: String) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT * FROM printJob WHERE state IN ('queued', 'sending') AND printer = ? ORDER BY id",
      arguments: [printer]
    ).map(Row.init)
  }

  /// Tickets a person may want to see to: unsure ones, and those that came too late today; the unsure first. A slip that
  /// did not come is asked for again at the counter, by who waits for it.
  /// - Parameter day: the running day; what came too late on another is of no use to anybody.
  public static func needingPerson(_ db: Database, on day: LocalDay) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT * FROM (
          SELECT * FROM printJob WHERE state = 'needsPerson' AND visit > 0
          UNION ALL
          SELECT * FROM printJob WHERE state = 'expired' AND visit > 0 AND issued >= (SELECT firstSeq FROM day WHERE day = ?)
        ) AS job
        WHERE NOT EXISTS (SELECT 1 FROM printJob again WHERE again.visit = job.visit AND again.id > job.id)
        ORDER BY state = 'expired', id DESC LIMIT 20
        """,
      arguments: [day.number]
    ).map(Row.init)
  }

  public static func recent(_ db: Database, limit: Int) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT * FROM printJob WHERE visit > 0 ORDER BY id DESC LIMIT ?", arguments: [limit]
    ).map(Row.init)
  }

  public static func job(_ db: Database, _ id: Int64) throws -> Row? {
    try GRDB.Row.fetchOne(db, sql: "SELECT * FROM printJob WHERE id = ?", arguments: [id]).map(Row.init)
  }

  public static func last(_ db: Database, of visit: Visit.ID) throws -> Row? {
    try GRDB.Row.fetchOne(
      db, sql: "SELECT * FROM printJob WHERE visit = ? ORDER BY id DESC LIMIT 1", arguments: [visit.rawValue]
    ).map(Row.init)
  }

  /// The event that issued a visit's number.
  public static func issuedEvent(_ db: Database, of visit: Visit) throws -> Int64? {
    try Int64.fetchOne(
      db,
      sql: """
        SELECT seq FROM journal WHERE type = 'ticket-issued' AND seq >= (SELECT firstSeq FROM day WHERE day = ?)
        AND json_extract(CAST(payload AS TEXT), '$.visit') = ? LIMIT 1
        """,
      arguments: [visit.day.number, visit.id.rawValue])
  }
}

/// How far a consumer has read the journal; stored in the same transaction as what it did.
public enum Cursor {
  public static func get(_ db: Database, _ consumer: String) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT seq FROM cursor WHERE consumer = ?", arguments: [consumer])
  }

  public static func set(_ db: Database, _ consumer: String, _ seq: Int64) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO cursor (consumer, seq) VALUES (?, ?)", arguments: [consumer, seq])
  }
}
