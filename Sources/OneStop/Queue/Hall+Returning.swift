extension Hall {
  /// What a closing took from people and counters, for a person who takes the closing back.
  struct Closing: Hashable, Sendable {
    var standings: [Visit.ID: Visit.Standing]
    var desks: [Counter.ID: Desk]
    var help: [Counter.ID: Instant]
    var calls: [CallRecord]
  }

  func beforeClosing() -> Closing {
    Closing(
      standings: visits.compactMapValues { $0.ended ? nil : $0.standing },
      desks: desks.mapValues { desk in
        var kept = desk
        // What was done before a closing is not taken back after it.
        kept.lastAction = nil
        return kept
      }, help: help, calls: calls)
  }

  /// Opens the day again: whoever the closing ended stands, sits and is called as before it.
  mutating func reopenDay(_ change: inout HallChange) {
    closed = false
    reopened = true
    change.day = true
    guard let before = closing else { return }
    closing = nil
    for (id, standing) in before.standings.sorted(by: { $0.key < $1.key }) {
      // Only what the closing wrote: a step may have been rated meanwhile.
      update(id, &change) {
        $0.step.outcome = nil
        $0.standing = standing
      }
      if case .waiting(let place) = standing { queue(place, &change, touch: false) }
    }
    for (counter, desk) in before.desks {
      desks[counter] = desk
      change.counters.insert(counter)
    }
    help = before.help
    calls = before.calls
    change.services.formUnion(lines.keys)
  }

  /// A counter that closes is one where nobody calls: whoever waits for it joins the line of the service, with the
  /// place by arrival.
  mutating func release(_ counter: Counter.ID, _ change: inout HallChange) {
    guard let line = counterLines[counter] else { return }
    for place in line.ordinary + line.priority {
      leave(place.visit, &change)
      var free = place
      free.counter = nil
      queue(free, &change)
    }
  }
}
