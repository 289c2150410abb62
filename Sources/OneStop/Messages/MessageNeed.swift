/// What a message tells.
public enum MessageKind: String, Codable, Sendable, CaseIterable {
  /// The result can be collected.
  case ready
  /// The due date has changed.
  case moved
  /// Only a few people are before this number.
  case near

  /// Nothing is left to be told after it, so that the number it went to is not needed any more.
  public var isLast: Bool { self != .moved }
}

/// What a citizen knows already: told when the number was given, or by a message since.
public struct MessageTold: Hashable, Sendable {
  public var ready: Bool
  public var due: LocalDay?

  public init(ready: Bool, due: LocalDay?) {
    self.ready = ready
    self.due = due
  }

  /// Who stands at the counter is told how it is now.
  public init(at dossier: Dossier) { self.init(ready: dossier.state == .finished, due: dossier.due?.day) }
}

/// Who is to be told what. Asked again and again of how things are, not of what has happened: what was put right within
/// moments, or handed over at once, is told to nobody.
public enum MessageNeed: Hashable, Sendable {
  case nothing
  case message(MessageKind)
  /// The purpose the number was given for is over.
  case purposeEnded

  public init(of dossier: Dossier?, told: MessageTold) {
    self =
      if let dossier, !dossier.state.isOver {
        if dossier.state == .finished {
          // Whoever can collect the result needs no date.
          told.ready ? .nothing : .message(.ready)
        } else if let day = dossier.due?.day, let known = told.due, day != known {
          .message(.moved)
        } else {
          .nothing
        }
      } else { .purposeEnded }
  }

  /// - Parameter ahead: people before this number; nil: it doesn't wait.
  public init(waiting visit: Visit?, ahead: Int?, nearAhead: Int, toldNear: Bool) {
    guard let visit else {
      self = .purposeEnded
      return
    }
    switch visit.standing {
    case .waiting:
      if let ahead, ahead <= nearAhead, !toldNear { self = .message(.near) } else { self = .nothing }
    // Told by the call itself. Who is held back or missed the call was here and is told by a person.
    case .called, .serving, .held, .noShow, .ended: self = .purposeEnded
    }
  }

  /// Whether a message of this kind that waits, for the morning or for the modem, is still true.
  public static func isTrue(_ kind: MessageKind, _ dossier: Dossier?) -> Bool {
    guard let dossier, !dossier.state.isOver else { return false }
    switch kind {
    case .ready: return dossier.state == .finished
    case .moved: return dossier.state != .finished && dossier.due != nil
    case .near: return false
    }
  }
}
