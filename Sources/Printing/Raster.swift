import CPangoCairo

/// A picture of black and white dots: rows of whole bytes, most significant bit leftmost, 1 = black.
/// This is exactly what `GS v 0` takes. Bits beyond `width` in the last byte of a row are always 0.
public struct Raster: Equatable, Sendable {
  /// Dots per row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height` × `bytesPerRow` bytes.
  public private(set) var rows: [UInt8]

  public var bytesPerRow: Int { (width + 7) / 8 }

  /// A white picture.
  public init(width: Int, height: Int) {
    precondition(width >= 0 && height >= 0)
    self.width = width
    self.height = height
    self.rows = Array(repeating: 0, count: (width + 7) / 8 * height)
  }

  /// A picture from its rows, MSB first; surplus bits at the right are cleared.
  init(width: Int, height: Int, rows: [UInt8]) {
    precondition(rows.count == (width + 7) / 8 * height)
    self.width = width
    self.height = height
    self.rows = rows
    guard width % 8 != 0 else { return }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (width % 8))
    for last in stride(from: bytesPerRow - 1, to: rows.count, by: bytesPerRow) { self.rows[last] &= mask }
  }

  /// Whether the dot is black. `x` in 0..<width, `y` in 0..<height.
  public subscript(x: Int, y: Int) -> Bool {
    get {
      precondition(x >= 0 && x < width)
      return rows[y * bytesPerRow + x / 8] & (0x80 >> UInt8(x % 8)) != 0
    }
    set {
      precondition(x >= 0 && x < width)
      let bit: UInt8 = 0x80 >> UInt8(x % 8)
      if newValue { rows[y * bytesPerRow + x / 8] |= bit } else { rows[y * bytesPerRow + x / 8] &= ~bit }
    }
  }

  /// The bytes of one row.
  public subscript(row y: Int) -> ArraySlice<UInt8> { rows[y * bytesPerRow..<(y + 1) * bytesPerRow] }

  public func isBlankRow(_ y: Int) -> Bool { self[row: y].allSatisfy { $0 == 0 } }

  /// The bytes of a row that carry ink, as column-byte indices; nil on a blank row.
  public func inkedBytes(inRow y: Int) -> Range<Int>? {
    let row = self[row: y]
    guard let first = row.firstIndex(where: { $0 != 0 }), let last = row.lastIndex(where: { $0 != 0 }) else {
      return nil
    }
    return first - row.startIndex..<last - row.startIndex + 1
  }

  /// Number of black dots.
  public var ink: Int { rows.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Adds another picture at twice its size, `x` and `y` being its upper left corner, in black or in white. What does
  /// not fit is left out.
  mutating func stampDoubled(_ picture: Raster, x: Int, y: Int, black: Bool = true) {
    for row in max(0, y)..<max(0, y, min(height, y + 2 * picture.height)) {
      for column in max(0, x)..<max(0, x, min(width, x + 2 * picture.width))
      where picture[(column - x) / 2, (row - y) / 2] { self[column, row] = black }
    }
  }

  /// The rectangle cut out as a picture of its own. Both ranges must lie inside.
  public func crop(x: Range<Int>, y: Range<Int>) -> Raster {
    var part = Raster(width: x.count, height: y.count)
    for row in y { for column in x where self[column, row] { part[column - x.lowerBound, row - y.lowerBound] = true } }
    return part
  }
}

// MARK: - PNG

