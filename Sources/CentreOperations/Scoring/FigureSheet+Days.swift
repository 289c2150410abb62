import CentreStore
import Foundation
import GRDB
import OneStop

/// Figures that are counted by days, counters and batches.
extension FigureSheet {
  static func days(_ source: FigureSource, _ db: Database) throws -> FigureSheet {
    let counts: KeyValuePairs<String, KeyPath<Tally, Int>> = [
      "issued": \.issued, "served": \.served, "noShow": \.noShow,
    ]
    var sheet = FigureSheet("TICKETS", [.init("day", .day)], counts.map(\.key))
    let closed = try LiveRows.days(db, from: source.first, to: source.last)
    let open = try FigureRows.openDays(db, from: source.first, to: source.last).map { day in
      (day: day, tally: try FigureRows.figures(db, from: day, to: day, by: .all, settings: source.settings)[.all])
    }
    sheet.rows = (closed + open).sorted { $0.day < $1.day }.map { each in
      Row(cells: ["\(each.day)"], adds: counts.map { each.tally[keyPath: $0.value] })
    }.filter { $0.adds.contains { $0 > 0 } }
    return sheet
  }

  static func batches(_ source: FigureSource, _ db: Database) throws -> FigureSheet? {
    // Fewer than five are nobody's to see, as in the figure.
    guard try BatchLevels.given(db, from: source.first, through: source.last) != nil else { return nil }
    // Five levels, the best first: reception, then handling.
    let levels = ["reception", "handling"].flatMap { part in
      (1...5).reversed().map { Column("\(part)\($0)", .number) }
    }
    var sheet = FigureSheet(
      "SATISFACTION", [.init("batch"), .init("day", .day)] + levels, [counted, base, "receptionSatisfied"])
    sheet.rows = try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT id, closedDay, levels FROM ratingBatch WHERE closedDay BETWEEN ? AND ? AND scale = 5
        ORDER BY closedDay, id
        """, arguments: [source.first.number, source.last.number]
    ).map { row in
      let given = (row["levels"] as String).split(separator: ",").map { Int($0) ?? 0 }
      let (reception, handling) = (given.prefix(5), given.dropFirst(5))
      return Row(
        cells: [row["id"], "\(LocalDay(number: row["closedDay"]))"] + given.map(String.init),
        adds: [handling.prefix(2).reduce(0, +), reception.reduce(0, +), reception.prefix(2).reduce(0, +)])
    }
    return sheet
  }

  static func checklists(_ source: FigureSource, _ db: Database) throws -> FigureSheet? {
    let hours = source.settings.hours
    guard
      try ChecklistRows.figure(
        from: source.first, to: source.last, today: source.until, hours: hours, db) != nil
    else { return nil }
    let finished = Set(try ChecklistRows.finished(from: source.first, to: source.last, db))
    var sheet = FigureSheet("CHECKLIST", [.init("day", .day)], [counted, base])
    let first = try ChecklistRows.begin(source.first, db)
    sheet.rows = ChecklistFigure.workingDays(from: first, to: source.last, hours: hours).map {
      Row(cells: ["\($0)"], adds: [finished.contains($0) ? 1 : 0, 1])
    }
    return sheet
  }

  static func stretches(_ source: FigureSource, _ db: Database) throws -> FigureSheet {
    var sheet = FigureSheet(
      "COUNTER_LOG",
      [.init("day", .day), .init("counter", .counter), .init("from"), .init("to"), .init("pause", .word)],
      [
        .init(key: "openHours", unit: CounterLog.secondsPerHour), .init(key: "pauses"),
        .init(key: "pauseHours", unit: CounterLog.secondsPerHour),
      ])
    let stretches = try CounterLogRows.log(from: source.first, to: source.last, db).stretches
    let zone = source.settings.zone
    sheet.rows = stretches.sorted { ($0.from, $0.counter) < ($1.from, $1.counter) }.map { stretch in
      let seconds = stretch.seconds(at: source.now)
      return Row(
        cells: [
          "\(LocalDay(stretch.from, in: zone))", "\(stretch.counter)", "\(TimeOfDay(stretch.from, in: zone))",
          stretch.until.map { "\(TimeOfDay($0, in: zone))" } ?? "", stretch.pause ?? "",
        ], adds: stretch.pause == nil ? [seconds, 0, 0] : [0, 1, seconds])
    }
    return sheet
  }

  static func helpers(_ source: FigureSource, _ db: Database) throws -> FigureSheet {
    var sheet = FigureSheet(
      "SUPPORT", [.init("day", .day), .init("task", .word), .init("officer", .officer), .init("body")],
      ["supportTurns", "helped"])
    sheet.rows = try SameDayRosterRows.all(from: source.first, to: source.last, db).map { day, helper in
      Row(
        cells: ["\(day)", helper.task.rawValue, helper.officer?.rawValue ?? "", helper.body ?? ""],
        adds: [1, helper.helped])
    }
    return sheet
  }

  /// Of a visit its number, its group and its days: nothing that leads to a person.
  static func homeVisits(_ source: FigureSource, _ db: Database) throws -> FigureSheet? {
    let visits = try source.homeVisits(db)
    guard !visits.isEmpty else { return nil }
    var sheet = FigureSheet(
      "HOME",
      [
        .init("homeVisit", .number), .init("group"), .init("asked", .day), .init("visited", .day),
        .init("returned", .day), .init("homeState", .word),
      ], [counted, base] + ScoreFigure.homeCounts(HomeVisitFigures()).map(\.key))
    func day(_ moment: Instant?) -> String { moment.map { "\(LocalDay($0, in: source.settings.zone))" } ?? "" }
    sheet.rows = visits.map { visit in
      // The figure is a sum over visits, so a single one tells by the same formula what it adds.
      let book = HomeVisitFigures(of: CollectionOfOne(visit))
      return Row(
        cells: [
          "\(visit.id)", source.settings.homeVisits.group(visit.group)?.name ?? visit.group.rawValue,
          day(visit.askedAt), day(visit.visitedAt), day(visit.returnedAt), visit.state.rawValue,
        ], adds: [book.returned, book.asked] + ScoreFigure.homeCounts(book).map(\.n))
    }
    return sheet
  }
}
