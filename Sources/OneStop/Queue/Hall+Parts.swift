/// What the events of a hall change in common; each part notes itself in the change, from which rows and screens follow.
extension Hall {
  mutating func update(_ id: Visit.ID, _ change: inout HallChange, _ body: (inout Visit) -> Void) {
    guard visits[id] != nil else { return }
    body(&visits[id]!)
    visits[id]!.version += 1
    change.visits.insert(id)
  }

  /// Puts a visit into its line.
  mutating func queue(_ place: Place, _ change: inout HallChange, touch: Bool = true) {
    guard let visit = visits[place.visit] else { return }
    let isPriority = visit.priority != nil
    if let counter = place.counter {
      counterLines[counter, default: Line()].insert(place, priority: isPriority)
      change.counters.insert(counter)
    } else {
      lines[place.service, default: Line()].insert(place, priority: isPriority)
    }
    change.services.insert(place.service)
    if touch { update(place.visit, &change) { $0.standing = .waiting(place) } }
  }

  /// Takes a visit out of its line, if it stands in one.
  mutating func leave(_ id: Visit.ID, _ change: inout HallChange) {
    guard case .waiting(let place) = visits[id]?.standing else { return }
    if let counter = place.counter {
      counterLines[counter]?.remove(place)
      change.counters.insert(counter)
    } else {
      lines[place.service]?.remove(place)
    }
    change.services.insert(place.service)
  }

  mutating func goOn(
    _ id: Visit.ID, _ next: QueueEvent.NextStep, at now: Instant, _ change: inout HallChange
  ) {
    visits[id]?.steps.append(Step(id: next.step, service: next.service, queuedAt: now))
    visitOfStep[next.step] = id
    lastStep = max(lastStep, next.step)
    queue(
      Place(service: next.service, counter: next.counter, since: next.since, front: next.front, visit: id), &change)
  }

  mutating func free(_ counter: Counter.ID, _ change: inout HallChange) {
    desks[counter]?.current = nil
    change.counters.insert(counter)
  }

  mutating func setDesk(
    _ counter: Counter.ID, _ state: Desk.State, at now: Instant, _ change: inout HallChange,
    _ body: (inout Desk) -> Void
  ) {
    desks[counter, default: Desk()].state = state
    desks[counter]!.since = now
    body(&desks[counter]!)
    change.counters.insert(counter)
    if let services = settings.counter(counter)?.ranks.joined() { change.services.formUnion(services) }
  }

  mutating func record(
    _ id: Visit.ID, _ counter: Counter.ID, at now: Instant, seq: Int64, again: Bool, _ change: inout HallChange
  ) {
    guard let visit = visits[id] else { return }
    let record = CallRecord(
      seq: seq, visit: id, number: visit.number, counter: counter, at: now, again: again,
      stays: visit.needs.contains(.hearing), language: visit.language)
    calls.append(record)
    if calls.count > 12 { calls.removeFirst(calls.count - 12) }
    change.calls.append(record)
  }

  /// A call that must not be followed: taken back, returned to the queue, cancelled. The board forgets it.
  mutating func uncall(_ id: Visit.ID, _ change: inout HallChange) {
    guard let visit = visits[id], case .called = visit.standing else { return }
    change.uncalled.append(visit.number)
    calls.removeAll { $0.visit == id }
  }

  func startingPace(_ service: Service.ID) -> Pace {
    Pace(seconds: Double((settings.service(service)?.usualMinutes ?? 8) * 60))
  }
}
