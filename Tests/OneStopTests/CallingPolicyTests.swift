import OneStop
import Testing

@Suite("who is next")
struct CallingPolicyTests {
  /// Tickets in the order of arrival, a minute apart: capitals have priority. All are called by one counter.
  private func order(_ tickets: String, inRow: Int = 3, overdue: Int = 0, everyMinutes: Int = 0) throws -> String {
    var stage = Stage {
      $0.rules.priorityInRow = inRow
      $0.rules.overdueMinutes = overdue
    }
    try stage.open(1)
    for ticket in tickets {
      try stage.issue(String(ticket))
      stage.pass(59)
    }
    var called = ""
    for _ in tickets {
      let number = try stage.next(1)
      called += stage.visit(number).priority == nil ? "a" : "A"
      stage.pass(everyMinutes * 60)
    }
    #expect(stage.hall.waitingCount == 0)
    return called
  }

  @Test(
    "priority first, but after k in a row an ordinary one",
    arguments: [
      ("aaAA", 3, "AAaa"), ("aaAAAAAA", 3, "AAAaAAAa"), ("aaAAAA", 1, "AaAaAA"), ("aAAAAAAA", 2, "AAaAAAAA"),
      ("AAAA", 2, "AAAA"), ("aaa", 2, "aaa"), ("aaaAAAAAAAAA", 4, "AAAAaAAAAaAa"),
    ])
  func inRow(tickets: String, k: Int, expected: String) throws {
    #expect(try order(tickets, inRow: k) == expected)
  }

  @Test(
    "once an ordinary ticket has waited m minutes, both alternate",
    arguments: [
      // Nobody is overdue at once: the eight came within eight minutes.
      ("aaaAAAAA", 60, 0, "AAAAAaaa"),
      // Everybody ordinary is overdue from the start.
      ("aaaAAAAA", 4, 0, "AaAaAaAA"),
      // One gets overdue while others are called.
      ("aAAAAAAA", 11, 2, "AAaAAAAA"),
      // Switched off.
      ("aAAAAAAA", 0, 60, "AAAAAAAa"),
    ])
  func overdue(tickets: String, minutes: Int, every: Int, expected: String) throws {
    #expect(try order(tickets, inRow: 20, overdue: minutes, everyMinutes: every) == expected)
  }

  @Test("a ticket becomes overdue at the very second, not before", arguments: [(-1, "A002"), (0, "A001")])
  func overdueBoundary(seconds: Int, expected: String) throws {
    var stage = Stage { $0.rules.overdueMinutes = 30 }
    try stage.open(1)
    let start = stage.now
    try stage.issue("aAA")
    // One priority has been called, so that the ordinary one's turn depends on its wait alone.
    try stage.run(.callNext(1))
    #expect(stage.hall.current(at: 1)?.number == "A002")
    stage.now = start.adding(seconds: 1800 + seconds)
    #expect(try stage.next(1) == (expected == "A001" ? "A001" : "A003"))
  }

