import OneStop
import Printing

/// Which unit has what left to do, on the screen and as a list to hand out.
extension ScoreView {
  public struct Work: Encodable, Sendable {
    public struct Item: Encodable, Sendable {
      var id: ScoringTable.Item.ID
      var title: String
      var missing: [ScoreWork.Missing]
    }
    public struct Owner: Encodable, Sendable {
      /// Absent: rows the table gives to nobody.
      var name: String?
      var items: [Item]
    }
    var year: Int
    var owners: [Owner]
  }

  /// - Parameter owner: nil for all.
  public func workList(of owner: String?) -> Work {
    let rows = work(of: owner)
    var names: [String?] = []
    for row in rows where !names.contains(row.owner) { names.append(row.owner) }
    return Work(
      year: year,
      owners: names.map { name in
        .init(
          name: name,
          items: rows.filter { $0.owner == name }.map { .init(id: $0.id, title: $0.title, missing: $0.missing) })
      })
  }

  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func workPDF(of owner: String?, centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      Words.text("score.work.\(key)", places).vi
    }
    let columns: [DocumentPage.Table.Column] = [
      .init(word("no"), share: 0.8), .init(word("item"), share: 4.2), .init(word("missing"), share: 2.2),
      .init(word("done"), share: 1),
    ]
    let (time, today) = (TimeOfDay(now, in: zone), LocalDay(now, in: zone))
    var blocks: [DocumentPage.Block] = [
      .paragraph(centre.name, .centre), .title(word("title"), about: word("about", ["year": "\(year)"])),
    ]
    // What is still to come, the nearest first.
    for deadline in deadlines.filter({ $0.days >= 0 }).sorted(by: { $0.days < $1.days }).prefix(1) {
      blocks.append(
        .paragraph(
          word("deadline", ["day": deadline.last.onPaper, "n": "\(deadline.days)", "words": deadline.words]), .left))
    }
    let owners = workList(of: owner).owners
    if owners.isEmpty { blocks.append(.paragraph(word("none"), .left)) }
    for each in owners {
      blocks.append(.paragraph("\(each.name ?? word("nobody")): \(each.items.count)", .left))
      let rows = each.items.map { item in
        [item.id.rawValue, item.title, item.missing.map { word($0.rawValue) }.joined(separator: "; "), ""]
      }
      blocks.append(.table(.init(columns: columns, rows: rows, size: 11)))
    }
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(word("title")) \(year)", madeAt: "\(today)T\(time):00", margins: .narrow, size: 12, blocks: blocks))
  }
}
