/// Places the parts of a slip from top to bottom. Sizes are given for a head of 203 dpi and scaled to
/// the real one, but no text falls below 26 dots and no line below 3: thinner ones break up in print.
struct TicketComposer {
  private(set) var items: [TicketLayout.Item] = []
  /// Next free row; the height of the ticket when everything is placed.
  private(set) var y = 0
  private(set) var numberHeight = 0
  private(set) var qrModule: Int?

  private let type: Typesetter
  private let width: Int
  private let dpi: Int
  /// 58 mm paper: smaller text, QR code below the words instead of beside them.
  private let narrow: Bool
  /// White columns at both sides.
  private let margin: Int
  private var room: Int { width - 2 * margin }

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
    self.margin = 12 * dpi / 203
  }

  mutating func compose(_ slip: TicketSlip) throws(PrintingError) {
    let textSize = size(narrow ? 28 : 32)
    skip(8)
    if let mark = slip.reprintMark, !mark.isEmpty {
      try bar(mark)
      skip(12)
    }
    for line in slip.centreLines { try centred(line, .bold(size(narrow ? 28 : 31)), pitch: 1.25) }
    skip(14)
    rule()
    skip(10)
    try centred(slip.heading, .regular(textSize), pitch: 1.25)
    try number(slip.number)
    if let mark = slip.priorityMark, !mark.isEmpty {
      try bar(mark)
      skip(12)
    }
    if let mark = slip.sameDayMark, !mark.isEmpty {
      try frame(mark)
      skip(12)
    }
    try centred(slip.service, .bold(textSize), pitch: 1.25)
    if !slip.facts.isEmpty {
      skip(14)
      rule()
      skip(12)
      for fact in slip.facts { try row(fact, size: size(narrow ? 26 : 32)) }
      skip(10)
      rule()
    }
    try codeAndWords(slip)
    try centred(slip.footer, .regular(size(26)), pitch: 1.3)
    skip(16)
  }

  // MARK: - Parts

  /// The number, as large as 20 mm capitals, or as wide as the paper when that is less.
  private mutating func number(_ number: String) throws(PrintingError) {
    guard !number.isEmpty else { return }
    // 0.714 em is the height of Noto's capitals; the goal is rounded up to a whole dot.
    let goal = (TicketLayout.numberHeightGoal / 25.4 * Double(dpi)).rounded(.up)
    var face = Face.display(Int((goal / 0.714).rounded(.up)))
    let wanted = try type.width(number, face)
    if wanted > room { face.size = face.size * room / wanted }
    while try type.width(number, face) > room { face.size -= 1 }
    numberHeight = try type.inkHeight("H", face).above

    skip(26)
    let ink = try type.inkHeight(number, face)
    // Round digits reach a dot or two above the capitals.
    y += max(numberHeight, ink.above)
    place(number, face, x: (width - (try type.width(number, face))) / 2, baseline: y)
    y += max(0, ink.below)
    skip(30)
  }

  /// White words on a black bar from edge to edge.
  private mutating func bar(_ words: String) throws(PrintingError) {
    let face = Face.bold(size(narrow ? 30 : 34))
    let lines = try wrap(words, face, room: room - 2 * scaled(12))
    let pitch = pitch(face, 1.25)
    let height = pitch * lines.count + 2 * scaled(8)
    items.append(.box(x: margin, y: y, width: room, height: height))
    try stack(lines, face, top: y + scaled(8), pitch: pitch, inverse: true)
    y += height
  }

  /// Black words in an outline.
  private mutating func frame(_ words: String) throws(PrintingError) {
    let face = Face.bold(size(narrow ? 28 : 32))
    let lines = try wrap(words, face, room: room - 2 * scaled(20))
    let pitch = pitch(face, 1.25)
    let height = pitch * lines.count + 2 * scaled(8)
    let line = thickness
    items.append(.box(x: margin, y: y, width: room, height: line))
    items.append(.box(x: margin, y: y + height - line, width: room, height: line))
    items.append(.box(x: margin, y: y, width: line, height: height))
    items.append(.box(x: margin + room - line, y: y, width: line, height: height))
    try stack(lines, face, top: y + scaled(8), pitch: pitch, inverse: false)
    y += height
  }

  private mutating func rule() {
    items.append(.box(x: margin, y: y, width: room, height: thickness))
    y += thickness
  }

  /// Label at the left, value at the right; the value goes below when both do not fit side by side.
  private mutating func row(_ fact: TicketSlip.Fact, size: Int) throws(PrintingError) {
    let label = Face.regular(size)
    let value = Face.bold(size)
    let pitch = pitch(label, 1.375)
    let gap = scaled(narrow ? 12 : 18)
    let labelWidth = try type.width(fact.label, label)
    let valueWidth = try type.width(fact.value, value)
    if labelWidth + gap + valueWidth <= room {
      place(fact.label, label, x: margin, baseline: baseline(label, top: y, pitch: pitch))
      place(fact.value, value, x: width - margin - valueWidth, baseline: baseline(value, top: y, pitch: pitch))
      y += pitch
      return
    }
    for line in try wrap(fact.label, label, room: room) {
      place(line, label, x: margin, baseline: baseline(label, top: y, pitch: pitch))
      y += pitch
    }
    for line in try wrap(fact.value, value, room: room) {
      let lineWidth = try type.width(line, value)
      place(line, value, x: width - margin - lineWidth, baseline: baseline(value, top: y, pitch: pitch))
      y += pitch
    }
  }

  /// The QR code with its quiet zone, and its words beside it (80 mm) or above it (58 mm).
  private mutating func codeAndWords(_ slip: TicketSlip) throws(PrintingError) {
    let title = Face.bold(size(narrow ? 28 : 30))
    let plain = Face.regular(size(narrow ? 26 : 28))
    let words = ([(slip.qrTitle, title)] + slip.qrLines.map { ($0, plain) }).filter { !$0.0.isEmpty }

    guard let text = slip.qr else {
      guard !words.isEmpty else { return skip(14) }
      skip(14)
      for (line, face) in words { try centred(line, face, pitch: 1.28) }
      skip(14)
      return
    }

    let symbol = try QRSymbol(text)
    let whole = symbol.side + 2 * QRSymbol.quietZone
    // Eight dots are 1 mm: read at arm's length by any phone. Beside words, the code takes half the paper.
    let most = max(TicketComposer.leastModule, 8 * dpi / 203)
    let beside = narrow || words.isEmpty ? 0 : min(most, width / 2 / symbol.side)
    let fitting = min(most, width / whole)

    if beside >= TicketComposer.leastModule, beside >= min(fitting, 6) {
      try codeBeside(symbol, module: beside, words: words)
      return
    }
    guard fitting >= TicketComposer.leastModule else {
      throw .qrTooLong(bytes: text.utf8.count, leastModule: TicketComposer.leastModule)
    }
    if !words.isEmpty {
      skip(14)
      for (line, face) in words { try centred(line, face, pitch: 1.28) }
    }
    let quiet = QRSymbol.quietZone * fitting
    place(symbol, x: (width - symbol.side * fitting) / 2, y: y + quiet, module: fitting)
    y += symbol.side * fitting + 2 * quiet
  }

  private mutating func codeBeside(
    _ symbol: QRSymbol, module: Int, words: [(String, Face)]
  ) throws(PrintingError) {
    let quiet = QRSymbol.quietZone * module
    let side = symbol.side * module
    let left = max(margin, quiet)
    let column = left + side + quiet
    let columnRoom = width - margin - column

    var lines: [(text: String, face: Face, pitch: Int)] = []
    for (text, face) in words {
      for line in try wrap(text, face, room: columnRoom) { lines.append((line, face, pitch(face, 1.28))) }
    }
    let wordsHeight = lines.reduce(0) { $0 + $1.pitch }
    let height = max(side, wordsHeight)
    y += quiet
    place(symbol, x: left, y: y + (height - side) / 2, module: module)
    var top = y + (height - wordsHeight) / 2
    for line in lines {
      place(line.text, line.face, x: column, baseline: baseline(line.face, top: top, pitch: line.pitch))
      top += line.pitch
    }
    y += height + quiet
  }

  // MARK: - Lines of text

  private mutating func centred(_ text: String, _ face: Face, pitch factor: Double) throws(PrintingError) {
    let lines = try wrap(text, face, room: room)
    let pitch = pitch(face, factor)
    try stack(lines, face, top: y, pitch: pitch, inverse: false)
    y += pitch * lines.count
  }

  private mutating func stack(
    _ lines: [String], _ face: Face, top: Int, pitch: Int, inverse: Bool
  ) throws(PrintingError) {
    for (index, line) in lines.enumerated() {
      let x = (width - (try type.width(line, face))) / 2
      place(line, face, x: x, baseline: baseline(face, top: top + index * pitch, pitch: pitch), inverse: inverse)
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

  private mutating func place(_ text: String, _ face: Face, x: Int, baseline: Int, inverse: Bool = false) {
    items.append(.text(text, face, x: x, baseline: baseline, inverse: inverse))
  }

  private mutating func place(_ symbol: QRSymbol, x: Int, y: Int, module: Int) {
    qrModule = module
    items.append(.code(symbol, x: x, y: y, module: module))
  }

  // MARK: - Measures

  private var thickness: Int { max(TicketComposer.leastLine, scaled(3)) }
  private func scaled(_ dots: Int) -> Int { dots * dpi / 203 }
  private func size(_ dots: Int) -> Int { max(TicketComposer.leastText, scaled(dots)) }
  private func pitch(_ face: Face, _ factor: Double) -> Int { Int((Double(face.size) * factor).rounded()) }
  private mutating func skip(_ dots: Int) { y += scaled(dots) }

  /// Sets the body of the letters (accents above to tails below, 1.07 and 0.29 em in Noto) in the middle
  /// of the line.
  private func baseline(_ face: Face, top: Int, pitch: Int) -> Int {
    let size = Double(face.size)
    return top + Int(((Double(pitch) - 1.362 * size) / 2 + 1.069 * size).rounded())
  }
}
