/// Citizens and officers of one day, made up from a seed. Says what happens next; the caller carries it out through the
/// same rules as in earnest, at once or in its own time, and tells it what came of it.
public struct CentreSimulation: Sendable {
  /// How busy the day is and how people behave. Shares are 0…1.
  public struct Habits: Hashable, Sendable {
    /// Of a full working day; a Saturday morning has its share.
    public var visitsPerDay = 230.0
    public var priority = 0.12
    public var hearing = 0.01
    public var english = 0.01
    public var noShow = 0.04
    public var comesBack = 0.4
    public var cancels = 0.01
    public var secondStep = 0.12
    public var sentWrong = 0.03
    public var held = 0.03
    public var rates = 0.45
    /// Officers who press only one key for each citizen.
    public var oneKey = 0.35
    public init() {}
  }

  /// Something that is due.
  public enum Deed: Hashable, Sendable {
    case command(QueueCommand, Actor)
    case rate(Step.ID, reception: Int, handling: Int)
  }

  private enum Plan: Hashable {
    case arrive(Service.ID)
    case takeSeat(Counter.ID)
    case callNext(Counter.ID)
    case citizenCame(Counter.ID, Visit.ID)
    case missing(Counter.ID, Visit.ID)
    case done(Counter.ID, Visit.ID)
    case resume(Counter.ID, Visit.ID)
    case cameBack(Counter.ID, Visit.ID)
    case givesUp(Visit.ID)
    case lunch(Counter.ID)
    case goHome(Counter.ID)
    case rate(Step.ID)
    case leave(Counter.ID)
  }

  /// A day that was: who came and when, who sat where, how long things took. Lived through again instead of a made-up one.
  public struct Past: Hashable, Sendable {
    public struct Arrival: Hashable, Sendable {
      public var at: Instant
      public var service: Service.ID
      public init(at: Instant, service: Service.ID) { (self.at, self.service) = (at, service) }
    }
    public struct Seat: Hashable, Sendable {
      public var counter: Counter.ID
      public var from: Instant
      public var to: Instant
      public init(counter: Counter.ID, from: Instant, to: Instant) {
        (self.counter, self.from, self.to) = (counter, from, to)
      }
    }
    public var arrivals: [Arrival]
    public var seats: [Seat]
    /// Seconds that steps of a service took; with fewer than `leastDurations` its usual minutes are taken.
    public var durations: [Service.ID: [Int]]
    public static let leastDurations = 20

    public init(arrivals: [Arrival], seats: [Seat], durations: [Service.ID: [Int]]) {
      (self.arrivals, self.seats, self.durations) = (arrivals, seats, durations)
    }
  }

  public let day: LocalDay
  private let settings: CentreSettings
  private let habits: Habits
  private let officers: [Counter.ID: Officer.ID]
  private let kiosk: Actor
  private var chance: Chance
  private var agenda = Agenda<Plan>()
  private var running: Plan?
  private let lunchStart: Instant?
  private let lunchEnd: Instant?
  private let closing: Instant
  private var durations: [Service.ID: [Int]] = [:]
  /// Those who take nobody any more, because they leave when the citizen before them is done.
  private var leaving: Set<Counter.ID> = []

  /// A day of the past with chance in it: the same people, each some minutes earlier or later, and each thing takes as long
  /// as some such thing took.
  /// - Parameter habits: how many miss their call, go on to a second step and have priority, as it was in the past.
  public init(
    day: LocalDay, settings: CentreSettings, officers: [Counter.ID: Officer.ID], seed: UInt64, habits: Habits,
    again past: Past
  ) {
    self.day = day
    self.settings = settings
    self.habits = habits
    self.officers = officers
    // Numbers were handed out when they were, by the machine or by a person: nobody is refused for the hour.
    kiosk = Actor("officer", .officer, terminal: "planning")
    chance = Chance(seed: seed)
    (lunchStart, lunchEnd) = (nil, nil)
    let spans = settings.hours.spans(on: day).map {
      (from: day.instant(at: $0.from, in: settings.zone), to: day.instant(at: $0.to, in: settings.zone))
    }
    let last = past.arrivals.map(\.at).max() ?? day.start(in: settings.zone)
    closing = max(spans.last?.to ?? last, last)
    durations = past.durations
    for seat in past.seats {
      add(seat.from, .takeSeat(seat.counter))
      // Who stayed to the end stays until nobody waits.
      add(seat.to, seat.to >= closing.adding(seconds: -900) ? .goHome(seat.counter) : .leave(seat.counter))
    }
    for arrival in past.arrivals {
      let moved = arrival.at.adding(seconds: chance.whole(-240...240))
      // Nobody moves into the lunch break or out of the day.
      let span = spans.first { $0.from <= arrival.at && arrival.at < $0.to }
      let stays = span.map { $0.from <= moved && moved < $0.to } ?? false
      add(stays ? moved : arrival.at, .arrive(arrival.service))
    }
  }

