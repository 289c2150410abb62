import CPangoCairo
import CXlsxwriter

/// Lays a `DocumentPage` out on as many sheets as it needs. Pure: the same values give the same PDF.
public enum PageLayout {
  /// The libraries that set pages and workbooks: another version may place a letter elsewhere, and then the bytes differ.
  public static var typesetter: String {
    "cairo \(String(cString: cairo_version_string())) pango \(String(cString: pango_version_string())) xlsxwriter \(String(cString: lxw_version()))"
  }

  /// - Throws: `unprintable` where the font lacks a letter, `fontMissing` without `fonts-noto-core`,
  ///   `paperUnsuitable` where the margins leave no room.
  public static func pdf(_ page: DocumentPage) throws(PrintingError) -> [UInt8] {
    let sheet = try PDFSheet(page)
    let setter = try PageSetter(page, on: sheet)
    for block in page.blocks { try setter.set(block) }
    return try sheet.finish()
  }
}

extension PageLayout {
  /// The characters of a text that no page can show, each once.
  public static func unprintable(in text: String) throws(PrintingError) -> [Character] {
    try PangoText(dpi: 72, .none).missing(in: text, PangoFont(family: PageTypesetter.family, size: 12))
  }

  /// For a text that is typed now and printed later.
  /// - Throws: `unprintable` naming every letter the fonts of pages lack; `fontMissing`.
  public static func check(_ text: String) throws(PrintingError) {
    let missing = try unprintable(in: text)
    guard missing.isEmpty else { throw .unprintable(characters: missing, text: text) }
  }
}

/// Places blocks one under the other and turns the page when it is full.
final class PageSetter {
  private let page: DocumentPage
  private let sheet: PDFSheet
  private let type: PageTypesetter
  private let top, bottom, left, width: Double
  private var y: Double
  private var number = 1

  init(_ page: DocumentPage, on sheet: PDFSheet) throws(PrintingError) {
    self.page = page
    self.sheet = sheet
    type = try PageTypesetter()
    top = page.margins.top.points
    bottom = sheet.height - page.margins.bottom.points
    left = page.margins.left.points
    width = sheet.width - left - page.margins.right.points
    y = top
    guard width >= 72, bottom - top >= 144 else {
      throw .paperUnsuitable(reason: "the margins leave less than 25 x 50 mm")
    }
  }

  func set(_ block: DocumentPage.Block) throws(PrintingError) {
    switch block {
    case .head(let head): try set(head)
    case .title(let kind, let about):
      y += 8
      // Decree 30: 13–14.
      try flow(kind.uppercased(), PageFace(size: min(page.size + 1, 14), bold: true), .centre)
      if !about.isEmpty { try flow(about, PageFace(size: page.size, bold: true), .centre) }
      y += 8
    case .heading(let text):
      // A heading never stands alone at the foot of a page.
      try need(page.size * 5)
      y += 6
      try flow(text, PageFace(size: page.size, bold: true), .left)
      y += 3
    case .paragraph(let text, let alignment):
      // Decree 30: first line 1–1.27 cm in, at least 6 pt between paragraphs.
      try flow(text, PageFace(size: page.size), alignment, indent: alignment == .justified ? 10.0.points : 0)
      y += 6
    case .table(let table): try set(table)
    case .space(let millimetres): y += millimetres.points
    case .signature(let office, let name): try closing([], office, name)
    case .closing(let recipients, let office, let name): try closing(recipients, office, name)
    case .signatures(let left, let right): try signatures(left, right)
    case .code(let text, let caption): try code(text, caption)
    }
  }

  private func closing(_ recipients: [String], _ office: String, _ name: String) throws(PrintingError) {
    let column = width / 2
    let above = try type.lines(office.uppercased(), PageFace(size: page.size, bold: true), width: column, .centre)
    let below = try type.lines(name, PageFace(size: page.size, bold: true), width: column, .centre)
    // Decree 30: the word 12 bold italic, the list 11.
    let word =
      try recipients.isEmpty
      ? [] : type.lines("Nơi nhận:", PageFace(size: 12, bold: true, italic: true), width: column, .left)
    let list = try type.lines(
      recipients.map { "- \($0)" }.joined(separator: "\n"), PageFace(size: 11), width: column - 8, .left)
    let copies = word.height + (recipients.isEmpty ? 0 : list.height)
    let signed = above.height + 60 + below.height
    try need(max(signed, copies))
    draw(word, x: left, y: y)
    if !recipients.isEmpty { draw(list, x: left, y: y + word.height) }
    draw(above, x: left + column, y: y)
    draw(below, x: left + column, y: y + above.height + 60)
    y += max(signed, copies)
  }

