import OneStop
import Printing

extension Report {
  private typealias Cell = Workbook.Cell
  private static func word(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("report.\(key)", places).vi
  }
  private static func head(_ keys: String...) -> [Cell] { keys.map { .text(word("column.\($0)"), .heading) } }

  /// The same figures to go on working with: sums and shares are formulas over the columns.
  /// - Throws: `WorkbookError`.
  public func xlsx(_ heading: ReportHeading) throws -> [UInt8] {
    var sheets = [summary(heading)]
    if !services.isEmpty { sheets.append(serviceSheet) }
    if let reception, let handling { sheets.append(levelSheet(reception, handling)) }
    if !hours.isEmpty { sheets.append(hourSheet) }
    sheets.append(
      .init(
        Self.word("sheet.notes"), widths: [40, 110], headRows: 1,
        rows: [Self.head("figure", "how")]
          + sections.flatMap(\.lines).map { [.text($0.name.vi, .wrapped), .text($0.how.vi, .wrapped)] }))
    return try Workbook(
      title: "\(Self.word("title")) \(period.words.vi)", author: heading.centre.name,
      madeAt: Int(heading.madeAt.milliseconds / 1000), sheets: sheets
    ).xlsx()
  }

  private func summary(_ heading: ReportHeading) -> Workbook.Sheet {
    var rows: [[Cell]] = [
      [.text(heading.centre.name)], [.text(Self.word("title") + " " + period.words.vi, .title)],
      [
        .text(
          Self.word(
            "made",
            [
              "time": TimeOfDay(heading.madeAt, in: heading.zone).description,
              "day": LocalDay(heading.madeAt, in: heading.zone).onPaper, "until": until.onPaper,
            ]) + (complete ? "" : " " + Self.word("running")), .note)
      ],
    ]
    if let version = heading.version, version > 1 {
      rows.append([.text(Self.word("correction", ["n": "\(version)", "why": heading.reason]), .note)])
    }
    rows.append(Self.head("figure", "number", "part", "whole", "share", "minutes", "points", "target", "met"))
    for section in sections {
      rows.append([.text(Self.word("section.\(section.key)"), .heading)])
      for line in section.lines { rows.append(cells(line, row: rows.count)) }
    }
    return .init(
      Self.word("sheet.summary"), widths: [52, 11, 11, 11, 11, 11, 11, 11, 12], isLandscape: true, rows: rows)
  }

  private func cells(_ line: Line, row: Int) -> [Cell] {
    func name(_ column: Int) -> String { Workbook.name(row: row, column: column) }
    var cells: [Cell] = [.text(line.name.vi, .wrapped)]
    guard line.isKnown else { return cells + [.text(Self.word("noData"), .note)] }
    cells.append(line.number.map { .whole($0) } ?? .empty)
    if let share = line.share, share.denominator > 0 {
      cells += [
        .whole(share.numerator), .whole(share.denominator),
        .share(name(2), of: name(3), share.numerator, of: share.denominator),
      ]
    } else {
      cells += [.empty, .empty, .empty]
    }
    cells.append(line.seconds.map { .number(Double($0) / 60, .points) } ?? .empty)
    cells.append(line.tenths.map { .number(Double($0) / 10, .points) } ?? .empty)
    if let target = line.target {
      cells.append(.number(Double(target) / 100, .percent))
      if let met = line.isMet {
        let (yes, no) = (Self.word("met"), Self.word("notMet"))
        // In whole numbers, as on paper: a quotient of doubles can fall a hair short of the demanded one.
        cells.append(
          .formula(
            "IF(\(name(2))*100>=\(target)*\(name(3)),\"\(yes)\",\"\(no)\")", .text(met ? yes : no), .plain))
      }
    }
    return cells
  }

