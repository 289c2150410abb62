import CPangoCairo

/// A PDF that is drawn page by page. Units are points from the upper left corner.
final class PDFSheet {
  private final class Bytes { var all: [UInt8] = [] }

  let width, height: Double
  private let bytes = Bytes()
  private let surface: OpaquePointer
  private let pen: OpaquePointer

  init(_ page: DocumentPage) throws(PrintingError) {
    let (short, long) = (page.paper.size.width.points, page.paper.size.height.points)
    (width, height) = page.isLandscape ? (long, short) : (short, long)
    // Unretained: the surface is finished before `bytes` goes.
    surface = cairo_pdf_surface_create_for_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Bytes>.fromOpaque(closure).takeUnretainedValue().all
          .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(bytes).toOpaque(), width, height)
    pen = cairo_create(surface)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, page.title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, page.madeAt)
    cairo_set_line_width(pen, 0.6)
    guard cairo_status(pen) == CAIRO_STATUS_SUCCESS else {
      throw .cairo(reason: String(cString: cairo_status_to_string(cairo_status(pen))))
    }
  }

  deinit {
    cairo_destroy(pen)
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  func draw(_ line: SetLine, x: Double, y: Double) {
    cairo_move_to(pen, x + line.x, y + line.ascent)
    pango_cairo_show_layout_line(pen, line.line)
  }

  func rule(from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    cairo_move_to(pen, from.x, from.y)
    cairo_line_to(pen, to.x, to.y)
    cairo_stroke(pen)
  }

  func box(x: Double, y: Double, width: Double, height: Double, shaded: Bool) {
    cairo_rectangle(pen, x, y, width, height)
    if shaded {
      cairo_set_source_rgb(pen, 0.92, 0.92, 0.92)
      cairo_fill_preserve(pen)
      cairo_set_source_rgb(pen, 0, 0, 0)
    }
    cairo_stroke(pen)
  }

  /// A black square, a hair larger than asked so that neighbours leave no seam.
  func dot(x: Double, y: Double, side: Double) {
    cairo_rectangle(pen, x, y, side + 0.05, side + 0.05)
    cairo_fill(pen)
  }

  func turn() { cairo_show_page(pen) }

  /// Ends the last page and the file.
  func finish() throws(PrintingError) -> [UInt8] {
    cairo_show_page(pen)
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else { throw .cairo(reason: String(cString: cairo_status_to_string(status))) }
    return bytes.all
  }
}