  /// - Parameters:
  ///   - officers: who sits at which counter.
  ///   - alwaysOpen: a demonstration outside office hours: citizens come from `from` on, for eight hours.
  public init(
    day: LocalDay, settings: CentreSettings, officers: [Counter.ID: Officer.ID], seed: UInt64,
    habits: Habits = Habits(),
    alwaysOpenFrom start: Instant? = nil, kiosk: String = "kiosk-1"
  ) {
    self.day = day
    self.settings = settings
    self.habits = habits
    self.officers = officers
    self.kiosk = Actor("citizen", .kiosk, terminal: kiosk)
    chance = Chance(seed: seed &+ UInt64(bitPattern: Int64(day.number)) &* 0x9E37_79B9)
    let spans = settings.hours.spans(on: day)
    if let start {
      (lunchStart, lunchEnd) = (nil, nil)
      closing = start.adding(seconds: 8 * 3600)
      plan(from: start, spans: [(start, closing)])
    } else if let first = spans.first, let last = spans.last {
      lunchStart = spans.count > 1 ? day.instant(at: first.to, in: settings.zone) : nil
      lunchEnd = spans.count > 1 ? day.instant(at: spans[1].from, in: settings.zone) : nil
      closing = day.instant(at: last.to, in: settings.zone)
      plan(
        from: day.instant(at: first.from, in: settings.zone),
        spans: spans.map { (day.instant(at: $0.from, in: settings.zone), day.instant(at: $0.to, in: settings.zone)) })
    } else {
      (lunchStart, lunchEnd) = (nil, nil)
      closing = day.start(in: settings.zone)
    }
  }

  /// When the next thing is due; nil when the day is over.
  public var nextAt: Instant? { agenda.nextAt }

  // MARK: Planning the day

  private mutating func plan(from opening: Instant, spans: [(from: Instant, to: Instant)]) {
    for (counter, _) in officers.sorted(by: { $0.key < $1.key }) {
      add(opening.adding(seconds: chance.whole(-300...240)), .takeSeat(counter))
      if let lunchStart { add(lunchStart.adding(seconds: chance.whole(0...120)), .lunch(counter)) }
      add(closing.adding(seconds: 60), .goHome(counter))
    }
    // As many come for a service as its counters can cope with, so that no counter of a made-up centre drowns.
    let services = settings.services.filter(\.active)
    let weights = services.map { service in
      let share = settings.counters.reduce(0.15) { sum, counter in
        guard let first = counter.ranks.first, first.contains(service.id) else { return sum }
        return sum + 1 / Double(first.count)
      }
      return share / Double(service.usualMinutes)
    }
    let total = weights.reduce(0, +)
    let monday = day.weekday == 1 ? 1.25 : 1.0
    for span in spans {
      let length = span.to.seconds(since: span.from)
      // Ten-second steps, in each of which at most one citizen comes.
      for step in stride(from: 0, to: max(0, length - 60 * settings.rules.lastTicketMinutesBeforeClose), by: 10) {
        let moment = span.from.adding(seconds: step)
        let rate = habits.visitsPerDay * monday * 10 / Self.fullDay * Self.rush(step, of: length)
        guard chance.happens(rate) else { continue }
        var ticket = chance.share() * total
        let which = weights.firstIndex { weight in
          ticket -= weight
          return ticket < 0
        }
        add(moment, .arrive(services[which ?? 0].id))
      }
    }
  }

  /// Seconds of a working day of seven and a half hours.
  private static let fullDay = 27_000.0

  /// People come early: twice the mean in the first hour, half of it before a break.
  private static func rush(_ second: Int, of length: Int) -> Double {
    let place = Double(second) / Double(max(1, length))
    return place < 0.15 ? 1.5 : place < 0.4 ? 1.7 : place < 0.7 ? 0.85 : 0.35
  }

