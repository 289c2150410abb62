/// From one time of a day to another, `["07:00", "11:30"]`.
public struct Span: Hashable, Sendable {
  public var from: TimeOfDay
  public var to: TimeOfDay
  public init(from: TimeOfDay, to: TimeOfDay) {
    self.from = from
    self.to = to
  }
}

extension Span: Codable {
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    from = try list.decode(TimeOfDay.self)
    to = try list.decode(TimeOfDay.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(from)
    try list.encode(to)
  }
}

/// When the centre is open: a weekly plan, days off, and days that are worked although the plan says no.
public struct OpeningHours: Codable, Hashable, Sendable {
  public struct Weekday: Codable, Hashable, Sendable {
    /// Monday is 1, Sunday is 7.
    public var weekday: Int
    public var spans: [Span]
    public init(weekday: Int, spans: [Span]) {
      self.weekday = weekday
      self.spans = spans
    }
  }
  public struct DayOff: Codable, Hashable, Sendable {
    public var day: LocalDay
    public var words: String
    public init(day: LocalDay, words: String) {
      self.day = day
      self.words = words
    }
  }
  public struct WorkedDay: Codable, Hashable, Sendable {
    public var day: LocalDay
    public var spans: [Span]
    public init(day: LocalDay, spans: [Span]) {
      self.day = day
      self.spans = spans
    }
  }

  public var week: [Weekday]
  public var daysOff: [DayOff]
  public var workedDays: [WorkedDay]

  public init(week: [Weekday], daysOff: [DayOff] = [], workedDays: [WorkedDay] = []) {
    self.week = week
    self.daysOff = daysOff
    self.workedDays = workedDays
  }

  /// The spans of a day in order; empty on a day off. A worked day wins over a day off.
  public func spans(on day: LocalDay) -> [Span] {
    if let worked = workedDays.first(where: { $0.day == day }) { return worked.spans }
    if daysOff.contains(where: { $0.day == day }) { return [] }
    return week.first { $0.weekday == day.weekday }?.spans ?? []
  }

  /// The moment the centre opens next after `now`, looking at most 60 days ahead (the longest Tết is 9).
  public func nextOpening(after now: Instant, in zone: ZoneOffset) -> Instant? {
    let today = LocalDay(now, in: zone)
    for ahead in 0...60 {
      let day = today.adding(days: ahead)
      for span in spans(on: day) {
        let opens = day.instant(at: span.from, in: zone)
        if opens > now { return opens }
      }
    }
    return nil
  }

  /// Milliseconds between two moments of one day that fall into a break between its spans (lunch).
  public func breakMilliseconds(from a: Instant, to b: Instant, in zone: ZoneOffset) -> Int64 {
    let day = LocalDay(a, in: zone)
    let spans = spans(on: day)
    guard spans.count > 1, b > a else { return 0 }
    var total: Int64 = 0
    for (earlier, later) in zip(spans, spans.dropFirst()) {
      let start = max(day.instant(at: earlier.to, in: zone), a)
      let end = min(day.instant(at: later.from, in: zone), b)
      if end > start { total += end.milliseconds - start.milliseconds }
    }
    return total
  }
}

/// Whether the centre is open, and if not, why and until when.
public enum OpenState: Hashable, Sendable {
  case before(opens: Instant)
  case open(closes: Instant, lastTicket: Instant)
  case lunch(opens: Instant)
  /// Those who hold a number are still served; no new numbers.
  case lastTicketPassed(closes: Instant, opens: Instant?)
  case after(opens: Instant?)
  case dayOff(words: String, opens: Instant?)

  public var word: String {
    switch self {
    case .before: "before"
    case .open: "open"
    case .lunch: "lunch"
    case .lastTicketPassed: "lastTicketPassed"
    case .after: "after"
    case .dayOff: "dayOff"
    }
  }

  /// When it opens again, where it is not open now.
  public var opens: Instant? {
    switch self {
    case .before(let opens), .lunch(let opens): opens
    case .lastTicketPassed(_, let opens), .after(let opens), .dayOff(_, let opens): opens
    case .open: nil
    }
  }
}

extension CentreSettings {
  public func openState(at now: Instant) -> OpenState {
    let day = LocalDay(now, in: zone)
    let spans = hours.spans(on: day)
    guard let first = spans.first, let last = spans.last else {
      let words = hours.daysOff.first { $0.day == day }?.words ?? ""
      return .dayOff(words: words, opens: hours.nextOpening(after: now, in: zone))
    }
    let time = TimeOfDay(now, in: zone)
    if time < first.from { return .before(opens: day.instant(at: first.from, in: zone)) }
    let closes = day.instant(at: last.to, in: zone)
    if now >= closes { return .after(opens: hours.nextOpening(after: now, in: zone)) }
    let lastTicket = closes.adding(seconds: -60 * rules.lastTicketMinutesBeforeClose)
    if now >= lastTicket {
      return .lastTicketPassed(closes: closes, opens: hours.nextOpening(after: now, in: zone))
    }
    if spans.contains(where: { $0.from <= time && time < $0.to }) {
      return .open(closes: closes, lastTicket: lastTicket)
    }
    let reopens = spans.first { $0.from > time }?.from ?? first.from
    return .lunch(opens: day.instant(at: reopens, in: zone))
  }

  /// Whether the kiosk hands out numbers now.
  public func takesTickets(at now: Instant) -> Bool {
    switch openState(at: now) {
    case .open: true
    case .lunch: rules.ticketsAtLunch
    case .before(let opens): now >= opens.adding(seconds: -60 * rules.firstTicketMinutesBeforeOpen)
    case .lastTicketPassed, .after, .dayOff: false
    }
  }
}
