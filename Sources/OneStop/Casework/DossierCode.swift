/// The code of a dossier: an opaque string from the provincial system, or a provisional one of ours while that system is
/// away. Its make-up is being changed by law (Decree 309/2026, article 35), so nothing is read out of it.
public struct DossierCode: Hashable, Sendable {
  public let text: String

  /// What begins so was given out by the centre and waits for its real code.
  public static let provisionalPrefix = "TAM-"
  public var isProvisional: Bool { text.hasPrefix(Self.provisionalPrefix) }

  /// 5 to 64 letters, digits, dots, dashes, slashes or underscores with at least one digit; spaces around are dropped and
  /// letters are upper-cased, because officers type what they read.
  public init?(_ text: some StringProtocol) {
    // As it stands in a row or an event, of which a year has tens of thousands.
    if (5...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isPlain),
      text.utf8.contains(where: { (0x30...0x39).contains($0) })
    {
      self.text = String(text)
      return
    }
    var code = text.uppercased()[...]
    while let first = code.first, first.isWhitespace { code.removeFirst() }
    while let last = code.last, last.isWhitespace { code.removeLast() }
    guard (5...64).contains(code.count), code.contains(where: \.isNumber),
      code.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || Self.others.contains($0)) })
    else { return nil }
    self.text = String(code)
  }

  /// What a scanner read off a slip: the code itself, or a look-up address with the code as a value or as its last part.
  /// An identity card (fields between `|`) is refused before anything of it is kept.
  public init(scanned: String) throws(DossierRejection) {
    if scanned.contains("|") { throw .identityCard }
    guard let scheme = scanned.range(of: "://") else {
      guard let code = DossierCode(scanned) else { throw .badCode }
      self = code
      return
    }
    let address = scanned[scheme.upperBound...].prefix { $0 != "#" }
    let parts = address.split(separator: "?", maxSplits: 1)
    let values = (parts.count > 1 ? parts[1] : "").split(separator: "&").compactMap { pair -> Substring? in
      let sides = pair.split(separator: "=", maxSplits: 1)
      return sides.count == 2 && Self.keys.contains(PlainLetters.of(sides[0])) ? sides[1] : nil
    }
    let path = parts.first?.split(separator: "/").dropFirst() ?? []
    guard let code = (values + path.suffix(1)).lazy.compactMap({ DossierCode($0) }).first else { throw .badCode }
    self = code
  }

  /// A capital letter, a digit or one of `-./_`.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x2D...0x39).contains(byte) || byte == 0x5F
  }

  private static let others = Set("0123456789.-_/".unicodeScalars)
  /// Names such values have in the addresses of the portals seen so far, folded.
  private static let keys: Set<String> = ["mahoso", "ma ho so", "sohoso", "so ho so", "ma", "code", "id"]

  /// What the provisional codes of a day begin with: `TAM-261126-`.
  public static func provisionalPrefix(of day: LocalDay) -> String {
    let (y, m, d) = day.civil
    return "\(provisionalPrefix)\(padded(y % 100, 2))\(padded(m, 2))\(padded(d, 2))-"
  }

  /// The provisional code of a day's nth dossier: `TAM-261126-0001`.
  static func provisional(_ day: LocalDay, _ ordinal: Int) -> DossierCode {
    DossierCode(provisionalPrefix(of: day) + padded(ordinal, 4))!
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? {
    indices.lazy.first { self[$0...].hasPrefix(part) }.map { $0..<index($0, offsetBy: part.count) }
  }
}

extension DossierCode: Codable, CustomStringConvertible {
  public var description: String { text }
  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    guard let code = DossierCode(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not the code of a dossier"))
    }
    self = code
  }
  public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
