/// Places the parts of a slip from top to bottom, in the middle of the paper. Sizes are given for a head of 203 dpi and
/// scaled to the real one, but no text falls below 26 dots and no line below 3: thinner ones break up in print. The
/// number, the service, the marks, the rules, and the QR code with the words beside it stand on a grid of 2 × 2 dots,
/// of which printers need a quarter of the bytes.
struct TicketComposer {
  var items: [TicketLayout.Item] = []
  /// Next free row; the height of the ticket when everything is placed.
  var y = 0
  private(set) var numberHeight = 0
  private(set) var qrModule: Int?

  let type: Typesetter
  let width: Int
  let dpi: Int
  /// 58 mm paper: smaller text, and the words of the code below it.
  private let narrow: Bool
  /// White columns at both sides, even.
  let margin: Int
  /// Even, too.
  let room: Int

  private static let leastText = 26
  private static let leastLine = 3
  /// Half a millimetre at 203 dpi; smaller modules are lost on a worn head or by a cheap camera.
  private static let leastModule = 4

  init(width: Int, dpi: Int) throws(PrintingError) {
    guard TicketLayout.widths.contains(width) else {
      throw .paperUnsuitable(reason: "width \(width) dots is not in 300…900")
    }
    guard TicketLayout.resolutions.contains(dpi) else {
      throw .paperUnsuitable(reason: "\(dpi) dpi is not in 150…320")
    }
    self.type = try Typesetter(dpi: dpi)
    self.width = width
    self.dpi = dpi
    self.narrow = width * 203 < 480 * dpi
    self.margin = 6 * dpi / 203 * 2
    self.room = (width / 2 - margin) * 2
  }

  mutating func compose(_ slip: TicketSlip) throws(PrintingError) {
    skip(8)
    if let mark = slip.reprintMark, !mark.isEmpty {
      try bar(mark)
      skip(12)
    }
    for line in slip.centreLines { try paragraph(line, .bold(size(28)), pitch: 1.25, .middle) }
    skip(14)
    rule()
    skip(10)
    try paragraph(slip.heading, .regular(size(28)), pitch: 1.25, .middle)
    try number(slip.number)
    if let mark = slip.priorityMark, !mark.isEmpty {
      try bar(mark)
      skip(12)
    }
    if let mark = slip.sameDayMark, !mark.isEmpty {
      try frame(mark)
      skip(12)
    }
    try service(slip.service)
    if !slip.facts.isEmpty {
      skip(14)
      rule()
      skip(12)
      try table(slip.facts)
      skip(10)
      rule()
    }
    skip(14)
    try codeAndWords(slip)
    skip(10)
    try paragraph(slip.footer, .regular(size(26)), pitch: 1.3, .middle)
    skip(16)
  }

  // MARK: - Parts

  /// The number, as large as 20 mm capitals, or as wide as the paper when that is less.
  private mutating func number(_ number: String) throws(PrintingError) {
    guard !number.isEmpty else { return }
    // In squares of 2 × 2 dots. 0.714 em is the height of Noto's capitals; the goal is rounded up to a whole square.
    let goal = Int((TicketLayout.numberHeightGoal / 25.4 * Double(dpi) / 2).rounded(.up))
    var face = Face.display(Int((Double(goal) / 0.714).rounded(.down)))
    while try type.ink("H", face).above < goal { face.size += 1 }
    let wanted = try type.ink(number, face).columns.count * 2
    if wanted > room { face.size = face.size * room / wanted + 1 }
    while try type.ink(number, face).columns.count * 2 > room { face.size -= 1 }
    numberHeight = try type.ink("H", face).above * 2

    skip(22)
    let ink = try type.ink(number, face)
    let x = margin + (room / 2 - ink.columns.count) / 2 * 2
    items.append(.doubled(number, face, x: x, baseline: y + ink.above * 2, inverse: false))
    y += (ink.above + ink.below) * 2
    skip(28)
  }

  private mutating func service(_ name: String) throws(PrintingError) {
    let lines = try gridLines(name, .bold(half(narrow ? 30 : 36)), pitch: 1.25, room: room)
    try place(lines, x: margin, top: y, room: room, .middle)
    y += lines.reduce(0) { $0 + $1.pitch }
  }

  /// White words on black, across the paper.
  private mutating func bar(_ words: String) throws(PrintingError) {
    let block = try mark(words)
    items.append(.box(x: margin, y: y, width: room, height: block.height))
    try place(block, inverse: true)
  }

