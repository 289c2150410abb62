/// What if some counters more were open for some hours? The days of the same weekday that were are lived through again,
/// with and without them, by the rules of the queue; the waits of both are told with their spread.
public struct Planning: Sendable {
  public struct Question: Codable, Hashable, Sendable {
    /// Monday is 1.
    public var weekday: Int
    /// What the counters take, without rank among them.
    public var services: [Service.ID]
    public var from: TimeOfDay
    public var to: TimeOfDay
    /// 1…`mostCounters`.
    public var counters: Int

    public init(weekday: Int, services: [Service.ID], from: TimeOfDay, to: TimeOfDay, counters: Int = 1) {
      self.weekday = weekday
      self.services = services
      self.from = from
      self.to = to
      self.counters = counters
    }

    public static let mostCounters = 5
  }

  /// One day of the past, as rows and journal have it.
  public struct Day: Hashable, Sendable {
    public var day: LocalDay
    public var visits: [Visit]
    public var seats: [CentreSimulation.Past.Seat]
    public init(day: LocalDay, visits: [Visit], seats: [CentreSimulation.Past.Seat]) {
      (self.day, self.visits, self.seats) = (day, visits, seats)
    }
  }

  /// Fewer days say more about chance than about the centre.
  public static let leastDays = 4
  /// Days of the past that are looked at, in weeks.
  public static let weeks = 12
  /// Fewer runs have no spread to speak of; more change nothing that can be read off the page.
  public static let leastRuns = 30
  public static let runs = 60

  public enum Refusal: Error, Hashable, Sendable {
    case tooLittlePast(days: Int)
  }

  /// Median and the range of eight runs in ten, in seconds.
  public struct Spread: Codable, Hashable, Sendable {
    public var median, low, high: Int

    init?(_ values: [Int]) {
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted()
      func rank(_ share: Double) -> Int { sorted[max(1, Int((share * Double(sorted.count)).rounded(.up))) - 1] }
      (median, low, high) = (rank(0.5), rank(0.1), rank(0.9))
    }
  }

  /// Median waits of one simulated day in seconds, for the services of the question.
  public struct Run: Hashable, Sendable {
    /// By half hours of joining the queue.
    public var slots: [Int: Int] = [:]
    /// Of all who joined between `from` and `to`; nil: nobody.
    public var hours: Int?
    /// Per cent of all waits of the day within the centre's target; nil: nobody.
    public var within: Int?
  }

  public let question: Question
  public let settings: CentreSettings
  private let days: [(day: LocalDay, past: CentreSimulation.Past)]
  private let habits: CentreSimulation.Habits
  /// What it really was on those days between `from` and `to`, in seconds: so that one sees how well the simulation fits.
  public let measured: Int?

  public var pastDays: [LocalDay] { days.map(\.day) }

  /// - Parameter days: of the wanted weekday; those on which nobody came or no counter was open are left out.
  public init(_ question: Question, days: [Day], settings: CentreSettings) throws(Refusal) {
    self.question = question
    self.settings = settings
    let useful = days.filter { !$0.visits.isEmpty && !$0.seats.isEmpty }
    guard useful.count >= Self.leastDays else { throw .tooLittlePast(days: useful.count) }
    var durations: [Service.ID: [Int]] = [:]
    var habits = CentreSimulation.Habits()
    var (visits, missed, second, wrong, first) = (0, 0, 0, 0, 0)
    let wanted = Set(question.services)
    var waits: [Int] = []
    for visit in useful.flatMap(\.visits) where !visit.emergency {
      visits += 1
      if visit.priority != nil { first += 1 }
      if visit.steps.contains(where: { $0.outcome == .noShow }) { missed += 1 }
      if visit.steps.contains(where: { $0.outcome == .transferred }) {
        wrong += 1
      } else if visit.steps.count > 1 {
        second += 1
      }
      for step in visit.steps {
        if step.outcome == .served, let seconds = step.serviceSeconds {
          durations[step.service, default: []].append(max(10, seconds))
        }
        if wanted.contains(step.service), let wait = DayFigures.wait(of: step, settings),
          Self.range(question).contains(TimeOfDay(step.queuedAt, in: settings.zone).minutes)
        {
          waits.append(wait)
        }
      }
    }
    func share(_ n: Int) -> Double { visits > 0 ? Double(n) / Double(visits) : 0 }
    (habits.noShow, habits.priority, habits.secondStep, habits.sentWrong) = (
      share(missed), share(first), share(second), share(wrong)
    )
    (habits.held, habits.rates, habits.hearing, habits.cancels) = (0, 0, 0, 0)
    self.habits = habits
    measured = Spread(waits)?.median
    self.days = useful.map { day in
      (
        day.day,
        .init(
          arrivals: day.visits.filter { !$0.emergency }.compactMap { visit in
            visit.steps.first.map { .init(at: visit.issuedAt, service: $0.service) }
          }, seats: day.seats, durations: durations)
      )
    }
  }

