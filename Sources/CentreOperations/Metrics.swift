import Foundation
import Synchronization

/// Counters for `/metrics`. Nothing about ratings beyond how many: a number that moved after a visit would name it.
public final class Metrics: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  public let started = ContinuousClock.now

  public init() {}

  public func add(_ name: String, _ amount: Int = 1) { counts.withLock { $0[name, default: 0] += amount } }

  public var all: [String: Int] { counts.withLock { $0 } }
}
