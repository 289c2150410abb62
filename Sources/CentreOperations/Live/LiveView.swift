import CentreStore
import Foundation
import OneStop

/// What a supervisor leaves open all day: now, today and the week against the last, load, service times, ratings of sealed
/// days, dossiers, and how far the targets are.
public struct LiveView: Encodable, Sendable {
  struct Period: Encodable, Sendable {
    var from, to: LocalDay
    var issued, served, noShow, withinTarget, waits: Int
    var medianWaitSeconds, p90WaitSeconds: Int?

    init(_ from: LocalDay, _ to: LocalDay, _ tally: Tally) {
      (self.from, self.to) = (from, to)
      (issued, served, noShow) = (tally.issued, tally.visitsServed, tally.noShow)
      (withinTarget, waits) = (tally.withinTarget, tally.waits.total)
      medianWaitSeconds = tally.waits.percentile(0.5)
      p90WaitSeconds = tally.waits.percentile(0.9)
    }
  }
  struct Weekday: Encodable, Sendable {
    struct Cell: Encodable, Sendable {
      var hour, issued: Int
    }
    var weekday, days: Int
    /// Hours with numbers only.
    var cells: [Cell]
  }
  struct Load: Encodable, Sendable {
    var from, to: LocalDay
    var weekdays: [Weekday]
  }
  struct Service: Encodable, Sendable {
    var id, name: String
    var n: Int
    var medianSeconds, p90Seconds, usualSeconds: Int?
  }
  struct Services: Encodable, Sendable {
    var from, to: LocalDay
    var services, procedures: [Service]
  }
  struct RatingWeek: Encodable, Sendable {
    var from: LocalDay
    /// Absent: fewer than five were given, or the week isn't sealed yet.
    var satisfied, n: Int?
    /// Best level first.
    var levels: [Int]?
  }
  struct Ratings: Encodable, Sendable {
    var rated, ratable: Int
    var weeks: [RatingWeek]
  }
  struct Dossiers: Encodable, Sendable {
    var soon, dueToday, overdue, apologiesMissing: Int
    var near: [LiveDossiers.Near]
    var isSameDayDay: Bool
    var promises: [LiveDossiers.Promises]
  }
  struct Outlook: Encodable, Sendable {
    /// `noData`, `secured`, `needs`, `unreachable`; `above`, `below` (how many will come isn't known); `reached`, `missed`.
    var kind: String
    var need, coming: Int?
    var best: Share?
  }
  struct Target: Encodable, Sendable {
    struct Week: Encodable, Sendable {
      var from: LocalDay
      var share: Share?
    }
    var figure: Figure
    var atLeast: Int
    var until: LocalDay
    var source: String
    /// Absent: no data.
    var share: Share?
    var outlook: Outlook
    var weeks: [Week]
  }

  var now: String
  var day: LocalDay
  /// Of when the past days and the dossiers are.
  var pastAt: String
  var waiting: Int
  var longestWaitSeconds: Int?
  var longestNumber: String?
  var openCounters, counters: Int
  var targetSeconds: Int
  var today, weekAgo, week, lastWeek: Period
  var waits, lastWeekWaits: [SupervisorView.Slot]
  var lunch: [Span]
  var open: Span?
  var load: Load
  var services: Services
  var ratings: Ratings
  /// Absent: the tables of procedures could not be read.
  var dossiers: Dossiers?
  var targets: [Target]
  var devices: [Devices.Device]

  public init(
    _ state: CentreState, _ past: LivePast, targets list: TargetList, rules: CaseRules?, devices: [Devices.Device],
    at now: Instant
  ) {
    let hall = state.hall
    let (settings, day) = (hall.settings, hall.day)
    let figures = DayFigures(of: hall.visits.values, settings: settings)
    let running = figures[.all]
    self.now = now.iso
    self.day = day
    self.devices = devices
    pastAt = past.madeAt.iso
    waiting = hall.waitingCount
    let longest = settings.services.compactMap { hall.longestWait(for: $0.id, at: now) }.max { $0.seconds < $1.seconds }
    (longestWaitSeconds, longestNumber) = (longest?.seconds, longest?.number)
    openCounters = settings.counters.count { hall.desk($0.number).isOpen }
    counters = settings.counters.count(where: \.active)
    targetSeconds = settings.rules.targetWaitMinutes * 60

    // Half a day is compared with half a day.
    let cut = now.adding(seconds: -7 * 86_400)
    let ago = DayFigures(of: past.weekAgo.compactMap { $0.asOf(cut) }, settings: settings)[.all]
    let monday = LivePast.monday(of: day)
    func both(_ a: Tally, _ b: Tally) -> Tally {
      var sum = a
      sum.merge(b)
      return sum
    }
    today = Period(day, day, running)
    weekAgo = Period(day.adding(days: -7), day.adding(days: -7), ago)
    week = Period(monday, day, both(past.thisWeek, running))
    lastWeek = Period(monday.adding(days: -7), day.adding(days: -7), both(past.lastWeek, ago))

    waits = SupervisorView.slots(hall.visits.values, settings)
    lastWeekWaits = past.weekAgoSlots
    let spans = settings.hours.spans(on: day)
    lunch = zip(spans, spans.dropFirst()).map { Span(from: $0.to, to: $1.from) }
    open = spans.first.flatMap { first in spans.last.map { Span(from: first.from, to: $0.to) } }

    load = Load(from: LivePast.mondays(before: day)[0], to: day.adding(days: -1), weekdays: Self.load(past.hours))
    services = Services(
      from: day.adding(days: 1 - LivePast.serviceDays), to: day,
      services: settings.services.filter(\.active).map { service in
        Self.service(
          service.id.rawValue, service.boardName,
          both(past.services[service.id.rawValue] ?? Tally(), figures[.service, service.id.rawValue]),
          usual: service.usualMinutes * 60)
      },
      procedures: Set(past.procedures.keys).union(
        figures.tallies.keys.filter { $0.dimension == .procedure }.map(\.value)
      ).map { id in
        let name = rules?.procedures[Procedure.ID(id)]?.name ?? id
        return Self.service(
          id, name, both(past.procedures[id] ?? Tally(), figures[.procedure, id]), usual: nil)
      }.sorted { ($1.n, $0.name) < ($0.n, $1.name) })
    ratings = Ratings(
      rated: running.rated, ratable: running.served,
      weeks: LivePast.mondays(before: day).map { start in
        let levels = past.ratingWeeks[start]
        return RatingWeek(
          from: start, satisfied: levels.map { $0.handling.prefix(2).reduce(0, +) }, n: levels?.count,
          levels: levels?.handling)
      })
    dossiers = past.dossiers.map {
      Dossiers(
        soon: $0.soon, dueToday: $0.dueToday, overdue: $0.overdue, apologiesMissing: $0.apologiesMissing,
        near: $0.near, isSameDayDay: $0.isSameDayDay, promises: $0.promises)
    }
    targets = list.targets.compactMap { Self.target($0, past, running, day, settings, rules) }
  }

