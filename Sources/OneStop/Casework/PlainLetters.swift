/// Vietnamese without marks, so that «ho tich» finds «Hộ tịch». For finding only, never for showing.
public enum PlainLetters {
  /// Lower case, no diacritics, đ as d; every run of other characters than letters and digits becomes one space.
  /// The same for NFC and NFD.
  public static func of(_ text: some StringProtocol) -> String {
    var plain = String.UnicodeScalarView()
    var gap = false
    for scalar in text.unicodeScalars {
      for lower in scalar.properties.lowercaseMapping.unicodeScalars {
        // Tone marks and hats that stand alone: text from a phone or a Mac is often decomposed.
        if (0x300...0x36F).contains(lower.value) { continue }
        let base = bases[lower] ?? lower
        guard base.properties.isAlphabetic || base.properties.numericType != nil else {
          gap = true
          continue
        }
        if gap, !plain.isEmpty { plain.append(" ") }
        gap = false
        plain.append(base)
      }
    }
    return String(plain)
  }

  /// The words of `of`.
  public static func words(_ text: some StringProtocol) -> [Substring] { of(text).split(separator: " ") }

  private static let bases: [Unicode.Scalar: Unicode.Scalar] = {
    let families = [
      "aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ", "uùúủũụưừứửữự", "yỳýỷỹỵ", "dđ",
    ]
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for family in families {
      let letters = Array(family.unicodeScalars)
      for letter in letters.dropFirst() { table[letter] = letters[0] }
    }
    return table
  }()
}
