import CPangoCairo

/// Where everything on a ticket stands, for one width of paper. A value: computed once, drawn as often
/// as needed, and asked for what the drawing alone does not tell (was the number made smaller?).
///
/// Safe to use from several tasks at once: every call has font maps of its own.
public struct TicketLayout: Equatable, Sendable {
  enum Item: Equatable, Sendable {
    case text(String, Face, x: Int, baseline: Int, inverse: Bool)
    /// Drawn at half the size, then every dot as a square of four. `face` is of the half size; the ink begins
    /// at `x`.
    case doubled(String, Face, x: Int, baseline: Int, inverse: Bool)
    case box(x: Int, y: Int, width: Int, height: Int)
    case code(QRSymbol, x: Int, y: Int, module: Int)
  }

  /// Widths a ticket can be laid out for, in dots: 58 mm paper at 180 dpi to 112 mm paper at 203 dpi.
  public static let widths = 300...900
  /// Print head resolutions, in dots per inch.
  public static let resolutions = 150...320
  /// Height a number's capitals have unless it is too long, in millimetres (readable at 5 m).
  public static let numberHeightGoal = 20.0

  /// Dots.
  public let width: Int
  /// Dots.
  public let height: Int
  /// Dots per inch.
  public let dpi: Int
  /// Height of the number's capitals, in dots.
  public let numberHeight: Int
  /// Width of one QR module, in dots; nil without a code.
  public let qrModule: Int?
  let items: [Item]

  /// Height of the number's capitals, in millimetres.
  public var numberHeightMillimetres: Double { Double(numberHeight) * 25.4 / Double(dpi) }

  /// True when the number had to be set smaller than 20 mm because it would not have fitted the paper:
  /// "A1000" on 80 mm paper, every number on 58 mm paper.
  public var numberIsReduced: Bool { numberHeightMillimetres < TicketLayout.numberHeightGoal }

  /// Lays the slip out.
  /// - Parameters:
  ///   - width: dots of the print head, 300…900.
  ///   - dpi: dots per inch, 150…320; nearly always 203 or 180.
  /// - Throws: `.unprintable` naming every character the font lacks, `.fontMissing`, `.qrTooLong`,
  ///   `.paperUnsuitable`.
  public init(_ slip: TicketSlip, width: Int, dpi: Int) throws(PrintingError) {
    var composer = try TicketComposer(width: width, dpi: dpi)
    try composer.compose(slip)
    self.init(composer, width: width, dpi: dpi)
  }

  init(_ composer: TicketComposer, width: Int, dpi: Int) {
    self.width = width
    self.dpi = dpi
    self.height = composer.y
    self.numberHeight = composer.numberHeight
    self.qrModule = composer.qrModule
    self.items = composer.items
  }

  /// Lays the slip out and draws it.
  public static func draw(_ slip: TicketSlip, width: Int, dpi: Int) throws(PrintingError) -> Raster {
    try TicketLayout(slip, width: width, dpi: dpi).draw()
  }

  /// The characters of a text that no ticket can show, each once: for checking words and settings long
  /// before a citizen waits for paper.
  public static func unprintable(in text: String) throws(PrintingError) -> [Character] {
    try Typesetter(dpi: 203).unprintable(in: text.filter { !$0.isNewline }, .regular(32))
  }

  /// The picture: black dots on white, nothing in between.
  public func draw() throws(PrintingError) -> Raster {
    let type = try Typesetter(dpi: dpi)
    var raster = try drawDotByDot(type)
    for case .doubled(let text, let face, let x, let baseline, let inverse) in items {
      let ink = try type.ink(text, face)
      let half = try picture(width: ink.columns.count, height: ink.above + ink.below) { pen throws(PrintingError) in
        try type.draw(text, face, x: -ink.columns.lowerBound, baseline: ink.above, on: pen)
      }
      raster.stampDoubled(half, x: x, y: baseline - 2 * ink.above, black: !inverse)
    }
    return raster
  }

  private func drawDotByDot(_ type: Typesetter) throws(PrintingError) -> Raster {
    try picture(width: width, height: height) { pen throws(PrintingError) in
      for item in items { try draw(item, type, on: pen) }
    }
  }

  private func picture(
    width: Int, height: Int, _ draw: (OpaquePointer) throws(PrintingError) -> Void
  ) throws(PrintingError) -> Raster {
    let surface = try makeSurface(CAIRO_FORMAT_A1, width: width, height: height)
    defer { cairo_surface_destroy(surface) }
    guard let pen = cairo_create(surface) else { throw .cairo(reason: "no pen") }
    defer { cairo_destroy(pen) }
    cairo_set_antialias(pen, CAIRO_ANTIALIAS_NONE)
    cairo_set_source_rgba(pen, 0, 0, 0, 1)
    try draw(pen)
    return try Raster(surface: surface)
  }

  private func draw(_ item: Item, _ type: Typesetter, on pen: OpaquePointer) throws(PrintingError) {
    switch item {
    case .text(let text, let face, let x, let baseline, let inverse):
      cairo_set_operator(pen, inverse ? CAIRO_OPERATOR_DEST_OUT : CAIRO_OPERATOR_OVER)
      try type.draw(text, face, x: x, baseline: baseline, on: pen)
      cairo_set_operator(pen, CAIRO_OPERATOR_OVER)
    case .doubled: break
    case .box(let x, let y, let width, let height):
      cairo_rectangle(pen, Double(x), Double(y), Double(width), Double(height))
      cairo_fill(pen)
    case .code(let symbol, let x, let y, let module):
      for row in 0..<symbol.side {
        for column in 0..<symbol.side where symbol[column, row] {
          cairo_rectangle(
            pen, Double(x + column * module), Double(y + row * module), Double(module), Double(module))
        }
      }
      cairo_fill(pen)
    }
  }
}
