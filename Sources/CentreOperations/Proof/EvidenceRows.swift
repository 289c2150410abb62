import CentreStore
import Foundation
import GRDB
import OneStop

/// The rows a figure was counted from, as a sheet: those of the denominator, each with whether it stands in the numerator
/// too, so that two sums in a spreadsheet give the figure again. Dossiers by their code, ratings in their batches of five
/// and more; nobody's name.
struct EvidenceRows {
  private(set) var sheets: [Figure: (text: String, rows: Int)] = [:]

  init(_ year: SealedYear) throws {
    countDossiers(year)
    try year.database.queue.inDatabase { db in
      try countDays(year, db)
      try countRatings(year, db)
      try countChecklists(year, db)
    }
    for (figure, entered) in year.sheet.entered {
      put(
        figure, ["numerator", "denominator", "origin", "until"],
        entered.map { ["\($0.share.numerator)", "\($0.share.denominator)", $0.source, "\($0.until)"] })
    }
  }

  private mutating func put(_ figure: Figure, _ heads: [String], _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    let head = heads.map { Words.text("proof.column.\($0)").vi }
    sheets[figure] = ("\u{FEFF}" + ([head] + rows).map(CSV.line).joined(), rows.count)
  }

  // MARK: Dossiers

  private static let dossierHeads = [
    "code", "procedure", "received", "firstDue", "due", "finished", "handedOver", "state", "channel", "moves",
    "apologies", "numerator",
  ]
  private static let ofDossiers: [Figure] = [
    "ONTIME", "OVERDUE_TWICE", "ONLINE", "DIGITISATION", "VNEID", "APOLOGY", "SAMEDAY",
  ]

  /// Whether the last column says which rows stand in the numerator.
  static func marksNumerator(_ figure: Figure) -> Bool { ofDossiers.contains(figure) || figure == "CHECKLIST" }

  private mutating func countDossiers(_ year: SealedYear) {
    var rows: [Figure: [[String]]] = [:]
    for dossier in year.dossiers {
      // The figure is a sum over dossiers, so a single one tells by the same formula whether it counts.
      let alone = CollectionOfOne(dossier)
      let book = DossierFigures(of: alone, year.rules, at: year.moment)
      let online = ScoreFigure.online(Array(alone), year.rules, at: year.moment)
      let cells = Self.cells(dossier, year.zone)
      for figure in Self.ofDossiers {
        guard let share = ScoreFigure.share(figure, of: book, online: online), share.denominator > 0 else { continue }
        rows[figure, default: []].append(cells + ["\(share.numerator)"])
      }
    }
    for (figure, rows) in rows { put(figure, Self.dossierHeads, rows) }
  }

  private static func cells(_ dossier: Dossier, _ zone: ZoneOffset) -> [String] {
    func day(_ moment: Instant?) -> String { moment.map { "\(LocalDay($0, in: zone))" } ?? "" }
    return [
      dossier.code.text, dossier.procedure.rawValue, day(dossier.receivedAt),
      dossier.firstDue.map { "\($0.day)" } ?? "", dossier.due.map { "\($0.day)" } ?? "", day(dossier.finishedAt),
      day(dossier.handedOverAt), dossier.state.rawValue, dossier.channel.rawValue, "\(dossier.reappointments.count)",
      dossier.apologies.map(\.number).joined(separator: "; "),
    ]
  }

  // MARK: Days

  private mutating func countDays(_ year: SealedYear, _ db: Database) throws {
    var rows: [[String]] = []
    for number in try Int.fetchAll(
      db, sql: "SELECT DISTINCT day FROM dayFigure WHERE day BETWEEN ? AND ? ORDER BY day",
      arguments: [year.first.number, year.last.number])
    {
      let day = LocalDay(number: number)
      let tally = try FigureRows.figures(db, from: day, to: day, by: .all, settings: year.settings)[.all]
      rows.append(["\(day)", "\(tally.issued)", "\(tally.served)", "\(tally.noShow)"])
    }
    put("TICKETS", ["day", "issued", "served", "noShow"], rows)
  }

  private mutating func countRatings(_ year: SealedYear, _ db: Database) throws {
    // Five levels, the best first: reception, then handling.
    let levels = ["reception", "handling"].flatMap { part in (1...5).reversed().map { "\(part)\($0)" } }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, closedDay, count, levels FROM ratingBatch WHERE closedDay BETWEEN ? AND ? AND scale = 5
        ORDER BY closedDay, id
        """, arguments: [year.first.number, year.last.number]
    ).map { row -> [String] in
      let levels: String = row["levels"]
      return [row["id"], "\(LocalDay(number: row["closedDay"]))", "\(row["count"] as Int)"]
        + levels.split(separator: ",").map(String.init)
    }
    put("SATISFACTION", ["batch", "day", "ratings"] + levels, rows)
  }

  private mutating func countChecklists(_ year: SealedYear, _ db: Database) throws {
    let finished = Set(try ChecklistRows.finished(from: year.first, to: year.last, db))
    guard year.figures.contains(where: { $0.figure == "CHECKLIST" && $0.share != nil }) else { return }
    let days = (year.first.number...year.last.number).map(LocalDay.init(number:)).filter {
      !year.settings.hours.spans(on: $0).isEmpty
    }
    put("CHECKLIST", ["day", "numerator"], days.map { ["\($0)", finished.contains($0) ? "1" : "0"] })
  }
}
