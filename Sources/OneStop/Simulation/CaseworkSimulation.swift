/// The dossiers of a centre over many days, made up from a seed: what comes with the visits of the queue, what is filed
/// online, what becomes of it in the days after, and what officers do besides it – letters, the checklist before opening,
/// helpers on same-day days, visits at home. Says what happens next; the caller carries it out through the same rules as in earnest and
/// tells it what came of it.
public struct CaseworkSimulation: Sendable {
  /// How a centre works. Shares are 0…1.
  public struct Habits: Hashable, Sendable {
    /// Of the citizens served at a counter that takes dossiers.
    public var leavesDossier = 0.6
    /// Filed without a visit, of a full working day.
    public var onlinePerDay = 40.0
    public var post = 0.04
    public var home = 0.01
    public var digitised = 0.85
    public var vneid = 0.7
    /// Nobody ticked the box.
    public var unsaid = 0.05
    /// The provincial system was away.
    public var outage = 0.01
    public var atOnce = 0.3
    public var refused = 0.04
    public var supplement = 0.06
    /// Of those who were asked for one.
    public var neverSupplied = 0.1
    public var returned = 0.02
    public var withdrawn = 0.01
    public var stopped = 0.01
    public var payment = 0.03
    public var late = 0.03
    public var apologised = 0.85
    public var sameDayKept = 0.96
    public var explained = 0.9
    public var collected = 0.95
    public var letter = 0.85
    public var checklist = 0.96
    /// Requests to be visited at home, of a full working day.
    public var homeVisitsPerDay = 1.5
    /// Of those: nobody ever gives them a day.
    public var homeUnplanned = 0.05
    /// Of the ways to a citizen: not on the day that was planned.
    public var homeLate = 0.2
    public init() {}
  }

  /// Something that is due.
  public enum Deed: Hashable, Sendable {
    case dossier(DossierCommand, Actor)
    case letter(Letter.Kind, Dossier.ID?, Actor)
    case tick(ChecklistItem.ID, ChecklistDay.Marked.State, ChecklistExcuse?, Actor)
    case finishChecklist(Actor)
    case roster([SameDayHelper], Actor)
    case home(HomeVisitCommand, Actor)
  }

  public let rules: CaseRules
  let habits: Habits
  private let settings: CentreSettings
  private let seats: [Counter.ID: Officer.ID]
  let boss: Actor
  var chance: Chance
  var homeChance: Chance
  private var agenda = Agenda<Deed>()
  private var ordinal = 0
  private var running: Deed?
  private let byService: [Service.ID: [Procedure.ID]]
  /// Commands that the rules refused. A plan may be overtaken, so there are a few.
  public private(set) var refusals = 0

  /// - Parameters:
  ///   - seats: who sits at which counter.
  ///   - supervisor: whoever numbers letters that go with no dossier.
  public init(
    rules: CaseRules, settings: CentreSettings, seats: [Counter.ID: Officer.ID], supervisor: Officer.ID,
    seed: UInt64, habits: Habits = Habits()
  ) {
    self.rules = rules.adjusted(to: settings)
    self.settings = settings
    self.seats = seats
    self.habits = habits
    boss = Actor(supervisor.rawValue, .supervisor, terminal: "supervisor")
    chance = Chance(seed: seed ^ 0xD055_1E25)
    homeChance = Chance(seed: seed ^ 0x40E_5049)
    byService = Dictionary(grouping: rules.procedures.all.filter { $0.service != nil }, by: { $0.service! }).mapValues {
      let ids = Set($0.map(\.id))
      let first = Self.commonest.filter(ids.contains)
      let rest = $0.filter { !first.contains($0.id) }
      return first + rest.filter { $0.limit != nil }.map(\.id) + rest.filter { $0.limit == nil }.map(\.id)
    }
  }

  /// Most of what a commune does is copies and signatures to certify, then extracts and the state of marriage.
  private static let commonest: [Procedure.ID] = [
    "2.000815", "2.000884", "2.000908", "2.000635", "1.004873", "2.001035", "2.001008", "2.000992",
  ]

  /// Open by its own plan, which may have a Saturday that no time limit counts, and not a day off of the State.
  public func isOpen(_ day: LocalDay) -> Bool { !hours(on: day).isEmpty }

