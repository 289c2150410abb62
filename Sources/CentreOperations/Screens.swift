import OneStop
import Synchronization

/// Which screens hold a stream open, by name. A screen that lost its cable without a goodbye counts until TCP gives it up.
public final class Screens: Sendable {
  private let open = Mutex<(next: Int, all: [Int: (name: String, since: Instant)])>((0, [:]))

  public init() {}

  /// - Returns: the ticket to leave with.
  public func enter(_ name: String, at now: Instant) -> Int {
    open.withLock { open in
      open.next += 1
      open.all[open.next] = (name, now)
      return open.next
    }
  }

  public func leave(_ ticket: Int) { open.withLock { _ = $0.all.removeValue(forKey: ticket) } }

  /// Since when a screen of this name is connected; nil: it is not.
  public func since(_ name: String) -> Instant? {
    open.withLock { $0.all.values.lazy.filter { $0.name == name }.map(\.since).min() }
  }
}
