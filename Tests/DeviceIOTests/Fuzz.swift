import Foundation

/// A seeded random driver: the same inputs on every run, more of them under LONG=1.
enum Fuzz {
  /// 10⁶ under LONG=1, otherwise as many as a debug build does in a second or two.
  static let count = ProcessInfo.processInfo.environment["LONG"] == nil ? 20_000 : 1_000_000

  struct Random: RandomNumberGenerator {
    var state: UInt64
    /// SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return bits ^ (bits >> 31)
    }
  }

  /// Inputs made of a corpus by changing, cutting, doubling and joining, and some of noise alone.
  static func inputs(seed: UInt64, corpus: [[UInt8]], _ take: ([UInt8]) throws -> Void) rethrows {
    var random = Random(state: seed)
    for _ in 0..<count { try take(input(corpus, &random)) }
  }

  private static func input(_ corpus: [[UInt8]], _ random: inout Random) -> [UInt8] {
    var bytes = corpus.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.insert(.random(in: 0...255, using: &random), at: place)
      case 1: if place < bytes.count { bytes[place] = .random(in: 0...255, using: &random) }
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...8, using: &random)))
      case 3: bytes += bytes.prefix(place)
      case 4: bytes += corpus.randomElement(using: &random) ?? []
      default: bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in .random(in: 0...255, using: &random) }
      }
    }
    return bytes
  }
}
