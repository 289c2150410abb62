import OneStop
import Testing

/// A day in which people press whatever comes to their mind: same seed, same day.
struct RandomDay {
  var stage: Stage
  private var chance: Chance
  private(set) var accepted: [String: Int] = [:]
  private(set) var refused: [QueueRejection: Int] = [:]
  /// The command that was just accepted and its events.
  private(set) var last: (command: QueueCommand, events: [QueueEvent])?
  private var serial = 0
  private var lastCounter: Counter.ID = 1

  init(seed: UInt64) {
    var chance = Chance(seed: seed)
    stage = Stage { settings in
      settings.rules.priorityInRow = chance.whole(1...4)
      settings.rules.overdueMinutes = [0, 5, 15, 30][chance.whole(0...3)]
      settings.rules.recallsBeforeNoShow = chance.whole(0...2)
      settings.rules.callNextFinishes = chance.happens(0.8)
      settings.rules.transferKeepsPlace = chance.happens(0.6)
      settings.rules.numbering.perService = chance.happens(0.8)
      settings.rules.numbering.width = chance.whole(1...3)
      settings.rules.undoSeconds = [0, 10, 60][chance.whole(0...2)]
    }
    self.chance = chance
  }

  mutating func step() {
    last = nil
    if chance.happens(0.5) { stage.pass(chance.whole(0...90)) } else { stage.now = stage.now.adding(milliseconds: 7) }
    let command = draw()
    do {
      let events = try stage.run(command)
      last = (command, events)
      if case .called(let call) = events.last { lastCounter = call.counter }
      if case .finished(let finished) = events.last { lastCounter = finished.counter }
      if case .transferred(let moved) = events.last { lastCounter = moved.counter }
      accepted[String("\(command)".prefix { $0 != "(" }), default: 0] += 1
    } catch {
      refused[error, default: 0] += 1
    }
  }

  private mutating func draw() -> QueueCommand {
    let counter = Counter.ID([1, 2, 3, 4, 4, 3, 2, 1, 9, 7][chance.whole(0...9)])
    let service = Service.ID(["a", "a", "b", "c", "k", "x", "zz"][chance.whole(0...6)])
    serial += 1
    let visits = stage.hall.visits
    let some = visits.isEmpty ? nil : visits[Visit.ID(chance.whole(1...visits.count))]
    let number = some?.number ?? "A001"
    let group: PriorityGroup.ID? = chance.happens(0.4) ? (chance.happens(0.9) ? "elderly" : "king") : nil
    let destination =
      chance.happens(0.7)
      ? Destination(service: service) : Destination(counter: counter, service: chance.happens(0.3) ? service : nil)
    switch chance.whole(0...99) {
    case 0..<24: return .issue(service, priority: group, code: "code-\(serial)")
    case 24..<46: return .callNext(counter)
    case 46..<49: return .call(counter, number: number)
    case 49..<53: return .recall(counter)
    case 53..<56: return .start(counter)
    case 56..<62:
      return .finish(
        counter, copies: chance.happens(0.2) ? chance.whole(0...12) : nil, next: chance.happens(0.4) ? destination : nil
      )
    case 62..<66: return .noShow(counter)
    case 66..<69: return .hold(counter)
    case 69..<73:
      return .resume(counter, number: stage.hall.desk(counter).held.first.flatMap { visits[$0]?.number } ?? number)
    case 73..<77: return .transfer(counter, to: destination)
    case 77..<80: return .returnToQueue(counter, number: chance.happens(0.6) ? number : nil)
    case 80..<82: return .cancelAtCounter(counter, number: chance.happens(0.5) ? number : nil)
    case 82..<84: return .mark(counter, copies: 2, priority: chance.happens(0.5) ? .some(group) : nil)
    case 84..<90: return .open(counter, Officer.ID("cb0\(chance.whole(1...5))"), takeOver: chance.happens(0.4))
    case 90..<91: return .pause(counter, reason: "r\(chance.whole(1...2))")
    case 91..<92: return .close(counter)
    case 92..<96: return .undo(chance.happens(0.8) ? lastCounter : counter)
    case 96..<97: return .cancel(code: some?.code ?? "none")
    case 97..<98:
      return .enterEmergency(
        number: "P" + padded(chance.whole(1...210), 3), service: service, counter: chance.happens(0.5) ? counter : nil,
        served: chance.happens(0.5),
        arrivedAt: chance.happens(0.5) ? stage.now.adding(seconds: -chance.whole(0...1200)) : nil,
        code: "code-\(serial)")
    case 98..<99: return chance.happens(0.5) ? .askHelp(counter) : .answerHelp(counter)
    default: return chance.happens(0.12) ? .closeDay(reason: "t") : .reopenDay
    }
  }
}

