/// What becomes of a dossier.
extension CaseworkSimulation {
  mutating func plan(after command: DossierCommand, _ dossier: Dossier, at now: Instant) {
    let by = officer()
    func later(_ command: DossierCommand, _ at: Instant) { add(at, .dossier(command, by)) }
    switch command {
    case .register:
      let at = self.later(by: 0, than: now.adding(seconds: 600))
      later(chance.happens(habits.refused) ? .refuse(dossier.id, reason: reason(.refuse)) : .accept(dossier.id), at)
    case .receive, .accept:
      if dossier.code.isProvisional {
        // The real code stands on the slip that the province prints once it is back.
        let real = DossierCode("000.00.01.H17-\(dossier.code.text.dropFirst(DossierCode.provisionalPrefix.count))-B")
        if let real { later(.replaceCode(dossier.id, with: real), self.later(by: 1, than: now)) }
      }
      if dossier.state == .handedOver { letter(dossier, at: now) } else { begin(dossier, at: now) }
    case .supply, .paid, .resume: finish(dossier, at: now)
    case .askSupplement:
      let never = chance.happens(habits.neverSupplied)
      later(
        never ? .returnDossier(dossier.id, reason: reason(.return)) : .supply(dossier.id),
        self.later(by: never ? 10 : chance.whole(1...5), than: now))
    case .askPayment: later(.paid(dossier.id), self.later(by: chance.whole(0...2), than: now))
    case .stop: later(.resume(dossier.id), self.later(by: chance.whole(2...6), than: now))
    case .finish:
      if dossier.sameDay?.day == LocalDay(now, in: rules.calendar.zone) {
        later(.handOver(dossier.id), now.adding(seconds: chance.whole(30...240)))
      } else if chance.happens(habits.collected) {
        later(.handOver(dossier.id), self.later(by: chance.whole(0...3), than: now))
      }
    case .handOver: letter(dossier, at: now)
    case .reappoint: moved(dossier, at: now)
    default: break
    }
  }

  private mutating func letter(_ dossier: Dossier, at now: Instant) {
    guard let kind = rules.letters[dossier.procedure], chance.happens(habits.letter) else { return }
    add(now.adding(seconds: 60), .letter(kind, dossier.id, officer()))
  }

  /// A new dossier: on its way, or one of the few with something in between.
  private mutating func begin(_ dossier: Dossier, at now: Instant) {
    let id = dossier.id
    if case .promised(let day) = dossier.sameDay { return promised(dossier, on: day, at: now) }
    let roll = chance.share()
    var edge = 0.0
    func within(_ share: Double) -> Bool {
      edge += share
      return roll < edge
    }
    let soon = later(by: 0, than: now.adding(seconds: 300))
    let command: DossierCommand? =
      if within(habits.supplement) {
        .askSupplement(id, reason: reason(.supplement))
      } else if within(habits.returned) {
        .returnDossier(id, reason: reason(.return))
      } else if within(habits.withdrawn) {
        .withdraw(id)
      } else if within(habits.stopped) {
        .stop(id, reason: reason(.stop))
      } else if within(habits.payment) { .askPayment(id) } else { nil }
    if let command { return add(soon, .dossier(command, officer())) }
    add(soon, .dossier(.pass(id), officer()))
    finish(dossier, at: soon)
  }

  /// In the citizen's hand before closing, or with a reason why not.
  private mutating func promised(_ dossier: Dossier, on day: LocalDay, at now: Instant) {
    let closing = rules.calendar.closing(of: day) ?? now
    guard chance.happens(habits.sameDayKept) else {
      add(later(by: 1, than: now), .dossier(.finish(dossier.id), officer()))
      if chance.happens(habits.explained) {
        let why = DossierCommand.explainSameDay(dossier.id, reason: reason(.sameDay))
        add(closing.adding(seconds: 300), .dossier(why, officer()))
      }
      return
    }
    let at = now.adding(seconds: chance.whole(300...3600))
    add(max(now, min(at, closing.adding(seconds: -300))), .dossier(.finish(dossier.id), officer()))
  }

  /// Ready in time, or late in one of the ways it happens.
  private mutating func finish(_ dossier: Dossier, at now: Instant) {
    let (id, zone) = (dossier.id, rules.calendar.zone)
    guard let due = dossier.due else {
      return add(later(by: chance.whole(0...3), than: now), .dossier(.finish(id), officer()))
    }
    guard chance.happens(habits.late) else {
      let days = max(0, rules.calendar.workingDays(from: LocalDay(now, in: zone), to: due.day))
      var at = later(by: chance.whole(0...days), than: now)
      // Received late on the last day: it is done that day, after hours.
      if LocalDay(at, in: zone) > due.day { at = max(now.adding(seconds: 60), due.at.adding(seconds: -60)) }
      return add(at, .dossier(.finish(id), officer()))
    }
    let dueDay = due.day.start(in: zone)
    switch chance.share() {
    case ..<0.4:
      // Told the day before, with a new date.
      let eve = rules.calendar.workingDay(before: due.day) ?? due.day
      let at = later(by: 0, than: max(now, eve.start(in: zone)))
      var to = due.day
      for _ in 0..<chance.whole(2...5) { to = rules.calendar.workingDay(after: to) ?? to.adding(days: 1) }
      add(at, .dossier(.reappoint(id, to: to, reason: reason(.late)), officer()))
      if chance.happens(habits.apologised) { add(at.adding(seconds: 120), .letter(.apology, id, officer())) }
    case ..<0.85:
      let at = later(by: chance.whole(1...4), than: max(now, dueDay))
      add(at, .dossier(.finish(id), officer()))
      if chance.happens(habits.apologised) { add(at.adding(seconds: 120), .letter(.apology, id, officer())) }
    default:
      // Never: it stays overdue.
      if chance.happens(habits.apologised) {
        add(later(by: 1, than: max(now, dueDay)), .letter(.apology, id, officer()))
      }
    }
  }

  /// After the one re-appointment the law allows.
  private mutating func moved(_ dossier: Dossier, at now: Instant) {
    guard let due = dossier.due else { return }
    if chance.happens(0.7) {
      let days = max(0, rules.calendar.workingDays(from: LocalDay(now, in: rules.calendar.zone), to: due.day))
      let at = min(later(by: chance.whole(0...days), than: now), due.at.adding(seconds: -60))
      return add(max(at, now.adding(seconds: 300)), .dossier(.finish(dossier.id), officer()))
    }
    let at = later(by: 1, than: max(now, due.at))
    add(at.adding(seconds: 1), .dossier(.finish(dossier.id), officer()))
    // The province moved it a second time: nobody here may, and it is counted.
    if chance.happens(0.8) {
      let next = rules.calendar.workingDay(after: due.day) ?? due.day.adding(days: 1)
      add(at, .dossier(.recordReappointment(dossier.id, to: next, reason: reason(.late)), officer()))
    }
  }
}
