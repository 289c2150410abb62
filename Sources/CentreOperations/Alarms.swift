import Foundation
import OneStop
import Synchronization

/// What needs a person, as long as it does. Raised and cleared by the parts of the daemon; kept in memory, because after
/// a restart each part looks again.
public final class Alarms: Sendable {
  public struct Alarm: Encodable, Sendable, Hashable {
    public enum Level: String, Codable, Sendable { case warning, fault }
    public var id: String
    public var level: Level
    public var words: Bilingual
    public var since: String
    public var acknowledgedBy: String?
  }

  private let all = Mutex<[String: Alarm]>([:])
  private let changed: @Sendable () -> Void

  public init(changed: @escaping @Sendable () -> Void) { self.changed = changed }

  /// Raises an alarm, or updates the words of one that stands. The same words again change nothing.
  public func raise(_ id: String, _ level: Alarm.Level, _ words: Bilingual, at now: Instant) {
    let news = all.withLock { all -> Bool in
      if let old = all[id] {
        guard old.words != words || old.level != level else { return false }
        all[id]!.words = words
        all[id]!.level = level
      } else {
        all[id] = Alarm(id: id, level: level, words: words, since: now.iso)
      }
      return true
    }
    if news { changed() }
  }

  public func clear(_ id: String) {
    if all.withLock({ $0.removeValue(forKey: id) }) != nil { changed() }
  }

  /// - Returns: false where there is no such alarm (any more).
  public func acknowledge(_ id: String, by name: String) -> Bool {
    let known = all.withLock { all in
      guard all[id] != nil else { return false }
      all[id]!.acknowledgedBy = name
      return true
    }
    if known { changed() }
    return known
  }

  public var standing: [Alarm] {
    all.withLock { $0.values.sorted { ($0.level.rawValue, $0.since, $0.id) < ($1.level.rawValue, $1.since, $1.id) } }
  }
}

extension Alarms {
  /// An alarm that counts something, by its sentence `alarm.ID` of the word files; gone where there is nothing to count.
  func tell(_ id: String, _ level: Alarm.Level, count: Int, _ places: [String: String] = [:], at now: Instant) {
    guard count > 0 else { return clear(id) }
    raise(id, level, Words.text("alarm.\(id)", places.merging(["n": "\(count)"]) { $1 }), at: now)
  }
}