  private func hours(on day: LocalDay) -> [Span] {
    let isOff = rules.calendar.list(of: day.civil.year)?.daysOff.contains { $0.day == day } ?? false
    return isOff ? [] : settings.hours.spans(on: day)
  }

  /// Plans what a day brings by itself.
  public mutating func begin(_ day: LocalDay) {
    ordinal = 0
    let hours = hours(on: day)
    guard let first = hours.first, let last = hours.last else { return }
    let (opening, closing) = (
      day.instant(at: first.from, in: settings.zone), day.instant(at: last.to, in: settings.zone)
    )
    checklist(before: opening)
    let seconds = hours.reduce(0) { $0 + ($1.to.minutes - $1.from.minutes) * 60 }
    let share = Double(seconds) / 27_000
    askForVisits(on: day, hours, after: opening, share: share)
    let count = habits.onlinePerDay * share
    for _ in 0..<Int(count.rounded()) {
      guard let at = moment(on: day, hours, after: opening), let procedure = anyProcedure() else { continue }
      add(at, .dossier(.register(code: code(on: day), procedure: procedure), officer()))
    }
    for (part, channel) in [(habits.post, Dossier.Channel.post), (habits.home, .home)] {
      for _ in 0..<Int((count * part * 4).rounded()) {
        guard let at = moment(on: day, hours, after: opening), let procedure = anyProcedure() else { continue }
        add(at, .dossier(.receive(receipt(procedure, channel, on: day)), officer()))
      }
    }
    if chance.happens(0.05) { add(opening.adding(seconds: 3600), .letter(.thanks, nil, boss)) }
    if rules.sameDay.plan(heldOn: day, rules.calendar) != nil {
      add(closing.adding(seconds: -60), .roster(helpers(), boss))
    }
  }

  private mutating func checklist(before opening: Instant) {
    guard let opener = seats.values.min() else { return }
    let actor = Actor(opener.rawValue, .officer, terminal: "checklist")
    var at = opening.adding(seconds: -1500)
    for item in ChecklistDay.manual(settings.checklist) {
      at = at.adding(seconds: chance.whole(10...45))
      let excused = chance.happens(0.03)
      add(at, .tick(item.id, excused ? .excused : .done, excused ? .notToday : nil, actor))
    }
    if chance.happens(habits.checklist) { add(at.adding(seconds: 30), .finishChecklist(actor)) }
  }

  private mutating func helpers() -> [SameDayHelper] {
    var list = seats.values.sorted().prefix(2).map { officer in
      SameDayHelper(officer: officer, task: .greeter, helped: chance.whole(5...40))
    }
    if chance.happens(0.8) {
      list.append(SameDayHelper(body: "Đoàn Thanh niên phường", task: .helper, helped: chance.whole(3...30)))
    }
    return list
  }

  // MARK: Living through it

  /// When the next thing is due; nil: nothing is planned.
  public var nextAt: Instant? { agenda.nextAt }

  /// Takes the next deed off the agenda.
  public mutating func next() -> Deed {
    let deed = agenda.removeNext().plan
    running = deed
    return deed
  }

  /// A citizen was served: perhaps a dossier came of it, at that moment.
  public mutating func served(
    _ visit: Visit.ID, _ service: Service.ID, at counter: Counter.ID, by officer: Officer.ID?, on day: LocalDay,
    _ now: Instant
  ) {
    guard settings.service(service)?.collects != true, let procedures = byService[service],
      chance.happens(habits.leavesDossier)
    else { return }
    // People come on the day for what is done at once on it.
    let listed = rules.sameDay.plan(heldOn: day, rules.calendar).map { plan in
      procedures.filter { plan.procedures.contains($0) }
    }
    let wanted = listed.flatMap { $0.isEmpty || !chance.happens(0.5) ? nil : $0 } ?? procedures
    var receipt = receipt(pick(wanted), .counter, on: day)
    (receipt.visit, receipt.counter, receipt.officer) = (visit, counter, officer)
    if chance.happens(habits.outage) { (receipt.code, receipt.copies) = (nil, chance.whole(1...3)) }
    let limit = rules.procedures[receipt.procedure]?.limit
    if limit == nil || limit?.unit == .sameDay { receipt.atOnce = chance.happens(habits.atOnce) }
    let name = officer?.rawValue ?? boss.name
    add(now, .dossier(.receive(receipt), Actor(name, .officer, terminal: "counter-\(counter)")))
  }

