import OneStop
import Testing

@Suite("what closes by mistake, and who comes back")
struct ComingBackTests {
  /// Everything a closing can find: served, on hold, missed, called, being served, waiting, sent to a counter.
  private func busy() throws -> Stage {
    var stage = Stage()
    try stage.open(1, 2, 3, 4)
    try stage.issue("aaaaaAaab")
    try stage.run(.callNext(1))
    try stage.run(.finish(1))
    try stage.run(.callNext(1))
    try stage.run(.hold(1))
    try stage.run(.callNext(1))
    try stage.run(.recall(1))
    try stage.run(.noShow(1))
    try stage.run(.callNext(1))
    try stage.run(.start(1))
    try stage.run(.callNext(2))
    try stage.run(.callNext(4))
    try stage.run(.transfer(4, to: Destination(counter: 2)))
    try stage.run(.askHelp(1))
    return stage
  }

  @Test("a mistaken closing taken back: everybody has their place, their counter and their call again")
  func reopened() throws {
    var stage = try busy()
    let before = stage.hall
    try stage.run(.closeDay(reason: "by-hand"))
    stage.pass(30)
    try stage.run(.reopenDay)
    #expect(!stage.hall.closed)
    for (id, visit) in before.visits {
      let now = stage.hall.visits[id]!
      #expect(now.standing == visit.standing && now.steps == visit.steps, "\(visit.number)")
    }
    #expect(stage.hall.lines == before.lines && stage.hall.counterLines == before.counterLines)
    for (number, desk) in before.desks {
      let now = stage.hall.desk(number)
      #expect(now.state == desk.state && now.officer == desk.officer && now.since == desk.since)
      #expect(now.current == desk.current && now.held == desk.held)
    }
    #expect(stage.hall.calls == before.calls && stage.hall.help == before.help)
    #expect(stage.replayed() == stage.hall)
    // And the day goes on.
    try stage.run(.finish(1))
    try stage.run(.closeDay(reason: "evening"))
    #expect(stage.replayed() == stage.hall)
  }

  @Test("whoever waits for a counter that closes goes to the line of the service, by time of arrival")
  func counterCloses() throws {
    var stage = Stage()
    try stage.open(1, 4)
    try stage.issue("aaa")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(counter: 4)))
    #expect(stage.hall.counterLines[4]?.count == 1)
    stage.pass(60)
    try stage.run(.close(4))
    #expect(stage.hall.counterLines[4]?.count == 0)
    #expect(stage.hall.waitingAtClosedCounters == [:])
    #expect(stage.replayed() == stage.hall)
    #expect(try stage.next(1) == "A001", "came first, and keeps that place")
  }

  @Test("the closing taken back, they wait for the counter again; not once one of them was called elsewhere")
  func counterClosesUndone() throws {
    var stage = Stage()
    try stage.open(1, 4)
    try stage.issue("aaa")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(counter: 4)))
    let before = stage.hall
    try stage.run(.close(4))
    var other = stage
    try other.run(.callNext(1))
    #expect(other.refusal(.undo(4)) == .undoOvertaken)
    try stage.run(.undo(4))
    #expect(stage.hall.counterLines == before.counterLines && stage.hall.lines == before.lines)
    #expect(stage.hall.desk(4).isOpen)
    #expect(stage.replayed() == stage.hall)
    #expect(try stage.next(4) == "A001")
  }

  @Test("an officer who moves to another counter leaves nobody waiting at the old one")
  func officerMoves() throws {
    var stage = Stage()
    try stage.open(1, 4)
    try stage.issue("aa")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(counter: 4)))
    try stage.run(.open(2, "cb04", takeOver: true))
    #expect(stage.hall.waitingAtClosedCounters == [:])
    #expect(try stage.next(2) == "A001")
    #expect(stage.replayed() == stage.hall)
  }
}
