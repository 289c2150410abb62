/// A mobile number of Vietnam, as a citizen says it.
public struct PhoneNumber: Hashable, Sendable {
  /// Ten digits, beginning with 0.
  public var digits: String

  /// Reads `0912 345 678`, `0912.345.678`, `+84 912345678`, `84912345678`, `0084 912 345 678` and `+84 (0)912 345 678`,
  /// with whatever blanks and dashes a table or a telephone writes between. Landlines get no messages and are refused:
  /// mobile numbers begin with 03, 05, 07, 08 or 09 and have ten digits (Circular 22/2014/TT-BTTTT as changed in 2018).
  public init?(_ text: String) {
    var digits = ""
    for letter in text {
      if letter.isASCII, letter.isNumber || (letter == "+" && digits.isEmpty) {
        digits.append(letter)
      } else if !letter.isWhitespace || letter.isNewline, !".-()\u{2010}\u{2011}\u{2013}".contains(letter),
        // Marks of direction, which telephones put around a copied number.
        !letter.unicodeScalars.allSatisfy({ $0.properties.generalCategory == .format })
      {
        return nil
      }
    }
    for prefix in ["+84", "0084", "84"] where digits.hasPrefix(prefix) {
      let rest = digits.dropFirst(prefix.count)
      digits = rest.hasPrefix("0") ? String(rest) : "0" + rest
      break
    }
    guard digits.count == 10, digits.first == "0", "35789".contains(digits[digits.index(after: digits.startIndex)]),
      !digits.contains("+")
    else { return nil }
    self.digits = digits
  }
}