  private func signatures(_ one: String, _ two: String) throws(PrintingError) {
    let column = width / 2
    let face = PageFace(size: page.size, bold: true)
    let (a, b) = (try type.lines(one, face, width: column, .centre), try type.lines(two, face, width: column, .centre))
    // Room to write a name by hand.
    let room = page.paper == .a4 ? 60.0 : 36
    try need(max(a.height, b.height) + room)
    draw(a, x: left, y: y)
    draw(b, x: left + column, y: y)
    y += max(a.height, b.height) + room
  }

  private func code(_ text: String, _ caption: String) throws(PrintingError) {
    let symbol = try QRSymbol(text)
    let side = 22.0.points
    let module = side / Double(symbol.side + 2 * QRSymbol.quietZone)
    try need(side)
    for row in 0..<symbol.side {
      for column in 0..<symbol.side where symbol[column, row] {
        sheet.dot(
          x: left + Double(column + QRSymbol.quietZone) * module, y: y + Double(row + QRSymbol.quietZone) * module,
          side: module)
      }
    }
    let words = try type.lines(caption, PageFace(size: page.size), width: width - side - 8, .left)
    draw(words, x: left + side + 8, y: y + max(0, (side - words.height) / 2))
    y += side + 4
  }

  // MARK: Text

  private func flow(
    _ text: String, _ face: PageFace, _ alignment: DocumentPage.Alignment, indent: Double = 0
  ) throws(PrintingError) {
    for line in try type.lines(text, face, width: width, alignment, indent: indent) {
      try need(line.height)
      sheet.draw(line, x: left, y: y)
      y += line.height * page.leading
    }
  }

  private func draw(_ lines: some Sequence<SetLine>, x: Double, y: Double) {
    var y = y
    for line in lines {
      sheet.draw(line, x: x, y: y)
      y += line.height
    }
  }

  /// Turns the page where less than so many points are left.
  private func need(_ height: Double) throws(PrintingError) {
    if y + height > bottom, y > top { try turn() }
  }

  private func turn() throws(PrintingError) {
    sheet.turn()
    number += 1
    // Decree 30: Arabic, centred in the top margin, 13–14 points, not on the first page.
    let lines = try type.lines("\(number)", PageFace(size: 13), width: width, .centre)
    draw(lines, x: left, y: max(8, top / 2 - lines.height / 2))
    y = top
  }

  // MARK: Head

  /// Centred lines of about the same length: a name is not left alone on the last one.
  private func balanced(
    _ text: String, _ face: PageFace, width: Double
  ) throws(PrintingError) -> (lines: [SetLine], x: Double) {
    let widest = try type.lines(text, face, width: width, .centre)
    guard widest.count > 1 else { return (widest, 0) }
    var best = (lines: widest, x: 0.0)
    // As narrow as the same number of lines allows, and no narrower than the longest word.
    for step in 1...12 {
      let narrow = width * (1 - Double(step) * 0.04)
      let lines = try type.lines(text, face, width: narrow, .centre)
      guard lines.count == widest.count, lines.allSatisfy({ $0.width <= narrow }) else { break }
      best = (lines, (width - narrow) / 2)
    }
    return best
  }

