import CPangoCairo

/// A family, a weight and a size in dots.
struct Face: Hashable, Sendable {
  enum Family: String, Sendable {
    /// Running text.
    case text = "Noto Sans"
    /// Numbers far above reading size.
    case display = "Noto Sans Display"
  }
  var family: Family
  var bold: Bool
  /// Dots per em.
  var size: Int

  static func regular(_ size: Int) -> Face { Face(family: .text, bold: false, size: size) }
  static func bold(_ size: Int) -> Face { Face(family: .text, bold: true, size: size) }
  static func display(_ size: Int) -> Face { Face(family: .display, bold: true, size: size) }
}

/// Measures and draws single lines of text with Pango. One instance lives inside one synchronous call:
/// font maps are not shared between threads.
final class Typesetter {
  private let text: PangoText

  /// - Parameter dpi: of the print head. Faces are sized in dots; it only steers hinting.
  init(dpi: Int) throws(PrintingError) { text = try PangoText(dpi: Double(dpi), .onDots) }

  /// Width of the line in dots, with its side bearings.
  func width(_ text: String, _ face: Face) throws(PrintingError) -> Int {
    try withLine(text, face) { line in
      var logical = PangoRectangle()
      pango_layout_line_get_pixel_extents(line, nil, &logical)
      return Int(logical.width)
    }
  }

  /// How far the ink reaches from the left end and from the baseline, in dots.
  func ink(_ text: String, _ face: Face) throws(PrintingError) -> (columns: Range<Int>, above: Int, below: Int) {
    try withLine(text, face) { line in
      var ink = PangoRectangle()
      pango_layout_line_get_pixel_extents(line, &ink, nil)
      return (
        columns: Int(ink.x)..<Int(ink.x) + Int(ink.width), above: -Int(ink.y), below: Int(ink.y) + Int(ink.height)
      )
    }
  }

  /// Draws with the pen's source and operator; `x` is the left end, `baseline` the row under the letters.
  func draw(_ text: String, _ face: Face, x: Int, baseline: Int, on pen: OpaquePointer) throws(PrintingError) {
    try withLine(text, face) { line in
      cairo_move_to(pen, Double(x), Double(baseline))
      pango_cairo_show_layout_line(pen, line)
    }
  }

  /// The characters of a text that the ticket font cannot show, each once.
  func unprintable(in line: String, _ face: Face) throws(PrintingError) -> [Character] {
    try text.missing(in: line, face.font)
  }

  private func withLine<Value>(
    _ line: String, _ face: Face, _ body: (UnsafeMutablePointer<PangoLayoutLine>) -> Value
  ) throws(PrintingError) -> Value {
    let layout = try text.layout(line, face.font, keepsLines: false)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    try text.check(layout, line, face.font)
    guard let line = pango_layout_get_line_readonly(layout, 0) else { throw .cairo(reason: "no line of text") }
    return body(line)
  }
}

extension Face {
  fileprivate var font: PangoFont { PangoFont(family: family.rawValue, size: Double(size), bold: bold) }
}