/// Keeps its own books from the events alone, written without a look at the policy: who waits where in which order,
/// and whom the fairness rule allows to be called next.
struct Auditor {
  struct Waiting: Equatable {
    var visit: Visit.ID
    var since: Instant
    var front: Bool
    var priority: Bool
  }
  enum Place: Hashable {
    case service(Service.ID)
    case counter(Counter.ID)
  }
  /// A choice of the policy: the place it called from, and whom.
  struct Choice: Equatable {
    var place: Place
    var visit: Visit.ID
    var priority: Bool
  }
  private struct Known {
    var priority: Bool
    var service: Service.ID
    var waits: Place?
    var entry: Waiting?
  }
  private struct Memory {
    var known: [Visit.ID: Known] = [:]
    var choices: [Choice] = []
    var finished: [Step.ID] = []
  }

  let rules: Rules
  private(set) var waiting: [Place: [Waiting]] = [:]
  private(set) var choices: [Choice] = []
  private(set) var faults: [String] = []
  private(set) var fairCalls = 0
  private var known: [Visit.ID: Known] = [:]
  private var memory: [Counter.ID: Memory] = [:]
  private var closing: (waiting: [Place: [Waiting]], known: [Visit.ID: Known])?
  private var steps: Set<Step.ID> = []
  private var finished: Set<Step.ID> = []
  private var numbers: Set<String> = []

  init(_ rules: Rules) { self.rules = rules }

  /// The events of one command.
  mutating func read(_ events: [QueueEvent], at now: Instant) {
    var kept: (counter: Counter.ID, memory: Memory)?
    for event in events {
      if let (counter, visit) = Self.action(event) {
        if kept == nil { kept = (counter, Memory()) }
        if let visit, kept!.memory.known[visit] == nil { kept!.memory.known[visit] = known[visit] }
      }
      book(event, at: now, &kept)
    }
    if let kept { memory[kept.counter] = kept.memory }
  }

  private mutating func book(_ event: QueueEvent, at now: Instant, _ kept: inout (counter: Counter.ID, memory: Memory)?)
  {
    switch event {
    case .ticketIssued(let e):
      if !numbers.insert(e.number).inserted { faults.append("number \(e.number) was given twice") }
      if known[e.visit] != nil { faults.append("visit \(e.visit) was used twice") }
      new(e.step)
      known[e.visit] = Known(priority: e.priority != nil, service: e.service)
      if e.emergency?.served == true {
        finished.insert(e.step)
      } else {
        join(e.visit, .service(e.service), e.emergency?.arrivedAt ?? now, false)
      }
    case .called(let e):
      if finished.contains(e.step) { faults.append("step \(e.step) is called after it was done") }
      if let place = known[e.visit]?.waits {
        if e.how == .next {
          judge(e.visit, place, at: now)
          let choice = Choice(place: place, visit: e.visit, priority: known[e.visit]!.priority)
          choices.append(choice)
          kept?.memory.choices.append(choice)
        }
        leave(e.visit)
      } else if e.how == .next {
        faults.append("visit \(e.visit) was called next without waiting")
      }
    case .finished(let e):
      if !finished.insert(e.step).inserted { faults.append("step \(e.step) was served twice") }
      kept?.memory.finished.append(e.step)
      if let next = e.next { go(e.visit, next) }
    case .transferred(let e): go(e.visit, e.next)
    case .returned(let e): join(e.visit, .service(known[e.visit]!.service), e.since, false)
    case .cancelled(let e): leave(e.visit)
    case .marked(let e): known[e.visit]!.priority = e.priority != nil
    case .undone(let e):
      guard let back = memory[e.counter] else { return faults.append("undone without an action") }
      for (visit, before) in back.known {
        leave(visit)
        known[visit] = before
        if let place = before.waits, let entry = before.entry { join(visit, place, entry.since, entry.front) }
      }
      for choice in back.choices { if let i = choices.lastIndex(of: choice) { choices.remove(at: i) } }
      for step in back.finished { finished.remove(step) }
      memory[e.counter] = nil
    case .counterClosed(let e):
      for entry in waiting[.counter(e.counter)] ?? [] {
        if e.why == "officer" { kept?.memory.known[entry.visit] = known[entry.visit] }
        leave(entry.visit)
        join(entry.visit, .service(known[entry.visit]!.service), entry.since, entry.front)
      }
    case .dayClosed:
      closing = (waiting, known)
      waiting = [:]
      memory = [:]
      for visit in known.keys { known[visit]!.waits = nil }
    case .dayReopened:
      // Whoever waited waits again; numbers entered meanwhile are done.
      guard let before = closing else { return faults.append("reopened without a closing") }
      waiting = before.waiting
      known.merge(before.known) { $1 }
      closing = nil
    case .recalled, .started, .noShow, .held, .resumed, .counterOpened, .counterPaused, .helpAsked, .helpAnswered:
      break
    }
  }

