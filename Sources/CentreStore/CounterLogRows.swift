import GRDB
import OneStop

public enum CounterLogRows {
  /// The condition of the index of the same name, word for word: SQLite takes a partial index only then.
  static let ofCounters =
    "type IN ('counter-opened', 'counter-paused', 'counter-closed', 'undone', 'day-closed')"

  /// The hours of closed days, so that a year is a sum of its days; a view of the journal.
  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE counterDay (
          day INTEGER PRIMARY KEY,
          openSeconds INTEGER NOT NULL,
          pauses INTEGER NOT NULL,
          pauseSeconds INTEGER NOT NULL
        ) STRICT;
        """)
    for day in try Int.fetchAll(db, sql: "SELECT day FROM day WHERE closedSeq IS NOT NULL") {
      // Its closing has ended every stretch.
      try store(LocalDay(number: day), closedAt: Instant(milliseconds: 0), in: db)
    }
  }

  /// Stores a closed day's hours, replacing what an earlier closing of the same day left.
  public static func store(_ day: LocalDay, closedAt: Instant, in db: Database) throws {
    let hours = CounterHours(of: try log(from: day, to: day, db), at: closedAt)
    try db.execute(
      sql: "INSERT OR REPLACE INTO counterDay (day, openSeconds, pauses, pauseSeconds) VALUES (?, ?, ?, ?)",
      arguments: [day.number, hours.openSeconds, hours.pauses, hours.pauseSeconds])
  }

  /// How long counters were open and paused on the days of a period. Days that are not stored are counted from their events.
  /// - Parameter now: until when a stretch counts that is not over.
  public static func hours(from first: LocalDay, to last: LocalDay, at now: Instant, _ db: Database) throws
    -> CounterHours
  {
    var hours = CounterHours()
    let stored = try Row.fetchCursor(
      db, sql: "SELECT openSeconds, pauses, pauseSeconds FROM counterDay WHERE day BETWEEN ? AND ?",
      arguments: [first.number, last.number])
    while let row = try stored.next() {
      hours += CounterHours(openSeconds: row[0], pauses: row[1], pauseSeconds: row[2])
    }
    let rest = try Int.fetchAll(
      db,
      sql: """
        SELECT day FROM day WHERE day BETWEEN ? AND ?
        AND NOT EXISTS (SELECT 1 FROM counterDay WHERE counterDay.day = day.day)
        """,
      arguments: [first.number, last.number])
    for day in rest.map({ LocalDay(number: $0) }) {
      hours += CounterHours(of: try log(from: day, to: day, db), at: now)
    }
    return hours
  }

  /// What in the stored hours of a day is not what the journal says.
  public static func difference(_ day: LocalDay, _ db: Database) throws -> String? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM counterDay WHERE day = ?", arguments: [day.number])
    else { return nil }
    let log = try log(from: day, to: day, db)
    let told = CounterHours(of: log, at: log.stretches.compactMap(\.until).max() ?? Instant(milliseconds: 0))
    let stored = CounterHours(
      openSeconds: row["openSeconds"], pauses: row["pauses"], pauseSeconds: row["pauseSeconds"])
    return stored == told ? nil : "\(day): hours of counters are not those of the journal"
  }

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
