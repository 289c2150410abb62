import GRDB
import OneStop

/// A year's scoring in the journal.
public enum ScoreRows {
  struct Recorded: Codable {
    var year: Int
    var event: ScoreEvent
  }

  public static func append(
    _ events: [ScoreEvent], of year: Int, in ledger: inout Ledger, by actor: Actor
  ) throws {
    var cause: Int64?
    for event in events {
      let seq = try ledger.append(event.type, Recorded(year: year, event: event), by: actor, cause: cause)
      cause = cause ?? seq
      try ledger.db.execute(sql: "INSERT INTO scoreEvent (seq, year) VALUES (?, ?)", arguments: [seq, year])
    }
  }

  /// The sheet of a year as it stands.
  /// - Parameter table: what an unopened year would be scored by.
  public static func sheet(of year: Int, table: ScoringTable, _ db: Database) throws -> ScoreSheet {
    var sheet = ScoreSheet(year: year, table: table)
    // CROSS: in this order. With few scores SQLite would rather walk the whole journal, which is sorted already.
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT journal.* FROM scoreEvent CROSS JOIN journal USING (seq) WHERE year = ? ORDER BY scoreEvent.seq",
      arguments: [year])
    for row in rows { sheet.apply(try JournalEntry(row).decode(Recorded.self).event) }
    return sheet
  }

  /// Years of which anything has been recorded.
  public static func years(_ db: Database) throws -> [Int] {
    try Int.fetchAll(db, sql: "SELECT DISTINCT year FROM scoreEvent ORDER BY year")
  }
}
