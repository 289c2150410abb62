import OneStop

extension TestCentre.Plan {
  /// Thursday is the same-day day.
  static var sameDay: Self {
    var plan = Self()
    plan.adjust = {
      $0.settings.sameDay = [
        SameDayPlan(weekday: 4, procedures: ["2.000815"], document: "QĐ 12", from: LocalDay("2026-11-01")!)
      ]
    }
    return plan
  }

  /// Doors that are closed, and a PIN for everybody.
  static func withPINs(at: String = "2026-11-26 09:00") -> Self {
    var plan = Self()
    plan.at = at
    plan.open = false
    plan.pins = true
    return plan
  }
}
