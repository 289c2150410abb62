/// Growing pauses between tries to reach a device. Pure: the caller sleeps.
public struct Backoff: Equatable, Sendable {
  /// Before the second try.
  public let first: Duration
  /// Pauses never get longer.
  public let most: Duration
  /// Each pause is drawn from the last `jitter` part of its length, 0…1, so that ten counters that lost the same
  /// switch don't all come back in the same instant.
  public let jitter: Double
  private var tries = 0
  private var random: UInt64

  /// - Parameter seed: the same seed gives the same pauses.
  public init(
    first: Duration = .seconds(1), most: Duration = .seconds(30), jitter: Double = 0.25,
    seed: UInt64 = .random(in: .min ... .max)
  ) {
    precondition(first > .zero && most >= first && (0...1).contains(jitter))
    self.first = first
    self.most = most
    self.jitter = jitter
    self.random = seed
  }

  /// The pause before the next try: doubles each time up to `most`.
  public mutating func next() -> Duration {
    let full = min(most, first * (1 << min(tries, 30)))
    tries += 1
    return full * (1 - jitter * draw())
  }

  /// The device is back: the next pause is short again.
  public mutating func reset() { tries = 0 }

  /// 0..<1; SplitMix64.
  private mutating func draw() -> Double {
    random &+= 0x9E37_79B9_7F4A_7C15
    var bits = random
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
  }
}
