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
  /// Free, has every Vietnamese letter, and its package is needed for the tickets anyway.
  static let family = "Noto Serif"

  private let map: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private var descriptions: [PageFace: OpaquePointer] = [:]
  /// Kept until the end: lines point into them.
  private var layouts: [OpaquePointer] = []

  init() throws(PrintingError) {
    guard let map = pango_cairo_font_map_new() else { throw .cairo(reason: "no font map") }
    // 72 dots an inch: a dot is a point, the unit of PDF.
    pango_cairo_font_map_set_resolution(OpaquePointer(map), 72)
    guard let context = pango_font_map_create_context(map) else {
      g_object_unref(map)
      throw .cairo(reason: "no text context")
    }
    self.map = map
    self.context = context
    // The printer has its own dots; hinting for ours would only make the spacing uneven.
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    pango_context_set_round_glyph_positions(context, 0)
    pango_context_set_language(context, pango_language_from_string("vi"))
  }

  deinit {
    for layout in layouts { g_object_unref(UnsafeMutableRawPointer(layout)) }
    for description in descriptions.values { pango_font_description_free(description) }
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(map)
  }

  /// - Parameter indent: of the first line, in points.
  /// - Throws: `unprintable` where the font lacks a letter; `fontMissing`.
  func lines(
    _ text: String, _ face: PageFace, width: Double, _ alignment: DocumentPage.Alignment, indent: Double = 0
  ) throws(PrintingError) -> [SetLine] {
    let layout = try makeLayout(text, face)
    layouts.append(layout)
    pango_layout_set_width(layout, Int32(max(1, width) * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_indent(layout, Int32(indent * Double(PANGO_SCALE)))
    pango_layout_set_justify(layout, alignment == .justified ? 1 : 0)
    pango_layout_set_alignment(
      layout,
      alignment == .centre ? PANGO_ALIGN_CENTER : alignment == .right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
    guard pango_layout_get_unknown_glyphs_count(layout) == 0 else {
      throw .unprintable(characters: try missing(in: text, face), text: text)
    }
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

  private func missing(in text: String, _ face: PageFace) throws(PrintingError) -> [Character] {
    var missing: [Character] = []
    for character in text where !missing.contains(character) {
      let layout = try makeLayout(String(character), face)
      defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
      if pango_layout_get_unknown_glyphs_count(layout) > 0 { missing.append(character) }
    }
    return missing
  }

  private func makeLayout(_ text: String, _ face: PageFace) throws(PrintingError) -> OpaquePointer {
    let description = try describe(face)
    guard let layout = pango_layout_new(context) else { throw .cairo(reason: "no text layout") }
    pango_layout_set_font_description(layout, description)
    // Without this a missing letter would silently come from whatever other font is installed.
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_fallback_new(0))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    // A tab or a stray control character from a settings file is a space, not a missing glyph; a new line stays one.
    var text = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0 != "\n" && $0.properties.generalCategory == .control ? " " : $0 }))
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32($0.count)) }
    }
    return layout
  }

  private func describe(_ face: PageFace) throws(PrintingError) -> OpaquePointer {
    if let known = descriptions[face] { return known }
    guard let description = pango_font_description_new() else { throw .cairo(reason: "no font description") }
    pango_font_description_set_family(description, Self.family)
    pango_font_description_set_weight(description, face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_style(description, face.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
    pango_font_description_set_absolute_size(description, face.size * Double(PANGO_SCALE))
    // fontconfig always finds something; ask what it really found.
    guard let font = pango_context_load_font(context, description), let found = pango_font_describe(font) else {
      pango_font_description_free(description)
      throw .fontMissing(family: Self.family)
    }
    defer {
      pango_font_description_free(found)
      g_object_unref(font)
    }
    guard let name = pango_font_description_get_family(found), String(cString: name) == Self.family else {
      pango_font_description_free(description)
      throw .fontMissing(family: Self.family)
    }
    descriptions[face] = description
    return description
  }
}
