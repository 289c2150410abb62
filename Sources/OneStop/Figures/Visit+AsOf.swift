extension Visit {
  /// This visit as it stood at a moment, so that half a day is compared with half a day. nil: not issued yet.
  /// Only what figures are counted from is turned back: calls, finishes, outcomes and the end.
  public func asOf(_ moment: Instant) -> Visit? {
    guard issuedAt <= moment else { return nil }
    var visit = self
    visit.steps = steps.filter { $0.queuedAt <= moment }.map { step in
      var step = step
      if let called = step.calledAt, called > moment {
        (step.calledAt, step.lastCalledAt, step.counter, step.officer) = (nil, nil, nil, nil)
      }
      if let started = step.startedAt, started > moment { step.startedAt = nil }
      if let finished = step.finishedAt, finished > moment {
        (step.finishedAt, step.outcome, step.rated) = (nil, nil, false)
      }
      if step.calledAt == nil { step.outcome = nil }
      return step
    }
    guard let last = visit.steps.last else { return nil }
    let turnedBack =
      switch standing {
      case .ended(_, let at), .noShow(_, let at), .held(_, let at): at > moment
      case .waiting, .called, .serving: false
      }
    if turnedBack {
      visit.standing = .waiting(Place(service: last.service, since: last.queuedAt, visit: id))
    }
    return visit
  }
}
