/// What has happened in the queue. The journal keeps these; everything else can be rebuilt from them.
/// No event holds personal data: a citizen is a number, an officer an id.
public enum QueueEvent: Hashable, Sendable {
  case ticketIssued(TicketIssued)
  case called(Called)
  case recalled(AtCounter)
  case started(AtCounter)
  case finished(Finished)
  case noShow(AtCounter)
  case held(AtCounter)
  case resumed(AtCounter)
  case transferred(MovedOn)
  case returned(Returned)
  case cancelled(Cancelled)
  case marked(Marked)
  case counterOpened(CounterOpened)
  case counterPaused(CounterPaused)
  case counterClosed(CounterClosed)
  case undone(Undone)
  case helpAsked(OnlyCounter)
  case helpAnswered(OnlyCounter)
  case dayClosed(DayClosed)
  case dayReopened(DayReopened)

  public struct TicketIssued: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var day: LocalDay
    public var number: String
    /// Series and place in it, so that the next number is known after a restart; absent for emergency numbers.
    public var series: String?
    public var ordinal: Int?
    public var service: Service.ID
    public var priority: PriorityGroup.ID?
    public var needs: [Visit.Need]
    public var language: String
    public var code: String
    /// What the citizen was told: tickets ahead, seconds to expect (absent: nobody could say), counters that would call.
    public var ahead: Int
    public var estimatedSeconds: Int?
    public var counters: [Counter.ID]
    public var emergency: Emergency?
    /// Chosen by the citizen, where a procedure was chosen and not only a service.
    public var procedure: Procedure.ID?
    /// Carries the mark of the same-day day; absent: it doesn't.
    public var sameDay: Bool?
  }

  /// A number printed beforehand and entered after the power came back.
  public struct Emergency: Codable, Hashable, Sendable {
    public var served: Bool
    public var counter: Counter.ID?
    public var officer: Officer.ID?
    public var arrivedAt: Instant?
  }

  public struct Called: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID
    public var officer: Officer.ID?
    /// `next` by the policy, `number` out of turn by an officer's choice.
    public var how: How
    public var reason: CallingPolicy.Reason?
    public enum How: String, Codable, Hashable, Sendable { case next, number }
  }

  public struct AtCounter: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID
  }

  public struct Finished: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID
    public var officer: Officer.ID?
    public var copies: Int
    public var next: NextStep?
  }

  public struct NextStep: Codable, Hashable, Sendable {
    public var step: Step.ID
    public var service: Service.ID
    public var counter: Counter.ID?
    public var front: Bool
    /// Time of arrival that decides the place.
    public var since: Instant
  }

  public struct MovedOn: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID
    public var officer: Officer.ID?
    public var next: NextStep
  }

  public struct Returned: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID
    public var since: Instant
  }

  public struct Cancelled: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var step: Step.ID
    public var counter: Counter.ID?
  }

  public struct Marked: Codable, Hashable, Sendable {
    public var visit: Visit.ID
    public var counter: Counter.ID
    public var needs: [Visit.Need]
    public var copies: Int
    public var priority: PriorityGroup.ID?
  }

  public struct CounterOpened: Codable, Hashable, Sendable {
    public var counter: Counter.ID
    public var officer: Officer.ID
  }
  public struct CounterPaused: Codable, Hashable, Sendable {
    public var counter: Counter.ID
    public var reason: String
  }
  public struct CounterClosed: Codable, Hashable, Sendable {
    public var counter: Counter.ID
    /// `officer`, `moved`: the officer opened another counter, or `switched-off`: the officer has left the centre. With
    /// the day counters close without an event.
    public var why: String
    public static let switchedOff = "switched-off"
  }
  public struct OnlyCounter: Codable, Hashable, Sendable { public var counter: Counter.ID }
  public struct Undone: Codable, Hashable, Sendable { public var counter: Counter.ID }

  public struct DayClosed: Codable, Hashable, Sendable {
    public var day: LocalDay
    public var reason: String
    public var unserved: [Visit.ID]
    public var unfinished: [Visit.ID]
    public var noShows: [Visit.ID]
  }
  public struct DayReopened: Codable, Hashable, Sendable { public var day: LocalDay }
}

/// Type words of the journal, and the payload that goes with each.
extension QueueEvent {
  public var type: String {
    switch self {
    case .ticketIssued: "ticket-issued"
    case .called: "called"
    case .recalled: "recalled"
    case .started: "started"
    case .finished: "finished"
    case .noShow: "no-show"
    case .held: "held"
    case .resumed: "resumed"
    case .transferred: "transferred"
    case .returned: "returned"
    case .cancelled: "cancelled"
    case .marked: "marked"
    case .counterOpened: "counter-opened"
    case .counterPaused: "counter-paused"
    case .counterClosed: "counter-closed"
    case .undone: "undone"
    case .helpAsked: "help-asked"
    case .helpAnswered: "help-answered"
    case .dayClosed: "day-closed"
    case .dayReopened: "day-reopened"
    }
  }

  public var payload: any Codable & Sendable {
    switch self {
    case .ticketIssued(let e): e
    case .called(let e): e
    case .recalled(let e), .started(let e), .noShow(let e), .held(let e), .resumed(let e): e
    case .finished(let e): e
    case .transferred(let e): e
    case .returned(let e): e
    case .cancelled(let e): e
    case .marked(let e): e
    case .counterOpened(let e): e
    case .counterPaused(let e): e
    case .counterClosed(let e): e
    case .undone(let e): e
    case .helpAsked(let e), .helpAnswered(let e): e
    case .dayClosed(let e): e
    case .dayReopened(let e): e
    }
  }

  /// Reads an event back; `decode` turns the payload's bytes into the asked type. nil: not an event of the queue.
  public init?(type: String, decode: PayloadDecoder) throws {
    switch type {
    case "ticket-issued": self = .ticketIssued(try decode(TicketIssued.self))
    case "called": self = .called(try decode(Called.self))
    case "recalled": self = .recalled(try decode(AtCounter.self))
    case "started": self = .started(try decode(AtCounter.self))
    case "finished": self = .finished(try decode(Finished.self))
    case "no-show": self = .noShow(try decode(AtCounter.self))
    case "held": self = .held(try decode(AtCounter.self))
    case "resumed": self = .resumed(try decode(AtCounter.self))
    case "transferred": self = .transferred(try decode(MovedOn.self))
    case "returned": self = .returned(try decode(Returned.self))
    case "cancelled": self = .cancelled(try decode(Cancelled.self))
    case "marked": self = .marked(try decode(Marked.self))
    case "counter-opened": self = .counterOpened(try decode(CounterOpened.self))
    case "counter-paused": self = .counterPaused(try decode(CounterPaused.self))
    case "counter-closed": self = .counterClosed(try decode(CounterClosed.self))
    case "undone": self = .undone(try decode(Undone.self))
    case "help-asked": self = .helpAsked(try decode(OnlyCounter.self))
    case "help-answered": self = .helpAnswered(try decode(OnlyCounter.self))
    case "day-closed": self = .dayClosed(try decode(DayClosed.self))
    case "day-reopened": self = .dayReopened(try decode(DayReopened.self))
    default: return nil
    }
  }

  public struct PayloadDecoder {
    let read: (any Decodable.Type) throws -> any Decodable
    public init(_ read: @escaping (any Decodable.Type) throws -> any Decodable) { self.read = read }
    func callAsFunction<T: Decodable>(_ type: T.Type) throws -> T { try read(type) as! T }
  }
}
