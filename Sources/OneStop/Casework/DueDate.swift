/// Counts time limits. The first day is not counted and a last day off moves on to the next working day (Civil Code 2015,
/// articles 147 and 148); everything that differs between families of procedures is in the `DueRule`.
public struct DueDate: Sendable {
  public var calendar: WorkingCalendar
  public init(_ calendar: WorkingCalendar) { self.calendar = calendar }

  /// When a result is due.
  /// - Parameters:
  ///   - start: when the clock starts: mostly the receipt, for dossiers from elsewhere when the competent agency got them
  ///     (Decree 309/2026, article 17(3)).
  ///   - pauses: in order of time; an open pause is counted up to `now`, so the date is the one that would hold if it ended
  ///     now.
  /// - Returns: nil when no weekday counts at all.
  public func due(
    _ limit: TimeLimit, from start: Instant, rule: DueRule, pauses: [Pause] = [], now: Instant? = nil
  ) -> Due? {
    var start = start
    var pauses = pauses.compactMap { pause -> Pause? in
      guard let end = pause.to ?? now, end > pause.from else { return nil }
      return Pause(from: pause.from, to: end, supplement: pause.supplement)
    }
    if rule.supplement == .restarts, let last = pauses.last(where: \.supplement)?.to, last > start {
      start = last
      pauses = pauses.filter { $0.to! > last }
    }
    // A pause of a same-day procedure can only be answered by the day it ends: there is no part of a day left to use.
    if limit.unit == .sameDay, let last = pauses.last?.to, last > start {
      start = last
      pauses = []
    }
    guard let first = effectiveStart(start, limit, rule) else { return nil }
    return limit.unit == .hours
      ? hours(limit.amount, from: first, pauses: pauses) : days(limit, from: first, pauses: pauses)
  }

  /// Where the count begins, after the rules for late hours: `start` itself or an opening.
  private func effectiveStart(_ start: Instant, _ limit: TimeLimit, _ rule: DueRule) -> Instant? {
    let zone = calendar.zone
    let day = LocalDay(start, in: zone)
    // The minute itself still counts: who got a number at 15:00 with the mark is in time.
    let late = rule.cutoff.map { TimeOfDay(start, in: zone) > $0 } ?? false
    if late, limit.unit == .sameDay || rule.cutoffMovesStart {
      return calendar.workingDay(after: day).flatMap(calendar.opening)
    }
    let closing = calendar.closing(of: day)
    // A same-day result cannot be due on a day off, whatever the rule.
    if closing == nil, limit.unit == .sameDay || rule.afterHoursMovesStart {
      return calendar.workingDay(after: day).flatMap(calendar.opening)
    }
    if let closing, start >= closing, rule.afterHoursMovesStart || limit.unit == .sameDay {
      return calendar.workingDay(after: day).flatMap(calendar.opening)
    }
    return start
  }

  /// A fixed date moved by a pause: by as many working days as were waited, so that the work left has its time.
  public func due(_ due: Due, movedBy pause: Pause, now: Instant? = nil) -> Due? {
    guard let end = pause.to ?? now, end > pause.from else { return due }
    let from = LocalDay(pause.from, in: calendar.zone)
    var day = due.day
    for _ in 0..<calendar.workingDays(from: from, to: LocalDay(end, in: calendar.zone)) {
      guard let next = calendar.workingDay(after: day) else { return nil }
      day = next
    }
    if day == due.day { return due }
    return calendar.closing(of: day).map {
      Due(day: day, at: $0, provisional: due.provisional || provisional(from: due.day, to: day))
    }
  }

  /// A day somebody else fixed, on the province's slip or in writing with the citizen. It isn't counted here, so no list of
  /// days off can make it provisional; and it may be a day that isn't worked here.
  public func promised(_ day: LocalDay) -> Due {
    Due(day: day, at: calendar.closing(of: day) ?? day.adding(days: 1).start(in: calendar.zone))
  }

  /// A day an officer chose here: provisional while nobody knows the year's days off.
  public func chosen(_ day: LocalDay) -> Due {
    var due = promised(day)
    due.provisional = !calendar.knows(day)
    return due
  }

  private func days(_ limit: TimeLimit, from first: Instant, pauses: [Pause]) -> Due? {
    let start = LocalDay(first, in: calendar.zone)
    var day = start
    var left = limit.amount
    // The day a supplement was asked for is used up, the day it came is not: (from, to] is not counted.
    let waits = pauses.map { ($0.from, $0.to!) }.map { from, to in
      (LocalDay(from, in: calendar.zone), LocalDay(to, in: calendar.zone))
    }
    // Enough for the longest limit with a year of pauses; a calendar without working days ends here.
    let furthest = start.adding(
      days: limit.amount * 7 + waits.reduce(WorkingCalendar.horizon) { $0 + $1.1.number - $1.0.number })
    while left > 0 {
      day = day.adding(days: 1)
      if day > furthest { return nil }
      if waits.contains(where: { $0.0 < day && day <= $0.1 }) { continue }
      if limit.unit == .days || calendar.isWorking(day) { left -= 1 }
    }
    guard var due = calendar.workingDay(onOrAfter: day) else { return nil }
    // A wait that began on the last day has used no more of it: the result is due when what was waited for is there.
    while let wait = waits.first(where: { $0.0 <= due && due < $0.1 }) {
      guard let next = calendar.workingDay(onOrAfter: wait.1) else { return nil }
      due = next
    }
    guard let at = calendar.closing(of: due) else { return nil }
    return Due(day: due, at: at, provisional: provisional(from: start, to: due))
  }

  /// Hours of working time: in the systems in use 8 of them are a working day, so nights and lunch don't count.
  private func hours(_ amount: Int, from first: Instant, pauses: [Pause]) -> Due? {
    let start = LocalDay(first, in: calendar.zone)
    var left = Int64(amount) * 3_600_000
    let waited = pauses.reduce(0) { $0 + Int($1.to!.seconds(since: $1.from)) / 86_400 + 1 }
    for ahead in 0..<(amount * 7 + waited + WorkingCalendar.horizon) {
      let day = start.adding(days: ahead)
      for span in calendar.spans(on: day) {
        let from = max(first, day.instant(at: span.from, in: calendar.zone))
        let to = day.instant(at: span.to, in: calendar.zone)
        for (a, b) in Self.cut(from, to, pauses) {
          let length = b.milliseconds - a.milliseconds
          if length >= left {
            return Due(day: day, at: a.adding(milliseconds: left), provisional: provisional(from: start, to: day))
          }
          left -= length
        }
      }
    }
    return nil
  }

  /// What is left of a span without the pauses, in order.
  private static func cut(_ from: Instant, _ to: Instant, _ pauses: [Pause]) -> [(Instant, Instant)] {
    guard from < to else { return [] }
    var parts = [(from, to)]
    for pause in pauses {
      parts = parts.flatMap { a, b -> [(Instant, Instant)] in
        [(a, min(b, pause.from)), (max(a, pause.to!), b)].filter { $0.0 < $0.1 }
      }
    }
    return parts
  }

  private func provisional(from: LocalDay, to: LocalDay) -> Bool {
    (from.civil.year...to.civil.year).contains { calendar.list(of: $0)?.complete != true }
  }

  /// The last day on which the notice and the apology are in time: the working day before the due date. «At the latest 01
  /// day before» (Decree 61/2018, article 19(9)) may fall on a Sunday; nobody writes letters then, so it is the
  /// working day before.
  public func apologyDay(for due: Due) -> LocalDay? { calendar.workingDay(before: due.day) }
}
