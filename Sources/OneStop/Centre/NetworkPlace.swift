/// A machine on the network and its port: `192.168.1.50:9100`, `[fe80::1]:554`, `camera-1`.
public struct NetworkPlace: Hashable, Sendable {
  /// What is wrong with a text; each has a sentence of its own in the word files.
  public enum Mistake: Error, Hashable, Sendable {
    case port(String)
    case host
  }

  public var host: String
  /// 1…65535.
  public var port: Int

  /// - Parameter usual: the port where the text has none.
  public init(_ text: Substring, port usual: Int) throws(Mistake) {
    var host = text
    port = usual
    // The last colon, and none inside [::1].
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      let digits = text[text.index(after: colon)...]
      guard let number = Int(digits), (1...65_535).contains(number) else { throw .port(String(digits)) }
      host = text[..<colon]
      port = number
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._:%".contains($0)) }) else {
      throw .host
    }
    self.host = String(host)
  }
}
