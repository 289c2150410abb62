/// What has happened with a dossier. The journal keeps these and everything else is rebuilt from them. No personal data:
/// a dossier is its number and its public code, a reason a word of a list; what an officer wrote about it lies elsewhere
/// and can be erased.
public enum DossierEvent: Hashable, Sendable {
  case registered(Registered)
  case received(Received)
  case moved(Moved)
  case paused(PausedFor)
  case resumed(Resumed)
  /// A provisional date became a firm one: the year's list of days off is there.
  case dueSettled(Resumed)
  /// The register has another date than the one counted here: the province's holds, and that it moved is kept.
  case dueReplaced(DueReplaced)
  case reappointed(Reappointed)
  case apologised(Apologised)
  case codeReplaced(CodeReplaced)
  case sameDayExplained(Explained)
  /// What the provincial register said, taken over because somebody is working on this dossier here.
  case imported(Imported)

  public struct Registered: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var code: DossierCode
    public var procedure: Procedure.ID
  }

  /// Everything the due date follows from, and the date itself: a later change of the calendar or of the list doesn't
  /// change what the citizen was promised.
  public struct Received: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var code: DossierCode
    /// Place in the day's provisional codes.
    public var ordinal: Int?
    public var procedure: Procedure.ID
    public var channel: Dossier.Channel
    public var digitised: Bool?
    public var vneid: Bool?
    public var visit: Visit.ID?
    public var counter: Counter.ID?
    public var officer: Officer.ID?
    public var clockStart: Instant
    public var limit: TimeLimit?
    public var rule: DueRule.ID?
    public var due: Due?
    public var dueFrom: Dossier.DueSource
    public var sameDay: Dossier.SameDayMark?
  }

  /// A change of state that doesn't touch the clock.
  public struct Moved: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var to: Dossier.State
    public var reason: String?
  }

  public struct PausedFor: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var to: Dossier.State
    public var reason: String?
  }

  public struct Resumed: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var due: Due?
  }

  public struct DueReplaced: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var from: Due
    public var due: Due
  }

  public struct Reappointed: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var due: Due
    public var reason: String
    public var elsewhere: Bool
  }

  public struct Apologised: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var number: String
  }

  public struct CodeReplaced: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var code: DossierCode
  }

  public struct Imported: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var entry: RegisterEntry

    public init(dossier: Dossier.ID, entry: RegisterEntry) {
      self.dossier = dossier
      self.entry = entry
    }
  }

  public struct Explained: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var reason: String
  }
}

/// Type words of the journal, and the payload that goes with each.
extension DossierEvent {
  public var type: String {
    switch self {
    case .registered: "dossier-registered"
    case .received: "dossier-received"
    case .moved: "dossier-moved"
    case .paused: "dossier-paused"
    case .resumed: "dossier-resumed"
    case .dueSettled: "dossier-due-settled"
    case .dueReplaced: "dossier-due-replaced"
    case .reappointed: "dossier-reappointed"
    case .apologised: "dossier-apologised"
    case .codeReplaced: "dossier-code-replaced"
    case .sameDayExplained: "dossier-same-day-explained"
    case .imported: "dossier-imported"
    }
  }

  public var dossier: Dossier.ID {
    switch self {
    case .registered(let e): e.dossier
    case .received(let e): e.dossier
    case .moved(let e): e.dossier
    case .paused(let e): e.dossier
    case .resumed(let e), .dueSettled(let e): e.dossier
    case .dueReplaced(let e): e.dossier
    case .reappointed(let e): e.dossier
    case .apologised(let e): e.dossier
    case .codeReplaced(let e): e.dossier
    case .sameDayExplained(let e): e.dossier
    case .imported(let e): e.dossier
    }
  }

  public var payload: any Codable & Sendable {
    switch self {
    case .registered(let e): e
    case .received(let e): e
    case .moved(let e): e
    case .paused(let e): e
    case .resumed(let e), .dueSettled(let e): e
    case .dueReplaced(let e): e
    case .reappointed(let e): e
    case .apologised(let e): e
    case .codeReplaced(let e): e
    case .sameDayExplained(let e): e
    case .imported(let e): e
    }
  }

  /// Reads an event back. nil: not an event of a dossier.
  public init?(type: String, decode: QueueEvent.PayloadDecoder) throws {
    switch type {
    case "dossier-registered": self = .registered(try decode(Registered.self))
    case "dossier-received": self = .received(try decode(Received.self))
    case "dossier-moved": self = .moved(try decode(Moved.self))
    case "dossier-paused": self = .paused(try decode(PausedFor.self))
    case "dossier-resumed": self = .resumed(try decode(Resumed.self))
    case "dossier-due-settled": self = .dueSettled(try decode(Resumed.self))
    case "dossier-due-replaced": self = .dueReplaced(try decode(DueReplaced.self))
    case "dossier-reappointed": self = .reappointed(try decode(Reappointed.self))
    case "dossier-apologised": self = .apologised(try decode(Apologised.self))
    case "dossier-code-replaced": self = .codeReplaced(try decode(CodeReplaced.self))
    case "dossier-same-day-explained": self = .sameDayExplained(try decode(Explained.self))
    case "dossier-imported": self = .imported(try decode(Imported.self))
    default: return nil
    }
  }
}
