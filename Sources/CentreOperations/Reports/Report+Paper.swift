import Foundation
import OneStop
import Printing

/// What stands on a report beside its figures.
public struct ReportHeading: Sendable, Hashable {
  public var centre: Centre
  public var zone: ZoneOffset
  public var madeAt: Instant
  /// From 1; drafts have none.
  public var version: Int?
  /// Why there is a version more.
  public var reason: String

  public init(centre: Centre, zone: ZoneOffset, madeAt: Instant, version: Int? = nil, reason: String = "") {
    self.centre = centre
    self.zone = zone
    self.madeAt = madeAt
    self.version = version
    self.reason = reason
  }
}

extension Report {
  private static func word(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("report.\(key)", places).vi
  }

  /// The report in the layout of administrative documents (Decree 30/2020/NĐ-CP, annex I). Number and signature are left
  /// to whoever issues it.
  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(_ heading: ReportHeading) throws -> [UInt8] {
    let (time, day) = (TimeOfDay(heading.madeAt, in: heading.zone), LocalDay(heading.madeAt, in: heading.zone))
    let (y, m, d) = day.civil
    var blocks: [DocumentPage.Block] = [
      .head(
        .init(
          agency: heading.centre.name, number: Self.word("number"),
          placeAndDate: Words.text("slip.date", ["d": padded(d, 2), "m": padded(m, 2), "y": "\(y)"]).vi)),
      .title(Self.word("title"), about: Self.word("about", ["period": period.words.vi])),
      .paragraph(standing(heading), .justified),
    ]
    if !heading.reason.isEmpty, let version = heading.version, version > 1 {
      blocks.append(.paragraph(Self.word("correction", ["n": "\(version)", "why": heading.reason]), .justified))
    }
    var notes: [Line] = []
    for (i, section) in sections.enumerated() {
      blocks.append(.heading("\(i + 1). \(Self.word("section.\(section.key)"))"))
      if let law = section.law { blocks.append(.paragraph(law.vi, .justified)) }
      blocks.append(.table(table(section, &notes)))
      blocks.append(.space(2))
      if section.key == "queue", !services.isEmpty { blocks += [.table(serviceTable), .space(2)] }
      if section.key == "ratings", let reception, let handling {
        blocks += [.table(levelTable(reception, handling)), .space(2)]
      }
    }
    blocks.append(
      .closing(
        recipients: Self.word("recipients").split(separator: "|").map(String.init), office: Self.word("signer"),
        name: ""))
    blocks += [.space(6), .heading(Self.word("notes")), .table(noteTable(notes))]
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(Self.word("title")) \(period.words.vi)", madeAt: "\(day)T\(time):00", size: 13, blocks: blocks))
  }

  /// Until when it counts, and whether that is the end.
  private func standing(_ heading: ReportHeading) -> String {
    let made = Self.word(
      "made",
      [
        "time": TimeOfDay(heading.madeAt, in: heading.zone).description,
        "day": LocalDay(heading.madeAt, in: heading.zone).onPaper, "until": until.onPaper,
      ])
    return complete ? made : made + " " + Self.word("running")
  }

  private func table(_ section: Section, _ notes: inout [Line]) -> DocumentPage.Table {
    let rows = section.lines.map { line in
      notes.append(line)
      let met = line.isMet.map { Self.word($0 ? "met" : "notMet") } ?? ""
      return [
        "\(line.name.vi) (\(notes.count))", line.written,
        line.target.map { Self.word($0 == 100 ? "all" : "atLeast", ["n": "\($0)"]) + (met.isEmpty ? "" : " – \(met)") }
          ?? "",
      ]
    }
    return .init(
      columns: [
        .init(Self.word("column.figure"), share: 3.6), .init(Self.word("column.value"), share: 2.1, .right),
        .init(Self.word("column.target"), share: 1.9),
      ], rows: rows, size: 11)
  }

  /// What each figure counts, small: it is looked up, not read through.
  private func noteTable(_ notes: [Line]) -> DocumentPage.Table {
    .init(
      columns: [
        .init(Self.word("column.note"), share: 0.5, .right), .init(Self.word("column.figure"), share: 2),
        .init(Self.word("column.how"), share: 5),
      ], rows: notes.enumerated().map { ["(\($0.offset + 1))", $0.element.name.vi, $0.element.how.vi] }, size: 9.5)
  }

  private var serviceTable: DocumentPage.Table {
    func sum(_ value: (ServiceRow) -> Int) -> String { grouped(services.reduce(0) { $0 + value($1) }) }
    let number = DocumentPage.Alignment.right
    return .init(
      columns: [
        .init(Self.word("column.service"), share: 3), .init(Self.word("column.issued"), number),
        .init(Self.word("column.served"), number), .init(Self.word("column.noShow"), number),
        .init(Self.word("column.wait"), number), .init(Self.word("column.within"), share: 1.7, number),
      ],
      rows: services.map {
        [
          $0.name, grouped($0.issued), grouped($0.served), grouped($0.noShow), FigureReport.minutes($0.waitMedian),
          $0.waited == 0 ? "–" : "\(grouped($0.withinTarget))/\(grouped($0.waited))",
        ]
      } + [
        [
          Self.word("total"), sum(\.issued), sum(\.served), sum(\.noShow), "",
          "\(sum(\.withinTarget))/\(sum(\.waited))",
        ]
      ], hasTotal: true, size: 11)
  }

  private func levelTable(_ reception: [Int], _ handling: [Int]) -> DocumentPage.Table {
    let number = DocumentPage.Alignment.right
    return .init(
      columns: [
        .init(Self.word("column.level"), share: 3), .init(Self.word("column.reception"), number),
        .init(Self.word("column.handling"), number),
      ],
      rows: zip(reception, handling).enumerated().map { i, given in
        [Self.word("level.\(5 - i)"), grouped(given.0), grouped(given.1)]
      } + [[Self.word("total"), grouped(reception.reduce(0, +)), grouped(handling.reduce(0, +))]], hasTotal: true,
      size: 11)
  }

  /// RFC 4180 with a byte order mark; a line each, what is not known is empty.
  public var csv: String {
    let heads = ["phan", "khoa", "ten", "so", "tu_so", "mau_so", "giay", "diem", "chi_tieu_phan_tram", "dinh_nghia"]
    func text(_ number: Int?) -> String { number.map(String.init) ?? "" }
    return "\u{FEFF}" + CSV.line(heads)
      + sections.flatMap { section in
        section.lines.map { line in
          CSV.line([
            Self.word("section.\(section.key)"), line.key, line.name.vi, text(line.number),
            text(line.share?.numerator), text(line.share?.denominator), text(line.seconds),
            line.tenths.map { "\($0 / 10).\($0 % 10)" } ?? "", text(line.target), line.how.vi,
          ])
        }
      }.joined()
  }
}
