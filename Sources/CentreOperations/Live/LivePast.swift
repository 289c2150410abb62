import CentreStore
import Foundation
import GRDB
import OneStop

/// All that the live page shows of days before today, and of dossiers: read beside the queue and kept for a while, so that
/// a page that stays open costs next to nothing however long the history is.
public struct LivePast: Sendable {
  /// What it depends on besides the rows.
  public struct Key: Hashable, Sendable {
    var day: LocalDay
    var settings: CentreSettings
    /// Of the casework tables.
    var tables: Int

    public init(_ state: CentreState, tables: Int) {
      (day, settings, self.tables) = (state.hall.day, state.hall.settings, tables)
    }
  }

  static let weeks = 8
  static let serviceDays = 28

  var key: Key
  var madeAt: Instant
  /// Closed days of this week before today; and last week's from Monday to the day before today's weekday.
  var thisWeek = Tally()
  var lastWeek = Tally()
  /// The same weekday a week ago, whole, so that it can be cut at any time of the day.
  var weekAgo: [Visit] = []
  var weekAgoSlots: [SupervisorView.Slot] = []
  var hours: [LiveRows.HourLoad] = []
  var services: [String: Tally] = [:]
  var procedures: [String: Tally] = [:]
  /// Shares of called within the target, whole weeks; and of the year, without today.
  var waitWeeks: [LocalDay: Share] = [:]
  var waitYear = Share(0, of: 0)
  var waitDays = 0
  var ratingWeeks: [LocalDay: BatchLevels] = [:]
  var ratingYear: BatchLevels?
  var ratingDays = 0
  var dossiers: LiveDossiers?

  /// The Mondays of the last weeks, the earliest first; the last is that of `day`.
  static func mondays(before day: LocalDay) -> [LocalDay] {
    let monday = day.adding(days: 1 - day.weekday)
    return (0..<weeks).reversed().map { monday.adding(days: -7 * $0) }
  }

  static func monday(of day: LocalDay) -> LocalDay { day.adding(days: 1 - day.weekday) }

  public init(_ key: Key, rules: CaseRules?, state: CentreState, days: DossierDays, at now: Instant, _ db: Database)
    throws
  {
    self.key = key
    madeAt = now
    let (day, settings) = (key.day, key.settings)
    let monday = Self.monday(of: day)
    let first = Self.mondays(before: day)[0]
    let yesterday = day.adding(days: -1)
    let newYear = LocalDay(year: day.civil.year, month: 1, day: 1) ?? day
    for (past, tally) in try LiveRows.days(db, from: min(first, newYear), to: yesterday) {
      let share = Share(tally.withinTarget, of: tally.waits.total)
      if past >= first { waitWeeks[Self.monday(of: past), default: Share(0, of: 0)].add(share) }
      if past >= newYear, share.denominator > 0 {
        waitYear.add(share)
        waitDays += 1
      }
      if past >= monday { thisWeek.merge(tally) }
      if past >= monday.adding(days: -7), past < day.adding(days: -7) { lastWeek.merge(tally) }
    }
    let ago = day.adding(days: -7)
    weekAgo = try HallRows.visits(db, from: ago, to: ago)
    weekAgoSlots = SupervisorView.slots(weekAgo, settings)
    hours = try LiveRows.hours(db, from: first, to: yesterday)
    let since = day.adding(days: 1 - Self.serviceDays)
    services = try LiveRows.sums(db, from: since, to: yesterday, by: .service)
    procedures = try LiveRows.sums(db, from: since, to: yesterday, by: .procedure)
    for start in Self.mondays(before: day) {
      ratingWeeks[start] = try BatchLevels.given(db, from: start, through: min(start.adding(days: 6), day))
    }
    ratingYear = try BatchLevels.given(db, from: newYear, through: day)
    ratingDays =
      try Int.fetchOne(
        db, sql: "SELECT count(DISTINCT closedDay) FROM ratingBatch WHERE closedDay BETWEEN ? AND ?",
        arguments: [newYear.number, day.number]) ?? 0
    if let rules { dossiers = try LiveDossiers(rules.adjusted(to: settings), state, days, at: now, db) }
  }
}

extension Share {
  mutating func add(_ other: Share) {
    numerator += other.numerator
    denominator += other.denominator
  }
}

/// Dossiers of the year, counted by the same rules as in the scoring sheet.
struct LiveDossiers: Sendable {
  struct Near: Encodable, Sendable {
    var id: Dossier.ID
    var code, procedure: String
    var due: LocalDay
    var workingDaysLeft: Int
    var level: String
  }
  struct Promises: Encodable, Sendable {
    var day: LocalDay
    var promised, kept, ready, broken: Int
  }
  static let figures: [Figure] = ["ONTIME", "ONLINE", "DIGITISATION"]

