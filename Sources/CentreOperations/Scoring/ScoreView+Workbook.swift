import OneStop
import Printing

/// The self-scoring table as a workbook: points as numbers, sums as formulas over the rows they belong to.
extension ScoreView {
  private static let pointsColumn = 3

  /// - Parameter madeAt: in the file's properties; the same values make the same bytes.
  public func workbook(centre: Centre, at madeAt: Instant) -> Workbook {
    func word(_ key: String) -> String { Words.text("score.page.\(key)").vi }
    let heads = ["no", "item", "max", "points", "numerator", "denominator", "share", "evidence"].map { key in
      Workbook.Cell.text(
        Words.text(
          ["numerator", "denominator"].contains(key)
            ? "proof.column.\(key)" : key == "share" ? "proof.value" : "score.page.\(key)"
        ).vi, .heading)
    }
    let known = Dictionary(uniqueKeysWithValues: figures.map { ($0.figure, $0) })
    var cells: [[Workbook.Cell]] = [
      [.empty, .text("\(word("title")) \(Words.text("score.page.about", ["year": "\(year)"]).vi)", .title)],
      [.empty, .text(centre.name, .note)], heads,
    ]
    let first = cells.count
    for (i, row) in rows.enumerated() {
      let least = row.least == row.most ? Workbook.Cell.whole(row.most) : .text("\(row.least)–\(row.most)")
      var line: [Workbook.Cell] = [.text(row.id.rawValue), .text(row.title, .wrapped), least, points(i, first)]
      // One figure a row: the others stand in the evidence of the item.
      if let at = row.figures.first(where: { known[$0]?.share != nil }), let share = known[at]?.share {
        let place = cells.count
        let (part, whole) = (Workbook.name(row: place, column: 4), Workbook.name(row: place, column: 5))
        line += [
          .whole(share.numerator), .whole(share.denominator),
          .share(part, of: whole, share.numerator, of: share.denominator),
        ]
      } else {
        line += [.empty, .empty, .empty]
      }
      line.append(.text(row.history.last?.evidence.map(\.words).joined(separator: "; ") ?? "", .wrapped))
      cells.append(line)
    }
    let tops = rows.indices.filter { rows[$0].depth == 0 }
    cells.append([
      .empty, .text(word("total"), .plainSum), .number(Double(total), .wholeSum),
      .formula(sum(tops, first), .number(forecast.given.number), .pointsSum),
    ])
    let sheet = Workbook.Sheet(
      word("title"), widths: [8, 60, 10, 10, 10, 10, 10, 40], headRows: 3, isLandscape: true, rows: cells)
    return Workbook(
      title: "\(word("title")) \(year)", author: centre.name, madeAt: Int(madeAt.milliseconds / 1000), sheets: [sheet])
  }

  private func points(_ at: Int, _ first: Int) -> Workbook.Cell {
    let row = rows[at]
    if row.scored { return row.points.map { .number($0.number, .points) } ?? .empty }
    let parts = rows.indices[(at + 1)...].prefix { rows[$0].depth > row.depth }.filter {
      rows[$0].depth == row.depth + 1
    }
    return .formula(sum(parts, first), .number(row.sum?.number ?? 0), .points)
  }

  private func sum(_ parts: [Int], _ first: Int) -> String {
    "SUM(" + parts.map { Workbook.name(row: first + $0, column: Self.pointsColumn) }.joined(separator: ",") + ")"
  }
}
