import CentreStore
import Foundation
import GRDB
import OneStop
import Printing

/// The names in the sealed folder. Without diacritics: they go through zip files, mail and old systems.
enum SealedName {
  static let folder = "niem-phong"
  static let drafts = "ban-thao"
  static let manifest = "muc-luc.json"
  /// SHA-256 of the manifest, in the form `sha256sum -c` reads.
  static let seal = "muc-luc.json.sha256"
  static let journal = "nguon/nhat-ky.txt"
  static let ratings = "nguon/danh-gia.txt"
  static let register = "nguon/so-ho-so.txt"
  static let tables = "nguon/bang"

  /// `minh-chung/07_I.2.1_niem-yet-thuong-xuyen-tai`.
  static func item(_ number: Int, _ row: ScoreView.Row) -> String {
    let words = PlainLetters.words(row.title).prefix(6).joined(separator: "-")
    return "minh-chung/\(padded(number, 2))_\(row.id.rawValue)_\(words)"
  }
}

/// The part of the sealed folder that follows from the records: sheets, cover sheets, rows. Made anew by whoever checks it.
struct SealedFiles {
  let year: SealedYear

  /// Hands over each file in a fixed order.
  func each(_ body: (_ name: String, _ bytes: Data) throws -> Void) throws {
    try body("bang-tu-cham-diem.csv", Data(year.view.csv.utf8))
    try body(
      "bang-tu-cham-diem.pdf",
      Data(try year.view.pdf(centre: year.settings.centre, zone: year.zone, at: year.moment)))
    try body(
      "bang-tu-cham-diem.xlsx",
      Data(try year.view.workbook(centre: year.settings.centre, at: year.moment).xlsx()))
    try body("so-lieu.json", try Self.json(Figures(year)))
    let rows = try evidence()
    let cover = CoverSheet(
      year: year, sheets: rows.mapValues { ($0.rows, sha256Text(Data($0.text.utf8))) })
    for (i, row) in year.view.rows.filter(\.scored).enumerated() {
      let folder = SealedName.item(i + 1, row)
      try body("\(folder)/bia.pdf", Data(try cover.pdf(row)))
      for figure in row.figures {
        if let sheet = rows[figure] { try body("\(folder)/\(figure).csv", Data(sheet.text.utf8)) }
      }
    }
  }

  /// Of each figure with data the rows it was counted from, as a sheet.
  private func evidence() throws -> [Figure: (text: String, rows: Int)] {
    try year.database.queue.inDatabase { db in
      try Dictionary(
        uniqueKeysWithValues: year.figures.compactMap { figure in
          try FigureSheet(figure.figure, year.source, db).map { (figure.figure, ($0.csv, $0.rows.count)) }
        })
    }
  }

  static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// The figures for a program to read.
  private struct Figures: Encodable {
    var year: Int
    var until: LocalDay
    var figures: [ScoreFigure]
    var given, best: Points

    init(_ sealed: SealedYear) {
      (year, until, figures) = (sealed.year, sealed.until, sealed.figures)
      let forecast = ScoreForecast(sealed.sheet)
      (given, best) = (forecast.given, forecast.best)
    }
  }
}

/// `muc-luc.json`: every file of the sealed folder with its hash, and what the whole is of.
struct SealedManifest: Codable, Equatable {
  struct File: Codable, Equatable {
    var name: String
    var bytes: Int
    var sha256: String
  }

  /// Of this form.
  var version = 1
  /// Of the program that made it.
  var program: String
  /// The libraries that set the pages.
  var typesetter: String
  var centre: String
  /// In the chain's hashes; see `Journal.hash`.
  var chain: String
  var year: Int
  var until: LocalDay
  /// Number of the last event, which is also their count.
  var events: Int64
  var head: String
  var files: [File]
  /// Attached files that were gone or changed at the centre when the folder was made; nil: a version that copied none.
  var missing: [String]?
}
