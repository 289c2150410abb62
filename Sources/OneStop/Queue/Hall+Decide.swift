extension Hall {
  /// What a command leads to, or why it is refused. Pure: the caller appends the events to the journal and applies them.
  public func decide(_ command: QueueCommand, by actor: Actor, at now: Instant) throws(QueueRejection) -> [QueueEvent] {
    switch command {
    case .issue(let service, let priority, let needs, let language, let code, let procedure):
      [try issue(service, priority, needs, language, code, procedure, by: actor, at: now)]
    case .callNext(let counter): try callNext(counter, at: now)
    case .call(let counter, let number): try call(counter, number, at: now)
    case .recall(let counter):
      [.recalled(try atCounter(counter, called: true))]
    case .start(let counter):
      [.started(try atCounter(counter, called: true))]
    case .finish(let counter, let copies, let next):
      [.finished(try finished(counter, copies: copies, next: next, at: now))]
    case .noShow(let counter): [try noShow(counter)]
    case .hold(let counter): [.held(try atCounter(counter))]
    case .resume(let counter, let number): [try resume(counter, number)]
    case .transfer(let counter, let destination): [try transfer(counter, to: destination, at: now)]
    case .returnToQueue(let counter, let number): [try returned(counter, number, at: now)]
    case .cancelAtCounter(let counter, let number): [try cancelled(counter, number)]
    case .mark(let counter, let needs, let copies, let priority):
      [try marked(counter, needs, copies, priority)]
    case .open(let counter, let officer, let takeOver): try open(counter, officer, takeOver: takeOver)
    case .pause(let counter, let reason):
      [.counterPaused(.init(counter: try idle(counter).number, reason: reason))]
    case .close(let counter, let why): [try close(counter, why)]
    case .undo(let counter): [try undo(counter, at: now)]
    case .cancel(let code): [try cancel(code: code)]
    case .enterEmergency(let number, let service, let counter, let served, let arrivedAt, let code):
      [try enterEmergency(number, service, counter, served: served, arrivedAt: arrivedAt, code: code, at: now)]
    case .askHelp(let counter):
      // Pressed again by who waits for help: still one call, as of the first press, and one event.
      help[try known(counter).number] == nil ? [.helpAsked(.init(counter: counter))] : []
    case .answerHelp(let counter):
      help[try known(counter).number] == nil ? [] : [.helpAnswered(.init(counter: counter))]
    case .closeDay(let reason): [try dayClosed(reason)]
    case .reopenDay:
      if closed { [.dayReopened(.init(day: day))] } else { throw .dayOpen }
    }
  }

  // MARK: Tickets

  private func issue(
    _ id: Service.ID, _ priority: PriorityGroup.ID?, _ needs: Set<Visit.Need>, _ language: String, _ code: String,
    _ procedure: Procedure.ID?, by actor: Actor, at now: Instant
  ) throws(QueueRejection) -> QueueEvent {
    guard let service = settings.service(id) else { throw .unknownService }
    guard service.active else { throw .serviceClosed }
    if let priority, !settings.offers(priority) { throw .unknownGroup }
    if closed { throw .dayClosed }
    // An officer at the desk may hand out a number at any time; a citizen only while the centre takes them.
    let mayAlways = actor.role == .officer || actor.role == .supervisor || actor.role == .admin
    if !mayAlways, !settings.takesTickets(at: now) { throw .centreClosed }
    let rules = settings.rules.numbering
    let prefix = rules.perService ? service.prefix : ""
    var ordinal = (series[prefix] ?? 0) + 1
    // A prefix that was the emergency block's this morning has numbers in use already.
    while visitOfNumber[prefix + padded(ordinal, rules.width)] != nil { ordinal += 1 }
    let estimate = estimate(for: id, priority: priority != nil, at: now)
    return .ticketIssued(
      .init(
        visit: Visit.ID(lastVisit.rawValue + 1), step: Step.ID(lastStep.rawValue + 1), day: day,
        number: prefix + padded(ordinal, rules.width), series: prefix, ordinal: ordinal, service: id,
        priority: priority, needs: needs.sorted { $0.rawValue < $1.rawValue }, language: language, code: code,
        ahead: estimate.ahead, estimatedSeconds: estimate.seconds, counters: openCounters(for: id),
        procedure: procedure, sameDay: settings.marksSameDay(service, procedure, at: now) ? true : nil))
  }

  private func enterEmergency(
    _ number: String, _ service: Service.ID, _ counter: Counter.ID?, served: Bool, arrivedAt: Instant?,
    code: String, at now: Instant
  ) throws(QueueRejection) -> QueueEvent {
    try checkEmergency(number, service, counter)
    if visitOfNumber[number] != nil { throw .emergencyUsed }
    if let arrivedAt, arrivedAt > now || settings.day(of: arrivedAt) != day { throw .badValue }
    // Who was served is counted also when the day has been closed; to wait it is too late.
    if closed, !served { throw .dayClosed }
    return .ticketIssued(
      .init(
        visit: Visit.ID(lastVisit.rawValue + 1), step: Step.ID(lastStep.rawValue + 1), day: day, number: number,
        service: service, needs: [], language: "vi", code: code, ahead: waiting(for: service), counters: [],
        emergency: .init(
          served: served, counter: counter, officer: counter.flatMap { desk($0).officer }, arrivedAt: arrivedAt)))
  }

  /// Whether this is a number of the block, and service and counter are known.
  func checkEmergency(
    _ number: String, _ service: Service.ID, _ counter: Counter.ID?
  ) throws(QueueRejection) {
    guard settings.service(service) != nil else { throw .unknownService }
    if let counter, settings.counter(counter) == nil { throw .unknownCounter }
    let block = settings.rules.emergency
    guard number.hasPrefix(block.prefix), let ordinal = Int(number.dropFirst(block.prefix.count)),
      ordinal >= 1, ordinal <= block.count, number == block.prefix + padded(ordinal, 3)
    else { throw .emergencyNumber }
  }

  private func cancel(code: String) throws(QueueRejection) -> QueueEvent {
    guard let visit = visit(code: code) else { throw .unknownCode }
    switch visit.standing {
    case .waiting, .noShow: return .cancelled(.init(visit: visit.id, step: visit.step.id))
    case .ended: throw .ticketEnded
    case .called, .serving, .held: throw .notWaiting
    }
  }

  // MARK: Calling

  private func callNext(_ number: Counter.ID, at now: Instant) throws(QueueRejection) -> [QueueEvent] {
    let counter = try known(number)
    try serving(counter)
    let policy = CallingPolicy(settings.rules)
    var events: [QueueEvent] = []
    if current(at: number) != nil {
      guard settings.rules.callNextFinishes else { throw .counterBusy }
      events.append(.finished(try finished(number, copies: nil, next: nil, at: now)))
    }
    guard let pick = policy.next(for: counter, own: counterLines[number], lines: lines, at: now),
      let visit = visits[pick.place.visit]
    else { throw .nobodyWaiting }
    events.append(
      .called(
        .init(
          visit: visit.id, step: visit.step.id, counter: number, officer: desk(number).officer, how: .next,
          reason: pick.reason)))
    return events
  }

  private func call(_ number: Counter.ID, _ ticket: String, at now: Instant) throws(QueueRejection) -> [QueueEvent] {
    try serving(try known(number))
    guard let visit = visit(number: ticket) else { throw .unknownTicket }
    switch visit.standing {
    case .waiting, .noShow: break
    case .ended: throw .ticketEnded
    case .called, .serving, .held: throw .ticketElsewhere
    }
    var events: [QueueEvent] = []
    if current(at: number) != nil {
      guard settings.rules.callNextFinishes else { throw .counterBusy }
      events.append(.finished(try finished(number, copies: nil, next: nil, at: now)))
    }
    events.append(
      .called(
        .init(visit: visit.id, step: visit.step.id, counter: number, officer: desk(number).officer, how: .number)))
    return events
  }

  private func noShow(_ counter: Counter.ID) throws(QueueRejection) -> QueueEvent {
    let event = try atCounter(counter, called: true)
    if visits[event.visit]!.step.recalls < settings.rules.recallsBeforeNoShow { throw .recallFirst }
    return .noShow(event)
  }

  private func resume(_ counter: Counter.ID, _ number: String) throws(QueueRejection) -> QueueEvent {
    try serving(try known(counter))
    guard let visit = visit(number: number) else { throw .unknownTicket }
    guard desk(counter).held.contains(visit.id) else { throw .notHeld }
    if desk(counter).current != nil { throw .counterBusy }
    return .resumed(.init(visit: visit.id, step: visit.step.id, counter: counter))
  }

  // MARK: Moving on

  private func finished(
    _ counter: Counter.ID, copies: Int?, next: Destination?, at now: Instant
  ) throws(QueueRejection) -> QueueEvent.Finished {
    let here = try atCounter(counter)
    let step = visits[here.visit]!.step
    let copies = copies ?? step.copies
    guard (1...999).contains(copies) else { throw .badValue }
    var finished = QueueEvent.Finished(
      visit: here.visit, step: here.step, counter: counter, officer: desk(counter).officer, copies: copies)
    if let next { finished.next = try nextStep(of: here.visit, to: next, from: counter) }
    return finished
  }

  private func transfer(
    _ counter: Counter.ID, to destination: Destination, at now: Instant
  ) throws(QueueRejection) -> QueueEvent {
    let here = try atCounter(counter)
    return .transferred(
      .init(
        visit: here.visit, step: here.step, counter: counter, officer: desk(counter).officer,
        next: try nextStep(of: here.visit, to: destination, from: counter)))
  }

  private func nextStep(
    of id: Visit.ID, to destination: Destination, from counter: Counter.ID
  ) throws(QueueRejection) -> QueueEvent.NextStep {
    let visit = visits[id]!
    var service = destination.service
    if let number = destination.counter {
      guard let target = settings.counter(number), target.active else { throw .unknownCounter }
      let takesIt = target.rank(of: visit.step.service) != nil
      service = service ?? (takesIt ? visit.step.service : target.ranks.first?.first)
    }
    guard let service, let known = settings.service(service) else { throw .unknownService }
    guard known.active else { throw .serviceClosed }
    return .init(
      step: Step.ID(lastStep.rawValue + 1), service: service, counter: destination.counter,
      front: !settings.rules.transferKeepsPlace, since: visit.issuedAt)
  }

  private func returned(
    _ counter: Counter.ID, _ number: String?, at now: Instant
  ) throws(QueueRejection) -> QueueEvent {
    guard let number else {
      let here = try atCounter(counter)
      return .returned(
        .init(visit: here.visit, step: here.step, counter: counter, since: visits[here.visit]!.issuedAt))
    }
    _ = try known(counter)
    guard let visit = visit(number: number) else { throw .unknownTicket }
    guard case .noShow(_, let missed) = visit.standing else {
      throw visit.ended ? .ticketEnded : .notReturnable
    }
    // Back in time: the old place. Too late: a place as of now, but no new number.
    let inTime = now.seconds(since: missed) <= settings.rules.returnMinutes * 60
    return .returned(
      .init(
        visit: visit.id, step: visit.step.id, counter: counter, since: inTime ? visit.issuedAt : now))
  }

  private func cancelled(_ counter: Counter.ID, _ number: String?) throws(QueueRejection) -> QueueEvent {
    guard let number else {
      let here = try atCounter(counter)
      return .cancelled(.init(visit: here.visit, step: here.step, counter: counter))
    }
    _ = try known(counter)
    guard let visit = visit(number: number) else { throw .unknownTicket }
    switch visit.standing {
    case .waiting, .noShow: break
    case .called(let at), .serving(let at), .held(let at, _): if at != counter { throw .ticketElsewhere }
    case .ended: throw .ticketEnded
    }
    return .cancelled(.init(visit: visit.id, step: visit.step.id, counter: counter))
  }

  private func marked(
    _ counter: Counter.ID, _ needs: Set<Visit.Need>?, _ copies: Int?, _ priority: PriorityGroup.ID??
  ) throws(QueueRejection) -> QueueEvent {
    let here = try atCounter(counter)
    let visit = visits[here.visit]!
    // One that was switched off stays with whoever has it.
    if case .some(.some(let group)) = priority, group != visit.priority, !settings.offers(group) { throw .unknownGroup }
    let copies = copies ?? visit.step.copies
    guard (1...999).contains(copies) else { throw .badValue }
    return .marked(
      .init(
        visit: visit.id, counter: counter, needs: (needs ?? visit.needs).sorted { $0.rawValue < $1.rawValue },
        copies: copies, priority: priority ?? visit.priority))
  }

  // MARK: Counters

  private func open(
    _ number: Counter.ID, _ officer: Officer.ID, takeOver: Bool
  ) throws(QueueRejection) -> [QueueEvent] {
    let counter = try known(number)
    guard counter.active else { throw .unknownCounter }
    if closed { throw .dayClosed }
    let here = desk(number)
    if here.isOpen, here.officer == officer { return [.counterOpened(.init(counter: number, officer: officer))] }
    if !here.isClosed, here.officer != officer, !takeOver { throw .counterOpen }
    var events: [QueueEvent] = []
    for (other, desk) in desks.sorted(by: { $0.key < $1.key }) where other != number && desk.officer == officer {
      guard takeOver else { throw .officerElsewhere }
      if desk.current != nil || !desk.held.isEmpty { throw .counterBusy }
      events.append(.counterClosed(.init(counter: other, why: "moved")))
    }
    return events + [.counterOpened(.init(counter: number, officer: officer))]
  }

  private func close(_ number: Counter.ID, _ why: String) throws(QueueRejection) -> QueueEvent {
    let counter = try known(number)
    if desk(number).isClosed { throw .counterClosed }
    if desk(number).current != nil || !desk(number).held.isEmpty { throw .counterBusy }
    return .counterClosed(.init(counter: counter.number, why: why))
  }

  private func undo(_ number: Counter.ID, at now: Instant) throws(QueueRejection) -> QueueEvent {
    _ = try known(number)
    guard let action = desk(number).lastAction else { throw .nothingToUndo }
    guard now.milliseconds - action.at.milliseconds <= Int64(settings.rules.undoSeconds) * 1000 else {
      throw .undoTooLate
    }
    for (id, version) in action.versions where visits[id]?.version != version { throw .undoOvertaken }
    // Somebody else sits here now, or the one who sat here sits elsewhere.
    let officer = action.desk.officer
    if let present = desk(number).officer, present != officer { throw .undoOvertaken }
    if let officer, desks.contains(where: { $0.key != number && $0.value.officer == officer }) { throw .undoOvertaken }
    return .undone(.init(counter: number))
  }

  // MARK: The day

  private func dayClosed(_ reason: String) throws(QueueRejection) -> QueueEvent {
    if closed { throw .dayClosed }
    var event = QueueEvent.DayClosed(day: day, reason: reason, unserved: [], unfinished: [], noShows: [])
    for visit in visits.values {
      switch visit.standing {
      case .waiting: event.unserved.append(visit.id)
      case .called, .serving, .held: event.unfinished.append(visit.id)
      case .noShow: event.noShows.append(visit.id)
      case .ended: break
      }
    }
    event.unserved.sort()
    event.unfinished.sort()
    event.noShows.sort()
    return .dayClosed(event)
  }

  // MARK: Guards

  private func known(_ number: Counter.ID) throws(QueueRejection) -> Counter {
    guard let counter = settings.counter(number) else { throw .unknownCounter }
    return counter
  }

  /// Refuses a counter that is not open for business.
  private func serving(_ counter: Counter) throws(QueueRejection) {
    switch desk(counter.number).state {
    case .open: return
    case .closed: throw .counterClosed
    case .paused: throw .counterPaused
    }
  }

  /// An open counter with nobody at it.
  private func idle(_ number: Counter.ID) throws(QueueRejection) -> Counter {
    let counter = try known(number)
    if desk(number).isClosed { throw .counterClosed }
    if desk(number).current != nil { throw .counterBusy }
    return counter
  }

  /// The visit at this counter. `called`: refuses one whose service has started.
  private func atCounter(_ number: Counter.ID, called: Bool = false) throws(QueueRejection) -> QueueEvent.AtCounter {
    _ = try known(number)
    guard let visit = current(at: number) else {
      throw desk(number).isClosed ? .counterClosed : .nothingCalled
    }
    if called, case .serving = visit.standing { throw .alreadyServing }
    return .init(visit: visit.id, step: visit.step.id, counter: number)
  }
}
