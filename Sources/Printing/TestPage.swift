/// A page that shows what a printer can do: how wide it prints, how evenly, every accented letter, and a code to scan.
public struct TestPage: Equatable, Sendable {
  /// The 134 letters of Vietnamese beyond ASCII: twelve vowels with six tones, and đ, small and capital.
  public static let lower = "àảãáạ ăằẳẵắặ âầẩẫấậ èẻẽéẹ êềểễếệ ìỉĩíị òỏõóọ ôồổỗốộ ơờởỡớợ ùủũúụ ưừửữứự ỳỷỹýỵ đ"
  public static let upper =
    "ÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ ÈẺẼÉẸ ÊỀỂỄẾỆ ÌỈĨÍỊ ÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ ÙỦŨÚỤ ƯỪỬỮỨỰ ỲỶỸÝỴ Đ"

  /// "Trang in thử".
  public var title: String
  /// Which printer, model, address, when: one line each.
  public var facts: [String]
  /// Over the ruler: what to look for there.
  public var rulerWords: String
  public var densityWords: String
  public var lettersWords: String
  /// Under the code.
  public var codeWords: String
  /// In the code.
  public var code: String

  public init(
    title: String, facts: [String], rulerWords: String, densityWords: String, lettersWords: String, codeWords: String,
    code: String
  ) {
    self.title = title
    self.facts = facts
    self.rulerWords = rulerWords
    self.densityWords = densityWords
    self.lettersWords = lettersWords
    self.codeWords = codeWords
    self.code = code
  }

  /// The picture; it fills the head from the first dot to the last.
  /// - Parameters: as for a ticket, see `TicketLayout`.
  public func draw(width: Int, dpi: Int) throws(PrintingError) -> Raster {
    var composer = try TicketComposer(width: width, dpi: dpi)
    try composer.compose(self)
    return try TicketLayout(composer, width: width, dpi: dpi).draw()
  }
}

extension TicketComposer {
  mutating func compose(_ page: TestPage) throws(PrintingError) {
    skip(8)
    try paragraph(page.title, .bold(size(36)), pitch: 1.25)
    for fact in page.facts { try paragraph(fact, .regular(size(26)), pitch: 1.25) }
    skip(14)
    try paragraph(page.rulerWords, .regular(size(26)), pitch: 1.25)
    skip(8)
    try ruler()
    skip(14)
    try paragraph(page.densityWords, .regular(size(26)), pitch: 1.25)
    skip(8)
    density()
    skip(14)
    try paragraph(page.lettersWords, .regular(size(26)), pitch: 1.25)
    try paragraph(TestPage.lower, .regular(size(30)), pitch: 1.4)
    try paragraph(TestPage.upper, .regular(size(30)), pitch: 1.5)
    skip(14)
    try code(page.code)
    try paragraph(page.codeWords, .regular(size(26)), pitch: 1.28)
    skip(16)
  }

  /// Millimetres from the first dot of the head; a line down at both edges, which is missing where the paper is
  /// narrower than the profile says or lies askew.
  private mutating func ruler() throws(PrintingError) {
    let face = Face.regular(size(26))
    let tall = scaled(40)
    items.append(.box(x: 0, y: y, width: width, height: 2))
    items.append(.box(x: 0, y: y, width: 2, height: tall * 2))
    items.append(.box(x: width - 2, y: y, width: 2, height: tall * 2))
    var millimetre = 1
    while case let x = (millimetre * dpi * 10 + 127) / 254, x < width - 2 {
      let height = millimetre % 10 == 0 ? tall : millimetre % 5 == 0 ? tall * 3 / 4 : tall / 2
      items.append(.box(x: x, y: y, width: 2, height: height))
      if millimetre % 10 == 0 {
        let text = "\(millimetre)"
        let half = try type.width(text, face) / 2
        if x + half < width - 8 {
          items.append(
            .text(text, face, x: x - half, baseline: baseline(face, top: y + tall, pitch: scaled(36)), inverse: false))
        }
      }
      millimetre += 1
    }
    y += tall * 2
  }

  /// Solid black, then lines of one dot across and down: a worn head leaves white stripes, one too hot fills the gaps.
  private mutating func density() {
    let height = scaled(24)
    items.append(.box(x: 0, y: y, width: width, height: height))
    y += height + scaled(10)
    for x in stride(from: 0, to: width, by: 2) { items.append(.box(x: x, y: y, width: 1, height: height)) }
    y += height + scaled(10)
    for row in stride(from: 0, to: height, by: 2) { items.append(.box(x: 0, y: y + row, width: width, height: 1)) }
    y += height
  }
}
