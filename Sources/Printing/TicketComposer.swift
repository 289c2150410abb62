/// Places the parts of a slip from top to bottom, flush left: white at the right costs nothing to send. Sizes are
/// given for a head of 203 dpi and scaled to the real one, but no text falls below 26 dots and no line below 3:
/// thinner ones break up in print. The number, the QR code and the rules stand on a grid of 2 × 2 dots, of which
/// printers need a quarter of the bytes.
struct TicketComposer {
  var items: [TicketLayout.Item] = []
  /// Next free row; the height of the ticket when everything is placed.
  var y = 0
  private(set) var numberHeight = 0
  private(set) var qrModule: Int?

  let type: Typesetter
  let width: Int
  let dpi: Int
  /// 58 mm paper: smaller text, values at the right edge.
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
    for line in slip.centreLines { try paragraph(line, .bold(size(28)), pitch: 1.25) }
    skip(14)
    rule()
    skip(10)
    try paragraph(slip.heading, .regular(size(28)), pitch: 1.25)
    try number(slip.number)
    if let mark = slip.priorityMark, !mark.isEmpty {
      try bar(mark)
      skip(12)
    }
    if let mark = slip.sameDayMark, !mark.isEmpty {
      try frame(mark)
      skip(12)
    }
    try paragraph(slip.service, .bold(size(narrow ? 28 : 32)), pitch: 1.25)
    if !slip.facts.isEmpty {
      skip(14)
      rule()
      skip(12)
      try table(slip.facts)
      skip(10)
      rule()
    }
    try codeAndWords(slip)
    try paragraph(slip.footer, .regular(size(26)), pitch: 1.3)
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
    items.append(.doubled(number, face, x: margin, top: y))
    y += (ink.above + ink.below) * 2
    skip(28)
  }

  /// White words on black, no wider than the words.
  private mutating func bar(_ words: String) throws(PrintingError) {
    let face = Face.bold(size(narrow ? 30 : 32))
    let block = try tag(words, face)
    items.append(.box(x: margin, y: y, width: block.width, height: block.height))
    stack(block.lines, face, x: margin + block.padding, top: y + block.edge, pitch: block.pitch, inverse: true)
    y += block.height
  }

  /// Black words in an outline.
  private mutating func frame(_ words: String) throws(PrintingError) {
    let face = Face.bold(size(narrow ? 28 : 30))
    let block = try tag(words, face)
    let line = thickness
    items.append(.box(x: margin, y: y, width: block.width, height: line))
    items.append(.box(x: margin, y: y + block.height - line, width: block.width, height: line))
    items.append(.box(x: margin, y: y, width: line, height: block.height))
    items.append(.box(x: margin + block.width - line, y: y, width: line, height: block.height))
    stack(block.lines, face, x: margin + block.padding, top: y + block.edge, pitch: block.pitch)
    y += block.height
  }

  private typealias Tag = (lines: [String], padding: Int, edge: Int, pitch: Int, width: Int, height: Int)

  private func tag(_ words: String, _ face: Face) throws(PrintingError) -> Tag {
    let padding = scaled(18)
    let edge = scaled(6)
    let lines = try wrap(words, face, room: room - 2 * padding)
    let pitch = pitch(face, 1.25)
    var widest = 0
    for line in lines { widest = max(widest, try type.width(line, face)) }
    return (lines, padding, edge, pitch, min(room, (widest + 2 * padding + 1) / 2 * 2), pitch * lines.count + 2 * edge)
  }

  mutating func rule() {
    items.append(.box(x: margin, y: y, width: room, height: thickness))
    y += thickness
  }

  // MARK: - Facts

  /// 80 mm: the values one below the other, right of the longest label. 58 mm: the values at the right edge.
  private mutating func table(_ facts: [TicketSlip.Fact]) throws(PrintingError) {
    let label = Face.regular(size(narrow ? 26 : 28))
    let value = Face.bold(size(narrow ? 26 : 30))
    let pitch = pitch(value, narrow ? 1.375 : 1.34)
    if narrow {
      for fact in facts { try row(fact, label, value, pitch: pitch) }
      return
    }
    var labelRoom = 0
    for fact in facts {
      let labelWidth = try type.width(fact.label, label)
      if labelWidth <= room * 11 / 20 { labelRoom = max(labelRoom, labelWidth) }
    }
    let column = labelRoom == 0 ? margin : margin + labelRoom + scaled(20)
    for fact in facts {
      let labels = try wrap(fact.label, label, room: room)
      let values = try wrap(fact.value, value, room: margin + room - column)
      // A label too long for its column has lines of its own.
      let beside = try type.width(fact.label, label) <= labelRoom
      stack(labels, label, x: margin, top: y, pitch: pitch, baselineOf: value)
      if !beside { y += labels.count * pitch }
      stack(values, value, x: column, top: y, pitch: pitch)
      y += max(values.count, beside ? labels.count : 0) * pitch
    }
  }

  /// Label at the left, value at the right; the value goes below when both do not fit side by side.
  private mutating func row(
    _ fact: TicketSlip.Fact, _ label: Face, _ value: Face, pitch: Int
  ) throws(PrintingError) {
    let labelWidth = try type.width(fact.label, label)
    let valueWidth = try type.width(fact.value, value)
    if labelWidth + scaled(12) + valueWidth <= room {
      stack([fact.label], label, x: margin, top: y, pitch: pitch, baselineOf: value)
      stack([fact.value], value, x: margin + room - valueWidth, top: y, pitch: pitch)
      y += pitch
      return
    }
    let labels = try wrap(fact.label, label, room: room)
    stack(labels, label, x: margin, top: y, pitch: pitch)
    y += labels.count * pitch
    for line in try wrap(fact.value, value, room: room) {
      stack([line], value, x: margin + room - (try type.width(line, value)), top: y, pitch: pitch)
      y += pitch
    }
  }

  // MARK: - Code

  /// The QR code with its quiet zone and its words below: rows of letters beside it could not be doubled.
  private mutating func codeAndWords(_ slip: TicketSlip) throws(PrintingError) {
    skip(14)
    if let text = slip.qr { try code(text) }
    try paragraph(slip.qrTitle, .bold(size(28)), pitch: 1.28)
    try paragraph(sentences(slip.qrLines), .regular(size(26)), pitch: 1.28)
    skip(10)
  }

  mutating func code(_ text: String) throws(PrintingError) {
    let symbol = try QRSymbol(text)
    // Eight dots are 1 mm: read at arm's length by any phone. Even, for the grid.
    let most = max(TicketComposer.leastModule, (8 * dpi + 203) / 406 * 2)
    let module = min(most, width / (symbol.side + 2 * QRSymbol.quietZone) / 2 * 2)
    guard module >= TicketComposer.leastModule else {
      throw .qrTooLong(bytes: text.utf8.count, leastModule: TicketComposer.leastModule)
    }
    let quiet = QRSymbol.quietZone * module
    y += max(0, quiet - scaled(14))
    qrModule = module
    items.append(.code(symbol, x: max(margin, quiet), y: y, module: module))
    y += symbol.side * module + quiet
  }

  /// One after the other, each sentence on a line of its own.
  private func sentences(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.reduce("") { text, part in
      guard let last = text.last else { return part }
      return text + (".?!".contains(last) ? "\n" : " ") + part
    }
  }

  // MARK: - Lines of text

  mutating func paragraph(_ text: String, _ face: Face, pitch factor: Double) throws(PrintingError) {
    let lines = try wrap(text, face, room: room)
    let pitch = pitch(face, factor)
    stack(lines, face, x: margin, top: y, pitch: pitch)
    y += pitch * lines.count
  }

  private mutating func stack(
    _ lines: [String], _ face: Face, x: Int, top: Int, pitch: Int, inverse: Bool = false, baselineOf other: Face? = nil
  ) {
    for (index, line) in lines.enumerated() {
      let baseline = baseline(other ?? face, top: top + index * pitch, pitch: pitch)
      items.append(.text(line, face, x: x, baseline: baseline, inverse: inverse))
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
  private func pitch(_ face: Face, _ factor: Double) -> Int { Int((Double(face.size) * factor).rounded()) }
  mutating func skip(_ dots: Int) { y += scaled(dots) }

  /// Sets the body of the letters (accents above to tails below, 1.07 and 0.29 em in Noto) in the middle
  /// of the line.
  func baseline(_ face: Face, top: Int, pitch: Int) -> Int {
    let size = Double(face.size)
    return top + Int(((Double(pitch) - 1.362 * size) / 2 + 1.069 * size).rounded())
  }
}