  private func set(_ head: DocumentPage.Head) throws(PrintingError) {
    let gap = 8.0
    let (one, two) = ((width - gap) * 0.42, (width - gap) * 0.58)
    let right = left + one + gap
    // Decree 30: 12–13 points for the names, 13–14 for the motto; a size less where the paper is small.
    let size = page.paper == .a4 ? 12.0 : 9.5
    let above = try balanced(head.superior.uppercased(), PageFace(size: size), width: one)
    let agency = try balanced(head.agency.uppercased(), PageFace(size: size, bold: true), width: one)
    let state = try type.lines(
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", PageFace(size: page.paper == .a4 ? size : size - 0.5, bold: true),
      width: two, .centre)
    let motto = try type.lines(
      "Độc lập - Tự do - Hạnh phúc", PageFace(size: size + 1, bold: true), width: two, .centre)

    var (a, b) = (y, y)
    if !head.superior.isEmpty {
      draw(above.lines, x: left + above.x, y: a)
      a += above.lines.height
    }
    draw(agency.lines, x: left + agency.x, y: a)
    a += agency.lines.height + 2
    let third = (agency.lines.map(\.width).max() ?? one) * 0.4
    sheet.rule(from: (left + one / 2 - third / 2, a), to: (left + one / 2 + third / 2, a))
    draw(state, x: right, y: b)
    b += state.height
    draw(motto, x: right, y: b)
    b += motto.height + 2
    let length = motto.map(\.width).max() ?? two
    sheet.rule(from: (right + two / 2 - length / 2, b), to: (right + two / 2 + length / 2, b))

    let below = max(a, b) + 6
    (a, b) = (below, below)
    if !head.number.isEmpty {
      let lines = try type.lines(head.number, PageFace(size: size + 1), width: one, .centre)
      draw(lines, x: left, y: a)
      a += lines.height
    }
    let dated = try type.lines(head.placeAndDate, PageFace(size: size + 1, italic: true), width: two, .centre)
    draw(dated, x: right, y: b)
    y = max(a, b + dated.height) + 10
  }

  // MARK: Tables

  private static let padding = 3.0

  private func set(_ table: DocumentPage.Table) throws(PrintingError) {
    let shares = table.columns.map { max(0.01, $0.share) }
    let whole = shares.reduce(0, +)
    guard !table.columns.isEmpty else { return }
    let widths = shares.map { $0 / whole * width }
    func cells(_ texts: [String], bold: Bool, _ alignment: DocumentPage.Alignment?) throws(PrintingError) -> [[SetLine]]
    {
      var cells: [[SetLine]] = []
      for (i, column) in table.columns.enumerated() {
        cells.append(
          try type.lines(
            i < texts.count ? texts[i] : "", PageFace(size: table.size, bold: bold),
            width: widths[i] - 2 * Self.padding, alignment ?? column.alignment))
      }
      return cells
    }
    let head = try cells(table.columns.map(\.head), bold: true, .centre)
    let headHeight = height(of: head)
    guard headHeight < (bottom - top) / 2 else {
      throw .paperUnsuitable(reason: "the heads of a table take more than half a page")
    }
    try need(headHeight + table.size * 3)
    drawRow(head, widths, shaded: true)
    for (i, texts) in table.rows.enumerated() {
      var rest = try cells(texts, bold: table.hasTotal && i == table.rows.count - 1, nil)
      while true {
        if y + height(of: rest) <= bottom {
          drawRow(rest, widths)
          break
        }
        // A row moves to the next page whole; only one that is higher than a page is cut.
        if height(of: rest) > bottom - top - headHeight {
          let room = bottom - y - 2 * Self.padding
          let fitting = rest.map { $0.fitting(room) }
          if fitting.contains(where: { $0 > 0 }) {
            drawRow(zip(rest, fitting).map { Array($0.prefix($1)) }, widths)
            rest = zip(rest, fitting).map { Array($0.dropFirst($1)) }
          }
        }
        try turn()
        drawRow(head, widths, shaded: true)
      }
    }
    y += 6
  }

  private func height(of cells: [[SetLine]]) -> Double { (cells.map(\.height).max() ?? 0) + 2 * Self.padding }

  private func drawRow(_ cells: [[SetLine]], _ widths: [Double], shaded: Bool = false) {
    let height = height(of: cells)
    var x = left
    for (lines, width) in zip(cells, widths) {
      sheet.box(x: x, y: y, width: width, height: height, shaded: shaded)
      draw(lines, x: x + Self.padding, y: y + Self.padding)
      x += width
    }
    y += height
  }
}

extension [SetLine] {
  var height: Double { reduce(0) { $0 + $1.height } }

  /// How many of the lines fit so many points.
  fileprivate func fitting(_ room: Double) -> Int {
    var left = room
    return prefix { line in
      left -= line.height
      return left >= 0
    }.count
  }
}

extension Double {
  /// Millimetres as points.
  var points: Double { self * 72 / 25.4 }
}
