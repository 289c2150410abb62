import OneStop

/// A centre of the tests: hours, the year 2026 as it was announced, a handful of procedures and rules.
enum Office {
  static func at(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    return LocalDay(parts[0])!.instant(at: TimeOfDay(parts[1])!, in: .vietnam)
  }
  static func day(_ text: String) -> LocalDay { LocalDay(text)! }

  static let spans = [
    Span(from: TimeOfDay("07:30")!, to: TimeOfDay("11:30")!), Span(from: TimeOfDay("13:30")!, to: TimeOfDay("17:00")!),
  ]

  static func calendar(
    off: [String] = offDays, worked: [String] = ["2026-01-10", "2026-08-22"], complete: Set<Int> = [2026]
  ) -> WorkingCalendar {
    WorkingCalendar(
      week: (1...5).map { .init(weekday: $0, spans: spans) },
      years: [2026, 2027].map { year in
        .init(
          year: year, complete: complete.contains(year),
          daysOff: off.compactMap { LocalDay($0) }.filter { $0.civil.year == year }.map { .init(day: $0, words: "") },
          workedDays: worked.compactMap { LocalDay($0) }.filter { $0.civil.year == year }
            .map { .init(day: $0, spans: spans) })
      })
  }

  /// 2026: Tết 16–20/02, Giỗ Tổ made up on Monday 27/4, 30/4, 1/5, 31/8 (swapped for 22/8), 1–2/9, 24/11.
  static let offDays = [
    "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-04-27",
    "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24", "2027-01-01",
  ]

  static let three = TimeOfDay("15:00")!
  static let rules: [DueRule.ID: DueRule] = [
    "chung": DueRule(id: "chung", name: "", cutoff: nil, source: "test"),
    "chung-thuc": DueRule(id: "chung-thuc", name: "", cutoff: three, source: "test"),
    "tinh-lai": DueRule(id: "tinh-lai", name: "", cutoff: nil, supplement: .restarts, source: "test"),
    "dan-su": DueRule(id: "dan-su", name: "", cutoff: nil, afterHoursMovesStart: false, source: "test"),
    "sau-15h": DueRule(id: "sau-15h", name: "", cutoff: three, cutoffMovesStart: true, source: "test"),
  ]

  static let procedures = ProcedureList([
    Procedure(
      id: "2.000815", name: "Chứng thực bản sao từ bản chính", service: "ho-tich", limit: .sameDay, rule: "chung-thuc",
      sameDay: true, source: "test"),
    Procedure(
      id: "1.004873", name: "Cấp Giấy xác nhận tình trạng hôn nhân", limit: .workingDays(3),
      limitWithVerification: .days(23), source: "test"),
    Procedure(id: "1.004884", name: "Đăng ký lại khai sinh", limit: .workingDays(5), rule: "tinh-lai", source: "test"),
    Procedure(id: "1.004746", name: "Đăng ký lại kết hôn", source: "test"),
  ])

  /// Thursday is the same-day day, from March on.
  static let plans = SameDayPlans([
    SameDayPlan(
      weekday: 4, procedures: ["2.000815"], document: "QĐ 12/QĐ-UBND ngày 20/02/2026", from: LocalDay("2026-03-01")!)
  ])

  static func caseRules(_ calendar: WorkingCalendar = calendar()) -> CaseRules {
    CaseRules(
      procedures: procedures, dueRules: rules.values.sorted { $0.id < $1.id }, generalRule: rules["chung"]!,
      calendar: calendar, sameDay: plans)
  }
}
