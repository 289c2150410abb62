import OneStop
import Testing

@Suite("undo of the last counter action")
struct UndoTests {
  /// What an undo must give back: lines, who is where, the desk.
  private struct Picture: Equatable {
    var lines: [Service.ID: [[Visit.ID]]]
    var counterLines: [Counter.ID: [[Visit.ID]]]
    var streaks: [String: Int]
    var standings: [Visit.ID: Visit.Standing]
    var steps: [Visit.ID: [Step]]
    var desk: [String]
    var lastFinished: Step.ID?

    init(_ hall: Hall, _ counter: Counter.ID) {
      lines = hall.lines.mapValues { [$0.ordinary.map(\.visit), $0.priority.map(\.visit)] }.filter {
        $0.value != [[], []]
      }
      counterLines = hall.counterLines.mapValues { [$0.ordinary.map(\.visit), $0.priority.map(\.visit)] }
        .filter { $0.value != [[], []] }
      streaks = [:]
      for (id, line) in hall.lines where line.streak != 0 { streaks["\(id)"] = line.streak }
      for (id, line) in hall.counterLines where line.streak != 0 { streaks["#\(id)"] = line.streak }
      standings = hall.visits.mapValues(\.standing)
      steps = hall.visits.mapValues(\.steps)
      let desk = hall.desk(counter)
      self.desk = [
        "\(desk.state)", "\(desk.officer?.rawValue ?? "-")", "\(desk.current?.rawValue ?? 0)", "\(desk.held)",
      ]
      lastFinished = hall.lastFinished(at: counter)
    }
  }

