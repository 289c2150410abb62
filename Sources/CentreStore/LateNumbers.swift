import GRDB
import OneStop

/// Numbers entered when their day was over. The event is of today; the visit and the figures are of the day it names.
public enum LateNumbers {
  static let type = "late-number-entered"

  /// Whether a day has a number already.
  public static func isUsed(_ number: String, on day: LocalDay, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM visit WHERE day = ? AND number = ?)", arguments: [day.number, number])
      ?? false
  }

  /// Journals the number, writes its visit and stores its day's figures anew.
  public static func enter(_ late: LateNumber, zone: ZoneOffset, in ledger: inout Ledger, by actor: Actor) throws {
    let seq = try ledger.append(type, late, by: actor)
    // A day on which the power was away from morning to night never began.
    try ledger.db.execute(
      sql: "INSERT OR IGNORE INTO day (day, firstSeq, closedSeq) VALUES (?, ?, ?)",
      arguments: [late.day.number, seq, seq])
    try HallRows.write(late.asVisit(enteredAt: ledger.now, in: zone), undone: false, in: ledger.db)
    try FigureRows.recount(late.day, in: ledger.db)
  }

  struct Entry {
    var late: LateNumber
    var at: Instant
    var seq: Int64
  }

  /// All of them, by the day they belong to, in the order of entering.
  static func all(_ db: Database) throws -> [LocalDay: [Entry]] {
    try Journal.entries(db, after: 0, limit: .max, types: [type]).reduce(into: [:]) { days, entry in
      let late = try entry.decode(LateNumber.self)
      days[late.day, default: []].append(Entry(late: late, at: entry.at, seq: entry.seq))
    }
  }
}
