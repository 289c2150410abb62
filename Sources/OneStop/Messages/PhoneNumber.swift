/// A mobile number of Vietnam, as a citizen says it.
public struct PhoneNumber: Hashable, Sendable {
  /// Ten digits, beginning with 0.
  public var digits: String

  /// Reads `0912 345 678`, `0912.345.678` and `+84 912345678`. Landlines get no messages and are refused: mobile numbers
  /// begin with 03, 05, 07, 08 or 09 and have ten digits (Circular 22/2014/TT-BTTTT as changed in 2018).
  public init?(_ text: String) {
    var digits = ""
    for letter in text {
      if letter.isASCII, letter.isNumber || (letter == "+" && digits.isEmpty) {
        digits.append(letter)
      } else if !" .-".contains(letter) {
        return nil
      }
    }
    if digits.hasPrefix("+84") { digits = "0" + digits.dropFirst(3) }
    guard digits.count == 10, digits.first == "0", "35789".contains(digits[digits.index(after: digits.startIndex)]),
      !digits.contains("+")
    else { return nil }
    self.digits = digits
  }
}
