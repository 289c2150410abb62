import CPangoCairo

/// The font of a run of page text; sizes in points.
struct PageFace: Hashable, Sendable {
  var size: Double
  var bold = false
  var italic = false
}

/// One line, set and ready to be drawn. It points into a layout of its typesetter and lives no longer than that.
struct SetLine {
  let line: UnsafeMutablePointer<PangoLayoutLine>
  /// Points from the left end of the column.
  let x, width: Double
  /// Points from the line's top to the foot of its letters.
  let ascent: Double
  let height: Double
}

/// Breaks text into lines of a width in points. Like `Typesetter` it lives inside one synchronous call.
final class PageTypesetter {
  /// Decree 30/2020/NĐ-CP wants Times New Roman, which is not free; Liberation Serif is as wide letter by letter, and Noto
  /// Serif is there wherever tickets are printed. The package `fonts-liberation` has a Liberation Serif that lacks most
  /// Vietnamese letters, `fonts-liberation2` one that has them all: so the letters decide, not the name.
  static let families = ["Times New Roman", "Liberation Serif", "Noto Serif"]
  static let family = families.first { hasEveryLetter($0) } ?? "Noto Serif"

  private static func hasEveryLetter(_ family: String) -> Bool {
    let vowels = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
    guard let text = try? PangoText(dpi: 72, .none) else { return false }
    return [(false, false), (true, false), (false, true)].allSatisfy { bold, italic in
      let font = PangoFont(family: family, size: 12, bold: bold, italic: italic)
      return (try? text.missing(in: vowels + vowels.uppercased() + "–“”₫²…", font)) == []
    }
  }

  private let text: PangoText
  /// Kept until the end: lines point into them.
  private var layouts: [OpaquePointer] = []

  /// 72 dots an inch: a dot is a point, the unit of PDF.
  init() throws(PrintingError) { text = try PangoText(dpi: 72, .none) }

  deinit { for layout in layouts { g_object_unref(UnsafeMutableRawPointer(layout)) } }

  /// - Parameter indent: of the first line, in points.
  /// - Throws: `unprintable` where the font lacks a letter; `fontMissing`.
  func lines(
    _ words: String, _ face: PageFace, width: Double, _ alignment: DocumentPage.Alignment, indent: Double = 0
  ) throws(PrintingError) -> [SetLine] {
    let font = PangoFont(family: Self.family, size: face.size, bold: face.bold, italic: face.italic)
    let layout = try text.layout(words, font, keepsLines: true)
    layouts.append(layout)
    pango_layout_set_width(layout, Int32(max(1, width) * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_indent(layout, Int32(indent * Double(PANGO_SCALE)))
    pango_layout_set_justify(layout, alignment == .justified ? 1 : 0)
    pango_layout_set_alignment(
      layout,
      alignment == .centre ? PANGO_ALIGN_CENTER : alignment == .right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
    try text.check(layout, words, font)
    guard let iterator = pango_layout_get_iter(layout) else { throw .cairo(reason: "no lines of text") }
    defer { pango_layout_iter_free(iterator) }
    var lines: [SetLine] = []
    let unit = Double(PANGO_SCALE)
    repeat {
      guard let line = pango_layout_iter_get_line_readonly(iterator) else { break }
      var logical = PangoRectangle()
      pango_layout_iter_get_line_extents(iterator, nil, &logical)
      let baseline = pango_layout_iter_get_baseline(iterator)
      lines.append(
        SetLine(
          line: line, x: Double(logical.x) / unit, width: Double(logical.width) / unit,
          ascent: Double(baseline - logical.y) / unit, height: Double(logical.height) / unit))
    } while pango_layout_iter_next_line(iterator) != 0
    return lines
  }
}
