import OneStop
import Printing

extension FigureReport {
  /// The figures on A4 paper, lying, in the words of the page on the screen.
  /// - Parameter now: stands on the paper, so that two prints of a running day can be told apart.
  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      Words.text("figures.page.\(key)", places).vi
    }
    let number = DocumentPage.Alignment.right
    let columns: [DocumentPage.Table.Column] = [
      .init(word("by.\(by.rawValue)"), share: 3.2), .init(word("issued"), number), .init(word("served"), number),
      .init(word("transferred"), number), .init(word("noShow"), number), .init(word("cancelled"), number),
      .init(word("waitMedian"), share: 1.1, number), .init(word("waitP90"), share: 1.1, number),
      .init(word("waitLongest"), share: 1.1, number), .init(word("withinTarget"), share: 1.4, number),
      .init(word("serviceMedian"), share: 1.1, number), .init(word("serviceP90"), share: 1.1, number),
      .init(word("rated"), number),
    ]
    func cells(_ row: Row, _ name: String) -> [String] {
      [
        name, "\(row.issued)", "\(row.served)", "\(row.transferred)", "\(row.noShow)", "\(row.cancelled)",
        Self.minutes(row.waits.medianSeconds), Self.minutes(row.waits.p90Seconds), Self.minutes(row.waits.maxSeconds),
        row.waits.n == 0 ? "–" : "\(row.withinTarget)/\(row.waits.n)", Self.minutes(row.services.medianSeconds),
        Self.minutes(row.services.p90Seconds), "\(row.rated)",
      ]
    }
    let lines =
      rows.map { cells($0, $0.name.isEmpty ? $0.key : $0.name) } + [cells(total, Words.text("figures.total").vi)]
    let time = TimeOfDay(now, in: zone)
    let today = LocalDay(now, in: zone)
    let period = periodWords
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(word("title")) \(period)", madeAt: "\(today)T\(time):00", isLandscape: true, margins: .narrow,
        size: 12,
        blocks: [
          .paragraph(centre.name, .centre), .title(word("title"), about: period),
          .table(.init(columns: columns, rows: lines, hasTotal: true, size: 10)),
          .paragraph(word("how", ["minutes": "\(targetSeconds / 60)"]), .left),
          .paragraph(checklistWords.vi, .left),
          .paragraph(word("printed", ["time": "\(time)", "day": today.onPaper]), .right),
        ]))
  }

  /// The day or days they are of, as on paper.
  var periodWords: String {
    from == to
      ? Words.text("figures.page.day", ["day": from.onPaper]).vi
      : Words.text("figures.page.days", ["from": from.onPaper, "to": to.onPaper]).vi
  }

  /// Minutes and seconds; a dash where nothing was measured.
  static func minutes(_ seconds: Int?) -> String { seconds.map { "\($0 / 60):\(padded($0 % 60, 2))" } ?? "–" }
}
