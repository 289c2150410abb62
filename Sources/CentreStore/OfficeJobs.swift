import Foundation
import GRDB
import OneStop

/// Papers for office printers and what became of them. A job's number is that of the event that asked for it.
public enum OfficeJobs {
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Its PDF waits here.
    case queued
    /// The print server gave it a number; nobody knows yet whether it has the PDF.
    case handing
    /// The print server holds the PDF.
    case accepted
    case printed, cancelled, failed

    public var isOver: Bool { [.printed, .cancelled, .failed].contains(self) }
  }

  public struct Row: Sendable, Hashable {
    public var job: Int64
    /// Id of the device.
    public var printer: String
    public var document: String
    public var title: String
    /// What the document is made from, as JSON; references only, nothing of a person.
    public var request: Data
    /// `a4` or `a5`.
    public var paper: String
    public var copies: Int
    /// Who asked for it.
    public var actor: String
    public var reprintOf: Int64?
    public var state: State
    public var cancelAsked: Bool
    /// Key of the sentence that says why it failed; empty otherwise.
    public var reason: String
    /// The print server's number for it, on the queue of `address`.
    public var number: Int32?
    public var address: String
    public var askedAt: Instant
    public var changedAt: Instant

    init(_ row: GRDB.Row) {
      job = row["id"]
      printer = row["printer"]
      document = row["document"]
      title = row["title"]
      request = row["request"]
      paper = row["paper"]
      copies = row["copies"]
      actor = row["actor"]
      reprintOf = row["reprintOf"]
      state = State(rawValue: row["state"]) ?? .failed
      cancelAsked = row["cancelAsked"]
      reason = row["reason"]
      number = row["number"]
      address = row["address"]
      askedAt = Instant(milliseconds: row["askedAt"])
      changedAt = Instant(milliseconds: row["changedAt"])
    }
  }

  /// What is to be printed.
  public struct Order: Sendable {
    public var printer: String
    public var document: String
    public var title: String
    public var request: Data
    /// What it is about, for the journal: a day, a dossier's number. Nothing of a person.
    public var reference: String
    public var paper: String
    public var copies: Int
    public var reprintOf: Int64?
    public var pdf: [UInt8]

    public init(
      printer: String, document: String, title: String, request: Data, reference: String, paper: String, copies: Int,
      reprintOf: Int64? = nil, pdf: [UInt8]
    ) {
      self.printer = printer
      self.document = document
      self.title = title
      self.request = request
      self.reference = reference
      self.paper = paper
      self.copies = copies
      self.reprintOf = reprintOf
      self.pdf = pdf
    }
  }

  /// `office-job-asked`
  public struct Asked: Codable, Hashable, Sendable {
    public var printer: String
    public var document: String
    public var reference: String
    public var copies: Int
    public var reprintOf: Int64?
  }

  /// `office-cancel-asked`
  public struct CancelAsked: Codable, Hashable, Sendable {
    public var job: Int64
  }

  /// `office-job-ended`
  public struct Ended: Codable, Hashable, Sendable {
    public var job: Int64
    public var printer: String
    public var outcome: State
    public var reason: String
  }

  public static func add(_ order: Order, in ledger: inout Ledger, by actor: Actor) throws -> Row {
    let job = try ledger.append(
      "office-job-asked",
      Asked(
        printer: order.printer, document: order.document, reference: order.reference, copies: order.copies,
        reprintOf: order.reprintOf), by: actor)
    try ledger.db.execute(
      sql: """
        INSERT INTO officeJob
          (id, printer, document, title, request, paper, copies, actor, reprintOf, state, reason, address, pdf, askedAt,
           changedAt)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', '', '', ?, ?, ?)
        """,
      arguments: [
        job, order.printer, order.document, order.title, order.request, order.paper, order.copies, actor.name,
        order.reprintOf, Data(order.pdf), ledger.now.milliseconds, ledger.now.milliseconds,
      ])
    return try row(ledger.db, job)!
  }

  /// Whoever asked wants it no longer. One that was not handed over ends here and now.
  /// - Returns: the job as it is then; nil where it was over before.
  public static func cancel(_ job: Row, in ledger: inout Ledger, by actor: Actor) throws -> Row? {
    guard !job.state.isOver else { return nil }
    if !job.cancelAsked {
      try ledger.append("office-cancel-asked", CancelAsked(job: job.job), by: actor)
      try ledger.db.execute(sql: "UPDATE officeJob SET cancelAsked = 1 WHERE id = ?", arguments: [job.job])
    }
    if job.state == .queued { try end(job, .cancelled, in: &ledger) }
    return try row(ledger.db, job.job)
  }

  /// As `cancel`, and its PDF goes at once, also where no printer's owner is there to see to it any more.
  public static func discard(_ job: Row, in ledger: inout Ledger, by actor: Actor) throws {
    guard try cancel(job, in: &ledger, by: actor) != nil else { return }
    try ledger.db.execute(sql: "UPDATE officeJob SET pdf = NULL WHERE id = ?", arguments: [job.job])
  }

  /// Those asked for before a moment that are not over and not cancelled.
  public static func waiting(_ db: Database, askedBefore moment: Instant) throws -> [Row] {
    try open(db, "askedAt < ? AND NOT cancelAsked", [moment.milliseconds])
  }

  /// Of one kind of paper those that are not over, at whichever printer.
  public static func open(_ db: Database, document: String) throws -> [Row] {
    try open(db, "document = ?", [document])
  }

  /// Those of a printer that are not over.
  public static func open(_ db: Database, printer: String) throws -> [Row] { try open(db, "printer = ?", [printer]) }

  /// Oldest first.
  private static func open(_ db: Database, _ which: String, _ arguments: StatementArguments) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT \(columns) FROM officeJob WHERE state IN ('queued', 'handing', 'accepted') AND \(which) ORDER BY id
          """), arguments: arguments
    ).map(Row.init)
  }

  /// The print server has a number for it, and may have its PDF from now on.
  public static func hand(_ job: Row, number: Int32, address: String, in ledger: inout Ledger) throws -> Bool {
    try ledger.db.execute(
      sql: """
        UPDATE officeJob SET state = 'handing', number = ?, address = ?, changedAt = ? WHERE id = ? AND state = 'queued'
        """, arguments: [number, address, ledger.now.milliseconds, job.job])
    return ledger.db.changesCount > 0
  }

  /// The print server holds the PDF; here it is not needed any more.
  public static func accept(_ job: Row, in ledger: inout Ledger) throws {
    try ledger.db.execute(
      sql: "UPDATE officeJob SET state = 'accepted', pdf = NULL, changedAt = ? WHERE id = ? AND state = 'handing'",
      arguments: [ledger.now.milliseconds, job.job])
  }

  /// The print server never got the PDF: to be handed over anew.
  public static func takeBack(_ job: Row, in ledger: inout Ledger) throws {
    try ledger.db.execute(
      sql: "UPDATE officeJob SET state = 'queued', number = NULL, changedAt = ? WHERE id = ? AND state = 'handing'",
      arguments: [ledger.now.milliseconds, job.job])
  }

  /// - Parameter outcome: one that is over.
  public static func end(_ job: Row, _ outcome: State, reason: String = "", in ledger: inout Ledger) throws {
    try ledger.db.execute(
      sql: """
        UPDATE officeJob SET state = ?, reason = ?, pdf = NULL, changedAt = ?
        WHERE id = ? AND state IN ('queued', 'handing', 'accepted')
        """, arguments: [outcome.rawValue, reason, ledger.now.milliseconds, job.job])
    guard ledger.db.changesCount > 0 else { return }
    try ledger.append(
      "office-job-ended", Ended(job: job.job, printer: job.printer, outcome: outcome, reason: reason), by: .system)
  }

  public static func row(_ db: Database, _ job: Int64) throws -> Row? {
    try GRDB.Row.fetchOne(db, sql: "SELECT \(columns) FROM officeJob WHERE id = ?", arguments: [job]).map(Row.init)
  }

  /// Newest first.
  /// - Parameter actor: only what this one asked for; nil: everybody's.
  public static func recent(_ db: Database, by actor: String?, limit: Int) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT \(columns) FROM officeJob WHERE ?1 IS NULL OR actor = ?1 ORDER BY id DESC LIMIT ?2",
      arguments: [actor, limit]
    ).map(Row.init)
  }

  /// The jobs among these that were printed again later.
  public static func printedAgain(_ db: Database, _ jobs: [Int64]) throws -> Set<Int64> {
    guard !jobs.isEmpty else { return [] }
    let list = jobs.map(String.init).joined(separator: ",")
    return Set(try Int64.fetchAll(db, sql: "SELECT reprintOf FROM officeJob WHERE reprintOf IN (\(list))"))
  }

  /// nil once the print server has it.
  public static func pdf(_ db: Database, _ job: Int64) throws -> [UInt8]? {
    try Data.fetchOne(db, sql: "SELECT pdf FROM officeJob WHERE id = ?", arguments: [job]).map(Array.init)
  }

  private static let columns = """
    id, printer, document, title, request, paper, copies, actor, reprintOf, state, cancelAsked, reason, number, address, \
    askedAt, changedAt
    """
}
