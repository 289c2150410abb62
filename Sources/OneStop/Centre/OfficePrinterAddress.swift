/// Where an office printer is, as it stands in the settings: `cups:queue`, or `cups:queue@host` and
/// `cups:queue@host:port` for a print server elsewhere.
public struct OfficePrinterAddress: Hashable, Sendable {
  public var queue: String
  /// nil: the print server of this machine.
  public var host: String?
  /// 631 is the port of IPP (RFC 8010, 4.1).
  public var port: Int

  /// - Returns: nil where the text is no such address.
  public init?(_ text: String) {
    guard text.hasPrefix("cups:") else { return nil }
    let parts = text.dropFirst(5).split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    // What CUPS takes for a name: no blank, `/`, `#`, `?` or quote, at most 127 bytes (lpadmin(8)).
    let forbidden = "/#?'\"\\<>"
    guard let queue = parts.first, (1...127).contains(queue.utf8.count),
      queue.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }),
      !queue.contains(where: { forbidden.contains($0) || $0.isWhitespace })
    else { return nil }
    self.queue = String(queue)
    (host, port) = (nil, 631)
    guard parts.count == 2 else { return }
    let server = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard let name = server.first, !name.isEmpty, server.count <= 2,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
    else { return nil }
    host = String(name)
    guard server.count == 2 else { return }
    guard server[1].allSatisfy(\.isNumber), let port = Int(server[1]), (1...65_535).contains(port) else { return nil }
    self.port = port
  }
}