  var soon = 0
  var dueToday = 0
  var overdue = 0
  var apologiesMissing = 0
  /// The most pressing.
  var near: [Near] = []
  /// Same-day days of the last weeks, the earliest first; today's among them.
  var promises: [Promises] = []
  var isSameDayDay = false
  var year: [Figure: Share] = [:]
  var weeks: [LocalDay: [Figure: Share]] = [:]
  /// Working days of the year with data so far.
  var days = 0

  init(_ rules: CaseRules, _ state: CentreState, _ counted: DossierDays, at now: Instant, _ db: Database) throws {
    let zone = rules.calendar.zone
    let today = LocalDay(now, in: zone)
    let watched = try CaseworkDesk.watch(rules, at: now, db)
    for (watch, dossier) in watched {
      switch watch.level {
      case .overdue: overdue += 1
      case .soon: if watch.workingDaysLeft <= 0 { dueToday += 1 } else { soon += 1 }
      case .moved, .finishedLate: break
      }
      if watch.apology == .missing { apologiesMissing += 1 }
      guard near.count < 8, watch.level == .overdue || watch.level.word == "soon", let due = dossier.due else {
        continue
      }
      near.append(
        Near(
          id: dossier.id, code: dossier.code.text,
          procedure: rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue, due: due.day,
          workingDaysLeft: watch.workingDaysLeft, level: watch.level.word))
    }
    let chart = (0..<7 * LivePast.weeks).reversed().map { today.adding(days: -$0) }
    let promised = try DossierRows.promisedDays(from: chart[0], to: today, db)
    for day in chart {
      let isHeld = rules.sameDay.plan(heldOn: day, rules.calendar) != nil
      // What was promised is told also where the plan was ended after it.
      guard isHeld || promised.contains(day) else { continue }
      if day == today { isSameDayDay = isHeld }
      let found = DossierFigures(of: try DossierRows.sameDay(on: day, db), rules, at: now)
      promises.append(
        Promises(
          day: day, promised: found.sameDayPromised, kept: found.sameDayKept, ready: found.sameDayReady,
          broken: found.sameDayBroken.values.reduce(0, +)))
    }
    let newYear = LocalDay(year: today.civil.year, month: 1, day: 1) ?? today
    let first = LivePast.mondays(before: today)[0]
    let all = try counted.tallies(from: min(first, newYear), to: today, rules, at: now, db)
    let ofYear = all.filter { $0.key >= newYear && $0.value.dossiers > 0 }
    year = Self.shares(ofYear)
    for (monday, part) in Dictionary(grouping: all.filter { $0.key >= first }, by: { LivePast.monday(of: $0.key) }) {
      weeks[monday] = Self.shares(part)
    }
    if let begun = ofYear.keys.min() { days = rules.calendar.workingDays(from: begun.adding(days: -1), to: today) }
  }

  private static func shares(_ days: some Sequence<(key: LocalDay, value: DossierTally)>) -> [Figure: Share] {
    var sum = DossierTally()
    for (_, tally) in days { sum.add(tally) }
    return ["ONTIME": sum.all.onTimeOfDue, "ONLINE": sum.online.online, "DIGITISATION": sum.all.digitised]
  }
}

/// Keeps the past of the page: read anew when the day or the settings change, and in the background once it is old.
public actor LiveBook {
  /// The page says of when its dossiers are; half a minute is as good as now for a date.
  static let fresh = Duration.seconds(30)
  private var kept: (past: LivePast, made: ContinuousClock.Instant)?
  private var making: (key: LivePast.Key, task: Task<LivePast, any Error>)?

  public init() {}

  public func past(
    _ key: LivePast.Key, _ make: @escaping @Sendable () async throws -> LivePast
  ) async throws -> LivePast {
    if let kept, kept.past.key == key {
      if ContinuousClock.now - kept.made > Self.fresh { _ = begin(key, make) }
      return kept.past
    }
    return try await begin(key, make).value
  }

  private func begin(
    _ key: LivePast.Key, _ make: @escaping @Sendable () async throws -> LivePast
  ) -> Task<LivePast, any Error> {
    if let making, making.key == key { return making.task }
    let task = Task(priority: .utility) {
      do {
        let past = try await make()
        self.keep(past)
        return past
      } catch {
        self.making = nil
        throw error
      }
    }
    making = (key, task)
    return task
  }

  private func keep(_ past: LivePast) {
    kept = (past, .now)
    making = nil
  }
}