  private var serviceSheet: Workbook.Sheet {
    var rows = [
      Self.head("service", "issued", "served", "noShow", "cancelled", "within", "waited", "share", "wait", "service90")
    ]
    for (i, each) in services.enumerated() {
      let row = i + 1
      func name(_ column: Int) -> String { Workbook.name(row: row, column: column) }
      var cells: [Cell] = [.text(each.name, .wrapped)]
      cells += [each.issued, each.served, each.noShow, each.cancelled, each.withinTarget, each.waited].map {
        .whole($0)
      }
      cells.append(Self.share(name(5), name(6), each.withinTarget, each.waited, .percent))
      cells += [each.waitMedian, each.serviceMedian].map { $0.map { .number(Double($0) / 60, .points) } ?? .empty }
      rows.append(cells)
    }
    let last = services.count
    func sum(_ column: Int, _ value: (ServiceRow) -> Int) -> Cell {
      let (from, to) = (Workbook.name(row: 1, column: column), Workbook.name(row: last, column: column))
      return .formula("SUM(\(from):\(to))", .number(Double(services.reduce(0) { $0 + value($1) })), .wholeSum)
    }
    let (within, waited) = services.reduce((0, 0)) { ($0.0 + $1.withinTarget, $0.1 + $1.waited) }
    rows.append([
      .text(Self.word("total"), .plainSum), sum(1, \.issued), sum(2, \.served), sum(3, \.noShow), sum(4, \.cancelled),
      sum(5, \.withinTarget), sum(6, \.waited),
      Self.share(
        Workbook.name(row: last + 1, column: 5), Workbook.name(row: last + 1, column: 6), within, waited, .percentSum),
    ])
    return .init(
      Self.word("sheet.services"), widths: [44] + Array(repeating: 11, count: 9), headRows: 1, isLandscape: true,
      rows: rows,
      charts: [
        .init(
          .bars, title: Self.word("sheet.services"), categories: 0, rows: 1...last,
          series: [
            .init(Self.word("column.issued"), column: 1), .init(Self.word("column.served"), column: 2),
          ], at: (row: last + 3, column: 0))
      ])
  }

  /// A share as a formula that says so where there is nothing to divide by.
  private static func share(_ part: String, _ whole: String, _ n: Int, _ of: Int, _ format: Workbook.Format) -> Cell {
    .share(part, of: whole, n, of: of, none: word("noData"), format)
  }

  private func levelSheet(_ reception: [Int], _ handling: [Int]) -> Workbook.Sheet {
    var rows = [Self.head("level", "reception", "share", "handling", "share")]
    let (r, h) = (reception.reduce(0, +), handling.reduce(0, +))
    let last = reception.count
    for i in reception.indices {
      rows.append([
        .text(Self.word("level.\(5 - i)")), .whole(reception[i]),
        Self.share("B\(i + 2)", "B$\(last + 2)", reception[i], r, .percent), .whole(handling[i]),
        Self.share("D\(i + 2)", "D$\(last + 2)", handling[i], h, .percent),
      ])
    }
    rows.append([
      .text(Self.word("total"), .plainSum), .formula("SUM(B2:B\(last + 1))", .number(Double(r)), .wholeSum), .empty,
      .formula("SUM(D2:D\(last + 1))", .number(Double(h)), .wholeSum),
    ])
    return .init(
      Self.word("sheet.levels"), widths: [24, 14, 11, 14, 11], headRows: 1, rows: rows,
      charts: [
        .init(
          .columns, title: Self.word("sheet.levels"), categories: 0, rows: 1...last,
          series: [
            .init(Self.word("column.reception"), column: 1), .init(Self.word("column.handling"), column: 3),
          ], at: (row: last + 4, column: 0))
      ])
  }

  private var hourSheet: Workbook.Sheet {
    let sorted = hours.sorted { $0.key < $1.key }
    return .init(
      Self.word("sheet.hours"), widths: [12, 14], headRows: 1,
      rows: [Self.head("hour", "issued")] + sorted.map { [.text("\($0.key):00"), .whole($0.value)] }
        + [
          [
            .text(Self.word("total"), .plainSum),
            .formula("SUM(B2:B\(sorted.count + 1))", .number(Double(sorted.reduce(0) { $0 + $1.value })), .wholeSum),
          ]
        ],
      charts: [
        .init(
          .columns, title: Self.word("sheet.hours"), categories: 0, rows: 1...sorted.count,
          series: [.init(Self.word("column.issued"), column: 1)], at: (row: 1, column: 3))
      ])
  }
}