  @Test(
    "the reason stands in the event",
    arguments: [
      ("a", 0, nil), ("aA", 0, .priority), ("Aa", 0, nil), ("aAAAA", 3, .afterPriorityRow),
    ] as [(String, Int, CallingPolicy.Reason?)])
  func reasons(tickets: String, before: Int, expected: CallingPolicy.Reason?) throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue(tickets)
    for _ in 0..<before { try stage.run(.callNext(1)) }
    let events = try stage.run(.callNext(1))
    guard case .called(let called) = events.last else {
      Issue.record("nobody was called")
      return
    }
    #expect(called.how == .next)
    #expect(called.reason == expected)
  }

  @Test("overdue is named as the reason")
  func overdueReason() throws {
    var stage = Stage { $0.rules.overdueMinutes = 10 }
    try stage.open(1)
    try stage.issue("aAA")
    stage.pass(1200)
    try stage.run(.callNext(1))
    let events = try stage.run(.callNext(1))
    guard case .called(let called) = events.last else { return }
    #expect(called.reason == .overdue)
  }

  @Test("the second rank is served only when nobody waits in the first")
  func ranks() throws {
    var stage = Stage()
    try stage.open(2)
    try stage.issue("bBaba")
    #expect(try [stage.next(2), stage.next(2), stage.next(2), stage.next(2)] == ["A001", "A002", "B002", "B001"])
  }

  @Test("within one rank the earlier one, whatever the service")
  func oneRank() throws {
    var stage = Stage()
    try stage.open(3)
    try stage.issue("bcbc")
    #expect(try [stage.next(3), stage.next(3), stage.next(3), stage.next(3)] == ["B001", "C001", "B002", "C002"])
  }

  @Test("within one rank priority goes before ordinary tickets of the other service")
  func oneRankPriority() throws {
    var stage = Stage()
    try stage.open(3)
    try stage.issue("bcC")
    #expect(try stage.next(3) == "C002")
  }

  @Test("an overdue ordinary ticket is not starved by priority of the other service")
  func noStarving() throws {
    var stage = Stage { $0.rules.overdueMinutes = 10 }
    try stage.open(3)
    try stage.issue("b")
    stage.pass(900)
    try stage.issue("CC")
    #expect(try stage.next(3) == "B001")
  }

  @Test("who was sent to a counter is called there only, by arrival among its first rank")
  func ownLine() throws {
    var stage = Stage()
    try stage.open(1, 2)
    try stage.issue("aaa")
    try stage.run(.callNext(1))
    try stage.run(.transfer(1, to: Destination(counter: 2)))
    #expect(try stage.next(1) == "A002")
    #expect(try stage.next(2) == "A001")
    #expect(try stage.next(2) == "A003")
    #expect(stage.refusal(.callNext(1)) == .nobodyWaiting)
  }

  @Test("a place in front is ahead of priority and of everybody who came earlier")
  func front() throws {
    var stage = Stage { $0.rules.transferKeepsPlace = false }
    try stage.open(2, 3)
    try stage.issue("bbaaA")
    try stage.run(.callNext(3))
    try stage.run(.transfer(3, to: Destination(service: "a")))
    let events = try stage.run(.callNext(2))
    guard case .called(let called) = events.last else { return }
    #expect(called.reason == .front)
    #expect(stage.hall.current(at: 2)?.number == "B001")
    #expect(try stage.next(2) == "A003")
  }

  @Test("explicit calls by number leave the count of the fairness rule alone")
  func explicitExempt() throws {
    var stage = Stage { $0.rules.priorityInRow = 2 }
    try stage.open(1)
    try stage.issue("aaAAAA")
    #expect(try stage.next(1) == "A003")
    let events = try stage.run(.call(1, number: "A002"))
    guard case .called(let called) = events.last else { return }
    #expect(called.how == .number)
    #expect(try stage.next(1) == "A004")
    #expect(try stage.next(1) == "A001")
  }

  @Test("the next few on the officer's screen are those that will be called")
  func upcoming() throws {
    var chance = Chance(seed: 11)
    for _ in 0..<60 {
      var stage = Stage { $0.rules.overdueMinutes = 15 }
      try stage.open(4)
      for _ in 0..<chance.whole(1...25) {
        try stage.issue(String("aAbBkK".randomElement(using: &chance)!))
        stage.pass(chance.whole(0...180))
      }
      let counter = stage.hall.settings.counter(4)!
      let shown = CallingPolicy(stage.hall.settings.rules).upcoming(
        8, for: counter, own: nil, lines: stage.hall.lines, at: stage.now
      ).map { stage.hall.visits[$0.place.visit]!.number }
      var called: [String] = []
      while called.count < 8, stage.refusal(.callNext(4)) == nil { called.append(try stage.next(4)) }
      #expect(shown == called)
    }
  }
}
