/// The weekly day on which listed procedures need no appointment and no waiting («ngày không hẹn, không chờ»). Weekday
/// and list are the commune's own decision, written in a document.
public struct SameDayPlan: Codable, Hashable, Sendable {
  /// Monday is 1.
  public var weekday: Int
  public var procedures: [Procedure.ID]
  /// Number and date of the document that says so: the evidence for the scoring sheet.
  public var document: String
  public var from: LocalDay
  /// The last day it holds; nil: without end. While a later plan holds it goes before this one.
  public var until: LocalDay?
  /// Called within so many minutes is «không chờ»: the centre's own limit, no law has a number.
  public var waitMinutes: Int
  /// Received after this the law allows the next working day, so it is counted apart.
  public var cutoff: TimeOfDay
  /// Minutes before closing at which an open promise goes to the supervisor.
  public var escalateMinutes: Int

  public init(
    weekday: Int, procedures: [Procedure.ID], document: String, from: LocalDay, until: LocalDay? = nil,
    waitMinutes: Int = 15, cutoff: TimeOfDay = TimeOfDay(minutes: 15 * 60), escalateMinutes: Int = 60
  ) {
    self.weekday = weekday
    self.procedures = procedures
    self.document = document
    self.from = from
    self.until = until
    self.waitMinutes = waitMinutes
    self.cutoff = cutoff
    self.escalateMinutes = escalateMinutes
  }
}

/// All plans a commune ever had, so that the weeks of a year are counted by the plan of their time.
public struct SameDayPlans: Codable, Hashable, Sendable {
  public var plans: [SameDayPlan]
  public init(_ plans: [SameDayPlan] = []) { self.plans = plans }

  /// The plan in force on a day: the latest that has begun and not ended.
  public func plan(on day: LocalDay) -> SameDayPlan? {
    plans.filter { $0.from <= day && day <= $0.until ?? day }.max { $0.from < $1.from }
  }

  /// The plan when `day` is a same-day day; a day off is none.
  public func plan(heldOn day: LocalDay, _ calendar: WorkingCalendar) -> SameDayPlan? {
    guard let plan = plan(on: day), plan.weekday == day.weekday, calendar.isWorking(day) else { return nil }
    return plan
  }

  /// The first past day on which another plan than `old` had would now be in force: weeks that have passed are counted by
  /// what the machine and the counters showed then. A plan for days that had none may be added. nil: nothing passed is
  /// rewritten.
  public func rewrites(_ old: SameDayPlans, before today: LocalDay) -> LocalDay? {
    // Between these days the plan in force is one and the same.
    let turns = (old.plans + plans).flatMap { [$0.from] + ($0.until.map { [$0.adding(days: 1)] } ?? []) }
    return turns.filter { $0 < today }.sorted().first { day in
      guard let was = old.plan(on: day) else { return false }
      let now = plan(on: day)
      return now?.weekday != was.weekday || now?.waitMinutes != was.waitMinutes || now?.cutoff != was.cutoff
    }
  }

  /// What a receipt at `now` is promised.
  public func mark(
    _ procedure: Procedure.ID, at now: Instant, _ calendar: WorkingCalendar
  ) -> Dossier.SameDayMark? {
    let day = LocalDay(now, in: calendar.zone)
    guard let plan = plan(heldOn: day, calendar), plan.procedures.contains(procedure) else { return nil }
    // The minute itself still counts, as on the ticket. Whoever is still served after a closing earlier than the cutoff is
    // promised nothing for a day that is over.
    let isOver = calendar.closing(of: day).map { now >= $0 } ?? false
    let late = isOver || TimeOfDay(now, in: calendar.zone) > plan.cutoff
    return late ? .afterCutoff(day) : .promised(day)
  }

  /// Weeks of a period (Monday to Sunday, by the day the plan names): how many have passed and on how many the day was
  /// held, which is where at least one dossier was promised. A day off is a passed week that is shown apart; a day that still
  /// runs has not passed without a promise yet.
  public func weeks(
    from first: LocalDay, to last: LocalDay, promisedOn days: Set<LocalDay>, _ calendar: WorkingCalendar,
    at now: Instant
  ) -> Weeks {
    var weeks = Weeks()
    guard first <= last else { return weeks }
    for number in first.number...last.number {
      let day = LocalDay(number: number)
      guard let plan = plan(on: day), plan.weekday == day.weekday else { continue }
      if !days.contains(day), let closing = calendar.closing(of: day), now < closing { continue }
      weeks.elapsed += 1
      if !calendar.isWorking(day) { weeks.daysOff += 1 } else if days.contains(day) { weeks.held += 1 }
    }
    return weeks
  }

  public struct Weeks: Hashable, Sendable {
    public var elapsed = 0
    public var held = 0
    public var daysOff = 0
    public init() {}
  }
}

/// How a promise of the same-day day stands.
public enum SameDayStanding: Hashable, Sendable {
  /// Handed over on the day.
  case kept
  /// The result is ready, the citizen hasn't taken it.
  case ready
  case running(secondsLeft: Int)
  /// Closing is near: the supervisor has to know.
  case escalated(secondsLeft: Int)
  case broken(reason: String?)
  /// Received after the cutoff; what became of it is judged by its due date.
  case apart
}

extension Dossier {
  /// Why it was not returned on its same-day day. One that was sent back as not eligible was given its reason then.
  public var whyNotSameDay: String? { sameDayReason ?? (state == .returned ? reason : nil) }

  /// nil: nothing was promised, it was entered by mistake, or the citizen took it back while the day still ran. Who takes
  /// it back after closing takes back a promise that was already broken.
  public func sameDayStanding(at now: Instant, _ plans: SameDayPlans, _ calendar: WorkingCalendar) -> SameDayStanding? {
    guard let sameDay else { return nil }
    guard case .promised(let day) = sameDay else { return .apart }
    let closing = calendar.closing(of: day) ?? day.adding(days: 1).start(in: calendar.zone)
    if state == .annulled || state == .withdrawn && endedAt.map({ $0 < closing }) ?? true { return nil }
    if let handedOverAt, LocalDay(handedOverAt, in: calendar.zone) == day { return .kept }
    // The promise is the result in hand. Ready and not fetched isn't the centre's fault, but it isn't kept either.
    if let finishedAt, finishedAt <= closing { return .ready }
    if handedOverAt != nil || finishedAt != nil || state.isOver || now >= closing {
      return .broken(reason: whyNotSameDay)
    }
    let left = closing.seconds(since: now)
    let early = (plans.plan(on: day)?.escalateMinutes ?? 60) * 60
    return left <= early ? .escalated(secondsLeft: left) : .running(secondsLeft: left)
  }
}
