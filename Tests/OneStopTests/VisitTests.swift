import OneStop
import Testing

@Suite("a visit from step to step")
struct VisitTests {
  /// Counter 1 is open and A001 has been called at 08:00:01.
  private func called(_ adjust: (inout CentreSettings) -> Void = { _ in }) throws -> Stage {
    var stage = Stage(adjust)
    try stage.open(1)
    try stage.issue("a")
    try stage.run(.callNext(1))
    return stage
  }

  @Test("wait ends at the first call; service counts from the start")
  func times() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    stage.pass(299)
    try stage.run(.callNext(1))
    stage.pass(20)
    try stage.run(.recall(1))
    stage.pass(10)
    try stage.run(.start(1))
    stage.pass(240)
    try stage.run(.finish(1, copies: 3))
    let step = stage.visit("A001").step
    #expect(step.waitSeconds == 300)
    #expect(step.serviceSeconds == 240)
    #expect(step.recalls == 1)
    #expect(step.copies == 3)
    #expect(step.outcome == .served)
    #expect(step.officer == "cb01")
    #expect(stage.visit("A001").standing == .ended(.served, at: stage.now))
    #expect(stage.hall.desk(1).current == nil)
    #expect(stage.hall.lastFinished(at: 1) == step.id)
  }

  @Test("with one key nobody presses start: service counts from the last call")
  func oneKey() throws {
    var stage = try called()
    try stage.issue("a")
    stage.pass(10)
    try stage.run(.recall(1))
    stage.pass(120)
    let events = try stage.run(.callNext(1))
    #expect(events.map(\.type) == ["finished", "called"])
    #expect(stage.visit("A001").step.serviceSeconds == 120)
    #expect(stage.hall.current(at: 1)?.number == "A002")
  }

  @Test("time on hold is not service time")
  func hold() throws {
    var stage = try called()
    try stage.run(.start(1))
    stage.pass(60)
    try stage.run(.hold(1))
    #expect(stage.visit("A001").standing == .held(1, since: stage.now))
    #expect(stage.hall.desk(1).held == [1])
    #expect(stage.hall.desk(1).current == nil)
    stage.pass(600)
    try stage.run(.resume(1, number: "A001"))
    #expect(stage.visit("A001").standing == .serving(1))
    #expect(stage.hall.desk(1).held.isEmpty)
    stage.pass(30)
    try stage.run(.finish(1))
    #expect(stage.visit("A001").step.serviceSeconds == 90)
  }

  @Test("who was held without a press of start had been served since the call")
  func heldUnstarted() throws {
    var stage = try called()
    stage.pass(300)
    try stage.run(.hold(1))
    stage.pass(600)
    try stage.run(.resume(1, number: "A001"))
    stage.pass(60)
    try stage.run(.finish(1))
    #expect(stage.visit("A001").step.serviceSeconds == 360)
  }

  @Test("time on hold before a return to the queue is not taken off the service after the next call")
  func heldThenReturned() throws {
    var stage = try called()
    stage.pass(60)
    try stage.run(.hold(1))
    stage.pass(900)
    try stage.run(.resume(1, number: "A001"))
    try stage.run(.returnToQueue(1))
    let before = stage.hall.pace["a"]?.seconds ?? 360
    try stage.run(.callNext(1))
    stage.pass(400)
    try stage.run(.finish(1))
    #expect(stage.visit("A001").step.serviceSeconds == 400)
    #expect(stage.hall.pace["a"]!.seconds > before)
  }

  @Test("several steps under one number: each has its own times, counter and officer")
  func steps() throws {
    var stage = try called()
    try stage.open(4)
    stage.pass(100)
    try stage.run(.finish(1, next: Destination(service: "k")))
    let waiting = stage.visit("A001")
    #expect(waiting.steps.count == 2)
    #expect(!waiting.ended)
    #expect(waiting.step.queuedAt == stage.now)
    #expect(stage.hall.waiting(for: "k") == 1)
    stage.pass(50)
    #expect(try stage.next(4) == "A001")
    stage.pass(30)
    try stage.run(.finish(4))
    let done = stage.visit("A001")
    #expect(done.steps.map(\.outcome) == [.served, .served])
    #expect(done.steps.map(\.counter) == [1, 4])
    #expect(done.steps.map(\.officer) == ["cb01", "cb04"])
    #expect(done.steps[1].waitSeconds == 50)
    #expect(done.steps[0].serviceSeconds == 100)
    #expect(Set(done.steps.map(\.id)).count == 2)
    #expect(stage.hall.visit(step: done.steps[0].id)?.number == "A001")
  }

  @Test("a transferred citizen keeps the place of the time of arrival, or goes first", arguments: [true, false])
  func transfer(keeps: Bool) throws {
    var stage = Stage { $0.rules.transferKeepsPlace = keeps }
    try stage.open(1, 3)
    try stage.issue("b")
    try stage.issue("a")
    stage.pass(60)
    try stage.issue("b")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(service: "b")))
    let visit = stage.visit("A001")
    #expect(visit.steps.map(\.outcome) == [.transferred, nil])
    #expect(stage.hall.desk(1).current == nil)
    let order = try [stage.next(3), stage.next(3), stage.next(3)]
    #expect(order == (keeps ? ["B001", "A001", "B002"] : ["A001", "B001", "B002"]))
  }

  @Test("sent to a counter that takes the service, the service stays; otherwise it is the counter's first")
  func transferToCounter() throws {
    var stage = try called()
    try stage.issue("a")
    try stage.run(.transfer(1, to: Destination(counter: 2)))
    #expect(stage.visit("A001").step.service == "a")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(counter: 3)))
    #expect(stage.visit("A002").step.service == "b")
    guard case .waiting(let place) = stage.visit("A002").standing else {
      Issue.record("does not wait")
      return
    }
    #expect(place.counter == 3)
    #expect(stage.hall.waiting(for: "b") == 0)
    #expect(stage.hall.waitingCount == 2)
  }

  @Test(
    "a no-show is kept apart, and comes back to the old place in time, to a new one too late",
    arguments: [
      (1800, "A001"), (1801, "A002"),
    ])
  func noShowReturns(seconds: Int, first: String) throws {
    var stage = try called()
    try stage.issue("a")
    try stage.run(.recall(1))
    try stage.run(.noShow(1))
    #expect(stage.visit("A001").standing == .noShow(1, at: stage.now))
    #expect(stage.hall.waiting(for: "a") == 1)
    #expect(stage.hall.current(at: 1) == nil)
    stage.pass(seconds)
    try stage.run(.returnToQueue(1, number: "A001"))
    #expect(stage.hall.waiting(for: "a") == 2)
    #expect(try stage.next(1) == first)
    #expect(stage.visit("A001").number == "A001", "no new number")
  }

  @Test("called again after a no-show, recalls are counted anew")
  func recallsAnew() throws {
    var stage = try called()
    try stage.run(.recall(1))
    try stage.run(.noShow(1))
    try stage.run(.call(1, number: "A001"))
    #expect(stage.visit("A001").step.recalls == 0)
    #expect(stage.refusal(.noShow(1)) == .recallFirst)
  }

  @Test("returned to the queue: the old place, and the board forgets the call")
  func returned() throws {
    var stage = try called()
    try stage.issue("aa")
    let change = stage.hall.applying(
      try stage.hall.decide(.returnToQueue(1), by: Stage.officer, at: stage.now), at: stage.now)
    #expect(change.uncalled == ["A001"])
    try stage.run(.returnToQueue(1))
    #expect(stage.hall.calls.isEmpty)
    #expect(stage.hall.desk(1).current == nil)
    #expect(try stage.next(1) == "A001")
  }

  @Test("a second step that goes back to the queue keeps the place it had, by arrival")
  func returnedSecondStep() throws {
    var stage = try called()
    try stage.open(4)
    try stage.issue("k")
    stage.pass(600)
    try stage.run(.finish(1, next: Destination(service: "k")))
    #expect(try stage.next(4) == "A001", "came earlier than K001")
    try stage.run(.returnToQueue(4))
    #expect(try stage.next(4) == "A001")
  }

  @Test("cancelled: out of the line, ended, not callable")
  func cancelled() throws {
    var stage = try called()
    try stage.issue("aa")
    try stage.run(.cancel(code: "code-2"), by: .citizen)
    #expect(stage.visit("A002").standing == .ended(.cancelled, at: stage.now))
    #expect(stage.visit("A002").step.outcome == .cancelled)
    #expect(try stage.next(1) == "A003")
    try stage.run(.cancelAtCounter(1))
    #expect(stage.hall.desk(1).current == nil)
    #expect(stage.hall.waitingCount == 0)
  }

  @Test("cancelling somebody on hold frees the hold")
  func cancelHeld() throws {
    var stage = try called()
    try stage.run(.hold(1))
    try stage.run(.cancelAtCounter(1, number: "A001"))
    #expect(stage.hall.desk(1).held.isEmpty)
    #expect(stage.refusal(.close(1)) == nil)
  }

  @Test("marks: hearing keeps the call on the board, priority holds for the next line")
  func marks() throws {
    var stage = try called()
    try stage.open(4)
    try stage.issue("k")
    try stage.run(.mark(1, needs: [.hearing], copies: 4, priority: .some("merit")))
    let visit = stage.visit("A001")
    #expect(visit.needs == [.hearing])
    #expect(visit.step.copies == 4)
    try stage.run(.recall(1))
    #expect(stage.hall.calls.last?.stays == true)
    #expect(stage.hall.calls.last?.again == true)
    try stage.run(.finish(1, next: Destination(service: "k")))
    #expect(stage.hall.lines["k"]?.priority.count == 1)
    #expect(stage.visit("A001").steps[0].copies == 4)
    #expect(stage.visit("A001").steps[1].copies == 1)
  }

  @Test("priority can be taken away, and left as it is")
  func priorityMark() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("A")
    try stage.run(.callNext(1))
    try stage.run(.mark(1, copies: 2))
    #expect(stage.visit("A001").priority == "elderly")
    try stage.run(.mark(1, priority: .some(nil)))
    #expect(stage.visit("A001").priority == nil)
  }

  @Test("the board keeps the last twelve calls, numbered as in the journal")
  func board() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue(String(repeating: "a", count: 15))
    for _ in 1...15 { try stage.run(.callNext(1)) }
    #expect(stage.hall.calls.count == 12)
    #expect(stage.hall.calls.last?.number == "A015")
    #expect(stage.hall.calls.last?.seq == stage.seq - 1)
    #expect(stage.hall.calls.map(\.seq) == stage.hall.calls.map(\.seq).sorted())
  }

  @Test("calls for help are noted until answered")
  func help() throws {
    var stage = Stage()
    try stage.run(.askHelp(2))
    #expect(stage.hall.help == [2: stage.now])
    try stage.run(.answerHelp(2))
    #expect(stage.hall.help.isEmpty)
  }

  @Test("only the last finished step of an asking window may be rated, once")
  func ratable() throws {
    var stage = try called()
    let step = stage.visit("A001").step.id
    #expect(throws: QueueRejection.unknownStep) { try stage.hall.ratable(99, at: stage.now) }
    #expect(throws: QueueRejection.notRatable) { try stage.hall.ratable(step, at: stage.now) }
    try stage.run(.finish(1))
    #expect(try stage.hall.ratable(step, at: stage.now.adding(seconds: 180)).step.id == step)
    #expect(throws: QueueRejection.notRatable) { try stage.hall.ratable(step, at: stage.now.adding(seconds: 181)) }
    stage.hall.markRated(step)
    #expect(throws: QueueRejection.alreadyRated) { try stage.hall.ratable(step, at: stage.now) }
  }

  @Test(
    "what is no rating",
    arguments: [
      (0, 3, [], ""), (6, 3, [], ""), (3, 0, [], ""), (3, 6, [], ""), (3, 3, ["bribe"], ""),
      (3, 3, ["wait", "wait"], ""), (3, 3, [], String(repeating: "ế", count: 201)),
    ] as [(Int, Int, [String], String)])
  func badRating(reception: Int, handling: Int, reasons: [String], comment: String) {
    #expect(throws: QueueRejection.badValue) {
      try Rating(reception: reception, handling: handling, reasons: reasons, comment: comment)
    }
  }
}

extension Hall {
  /// What applying would change, without changing it.
  func applying(_ events: [QueueEvent], at now: Instant) -> HallChange {
    var copy = self
    return copy.apply(events, at: now, seq: 1)
  }
}
