/// How often each whole number of seconds occurred. Exact, and two of them merge exactly, so that a year's median is the
/// merge of its days.
public struct Histogram: Hashable, Sendable {
  /// `counts[s]` values of `s` seconds; the last one is never 0.
  private(set) var counts: [UInt32] = []
  public private(set) var total = 0

  /// Longest time kept apart, in seconds (12 hours); longer ones count as this.
  public static let limit = 43_200

  public init() {}

  public mutating func add(_ seconds: Int, times: Int = 1) {
    let seconds = min(max(0, seconds), Self.limit)
    if seconds >= counts.count { counts += repeatElement(0, count: seconds + 1 - counts.count) }
    counts[seconds] += UInt32(times)
    total += times
  }

  public mutating func merge(_ other: Histogram) {
    if other.counts.count > counts.count { counts += repeatElement(0, count: other.counts.count - counts.count) }
    counts.withUnsafeMutableBufferPointer { mine in
      other.counts.withUnsafeBufferPointer { theirs in
        for i in theirs.indices { mine[i] &+= theirs[i] }
      }
    }
    total += other.total
  }

  public var longest: Int? { counts.isEmpty ? nil : counts.count - 1 }

  /// Nearest rank: the smallest value that at least `share` (0…1) of all values do not exceed. nil without values.
  public func percentile(_ share: Double) -> Int? {
    guard total > 0 else { return nil }
    let rank = Swift.max(1, Int((share * Double(total)).rounded(.up)))
    var seen = 0
    for (seconds, count) in counts.enumerated() where count > 0 {
      seen += Int(count)
      if seen >= rank { return seconds }
    }
    return counts.count - 1
  }

  /// How many values do not exceed `seconds`.
  public func count(upTo seconds: Int) -> Int { counts.prefix(seconds + 1).reduce(0) { $0 + Int($1) } }

  /// Pairs of varints: step to the next value, its count.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    var last = 0
    for (seconds, count) in counts.enumerated() where count > 0 {
      Self.put(seconds - last, &out)
      Self.put(Int(count), &out)
      last = seconds
    }
    return out
  }

  /// nil where the bytes are not those of a histogram.
  public init?(bytes: some Sequence<UInt8>) {
    var seconds = 0
    var value = 0
    var shift = 0
    var step: Int?
    for byte in bytes {
      guard shift < 35 else { return nil }
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 != 0 {
        shift += 7
        continue
      }
      if let known = step {
        // Seconds rise, and no second is there for nothing: other bytes were not written here.
        guard known > 0 || counts.isEmpty, value > 0, value <= UInt32.max else { return nil }
        seconds += known
        guard seconds <= Self.limit else { return nil }
        add(seconds, times: value)
        step = nil
      } else {
        step = value
      }
      (value, shift) = (0, 0)
    }
    guard step == nil, shift == 0 else { return nil }
  }

  private static func put(_ number: Int, _ out: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(rest))
  }
}
