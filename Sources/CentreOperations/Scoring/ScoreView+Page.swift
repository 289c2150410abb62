import OneStop
import Printing

/// The self-scoring table on paper and as a sheet, in the words of the page on the screen.
extension ScoreView {
  private static func word(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("score.page.\(key)", places).vi
  }
  private static var columns: [DocumentPage.Table.Column] {
    [
      .init(word("no"), share: 0.7), .init(word("item"), share: 4), .init(word("max"), share: 0.7, .right),
      .init(word("points"), share: 0.8, .right), .init(word("figures"), share: 2), .init(word("evidence"), share: 1.6),
    ]
  }

  /// Two decimals where there are any, with the comma of the language.
  static func written(_ points: Points) -> String {
    let (whole, part) = points.hundredths.quotientAndRemainder(dividingBy: 100)
    return part == 0 ? "\(whole)" : "\(whole),\(padded(part, 2))"
  }

  /// `Số hóa hồ sơ 86,01% (1.710/1.988)`; nil without a share.
  private static func words(of figure: ScoreFigure) -> String? {
    figure.share.map {
      "\(Words.text("figure.\(figure.figure)").vi) \(CoverSheet.percent($0)) (\(grouped($0.numerator))/\(grouped($0.denominator)))"
    }
  }

  private func lines() -> [[String]] {
    let known = Dictionary(uniqueKeysWithValues: figures.map { ($0.figure, $0) })
    return rows.map { row in
      let points = (row.scored ? row.points : row.sum).map(Self.written) ?? ""
      let figures = row.figures.compactMap { known[$0].flatMap(Self.words(of:)) }
      let evidence = row.history.last?.evidence.map(\.words) ?? []
      let met = row.met.map { Self.word($0 ? "met" : "notMet") }
      return [
        row.id.rawValue, row.title, row.least == row.most ? "\(row.most)" : "\(row.least)–\(row.most)", points,
        (figures + (met.map { [$0] } ?? [])).joined(separator: "; "), evidence.joined(separator: "; "),
      ]
    }
  }

  private var sums: [String] {
    let forecast = forecast
    let open = forecast.best > forecast.given
    return [
      "", Self.word("total"), "\(total)",
      Self.written(forecast.given) + (open ? " … \(Self.written(forecast.best))" : ""), "", "",
    ]
  }

  /// RFC 4180 with a byte order mark. Points with a comma, as the language writes them.
  public var csv: String { "\u{FEFF}" + ([Self.columns.map(\.head)] + lines() + [sums]).map(CSV.line).joined() }

  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    let (time, today) = (TimeOfDay(now, in: zone), LocalDay(now, in: zone))
    var notes = [Self.word("document", ["document": document, "day": today.onPaper])]
    if !forecast.unread.isEmpty { notes.append(Self.word("unread", ["n": "\(forecast.unread.count)"])) }
    if !forecast.open.isEmpty { notes.append(Self.word("open", ["n": "\(forecast.open.count)"])) }
    if let completedFrom { notes.append(Self.word("completed", ["document": completedFrom])) }
    notes.append(
      registration.map { Self.word("registered", ["document": $0.document, "day": $0.day.onPaper]) }
        ?? Self.word("notRegistered"))
    if forecast.disqualified { notes.append(Self.word("disqualified")) }
    let table = DocumentPage.Table(columns: Self.columns, rows: lines() + [sums], hasTotal: true, size: 10)
    var blocks: [DocumentPage.Block] = [
      .paragraph(centre.name, .centre), .title(Self.word("title"), about: Self.word("about", ["year": "\(year)"])),
      .table(table),
    ]
    blocks += notes.map { .paragraph($0, .left) }
    blocks.append(.signatures(left: Self.word("made"), right: Self.word("chairman")))
    return try PageLayout.pdf(
      DocumentPage(
        title: Self.word("title"), madeAt: "\(today)T\(time):00", isLandscape: true, margins: .narrow, size: 12,
        blocks: blocks))
  }
}
