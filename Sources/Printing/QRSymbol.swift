import CQRencode

/// A QR code as a square of modules, without its quiet zone.
public struct QRSymbol: Equatable, Sendable {
  /// How much of the code may be damaged and still be read: about 7, 15, 25 or 30 percent.
  public enum Correction: Sendable {
    case low, medium, quartile, high
  }

  /// White modules that must surround the code on every side (ISO/IEC 18004).
  public static let quietZone = 4

  /// Modules per side, 21…177.
  public let side: Int
  /// Row after row; true is black.
  public let modules: [Bool]

  /// - Parameter text: at least one byte of UTF-8, at most what version 40 holds (2,331 bytes at `.medium`).
  /// - Throws: `PrintingError.qrTooLong` when the text is empty or too long.
  public init(_ text: String, correction: Correction = .medium) throws(PrintingError) {
    let level =
      switch correction {
      case .low: QR_ECLEVEL_L
      case .medium: QR_ECLEVEL_M
      case .quartile: QR_ECLEVEL_Q
      case .high: QR_ECLEVEL_H
      }
    // Bytes with a length, not a C string: a NUL inside the text must not cut it short.
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, level) else {
      throw .qrTooLong(bytes: bytes.count, leastModule: 1)
    }
    defer { QRcode_free(code) }
    let side = Int(code.pointee.width)
    self.side = side
    self.modules = (0..<side * side).map { code.pointee.data[$0] & 1 == 1 }
  }

  /// Whether the module is black; both in 0..<side.
  public subscript(x: Int, y: Int) -> Bool { modules[y * side + x] }

  /// The code with its quiet zone as SVG text: black on white, no inline style, no ids,
  /// so it can stand in a page with a strict content security policy.
  public func svg() -> String {
    let zone = QRSymbol.quietZone
    let size = side + 2 * zone
    var path = ""
    for y in 0..<side {
      var x = 0
      while x < side {
        guard self[x, y] else {
          x += 1
          continue
        }
        let start = x
        while x < side, self[x, y] { x += 1 }
        path += "M\(start + zone) \(y + zone)h\(x - start)v1h-\(x - start)z"
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges">\
      <path fill="#fff" d="M0 0h\(size)v\(size)H0z"/><path fill="#000" d="\(path)"/></svg>
      """
  }
}
