/// The waiting hall of one day: who waits, who is where. A value that is rebuilt by applying the day's events in order;
/// commands are decided against it and never change it themselves.
public struct Hall: Hashable, Sendable {
  public internal(set) var day: LocalDay
  public internal(set) var closed = false
  /// A person has opened the day again after its closing.
  var reopened = false
  /// What the closing took, as long as the day is closed.
  var closing: Closing?
  public var settings: CentreSettings
  public internal(set) var visits: [Visit.ID: Visit] = [:]
  public internal(set) var desks: [Counter.ID: Desk] = [:]
  public internal(set) var lines: [Service.ID: Line] = [:]
  /// Those sent to one counter.
  public internal(set) var counterLines: [Counter.ID: Line] = [:]
  public internal(set) var pace: [Service.ID: Pace] = [:]
  /// Newest last; what the board still shows.
  public internal(set) var calls: [CallRecord] = []
  public internal(set) var help: [Counter.ID: Instant] = [:]
  /// What a rating tablet asks about.
  var lastFinishedStep: [Counter.ID: Step.ID] = [:]

  var visitOfNumber: [String: Visit.ID] = [:]
  var visitOfCode: [String: Visit.ID] = [:]
  var visitOfStep: [Step.ID: Visit.ID] = [:]
  /// Last ordinal of each series.
  var series: [String: Int] = [:]
  public internal(set) var lastVisit: Visit.ID
  public internal(set) var lastStep: Step.ID

  /// - Parameters: `lastVisit`, `lastStep`: the highest ids ever used, so that none is used again.
  public init(day: LocalDay, settings: CentreSettings, lastVisit: Visit.ID = 0, lastStep: Step.ID = 0) {
    self.day = day
    self.settings = settings
    self.lastVisit = lastVisit
    self.lastStep = lastStep
  }

  public func visit(number: String) -> Visit? { visitOfNumber[number].flatMap { visits[$0] } }
  public func visit(code: String) -> Visit? { visitOfCode[code].flatMap { visits[$0] } }
  public func visit(step: Step.ID) -> Visit? { visitOfStep[step].flatMap { visits[$0] } }

  public func desk(_ counter: Counter.ID) -> Desk { desks[counter] ?? Desk() }
  public func current(at counter: Counter.ID) -> Visit? { desk(counter).current.flatMap { visits[$0] } }

  /// The step finished last at a counter.
  public func lastFinished(at counter: Counter.ID) -> Step.ID? { lastFinishedStep[counter] }

  public func waiting(for service: Service.ID) -> Int { lines[service]?.count ?? 0 }

  public var waitingCount: Int {
    lines.values.reduce(0) { $0 + $1.count } + counterLines.values.reduce(0) { $0 + $1.count }
  }

  /// How many were sent to a counter that is closed, where nobody calls them by the rules.
  public var waitingAtClosedCounters: [Counter.ID: Int] {
    counterLines.filter { desk($0.key).isClosed && $0.value.count > 0 }.mapValues(\.count)
  }

  /// The counters that take a service now, in order.
  public func openCounters(for service: Service.ID) -> [Counter.ID] {
    settings.counters.filter { $0.rank(of: service) != nil && desk($0.number).isOpen }.map(\.number)
  }

  /// Seconds the one who waits longest for a service has waited, and the number.
  public func longestWait(for service: Service.ID, at now: Instant) -> (seconds: Int, number: String)? {
    guard let line = lines[service] else { return nil }
    // Lines are sorted by arrival, so the longest wait is at the head of one of them.
    let heads = [line.ordinary.first, line.priority.first].compactMap { $0 }.compactMap { visits[$0.visit] }
    return heads.min { $0.step.queuedAt < $1.step.queuedAt }
      .map { (now.seconds(since: $0.step.queuedAt), $0.number) }
  }

  /// A counter and who sits there.
  public struct Desk: Hashable, Sendable {
    public var state = State.closed
    public var officer: Officer.ID?
    public var current: Visit.ID?
    public var held: [Visit.ID] = []
    /// When `state` was entered.
    public var since: Instant?
    public var lastAction: LastAction?

    public init() {}

    public enum State: Hashable, Sendable {
      case closed
      case open
      case paused(reason: String)
    }
    public var isOpen: Bool { state == .open }
    public var isClosed: Bool { state == .closed }
  }

  /// What an undo gives back.
  public struct LastAction: Hashable, Sendable {
    public var at: Instant
    /// Type of the last event of the action.
    public var type: String
    public var number: String?
    var visits: [Visit]
    var versions: [Visit.ID: Int]
    var desk: DeskBefore
    /// Places from which the policy called.
    var calls: [Place]
    /// The pace of a service before a finish and after it.
    var pace: PaceChange?
  }

  struct PaceChange: Hashable, Sendable {
    var service: Service.ID
    var before: Pace?
    var after: Pace?
  }

  /// A desk as it was before an action, without an action of its own.
  struct DeskBefore: Hashable, Sendable {
    var state: Desk.State
    var officer: Officer.ID?
    var current: Visit.ID?
    var held: [Visit.ID]
    var since: Instant?
    var lastFinished: Step.ID?
  }

  /// How long a citizen of this service occupies a counter today, call to finish: a moving mean.
  public struct Pace: Hashable, Sendable {
    public var seconds: Double
    public var samples = 0

    /// A new value weighs 15%, so that about the last dozen citizens decide.
    mutating func add(_ value: Double) {
      seconds += 0.15 * (min(value, 3 * 3600) - seconds)
      samples += 1
    }
  }

  public struct CallRecord: Hashable, Sendable {
    /// The journal's number of the event.
    public var seq: Int64
    public var visit: Visit.ID
    public var number: String
    public var counter: Counter.ID
    public var at: Instant
    public var again: Bool
    public var stays: Bool
    public var language: String
  }
}

/// What applying events changed: which rows to write and what to tell the screens.
public struct HallChange: Hashable, Sendable {
  public var visits: Set<Visit.ID> = []
  public var counters: Set<Counter.ID> = []
  public var services: Set<Service.ID> = []
  public var calls: [Hall.CallRecord] = []
  /// Numbers whose call no longer stands.
  public var uncalled: [String] = []
  public var day = false

  public init() {}

  public mutating func merge(_ other: HallChange) {
    visits.formUnion(other.visits)
    counters.formUnion(other.counters)
    services.formUnion(other.services)
    calls += other.calls
    uncalled += other.uncalled
    day = day || other.day
  }
}
