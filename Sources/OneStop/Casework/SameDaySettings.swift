extension CentreSettings {
  /// The plan when `day` is a same-day day of an open centre.
  public func sameDayPlan(on day: LocalDay) -> SameDayPlan? {
    guard let plan = SameDayPlans(sameDay).plan(on: day), plan.weekday == day.weekday, !hours.spans(on: day).isEmpty
    else { return nil }
    return plan
  }

  /// Until when the day's promise is made: the cutoff, or the closing of a day that ends before it. nil: no such day.
  public func sameDayUntil(on day: LocalDay) -> TimeOfDay? {
    guard let plan = sameDayPlan(on: day), let closing = hours.spans(on: day).last?.to else { return nil }
    return min(plan.cutoff, closing)
  }

  /// Whether a number taken now carries the mark of the day: its procedure is on the list or, where the citizen only
  /// chose a service, the service has such procedures. After the cutoff the law allows the next day, so no mark.
  public func marksSameDay(_ service: Service, _ procedure: Procedure.ID?, at now: Instant) -> Bool {
    let day = day(of: now)
    guard let plan = sameDayPlan(on: day), let until = sameDayUntil(on: day), TimeOfDay(now, in: zone) <= until else {
      return false
    }
    return procedure.map { plan.procedures.contains($0) } ?? service.sameDay
  }

  /// «Không chờ»: of the numbers with the mark, those called within the plan's minutes. Who waited longer and was not called
  /// (left, still sits there, sent home at closing) waited; who left earlier says nothing. Times entered after a power cut
  /// were not measured.
  public static func noWait(_ visits: some Sequence<Visit>, within minutes: Int, at now: Instant) -> Share {
    var share = Share(0, of: 0)
    for visit in visits where visit.sameDay && !visit.emergency {
      guard let step = visit.steps.first else { continue }
      let isCalled = step.calledAt != nil
      let over = if case .ended(_, let at) = visit.standing { at } else { now }
      let isSoon = (step.calledAt ?? over).seconds(since: step.queuedAt) <= minutes * 60
      guard isCalled || !isSoon else { continue }
      share = Share(share.numerator + (isSoon ? 1 : 0), of: share.denominator + 1)
    }
    return share
  }

  func sameDayProblems() -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    var begun: Set<LocalDay> = []
    for (i, plan) in sameDay.enumerated() {
      let path = "sameDay[\(i)]"
      func check(_ good: Bool, _ field: String, _ key: String, _ places: [String: String] = [:]) {
        if !good { found.append(SettingsProblem("\(path).\(field)", key, places)) }
      }
      check((1...7).contains(plan.weekday), "weekday", "range", ["min": "1", "max": "7"])
      check(!plan.procedures.isEmpty, "procedures", "sameDayList")
      var seen: Set<Procedure.ID> = []
      for procedure in plan.procedures {
        check(seen.insert(procedure).inserted, "procedures", "twice", ["value": procedure.rawValue])
      }
      // What the commune decided, it wrote down: the scoring sheet asks for the document.
      check(!plan.document.isEmpty, "document", "empty")
      check(plan.document.count <= 120, "document", "tooLong", ["max": "120", "is": "\(plan.document.count)"])
      check(begun.insert(plan.from).inserted, "from", "sameDayTwice", ["value": plan.from.onPaper])
      if let until = plan.until { check(until >= plan.from, "until", "sameDayOrder") }
      check((1...240).contains(plan.waitMinutes), "waitMinutes", "range", ["min": "1", "max": "240"])
      check((0...240).contains(plan.escalateMinutes), "escalateMinutes", "range", ["min": "0", "max": "240"])
    }
    return found
  }
}
