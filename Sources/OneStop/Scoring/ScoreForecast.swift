/// Where the year stands: a number once every maximum is known and every row is scored, a range until then.
public struct ScoreForecast: Hashable, Sendable {
  public struct Open: Hashable, Sendable {
    public var item: ScoringTable.Item.ID
    /// What it can bring at most; a range where its maximum cannot be read.
    public var carries: ClosedRange<Int>
  }

  /// Points given so far.
  public var given: Points
  /// `given` and everything that is open: what can be reached at most.
  public var best: Points
  /// Rows without points, those that carry most first.
  public var open: [Open]
  /// Rows of the table whose maximum nobody has read from the signed copy yet.
  public var unread: [ScoringTable.Item.ID]
  /// Level by the points given alone, and the best that can be reached. 0: below the lowest.
  public var level: Int
  public var bestLevel: Int
  /// For the next level above `level`: how many points are missing; nil at the highest.
  public var missing: Points?
  /// Without registration, or with a violation, no points help.
  public var isRegistered: Bool
  public var isDisqualified: Bool

  public init(_ sheet: ScoreSheet) {
    let table = sheet.table
    let maxima = sheet.maxima
    var given = Points.zero
    var open: [Open] = []
    func best(_ item: ScoringTable.Item) -> Points {
      let range = maxima[item.id] ?? 1...1
      if item.isScored {
        if let points = sheet.score(item.id)?.points {
          given = given + points
          return points
        }
        open.append(Open(item: item.id, carries: range))
        return Points(range.upperBound)
      }
      // Rows whose maxima cannot be read share what the legible ones leave of the whole.
      let isKnown = { (part: ScoringTable.Item) in maxima[part.id].map { $0.count == 1 } ?? true }
      let known = item.rows.filter(isKnown)
      let left = range.upperBound - known.reduce(0) { $0 + (maxima[$1.id]?.upperBound ?? 0) }
      let unknown = item.rows.filter { !isKnown($0) }.map(best).reduce(.zero, +)
      return known.map(best).reduce(.zero, +) + min(unknown, Points(max(0, left)))
    }
    let sum = table.groups.map(best).reduce(.zero, +)
    self.given = given
    self.best = min(sum, Points(table.total))
    self.open = open.sorted { ($0.carries.upperBound, $1.item) > ($1.carries.upperBound, $0.item) }
    unread = table.allItems.filter { $0.max == nil && sheet.completed[$0.id] == nil }.map(\.id)
    func level(_ points: Points) -> Int { table.levels.first { points >= Points($0.from) }?.level ?? 0 }
    self.level = level(given)
    bestLevel = level(self.best)
    missing = table.levels.last { Points($0.from) > given }.map { Points(hundredths: $0.from * 100 - given.hundredths) }
    isRegistered = sheet.registration != nil
    isDisqualified = !sheet.standingViolations.isEmpty
  }
}

extension ScoreSheet {
  /// Points given to each row, and for headings to the rows below; nothing where nothing was given.
  public var sums: [ScoringTable.Item.ID: Points] {
    var sums: [ScoringTable.Item.ID: Points] = [:]
    func sum(_ item: ScoringTable.Item) -> Points? {
      let given = item.isScored ? [score(item.id)?.points] : item.rows.map(sum)
      let known = given.compactMap(\.self)
      sums[item.id] = known.isEmpty ? nil : known.reduce(.zero, +)
      return sums[item.id]
    }
    for group in table.groups { _ = sum(group) }
    return sums
  }

  public struct Countdown: Hashable, Sendable {
    public var deadline: ScoringTable.Deadline
    /// The last day in time.
    public var last: LocalDay
    /// Days from today to it; negative: too late.
    public var days: Int
  }

  /// The year's deadlines; those of the sheet's own year.
  public func countdowns(on today: LocalDay) -> [Countdown] {
    table.deadlines.compactMap { deadline in
      guard let day = table.day(deadline, in: year) else { return nil }
      let last = day.adding(days: -1)
      return Countdown(deadline: deadline, last: last, days: last.number - today.number)
    }
  }

  /// Whether the registration came before its day; nil: none yet.
  public var registeredInTime: Bool? {
    guard let registration, let deadline = table.deadlines.first(where: { $0.id == "register" }),
      let day = table.day(deadline, in: year)
    else { return nil }
    return registration.day < day
  }
}