  private mutating func new(_ step: Step.ID) {
    if !steps.insert(step).inserted { faults.append("step \(step) was used twice") }
  }

  private mutating func go(_ visit: Visit.ID, _ next: QueueEvent.NextStep) {
    new(next.step)
    known[visit]!.service = next.service
    join(visit, next.counter.map { .counter($0) } ?? .service(next.service), next.since, next.front)
  }

  private mutating func join(_ visit: Visit.ID, _ place: Place, _ since: Instant, _ front: Bool) {
    let entry = Waiting(visit: visit, since: since, front: front, priority: known[visit]!.priority)
    known[visit]!.waits = place
    known[visit]!.entry = entry
    waiting[place, default: []].append(entry)
    waiting[place]!.sort { ($0.front ? 0 : 1, $0.since, $0.visit) < ($1.front ? 0 : 1, $1.since, $1.visit) }
  }

  private mutating func leave(_ visit: Visit.ID) {
    guard let place = known[visit]?.waits else { return }
    waiting[place]?.removeAll { $0.visit == visit }
    known[visit]!.waits = nil
    known[visit]!.entry = nil
  }

  /// Priority calls in a row, up to now, from one place.
  func row(at place: Place) -> Int {
    choices.reversed().filter { $0.place == place }.prefix { $0.priority }.count
  }

  private mutating func judge(_ visit: Visit.ID, _ place: Place, at now: Instant) {
    guard let line = waiting[place], let me = line.first(where: { $0.visit == visit }) else {
      return faults.append("visit \(visit) was called out of a line it does not stand in")
    }
    func fault(_ words: String) {
      faults.append("at \(now.milliseconds): visit \(visit) (priority: \(me.priority)) \(words)")
    }
    if let first = line.first(where: { $0.priority == me.priority }), first.visit != visit {
      fault("was called before visit \(first.visit) of the same class")
    }
    guard let rival = line.first(where: { $0.priority != me.priority }) else { return }
    fairCalls += 1
    if rival.front && !me.front { return fault("was called before visit \(rival.visit), whose place is in front") }
    if me.front && !rival.front { return }
    let ordinary = me.priority ? rival : me
    let row = row(at: place)
    let waited = now.milliseconds - ordinary.since.milliseconds
    let overdue = rules.overdueMinutes > 0 && waited >= Int64(rules.overdueMinutes) * 60_000
    let ordinaryIsDue = row >= rules.priorityInRow || (overdue && row > 0)
    if me.priority && ordinaryIsDue {
      fault("was called although it was the turn of an ordinary ticket (row \(row), overdue \(overdue))")
    }
    if !me.priority && !ordinaryIsDue { fault("was called although it was the turn of a priority ticket (row \(row))") }
  }

  private static func action(_ event: QueueEvent) -> (Counter.ID, Visit.ID?)? {
    switch event {
    case .called(let e): (e.counter, e.visit)
    case .started(let e), .noShow(let e), .held(let e), .resumed(let e): (e.counter, e.visit)
    case .finished(let e): (e.counter, e.visit)
    case .transferred(let e): (e.counter, e.visit)
    case .returned(let e): (e.counter, e.visit)
    case .marked(let e): (e.counter, e.visit)
    case .cancelled(let e): e.counter.map { ($0, e.visit) }
    case .counterPaused(let e): (e.counter, nil)
    case .counterClosed(let e): e.why == "officer" ? (e.counter, nil) : nil
    default: nil
    }
  }
}
