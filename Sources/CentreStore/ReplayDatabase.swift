import Foundation
import GRDB
import OneStop

/// A database made anew from nothing but the journal up to one event and what the journal vouches for: ratings that were
/// opened, rows of the register. A private temporary file that vanishes with it.
///
/// The export of a year's scoring and the check of that export both go this way, so that the figures that are handed in are
/// those that follow from the records and from nothing else.
public struct ReplayDatabase: Sendable {
  public let queue: DatabaseQueue

  public init() throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = OFF")
      try db.execute(sql: "PRAGMA journal_mode = OFF")
      // Kilobytes; a year of some hundred thousand events stays in memory for the most part.
      try db.execute(sql: "PRAGMA cache_size = -131072")
    }
    // SQLite: an empty name is a temporary file of this connection alone.
    queue = try DatabaseQueue(path: "", configuration: configuration)
    try Migrations.migrator.migrate(queue)
  }

  /// One event as it was written, with nothing interpreted: an unknown role or type must still be provable.
  public struct Line: Sendable, Hashable {
    public var seq: Int64
    public var epoch: Int
    public var type: String
    public var version: Int
    public var at: Int64
    public var cause: Int64
    public var actor, role, terminal: String
    public var payload: Data
    public var hash: Data

    public init(
      seq: Int64, epoch: Int, type: String, version: Int, at: Int64, cause: Int64, actor: String, role: String,
      terminal: String, payload: Data, hash: Data
    ) {
      (self.seq, self.epoch, self.type, self.version, self.at, self.cause) = (seq, epoch, type, version, at, cause)
      (self.actor, self.role, self.terminal, self.payload, self.hash) = (actor, role, terminal, payload, hash)
    }

    init(_ row: Row) {
      self.init(
        seq: row["seq"], epoch: row["epoch"], type: row["type"], version: row["version"], at: row["at"],
        cause: row["cause"], actor: row["actor"], role: row["role"], terminal: row["terminal"],
        payload: row["payload"], hash: row["hash"])
    }
  }

  /// An opened rating. Rows of a batch are in the order of their random keys.
  public struct OpenedRating: Sendable, Hashable {
    public var batch: String
    public var key: Data
    public var officer: String
    public var reception, handling: Int
    public var reasons, comment: String

    public init(
      batch: String, key: Data, officer: String, reception: Int, handling: Int, reasons: String, comment: String
    ) {
      (self.batch, self.key, self.officer) = (batch, key, officer)
      (self.reception, self.handling, self.reasons, self.comment) = (reception, handling, reasons, comment)
    }
  }

  // MARK: From the centre's own file

  /// Takes over all that had happened before a moment, from one snapshot of the centre's database.
  /// - Returns: number of the last event; 0: nothing had happened.
  public func take(_ source: Database, before moment: Instant) throws -> Int64 {
    guard
      let last = try Int64.fetchOne(
        source, sql: "SELECT max(seq) FROM journal WHERE at < ?", arguments: [moment.milliseconds])
    else { return 0 }
    let centre = try Meta.value(source, "centre") ?? ""
    try queue.inDatabase { db in
      try db.inTransaction {
        try Meta.set(db, "centre", centre)
        let rows = try Row.fetchCursor(
          source, sql: "SELECT * FROM journal WHERE seq <= ? ORDER BY seq", arguments: [last])
        while let row = try rows.next() { try Self.insert(Line(row), db) }
        for entry in try Journal.entries(db, after: 0, limit: .max, types: ["ratings-sealed"]) {
          let batch = try entry.decode(RatingBoxes.Sealed.self).batch
          for row in try Row.fetchAll(source, sql: "SELECT * FROM rating WHERE batch = ?", arguments: [batch]) {
            try Self.insert(
              OpenedRating(
                batch: batch, key: row["key"], officer: row["officer"], reception: row["reception"],
                handling: row["handling"], reasons: row["reasons"], comment: row["comment"]), db)
          }
        }
        for done in try Self.imports(db) {
          let values = try String.fetchCursor(
            source, sql: "SELECT value FROM registerRow WHERE import = ? ORDER BY id", arguments: [done.import])
          while let value = try values.next() { try Self.insertRegister(import: done.import, value, db) }
        }
        return .commit
      }
    }
    return last
  }

  static func imports(_ db: Database) throws -> [RegisterRows.Done] {
    try Journal.entries(db, after: 0, limit: .max, types: ["register-imported"]).map {
      try $0.decode(RegisterRows.Done.self)
    }
  }

  // MARK: Row by row

  public static func insert(_ line: Line, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO journal (seq, epoch, type, version, at, cause, actor, role, terminal, payload, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      line.seq, line.epoch, line.type, line.version, line.at, line.cause, line.actor, line.role, line.terminal,
      line.payload, line.hash,
    ])
  }

  public static func insert(_ rating: OpenedRating, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO rating (key, batch, officer, reception, handling, reasons, comment) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      rating.key, rating.batch, rating.officer, rating.reception, rating.handling, rating.reasons, rating.comment,
    ])
  }

  /// A row that an import brought, in the order it brought them.
  public static func insertRegister(import id: Int, _ value: String, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO registerImport (id, state, report) VALUES (?, 'done', '{}')")
      .execute(arguments: [id])
    let entry = try RegisterRows.decoded(value)
    let old = try RegisterRows.entry(code: entry.code, db)
    try db.cachedStatement(
      sql: "INSERT INTO registerRow (import, code, number, value) VALUES (?, ?, coalesce(?, 0), ?)"
    ).execute(arguments: [id, entry.code.text, old?.number, value])
    let row = db.lastInsertedRowID
    if let old {
      try db.cachedStatement(sql: "UPDATE registerRow SET replacedBy = ? WHERE id = ?").execute(arguments: [id, old.id])
    } else {
      try db.cachedStatement(sql: "UPDATE registerRow SET number = id WHERE id = ?").execute(arguments: [row])
    }
  }

  // MARK: Out again

  public static func lines(_ db: Database, _ body: (Line) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY seq")
    while let row = try rows.next() { try body(Line(row)) }
  }

  public static func ratings(_ db: Database, _ body: (OpenedRating) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM rating ORDER BY batch, key")
    while let row = try rows.next() {
      try body(
        OpenedRating(
          batch: row["batch"], key: row["key"], officer: row["officer"], reception: row["reception"],
          handling: row["handling"], reasons: row["reasons"], comment: row["comment"]))
    }
  }

  public static func register(_ db: Database, _ body: (Int, String) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT import, value FROM registerRow ORDER BY id")
    while let row = try rows.next() { try body(row[0], row[1]) }
  }
}
