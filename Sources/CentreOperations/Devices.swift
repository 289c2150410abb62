import Foundation
import OneStop
import Synchronization

/// What is known of each device and screen, for the supervisor's page, `/metrics` and `motcua devices`.
public final class Devices: Sendable {
  public struct Device: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable { case ok, warning, fault, off }
    public var id: String
    public var name: String
    public var kind: String
    public var state: State
    public var words: Bilingual
    public var since: String
    /// Where it is plugged in; absent for those that say it elsewhere.
    public var address: String?
    /// How often it could be opened since the daemon started.
    public var opened: Int?
    /// Presses, scans or frames since then. Never of rating boxes: a number that moved after a visit would name it.
    public var events: Int?
    /// The last trouble, also after it is over.
    public var lastError: String?
  }

  private let all = Mutex<[String: Device]>([:])
  private let changed: @Sendable () -> Void

  public init(changed: @escaping @Sendable () -> Void) { self.changed = changed }

  public func report(
    _ id: String, name: String, kind: String, _ state: Device.State, _ words: Bilingual, at now: Instant
  ) {
    let news = all.withLock { all in
      var device =
        all[id] ?? Device(id: id, name: name, kind: kind, state: state, words: Bilingual("", ""), since: now.iso)
      guard device.state != state || device.words != words else { return false }
      if device.state != state { device.since = now.iso }
      (device.state, device.words) = (state, words)
      all[id] = device
      return true
    }
    if news { changed() }
  }

  /// Notes more about a device that has reported; its screens hear of it with the next report.
  public func note(_ id: String, _ change: @Sendable (inout Device) -> Void) {
    all.withLock { all in
      if var device = all[id] {
        change(&device)
        all[id] = device
      }
    }
  }

  public func forget(_ id: String) { all.withLock { _ = $0.removeValue(forKey: id) } }

  public var list: [Device] { all.withLock { $0.values.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) } } }
}
