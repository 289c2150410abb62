import CentreStore
import OneStop
import Printing

/// The first page of an item's evidence: which figures, what they mean, which rows made them, which part of the journal
/// vouches for them.
struct CoverSheet {
  let year: SealedYear
  /// Of each sheet of rows: how many rows, and the SHA-256 of the file.
  let sheets: [Figure: (rows: Int, hash: String)]

  private func word(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("proof.\(key)", places).vi
  }

  /// - Throws: `PrintingError.unprintable` where a reason or a name has a letter the font lacks.
  func pdf(_ row: ScoreView.Row) throws -> [UInt8] {
    var blocks: [DocumentPage.Block] = [
      .paragraph(year.settings.centre.name, .centre),
      .title(word("cover", ["item": row.id.rawValue]), about: row.title),
      .table(table(points(row))),
    ]
    let known = Dictionary(uniqueKeysWithValues: year.figures.map { ($0.figure, $0) })
    if row.figures.isEmpty { blocks.append(.paragraph(word("noFigures"), .left)) }
    for figure in row.figures {
      blocks.append(.heading(Words.text("figure.\(figure)").vi))
      blocks.append(.table(table(lines(figure, known[figure]))))
    }
    let documents = row.history.last?.evidence ?? []
    blocks.append(.heading(word("documents")))
    if documents.isEmpty { blocks.append(.paragraph(word("noDocuments"), .left)) }
    var number = 0
    blocks += documents.map { piece in
      // Its hash is in the journal too and tells whether it is the same.
      let file =
        piece.file.map { file in
          number += 1
          return ", \(file.name): \(SealedName.attachment(number, file.name)), SHA-256 \(file.sha256)"
        } ?? ""
      return .paragraph("– " + piece.words + (piece.link.map { " (\($0))" } ?? "") + file, .left)
    }
    blocks.append(.heading(word("journal")))
    let anchor = JournalAnchor(day: year.until, year.head)
    blocks.append(
      .paragraph(
        word("range", ["n": "\(year.head.seq)", "day": year.until.onPaper, "hash": anchor.groups]), .left))
    return try PageLayout.pdf(
      DocumentPage(
        title: word("cover", ["item": row.id.rawValue]), madeAt: "\(year.until)T23:59:59", margins: .narrow, size: 12,
        blocks: blocks))
  }

  private func table(_ rows: [[String]]) -> DocumentPage.Table {
    .init(
      columns: [.init(word("column.what"), share: 1), .init(word("column.content"), share: 3)], rows: rows, size: 11)
  }

  private func points(_ row: ScoreView.Row) -> [[String]] {
    var lines = [[word("most"), row.least == row.most ? "\(row.most)" : "\(row.least)–\(row.most)"]]
    lines.append([word("given"), row.points.map(ScoreView.written) ?? word("notGiven")])
    if let last = row.history.last { lines.append([word("reason"), last.reason]) }
    if let evidence = row.evidence { lines.append([word("asked"), evidence]) }
    if let met = row.met { lines.append([word("demand"), Words.text("score.page.\(met ? "met" : "notMet")").vi]) }
    return lines
  }

  private func lines(_ figure: Figure, _ known: ScoreFigure?) -> [[String]] {
    var lines: [[String]] = []
    if let share = known?.share {
      lines.append([word("value"), Self.percent(share)])
      lines.append([word("column.numerator"), "\(share.numerator)"])
      lines.append([word("column.denominator"), "\(share.denominator)"])
    } else if known?.counts.isEmpty ?? true {
      lines.append([word("value"), word("none")])
    }
    for count in known?.counts ?? [] {
      let name = Words.text("figure.count.\(count.key)").vi
      lines.append([name.prefix(1).uppercased() + name.dropFirst(), "\(count.n)"])
    }
    lines.append([word("formula"), Words.text("figure.\(figure).formula").vi])
    lines.append([word("leftOutHead"), Self.leftOut(figure)])
    let source = Words.text("figure.source.\(known?.source.rawValue ?? "later")").vi
    lines.append([word("source"), [source, known?.origin].compactMap { $0 }.joined(separator: " ")])
    if let sheet = sheets[figure] {
      lines.append([word("rows"), word("rowsOf", ["file": "\(figure).csv", "n": "\(sheet.rows)"])])
      lines.append(["SHA-256", sheet.hash])
    }
    return lines
  }

  private static func leftOut(_ figure: Figure) -> String {
    let key = "proof.leftOut.\(figure)"
    let words = Words.text(key).vi
    return words == key ? Words.text("proof.leftOut").vi : words
  }

  /// Cut off after two decimals: 89,996% is not 90%.
  static func percent(_ share: Share) -> String {
    guard share.denominator > 0 else { return "" }
    let hundredths = share.numerator * 10_000 / share.denominator
    return "\(hundredths / 100),\(padded(hundredths % 100, 2))%"
  }
}
