import OneStop
import Printing

extension ChecklistView {
  /// One A4 page for the folder on the wall, in Vietnamese.
  /// - Parameter now: stands on the paper of a list that is not finished.
  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      Words.text("checklist.page.\(key)", places).vi
    }
    func clock(_ iso: String) -> String { Instant(iso: iso).map { "\(TimeOfDay($0, in: zone))" } ?? iso }
    let rows = lines.enumerated().map { i, line in
      [
        "\(i + 1)", line.name.vi, word("outcome.\(line.outcome.rawValue)"),
        line.mark.map { mark in
          (mark.excuse == nil ? "" : line.words.vi + "; ") + "\(mark.by), \(clock(mark.at))"
        } ?? line.words.vi,
      ]
    }
    // What a commune has fits one page; a long list gets smaller letters before it gets a second page.
    let size = rows.count <= 18 ? 11.0 : rows.count <= 28 ? 9.0 : 7.5
    var blocks: [DocumentPage.Block] = [
      .paragraph(centre.name, .centre), .title(word("title"), about: word("day", ["day": day.onPaper])),
      .table(
        .init(
          columns: [
            .init(word("number"), share: 0.5, .right), .init(word("item"), share: 3.4),
            .init(word("outcome"), share: 1.3), .init(word("note"), share: 3.4),
          ], rows: rows, size: size)),
    ]
    if let finished {
      blocks += [
        .paragraph(word("finished", ["time": clock(finished.at), "day": day.onPaper]), .right),
        .signature(office: word("signer"), name: finished.by),
      ]
    } else {
      let time = "\(TimeOfDay(now, in: zone)) \(LocalDay(now, in: zone).onPaper)"
      blocks.append(.paragraph(word("unfinished", ["time": time, "n": "\(open)"]), .left))
    }
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(word("title")) \(day)", madeAt: "\(LocalDay(now, in: zone))T\(TimeOfDay(now, in: zone)):00",
        margins: .narrow, size: 12, blocks: blocks))
  }
}

extension Instant {
  /// Reads what `iso` writes.
  init?(iso text: String) {
    let parts = text.split(separator: "T")
    guard parts.count == 2, let day = LocalDay(parts[0]), let time = TimeOfDay(parts[1].prefix(5)) else { return nil }
    self = day.instant(at: time, in: ZoneOffset(seconds: 0))
  }
}
