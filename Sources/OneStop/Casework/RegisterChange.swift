/// One thing an import changes of a dossier that is known already.
public struct RegisterChange: Codable, Hashable, Sendable {
  public enum Value: Codable, Hashable, Sendable {
    /// A code or a procedure.
    case text(String)
    case day(LocalDay)
    case moment(LocalDay, TimeOfDay)
    case state(Dossier.State)
    case channel(Dossier.Channel)
    case flag(Bool)
  }
  public var code: DossierCode
  public var field: RegisterField
  /// nil: the register didn't say.
  public var from: Value?
  public var to: Value?
}

extension RegisterEntry {
  /// What differs from an earlier entry of the same dossier, in the order of the columns of a register.
  public func changes(from old: RegisterEntry, in zone: ZoneOffset) -> [RegisterChange] {
    func moment(_ at: Instant?) -> RegisterChange.Value? {
      at.map { .moment(LocalDay($0, in: zone), TimeOfDay($0, in: zone)) }
    }
    func values(_ entry: RegisterEntry) -> [(RegisterField, RegisterChange.Value?)] {
      [
        (.note, entry.formerCode.map { .text($0.text) }), (.procedure, entry.procedure.map { .text($0.rawValue) }),
        (.received, moment(entry.receivedAt)), (.clockStart, moment(entry.clockStart)),
        (.due, entry.due.map { .day($0.day) }), (.finished, moment(entry.finishedAt)),
        (.handedOver, moment(entry.handedOverAt)), (.state, entry.state.map { .state($0) }),
        (.channel, entry.channel.map { .channel($0) }), (.digitised, entry.digitised.map { .flag($0) }),
        (.vneid, entry.vneid.map { .flag($0) }),
      ]
    }
    return zip(values(old), values(self)).compactMap { before, after in
      before.1 == after.1 ? nil : RegisterChange(code: code, field: after.0, from: before.1, to: after.1)
    }
  }
}
