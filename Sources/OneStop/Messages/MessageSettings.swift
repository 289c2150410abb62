/// Text messages to citizens who agreed to them. Off until the centre has a modem and decides it.
public struct MessageSettings: Codable, Hashable, Sendable {
  public var enabled = false
  /// Messages leave between these times of the day only; what is written at night waits for the morning.
  public var from = TimeOfDay(minutes: 7 * 60)
  public var to = TimeOfDay(minutes: 20 * 60)
  /// Without diacritics: 160 characters a part instead of 70, but harder to read.
  public var plain = false
  /// "Your turn is near" goes out when so many people or fewer are before the number; 0: it is not offered. 0…20
  public var nearAhead = 0
  /// The folder of `gammu-smsd` with `outbox`, `sent` and `error` in it.
  public var folder = "/var/spool/gammu"

  public init() {}

  /// Whether a message may leave now; the end is not part of it.
  public func isOpen(at time: TimeOfDay) -> Bool { from <= time && time < to }

  /// Whether a citizen may leave a number to be told of the turn.
  public var offersNear: Bool { enabled && nearAhead > 0 }
}

extension CentreSettings {
  func messageProblems() -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    if messages.from >= messages.to { found.append(.init("messages.to", "messageHours")) }
    if !messages.folder.hasPrefix("/") || messages.folder.count > 200 {
      found.append(.init("messages.folder", "messageFolder", ["value": messages.folder]))
    }
    if !(0...20).contains(messages.nearAhead) {
      found.append(.init("messages.nearAhead", "range", ["min": "0", "max": "20"]))
    }
    return found
  }
}