  private static func range(_ question: Question) -> Range<Int> { question.from.minutes..<question.to.minutes }

  /// One day without and the same day with the counters: the same people at the same times.
  public func pair(seed: UInt64) -> (without: Run, with: Run) {
    var chance = Chance(seed: seed)
    let chosen = days[chance.whole(0...days.count - 1)]
    let inner = chance.next()
    return (run(chosen, more: false, seed: inner), run(chosen, more: true, seed: inner))
  }

  private func run(_ chosen: (day: LocalDay, past: CentreSimulation.Past), more: Bool, seed: UInt64) -> Run {
    var settings = settings
    var past = chosen.past
    if more {
      let next = (settings.counters.map(\.number.rawValue).max() ?? 0) + 1
      for n in next..<(next + question.counters) {
        settings.counters.append(Counter(number: Counter.ID(n), ranks: [question.services]))
        past.seats.append(
          .init(
            counter: Counter.ID(n), from: chosen.day.instant(at: question.from, in: settings.zone),
            to: chosen.day.instant(at: question.to, in: settings.zone)))
      }
    }
    let officers = Dictionary(
      uniqueKeysWithValues: settings.counters.map { ($0.number, Officer.ID("planning-\($0.number)")) })
    var hall = Hall(day: chosen.day, settings: settings)
    var simulation = CentreSimulation(
      day: chosen.day, settings: settings, officers: officers, seed: seed, habits: habits, again: past)
    var seq: Int64 = 1
    var last = chosen.day.start(in: settings.zone)
    while let at = simulation.nextAt {
      last = at
      guard case .command(let command, let actor) = simulation.next(in: hall) else { continue }
      do {
        let events = try hall.decide(command, by: actor, at: at)
        hall.apply(events, at: at, seq: seq)
        seq += Int64(events.count)
        simulation.happened(.success(events), in: hall, at: at)
      } catch {
        simulation.happened(.failure(error), in: hall, at: at)
      }
    }
    return measure(hall, until: last)
  }

  private func measure(_ hall: Hall, until end: Instant) -> Run {
    var slots: [Int: [Int]] = [:]
    var hours: [Int] = []
    var (within, all) = (0, 0)
    let wanted = Set(question.services)
    for step in hall.visits.values.flatMap(\.steps) {
      // Who is never called has waited until the end; leaving them out would praise the worst days.
      guard
        let wait = DayFigures.wait(of: step, settings)
          ?? (step.outcome == nil ? end.seconds(since: step.queuedAt) : nil)
      else { continue }
      all += 1
      if wait <= settings.rules.targetWaitMinutes * 60 { within += 1 }
      guard wanted.contains(step.service) else { continue }
      let minute = TimeOfDay(step.queuedAt, in: settings.zone).minutes
      slots[minute / 30, default: []].append(wait)
      if Self.range(question).contains(minute) { hours.append(wait) }
    }
    return Run(
      slots: slots.compactMapValues { Spread($0)?.median }, hours: Spread(hours)?.median,
      within: all > 0 ? within * 100 / all : nil)
  }
}

/// What all runs together say.
public struct PlanningAnswer: Codable, Hashable, Sendable {
  public struct Slot: Codable, Hashable, Sendable {
    /// When the half hour begins.
    public var slot: TimeOfDay
    public var without, with: Planning.Spread?
  }

  public var runs: Int
  public var days: [LocalDay]
  public var measuredSeconds: Int?
  public var slots: [Slot]
  /// Waits of those who joined the queue in the hours of the question, in seconds.
  public var hoursWithout, hoursWith: Planning.Spread?
  /// Per cent of all waits of the day within the target.
  public var withinWithout, withinWith: Planning.Spread?
  /// In so many of the runs the wait was shorter with the counters.
  public var better: Int

  public init(_ planning: Planning, _ pairs: [(without: Planning.Run, with: Planning.Run)]) {
    runs = pairs.count
    days = planning.pastDays
    measuredSeconds = planning.measured
    let keys = Set(pairs.flatMap { Array($0.without.slots.keys) + Array($0.with.slots.keys) })
    slots = keys.sorted().map { key in
      Slot(
        slot: TimeOfDay(minutes: key * 30), without: .init(pairs.compactMap { $0.without.slots[key] }),
        with: .init(pairs.compactMap { $0.with.slots[key] }))
    }
    hoursWithout = .init(pairs.compactMap(\.without.hours))
    hoursWith = .init(pairs.compactMap(\.with.hours))
    withinWithout = .init(pairs.compactMap(\.without.within))
    withinWith = .init(pairs.compactMap(\.with.within))
    better = pairs.count { pair in
      guard let a = pair.without.hours, let b = pair.with.hours else { return false }
      return b < a
    }
  }
}
