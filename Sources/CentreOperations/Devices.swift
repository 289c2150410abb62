import Foundation
import OneStop
import Synchronization

/// What is known of each device and screen, for the supervisor's page and `/metrics`.
public final class Devices: Sendable {
  public struct Device: Encodable, Sendable, Hashable {
    public enum State: String, Codable, Sendable { case ok, warning, fault, off }
    public var id: String
    public var name: String
    public var kind: String
    public var state: State
    public var words: Bilingual
    public var since: String
  }

  private let all = Mutex<[String: Device]>([:])
  private let changed: @Sendable () -> Void

  public init(changed: @escaping @Sendable () -> Void) { self.changed = changed }

  public func report(
    _ id: String, name: String, kind: String, _ state: Device.State, _ words: Bilingual, at now: Instant
  ) {
    let news = all.withLock { all in
      if let old = all[id], old.state == state, old.words == words { return false }
      all[id] = Device(id: id, name: name, kind: kind, state: state, words: words, since: now.iso)
      return true
    }
    if news { changed() }
  }

  public func forget(_ id: String) { all.withLock { _ = $0.removeValue(forKey: id) } }

  public var list: [Device] { all.withLock { $0.values.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) } } }
}
