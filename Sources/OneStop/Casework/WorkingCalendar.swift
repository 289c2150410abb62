/// The days that count for time limits. Weekends follow from the week; days off and worked Saturdays are yearly data that
/// somebody enters when the State announces them. Apart from the opening hours: a centre may be open on a Saturday
/// that the law doesn't count, and a centre that shuts for a storm doesn't stop the clock of its dossiers.
public struct WorkingCalendar: Codable, Hashable, Sendable {
  /// Working time of each weekday that counts; a weekday that is missing doesn't count.
  public var week: [OpeningHours.Weekday]
  public var years: [YearList]
  public var zoneSeconds: Int

  public init(week: [OpeningHours.Weekday], years: [YearList], zone: ZoneOffset = .vietnam) {
    self.week = week
    self.years = years
    zoneSeconds = zone.seconds
  }

  /// The centre's own hours; of its week only `counted` weekdays count (Monday is 1). «Ngày làm việc» is Monday to Friday
  /// unless the commune decides otherwise.
  public init(hours: OpeningHours, counted: ClosedRange<Int> = 1...5, years: [YearList], zone: ZoneOffset = .vietnam) {
    self.init(week: hours.week.filter { counted.contains($0.weekday) }, years: years, zone: zone)
  }

  public var zone: ZoneOffset { ZoneOffset(seconds: zoneSeconds) }

  /// What the State announced for one year.
  public struct YearList: Codable, Hashable, Sendable {
    public var year: Int
    /// Whether the list is whole; else the dates that reach into the year are provisional.
    public var complete: Bool
    public var daysOff: [OpeningHours.DayOff]
    public var workedDays: [OpeningHours.WorkedDay]

    public init(
      year: Int, complete: Bool, daysOff: [OpeningHours.DayOff] = [], workedDays: [OpeningHours.WorkedDay] = []
    ) {
      self.year = year
      self.complete = complete
      self.daysOff = daysOff
      self.workedDays = workedDays
    }
  }

  public func list(of year: Int) -> YearList? { years.first { $0.year == year } }

  /// Whether the year of a day has its whole list.
  public func knows(_ day: LocalDay) -> Bool { list(of: day.civil.year)?.complete ?? false }

  /// The working time of a day in order; empty on a day off. A worked day wins over a day off.
  public func spans(on day: LocalDay) -> [Span] {
    if let list = list(of: day.civil.year) {
      if let worked = list.workedDays.first(where: { $0.day == day }) { return worked.spans }
      if list.daysOff.contains(where: { $0.day == day }) { return [] }
    }
    return week.first { $0.weekday == day.weekday }?.spans ?? []
  }

  public func isWorking(_ day: LocalDay) -> Bool { !spans(on: day).isEmpty }

  /// Nothing is looked for further away than this many days: the longest Tết is 9, a damaged list may be endless.
  static let horizon = 400

  /// The first working day on or after `day`. nil when there is none within 400 days: no weekday counts.
  public func workingDay(onOrAfter day: LocalDay) -> LocalDay? {
    (0..<Self.horizon).lazy.map { day.adding(days: $0) }.first(where: isWorking)
  }
  public func workingDay(after day: LocalDay) -> LocalDay? { workingDay(onOrAfter: day.adding(days: 1)) }
  public func workingDay(before day: LocalDay) -> LocalDay? {
    (1..<Self.horizon).lazy.map { day.adding(days: -$0) }.first(where: isWorking)
  }

  /// When the working time of a day ends.
  public func closing(of day: LocalDay) -> Instant? { spans(on: day).last.map { day.instant(at: $0.to, in: zone) } }
  public func opening(of day: LocalDay) -> Instant? { spans(on: day).first.map { day.instant(at: $0.from, in: zone) } }

  /// Working days after `a` up to and with `b`; negative when `b` is earlier. At most 10 years are counted.
  public func workingDays(from a: LocalDay, to b: LocalDay) -> Int {
    if b < a { return -workingDays(from: b, to: a) }
    return (0..<min(b.number - a.number, 3660)).count { isWorking(a.adding(days: $0 + 1)) }
  }

  /// What stands against the calendar on a day: from 1 October on next year's list is due, because dossiers with long
  /// limits reach into that year; and this year's at any time.
  public func alarms(on today: LocalDay) -> [CalendarAlarm] {
    let (year, month, _) = today.civil
    var found: [CalendarAlarm] = []
    if list(of: year)?.complete != true { found.append(.init(year: year, overdue: true)) }
    if month >= 10, list(of: year + 1)?.complete != true { found.append(.init(year: year + 1, overdue: false)) }
    return found
  }

  /// So many days ahead somebody is told that the opening hours don't know what the State announced: time enough to ask.
  public static let hoursAhead = 14

  /// A day off on which the opening hours say open, or a worked day on which they say closed.
  public struct HoursDiffer: Hashable, Sendable {
    public var day: LocalDay
    public var isOff: Bool
    /// Of the day off; empty where the list doesn't say.
    public var words: String
  }

  /// The next day of the State's lists that the opening hours do not follow. They are two things, and a centre may mean it
  /// so; but a kiosk that gives out numbers on the first day of Tết is mostly an oversight.
  public func differs(from hours: OpeningHours, on today: LocalDay) -> HoursDiffer? {
    (0...Self.hoursAhead).lazy.map { today.adding(days: $0) }.compactMap { day -> HoursDiffer? in
      guard let list = list(of: day.civil.year) else { return nil }
      let isOpen = !hours.spans(on: day).isEmpty
      if list.workedDays.contains(where: { $0.day == day }) {
        return isOpen ? nil : HoursDiffer(day: day, isOff: false, words: "")
      }
      guard isOpen, let off = list.daysOff.first(where: { $0.day == day }) else { return nil }
      return HoursDiffer(day: day, isOff: true, words: off.words)
    }.first
  }
}

/// A year whose list of days off is missing. The list is the job of whoever holds the role `keeper`; the counter goes on
/// with provisional dates meanwhile.
public struct CalendarAlarm: Hashable, Sendable {
  public var year: Int
  /// The year has begun already.
  public var overdue: Bool
  public static let keeper = Role.supervisor

  public init(year: Int, overdue: Bool) {
    self.year = year
    self.overdue = overdue
  }
}
