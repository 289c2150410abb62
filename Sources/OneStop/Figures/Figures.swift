/// What happened, counted. Sums of tallies are tallies, so days add up to weeks and years.
public struct Tally: Hashable, Sendable {
  /// Numbers handed out.
  public var issued = 0
  /// Visits that ended with every step done.
  public var visitsServed = 0
  /// Finished steps: one for each thing done at a counter.
  public var served = 0
  public var copies = 0
  public var transferred = 0
  public var noShow = 0
  public var cancelled = 0
  /// Still waiting when the day was closed.
  public var unserved = 0
  /// Being served when the day was closed; how long is not known.
  public var unfinished = 0
  /// Entered from pre-printed numbers after a power cut; without measured times.
  public var emergency = 0
  public var rated = 0
  /// Called within the waiting target, of those called (`waits.total`).
  public var withinTarget = 0
  /// Whole seconds from joining a queue to the first call, one for each step that was called.
  public var waits = Histogram()
  /// Whole seconds at the counter without time on hold, one for each finished step.
  public var services = Histogram()

  public init() {}

  public mutating func merge(_ other: Tally) {
    issued += other.issued
    visitsServed += other.visitsServed
    served += other.served
    copies += other.copies
    transferred += other.transferred
    noShow += other.noShow
    cancelled += other.cancelled
    unserved += other.unserved
    unfinished += other.unfinished
    emergency += other.emergency
    rated += other.rated
    withinTarget += other.withinTarget
    waits.merge(other.waits)
    services.merge(other.services)
  }
}

/// By what the figures of a period are broken down.
public enum Breakdown: String, Codable, Hashable, Sendable, CaseIterable {
  case all, service, officer, counter, hour, procedure
}

/// The figures of a day: a pure function of its visits, so that rows and journal give the same to the digit.
public struct DayFigures: Hashable, Sendable {
  public struct Key: Hashable, Comparable, Sendable {
    public var dimension: Breakdown
    /// Service, officer or procedure id, counter number, hour `07`…; empty for `all`.
    public var value: String
    public init(_ dimension: Breakdown, _ value: String = "") {
      self.dimension = dimension
      self.value = value
    }
    public static func < (a: Key, b: Key) -> Bool {
      (a.dimension.rawValue, a.value.count, a.value) < (b.dimension.rawValue, b.value.count, b.value)
    }
  }

  public private(set) var tallies: [Key: Tally] = [:]

  public init(tallies: [Key: Tally] = [:]) { self.tallies = tallies }

  public subscript(dimension: Breakdown, value: String = "") -> Tally { tallies[Key(dimension, value)] ?? Tally() }

  /// - Parameter settings: time zone, waiting target and whether lunch counts as waiting.
  public init(of visits: some Sequence<Visit>, settings: CentreSettings) {
    for visit in visits { add(visit, settings) }
  }

  private mutating func add(_ visit: Visit, _ settings: CentreSettings) {
    guard let first = visit.steps.first else { return }
    var ofVisit = [Key(.all), Key(.service, first.service.rawValue), hour(visit.issuedAt, settings)]
    if let procedure = visit.procedure { ofVisit.append(Key(.procedure, procedure.rawValue)) }
    count(ofVisit) {
      $0.issued += 1
      if visit.emergency { $0.emergency += 1 }
      guard case .ended(let outcome, _) = visit.standing else { return }
      switch outcome {
      case .served: $0.visitsServed += 1
      case .cancelled: $0.cancelled += 1
      case .unserved: $0.unserved += 1
      case .noShow, .unfinished: break  // counted with the step, which also knows counter and officer
      }
    }
    for step in visit.steps { add(step, of: visit, settings) }
  }

  private mutating func add(_ step: Step, of visit: Visit, _ settings: CentreSettings) {
    var keys = [Key(.all), Key(.service, step.service.rawValue), hour(step.queuedAt, settings)]
    if let counter = step.counter { keys.append(Key(.counter, String(counter.rawValue))) }
    if let officer = step.officer { keys.append(Key(.officer, officer.rawValue)) }
    // Only what was chosen at the máy lấy số is known here; a visit's second step is about the same procedure.
    if let procedure = visit.procedure { keys.append(Key(.procedure, procedure.rawValue)) }
    let wait = visit.emergency ? nil : Self.wait(of: step, settings)
    let service = visit.emergency ? nil : step.outcome == .served ? step.serviceSeconds : nil
    var missed = step.outcome == .noShow
    if case .noShow = visit.standing, step.id == visit.step.id { missed = true }
    count(keys) {
      switch step.outcome {
      case .served:
        $0.served += 1
        $0.copies += step.copies
      case .transferred: $0.transferred += 1
      case .unfinished: $0.unfinished += 1
      case .noShow, .cancelled, .unserved, nil: break
      }
      if missed { $0.noShow += 1 }
      if step.rated { $0.rated += 1 }
      if let service { $0.services.add(service) }
      if let wait {
        $0.waits.add(wait)
        if wait <= settings.rules.targetWaitMinutes * 60 { $0.withinTarget += 1 }
      }
    }
  }

  /// Seconds a step was waited for, without lunch where the centre decided so.
  public static func wait(of step: Step, _ settings: CentreSettings) -> Int? {
    guard let called = step.calledAt, let wait = step.waitSeconds else { return nil }
    if settings.rules.lunchRunsThrough { return wait }
    let lunch = settings.hours.breakMilliseconds(from: step.queuedAt, to: called, in: settings.zone)
    return max(0, wait - Int(lunch / 1000))
  }

  private func hour(_ moment: Instant, _ settings: CentreSettings) -> Key {
    Key(.hour, padded(TimeOfDay(moment, in: settings.zone).minutes / 60, 2))
  }

  private mutating func count(_ keys: [Key], _ body: (inout Tally) -> Void) {
    for key in keys { body(&tallies[key, default: Tally()]) }
  }

  public mutating func merge(_ other: DayFigures) {
    for (key, tally) in other.tallies { tallies[key, default: Tally()].merge(tally) }
  }
}
