import CentreStore
import Foundation
import OneStop

/// The letters that go with the sealed part, filled in as far as the records know and meant to be edited: the submission
/// and the report. Their wording is the commune's: templates in `centre/templates`.
struct DraftFolder {
  let record: SealedYear
  /// SHA-256 of the manifest, so that the signed letter names what it goes with.
  let seal: String
  let templates: URL

  init(_ record: SealedYear, seal: String, templates: URL) {
    (self.record, self.seal, self.templates) = (record, seal, templates)
  }

  func write(to folder: URL) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["to-trinh", "bao-cao"] {
      let file = templates.appendingPathComponent("\(name).txt")
      let text: String
      do { text = try String(contentsOf: file, encoding: .utf8) } catch {
        throw TableError(file.path, [TableProblem(nil, nil, "unreadable")])
      }
      let blocks = blocks(of: text)
      try await OpenDocument(title: "\(name) \(record.year)", blocks: blocks)
        .write(to: folder.appendingPathComponent("\(name).odt"))
    }
  }

  private var places: [String: String] {
    let forecast = ScoreForecast(record.sheet)
    let level = record.sheet.table.levels.first { $0.level == forecast.level }
    let anchor = JournalAnchor(day: record.until, record.head)
    let open = forecast.best > forecast.given
    return [
      "nam": "\(record.year)", "ten_trung_tam": record.settings.centre.name, "den_ngay": record.until.onPaper,
      "quyet_dinh": record.sheet.table.document, "co_quan_ban_hanh": record.sheet.table.issuer,
      "diem": ScoreView.written(forecast.given) + (open ? " (còn mục chưa chấm)" : ""),
      "tong_diem": "\(record.sheet.table.total)",
      "muc": open ? "chưa xếp mức vì còn mục chưa chấm" : level?.name ?? "Không đạt chuẩn",
      "dang_ky": record.sheet.registration.map { "\($0.document), ngày \($0.day.onPaper)" } ?? "……………………",
      "dau_muc_luc": seal, "su_kien": "\(anchor.seq)", "dau_chuoi": anchor.groups,
    ]
  }

  /// Lines of a template: `@dau` the head, `=` the title and `~` what it is about, `#` a heading, `@so-lieu` and `@diem` the
  /// tables, `@ky` the end, `//` a remark; anything else is a paragraph.
  private func blocks(of template: String) -> [OpenDocument.Block] {
    var blocks: [OpenDocument.Block] = []
    var kind: String?
    let places = places
    for raw in template.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      var line = raw
      for (name, value) in places { line = line.replacingOccurrences(of: "{\(name)}", with: value) }
      func rest(_ mark: String) -> String { line.dropFirst(mark.count).trimmingCharacters(in: .whitespaces) }
      func parts(_ mark: String) -> [String] {
        rest(mark).split(separator: "|", omittingEmptySubsequences: false).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
      }
      if line.isEmpty || line.hasPrefix("//") { continue }
      if let title = kind, !line.hasPrefix("~") {
        blocks.append(.title(title, about: ""))
        kind = nil
      }
      if line.hasPrefix("@dau") {
        let parts = parts("@dau") + ["", "", "", ""]
        blocks.append(.head(superior: parts[0], agency: parts[1], number: parts[2], placeAndDate: parts[3]))
      } else if line.hasPrefix("=") {
        kind = rest("=")
      } else if line.hasPrefix("~") {
        blocks.append(.title(kind ?? "", about: rest("~")))
        kind = nil
      } else if line.hasPrefix("#") {
        blocks.append(.heading(rest("#")))
      } else if line.hasPrefix("@so-lieu") {
        blocks.append(.table(figureRows))
      } else if line.hasPrefix("@diem") {
        blocks.append(.table(pointRows))
      } else if line.hasPrefix("@ky") {
        let parts = parts("@ky")
        blocks.append(.signature(recipients: parts.dropFirst().map { "- \($0)" }, office: parts.first ?? ""))
      } else if line.hasPrefix(">") {
        blocks.append(.centred(rest(">")))
      } else {
        blocks.append(.paragraph(line))
      }
    }
    return blocks
  }

  private func word(_ key: String) -> String { Words.text("proof.\(key)").vi }

  /// Those with data; what nobody recorded is not made up.
  private var figureRows: [[String]] {
    [[word("column.what"), word("column.numerator"), word("column.denominator"), word("value")]]
      + record.figures.flatMap { figure -> [[String]] in
        let name = Words.text("figure.\(figure.figure)").vi
        if let share = figure.share {
          return [[name, "\(share.numerator)", "\(share.denominator)", CoverSheet.percent(share)]]
        }
        return figure.counts.map { ["\(name): \(Words.text("figure.count.\($0.key)").vi)", "", "", "\($0.n)"] }
      }
  }

  private var pointRows: [[String]] {
    [[word("column.what"), word("most"), word("given")]]
      + record.view.rows.filter { $0.depth == 0 }.map { row in
        [
          row.title, row.least == row.most ? "\(row.most)" : "\(row.least)–\(row.most)",
          ScoreView.written(row.sum ?? row.points ?? .zero),
        ]
      }
  }
}
