import OneStop
import Testing

@Suite("dossiers, whatever is pressed, in whatever order")
struct RandomCaseTests {
  @Test(
    "the books of an independent auditor agree, and the journal gives the same",
    arguments: 1...120 as ClosedRange<UInt64>)
  func walk(seed: UInt64) {
    var walk = CaseWalk(seed: seed)
    var auditor = CaseAuditor()
    for _ in 0..<300 {
      let (command, events) = walk.step()
      for event in events { auditor.read(event, at: walk.desk.now) }
      let faults = auditor.faults + auditor.compare(walk.desk.load)
      guard faults.isEmpty else {
        Issue.record("seed \(seed), after \(command): \(faults)")
        return
      }
    }
    #expect(walk.desk.replayed() == walk.desk.load)
    let figures = DossierFigures(of: walk.desk.load.dossiers.values, walk.desk.load.rules, at: walk.desk.now)
    #expect(auditor.compare(figures, at: walk.desk.now) == [])
  }

  @Test("the walks reach every event and most refusals")
  func reach() {
    var events: [String: Int] = [:]
    var refused: [DossierRejection: Int] = [:]
    for seed in 1...60 as ClosedRange<UInt64> {
      var walk = CaseWalk(seed: seed)
      for _ in 0..<300 { for event in walk.step().1 { events[event.type, default: 0] += 1 } }
      refused.merge(walk.refused, uniquingKeysWith: +)
    }
    #expect(events.count == 9, "all but settling, which needs another calendar: \(events)")
    #expect(events.values.allSatisfy { $0 >= 20 }, "\(events)")
    #expect(refused.count >= 12, "\(refused)")
  }
}

/// Officers who press anything.
struct CaseWalk {
  var desk = CaseDesk("2026-02-26 07:40")
  var chance: Chance
  var refused: [DossierRejection: Int] = [:]

  init(seed: UInt64) { chance = Chance(seed: seed) }

  mutating func step() -> (DossierCommand, [DossierEvent]) {
    desk.now = desk.now.adding(seconds: chance.happens(0.03) ? chance.whole(3600...200_000) : chance.whole(1...2400))
    let command = draw()
    do {
      return (command, try desk.ask(command))
    } catch {
      refused[error, default: 0] += 1
      return (command, [])
    }
  }

  private mutating func draw() -> DossierCommand {
    let id = Dossier.ID(chance.whole(0...max(1, desk.load.lastID.rawValue)))
    let day = LocalDay(desk.now, in: .vietnam).adding(days: chance.whole(-2...30))
    let reason = chance.happens(0.9) ? "mat-dien" : "Ông A"
    let code = DossierCode("H24-\(1000 + chance.whole(0...400))")!
    switch chance.whole(0...27) {
    case 0...5:
      var receipt = DossierCommand.Receipt(
        code: chance.happens(0.6) ? code : nil, procedure: procedure(),
        copies: chance.happens(0.1) ? chance.whole(0...4) : 1,
        channel: chance.happens(0.2) ? .online : .counter)
      receipt.digitised = chance.happens(0.5) ? chance.happens(0.7) : nil
      receipt.verification = chance.happens(0.1)
      receipt.atOnce = chance.happens(0.1)
      if chance.happens(0.1) { receipt.due = .init(day, .province) }
      return .receive(receipt)
    case 6: return .register(code: code, procedure: procedure())
    case 7, 8: return .accept(id)
    case 9: return .refuse(id, reason: reason)
    case 10: return .pass(id)
    case 11, 12: return .askSupplement(id, reason: reason)
    case 13, 14: return .supply(id)
    case 15: return .askPayment(id)
    case 16: return .paid(id)
    case 17: return chance.happens(0.5) ? .stop(id, reason: reason) : .resume(id)
    case 18: return chance.happens(0.5) ? .returnDossier(id, reason: reason) : .withdraw(id)
    case 19, 20: return .finish(id)
    case 21, 22: return .handOver(id)
    case 23: return .reappoint(id, to: day, reason: reason)
    case 24: return .recordReappointment(id, to: day, reason: reason)
    case 25: return .recordApology(id, number: "\(chance.whole(1...99))/PXL")
    case 26: return .replaceCode(id, with: code)
    default:
      let promised = desk.load.dossiers.values.filter { $0.sameDay != nil }.map(\.id).max()
      return chance.happens(0.7) ? .explainSameDay(promised ?? id, reason: reason) : .annul(id, reason: reason)
    }
  }

  private mutating func procedure() -> Procedure.ID {
    ["2.000815", "1.004873", "1.004884", "1.004746", "9.999999"][chance.whole(0...4)]
  }
}

/// Keeps its own books from the events alone, by the sentences of the law, without the rules' code.
struct CaseAuditor {
  struct Entry {
    var state: String
    var supplements = 0
    var movedHere = 0
    var movedElsewhere = 0
    var due: LocalDay?
    var finished: LocalDay?
    /// Since when it waits for somebody else: its clock stands.
    var waits: LocalDay?
    var online = false
  }
  var entries: [Int: Entry] = [:]
  var codes: [String: Int] = [:]
  var faults: [String] = []

  /// From which state one may come into which.
  static let allowed: [String: Set<String>] = [
    "refused": ["registered"], "processing": ["received", "awaitingSupplement", "awaitingPayment", "stopped"],
    "awaitingSupplement": ["received", "processing"], "awaitingPayment": ["received", "processing"],
    "stopped": ["received", "processing"], "finished": ["received", "processing"], "handedOver": ["finished"],
    "returned": ["received", "processing", "awaitingSupplement", "awaitingPayment", "stopped"],
    "withdrawn": ["registered", "received", "processing", "awaitingSupplement", "awaitingPayment", "stopped"],
    "annulled": [
      "registered", "received", "processing", "awaitingSupplement", "awaitingPayment", "stopped", "finished",
    ],
  ]

