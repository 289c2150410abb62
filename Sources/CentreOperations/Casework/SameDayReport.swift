import CentreStore
import Foundation
import GRDB
import OneStop

/// One day without appointment and without waiting: what was promised, what was kept and why not, how long people waited,
/// who helped. The «kết quả cụ thể» that the scoring sheet asks for; the same numbers on the screen and on paper.
public struct SameDayReport: Encodable, Sendable {
  public struct Promise: Encodable, Sendable {
    public var id: Dossier.ID
    public var code: String
    public var procedure: Procedure.ID
    public var procedureName: String
    public var counter: Counter.ID?
    public var receivedAt: String
    /// `kept`, `ready`, `running`, `escalated`, `broken`, `apart`.
    public var standing: String
    public var secondsLeft: Int?
    public var reason: Bilingual?
  }
  public struct Plan: Encodable, Sendable {
    public var document: String
    public var waitMinutes: Int
    public var cutoff: TimeOfDay
    public var escalateMinutes: Int
    public var procedures: Int
  }
  public struct Part: Encodable, Sendable { public var yes, of: Int }
  public struct Reason: Encodable, Sendable {
    /// nil: nobody has written why.
    public var words: Bilingual?
    public var n: Int
  }
  public struct Weeks: Encodable, Sendable { public var elapsed, held, daysOff: Int }
  public struct Helper: Encodable, Sendable {
    public var officer: Officer.ID?
    public var name: String
    public var task: SameDayHelper.Task
    public var helped: Int
  }

  public var day: LocalDay
  public var today: LocalDay
  /// The day is the plan's weekday and a working day.
  public var isSameDayDay: Bool
  /// Closing has passed: what is open now is broken.
  public var isOver: Bool
  public var plan: Plan?
  public var promised, kept, ready, open, escalated, broken: Int
  /// Received after the cutoff: counted apart, as the law does. `yes`: finished by the day they are due.
  public var afterCutoff: Part
  public var reasons: [Reason]
  /// «Không chờ»: of the numbers with the mark, those called within the plan's minutes (`CentreSettings.noWait`).
  public var noWait: Part
  /// Of this year until the day; of a day to come until today.
  public var weeks: Weeks
  public var helpers: [Helper]
  public var helped: Int
  public var items: [Promise]

  public init(on day: LocalDay, _ rules: CaseRules, _ state: CentreState, at now: Instant, _ db: Database) throws {
    let calendar = rules.calendar
    let zone = calendar.zone
    self.day = day
    today = LocalDay(now, in: zone)
    let held = rules.sameDay.plan(heldOn: day, calendar)
    isSameDayDay = held != nil
    let plan = held ?? rules.sameDay.plan(on: day)
    self.plan = plan.map {
      Plan(
        document: $0.document, waitMinutes: $0.waitMinutes, cutoff: $0.cutoff, escalateMinutes: $0.escalateMinutes,
        procedures: $0.procedures.count)
    }
    (promised, kept, ready, open, escalated, broken) = (0, 0, 0, 0, 0, 0)
    var (late, lateKept) = (0, 0)
    var why: [Bilingual: Int] = [:]
    var unexplained = 0
    isOver = now >= calendar.closing(of: day) ?? day.adding(days: 1).start(in: zone)
    items = []
    for dossier in try DossierRows.sameDay(on: day, db) {
      guard let standing = dossier.sameDayStanding(at: now, rules.sameDay, calendar) else { continue }
      var item = Promise(
        id: dossier.id, code: dossier.code.text, procedure: dossier.procedure,
        procedureName: rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue,
        counter: dossier.counter, receivedAt: dossier.receivedAt.iso, standing: "apart",
        reason: dossier.whyNotSameDay.map { Bilingual(rules.reason($0).name, rules.reason($0).nameEn) })
      if standing == .apart { late += 1 } else { promised += 1 }
      switch standing {
      case .kept:
        // Explained while it ran, and handed over all the same: there is nothing to explain.
        (kept, item.standing, item.reason) = (kept + 1, "kept", nil)
      case .ready:
        (ready, item.standing) = (ready + 1, "ready")
        guard isOver else { break }
        // What kept the citizen is the citizen's own affair: nobody has to be asked.
        let reason = item.reason ?? Words.text("sameDay.page.notCollected")
        item.reason = reason
        why[reason, default: 0] += 1
      case .running(let left): (open, item.standing, item.secondsLeft) = (open + 1, "running", left)
      case .escalated(let left):
        (open, escalated, item.standing, item.secondsLeft) = (open + 1, escalated + 1, "escalated", left)
      case .broken:
        (broken, item.standing) = (broken + 1, "broken")
        if let reason = item.reason { why[reason, default: 0] += 1 } else { unexplained += 1 }
      case .apart:
        if [.early, .onDay].contains(dossier.punctuality(on: today, in: zone)) { lateKept += 1 }
      }
      items.append(item)
    }
    // What presses most stands first.
    let order = ["escalated", "broken", "running", "ready", "apart", "kept"]
    items.sort { (order.firstIndex(of: $0.standing) ?? 9, $0.id) < (order.firstIndex(of: $1.standing) ?? 9, $1.id) }
    afterCutoff = Part(yes: lateKept, of: late)
    reasons = why.sorted { ($1.value, $0.key.vi) < ($0.value, $1.key.vi) }.map { Reason(words: $0.key, n: $0.value) }
    if unexplained > 0 { reasons.append(Reason(words: nil, n: unexplained)) }
    let visits =
      day == state.hall.day ? Array(state.hall.visits.values) : try HallRows.visits(db, from: day, to: day)
    let waited = CentreSettings.noWait(visits, within: plan?.waitMinutes ?? 15, at: now)
    noWait = Part(yes: waited.numerator, of: waited.denominator)
    let first = LocalDay(year: day.civil.year, month: 1, day: 1) ?? day
    let last = min(day, today)
    let counted = rules.sameDay.weeks(
      from: first, to: last, promisedOn: try DossierRows.promisedDays(from: first, to: last, db), calendar, at: now)
    weeks = Weeks(elapsed: counted.elapsed, held: counted.held, daysOff: counted.daysOff)
    helpers = try SameDayRosterRows.helpers(on: day, db).map {
      Helper(
        officer: $0.officer, name: $0.officer.flatMap { state.officers[$0]?.name } ?? $0.body ?? "", task: $0.task,
        helped: $0.helped)
    }
    helped = helpers.reduce(0) { $0 + $1.helped }
  }
}
