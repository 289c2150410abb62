import CPangoCairo

/// A font as Pango knows it; the size in dots of the context, which are points where that has 72 of them in an inch.
struct PangoFont: Hashable, Sendable {
  var family: String
  var size: Double
  var bold = false
  var italic = false
}

/// Sets text with exactly the fonts asked for. What tickets and pages share; lives inside one synchronous call, because
/// font maps are not shared between threads.
final class PangoText {
  enum Hinting: Sendable {
    /// Every dot is on or off, as on a print head: no grey edges that would turn into noise.
    case onDots
    /// The printer has its own dots; hinting for ours would only make the spacing uneven.
    case none
  }

  private let map: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private var descriptions: [PangoFont: OpaquePointer] = [:]

  init(dpi: Double, _ hinting: Hinting) throws(PrintingError) {
    guard let map = pango_cairo_font_map_new() else { throw .cairo(reason: "no font map") }
    pango_cairo_font_map_set_resolution(OpaquePointer(map), dpi)
    guard let context = pango_font_map_create_context(map) else {
      g_object_unref(map)
      throw .cairo(reason: "no text context")
    }
    self.map = map
    self.context = context
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    switch hinting {
    case .onDots:
      cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE)
      cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_FULL)
      cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON)
    case .none:
      cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
      cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
      pango_context_set_round_glyph_positions(context, 0)
    }
    pango_cairo_context_set_font_options(context, options)
    pango_context_set_language(context, pango_language_from_string("vi"))
  }

  deinit {
    for description in descriptions.values { pango_font_description_free(description) }
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(map)
  }

  /// A layout that the caller has to free.
  /// - Parameter keepsLines: a new line in the text stays one; otherwise it is a blank like other control characters.
  /// - Throws: `fontMissing`.
  func layout(_ text: String, _ font: PangoFont, keepsLines: Bool) throws(PrintingError) -> OpaquePointer {
    let description = try describe(font)
    guard let layout = pango_layout_new(context) else { throw .cairo(reason: "no text layout") }
    pango_layout_set_font_description(layout, description)
    if !keepsLines { pango_layout_set_single_paragraph_mode(layout, 1) }
    // Without this a missing letter would silently come from whatever other font is installed.
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_fallback_new(0))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    // A tab or a stray control character from a settings file is a space, not a missing glyph.
    var text = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.properties.generalCategory == .control && !(keepsLines && $0 == "\n") ? " " : $0
        }))
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32($0.count)) }
    }
    return layout
  }

  /// The characters of a text that the font cannot show, each once.
  func missing(in text: String, _ font: PangoFont) throws(PrintingError) -> [Character] {
    var missing: [Character] = []
    for character in text where !missing.contains(character) {
      let layout = try layout(String(character), font, keepsLines: false)
      defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
      if pango_layout_get_unknown_glyphs_count(layout) > 0 { missing.append(character) }
    }
    return missing
  }

  /// - Throws: `unprintable` where the font lacks a letter of the layout's text.
  func check(_ layout: OpaquePointer, _ text: String, _ font: PangoFont) throws(PrintingError) {
    guard pango_layout_get_unknown_glyphs_count(layout) == 0 else {
      throw .unprintable(characters: try missing(in: text, font), text: text)
    }
  }

  private func describe(_ font: PangoFont) throws(PrintingError) -> OpaquePointer {
    if let known = descriptions[font] { return known }
    guard let description = pango_font_description_new() else { throw .cairo(reason: "no font description") }
    pango_font_description_set_family(description, font.family)
    pango_font_description_set_weight(description, font.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_style(description, font.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
    pango_font_description_set_absolute_size(description, font.size * Double(PANGO_SCALE))
    // fontconfig always finds something; ask what it really found.
    guard let loaded = pango_context_load_font(context, description), let found = pango_font_describe(loaded) else {
      pango_font_description_free(description)
      throw .fontMissing(family: font.family)
    }
    defer {
      pango_font_description_free(found)
      g_object_unref(loaded)
    }
    guard let name = pango_font_description_get_family(found), String(cString: name) == font.family else {
      pango_font_description_free(description)
      throw .fontMissing(family: font.family)
    }
    descriptions[font] = description
    return description
  }
}