  struct Action: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var command: QueueCommand
    var prepare: @Sendable (inout Stage) throws -> Void
    init(
      _ name: String, _ command: QueueCommand, _ prepare: @escaping @Sendable (inout Stage) throws -> Void = { _ in }
    ) {
      testDescription = name
      self.command = command
      self.prepare = prepare
    }
  }

  private static let busy: @Sendable (inout Stage) throws -> Void = { try $0.run(.callNext(1)) }

  @Test(
    "each action is taken back whole",
    arguments: [
      Action("call next", .callNext(1)),
      Action("call next with finish", .callNext(1), busy),
      Action("call next after started", .callNext(1)) {
        try $0.run(.callNext(1)); try $0.run(.start(1))
      },
      Action("call by number", .call(1, number: "A003")),
      Action("call by number with finish", .call(1, number: "A003"), busy),
      Action("call of a no-show", .call(1, number: "A005")) {
        try $0.run(.callNext(1))
        try $0.run(.recall(1))
        try $0.run(.noShow(1))
      },
      Action("call from the counter's own line", .callNext(2)) {
        try $0.run(.callNext(1))
        try $0.run(.transfer(1, to: Destination(counter: 2)))
      },
      Action("start", .start(1), busy),
      Action("no-show", .noShow(1)) {
        try $0.run(.callNext(1)); try $0.run(.recall(1))
      },
      Action("hold", .hold(1), busy),
      Action("resume", .resume(1, number: "A005")) {
        try $0.run(.callNext(1)); try $0.run(.hold(1))
      },
      Action("finish", .finish(1, copies: 7), busy),
      Action("finish and go on", .finish(1, next: Destination(service: "b")), busy),
      Action("transfer to a service", .transfer(1, to: Destination(service: "b")), busy),
      Action("transfer to a counter", .transfer(1, to: Destination(counter: 2)), busy),
      Action("return to the queue", .returnToQueue(1), busy),
      Action("return a no-show", .returnToQueue(1, number: "A005")) {
        try $0.run(.callNext(1))
        try $0.run(.recall(1))
        try $0.run(.noShow(1))
      },
      Action("cancel the current one", .cancelAtCounter(1), busy),
      Action("cancel a waiting one", .cancelAtCounter(1, number: "A002")),
      Action("cancel one on hold", .cancelAtCounter(1, number: "A005")) {
        try $0.run(.callNext(1))
        try $0.run(.hold(1))
      },
      Action("mark of one who cannot hear, ×7", .mark(1, needs: [.hearing], copies: 7), busy),
      Action("pause", .pause(1, reason: "lunch")),
      Action("pause with another reason", .pause(1, reason: "b")) { try $0.run(.pause(1, reason: "a")) },
      Action("close", .close(1)),
    ])
  func each(action: Action) throws {
    var stage = Stage()
    try stage.open(1, 2, 3)
    try stage.issue("aaaAAAb")
    try stage.run(.callNext(2))
    try action.prepare(&stage)
    let counter: Counter.ID = if case .callNext(2) = action.command { 2 } else { 1 }
    if counter == 2 { try stage.run(.finish(2)) }
    let before = Picture(stage.hall, counter)
    stage.pass(1)
    try stage.run(action.command)
    #expect(Picture(stage.hall, counter) != before)
    stage.pass(9)
    try stage.run(.undo(counter))
    #expect(Picture(stage.hall, counter) == before)
    #expect(stage.refusal(.undo(counter)) == .nothingToUndo, "an undo is not undone")
    #expect(stage.replayed() == stage.hall)
  }

  @Test("a call can still be taken back after it was called once more")
  func afterRecall() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    let before = Picture(stage.hall, 1)
    try stage.run(.callNext(1))
    stage.pass(2)
    try stage.run(.recall(1))
    try stage.run(.undo(1))
    #expect(Picture(stage.hall, 1) == before)
    #expect(stage.replayed() == stage.hall)
  }

  @Test(
    "ten seconds, not a millisecond more",
    arguments: [(Int64(10_000), nil), (10_001, .undoTooLate)] as [(Int64, QueueRejection?)])
  func tooLate(milliseconds: Int64, refusal: QueueRejection?) throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    try stage.run(.callNext(1))
    stage.now = stage.now.adding(milliseconds: milliseconds)
    #expect(stage.refusal(.undo(1)) == refusal)
  }

  @Test(
    "nothing to undo",
    arguments: [
      CommandCase("at a fresh counter", .undo(1), .nothingToUndo) { try $0.open(1) },
      CommandCase("at another counter", .undo(2), .nothingToUndo) {
        try $0.open(1, 2)
        try $0.issue("a")
        try $0.run(.callNext(1))
      },
      CommandCase("at no counter", .undo(8), .unknownCounter),
      CommandCase("where somebody else has called the one who moved on", .undo(1), .undoOvertaken) {
        try $0.open(1, 3)
        try $0.issue("a")
        try $0.run(.callNext(1))
        try $0.run(.finish(1, next: Destination(service: "b")))
        try $0.run(.callNext(3))
      },
      CommandCase("where the returned one has cancelled", .undo(1), .undoOvertaken) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
        try $0.run(.returnToQueue(1))
        try $0.run(.cancel(code: "code-1"))
      },
      CommandCase("where the finished step has been rated", .undo(1), .undoOvertaken) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
        let step = $0.visit("A001").step.id
        try $0.run(.finish(1))
        $0.hall.markRated(step)
      },
      CommandCase("where the counter that was closed is another officer's now", .undo(1), .nothingToUndo) {
        try $0.open(1)
        try $0.run(.close(1))
        try $0.run(.open(1, "cb05"))
      },
      CommandCase("where the officer who closed sits elsewhere now", .undo(1), .undoOvertaken) {
        try $0.open(1)
        try $0.run(.close(1))
        try $0.run(.open(2, "cb01"))
      },
      CommandCase("where the officer has moved after finishing", .undo(1), .undoOvertaken) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
        try $0.run(.finish(1))
        try $0.run(.open(2, "cb01", takeOver: true))
      },
      CommandCase("where somebody else has taken the counter over after the call", .undo(1), .undoOvertaken) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
        try $0.run(.open(1, "cb05", takeOver: true))
      },
      CommandCase("where the same officer has opened again after a pause", .undo(1), .nothingToUndo) {
        try $0.open(1)
        try $0.run(.pause(1, reason: "x"))
        try $0.run(.open(1, "cb01"))
      },
    ])
  func refused(test: CommandCase) throws {
    var stage = Stage()
    try test.prepare(&stage)
    #expect(stage.refusal(test.command) == test.expected)
  }

  @Test(
    "undoing at one counter leaves the other's share in the fairness count alone",
    arguments: [
      // Counter 1 calls priority, counter 2 as well; the undone one doesn't count any more, the other does.
      ("aaAAAA", 1),
      // Counter 2 has called an ordinary one meanwhile: the row is broken and stays broken.
      ("aaAAAA", 3),
    ])
  func fairnessAfterUndo(tickets: String, before: Int) throws {
    var stage = Stage { $0.rules.priorityInRow = before == 1 ? 20 : 3 }
    try stage.open(1, 2)
    try stage.issue(tickets)
    if before == 3 { for _ in 1...2 { try stage.run(.callNext(1)) } }
    try stage.run(.callNext(1))
    try stage.run(.callNext(2))
    let other = stage.hall.current(at: 2)!
    try stage.run(.undo(1))
    #expect(stage.hall.lines["a"]?.streak == (other.priority == nil ? 0 : 1))
  }

  @Test("ids of undone steps are not used again")
  func ids() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("aa")
    try stage.run(.callNext(1))
    try stage.run(.finish(1, next: Destination(service: "b")))
    let gone = stage.visit("A001").step.id
    try stage.run(.undo(1))
    #expect(stage.hall.visit(step: gone) == nil)
    try stage.run(.finish(1, next: Destination(service: "k")))
    #expect(stage.visit("A001").step.id.rawValue == gone.rawValue + 1)
  }

  @Test("the board forgets an undone call, and the screens hear which counters and services changed")
  func change() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    try stage.run(.callNext(1))
    let events = try stage.hall.decide(.undo(1), by: Stage.officer, at: stage.now)
    let change = stage.hall.apply(events, at: stage.now, seq: 50)
    #expect(change.uncalled == ["A001"])
    #expect(change.counters == [1])
    #expect(change.services.contains("a"))
    #expect(stage.hall.calls.isEmpty)
  }

  @Test("taking back a pause tells the screens that the counter's services are served again")
  func pauseChange() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.run(.pause(1, reason: "x"))
    let events = try stage.hall.decide(.undo(1), by: Stage.officer, at: stage.now)
    #expect(stage.hall.apply(events, at: stage.now, seq: 50).services.contains("a"))
  }
}
