/// What the QR code of a citizen identity card says. It can be copied by anybody, so it proves nothing; it only saves typing.
///
/// The fields, separated by `|`: number of 12 digits, old number or nothing, full name, birth `ddMMyyyy`, sex, place of
/// residence, issue `ddMMyyyy` (cards since 2021; newspapers and several public readers agree). Readers in use also meet
/// six fields, without the old number, and an empty eighth. The QR of the cards since 2024 is not published and, in its
/// draft, carried the names and numbers of relatives: whatever is not understood to the last field is refused as a whole.
public struct CitizenCard: Hashable, Sendable {
  public var number: String
  /// Nine digits of the old identity card; nil where there was none.
  public var oldNumber: String?
  public var name: String
  public var born: LocalDay
  public var sex: Sex
  public var residence: String
  public var issued: LocalDay

  public enum Sex: String, Codable, Hashable, Sendable { case male, female }

  /// Why a text is not taken. None of them carries anything of the text.
  public enum Refusal: Error, Hashable, Sendable {
    /// Not the QR of a card at all.
    case notACard
    /// It looks like a card, but has fields or values that are not known.
    case unknownLayout
  }

  /// - Parameter text: in the composed form (NFC), as the scanners' readers give it.
  /// - Throws: nothing of a text that is refused is kept.
  public init(_ text: String) throws(Refusal) {
    let fields = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard fields.count > 1, Self.isDigits(fields[0], 12) else { throw .notACard }
    var rest = Array(fields.dropFirst())
    if rest.count == 7, rest[6].isEmpty { rest.removeLast() }
    if rest.count == 6 {
      let old = rest.removeFirst()
      guard old.isEmpty || Self.isDigits(old, 9) || Self.isDigits(old, 12) else { throw .unknownLayout }
      oldNumber = old.isEmpty ? nil : old
    }
    guard rest.count == 5, Self.isName(rest[0]), let born = Self.day(rest[1]), let issued = Self.day(rest[4]),
      born < issued, Self.isAddress(rest[3])
    else { throw .unknownLayout }
    switch rest[2] {
    case "Nam": sex = .male
    case "Nữ": sex = .female
    default: throw .unknownLayout
    }
    number = fields[0]
    name = rest[0]
    self.born = born
    residence = rest[3]
    self.issued = issued
  }

  private static func isDigits(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func isName(_ text: String) -> Bool {
    (2...100).contains(text.count)
      && text.allSatisfy { $0.isLetter || $0 == " " || $0 == "'" || $0 == "-" || $0 == "." }
      && text.contains { $0.isLetter }
  }

  private static func isAddress(_ text: String) -> Bool {
    text.count <= 300 && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0.value != 0xFFFD }
  }

  /// `01021990`; only days that exist, from 1900 on.
  private static func day(_ text: String) -> LocalDay? {
    guard isDigits(text, 8) else { return nil }
    let characters = Array(text)
    let day = LocalDay("\(String(characters[4...]))-\(String(characters[2..<4]))-\(String(characters[..<2]))")
    guard let day, (1900...2200).contains(day.civil.year) else { return nil }
    return day
  }
}
