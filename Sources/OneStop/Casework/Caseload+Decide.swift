extension Caseload {
  /// What a command leads to, or why it is refused. Pure: the caller appends the events to the journal and applies them.
  public func decide(
    _ command: DossierCommand, by actor: Actor, at now: Instant
  ) throws(DossierRejection) -> [DossierEvent] {
    switch command {
    case .receive(let receipt): try receive(receipt, at: now)
    case .register(let code, let procedure): [try register(code, procedure)]
    case .accept(let id, let clockStart, let due): [try accept(id, clockStart, due, at: now)]
    case .refuse(let id, let reason): [try move(id, to: .refused, from: [.registered], reason: reason)]
    case .pass(let id): [try move(id, to: .processing, from: [.received])]
    case .askSupplement(let id, let reason): [try askSupplement(id, reason)]
    case .supply(let id): [try resume(id, from: .awaitingSupplement, at: now)]
    case .askPayment(let id): [try pause(id, to: .awaitingPayment, reason: nil)]
    case .paid(let id): [try resume(id, from: .awaitingPayment, at: now)]
    case .stop(let id, let reason): [try pause(id, to: .stopped, reason: try word(reason))]
    case .resume(let id): [try resume(id, from: .stopped, at: now)]
    case .settleDue(let id): [try settle(id)]
    case .returnDossier(let id, let reason):
      [
        try move(
          id, to: .returned, from: [.received, .processing, .awaitingSupplement, .awaitingPayment, .stopped],
          reason: reason)
      ]
    case .withdraw(let id):
      [
        try move(
          id, to: .withdrawn,
          from: [.registered, .received, .processing, .awaitingSupplement, .awaitingPayment, .stopped])
      ]
    case .finish(let id): [try move(id, to: .finished, from: [.received, .processing])]
    case .handOver(let id): [try move(id, to: .handedOver, from: [.finished])]
    case .reappoint(let id, let day, let reason): [try reappoint(id, day, reason, at: now)]
    case .recordReappointment(let id, let day, let reason): [try recordReappointment(id, day, reason, at: now)]
    case .recordApology(let id, let number): [try apology(id, number)]
    case .replaceCode(let id, let code): [try replaceCode(id, code)]
    case .explainSameDay(let id, let reason):
      switch try known(id).sameDayStanding(at: now, rules.sameDay, rules.calendar) {
      case .running, .escalated, .ready, .broken: [.sameDayExplained(.init(dossier: id, reason: try word(reason)))]
      case .kept, .apart, nil: throw .noSameDayPromise
      }
    case .annul(let id, let reason):
      [
        try move(
          id, to: .annulled,
          from: [.registered, .received, .processing, .awaitingSupplement, .awaitingPayment, .stopped, .finished],
          reason: reason)
      ]
    }
  }

  // MARK: Receipt

  private func receive(_ receipt: DossierCommand.Receipt, at now: Instant) throws(DossierRejection) -> [DossierEvent] {
    guard (1...99).contains(receipt.copies), receipt.copies == 1 || receipt.code == nil else { throw .badCopies }
    if let code = receipt.code { try free(code) }
    let today = LocalDay(now, in: rules.calendar.zone)
    var ordinal = provisionalDay == today ? provisionalOrdinal : 0
    var next = lastID.rawValue
    var events: [DossierEvent] = []
    for _ in 0..<receipt.copies {
      next += 1
      var code = receipt.code
      var place: Int?
      if code == nil {
        repeat { ordinal += 1 } while dossierOfCode[.provisional(today, ordinal)] != nil
        code = .provisional(today, ordinal)
        place = ordinal
      }
      let id = Dossier.ID(next)
      events.append(.received(try received(id, code!, place, receipt, at: now)))
      if receipt.atOnce {
        events.append(.moved(.init(dossier: id, to: .finished)))
        events.append(.moved(.init(dossier: id, to: .handedOver)))
      }
    }
    return events
  }

  /// Days from the receipt to the start of its clock: papers that lay in the box over a long holiday, or that go to
  /// another office first. Further away is a slip of typing; no law sets the number.
  static let startDays = -60...30

  /// No promise reaches further: the longest limit of a commune's procedure is a few weeks, and a year written wrong is the
  /// commonest slip of typing. No law sets the number.
  static let farthestDays = 366

  private func received(
    _ id: Dossier.ID, _ code: DossierCode, _ ordinal: Int?, _ receipt: DossierCommand.Receipt, at now: Instant
  ) throws(DossierRejection) -> DossierEvent.Received {
    guard let procedure = rules.procedures[receipt.procedure] else { throw .unknownProcedure }
    let start = receipt.clockStart ?? now
    let days = LocalDay(start, in: rules.calendar.zone).number - LocalDay(now, in: rules.calendar.zone).number
    guard Self.startDays.contains(days) else { throw .badStart }
    let rule = rules.rule(procedure.rule)
    let limit = receipt.verification ? procedure.limitWithVerification ?? procedure.limit : procedure.limit
    var event = DossierEvent.Received(
      dossier: id, code: code, ordinal: ordinal, procedure: procedure.id, channel: receipt.channel,
      digitised: receipt.digitised, vneid: receipt.vneid, visit: receipt.visit, counter: receipt.counter,
      officer: receipt.officer, clockStart: start, limit: limit, rule: rule.id, due: nil, dueFrom: .none,
      sameDay: rules.sameDay.mark(procedure.id, at: now, rules.calendar))
    (event.due, event.dueFrom) = try due(limit, start, rule, receipt.due, at: now)
    return event
  }

  private func due(
    _ limit: TimeLimit?, _ start: Instant, _ rule: DueRule, _ promised: DossierCommand.PromisedDay?, at now: Instant
  ) throws(DossierRejection) -> (Due?, Dossier.DueSource) {
    let dates = DueDate(rules.calendar)
    if let promised {
      let first = LocalDay(start, in: rules.calendar.zone)
      guard (first...first.adding(days: Self.farthestDays)).contains(promised.day), promised.source != .none else {
        throw .badPromise
      }
      return (dates.promised(promised.day), promised.source)
    }
    guard let limit else { return (nil, .none) }
    guard let due = dates.due(limit, from: start, rule: rule) else { throw .noCalendar }
    return (due, .counted)
  }

  private func register(_ code: DossierCode, _ procedure: Procedure.ID) throws(DossierRejection) -> DossierEvent {
    guard rules.procedures[procedure] != nil else { throw .unknownProcedure }
    try free(code)
    return .registered(.init(dossier: Dossier.ID(lastID.rawValue + 1), code: code, procedure: procedure))
  }

  private func accept(
    _ id: Dossier.ID, _ clockStart: Instant?, _ due: DossierCommand.PromisedDay?, at now: Instant
  ) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard dossier.state == .registered else { throw .notNow }
    var receipt = DossierCommand.Receipt(
      procedure: dossier.procedure, channel: .online, clockStart: clockStart, due: due)
    receipt.digitised = dossier.digitised
    return .received(try received(id, dossier.code, nil, receipt, at: now))
  }

  // MARK: On the way

  private func askSupplement(_ id: Dossier.ID, _ reason: String) throws(DossierRejection) -> DossierEvent {
    // Once and completely: Decree 61/2018, article 15(3).
    if try known(id).supplements > 0 { throw .alreadySupplemented }
    return try pause(id, to: .awaitingSupplement, reason: try word(reason))
  }

  private func pause(_ id: Dossier.ID, to state: Dossier.State, reason: String?) throws(DossierRejection)
    -> DossierEvent
  {
    guard try known(id).state.isRunning else { throw .notNow }
    return .paused(.init(dossier: id, to: state, reason: reason))
  }

  private func resume(
    _ id: Dossier.ID, from state: Dossier.State, at now: Instant
  ) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard dossier.state == state else { throw .notNow }
    return .resumed(.init(dossier: id, due: dueAfterPause(dossier, at: now)))
  }

  /// The date after the pause that ends now. A date that was counted is counted anew; one that somebody fixed moves by the
  /// working days waited. Never earlier than before: the citizen has that one on paper.
  private func dueAfterPause(_ dossier: Dossier, at now: Instant) -> Due? {
    guard let due = dossier.due else { return nil }
    let dates = DueDate(rules.calendar)
    var moved: Due?
    if dossier.dueFrom == .counted, dossier.reappointments.isEmpty, let limit = dossier.limit {
      moved = dates.due(
        limit, from: dossier.clockStart, rule: rules.rule(dossier.rule), pauses: dossier.pauses, now: now)
    } else if let pause = dossier.pauses.last {
      moved = dates.due(due, movedBy: pause, now: now)
    }
    return moved.map { $0.at < due.at ? due : $0 } ?? due
  }

  private func settle(_ id: Dossier.ID) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard let due = dossier.due else { throw .noDueDate }
    guard due.provisional, dossier.state.isRunning else { throw .notNow }
    var settled = due
    if dossier.dueFrom == .counted, dossier.reappointments.isEmpty, let limit = dossier.limit {
      guard
        let counted = DueDate(rules.calendar).due(
          limit, from: dossier.clockStart, rule: rules.rule(dossier.rule), pauses: dossier.pauses)
      else { throw .noCalendar }
      settled = counted
    } else {
      settled.provisional = !rules.calendar.knows(due.day)
    }
    if settled.provisional { throw .notNow }
    return .dueSettled(.init(dossier: id, due: settled))
  }

  private func move(
    _ id: Dossier.ID, to state: Dossier.State, from allowed: Set<Dossier.State>, reason: String? = nil
  ) throws(DossierRejection) -> DossierEvent {
    guard allowed.contains(try known(id).state) else { throw .notNow }
    var checked: String?
    if let reason { checked = try word(reason) }
    return .moved(.init(dossier: id, to: state, reason: checked))
  }

  // MARK: Late

  private func reappoint(
    _ id: Dossier.ID, _ day: LocalDay, _ reason: String, at now: Instant
  ) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard dossier.state.isOpen else { throw .notNow }
    guard let due = dossier.due else { throw .noDueDate }
    // Not more than once: Decree 61/2018, article 19(9).
    guard dossier.reappointments.isEmpty else { throw .alreadyReappointed }
    let today = LocalDay(now, in: rules.calendar.zone)
    guard day > max(due.day, today), isNear(day, due, today), rules.calendar.isWorking(day) else { throw .badDate }
    return .reappointed(
      .init(dossier: id, due: DueDate(rules.calendar).chosen(day), reason: try word(reason), elsewhere: false))
  }

  private func recordReappointment(
    _ id: Dossier.ID, _ day: LocalDay, _ reason: String, at now: Instant
  ) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard dossier.state != .registered, dossier.state != .annulled else { throw .notNow }
    guard let due = dossier.due else { throw .noDueDate }
    guard day > due.day, isNear(day, due, LocalDay(now, in: rules.calendar.zone)) else { throw .badDate }
    return .reappointed(
      .init(dossier: id, due: DueDate(rules.calendar).promised(day), reason: try word(reason), elsewhere: true))
  }

  private func isNear(_ day: LocalDay, _ due: Due, _ today: LocalDay) -> Bool {
    day <= max(due.day, today).adding(days: Self.farthestDays)
  }

  private func apology(_ id: Dossier.ID, _ number: String) throws(DossierRejection) -> DossierEvent {
    let dossier = try known(id)
    guard dossier.state != .registered, dossier.state != .annulled else { throw .notNow }
    guard dossier.due != nil else { throw .noDueDate }
    guard (1...40).contains(number.count) else { throw .badReason }
    return .apologised(.init(dossier: id, number: number))
  }

  private func replaceCode(_ id: Dossier.ID, _ code: DossierCode) throws(DossierRejection) -> DossierEvent {
    guard try known(id).code.isProvisional else { throw .codeKnown }
    try free(code)
    return .codeReplaced(.init(dossier: id, code: code))
  }

  // MARK: Checks

  private func known(_ id: Dossier.ID) throws(DossierRejection) -> Dossier {
    guard let dossier = dossiers[id] else { throw .unknownDossier }
    return dossier
  }

  /// A code that may be given to a dossier: nobody has it, and it isn't one of our own.
  private func free(_ code: DossierCode) throws(DossierRejection) {
    if code.isProvisional { throw .badCode }
    if dossierOfCode[code] != nil { throw .codeTaken }
  }

  /// A word of the centre's list of reasons.
  private func word(_ reason: String) throws(DossierRejection) -> String {
    guard (1...40).contains(reason.utf8.count),
      reason.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }),
      rules.reasons.isEmpty || rules.reasons.contains(where: { $0.id == reason })
    else { throw .badReason }
    return reason
  }
}
