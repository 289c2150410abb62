import OneStop

/// Why a dossier is due when it is, in one sentence for the officer who has to tell the citizen.
public enum DueWords {
  public static func why(_ dossier: Dossier, _ rules: CaseRules) -> Bilingual {
    var parts: [Bilingual] = []
    func say(_ key: String, _ places: [String: String] = [:]) { parts.append(Words.text("due.\(key)", places)) }
    let rule = rules.rule(dossier.rule)
    switch dossier.dueFrom {
    case .province: say("province")
    case .agreed: say("agreed")
    case .none: say("none")
    case .counted:
      if let limit = dossier.limit {
        let words = Words.text("due.limit.\(limit.unit.rawValue)", ["n": "\(limit.amount)"])
        let counted = Words.text("due.counted", ["rule": rule.name])
        parts.append(
          Bilingual(
            counted.vi.replacing("{limit}", with: words.vi), counted.en.replacing("{limit}", with: words.en)))
        shift(dossier, limit, rule, rules.calendar).map { say($0, ["time": rule.cutoff?.description ?? ""]) }
      }
    }
    if let replacement = dossier.replacement {
      say("replaced", ["day": replacement.from.day.onPaper])
    }
    if !dossier.pauses.isEmpty { say("paused") }
    if let last = dossier.reappointments.last { say("moved", ["day": last.from.day.onPaper]) }
    if let due = dossier.due, due.provisional { say("provisional", ["year": "\(due.day.civil.year)"]) }
    return Bilingual(parts.map(\.vi).joined(separator: "; "), parts.map(\.en).joined(separator: "; "))
  }

  /// What moved the start of the count away from the hour of receipt.
  private static func shift(
    _ dossier: Dossier, _ limit: TimeLimit, _ rule: DueRule, _ calendar: WorkingCalendar
  ) -> String? {
    let start = dossier.clockStart
    let day = LocalDay(start, in: calendar.zone)
    let sameDay = limit.unit == .sameDay
    if let cutoff = rule.cutoff, sameDay || rule.cutoffMovesStart,
      start > day.instant(at: cutoff, in: calendar.zone), calendar.isWorking(day)
    {
      return "afterCutoff"
    }
    guard sameDay || rule.afterHoursMovesStart else { return nil }
    guard let closing = calendar.closing(of: day) else { return "dayOff" }
    return start >= closing ? "afterHours" : nil
  }
}
