/// Requests to be visited at home, and what becomes of them.
extension CaseworkSimulation {
  /// Draws from a stream of its own, so that the same seed makes the same dossiers with visits and without.
  private mutating func apart(_ draw: (inout Self) -> Void) {
    swap(&chance, &homeChance)
    draw(&self)
    swap(&chance, &homeChance)
  }

  /// Calls and visits at the counter of one day. `share`: of a full working day.
  mutating func askForVisits(on day: LocalDay, _ hours: [Span], after opening: Instant, share: Double) {
    // Each of so many people asks with the same small chance, so that days differ as they do.
    let people = 12
    apart { it in
      for _ in 0..<people where it.chance.happens(it.habits.homeVisitsPerDay * share / Double(people)) {
        guard let at = it.moment(on: day, hours, after: opening), let group = it.homeGroup() else { continue }
        let by: HomeVisit.AskedBy = it.chance.happens(0.7) ? .phone : .counter
        let procedure = it.chance.happens(0.8) ? it.homeProcedure() : nil
        it.add(at, .home(.ask(group, by: by, procedure: procedure), it.officer()))
      }
    }
  }

  /// The sick and the frail stand last in the list and ask most often.
  private mutating func homeGroup() -> HomeGroup.ID? {
    let groups = homeGroups
    return groups.isEmpty ? nil : groups[Int(chance.share().squareRoot() * Double(groups.count))]
  }

  /// A signature, a copy or a will at the bedside, the paper of a disability; where the centre has none of them, anything.
  private mutating func homeProcedure() -> Procedure.ID? {
    let known = Self.atHome.filter { rules.procedures[$0] != nil }
    return known.isEmpty ? anyProcedure() : known[chance.whole(0...known.count - 1)]
  }

  private static let atHome: [Procedure.ID] = [
    "2.000884", "2.000815", "2.001019", "2.001035", "2.000635", "1.001699", "1.001653",
  ]

  mutating func plan(after command: HomeVisitCommand, _ visit: HomeVisit, at now: Instant) {
    apart { it in
      switch command {
      case .ask: it.planned(visit, at: now)
      case .schedule: visit.state == .visited ? it.bring(visit, at: now) : it.go(visit, at: now)
      case .visit: it.schedule(visit, in: 1...5, at: it.later(by: 0, than: now))
      case .giveBack, .cancel, .correct: break
      }
    }
  }

  private mutating func planned(_ visit: HomeVisit, at now: Instant) {
    switch chance.share() {
    case ..<0.03:
      let taker = Actor(visit.taker, .officer, terminal: "desk")
      add(now.adding(seconds: chance.whole(60...600)), .home(.cancel(visit.id, .mistake), taker))
    case ..<0.06:
      add(later(by: chance.whole(0...1), than: now), .home(.cancel(visit.id, .notEntitled), boss))
    case ..<(0.06 + habits.homeUnplanned): break
    // Left lying for a week.
    case ..<(0.14 + habits.homeUnplanned): schedule(visit, in: 1...3, at: later(by: chance.whole(4...6), than: now))
    default: schedule(visit, in: 1...4, at: later(by: chance.whole(0...1), than: now))
    }
  }

  /// At that moment somebody says who goes, so many working days later.
  private mutating func schedule(_ visit: HomeVisit, in days: ClosedRange<Int>, at moment: Instant) {
    var day = LocalDay(moment, in: rules.calendar.zone)
    for _ in 0..<chance.whole(days) { day = rules.calendar.workingDay(after: day) ?? day.adding(days: 1) }
    let officer = Officer.ID(officer().name)
    add(moment, .home(.schedule(visit.id, on: day, officer: officer), boss))
  }

  /// The way to the citizen.
  private mutating func go(_ visit: HomeVisit, at now: Instant) {
    guard let (by, at) = way(visit, at: now) else { return }
    let id = visit.id
    switch chance.share() {
    case ..<0.03: add(at, .home(.cancel(id, .came), by))
    case ..<0.05: add(at, .home(.cancel(id, .notNeeded), by))
    case ..<0.06: add(at, .home(.cancel(id, .notFound), by))
    // Nobody was at home.
    case ..<0.14: schedule(visit, in: 1...3, at: at)
    default: arrive(at, by, chance.happens(0.3) ? .giveBack(id) : .visit(id))
    }
  }

  /// The way with the result.
  private mutating func bring(_ visit: HomeVisit, at now: Instant) {
    guard let (by, at) = way(visit, at: now) else { return }
    if chance.happens(0.04) { return add(at, .home(.cancel(visit.id, .noResult), by)) }
    arrive(at, by, .giveBack(visit.id))
  }

  /// Who goes, and a moment of the planned day.
  private mutating func way(_ visit: HomeVisit, at now: Instant) -> (by: Actor, at: Instant)? {
    guard let day = visit.day, let officer = visit.officer else { return nil }
    let at = later(by: 0, than: max(now, day.start(in: rules.calendar.zone)))
    return (Actor(officer.rawValue, .officer, terminal: "desk"), at)
  }

  /// At that moment, some days later, or never.
  private mutating func arrive(_ planned: Instant, _ by: Actor, _ command: HomeVisitCommand) {
    guard chance.happens(habits.homeLate) else { return add(planned, .home(command, by)) }
    guard chance.happens(0.8) else { return }
    add(later(by: chance.whole(1...5), than: planned), .home(command, by))
  }
}
