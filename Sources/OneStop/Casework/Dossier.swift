/// One citizen's request, from receipt to the handing over of the result. Holds no name: who it belongs to stands in the
/// provincial system.
public struct Dossier: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Dossier, Int>

  public let id: ID
  public internal(set) var code: DossierCode
  /// The provisional code it had before, still found by a scan of the first slip.
  public internal(set) var formerCode: DossierCode?
  public internal(set) var procedure: Procedure.ID
  public internal(set) var state: State
  public internal(set) var channel: Channel
  /// nil: nobody said.
  public internal(set) var digitised: Bool?
  public internal(set) var vneid: Bool?
  /// The visit of the queue it came from.
  public internal(set) var visit: Visit.ID?
  public internal(set) var counter: Counter.ID?
  public internal(set) var officer: Officer.ID?

  /// Three different times in law: the receipt, the start of the clock, and (with the state) the handing over.
  public internal(set) var receivedAt: Instant
  public internal(set) var clockStart: Instant
  public internal(set) var limit: TimeLimit?
  public internal(set) var rule: DueRule.ID?
  /// What the citizen was promised first, and what holds now; nil where no limit is known.
  public internal(set) var firstDue: Due?
  public internal(set) var due: Due?
  public internal(set) var dueFrom: DueSource
  /// The province's date took the place of the one counted here; `firstDue` stays what was promised.
  public internal(set) var replacement: Replacement?
  public internal(set) var pauses: [Pause] = []
  public internal(set) var supplements = 0
  public internal(set) var reappointments: [Reappointment] = []
  public internal(set) var apologies: [Apology] = []
  public internal(set) var sameDay: SameDayMark?
  /// The latest reason given: of a supplement, a stop, a return.
  public internal(set) var reason: String?
  /// Why it was not returned on its same-day day.
  public internal(set) var sameDayReason: String?
  public internal(set) var finishedAt: Instant?
  public internal(set) var handedOverAt: Instant?
  /// When it ended in any other way: refused, withdrawn, returned, annulled. nil as well where the register doesn't say.
  public internal(set) var endedAt: Instant?

  /// The states of the systems in use (`facts` of the field: numbers 1 to 10), and `annulled` for a slip of the finger.
  public enum State: String, Codable, Hashable, Sendable, CaseIterable {
    /// Filed online, not yet accepted.
    case registered
    case refused
    case received
    case processing
    case awaitingSupplement
    case awaitingPayment
    case stopped
    case withdrawn
    /// Sent back as not eligible.
    case returned
    case finished
    case handedOver
    case annulled

    public var isOver: Bool {
      switch self {
      case .refused, .withdrawn, .returned, .handedOver, .annulled: true
      default: false
      }
    }
    /// Somebody works on it and the clock runs.
    public var isRunning: Bool { self == .received || self == .processing }
    public var isPaused: Bool { self == .awaitingSupplement || self == .awaitingPayment || self == .stopped }
    /// A promise is open: the result isn't ready and nothing ended it.
    public var isOpen: Bool { isRunning || isPaused }
  }

  public enum Channel: String, Codable, Hashable, Sendable, CaseIterable {
    case counter, online, post, home
    /// A register without that column: it stands in no share of channels.
    case unknown
  }

  /// Who said when it is due.
  public enum DueSource: String, Codable, Hashable, Sendable {
    case counted
    /// The date on the provincial slip: it is what the citizen holds in hand.
    case province
    /// Agreed in writing with the citizen, as for many pages to certify (Decree 23/2015).
    case agreed
    case none
  }

  /// The due date was moved. The law allows it once.
  public struct Reappointment: Codable, Hashable, Sendable {
    public var at: Instant
    public var from: Due
    public var to: Due
    public var reason: String
    /// It happened in another system and is only recorded here.
    public var elsewhere: Bool
  }

  /// The register had another date than the one counted at the counter. No re-appointment: nobody decided to move it.
  public struct Replacement: Codable, Hashable, Sendable {
    /// When the import saw it.
    public var at: Instant
    public var from: Due
    public var to: Due
  }

  public struct Apology: Codable, Hashable, Sendable {
    public var at: Instant
    /// Number in the register of letters.
    public var number: String
  }

  /// What the same-day day promised at receipt.
  public enum SameDayMark: Codable, Hashable, Sendable {
    /// The result is handed over before closing.
    case promised(LocalDay)
    /// Received after the cutoff: the law allows the next working day, so it is counted apart.
    case afterCutoff(LocalDay)

    public var day: LocalDay {
      switch self {
      case .promised(let day), .afterCutoff(let day): day
      }
    }
  }
}

/// Whether a dossier kept its date. By day, as the systems in use judge it.
public enum Punctuality: String, Codable, Hashable, Sendable, CaseIterable {
  case early, onDay, late
  /// Not finished, and the due day isn't over.
  case pending
  /// Not finished, and the due day is over.
  case overdue
  /// No due date is known: neither kept nor broken.
  case undated
  /// Handed over after the due day, and the register doesn't say when it was ready: people collect late, so this is
  /// neither kept nor broken.
  case unknown
  /// Refused, returned, withdrawn, annulled: no result was due in the end.
  case ended
}

extension Dossier {
  /// While a dossier waits for a supplement, a payment or the end of a stop, its clock stands: it is judged as of the day
  /// the wait began, because its date will move by what was waited.
  /// - Parameter original: against the date promised first instead of the one after a re-appointment.
  public func punctuality(on today: LocalDay, in zone: ZoneOffset, original: Bool = false) -> Punctuality {
    guard state != .registered, !state.isOver || state == .handedOver else { return .ended }
    guard let due = original ? firstDue : due else { return .undated }
    if let finishedAt {
      let day = LocalDay(finishedAt, in: zone)
      return day < due.day ? .early : day == due.day ? .onDay : .late
    }
    if state == .handedOver {
      // What was handed over in time was ready in time.
      guard let handedOverAt else { return .unknown }
      let day = LocalDay(handedOverAt, in: zone)
      return day < due.day ? .early : day == due.day ? .onDay : .unknown
    }
    // Ready, but the register doesn't say since when.
    if state == .finished { return today > due.day ? .unknown : .onDay }
    if state.isPaused {
      // The register says that it waits, and not since when: nobody can say that its date was missed.
      guard let pause = pauses.last, pause.to == nil else { return .pending }
      return min(today, LocalDay(pause.from, in: zone)) > due.day ? .overdue : .pending
    }
    return today > due.day ? .overdue : .pending
  }

  /// Since when its clock stands; of one that the register alone says is waiting, since its receipt.
  public var waitingSince: Instant { pauses.last?.from ?? receivedAt }

  /// The date was moved more than once: a breach, wherever it happened.
  public var movedTwice: Bool { reappointments.count > 1 }
}
