import Testing

@testable import OneStop

@Suite("periods of reports")
struct ReportPeriodTests {
  @Test(
    "a day lies in one period of each kind",
    arguments: [
      (ReportPeriod.Kind.day, "2026-11-28", "2026-11-28", "2026-11-28", "2026-11-28"),
      (.week, "2026-11-28", "2026-W48", "2026-11-23", "2026-11-29"),
      // ISO 8601: the week of 1 January 2027 is the 53rd of 2026, that of 29 December 2025 the first of 2026.
      (.week, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
      (.week, "2025-12-29", "2026-W01", "2025-12-29", "2026-01-04"),
      (.month, "2028-02-10", "2028-02", "2028-02-01", "2028-02-29"),
      (.month, "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
      (.quarter, "2026-11-28", "2026-Q4", "2026-10-01", "2026-12-31"),
      (.quarter, "2026-01-01", "2026-Q1", "2026-01-01", "2026-03-31"),
      (.halfYear, "2026-06-30", "2026-H1", "2026-01-01", "2026-06-30"),
      (.halfYear, "2026-07-01", "2026-H2", "2026-07-01", "2026-12-31"),
      (.year, "2026-11-28", "2026", "2026-01-01", "2026-12-31"),
    ])
  func periods(_ kind: ReportPeriod.Kind, day: String, id: String, first: String, last: String) throws {
    let period = ReportPeriod(kind, of: try #require(LocalDay(day)))
    #expect(period.id == id && "\(period.first)" == first && "\(period.last)" == last)
    #expect(ReportPeriod(id: id) == period)
    #expect(period.before.last == period.first.adding(days: -1))
  }

  @Test(
    "what is no period is refused",
    arguments: [
      "", "20", "2026-", "2026-13", "2026-1", "2026-Q5", "2026-Q", "2026-H3", "2026-W00", "2026-W54", "2025-W53",
      "2026-02-30", "2026-W048", "+026", "2026-11-", "năm",
    ])
  func nonsense(_ id: String) { #expect(ReportPeriod(id: id) == nil) }
}