  mutating func read(_ event: DossierEvent, at now: Instant) {
    let id = event.dossier.rawValue
    let today = LocalDay(now, in: .vietnam)
    switch event {
    case .registered(let e):
      begin(id, "registered", e.code)
      entries[id]?.online = true
    case .received(let e):
      if entries[id]?.state == "registered" {
        entries[id]?.state = "received"
      } else {
        begin(id, "received", e.code)
      }
      entries[id]?.online = e.channel == .online
      entries[id]?.due = e.due?.day
      if let due = e.due, due.day < LocalDay(e.clockStart, in: .vietnam) { faults.append("\(id) due before its start") }
    case .moved(let e):
      move(id, e.to.rawValue)
      if e.to == .finished { entries[id]?.finished = today }
    case .paused(let e):
      move(id, e.to.rawValue)
      entries[id]?.waits = today
      if e.to == .awaitingSupplement { entries[id]?.supplements += 1 }
      if entries[id]!.supplements > 1 { faults.append("\(id): a second supplement") }
    case .resumed(let e):
      move(id, "processing")
      if let old = entries[id]?.due, e.due.map({ $0.day < old }) ?? true {
        faults.append("\(id): a pause made it earlier")
      }
      entries[id]?.due = e.due?.day
    case .dueSettled(let e): entries[id]?.due = e.due?.day
    case .reappointed(let e):
      if let old = entries[id]?.due, e.due.day <= old { faults.append("\(id): moved to an earlier day") }
      if e.elsewhere { entries[id]?.movedElsewhere += 1 } else { entries[id]?.movedHere += 1 }
      if !e.elsewhere, entries[id]!.movedHere + entries[id]!.movedElsewhere > 1 {
        faults.append("\(id): a second re-appointment")
      }
      entries[id]?.due = e.due.day
    case .codeReplaced(let e): take(e.code, id)
    // No command of a walk leads to an import.
    case .imported, .dueReplaced: faults.append("\(id): imported by itself")
    case .apologised, .sameDayExplained: break
    }
  }

  private mutating func begin(_ id: Int, _ state: String, _ code: DossierCode) {
    if id != entries.count + 1 { faults.append("\(id) is not the next number") }
    entries[id] = Entry(state: state)
    take(code, id)
  }
  private mutating func take(_ code: DossierCode, _ id: Int) {
    if let other = codes.updateValue(id, forKey: code.text) { faults.append("\(code) given to \(other) and \(id)") }
  }
  private mutating func move(_ id: Int, _ state: String) {
    let old = entries[id]!.state
    if Self.allowed[state]?.contains(old) != true { faults.append("\(id): from \(old) to \(state)") }
    entries[id]!.state = state
    entries[id]!.waits = nil
  }

  func compare(_ load: Caseload) -> [String] {
    var faults: [String] = []
    if load.dossiers.count != entries.count {
      faults.append("\(load.dossiers.count) dossiers, by the events \(entries.count)")
    }
    for (id, entry) in entries {
      guard let dossier = load[Dossier.ID(id)] else {
        faults.append("\(id) is lost")
        continue
      }
      if dossier.state.rawValue != entry.state {
        faults.append("\(id) is \(dossier.state), by the events \(entry.state)")
      }
      if dossier.due?.day != entry.due {
        faults.append("\(id) due \(String(describing: dossier.due)), not \(String(describing: entry.due))")
      }
      let waiting = dossier.pauses.last.map { $0.to == nil } ?? false
      if dossier.state.isPaused != waiting { faults.append("\(id) is \(dossier.state) with pauses \(dossier.pauses)") }
    }
    for (code, id) in codes where load.dossier(code: DossierCode(code)!)?.id.rawValue != id {
      faults.append("\(code) is not found")
    }
    return faults
  }

  /// The figures, counted from the auditor's own entries.
  func compare(_ figures: DossierFigures, at now: Instant) -> [String] {
    let today = LocalDay(now, in: .vietnam)
    let counted = entries.values.filter { !["registered", "refused", "annulled"].contains($0.state) }
    let live = counted.filter { !["withdrawn", "returned"].contains($0.state) }
    let kept = live.count { $0.finished != nil && $0.due != nil && $0.finished! <= $0.due! }
    let late = live.count { $0.finished != nil && $0.due != nil && $0.finished! > $0.due! }
    let overdue = live.count { $0.finished == nil && $0.due != nil && $0.due! < $0.waits ?? today }
    var faults: [String] = []
    func check(_ name: String, _ a: Int, _ b: Int) { if a != b { faults.append("\(name): \(a), by the auditor \(b)") } }
    check("received", figures.received, counted.count)
    check("kept", figures.onTimeOfDue.numerator, kept)
    check("due", figures.onTimeOfDue.denominator, kept + late + overdue)
    check("finished", figures.onTimeOfFinished.denominator, kept + late)
    check("undated", figures.count(.undated), live.count { $0.due == nil })
    check("online", figures.online.numerator, counted.count { $0.online })
    check("supplemented", figures.supplemented + figures.supplementedOnline, counted.count { $0.supplements > 0 })
    check("twice", figures.reappointedTwice, counted.count { $0.movedHere + $0.movedElsewhere > 1 })
    check("handed over", figures.handedOver, counted.count { $0.state == "handedOver" })
    return faults
  }
}
