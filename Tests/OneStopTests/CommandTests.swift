import OneStop
import Testing

/// A command, the situation it meets, and what becomes of it.
struct CommandCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var prepare: @Sendable (inout Stage) throws -> Void
  var command: QueueCommand
  var expected: QueueRejection?

  init(
    _ name: String, _ command: QueueCommand, _ expected: QueueRejection?,
    _ prepare: @escaping @Sendable (inout Stage) throws -> Void = { _ in }
  ) {
    testDescription = name
    self.command = command
    self.expected = expected
    self.prepare = prepare
  }
}

@Suite("commands are refused for the right reason, or accepted")
struct CommandTests {
  private func check(_ test: CommandCase) throws {
    var stage = Stage()
    try test.prepare(&stage)
    let before = stage.hall
    #expect(stage.refusal(test.command) == test.expected)
    #expect(stage.hall == before, "deciding changes nothing")
  }

  /// Counters 1 and 2 are open, three tickets of service a wait, A001 is called at counter 1.
  private static let called: @Sendable (inout Stage) throws -> Void = { stage in
    try stage.open(1, 2)
    try stage.issue("aaa")
    try stage.run(.callNext(1))
  }

  @Test(
    "issuing",
    arguments: [
      CommandCase("a service", .issue("a", code: "x"), nil),
      CommandCase("an unknown one", .issue("zz", code: "x"), .unknownService),
      CommandCase("one that was switched off", .issue("x", code: "x"), .serviceClosed),
      CommandCase("with priority", .issue("a", priority: "elderly", code: "x"), nil),
      CommandCase("with an unknown group", .issue("a", priority: "king", code: "x"), .unknownGroup),
      CommandCase("after the day was closed", .issue("a", code: "x"), .dayClosed) {
        try $0.run(.closeDay(reason: "t"))
      },
    ])
  func issuing(test: CommandCase) throws { try check(test) }

