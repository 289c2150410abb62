import GRDB
import OneStop

/// Kept reports in the journal: each version once, never replaced.
public enum ReportRows {
  /// `report-made`
  public struct Made: Codable, Hashable, Sendable {
    public struct File: Codable, Hashable, Sendable {
      public var name: String
      public var bytes: Int
      /// SHA-256, hexadecimal.
      public var sha256: String

      public init(name: String, bytes: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
      }
    }
    public var period: ReportPeriod
    /// From 1.
    public var version: Int
    /// The last day it counts.
    public var until: LocalDay
    public var complete: Bool
    /// Why there is a version more; empty for the first.
    public var reason: String
    /// SHA-256 of the figures alone, so that a version more needs other figures.
    public var content: String
    /// Keys of the lines that changed since the version before.
    public var changed: [String]
    /// The figures went up to this event.
    public var journal: Int64
    public var files: [File]

    public init(
      period: ReportPeriod, version: Int, until: LocalDay, complete: Bool, reason: String, content: String,
      changed: [String], journal: Int64, files: [File]
    ) {
      self.period = period
      self.version = version
      self.until = until
      self.complete = complete
      self.reason = reason
      self.content = content
      self.changed = changed
      self.journal = journal
      self.files = files
    }
  }

  /// A kept version, with who made it and when.
  public struct Kept: Hashable, Sendable {
    public var made: Made
    public var by: String
    public var at: Instant
  }

  static let schema = """
    -- Which events of the journal are reports; the schema forbids a version twice.
    CREATE TABLE report (
      seq INTEGER PRIMARY KEY REFERENCES journal (seq),
      period TEXT NOT NULL,
      version INTEGER NOT NULL,
      UNIQUE (period, version)
    ) STRICT;
    """

  public static func add(_ made: Made, by actor: Actor, _ ledger: inout Ledger) throws -> Kept {
    let seq = try ledger.append("report-made", made, by: actor)
    try ledger.db.execute(
      sql: "INSERT INTO report (seq, period, version) VALUES (?, ?, ?)",
      arguments: [seq, made.period.id, made.version])
    return Kept(made: made, by: actor.name, at: ledger.now)
  }

  /// Latest first.
  /// - Parameter period: nil: of all.
  public static func all(of period: ReportPeriod? = nil, limit: Int = 200, _ db: Database) throws -> [Kept] {
    // CROSS: in this order, never a walk through the whole journal.
    try Row.fetchAll(
      db,
      sql: """
        SELECT journal.* FROM report CROSS JOIN journal USING (seq) WHERE ?1 IS NULL OR period = ?1
        ORDER BY report.seq DESC LIMIT ?2
        """, arguments: [period?.id, limit]
    ).map { row in
      let entry = JournalEntry(row)
      return Kept(made: try entry.decode(Made.self), by: entry.actor.name, at: entry.at)
    }
  }

  public static func latest(_ period: ReportPeriod, _ db: Database) throws -> Kept? {
    try all(of: period, limit: 1, db).first
  }
}
