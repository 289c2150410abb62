/// Chance that is the same for the same seed: SplitMix64.
public struct Chance: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< 1
  public mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

  public mutating func happens(_ probability: Double) -> Bool { share() < probability }

  public mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Seconds a case takes: most a little less than the mean, some much more (log-normal, sigma 0.55).
  public mutating func duration(mean: Double) -> Int {
    let place = share() * Double(Self.quantiles.count - 1)
    let i = Int(place)
    let low = Self.quantiles[i]
    let high = Self.quantiles[min(i + 1, Self.quantiles.count - 1)]
    return max(20, Int(mean * (low + (high - low) * (place - Double(i)))))
  }

  /// Quantiles 0, 5 … 100% of a log-normal distribution with sigma 0.55 and mean 1, cut at 2% and 99%.
  private static let quantiles = [
    0.28, 0.35, 0.42, 0.49, 0.54, 0.59, 0.64, 0.70, 0.75, 0.80, 0.86, 0.92, 0.99, 1.06, 1.15, 1.25, 1.37, 1.52, 1.74,
    2.12, 3.09,
  ]
}
