extension TestCentre.Plan {
  /// Doors that are closed, and a PIN for everybody.
  static func withPINs(at: String = "2026-11-26 09:00") -> Self {
    var plan = Self()
    plan.at = at
    plan.open = false
    plan.pins = true
    return plan
  }
}
