import Foundation
import GRDB
import OneStop

/// What the supervisor's page reads of past days: sums kept for each closed day, never the days themselves.
public enum LiveRows {
  /// Numbers issued in one hour of one closed day.
  public struct HourLoad: Hashable, Sendable {
    public var day: LocalDay
    public var hour: Int
    public var issued: Int
  }

  public static func hours(_ db: Database, from: LocalDay, to: LocalDay) throws -> [HourLoad] {
    try Row.fetchAll(
      db, sql: "SELECT day, value, counts FROM dayFigure WHERE dimension = 'hour' AND day BETWEEN ? AND ?",
      arguments: [from.number, to.number]
    ).compactMap { row in
      guard let hour = Int(row[1] as String) else { return nil }
      let issued = try FigureRows.unpack(row[2], waits: Data(), services: Data()).issued
      return HourLoad(day: LocalDay(number: row[0]), hour: hour, issued: issued)
    }
  }

  /// The whole centre on each closed day of a period.
  public static func days(_ db: Database, from: LocalDay, to: LocalDay) throws -> [(day: LocalDay, tally: Tally)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT day, counts, waits, services FROM dayFigure WHERE dimension = 'all' AND day BETWEEN ? AND ? ORDER BY day
        """, arguments: [from.number, to.number]
    ).map { (LocalDay(number: $0[0]), try FigureRows.unpack($0[1], waits: $0[2], services: $0[3])) }
  }

  /// The sums of a period by one dimension, of closed days only.
  public static func sums(
    _ db: Database, from: LocalDay, to: LocalDay, by dimension: Breakdown
  ) throws -> [String: Tally] {
    var sums: [String: Tally] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT value, counts, waits, services FROM dayFigure WHERE dimension = ? AND day BETWEEN ? AND ?",
      arguments: [dimension.rawValue, from.number, to.number])
    while let row = try rows.next() {
      try sums[row[0], default: Tally()].merge(FigureRows.unpack(row[1], waits: row[2], services: row[3]))
    }
    return sums
  }

  /// Which visits stand behind a figure. Filters that are nil let everything through.
  public struct Filter: Hashable, Sendable {
    public var from, to: LocalDay
    public var service: Service.ID?
    public var procedure: Procedure.ID?
    /// Hour of the issue, 0…23.
    public var hour: Int?
    /// Monday is 1.
    public var weekday: Int?
    public var standing: Standing?

    public enum Standing: String, Codable, Hashable, Sendable, CaseIterable {
      case waiting, served, noShow
      /// A step was called after the waiting target; a superset, because lunch is taken off later.
      case late
    }

    public init(from: LocalDay, to: LocalDay) { (self.from, self.to) = (from, to) }
  }

  /// How many visits a filter finds, and the first of them with their steps, latest first.
  public static func visits(
    _ filter: Filter, settings: CentreSettings, limit: Int, _ db: Database
  ) throws -> (total: Int, visits: [Visit]) {
    var sql = "FROM visit v WHERE v.day BETWEEN :from AND :to"
    var values: [String: (any DatabaseValueConvertible)?] = ["from": filter.from.number, "to": filter.to.number]
    if let service = filter.service {
      sql += " AND EXISTS (SELECT 1 FROM step s WHERE s.visit = v.id AND s.service = :service)"
      values["service"] = service.rawValue
    }
    if let procedure = filter.procedure {
      sql += " AND v.procedure = :procedure"
      values["procedure"] = procedure.rawValue
    }
    if let hour = filter.hour {
      sql += " AND (v.issuedAt / 1000 + :zone) % 86400 / 3600 = :hour"
      values["zone"] = settings.zone.seconds
      values["hour"] = hour
    }
    if let weekday = filter.weekday {
      sql += " AND (v.day + 3) % 7 + 1 = :weekday"
      values["weekday"] = weekday
    }
    switch filter.standing {
    case .waiting: sql += " AND v.state = 'waiting'"
    case .served: sql += " AND v.state = 'ended' AND v.outcome = 'served'"
    case .noShow: sql += " AND (v.state = 'noShow' OR v.outcome = 'noShow')"
    case .late:
      sql +=
        " AND v.emergency = 0 AND EXISTS (SELECT 1 FROM step s WHERE s.visit = v.id AND s.calledAt - s.queuedAt >= :late)"
      values["late"] = (settings.rules.targetWaitMinutes * 60 + 1) * 1000
    case nil: break
    }
    let arguments = StatementArguments(values)
    let total = try Int.fetchOne(db, sql: "SELECT count(*) \(sql)", arguments: arguments) ?? 0
    var visits = try Row.fetchAll(
      db, sql: "SELECT v.* \(sql) ORDER BY v.day DESC, v.issuedAt DESC, v.id DESC LIMIT \(limit)", arguments: arguments
    ).map { HallRows.visit($0) }
    for i in visits.indices {
      visits[i].steps = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM step WHERE visit = ? ORDER BY id"),
        arguments: [visits[i].id.rawValue]
      ).map { HallRows.step($0) }
    }
    return (total, visits)
  }
}
