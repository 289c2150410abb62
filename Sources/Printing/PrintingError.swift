/// Why a picture or its bytes could not be made. Nothing here has touched a device yet.
public enum PrintingError: Error, Equatable, Sendable {
  /// The pinned font has no glyph for these characters; printing would show boxes.
  case unprintable(characters: [Character], text: String)
  /// fontconfig would put another family in place of this one: the package `fonts-noto-core` is missing.
  case fontMissing(family: String)
  /// Width or resolution outside what a ticket can be laid out for.
  case paperUnsuitable(reason: String)
  /// The text does not fit a QR code whose modules are at least `leastModule` dots wide on this paper.
  case qrTooLong(bytes: Int, leastModule: Int)
  /// The picture is wider than the print head.
  case rasterTooWide(dots: Int, head: Int)
  /// A value in a profile file is missing, of the wrong kind, or out of range.
  case profile(file: String, field: String, reason: String)
  /// Cairo refused: out of memory, or not a PNG.
  case cairo(reason: String)
}

extension PrintingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unprintable(let characters, let text):
      let named = characters.map { character in
        let codes = character.unicodeScalars.map { "U+" + hex($0.value, digits: 4) }.joined(separator: " ")
        return "“\(character)” (\(codes))"
      }
      return "cannot print \(named.joined(separator: ", ")) in “\(text)”: the ticket font has no such character"
    case .fontMissing(let family): return "the font “\(family)” is not installed (package fonts-noto-core)"
    case .paperUnsuitable(let reason): return "cannot lay out a ticket: \(reason)"
    case .qrTooLong(let bytes, let leastModule):
      return "a QR code of \(bytes) bytes does not fit this paper with modules of \(leastModule) dots"
    case .rasterTooWide(let dots, let head): return "the picture is \(dots) dots wide, the print head \(head)"
    case .profile(let file, let field, let reason): return "\(file): \(field): \(reason)"
    case .cairo(let reason): return "drawing failed: \(reason)"
    }
  }
}

/// Upper-case hexadecimal with leading zeros.
func hex(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