  /// Black words in an outline, across the paper.
  private mutating func frame(_ words: String) throws(PrintingError) {
    let block = try mark(words)
    let line = (thickness + 1) / 2 * 2
    items.append(.box(x: margin, y: y, width: room, height: line))
    items.append(.box(x: margin, y: y + block.height - line, width: room, height: line))
    items.append(.box(x: margin, y: y, width: line, height: block.height))
    items.append(.box(x: margin + room - line, y: y, width: line, height: block.height))
    try place(block, inverse: false)
  }

  private typealias Mark = (lines: [GridLine], edge: Int, height: Int)

  /// On the grid a bar across the paper weighs less than a line of text.
  private func mark(_ words: String) throws(PrintingError) -> Mark {
    let edge = (scaled(7) + 1) / 2 * 2
    let lines = try gridLines(words, .bold(half(narrow ? 32 : 36)), pitch: 1.25, room: room - 4 * edge)
    return (lines, edge, lines.reduce(2 * edge) { $0 + $1.pitch })
  }

  private mutating func place(_ block: Mark, inverse: Bool) throws(PrintingError) {
    try place(block.lines, x: margin, top: y + block.edge, room: room, .middle, inverse: inverse)
    y += block.height
  }

  mutating func rule() {
    items.append(.box(x: margin, y: y, width: room, height: thickness))
    y += thickness
  }

  // MARK: - Facts

  private mutating func table(_ facts: [TicketSlip.Fact]) throws(PrintingError) {
    let label = Face.regular(size(narrow ? 26 : 30))
    let value = Face.bold(size(narrow ? 26 : 32))
    let pitch = pitch(value, narrow ? 1.375 : 1.34)
    for fact in facts { try row(fact, label, value, pitch: pitch) }
  }

  /// Label at the left, value at the right; the value goes below when both do not fit side by side.
  private mutating func row(
    _ fact: TicketSlip.Fact, _ label: Face, _ value: Face, pitch: Int
  ) throws(PrintingError) {
    let labelWidth = try type.width(fact.label, label)
    let valueWidth = try type.width(fact.value, value)
    if labelWidth + scaled(12) + valueWidth <= room {
      try stack([fact.label], label, pitch: pitch, .left, baselineOf: value)
      try stack([fact.value], value, pitch: pitch, .right)
      y += pitch
      return
    }
    let labels = try wrap(fact.label, label, room: room)
    try stack(labels, label, pitch: pitch, .left)
    y += labels.count * pitch
    let values = try wrap(fact.value, value, room: room)
    try stack(values, value, pitch: pitch, .right)
    y += values.count * pitch
  }

  // MARK: - Code

  /// The QR code with its quiet zone; its words beside it, or below it where there is no room for them.
  private mutating func codeAndWords(_ slip: TicketSlip) throws(PrintingError) {
    let words = sentences(slip.qrLines)
    guard let text = slip.qr else { return try wordsBelow(slip.qrTitle, words) }
    let (symbol, module) = try symbol(text)
    let side = symbol.side * module
    let quiet = QRSymbol.quietZone * module
    let column = max(margin, quiet) + side + quiet
    let beside = margin + room - column
    y += max(0, quiet - scaled(14))
    if !narrow, beside >= scaled(240) {
      // On the grid of the code: beside letters dot by dot, its own rows would weigh four times as much. All bold: the
      // strokes of regular letters of this size are one square wide here and two there, and a 3 was read as a 2.
      let lines =
        try gridLines(slip.qrTitle, .bold(half(32)), pitch: 1.3, room: beside)
        + gridLines(words, .bold(half(28)), pitch: 1.45, room: beside)
      let height = lines.reduce(0) { $0 + $1.pitch }
      items.append(.code(symbol, x: max(margin, quiet), y: y, module: module))
      try place(lines, x: column, top: y + max(0, side - height) / 4 * 2, room: beside, .left)
      y += max(side, height) + quiet
    } else {
      items.append(.code(symbol, x: (width - side) / 4 * 2, y: y, module: module))
      y += side + quiet
      try wordsBelow(slip.qrTitle, words)
    }
  }

  private mutating func wordsBelow(_ title: String, _ words: String) throws(PrintingError) {
    try paragraph(title, .bold(size(28)), pitch: 1.28, .middle)
    try paragraph(words, .regular(size(26)), pitch: 1.28, .middle)
  }

  /// The code alone, at the left.
  mutating func code(_ text: String) throws(PrintingError) {
    let (symbol, module) = try symbol(text)
    let quiet = QRSymbol.quietZone * module
    y += max(0, quiet - scaled(14))
    items.append(.code(symbol, x: max(margin, quiet), y: y, module: module))
    y += symbol.side * module + quiet
  }

