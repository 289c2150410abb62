/// Finds a device's words in what it sends: the buttons of a box or the keys of a serial keypad, each some fixed bytes.
/// Pure. Noise between them is skipped.
public struct TokenDecoder<Meaning: Hashable & Sendable>: Sendable {
  private let tokens: [(bytes: [UInt8], meaning: Meaning)]
  private let longest: Int
  private var pending: [UInt8] = []

  /// - Parameter tokens: no token may begin with another one.
  public init(_ tokens: [[UInt8]: Meaning]) {
    // Longest first only for the reader's sake: where none begins with another, at most one fits.
    self.tokens = tokens.map { ($0.key, $0.value) }.sorted { $0.bytes.count > $1.bytes.count }
    longest = self.tokens.first?.bytes.count ?? 0
  }

  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Meaning] {
    var found: [Meaning] = []
    for byte in bytes {
      pending.append(byte)
      settle(&found)
    }
    return found
  }

  public mutating func forget() { pending = [] }

  private mutating func settle(_ found: inout [Meaning]) {
    while !pending.isEmpty {
      if let token = tokens.first(where: { pending.starts(with: $0.bytes) }) {
        found.append(token.meaning)
        pending.removeFirst(token.bytes.count)
      } else if tokens.contains(where: { $0.bytes.starts(with: pending) }) {
        return
      } else {
        pending.removeFirst()
      }
    }
  }
}
