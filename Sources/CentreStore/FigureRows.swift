import Foundation
import GRDB
import OneStop

/// The figures of closed days, kept so that a year is a merge of its days.
public enum FigureRows {
  /// Stores a closed day's figures, replacing what an earlier closing of the same day left.
  public static func store(_ figures: DayFigures, day: LocalDay, in db: Database) throws {
    try db.execute(sql: "DELETE FROM dayFigure WHERE day = ?", arguments: [day.number])
    for (key, tally) in figures.tallies {
      try db.cachedStatement(
        sql: "INSERT INTO dayFigure (day, dimension, value, counts, waits, services) VALUES (?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        day.number, key.dimension.rawValue, key.value, Data(pack(tally)), Data(tally.waits.bytes),
        Data(tally.services.bytes),
      ])
    }
  }

  /// Counts a closed day once more, by the settings of its closing: a number was entered late.
  public static func recount(_ day: LocalDay, in db: Database) throws {
    guard let closed = try Int64.fetchOne(db, sql: "SELECT closedSeq FROM day WHERE day = ?", arguments: [day.number]),
      let settings = try SettingRows.settings(db, asOf: closed)
    else { return }
    try store(DayFigures(of: try HallRows.visits(db, from: day, to: day), settings: settings), day: day, in: db)
  }

  /// The figures of a period by one dimension. Days that are not closed are counted from their visits.
  public static func figures(
    _ db: Database, from: LocalDay, to: LocalDay, by dimension: Breakdown, settings: CentreSettings
  ) throws -> DayFigures {
    var tallies: [DayFigures.Key: Tally] = [:]
    for wanted in Set([Breakdown.all, dimension]) {
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT value, counts, waits, services FROM dayFigure WHERE dimension = ? AND day BETWEEN ? AND ?
            ORDER BY day, value
            """),
        arguments: [wanted.rawValue, from.number, to.number])
      while let row = try rows.next() {
        let key = DayFigures.Key(wanted, row[0])
        try tallies[key, default: Tally()].merge(unpack(row[1], waits: row[2], services: row[3]))
      }
    }
    var figures = DayFigures(tallies: tallies)
    for day in try openDays(db, from: from, to: to) {
      let all = DayFigures(of: try HallRows.visits(db, from: day, to: day), settings: settings)
      figures.merge(
        DayFigures(tallies: all.tallies.filter { $0.key.dimension == .all || $0.key.dimension == dimension }))
    }
    return figures
  }

  /// Days that began and whose figures are not stored yet.
  public static func openDays(_ db: Database, from: LocalDay, to: LocalDay) throws -> [LocalDay] {
    try Int.fetchAll(
      db,
      sql: """
        SELECT day FROM day WHERE day BETWEEN ? AND ?
        AND NOT EXISTS (SELECT 1 FROM dayFigure WHERE dimension = 'all' AND dayFigure.day = day.day) ORDER BY day
        """,
      arguments: [from.number, to.number]
    ).map { LocalDay(number: $0) }
  }

  private static let fields: [any WritableKeyPath<Tally, Int> & Sendable] = [
    \.issued, \.visitsServed, \.served, \.copies, \.transferred, \.noShow, \.cancelled, \.unserved, \.unfinished,
    \.emergency, \.rated, \.withinTarget,
  ]

  private static func pack(_ tally: Tally) -> [UInt8] {
    fields.flatMap { field in withUnsafeBytes(of: UInt32(tally[keyPath: field]).littleEndian) { Array($0) } }
  }

  static func unpack(_ counts: Data, waits: Data, services: Data) throws -> Tally {
    var tally = Tally()
    let bytes = [UInt8](counts)
    guard bytes.count == fields.count * 4, let waits = Histogram(bytes: waits),
      let services = Histogram(bytes: services)
    else { throw StoreError.damaged("dayFigure") }
    for (i, field) in fields.enumerated() {
      tally[keyPath: field] = (0..<4).reduce(0) { $0 | Int(bytes[i * 4 + $1]) << (8 * $1) }
    }
    tally.waits = waits
    tally.services = services
    return tally
  }
}