  private mutating func symbol(_ text: String) throws(PrintingError) -> (QRSymbol, module: Int) {
    let symbol = try QRSymbol(text)
    // Eight dots are 1 mm: read at arm's length by any phone. Even, for the grid.
    let most = max(TicketComposer.leastModule, (8 * dpi + 203) / 406 * 2)
    let module = min(most, width / (symbol.side + 2 * QRSymbol.quietZone) / 2 * 2)
    guard module >= TicketComposer.leastModule else {
      throw .qrTooLong(bytes: text.utf8.count, leastModule: TicketComposer.leastModule)
    }
    qrModule = module
    return (symbol, module)
  }

  /// One after the other, each sentence on a line of its own.
  private func sentences(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.reduce("") { text, part in
      guard let last = text.last else { return part }
      return text + (".?!".contains(last) ? "\n" : " ") + part
    }
  }

  // MARK: - Lines of text

  enum Side { case left, middle, right }

  mutating func paragraph(
    _ text: String, _ face: Face, pitch factor: Double, _ side: Side = .left
  ) throws(PrintingError) {
    let lines = try wrap(text, face, room: room)
    let pitch = pitch(face, factor)
    try stack(lines, face, pitch: pitch, side)
    y += pitch * lines.count
  }

  private mutating func stack(
    _ lines: [String], _ face: Face, pitch: Int, _ side: Side, baselineOf other: Face? = nil
  ) throws(PrintingError) {
    for (index, line) in lines.enumerated() {
      let free = room - (try type.width(line, face))
      let x = margin + (side == .left ? 0 : side == .right ? free : free / 2)
      let baseline = baseline(other ?? face, top: y + index * pitch, pitch: pitch)
      items.append(.text(line, face, x: x, baseline: baseline, inverse: false))
    }
  }

  /// A line on the grid: its face is of half the size, its pitch in dots and even.
  private typealias GridLine = (text: String, face: Face, pitch: Int)

  private func gridLines(
    _ text: String, _ face: Face, pitch factor: Double, room: Int
  ) throws(PrintingError) -> [GridLine] {
    let pitch = pitch(face, factor) * 2
    return try wrap(text, face, room: room / 2).map { ($0, face, pitch) }
  }

  private mutating func place(
    _ lines: [GridLine], x left: Int, top: Int, room: Int, _ side: Side, inverse: Bool = false
  ) throws(PrintingError) {
    var top = top
    for line in lines {
      let ink = try type.ink(line.text, line.face)
      let free = max(0, room / 2 - (try type.width(line.text, line.face)))
      let x = (side == .left ? 0 : side == .right ? free : free / 2) + ink.columns.lowerBound
      let baseline = baseline(line.face, top: 0, pitch: line.pitch / 2)
      items.append(
        .doubled(line.text, line.face, x: left + 2 * x, baseline: top + 2 * baseline, inverse: inverse))
      top += line.pitch
    }
  }

  private func wrap(_ text: String, _ face: Face, room: Int) throws(PrintingError) -> [String] {
    // The breaker's measuring cannot throw; the first failure is kept and thrown after it.
    var failure: PrintingError?
    let breaker = LineBreaker(room: room) { part in
      do throws(PrintingError) { return try type.width(part, face) } catch {
        failure = failure ?? error
        return 0
      }
    }
    let lines = breaker.lines(of: text)
    if let failure { throw failure }
    return lines
  }

  // MARK: - Measures

  var thickness: Int { max(TicketComposer.leastLine, scaled(3)) }
  func scaled(_ dots: Int) -> Int { dots * dpi / 203 }
  func size(_ dots: Int) -> Int { max(TicketComposer.leastText, scaled(dots)) }
  /// Of a face on the grid.
  private func half(_ dots: Int) -> Int { (size(dots) + 1) / 2 }
  private func pitch(_ face: Face, _ factor: Double) -> Int { Int((Double(face.size) * factor).rounded()) }
  mutating func skip(_ dots: Int) { y += scaled(dots) }

  /// Sets the body of the letters (accents above to tails below, 1.07 and 0.29 em in Noto) in the middle
  /// of the line.
  func baseline(_ face: Face, top: Int, pitch: Int) -> Int {
    let size = Double(face.size)
    return top + Int(((Double(pitch) - 1.362 * size) / 2 + 1.069 * size).rounded())
  }
}