  private mutating func add(_ at: Instant, _ plan: Plan) {
    // Whoever is still there four hours after closing is closed with the day.
    guard at < closing.adding(seconds: 4 * 3600) else { return }
    agenda.add(at, plan)
  }

  // MARK: Living through it

  /// Takes the next plan off the agenda and says what is to be done for it now; nil where it has become idle.
  public mutating func next(in hall: Hall) -> Deed? {
    let (now, plan) = agenda.removeNext()
    running = plan
    switch plan {
    case .arrive(let service):
      let collects = settings.service(service)?.collects == true
      var needs: Set<Visit.Need> = collects ? [.collect] : []
      if chance.happens(habits.hearing) { needs.insert(.hearing) }
      let group = chance.happens(habits.priority) ? settings.priorityGroups.first(where: \.active)?.id : nil
      let code = String(UInt64.random(in: 0...UInt64.max, using: &chance), radix: 36)
      return .command(
        .issue(
          service, priority: group, needs: needs, language: chance.happens(habits.english) ? "en" : "vi", code: code),
        kiosk)
    case .takeSeat(let counter):
      leaving.remove(counter)
      return officers[counter].map { command(.open(counter, $0, takeOver: true), counter) }
    case .callNext(let counter):
      guard hall.desk(counter).isOpen, !leaving.contains(counter) else { return nil }
      if hall.desk(counter).current != nil, !settings.rules.callNextFinishes { return nil }
      return command(.callNext(counter), counter)
    case .citizenCame(let counter, let visit):
      guard hall.current(at: counter)?.id == visit else { return nil }
      return command(.start(counter), counter)
    case .missing(let counter, let visit):
      guard let current = hall.current(at: counter), current.id == visit else { return nil }
      if current.step.recalls < settings.rules.recallsBeforeNoShow { return command(.recall(counter), counter) }
      return command(.noShow(counter), counter)
    case .done(let counter, let visit):
      guard let current = hall.current(at: counter), current.id == visit else { return nil }
      return finish(current, counter, in: hall, at: now)
    case .resume(let counter, let visit):
      guard let number = hall.visits[visit]?.number, hall.desk(counter).held.contains(visit) else { return nil }
      if hall.desk(counter).current != nil {
        add(now.adding(seconds: 60), plan)
        return nil
      }
      return command(.resume(counter, number: number), counter)
    case .cameBack(let counter, let visit):
      guard let visit = hall.visits[visit], case .noShow = visit.standing else { return nil }
      return command(.returnToQueue(counter, number: visit.number), counter)
    case .givesUp(let visit):
      guard let visit = hall.visits[visit], case .waiting = visit.standing else { return nil }
      return .command(.cancel(code: visit.code), .citizen)
    case .lunch(let counter):
      if hall.desk(counter).current != nil {
        add(now.adding(seconds: 45), plan)
        return nil
      }
      return command(.pause(counter, reason: "lunch"), counter)
    case .goHome(let counter):
      let desk = hall.desk(counter)
      guard !desk.isClosed else { return nil }
      if desk.current != nil || !desk.held.isEmpty || hall.waitingCount > 0 {
        add(now.adding(seconds: 120), plan)
        return nil
      }
      return command(.close(counter), counter)
    case .leave(let counter):
      let desk = hall.desk(counter)
      guard !desk.isClosed else { return nil }
      leaving.insert(counter)
      if desk.current != nil || !desk.held.isEmpty {
        add(now.adding(seconds: 20), plan)
        return nil
      }
      return command(.close(counter), counter)
    case .rate(let step):
      let best = chance.share()
      let level = best < 0.70 ? 5 : best < 0.88 ? 4 : best < 0.95 ? 3 : best < 0.98 ? 2 : 1
      return .rate(step, reception: min(5, level + (chance.happens(0.2) ? 1 : 0)), handling: level)
    }
  }

  private func command(_ command: QueueCommand, _ counter: Counter.ID) -> Deed {
    .command(command, Actor(officers[counter]?.rawValue ?? "officer", .officer, terminal: "counter-\(counter)"))
  }