extension Raster {
  /// A greyscale PNG, black on white.
  /// - Throws: `PrintingError.cairo`.
  public func pngBytes() throws(PrintingError) -> [UInt8] {
    let surface = try makeSurface(CAIRO_FORMAT_A1, width: width, height: height)
    defer { cairo_surface_destroy(surface) }
    // cairo writes alpha as greyscale with opaque = white, so the bits go in inverted.
    let stride = Int(cairo_image_surface_get_stride(surface))
    if let data = cairo_image_surface_get_data(surface) {
      for y in 0..<height {
        for byte in 0..<bytesPerRow { data[y * stride + byte] = ~rows[y * bytesPerRow + byte].bitReversed }
      }
    }
    cairo_surface_mark_dirty(surface)

    final class Sink { var bytes: [UInt8] = [] }
    let sink = Sink()
    let status = cairo_surface_write_to_png_stream(
      surface,
      { closure, data, length in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(sink).toOpaque())
    try check(status)
    return sink.bytes
  }

  /// Reads a PNG; dots darker than middle grey are black, transparent dots white.
  /// - Throws: `PrintingError.cairo` when the bytes are not a PNG.
  public init(png: [UInt8]) throws(PrintingError) {
    final class Source {
      var bytes: ArraySlice<UInt8>
      init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
    }
    let source = Source(png)
    let loaded = cairo_image_surface_create_from_png_stream(
      { closure, data, length in
        guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
        let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
        guard source.bytes.count >= Int(length) else { return CAIRO_STATUS_READ_ERROR }
        for (offset, byte) in source.bytes.prefix(Int(length)).enumerated() { data[offset] = byte }
        source.bytes = source.bytes.dropFirst(Int(length))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(source).toOpaque())
    guard let loaded else { throw .cairo(reason: "no surface") }
    defer { cairo_surface_destroy(loaded) }
    try check(cairo_surface_status(loaded))

    let width = Int(cairo_image_surface_get_width(loaded))
    let height = Int(cairo_image_surface_get_height(loaded))
    // Painted over white in one known format, whatever the file held.
    let surface = try makeSurface(CAIRO_FORMAT_RGB24, width: width, height: height)
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    cairo_set_source_surface(context, loaded, 0, 0)
    cairo_paint(context)
    cairo_surface_flush(surface)

    self.init(width: width, height: height)
    guard let data = cairo_image_surface_get_data(surface) else { return }
    let stride = Int(cairo_image_surface_get_stride(surface))
    for y in 0..<height {
      for x in 0..<width {
        let dot = data + y * stride + x * 4
        if (Int(dot[0]) + Int(dot[1]) + Int(dot[2])) / 3 < 128 { self[x, y] = true }
      }
    }
  }

  /// Copies a one-bit cairo surface. Cairo keeps A1 least significant bit first on little-endian machines.
  init(surface: OpaquePointer) throws(PrintingError) {
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { throw .cairo(reason: "surface has no dots") }
    let width = Int(cairo_image_surface_get_width(surface))
    let height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let bytesPerRow = (width + 7) / 8
    var rows: [UInt8] = []
    rows.reserveCapacity(bytesPerRow * height)
    for y in 0..<height { for byte in 0..<bytesPerRow { rows.append(data[y * stride + byte].bitReversed) } }
    self.init(width: width, height: height, rows: rows)
  }
}

func makeSurface(_ format: cairo_format_t, width: Int, height: Int) throws(PrintingError) -> OpaquePointer {
  guard let surface = cairo_image_surface_create(format, Int32(width), Int32(height)) else {
    throw .cairo(reason: "no surface")
  }
  let status = cairo_surface_status(surface)
  guard status == CAIRO_STATUS_SUCCESS else {
    cairo_surface_destroy(surface)
    throw .cairo(reason: "\(width)×\(height): " + String(cString: cairo_status_to_string(status)))
  }
  return surface
}

private func check(_ status: cairo_status_t) throws(PrintingError) {
  guard status == CAIRO_STATUS_SUCCESS else { throw .cairo(reason: String(cString: cairo_status_to_string(status))) }
}

extension UInt8 {
  var bitReversed: UInt8 {
    var bits = self
    bits = (bits & 0xF0) >> 4 | (bits & 0x0F) << 4
    bits = (bits & 0xCC) >> 2 | (bits & 0x33) << 2
    return (bits & 0xAA) >> 1 | (bits & 0x55) << 1
  }
}
