import Foundation

/// Bytes of a table to text in NFC. Files come from Excel of many ages: UTF-8, UTF-16 and the Windows code page of
/// Vietnamese (CP1258) are read; TCVN3 (ABC) is recognised and refused, because its capitals with tones live in a second
/// font, so the same bytes mean two letters.
enum VietnameseBytes {
  enum Encoding: String { case utf8, utf16, cp1258 }

  /// - Throws: the key of what is wrong.
  static func text(_ data: Data) throws(Refusal) -> (text: String, encoding: Encoding) {
    if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) {
      guard data.count % 2 == 0, let text = String(data: data, encoding: .utf16) else {
        throw Refusal(key: "halfWritten")
      }
      return (try checked(text), .utf16)
    }
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data[...]
    if bytes.contains(0) { throw Refusal(key: "binary") }
    if let text = String(validating: bytes, as: UTF8.self) { return (try checked(text), .utf8) }
    // A file that was cut in the middle of a letter is UTF-8 but for its last bytes.
    for cut in 1...3 where bytes.count > cut {
      if let text = String(validating: bytes.dropLast(cut), as: UTF8.self), !text.utf8.allSatisfy({ $0 < 0x80 }) {
        throw Refusal(key: "halfWritten")
      }
    }
    if let text = cp1258(bytes) { return (text, .cp1258) }
    throw Refusal(key: "tcvn3")
  }

  struct Refusal: Error, Equatable { var key: String }

  private static func checked(_ text: String) throws(Refusal) -> String {
    let text = text.precomposedStringWithCanonicalMapping
    if looksLikeTCVN3(text) { throw Refusal(key: "tcvn3") }
    if text.contains("\u{FFFD}") { throw Refusal(key: "lostLetters") }
    return text
  }

  /// Text typed in a TCVN3 font and stored as if it were Latin: «Chøng thùc b¶n sao». These letters and signs stand in no
  /// Vietnamese word, and here they touch one.
  static func looksLikeTCVN3(_ text: String) -> Bool {
    var found = 0
    var before: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if foreign.contains(scalar), before.properties.isAlphabetic { found += 1 }
      if foreign.contains(before), scalar.properties.isAlphabetic { found += 1 }
      if found >= 3 { return true }
      before = scalar
    }
    return false
  }

  private static let foreign = Set("µ¶¸¹¨¾¼½©®ª¬ÆÇÏÑÖ×ØÜÞßäåæçëîïñö÷øûüþ".unicodeScalars)

  /// nil when the bytes make no Vietnamese in CP1258: a tone without its vowel, a byte that means nothing, or no tone at
  /// all among many marked letters, as in TCVN3.
  static func cp1258(_ bytes: some Sequence<UInt8>) -> String? {
    var text = String.UnicodeScalarView()
    var before: Unicode.Scalar = " "
    for byte in bytes {
      guard let scalar = byte < 0x80 ? Unicode.Scalar(byte) : upperHalf[Int(byte) - 0x80] else { return nil }
      if tones.contains(scalar), !vowels.contains(before) { return nil }
      text.append(scalar)
      before = scalar
    }
    let composed = String(text).precomposedStringWithCanonicalMapping
    // What remains must be letters of Vietnamese and the usual signs.
    let strange = composed.unicodeScalars.count { $0.value >= 0x80 && !vietnamese.contains($0) }
    return strange == 0 ? composed : nil
  }

  /// Grave, hook, tilde, acute, dot below: CP1258 writes the vowel first and the tone after it.
  private static let tones: Set<Unicode.Scalar> = ["\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]
  private static let vowels = Set("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".unicodeScalars)
  private static let vietnamese: Set<Unicode.Scalar> = {
    let small = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    return Set((small + small.uppercased() + "₫–—‘’“”…•«»°²³§\u{A0}").unicodeScalars)
  }()

  /// 0x80 ... 0xFF of Windows code page 1258; nil where it has nothing.
  private static let upperHalf: [Unicode.Scalar?] = {
    let rows: [[UInt32]] = [
      [0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0, 0x2039, 0x152, 0, 0, 0],
      [0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0, 0x203A, 0x153, 0, 0, 0x178],
      (0xA0...0xAF).map { $0 }, (0xB0...0xBF).map { $0 },
      [0xC0, 0xC1, 0xC2, 0x102, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0x300, 0xCD, 0xCE, 0xCF],
      [0x110, 0xD1, 0x309, 0xD3, 0xD4, 0x1A0, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0x1AF, 0x303, 0xDF],
      [0xE0, 0xE1, 0xE2, 0x103, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0x301, 0xED, 0xEE, 0xEF],
      [0x111, 0xF1, 0x323, 0xF3, 0xF4, 0x1A1, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0x1B0, 0x20AB, 0xFF],
    ]
    return rows.joined().map { $0 == 0 ? nil : Unicode.Scalar($0) }
  }()
}
