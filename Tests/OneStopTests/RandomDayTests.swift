import OneStop
import Testing

@Suite("whatever is pressed, in whatever order")
struct RandomDayTests {
  @Test("nobody lost, nobody twice, everybody in one place, calls fair", arguments: 1...160 as ClosedRange<UInt64>)
  func day(seed: UInt64) {
    var day = RandomDay(seed: seed)
    var auditor = Auditor(day.stage.hall.settings.rules)
    var issued = 0
    for _ in 0..<350 {
      day.step()
      guard let last = day.last else { continue }
      auditor.read(last.events, at: day.stage.now)
      if case .ticketIssued = last.events.first { issued += 1 }
      let faults = auditor.faults + Self.faults(day.stage.hall, auditor)
      guard faults.isEmpty, day.stage.hall.visits.count == issued else {
        Issue.record(
          "seed \(seed), after \(last.command): \(faults), \(day.stage.hall.visits.count) of \(issued) visits")
        return
      }
    }
    #expect(day.stage.replayed() == day.stage.hall, "the journal of seed \(seed) gives another hall")
  }

  @Test("the random days do reach every command and most refusals, and the fairness rule has work to do")
  func reach() {
    var accepted: [String: Int] = [:]
    var refused: [QueueRejection: Int] = [:]
    var fairCalls = 0
    for seed in 1...60 as ClosedRange<UInt64> {
      var day = RandomDay(seed: seed)
      var auditor = Auditor(day.stage.hall.settings.rules)
      for _ in 0..<350 {
        day.step()
        if let last = day.last { auditor.read(last.events, at: day.stage.now) }
      }
      accepted.merge(day.accepted, uniquingKeysWith: +)
      refused.merge(day.refused, uniquingKeysWith: +)
      fairCalls += auditor.fairCalls
    }
    #expect(accepted.count == 23, "\(accepted)")
    #expect(accepted.values.allSatisfy { $0 >= 10 }, "\(accepted)")
    #expect(refused.count >= 24, "\(refused)")
    #expect(fairCalls > 500)
  }

  /// What is wrong with a hall on its own, and beside the auditor's books.
  static func faults(_ hall: Hall, _ auditor: Auditor) -> [String] {
    var faults: [String] = []
    var places: [Visit.ID: [String]] = [:]
    var shown: [Auditor.Place: [[Visit.ID]]] = [:]
    for (service, line) in hall.lines {
      for place in line.ordinary + line.priority { places[place.visit, default: []].append("line \(service)") }
      shown[.service(service)] = [line.ordinary.map(\.visit), line.priority.map(\.visit)]
    }
    for (counter, line) in hall.counterLines {
      for place in line.ordinary + line.priority { places[place.visit, default: []].append("own \(counter)") }
      shown[.counter(counter)] = [line.ordinary.map(\.visit), line.priority.map(\.visit)]
    }
    for (counter, desk) in hall.desks {
      if let current = desk.current { places[current, default: []].append("desk \(counter)") }
      for held in desk.held { places[held, default: []].append("held \(counter)") }
      if desk.isClosed, desk.current != nil || !desk.held.isEmpty {
        faults.append("closed counter \(counter) has a visit")
      }
      if desk.isClosed != (desk.officer == nil) {
        faults.append("counter \(counter): \(desk.state) with officer \(String(describing: desk.officer))")
      }
    }
    let officers = hall.desks.values.compactMap(\.officer)
    if Set(officers).count != officers.count { faults.append("an officer sits at two counters: \(officers)") }
    for visit in hall.visits.values {
      let expected: [String] =
        switch visit.standing {
        case .waiting(let place): [place.counter.map { "own \($0)" } ?? "line \(place.service)"]
        case .called(let counter), .serving(let counter): ["desk \(counter)"]
        case .held(let counter, _): ["held \(counter)"]
        case .noShow, .ended: []
        }
      if places[visit.id] ?? [] != expected {
        faults.append("\(visit.number) \(visit.standing) is in \(places[visit.id] ?? [])")
      }
      if visit.ended != (visit.step.outcome != nil) {
        faults.append("\(visit.number): \(visit.standing), but its step: \(String(describing: visit.step.outcome))")
      }
      if visit.steps.map(\.id) != visit.steps.map(\.id).sorted() {
        faults.append("\(visit.number): steps out of order")
      }
      for step in visit.steps where hall.visit(step: step.id)?.id != visit.id {
        faults.append("step \(step.id) is not found")
      }
      if hall.visit(number: visit.number)?.id != visit.id {
        faults.append("\(visit.number) is not found by its number")
      }
    }
    for (place, line) in shown {
      let books = auditor.waiting[place] ?? []
      if line != [books.filter { !$0.priority }.map(\.visit), books.filter(\.priority).map(\.visit)] {
        faults.append("the line of \(place) is \(line), by the events it is \(books)")
      }
      if case .service(let id) = place, hall.lines[id]!.streak != auditor.row(at: place) {
        faults.append("the row of \(place) is \(hall.lines[id]!.streak), by the events \(auditor.row(at: place))")
      }
      if case .counter(let id) = place, hall.counterLines[id]!.streak != auditor.row(at: place) {
        faults.append(
          "the row of \(place) is \(hall.counterLines[id]!.streak), by the events \(auditor.row(at: place))")
      }
    }
    return faults
  }
}
