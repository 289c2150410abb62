import GRDB
import OneStop

public enum CounterLogRows {
  /// The condition of the index of the same name, word for word: SQLite takes a partial index only then.
  static let ofCounters =
    "type IN ('counter-opened', 'counter-paused', 'counter-closed', 'undone', 'day-closed')"

  /// When counters were open and paused on the days of a period. Days begin with their first event; a counter is never
  /// open over night.
  public static func log(from first: LocalDay, to last: LocalDay, _ db: Database) throws -> CounterLog {
    var log = CounterLog()
    guard
      let begin = try Int64.fetchOne(
        db, sql: "SELECT min(firstSeq) FROM day WHERE day BETWEEN ? AND ?", arguments: [first.number, last.number])
    else { return log }
    let end = try Int64.fetchOne(db, sql: "SELECT min(firstSeq) FROM day WHERE day > ?", arguments: [last.number])
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM journal WHERE \(ofCounters) AND seq >= ? AND seq < ? ORDER BY seq",
      arguments: [begin, end ?? .max])
    while let row = try rows.next() {
      let entry = JournalEntry(row)
      if let event = try entry.queueEvent() { log.apply(event, at: entry.at) }
    }
    return log
  }
}
