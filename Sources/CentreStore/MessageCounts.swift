import GRDB
import OneStop

extension Messages {
  /// What went out in a span of time, for the bill: networks charge by part.
  public struct Bill: Encodable, Sendable, Hashable {
    public var messages: Int
    public var parts: Int
  }

  /// - Parameter to: not part of it.
  public static func bill(from: Instant, to: Instant, _ db: Database) throws -> Bill {
    let row = try GRDB.Row.fetchOne(
      db,
      sql: """
        SELECT count(*), coalesce(sum(parts), 0) FROM message WHERE state = 'sent' AND changedAt >= ? AND changedAt < ?
        """, arguments: [from.milliseconds, to.milliseconds])
    return Bill(messages: row?[0] ?? 0, parts: row?[1] ?? 0)
  }

  /// How many the modem refused one after the other since it last sent one, and somebody still waits for. A wrong number
  /// is refused alone; with an empty SIM, all are.
  public static func refusedInARow(_ db: Database) throws -> Int {
    try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM message m JOIN contact c ON c.purpose = m.purpose AND c.ref = m.ref
        WHERE m.state = 'failed' AND m.reason = 'modem'
          AND m.changedAt > coalesce((SELECT max(changedAt) FROM message WHERE state = 'sent'), 0)
        """) ?? 0
  }
}
