extension Caseload {
  /// Applies what has happened. An event of a dossier that isn't here (put away long ago) changes nothing.
  public mutating func apply(_ event: DossierEvent, at moment: Instant) {
    switch event {
    case .registered(let e):
      add(
        Dossier(
          id: e.dossier, code: e.code, procedure: e.procedure, state: .registered, channel: .online,
          receivedAt: moment, clockStart: moment, dueFrom: .none))
    case .received(let e): receive(e, at: moment)
    case .moved(let e):
      change(e.dossier) {
        $0.state = e.to
        if let reason = e.reason { $0.reason = reason }
        if e.to == .finished { $0.finishedAt = moment }
        if e.to == .handedOver { $0.handedOverAt = moment }
        if e.to.isOver {
          $0.closePause(at: moment)
          if e.to != .handedOver { $0.endedAt = moment }
        }
      }
    case .paused(let e):
      change(e.dossier) {
        $0.state = e.to
        if let reason = e.reason { $0.reason = reason }
        if e.to == .awaitingSupplement { $0.supplements += 1 }
        $0.pauses.append(Pause(from: moment, supplement: e.to == .awaitingSupplement))
      }
    case .resumed(let e):
      change(e.dossier) {
        $0.state = .processing
        $0.closePause(at: moment)
        $0.due = e.due
      }
    case .dueSettled(let e):
      change(e.dossier) {
        // The first promise was marked as provisional: this is what it turned out to be.
        if $0.firstDue == $0.due { $0.firstDue = e.due }
        $0.due = e.due
      }
    case .dueReplaced(let e):
      change(e.dossier) { $0.replaceDue(e.from, by: e.due, at: moment) }
    case .reappointed(let e):
      change(e.dossier) {
        guard let due = $0.due else { return }
        $0.reappointments.append(.init(at: moment, from: due, to: e.due, reason: e.reason, elsewhere: e.elsewhere))
        $0.due = e.due
      }
    case .apologised(let e): change(e.dossier) { $0.apologies.append(.init(at: moment, number: e.number)) }
    case .codeReplaced(let e):
      change(e.dossier) {
        $0.formerCode = $0.code
        $0.code = e.code
      }
      dossierOfCode[e.code] = e.dossier
    case .sameDayExplained(let e): change(e.dossier) { $0.sameDayReason = e.reason }
    case .imported(let e):
      if dossiers[e.dossier] != nil {
        change(e.dossier) { $0.take(e.entry, at: moment) }
      } else if let dossier = Dossier(id: e.dossier, e.entry) {
        add(dossier)
      }
    }
  }

  private mutating func receive(_ e: DossierEvent.Received, at moment: Instant) {
    var dossier =
      dossiers[e.dossier]
      ?? Dossier(
        id: e.dossier, code: e.code, procedure: e.procedure, state: .received, channel: e.channel, receivedAt: moment,
        clockStart: e.clockStart, dueFrom: e.dueFrom)
    dossier.state = .received
    dossier.channel = e.channel
    dossier.digitised = e.digitised
    dossier.vneid = e.vneid
    dossier.visit = e.visit
    dossier.counter = e.counter
    dossier.officer = e.officer
    dossier.receivedAt = moment
    dossier.clockStart = e.clockStart
    dossier.limit = e.limit
    dossier.rule = e.rule
    dossier.firstDue = e.due
    dossier.due = e.due
    dossier.dueFrom = e.dueFrom
    dossier.sameDay = e.sameDay
    add(dossier)
    if let ordinal = e.ordinal {
      provisionalDay = LocalDay(moment, in: rules.calendar.zone)
      provisionalOrdinal = ordinal
    }
  }

  private mutating func add(_ dossier: Dossier) {
    dossiers[dossier.id] = dossier
    dossierOfCode[dossier.code] = dossier.id
    lastID = max(lastID, dossier.id)
  }

  private mutating func change(_ id: Dossier.ID, _ body: (inout Dossier) -> Void) {
    guard var dossier = dossiers[id] else { return }
    body(&dossier)
    dossiers[id] = dossier
  }
}

extension Dossier {
  fileprivate mutating func closePause(at moment: Instant) {
    guard let last = pauses.indices.last, pauses[last].to == nil else { return }
    pauses[last].to = moment
  }

  /// As it stands right after receipt or registration.
  init(
    id: ID, code: DossierCode, procedure: Procedure.ID, state: State, channel: Channel, receivedAt: Instant,
    clockStart: Instant, dueFrom: DueSource
  ) {
    self.id = id
    self.code = code
    self.procedure = procedure
    self.state = state
    self.channel = channel
    self.receivedAt = receivedAt
    self.clockStart = clockStart
    self.dueFrom = dueFrom
  }
}
