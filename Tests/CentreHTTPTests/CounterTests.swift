import Foundation
import Testing

@Suite("a counter does what its state allows")
struct CounterTests {
  private enum State: String, CaseIterable {
    case closed, idle, paused, called, serving, full
  }

  /// Each action in each state, and the word it is refused with; "ok" where it is not.
  /// `full`: serving, with another citizen on hold.
  private static let table: [(action: String, answers: [String])] = [
    // closed, idle, paused, called, serving, full
    (
      "call-next",
      ["counter-closed", "nobody-waiting", "counter-paused", "nobody-waiting", "nobody-waiting", "nobody-waiting"]
    ),
    (
      "call",
      ["counter-closed", "unknown-ticket", "counter-paused", "unknown-ticket", "unknown-ticket", "unknown-ticket"]
    ),
    ("recall", ["counter-closed", "nothing-called", "nothing-called", "ok", "already-serving", "already-serving"]),
    ("start", ["counter-closed", "nothing-called", "nothing-called", "ok", "already-serving", "already-serving"]),
    ("finish", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    (
      "no-show",
      ["counter-closed", "nothing-called", "nothing-called", "recall-first", "already-serving", "already-serving"]
    ),
    ("hold", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    (
      "resume",
      ["counter-closed", "unknown-ticket", "counter-paused", "unknown-ticket", "unknown-ticket", "unknown-ticket"]
    ),
    ("return", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    ("transfer", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    ("cancel", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    ("mark", ["counter-closed", "nothing-called", "nothing-called", "ok", "ok", "ok"]),
    ("open", ["ok", "counter-open", "counter-open", "counter-open", "counter-open", "counter-open"]),
    ("pause", ["counter-closed", "ok", "ok", "counter-busy", "counter-busy", "counter-busy"]),
    ("close", ["counter-closed", "ok", "ok", "counter-busy", "counter-busy", "counter-busy"]),
    ("help", ["ok", "ok", "ok", "ok", "ok", "ok"]),
    ("help/answer", ["ok", "ok", "ok", "ok", "ok", "ok"]),
  ]

  private static let bodies: [String: JSON] = [
    "call": ["number": "A999"], "resume": ["number": "A999"], "transfer": ["service": "ket-qua"],
    "pause": ["reason": "Nghỉ"], "open": ["officer": "cb02"],
  ]

  @Test("every action in every state", arguments: State.allCases.map(\.rawValue))
  func states(name: String) async throws {
    let state = State(rawValue: name)!
    let column = State.allCases.firstIndex(of: state)!
    // What is accepted changes the state, so each action meets a fresh one; refusals share one.
    try await TestCentre.run { centre in
      try await bring(centre, to: state)
      for (action, answers) in Self.table where answers[column] != "ok" {
        let status = answers[column].hasPrefix("unknown") ? 404 : 409
        try await centre.refused(
          status, answers[column], "POST", "/api/v1/counters/1/\(action)", Self.bodies[action] ?? [:])
      }
      try await agrees(centre)
    }
    for (action, answers) in Self.table where answers[column] == "ok" {
      try await TestCentre.run { centre in
        try await bring(centre, to: state)
        try await centre.counter(1, action, Self.bodies[action] ?? [:])
        try await centre.verify()
      }
    }
  }

  /// A button never promises what the rules refuse.
  private func agrees(_ centre: TestCentre) async throws {
    let actions = try await centre.get("/api/v1/counters/1/desk").json["actions"].object
    for (action, refusal) in actions where !["open", "call", "resume", "undo"].contains(action) {
      try await centre.refused(
        409, refusal["type"].text, "POST", "/api/v1/counters/1/\(action)", Self.bodies[action] ?? [:])
    }
  }

  private func bring(_ centre: TestCentre, to state: State) async throws {
    guard state != .closed else { return }
    try await centre.counter(1, "open", ["officer": "cb01"])
    switch state {
    case .closed, .idle: break
    case .paused: try await centre.counter(1, "pause", ["reason": "Nghỉ"])
    case .called, .serving:
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      if state == .serving { try await centre.counter(1, "start") }
    case .full:
      for _ in 0..<2 {
        try await centre.ticket()
        try await centre.counter(1, "call-next")
        try await centre.counter(1, "start")
        if try await centre.get("/api/v1/counters/1/desk").json["held"] == [] { try await centre.counter(1, "hold") }
      }
    }
  }

  @Test("a number that is elsewhere, ended, on hold or waiting is refused for what it is")
  func numbers() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(3, "open", ["officer": "cb03"])
      for _ in 0..<5 { try await centre.ticket() }
      try await centre.counter(1, "call", ["number": "A001"])
      func refused(_ type: String, _ n: Int, _ action: String, _ number: JSON) async throws {
        try await centre.refused(409, type, "POST", "/api/v1/counters/\(n)/\(action)", ["number": number])
      }
      try await refused("ticket-elsewhere", 3, "call", "A001")
      try await refused("ticket-elsewhere", 3, "cancel", "A001")
      try await refused("not-held", 3, "resume", "A002")
      try await refused("not-returnable", 3, "return", "A002")
      try await centre.counter(1, "hold")
      try await refused("ticket-elsewhere", 3, "call", "A001")
      try await refused("not-held", 3, "resume", "A001")
      try await centre.counter(1, "call-next")
      try await refused("counter-busy", 1, "resume", "A001")
      try await centre.counter(1, "finish")
      try await refused("ticket-ended", 1, "call", "A002")
      try await refused("ticket-ended", 1, "return", "A002")
      try await refused("ticket-ended", 1, "cancel", "A002")
    }
  }

  @Test("two officers who press at once get two different citizens")
  func together() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(3, "open", ["officer": "cb03"])
      for _ in 0..<40 { try await centre.ticket() }
      let numbers = try await withThrowingTaskGroup(of: String?.self) { group in
        for i in 0..<40 {
          group.addTask {
            try await centre.counter(i.isMultiple(of: 2) ? 1 : 3, "call-next")["ticket"]["number"].string
          }
        }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(Set(numbers.compactMap { $0 }).count == 40)
    }
  }

  @Test("undo: too late, overtaken, nothing to take back")
  func undo() async throws {
    try await TestCentre.run { centre in
      let path = "/api/v1/counters/1/undo"
      try await centre.refused(409, "nothing-to-undo", "POST", path)
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(3, "open", ["officer": "cb03"])
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "return")
      try await centre.counter(3, "call-next")
      try await centre.refused(409, "undo-overtaken", "POST", path)
      try await centre.counter(3, "undo")
      try await centre.counter(1, "call-next")
      centre.pass(11)
      try await centre.refused(409, "undo-too-late", "POST", path)
    }
  }

  @Test("where calling next does not finish, it is refused while somebody is at the counter")
  func busy() async throws {
    var plan = TestCentre.Plan()
    plan.adjust = { $0.settings.rules.callNextFinishes = false }
    try await TestCentre.run(plan) { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<2 { try await centre.ticket() }
      try await centre.counter(1, "call-next")
      try await centre.refused(409, "counter-busy", "POST", "/api/v1/counters/1/call-next")
      try await centre.refused(409, "counter-busy", "POST", "/api/v1/counters/1/call", ["number": "A002"])
    }
  }

  @Test("an officer who sits elsewhere: refused with that counter, moved on request, not away from a citizen")
  func elsewhere() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let reply = try await centre.refused(
        409, "officer-elsewhere", "POST", "/api/v1/counters/3/open", ["officer": "cb01"])
      #expect(reply.json["counter"] == 1)
      try await centre.refused(404, "unknown-officer", "POST", "/api/v1/counters/3/open", ["officer": "cb99"])
      try await centre.refused(404, "unknown-officer", "POST", "/api/v1/counters/3/open")
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      try await centre.refused(
        409, "counter-busy", "POST", "/api/v1/counters/3/open", ["officer": "cb01", "takeOver": true])
      try await centre.counter(1, "finish")
      try await centre.counter(3, "open", ["officer": "cb01", "takeOver": true])
      try await #expect(centre.get("/api/v1/counters/1/desk").json["state"] == "closed")
      // A colleague takes the counter of who forgot to sign out.
      try await centre.counter(3, "open", ["officer": "cb03", "takeOver": true])
      try await #expect(centre.get("/api/v1/counters/3/desk").json["officer"]["id"] == "cb03")
    }
  }
}
