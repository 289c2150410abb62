/// A period that a report covers: a day, an ISO week, a month, a quarter, half a year, a year.
public struct ReportPeriod: Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    case day, week, month, quarter
    case halfYear = "half-year"
    case year
  }

  public let kind: Kind
  public let first: LocalDay
  public let last: LocalDay

  /// The period of a kind that a day lies in.
  public init(_ kind: Kind, of day: LocalDay) {
    self.kind = kind
    let (year, month, _) = day.civil
    func months(_ start: Int, _ count: Int) -> (LocalDay, LocalDay) {
      let next = start + count > 12 ? (year + 1, start + count - 12) : (year, start + count)
      // The first of a month exists in every year.
      return (
        LocalDay(year: year, month: start, day: 1)!, LocalDay(year: next.0, month: next.1, day: 1)!.adding(days: -1)
      )
    }
    switch kind {
    case .day: (first, last) = (day, day)
    case .week:
      first = day.adding(days: 1 - day.weekday)
      last = first.adding(days: 6)
    case .month: (first, last) = months(month, 1)
    case .quarter: (first, last) = months((month - 1) / 3 * 3 + 1, 3)
    case .halfYear: (first, last) = months(month <= 6 ? 1 : 7, 6)
    case .year: (first, last) = months(1, 12)
    }
  }

  /// Reads what `id` writes; nil for anything else, such as a 54th week.
  public init?(id: some StringProtocol) {
    func number(_ text: some StringProtocol) -> Int? {
      text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
    let text = String(id)
    if let day = LocalDay(text) {
      self.init(.day, of: day)
    } else {
      guard let year = number(text.prefix(4)), text.utf8.count >= 4 else { return nil }
      let rest = text.dropFirst(4)
      func part(_ mark: String) -> Int? { rest.hasPrefix(mark) ? number(rest.dropFirst(mark.count)) : nil }
      func day(_ month: Int) -> LocalDay? { LocalDay(year: year, month: month, day: 1) }
      if rest.isEmpty, let day = day(1) {
        self.init(.year, of: day)
      } else if let half = part("-H"), (1...2).contains(half), let day = day(half * 6) {
        self.init(.halfYear, of: day)
      } else if let quarter = part("-Q"), (1...4).contains(quarter), let day = day(quarter * 3) {
        self.init(.quarter, of: day)
      } else if let week = part("-W"), (1...53).contains(week), let fourth = LocalDay(year: year, month: 1, day: 4) {
        // ISO 8601: the first week is the one with 4 January.
        self.init(.week, of: fourth.adding(days: (week - 1) * 7))
      } else if let month = part("-"), let day = day(month) {
        self.init(.month, of: day)
      } else {
        return nil
      }
    }
    guard self.id == text else { return nil }
  }

  /// `2026-11-28`, `2026-W48`, `2026-11`, `2026-Q4`, `2026-H2`, `2026`.
  public var id: String {
    let (year, month, _) = first.civil
    switch kind {
    case .day: return "\(first)"
    case .week:
      // The year of its Thursday.
      let thursday = first.adding(days: 3)
      let start = LocalDay(year: thursday.civil.year, month: 1, day: 1)!
      return "\(padded(thursday.civil.year, 4))-W\(padded((thursday.number - start.number) / 7 + 1, 2))"
    case .month: return "\(padded(year, 4))-\(padded(month, 2))"
    case .quarter: return "\(padded(year, 4))-Q\((month - 1) / 3 + 1)"
    case .halfYear: return "\(padded(year, 4))-H\(month <= 6 ? 1 : 2)"
    case .year: return padded(year, 4)
    }
  }

  /// The period of the same kind before this one.
  public var before: ReportPeriod { ReportPeriod(kind, of: first.adding(days: -1)) }
}

extension ReportPeriod: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    guard let period = ReportPeriod(id: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not a period like 2026-11 or 2026-Q4"))
    }
    self = period
  }
  public func encode(to encoder: any Encoder) throws { try id.encode(to: encoder) }
}
