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
  private let map: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private var descriptions: [Face: OpaquePointer] = [:]

  /// - Parameter dpi: of the print head. Faces are sized in dots; it only steers hinting.
  init(dpi: Int) throws(PrintingError) {
    guard let map = pango_cairo_font_map_new() else { throw .cairo(reason: "no font map") }
    pango_cairo_font_map_set_resolution(OpaquePointer(map), Double(dpi))
    guard let context = pango_font_map_create_context(map) else {
      g_object_unref(map)
      throw .cairo(reason: "no text context")
    }
    self.map = map
    self.context = context
    // Every dot is on or off, as on the print head: no grey edges that would turn into noise.
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_FULL)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON)
    pango_cairo_context_set_font_options(context, options)
    pango_context_set_language(context, pango_language_from_string("vi"))
  }

  deinit {
    for description in descriptions.values { pango_font_description_free(description) }
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(map)
  }

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
  func unprintable(in text: String, _ face: Face) throws(PrintingError) -> [Character] {
    var missing: [Character] = []
    for character in text where !missing.contains(character) {
      let layout = try makeLayout(String(character), face)
      defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
      if pango_layout_get_unknown_glyphs_count(layout) > 0 { missing.append(character) }
    }
    return missing
  }

  private func withLine<Value>(
    _ text: String, _ face: Face, _ body: (UnsafeMutablePointer<PangoLayoutLine>) -> Value
  ) throws(PrintingError) -> Value {
    let layout = try makeLayout(text, face)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    guard pango_layout_get_unknown_glyphs_count(layout) == 0 else {
      throw .unprintable(characters: try unprintable(in: text, face), text: text)
    }
    guard let line = pango_layout_get_line_readonly(layout, 0) else { throw .cairo(reason: "no line of text") }
    return body(line)
  }

  private func makeLayout(_ text: String, _ face: Face) throws(PrintingError) -> OpaquePointer {
    let description = try describe(face)
    guard let layout = pango_layout_new(context) else { throw .cairo(reason: "no text layout") }
    pango_layout_set_font_description(layout, description)
    pango_layout_set_single_paragraph_mode(layout, 1)
    // Without this a missing letter would silently come from whatever other font is installed.
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_fallback_new(0))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    // A tab or a stray control character from a settings file is a space, not a missing glyph.
    var text = String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32($0.count)) }
    }
    return layout
  }

  private func describe(_ face: Face) throws(PrintingError) -> OpaquePointer {
    if let known = descriptions[face] { return known }
    guard let description = pango_font_description_new() else { throw .cairo(reason: "no font description") }
    pango_font_description_set_family(description, face.family.rawValue)
    pango_font_description_set_weight(description, face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_absolute_size(description, Double(face.size) * Double(PANGO_SCALE))
    // fontconfig always finds something; ask what it really found.
    guard let font = pango_context_load_font(context, description), let found = pango_font_describe(font) else {
      pango_font_description_free(description)
      throw .fontMissing(family: face.family.rawValue)
    }
    defer {
      pango_font_description_free(found)
      g_object_unref(font)
    }
    guard let name = pango_font_description_get_family(found), String(cString: name) == face.family.rawValue else {
      pango_font_description_free(description)
      throw .fontMissing(family: face.family.rawValue)
    }
    descriptions[face] = description
    return description
  }
}