  private mutating func finish(_ visit: Visit, _ counter: Counter.ID, in hall: Hall, at now: Instant) -> Deed {
    if visit.steps.count == 1, chance.happens(habits.sentWrong) {
      let others = settings.services.filter { $0.active && !$0.guidance && $0.id != visit.step.service }
      if let other = others.isEmpty ? nil : others[chance.whole(0...others.count - 1)] {
        return command(.transfer(counter, to: .init(service: other.id)), counter)
      }
    }
    if visit.steps.count == 1, chance.happens(habits.secondStep),
      let collect = settings.services.first(where: { $0.collects && $0.active && $0.id != visit.step.service })
    {
      return command(.finish(counter, next: .init(service: collect.id)), counter)
    }
    if chance.happens(habits.held), visit.step.heldMilliseconds == 0 { return command(.hold(counter), counter) }
    let copies = chance.happens(0.1) ? chance.whole(2...12) : 1
    if copies == 1, chance.happens(habits.oneKey), settings.rules.callNextFinishes, hall.desk(counter).isOpen,
      isOffice(now), !leaving.contains(counter)
    {
      return command(.callNext(counter), counter)
    }
    return command(.finish(counter, copies: copies), counter)
  }

  /// Tells what came of the deed, so that the consequences can be planned.
  public mutating func happened(_ result: Result<[QueueEvent], QueueRejection>, in hall: Hall, at now: Instant) {
    defer { running = nil }
    guard case .success(let events) = result else { return refused(at: now) }
    for event in events {
      switch event {
      case .ticketIssued(let e):
        if chance.happens(habits.cancels) { add(now.adding(seconds: chance.whole(120...1800)), .givesUp(e.visit)) }
      case .counterOpened(let e): add(now.adding(seconds: chance.whole(5...40)), .callNext(e.counter))
      case .called(let e):
        if chance.happens(habits.noShow) {
          add(now.adding(seconds: 45), .missing(e.counter, e.visit))
        } else {
          add(now.adding(seconds: chance.whole(10...35)), .citizenCame(e.counter, e.visit))
          plan(serviceOf: e.visit, at: e.counter, in: hall, from: now.adding(seconds: 30))
        }
      case .recalled(let e): add(now.adding(seconds: 40), .missing(e.counter, e.visit))
      case .noShow(let e):
        if chance.happens(habits.comesBack) {
          add(now.adding(seconds: chance.whole(120...1500)), .cameBack(e.counter, e.visit))
        }
        free(e.counter, at: now)
      case .finished(let e):
        if chance.happens(habits.rates) { add(now.adding(seconds: chance.whole(6...25)), .rate(e.step)) }
        if events.count == 1 { free(e.counter, at: now) }
      case .transferred(let e): free(e.counter, at: now)
      case .held(let e):
        add(now.adding(seconds: chance.whole(240...900)), .resume(e.counter, e.visit))
        free(e.counter, at: now)
      case .resumed(let e): plan(serviceOf: e.visit, at: e.counter, in: hall, from: now)
      case .counterPaused(let e):
        if let lunchEnd { add(max(lunchEnd, now).adding(seconds: chance.whole(-60...240)), .takeSeat(e.counter)) }
      default: break
      }
    }
  }

  private mutating func plan(serviceOf id: Visit.ID, at counter: Counter.ID, in hall: Hall, from: Instant) {
    guard let visit = hall.visits[id] else { return }
    if let known = durations[visit.step.service], known.count >= Past.leastDurations {
      add(from.adding(seconds: known[chance.whole(0...known.count - 1)]), .done(counter, id))
      return
    }
    let usual = Double(settings.service(visit.step.service)?.usualMinutes ?? 8) * 60
    add(from.adding(seconds: chance.duration(mean: usual)), .done(counter, id))
  }

  private mutating func free(_ counter: Counter.ID, at now: Instant) {
    add(now.adding(seconds: chance.whole(5...30)), .callNext(counter))
  }

  private mutating func refused(at now: Instant) {
    switch running {
    case .callNext(let counter):
      // Nobody there: look again, as long as somebody may still come.
      if now < closing.adding(seconds: 3600) { add(now.adding(seconds: chance.whole(20...40)), .callNext(counter)) }
    case .done(let counter, let visit):
      // A one-key press found nobody waiting; next time the finish may come by itself.
      add(now.adding(seconds: 5), .done(counter, visit))
    default: break
    }
  }

  private func isOffice(_ now: Instant) -> Bool {
    if let lunchStart, let lunchEnd, now >= lunchStart, now < lunchEnd { return false }
    return now < closing
  }
}
