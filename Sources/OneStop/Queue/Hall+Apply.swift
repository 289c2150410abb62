extension Hall {
  /// Applies the events of one command, in the order they were journalled. `seq` is the journal's number of the first.
  /// Never refuses: what stands in the journal has happened.
  @discardableResult
  public mutating func apply(_ events: [QueueEvent], at now: Instant, seq: Int64) -> HallChange {
    var change = HallChange()
    var action: LastAction?
    for (offset, event) in events.enumerated() {
      if let (counter, visit) = event.undoable {
        remember(counter, visit, event, at: now, in: &action)
      }
      let recalled: (counter: Counter.ID, visit: Visit.ID, version: Int?)? =
        if case .recalled(let e) = event { (e.counter, e.visit, visits[e.visit]?.version) } else { nil }
      apply(event, at: now, seq: seq + Int64(offset), &change)
      // Calling once more goes no further: the call itself can still be taken back.
      if let recalled, let version = recalled.version,
        desks[recalled.counter]?.lastAction?.versions[recalled.visit] == version
      {
        desks[recalled.counter]?.lastAction?.versions[recalled.visit] = visits[recalled.visit]?.version
      }
    }
    if var done = action, let counter = events.lazy.compactMap({ $0.undoable?.counter }).first {
      for visit in done.visits { done.versions[visit.id] = visits[visit.id]?.version }
      if let service = done.pace?.service { done.pace?.after = pace[service] }
      desks[counter, default: Desk()].lastAction = done
    }
    return change
  }

  private func remember(
    _ counter: Counter.ID, _ visit: Visit.ID?, _ event: QueueEvent, at now: Instant, in action: inout LastAction?
  ) {
    if action == nil {
      let desk = desk(counter)
      action = LastAction(
        at: now, type: event.type, visits: [], versions: [:],
        desk: DeskBefore(
          state: desk.state, officer: desk.officer, current: desk.current, held: desk.held, since: desk.since,
          lastFinished: lastFinishedStep[counter]),
        calls: [])
    }
    action!.type = event.type
    if case .counterClosed(let e) = event, let line = counterLines[e.counter] {
      action!.visits += (line.ordinary + line.priority).compactMap { visits[$0.visit] }
    }
    if let visit, let before = visits[visit] {
      action!.number = before.number
      if !action!.visits.contains(where: { $0.id == visit }) { action!.visits.append(before) }
      switch event {
      case .called(let e):
        if e.how == .next, case .waiting(let place) = before.standing { action!.calls.append(place) }
      case .finished:
        action!.pace = PaceChange(service: before.step.service, before: pace[before.step.service])
      default: break
      }
    }
  }

  private mutating func apply(_ event: QueueEvent, at now: Instant, seq: Int64, _ change: inout HallChange) {
    switch event {
    case .ticketIssued(let e): issue(e, at: now, &change)
    case .called(let e): call(e, at: now, seq: seq, &change)
    case .recalled(let e):
      update(e.visit, &change) {
        $0.step.recalls += 1
        $0.step.lastCalledAt = now
      }
      change.counters.insert(e.counter)
      record(e.visit, e.counter, at: now, seq: seq, again: true, &change)
    case .started(let e):
      update(e.visit, &change) {
        $0.step.startedAt = $0.step.startedAt ?? now
        $0.standing = .serving(e.counter)
      }
      change.counters.insert(e.counter)
    case .finished(let e): finish(e, at: now, &change)
    case .noShow(let e):
      update(e.visit, &change) { $0.standing = .noShow(e.counter, at: now) }
      free(e.counter, &change)
    case .held(let e):
      update(e.visit, &change) { $0.standing = .held(e.counter, since: now) }
      free(e.counter, &change)
      desks[e.counter]?.held.append(e.visit)
    case .resumed(let e):
      update(e.visit, &change) {
        if case .held(_, let since) = $0.standing {
          $0.step.heldMilliseconds += now.milliseconds - since.milliseconds
        }
        // Who was held without a press of start had been served since the call; the time on hold is taken off.
        $0.step.startedAt = $0.step.startedAt ?? $0.step.lastCalledAt
        $0.standing = .serving(e.counter)
      }
      desks[e.counter]?.held.removeAll { $0 == e.visit }
      desks[e.counter]?.current = e.visit
      change.counters.insert(e.counter)
    case .transferred(let e):
      update(e.visit, &change) {
        $0.step.outcome = .transferred
        $0.step.finishedAt = now
      }
      free(e.counter, &change)
      goOn(e.visit, e.next, at: now, &change)
    case .returned(let e):
      uncall(e.visit, &change)
      if desks[e.counter]?.current == e.visit { free(e.counter, &change) }
      change.counters.insert(e.counter)
      guard let service = visits[e.visit]?.step.service else { break }
      queue(Place(service: service, since: e.since, visit: e.visit), &change)
    case .cancelled(let e):
      uncall(e.visit, &change)
      leave(e.visit, &change)
      if let counter = e.counter {
        if desks[counter]?.current == e.visit { free(counter, &change) }
        desks[counter]?.held.removeAll { $0 == e.visit }
        change.counters.insert(counter)
      }
      update(e.visit, &change) {
        $0.step.outcome = .cancelled
        $0.standing = .ended(.cancelled, at: now)
      }
    case .marked(let e):
      update(e.visit, &change) {
        $0.needs = Set(e.needs)
        $0.step.copies = e.copies
        $0.priority = e.priority
      }
      change.counters.insert(e.counter)
    case .counterOpened(let e):
      // Opening isn't undone, and nothing before it is.
      let goesOn = desk(e.counter).isOpen
      setDesk(e.counter, .open, at: now, &change) {
        $0.officer = e.officer
        if !goesOn { $0.lastAction = nil }
      }
    case .counterPaused(let e):
      // A new reason for the same pause does not begin it anew.
      let since = desk(e.counter).isOpen ? now : desk(e.counter).since ?? now
      setDesk(e.counter, .paused(reason: e.reason), at: since, &change) { _ in }
    case .counterClosed(let e):
      release(e.counter, &change)
      setDesk(e.counter, .closed, at: now, &change) {
        $0.officer = nil
        if e.why == QueueEvent.CounterClosed.switchedOff { $0.lastAction = nil }
      }
    case .undone(let e): undo(e.counter, &change)
    case .helpAsked(let e):
      help[e.counter] = now
      change.counters.insert(e.counter)
    case .helpAnswered(let e):
      help[e.counter] = nil
      change.counters.insert(e.counter)
    case .dayClosed(let e): closeDay(e, at: now, &change)
    case .dayReopened: reopenDay(&change)
    }
  }

  // MARK: Single events

  private mutating func issue(_ e: QueueEvent.TicketIssued, at now: Instant, _ change: inout HallChange) {
    let arrived = e.emergency?.arrivedAt ?? now
    let place = Place(service: e.service, since: arrived, visit: e.visit)
    var visit = Visit(
      id: e.visit, day: e.day, number: e.number, code: e.code, issuedAt: arrived, priority: e.priority,
      needs: Set(e.needs), language: e.language, emergency: e.emergency != nil,
      steps: [Step(id: e.step, service: e.service, queuedAt: arrived)], standing: .waiting(place))
    visit.procedure = e.procedure
    visit.sameDay = e.sameDay ?? false
    if let series = e.series, let ordinal = e.ordinal { self.series[series] = max(self.series[series] ?? 0, ordinal) }
    lastVisit = max(lastVisit, e.visit)
    lastStep = max(lastStep, e.step)
    visitOfNumber[e.number] = e.visit
    visitOfCode[e.code] = e.visit
    visitOfStep[e.step] = e.visit
    change.visits.insert(e.visit)
    change.services.insert(e.service)
    if let emergency = e.emergency, emergency.served {
      visit.step.counter = emergency.counter
      visit.step.officer = emergency.officer
      visit.step.outcome = .served
      visit.standing = .ended(.served, at: now)
      visits[e.visit] = visit
    } else {
      visits[e.visit] = visit
      queue(place, &change)
    }
  }

  private mutating func call(_ e: QueueEvent.Called, at now: Instant, seq: Int64, _ change: inout HallChange) {
    guard let visit = visits[e.visit] else { return }
    if case .waiting(let place) = visit.standing {
      // Only the policy's own choices move its count; a call by number is exempt and leaves it alone.
      if e.how == .next {
        let isPriority = visit.priority != nil
        if let counter = place.counter {
          counterLines[counter]?.count(e.visit, priority: isPriority)
        } else {
          lines[place.service]?.count(e.visit, priority: isPriority)
        }
      }
      leave(e.visit, &change)
    }
    update(e.visit, &change) {
      $0.step.calledAt = $0.step.calledAt ?? now
      $0.step.lastCalledAt = now
      $0.step.startedAt = nil
      $0.step.recalls = 0
      // Taken off the service, which counts from this call: what was on hold before it is outside.
      $0.step.heldMilliseconds = 0
      $0.step.counter = e.counter
      $0.step.officer = e.officer
      $0.standing = .called(e.counter)
    }
    desks[e.counter, default: Desk()].current = e.visit
    change.counters.insert(e.counter)
    record(e.visit, e.counter, at: now, seq: seq, again: false, &change)
  }

  private mutating func finish(_ e: QueueEvent.Finished, at now: Instant, _ change: inout HallChange) {
    update(e.visit, &change) {
      $0.step.officer = e.officer ?? $0.step.officer
      $0.step.copies = e.copies
      $0.step.finishedAt = now
      $0.step.outcome = .served
      if e.next == nil { $0.standing = .ended(.served, at: now) }
    }
    if let visit = visits[e.visit], let called = visit.step.lastCalledAt {
      let service = visit.step.service
      let busy = Double(now.milliseconds - called.milliseconds - visit.step.heldMilliseconds) / 1000
      var pace = self.pace[service] ?? startingPace(service)
      pace.add(busy)
      self.pace[service] = pace
      change.services.insert(service)
    }
    lastFinishedStep[e.counter] = e.step
    free(e.counter, &change)
    if let next = e.next { goOn(e.visit, next, at: now, &change) }
  }

  private mutating func closeDay(_ e: QueueEvent.DayClosed, at now: Instant, _ change: inout HallChange) {
    closing = beforeClosing()
    for id in e.unserved {
      leave(id, &change)
      update(id, &change) {
        $0.step.outcome = .unserved
        $0.standing = .ended(.unserved, at: now)
      }
    }
    for id in e.unfinished {
      update(id, &change) {
        $0.step.outcome = .unfinished
        $0.standing = .ended(.unfinished, at: now)
      }
    }
    for id in e.noShows {
      update(id, &change) {
        $0.step.outcome = .noShow
        $0.standing = .ended(.noShow, at: now)
      }
    }
    for counter in desks.keys {
      desks[counter] = Desk()
      change.counters.insert(counter)
    }
    help = [:]
    calls = []
    closed = true
    change.day = true
    change.services.formUnion(lines.keys)
  }

  private mutating func undo(_ counter: Counter.ID, _ change: inout HallChange) {
    guard let action = desks[counter]?.lastAction else { return }
    for before in action.visits {
      if case .called = visits[before.id]?.standing { uncall(before.id, &change) }
      leave(before.id, &change)
      var restored = before
      restored.version = (visits[before.id]?.version ?? before.version) + 1
      for step in visits[before.id]?.steps ?? [] where !before.steps.contains(where: { $0.id == step.id }) {
        visitOfStep[step.id] = nil
      }
      visits[before.id] = restored
      change.visits.insert(before.id)
      if case .waiting(let place) = before.standing { queue(place, &change, touch: false) }
    }
    for place in action.calls {
      if let counter = place.counter {
        counterLines[counter]?.uncount(place.visit)
      } else {
        lines[place.service]?.uncount(place.visit)
      }
    }
    // Unless another counter has added to it since.
    if let changed = action.pace, pace[changed.service] == changed.after { pace[changed.service] = changed.before }
    lastFinishedStep[counter] = action.desk.lastFinished
    if let services = settings.counter(counter)?.ranks.joined() { change.services.formUnion(services) }
    var desk = Desk()
    desk.state = action.desk.state
    desk.officer = action.desk.officer
    desk.current = action.desk.current
    desk.held = action.desk.held
    desk.since = action.desk.since
    desks[counter] = desk
    change.counters.insert(counter)
  }
}

extension QueueEvent {
  /// The counter whose last action this is, where a press of undo may take it back.
  var undoable: (counter: Counter.ID, visit: Visit.ID?)? {
    switch self {
    case .called(let e): (e.counter, e.visit)
    case .started(let e), .noShow(let e), .held(let e), .resumed(let e): (e.counter, e.visit)
    case .finished(let e): (e.counter, e.visit)
    case .transferred(let e): (e.counter, e.visit)
    case .returned(let e): (e.counter, e.visit)
    case .marked(let e): (e.counter, e.visit)
    case .cancelled(let e): e.counter.map { ($0, e.visit) }
    case .counterPaused(let e): (e.counter, nil)
    case .counterClosed(let e): e.why == "officer" ? (e.counter, nil) : nil
    case .counterOpened, .recalled, .ticketIssued, .undone, .helpAsked, .helpAnswered, .dayClosed,
      .dayReopened:
      nil
    }
  }
}
