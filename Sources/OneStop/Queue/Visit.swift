/// What a citizen comes for under one number: one or more steps, handed on from counter to counter (lượt giao dịch).
public struct Visit: Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Visit, Int>

  public let id: ID
  public let day: LocalDay
  /// `A012`
  public let number: String
  /// Unguessable; whoever holds it may follow and cancel this visit, nothing more.
  public let code: String
  public let issuedAt: Instant
  public var priority: PriorityGroup.ID?
  public var needs: Set<Need>
  /// `vi` or `en`
  public let language: String
  /// Entered after a power cut: its times were not measured and stay out of the figures.
  public let emergency: Bool
  public var steps: [Step]
  public var standing: Standing
  /// What the citizen comes for, where a procedure was chosen and not only a service.
  public var procedure: Procedure.ID?
  /// Carries the mark of the same-day day.
  public var sameDay = false
  /// Counts changes, so that an undo can see that somebody else has gone on with this visit.
  public var version = 0

  public init(
    id: ID, day: LocalDay, number: String, code: String, issuedAt: Instant, priority: PriorityGroup.ID?,
    needs: Set<Need>, language: String, emergency: Bool, steps: [Step], standing: Standing
  ) {
    self.id = id
    self.day = day
    self.number = number
    self.code = code
    self.issuedAt = issuedAt
    self.priority = priority
    self.needs = needs
    self.language = language
    self.emergency = emergency
    self.steps = steps
    self.standing = standing
  }

  /// The step that is waited for or being served, or the last one.
  public var step: Step {
    get { steps[steps.count - 1] }
    set { steps[steps.count - 1] = newValue }
  }

  /// Something the officer should know before the citizen stands there.
  public enum Need: String, Codable, Hashable, Sendable, CaseIterable {
    /// Hears badly: the call stays on the board until service starts.
    case hearing
    /// Only collects a result.
    case collect
  }

  public enum Standing: Hashable, Sendable {
    case waiting(Place)
    case called(Counter.ID)
    case serving(Counter.ID)
    case held(Counter.ID, since: Instant)
    case noShow(Counter.ID, at: Instant)
    case ended(Outcome, at: Instant)
  }

  public enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
    case served
    case cancelled
    /// Called, did not come, and did not come back that day.
    case noShow
    /// Still waiting when the day was closed.
    case unserved
    /// Being served when the day ended without a finish: served, but for how long nobody knows.
    case unfinished
  }

  public var ended: Bool { if case .ended = standing { true } else { false } }

  /// The counter that has this visit now.
  public var counter: Counter.ID? {
    switch standing {
    case .called(let counter), .serving(let counter), .held(let counter, _): counter
    case .waiting, .noShow, .ended: nil
    }
  }
}

/// One thing done at one counter: times, officer and rating belong to it.
public struct Step: Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Step, Int>

  public let id: ID
  public var service: Service.ID
  public var counter: Counter.ID?
  public var officer: Officer.ID?
  public let queuedAt: Instant
  /// First call; waiting ends here.
  public var calledAt: Instant?
  public var lastCalledAt: Instant?
  public var startedAt: Instant?
  public var finishedAt: Instant?
  public var outcome: Outcome?
  /// ×n for ten certified copies.
  public var copies = 1
  public var recalls = 0
  public var heldMilliseconds: Int64 = 0
  public var rated = false

  public init(id: ID, service: Service.ID, queuedAt: Instant) {
    self.id = id
    self.service = service
    self.queuedAt = queuedAt
  }

  public enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
    case served, transferred, noShow, cancelled, unserved, unfinished
  }

  /// Seconds from joining the queue to the first call.
  public var waitSeconds: Int? { calledAt.map { $0.seconds(since: queuedAt) } }

  /// Seconds at the counter, without the time on hold. From the start where it was entered, else from the last call:
  /// with one key per citizen nobody presses start.
  public var serviceSeconds: Int? {
    guard outcome == .served || outcome == .transferred, let finishedAt, let from = startedAt ?? lastCalledAt else {
      return nil
    }
    return max(0, Int((finishedAt.milliseconds - from.milliseconds - heldMilliseconds) / 1000))
  }
}

/// A place in a line. Kept by time of arrival; `front` is ahead of all of them.
public struct Place: Codable, Hashable, Comparable, Sendable {
  public var service: Service.ID
  /// Only this counter may call it.
  public var counter: Counter.ID?
  public var since: Instant
  public var front: Bool
  public var visit: Visit.ID

  public init(service: Service.ID, counter: Counter.ID? = nil, since: Instant, front: Bool = false, visit: Visit.ID) {
    self.service = service
    self.counter = counter
    self.since = since
    self.front = front
    self.visit = visit
  }

  public static func < (a: Place, b: Place) -> Bool {
    if a.front != b.front { return a.front }
    if a.since != b.since { return a.since < b.since }
    return a.visit < b.visit
  }
}