  /// Tells what came of a deed about dossiers.
  public mutating func happened(_ result: Result<[Dossier], DossierRejection>, at now: Instant) {
    defer { running = nil }
    guard case .success(let dossiers) = result else { return refusals += 1 }
    guard case .dossier(let command, _) = running else { return }
    for dossier in dossiers { plan(after: command, dossier, at: now) }
  }

  /// Tells what came of a deed about a visit at home.
  public mutating func happened(_ result: Result<HomeVisit, HomeVisitRejection>, at now: Instant) {
    defer { running = nil }
    guard case .success(let visit) = result else { return refusals += 1 }
    guard case .home(let command, _) = running else { return }
    plan(after: command, visit, at: now)
  }

  /// Those that may be asked for.
  var homeGroups: [HomeGroup.ID] { settings.homeVisits.groups.filter(\.active).map(\.id) }

  /// A reason of the centre's list for this use.
  mutating func reason(_ use: CaseReason.Use) -> String {
    let words = rules.reasons.filter { $0.uses.contains(use) }
    return words.isEmpty ? "khac" : words[chance.whole(0...words.count - 1)].id
  }

  mutating func add(_ at: Instant, _ deed: Deed) { agenda.add(at, deed) }

  mutating func officer() -> Actor {
    let names = seats.values.sorted()
    guard !names.isEmpty else { return boss }
    return Actor(names[chance.whole(0...names.count - 1)].rawValue, .officer, terminal: "desk")
  }

  /// A moment of the hours of a day, after another one; nil: none is left.
  mutating func moment(on day: LocalDay, _ hours: [Span], after: Instant) -> Instant? {
    let zone = settings.zone
    let spans = hours.compactMap { span -> (from: Instant, seconds: Int)? in
      let from = max(day.instant(at: span.from, in: zone), after.adding(seconds: 1))
      let seconds = day.instant(at: span.to, in: zone).seconds(since: from) - 60
      return seconds > 0 ? (from, seconds) : nil
    }
    let total = spans.reduce(0) { $0 + $1.seconds }
    guard total > 0 else { return nil }
    var place = chance.whole(0...total - 1)
    for span in spans {
      if place < span.seconds { return span.from.adding(seconds: place) }
      place -= span.seconds
    }
    return nil
  }

  /// A moment so many working days later; on the same day where something is left of it.
  mutating func later(by days: Int, than now: Instant) -> Instant {
    var day = LocalDay(now, in: settings.zone)
    for _ in 0..<days { day = rules.calendar.workingDay(after: day) ?? day.adding(days: 1) }
    while true {
      if let at = moment(on: day, rules.calendar.spans(on: day), after: now) { return at }
      guard let next = rules.calendar.workingDay(after: day) else { return now.adding(seconds: 86_400) }
      day = next
    }
  }

  // MARK: What comes

  private mutating func code(on day: LocalDay) -> DossierCode {
    ordinal += 1
    let (y, m, d) = day.civil
    return DossierCode("000.00.01.H17-\(padded(y % 100, 2))\(padded(m, 2))\(padded(d, 2))-\(padded(ordinal, 4))")!
  }

  private mutating func receipt(
    _ procedure: Procedure.ID, _ channel: Dossier.Channel, on day: LocalDay
  ) -> DossierCommand.Receipt {
    DossierCommand.Receipt(
      code: code(on: day), procedure: procedure, channel: channel, digitised: said(habits.digitised),
      vneid: said(habits.vneid))
  }

  private mutating func said(_ share: Double) -> Bool? {
    chance.happens(habits.unsaid) ? nil : chance.happens(share)
  }

  /// Few procedures make most of the dossiers.
  private mutating func pick(_ procedures: [Procedure.ID]) -> Procedure.ID {
    let share = chance.share()
    return procedures[Int(share * share * Double(procedures.count))]
  }

  mutating func anyProcedure() -> Procedure.ID? {
    let services = byService.keys.sorted()
    // Half of all is civil status, as at the counters: the service with the longest list.
    let longest = services.max { byService[$0]!.count < byService[$1]!.count }
    guard let longest else { return nil }
    let service = chance.happens(0.5) ? longest : services[chance.whole(0...services.count - 1)]
    return pick(byService[service]!)
  }
}