  private static func service(_ id: String, _ name: String, _ tally: Tally, usual: Int?) -> Service {
    Service(
      id: id, name: name, n: tally.services.total, medianSeconds: tally.services.percentile(0.5),
      p90Seconds: tally.services.percentile(0.9), usualSeconds: usual)
  }

  private static func load(_ hours: [LiveRows.HourLoad]) -> [Weekday] {
    Dictionary(grouping: hours.filter { $0.issued > 0 }, by: \.day.weekday).sorted { $0.key < $1.key }.map {
      weekday, all in
      let cells = Dictionary(grouping: all, by: \.hour).sorted { $0.key < $1.key }.map { hour, part in
        Weekday.Cell(hour: hour, issued: part.reduce(0) { $0 + $1.issued })
      }
      return Weekday(weekday: weekday, days: Set(all.map(\.day)).count, cells: cells)
    }
  }

  /// What is expected until the target's day follows from the pace of the year so far.
  private static func target(
    _ target: TargetList.Target, _ past: LivePast, _ running: Tally, _ day: LocalDay, _ settings: CentreSettings,
    _ rules: CaseRules?
  ) -> Target? {
    guard let until = target.last(in: day.civil.year) else { return nil }
    var share: Share?
    var days: Int
    var weeks: (LocalDay) -> Share?
    switch target.figure {
    case TargetList.wait:
      var all = past.waitYear
      all.add(Share(running.withinTarget, of: running.waits.total))
      share = all
      days = past.waitDays + (running.waits.total > 0 ? 1 : 0)
      weeks = { monday in
        var part = past.waitWeeks[monday] ?? Share(0, of: 0)
        if monday == LivePast.monday(of: day) { part.add(Share(running.withinTarget, of: running.waits.total)) }
        return part
      }
    case "SATISFACTION":
      func satisfied(_ levels: BatchLevels?) -> Share? {
        levels.map { Share($0.handling.prefix(2).reduce(0, +), of: $0.count) }
      }
      share = satisfied(past.ratingYear)
      days = past.ratingDays
      weeks = { satisfied(past.ratingWeeks[$0]) }
    default:
      share = past.dossiers?.year[target.figure]
      days = past.dossiers?.days ?? 0
      weeks = { past.dossiers?.weeks[$0]?[target.figure] }
    }
    let known = share.flatMap { $0.denominator > 0 ? $0 : nil }
    // The days that count for dossiers, or those the centre is open.
    let left: Int
    if let rules, target.figure != TargetList.wait, target.figure != "SATISFACTION" {
      left = max(0, rules.adjusted(to: settings).calendar.workingDays(from: day, to: until))
    } else {
      left = (0..<max(0, until.number - day.number)).count {
        !settings.hours.spans(on: day.adding(days: $0 + 1)).isEmpty
      }
    }
    let coming = TargetOutlook.coming(counted: known?.denominator ?? 0, inDays: days, daysLeft: left)
    let outlook = TargetOutlook(known ?? Share(0, of: 0), atLeast: target.atLeast, coming: coming)
    return Target(
      figure: target.figure, atLeast: target.atLeast, until: until, source: target.source, share: known,
      outlook: Outlook(outlook),
      weeks: LivePast.mondays(before: day).map { monday in
        .init(from: monday, share: weeks(monday).flatMap { $0.denominator > 0 ? $0 : nil })
      })
  }
}

extension LiveView.Outlook {
  init(_ outlook: TargetOutlook) {
    switch outlook {
    case .noData: kind = "noData"
    case .secured(let coming): (kind, self.coming) = ("secured", coming)
    case .needs(let need, let coming): (kind, self.need, self.coming) = ("needs", need, coming)
    case .unreachable(let best, let coming): (kind, self.best, self.coming) = ("unreachable", best, coming)
    case .noPace(let reached): kind = reached ? "above" : "below"
    case .ended(let reached): kind = reached ? "reached" : "missed"
    }
  }
}