  @Test(
    "calling",
    arguments: [
      CommandCase("next", .callNext(1), nil) {
        try $0.open(1); try $0.issue("a")
      },
      CommandCase("next, nobody there", .callNext(1), .nobodyWaiting) { try $0.open(1) },
      CommandCase("next, only others wait", .callNext(1), .nobodyWaiting) {
        try $0.open(1); try $0.issue("b")
      },
      CommandCase("next at a closed counter", .callNext(1), .counterClosed) { try $0.issue("a") },
      CommandCase("next at a paused counter", .callNext(1), .counterPaused) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.pause(1, reason: "lunch"))
      },
      CommandCase("next at no counter", .callNext(7), .unknownCounter),
      CommandCase("next while somebody is there", .callNext(1), nil, called),
      CommandCase("next while somebody is there, where that is switched off", .callNext(1), .counterBusy) {
        try called(&$0)
        $0.hall.settings.rules.callNextFinishes = false
      },
      CommandCase("next while somebody is there and nobody waits", .callNext(1), .nobodyWaiting) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
      },
      CommandCase("by number", .call(1, number: "A002"), nil) {
        try $0.open(1); try $0.issue("aa")
      },
      CommandCase("by a number nobody has", .call(1, number: "A099"), .unknownTicket, called),
      CommandCase("by a number at another counter", .call(2, number: "A001"), .ticketElsewhere, called),
      CommandCase("by the number that is here", .call(1, number: "A001"), .ticketElsewhere, called),
      CommandCase("by a finished number", .call(1, number: "A001"), .ticketEnded) {
        try called(&$0)
        try $0.run(.finish(1))
      },
      CommandCase("by a number on hold", .call(2, number: "A001"), .ticketElsewhere) {
        try called(&$0)
        try $0.run(.hold(1))
      },
      CommandCase("by number where finishing is switched off", .call(1, number: "A002"), .counterBusy) {
        try called(&$0)
        $0.hall.settings.rules.callNextFinishes = false
      },
      CommandCase("by number of another service", .call(1, number: "B001"), nil) {
        try $0.open(1); try $0.issue("b")
      },
      CommandCase("by number at a closed counter", .call(3, number: "A002"), .counterClosed, called),
      CommandCase("by number of a no-show", .call(2, number: "A001"), nil) {
        try called(&$0)
        try $0.run(.recall(1))
        try $0.run(.noShow(1))
      },
    ])
  func calling(test: CommandCase) throws { try check(test) }

  @Test(
    "recall, start, no-show, finish",
    arguments: [
      CommandCase("recall", .recall(1), nil, called),
      CommandCase("recall with nobody called", .recall(2), .nothingCalled, called),
      CommandCase("recall at a closed counter", .recall(3), .counterClosed, called),
      CommandCase("recall at no counter", .recall(8), .unknownCounter, called),
      CommandCase("recall once service has started", .recall(1), .alreadyServing) {
        try called(&$0)
        try $0.run(.start(1))
      },
      CommandCase("start", .start(1), nil, called),
      CommandCase("start twice", .start(1), .alreadyServing) {
        try called(&$0); try $0.run(.start(1))
      },
      CommandCase("start with nobody", .start(2), .nothingCalled, called),
      CommandCase("no-show without a recall", .noShow(1), .recallFirst, called),
      CommandCase("no-show after one", .noShow(1), nil) {
        try called(&$0); try $0.run(.recall(1))
      },
      CommandCase("no-show where no recall is asked for", .noShow(1), nil) {
        try called(&$0)
        $0.hall.settings.rules.recallsBeforeNoShow = 0
      },
      CommandCase("no-show of who is being served", .noShow(1), .alreadyServing) {
        try called(&$0)
        try $0.run(.start(1))
      },
      CommandCase("finish who was only called: one key", .finish(1), nil, called),
      CommandCase("finish with nobody", .finish(2), .nothingCalled, called),
      CommandCase("finish ten copies", .finish(1, copies: 10), nil, called),
      CommandCase("finish 999 copies", .finish(1, copies: 999), nil, called),
      CommandCase("finish no copies", .finish(1, copies: 0), .badValue, called),
      CommandCase("finish 1000 copies", .finish(1, copies: 1000), .badValue, called),
      CommandCase("finish and go on", .finish(1, next: Destination(service: "k")), nil, called),
      CommandCase("finish and go on to nothing", .finish(1, next: Destination(service: "zz")), .unknownService, called),
      CommandCase(
        "finish and go on to what is switched off", .finish(1, next: Destination(service: "x")), .serviceClosed, called),
      CommandCase("finish and go on to no counter", .finish(1, next: Destination(counter: 7)), .unknownCounter, called),
      CommandCase(
        "finish and go on to a counter out of use", .finish(1, next: Destination(counter: 9)), .unknownCounter, called),
    ])
  func atCounter(test: CommandCase) throws { try check(test) }

  @Test(
    "hold, resume, transfer, return, cancel, mark",
    arguments: [
      CommandCase("hold", .hold(1), nil, called),
      CommandCase("hold nobody", .hold(2), .nothingCalled, called),
      CommandCase("resume", .resume(1, number: "A001"), nil) {
        try called(&$0); try $0.run(.hold(1))
      },
      CommandCase("resume at another counter", .resume(2, number: "A001"), .notHeld) {
        try called(&$0)
        try $0.run(.hold(1))
      },
      CommandCase("resume who is not held", .resume(1, number: "A002"), .notHeld, called),
      CommandCase("resume nobody's number", .resume(1, number: "Z001"), .unknownTicket, called),
      CommandCase("resume while somebody is there", .resume(1, number: "A001"), .counterBusy) {
        try called(&$0)
        try $0.run(.hold(1))
        try $0.run(.callNext(1))
      },
      CommandCase("resume at a paused counter", .resume(1, number: "A001"), .counterPaused) {
        try called(&$0)
        try $0.run(.hold(1))
        try $0.run(.pause(1, reason: "x"))
      },
      CommandCase("transfer to a service", .transfer(1, to: Destination(service: "b")), nil, called),
      CommandCase("transfer to a counter", .transfer(1, to: Destination(counter: 3)), nil, called),
      CommandCase("transfer nobody", .transfer(2, to: Destination(service: "b")), .nothingCalled, called),
      CommandCase("transfer to nothing", .transfer(1, to: Destination(service: "?")), .unknownService, called),
      CommandCase("return the current one", .returnToQueue(1), nil, called),
      CommandCase("return nobody", .returnToQueue(2), .nothingCalled, called),
      CommandCase("return who waits", .returnToQueue(1, number: "A002"), .notReturnable, called),
      CommandCase("return who is at another counter", .returnToQueue(2, number: "A001"), .notReturnable, called),
      CommandCase("return an ended one", .returnToQueue(1, number: "A001"), .ticketEnded) {
        try called(&$0)
        try $0.run(.finish(1))
      },
      CommandCase("return a no-show, at any counter", .returnToQueue(2, number: "A001"), nil) {
        try called(&$0)
        try $0.run(.recall(1))
        try $0.run(.noShow(1))
      },
      CommandCase("return nobody's number", .returnToQueue(2, number: "Z9"), .unknownTicket, called),
      CommandCase("cancel the current one", .cancelAtCounter(1), nil, called),
      CommandCase("cancel a waiting one", .cancelAtCounter(1, number: "A003"), nil, called),
      CommandCase("cancel one at another counter", .cancelAtCounter(2, number: "A001"), .ticketElsewhere, called),
      CommandCase("cancel an ended one", .cancelAtCounter(2, number: "A001"), .ticketEnded) {
        try called(&$0)
        try $0.run(.finish(1))
      },
      CommandCase("cancel nobody", .cancelAtCounter(2), .nothingCalled, called),
      CommandCase("cancel nobody's number", .cancelAtCounter(2, number: "A009"), .unknownTicket, called),
      CommandCase("mark needs", .mark(1, needs: [.hearing]), nil, called),
      CommandCase("mark an unknown group", .mark(1, priority: .some("king")), .unknownGroup, called),
      CommandCase("mark no copies", .mark(1, copies: 0), .badValue, called),
      CommandCase("mark nobody", .mark(2, copies: 2), .nothingCalled, called),
    ])
  func movingOn(test: CommandCase) throws { try check(test) }

  @Test(
    "the citizen's own cancelling",
    arguments: [
      CommandCase("who waits", .cancel(code: "code-2"), nil, called),
      CommandCase("who was called", .cancel(code: "code-1"), .notWaiting, called),
      CommandCase("who is being served", .cancel(code: "code-1"), .notWaiting) {
        try called(&$0); try $0.run(.start(1))
      },
      CommandCase("who is on hold", .cancel(code: "code-1"), .notWaiting) {
        try called(&$0); try $0.run(.hold(1))
      },
      CommandCase("who missed the call", .cancel(code: "code-1"), nil) {
        try called(&$0)
        try $0.run(.recall(1))
        try $0.run(.noShow(1))
      },
      CommandCase("twice", .cancel(code: "code-2"), .ticketEnded) {
        try called(&$0); try $0.run(.cancel(code: "code-2"))
      },
      CommandCase("with a guessed code", .cancel(code: "A002"), .unknownCode, called),
    ])
  func cancelling(test: CommandCase) throws { try check(test) }

  @Test(
    "opening, pausing and closing a counter",
    arguments: [
      CommandCase("open", .open(1, "cb01"), nil),
      CommandCase("open no counter", .open(8, "cb01"), .unknownCounter),
      CommandCase("open one out of use", .open(9, "cb01"), .unknownCounter),
      CommandCase("open again", .open(1, "cb01"), nil) { try $0.open(1) },
      CommandCase("open where somebody sits", .open(1, "cb05"), .counterOpen) { try $0.open(1) },
      CommandCase("open where somebody paused", .open(1, "cb05"), .counterOpen) {
        try $0.open(1)
        try $0.run(.pause(1, reason: "x"))
      },
      CommandCase("take over where somebody forgot to sign out", .open(1, "cb05", takeOver: true), nil) {
        try $0.open(1)
      },
      CommandCase("open a second counter", .open(2, "cb01"), .officerElsewhere) { try $0.open(1) },
      CommandCase("move to a second counter", .open(2, "cb01", takeOver: true), nil) { try $0.open(1) },
      CommandCase("move away from a citizen", .open(2, "cb01", takeOver: true), .counterBusy) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
      },
      CommandCase("move away from somebody on hold", .open(2, "cb01", takeOver: true), .counterBusy) {
        try $0.open(1)
        try $0.issue("a")
        try $0.run(.callNext(1))
        try $0.run(.hold(1))
      },
      CommandCase("open after the day was closed", .open(1, "cb01"), .dayClosed) { try $0.run(.closeDay(reason: "t")) },
      CommandCase("pause", .pause(1, reason: "lunch"), nil) { try $0.open(1) },
      CommandCase("pause a closed one", .pause(1, reason: "lunch"), .counterClosed),
      CommandCase("pause with somebody there", .pause(1, reason: "lunch"), .counterBusy, called),
      CommandCase("pause with another reason", .pause(1, reason: "b"), nil) {
        try $0.open(1)
        try $0.run(.pause(1, reason: "a"))
      },
      CommandCase("close", .close(1), nil) { try $0.open(1) },
      CommandCase("close a paused one", .close(1), nil) {
        try $0.open(1); try $0.run(.pause(1, reason: "x"))
      },
      CommandCase("close a closed one", .close(1), .counterClosed),
      CommandCase("close with somebody there", .close(1), .counterBusy, called),
      CommandCase("close with somebody on hold", .close(1), .counterBusy) {
        try called(&$0); try $0.run(.hold(1))
      },
      CommandCase("close no counter", .close(8), .unknownCounter),
      CommandCase("ask for help, also from a closed one", .askHelp(3), nil),
      CommandCase("ask for help at no counter", .askHelp(8), .unknownCounter),
      CommandCase("answer", .answerHelp(1), nil),
    ])
  func counters(test: CommandCase) throws { try check(test) }

  @Test("help asked for by an impatient finger is one call for help, as of the first press")
  func helpOnce() throws {
    var stage = Stage()
    try stage.run(.askHelp(1))
    let first = stage.now
    stage.pass(20)
    #expect(try stage.run(.askHelp(1)) == [])
    #expect(stage.hall.help[1] == first)
    try stage.run(.answerHelp(1))
    #expect(try stage.run(.answerHelp(1)) == [])
    #expect(try stage.run(.askHelp(1)).count == 1)
  }

  @Test(
    "closing the day",
    arguments: [
      CommandCase("close", .closeDay(reason: "t"), nil),
      CommandCase("twice", .closeDay(reason: "t"), .dayClosed) { try $0.run(.closeDay(reason: "t")) },
      CommandCase("reopen", .reopenDay, nil) { try $0.run(.closeDay(reason: "t")) },
      CommandCase("reopen an open one", .reopenDay, .dayOpen),
      CommandCase("call next afterwards", .callNext(1), .counterClosed) {
        try called(&$0)
        try $0.run(.closeDay(reason: "t"))
      },
      CommandCase("undo afterwards", .undo(1), .nothingToUndo) {
        try called(&$0); try $0.run(.closeDay(reason: "t"))
      },
      CommandCase("cancel afterwards", .cancel(code: "code-2"), .ticketEnded) {
        try called(&$0)
        try $0.run(.closeDay(reason: "t"))
      },
    ])
  func day(test: CommandCase) throws { try check(test) }
}
