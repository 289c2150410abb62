import CentreOperations
import Foundation
import Testing

@Suite("the stream of events")
struct StreamTests {
  private func live(open: Bool = true) -> TestCentre.Plan {
    var plan = open ? TestCentre.Plan() : .withPINs()
    plan.live = true
    return plan
  }

  private func check(_ message: EventReader.Message?, at place: SourceLocation = #_sourceLocation) {
    guard let message else {
      Issue.record("the stream has ended", sourceLocation: place)
      return
    }
    let schema = APIDocument.shared.event(message.event)
    #expect(schema.exists, "\(message.event) is not documented", sourceLocation: place)
    let faults = APIDocument.shared.check.faults(message.json, schema)
    #expect(faults.isEmpty, "\(message.event): \(faults.joined(separator: "\n"))", sourceLocation: place)
    #expect(
      message.event == "hello" ? message.id == nil : message.id?.contains(/^\d+:\d+$/) == true, sourceLocation: place)
  }

  /// Reads hello and what follows it.
  private func begin(
    _ centre: TestCentre, _ query: String, cookie: String? = nil, after last: String? = nil
  ) async throws -> (reader: EventReader, first: EventReader.Message?) {
    let reader = try await EventReader(port: centre.port, query, cookie: cookie, after: last)
    #expect(reader.status == 200, "\(query): \(reader.refusal)")
    let hello = try await reader.event()
    check(hello)
    #expect(hello?.event == "hello" && hello?.json["build"] == "test" && hello?.json["utcOffsetMinutes"] == 420)
    return (reader, try await reader.next())
  }

  @Test("first hello and the whole state, then a change for each thing that happens", arguments: ["public", "kiosk"])
  func changes(audience: String) async throws {
    try await TestCentre.run(live()) { centre in
      let (reader, first) = try await begin(centre, "audience=\(audience)")
      check(first)
      #expect(first?.event == "snapshot" && first?.json["calls"] == [] && first?.json["day"] == "2026-11-26")
      if audience == "kiosk" {
        let printer = try await reader.event("change") { $0["printer"].exists }
        check(printer)
        #expect(printer.json["printer"]["state"] == "none")
      }
      try await centre.counter(1, "open", ["officer": "cb01"])
      let opened = try await reader.event("change") { $0["type"] == "counter-opened" }
      check(opened)
      #expect(opened.json["counters"][0]["officer"]["name"] == "Nguyễn Thị Minh Hạnh")
      try await centre.ticket()
      let issued = try await reader.event("change") { $0["type"] == "ticket-issued" }
      check(issued)
      #expect(issued.json["services"].array.first { $0["id"] == "ho-tich" }?["waiting"] == 1)
      try await centre.counter(1, "call-next")
      let called = try await reader.event("change") { $0["call"].exists }
      check(called)
      #expect(called.json["call"]["number"] == "A001" && called.json["call"]["counter"] == 1)
      try await centre.counter(1, "undo")
      let undone = try await reader.event("change") { $0["uncall"].exists }
      check(undone)
      #expect(undone.json["uncall"]["number"] == "A001")
      let head = try await centre.head().seq
      #expect(undone.id == "1:\(head)")
    }
  }

  @Test("calls in quick succession each come as a change of their own, none swallowed")
  func quick() async throws {
    try await TestCentre.run(live()) { centre in
      for (n, officer) in [(1, "cb01"), (3, "cb03")] {
        try await centre.counter(n, "open", ["officer": .string(officer)])
      }
      for _ in 0..<30 { try await centre.ticket() }
      let (reader, _) = try await begin(centre, "audience=public")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<30 { group.addTask { try await centre.counter(i.isMultiple(of: 2) ? 1 : 3, "call-next") } }
        try await group.waitForAll()
      }
      var numbers: [String] = []
      while numbers.count < 30 {
        numbers.append(try await reader.event("change") { $0["call"].exists }.json["call"]["number"].text)
      }
      #expect(Set(numbers).count == 30)
    }
  }

  @Test("with Last-Event-ID it goes on where it stopped, without a snapshot and without a gap")
  func resume() async throws {
    try await TestCentre.run(live()) { centre in
      // Another screen stays, as in any hall: changes are kept while somebody listens.
      let (other, _) = try await begin(centre, "audience=public")
      let (reader, first) = try await begin(centre, "audience=public")
      try await centre.ticket()
      let seen = try await reader.event("change") { $0["type"] == "ticket-issued" }
      reader.hangUp()
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(1, "call-next")
      _ = try await other.event("change") { $0["call"].exists }

      let (again, next) = try await begin(centre, "audience=public", after: seen.id)
      #expect(next?.event == "change", "\(String(describing: next))")
      check(next)
      if next?.json["call"].exists != true { check(try await again.event("change") { $0["call"].exists }) }
      // Nothing missed: it says so at once, so that the screen knows it is connected.
      let last = "1:\(try await centre.head().seq)"
      let (_, comment) = try await begin(centre, "audience=public", after: last)
      #expect(comment?.comment == "resumed")
      // Of another epoch, from the future, no id at all: the whole state.
      for id in ["2:1", "1:999999", "x", "1:", "1:-5", first?.id?.replacing("1:", with: "7:") ?? ""] {
        try await #expect(begin(centre, "audience=public", after: id).first?.event == "snapshot", "\(id)")
      }
    }
  }

  @Test("desk, rating, supervisor and track get their view whole, each time it changed")
  func frames() async throws {
    try await TestCentre.run(live()) { centre in
      let code = try await centre.ticket()["code"].text
      let (desk, deskFirst) = try await begin(centre, "audience=desk&counter=1")
      let (tablet, tabletFirst) = try await begin(centre, "audience=rating&counter=1")
      let (supervisor, supervisorFirst) = try await begin(centre, "audience=supervisor")
      let (track, trackFirst) = try await begin(centre, "audience=track&code=\(code)")
      for (first, name) in [
        (deskFirst, "desk"), (tabletFirst, "rating"), (supervisorFirst, "supervisor"), (trackFirst, "track"),
      ] {
        #expect(first?.event == name)
        check(first)
      }
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(1, "call-next")
      check(try await desk.event("desk") { $0["current"]["number"] == "A001" })
      check(try await track.event("track") { $0["state"] == "called" && $0["counter"] == 1 })
      check(try await supervisor.event("supervisor") { $0["counters"][0]["ticket"] == "A001" })
      try await centre.counter(1, "start")
      try await centre.counter(1, "finish")
      check(try await tablet.event("rating") { $0["state"] == "ask" })
      try await centre.counter(1, "help")
      check(try await supervisor.event("supervisor") { $0["help"].array.count == 1 })
    }
  }

  @Test("each audience to whom it belongs; refusals come before the stream")
  func rights() async throws {
    try await TestCentre.run(live(open: false)) { centre in
      let supervisor = try await centre.signIn("cb07")
      let officer = try await centre.signIn("cb01")
      let kiosk = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      let tablet = try await centre.terminal("rating-1", "rating", counter: 1, by: supervisor)
      func status(_ query: String, _ guest: Guest) async throws -> String {
        let reader = try await EventReader(port: centre.port, query, cookie: guest.cookie)
        return reader.status == 200 ? "200" : "\(reader.status) \(reader.refusal["type"].string ?? "")"
      }
      for (query, answers) in [
        // nobody, kiosk, tablet, officer, supervisor
        ("audience=public", ["200", "200", "200", "200", "200"]),
        ("audience=kiosk", ["200", "200", "200", "200", "200"]),
        ("audience=desk&counter=1", ["401", "403", "403", "200", "200"]),
        ("audience=rating&counter=1", ["401", "403", "200", "403", "200"]),
        ("audience=supervisor", ["401", "403", "403", "403", "200"]),
      ] {
        for (guest, answer) in zip([.nobody, kiosk, tablet, officer, supervisor], answers) {
          let full = answer == "401" ? "401 sign-in-required" : answer == "403" ? "403 forbidden" : answer
          try await #expect(status(query, guest) == full, "\(query) as \(guest.name)")
        }
      }
      try await #expect(status("audience=desk&counter=9", officer) == "404 unknown-counter")
      try await #expect(status("audience=desk", officer) == "404 unknown-counter")
      try await #expect(status("audience=rating&counter=x", tablet) == "404 unknown-counter")
      try await #expect(status("audience=track&code=AAAAAAAAAAAA", .nobody) == "404 unknown-code")
      try await #expect(status("audience=track", .nobody) == "404 unknown-code")
      try await #expect(status("audience=all", .nobody) == "400 bad-request")
    }
  }

  @Test("the public stream carries no code, no name but the officers', no priority of a person")
  func discretion() async throws {
    try await TestCentre.run(live()) { centre in
      let (reader, first) = try await begin(centre, "audience=public")
      try await centre.counter(1, "open", ["officer": "cb01"])
      let ticket = try await centre.done(
        "POST", "/api/v1/tickets", ["service": "ho-tich", "priority": "disabled", "needs": ["hearing"]], status: 201)
      try await centre.counter(1, "call-next")
      var all = first?.data ?? ""
      var called = false
      while !called {
        let message = try #require(try await reader.event())
        all += message.data
        called = message.json["call"].exists
      }
      #expect(!all.contains(ticket["code"].text))
      let board = try await centre.get("/api/v1/board").text
      #expect(!board.contains(ticket["code"].text) && !board.contains("cb01"))
      for call in try JSON(Data(board.utf8))["calls"].array { #expect(!call.object.keys.contains("priority")) }
    }
  }

  @Test("something comes at least every five seconds")
  func heartbeat() async throws {
    var plan = live()
    plan.services = { desk, parts in [DayKeeper(desk, alarms: parts.alarms, log: parts.log, synchronised: { true })] }
    try await TestCentre.run(plan) { centre in
      let (board, _) = try await begin(centre, "audience=public")
      let (tablet, _) = try await begin(centre, "audience=rating&counter=1")
      let start = ContinuousClock.now
      for _ in 0..<2 {
        #expect(try await board.next(within: 7) != nil)
        #expect(try await tablet.next(within: 7) != nil)
      }
      #expect(start.duration(to: .now) < .seconds(14))
    }
  }

  @Test("a screen that goes away is forgotten; when the program stops, every stream ends as it should and at once")
  func ends() async throws {
    try await TestCentre.run(live()) { centre in
      let (gone, _) = try await begin(centre, "audience=public")
      let (public_, _) = try await begin(centre, "audience=public")
      let (desk, _) = try await begin(centre, "audience=desk&counter=1")
      try await until("two boards are counted") { centre.desk.tail.bell.listeners == 2 }
      gone.hangUp()
      try await until("one of them is forgotten") { centre.desk.tail.bell.listeners == 1 }
      let start = ContinuousClock.now
      await centre.group.triggerGracefulShutdown()
      #expect(try await public_.event(within: 5) == nil)
      #expect(try await desk.event(within: 5) == nil)
      #expect(start.duration(to: .now) < .seconds(3))
      try await until("nobody is left") { centre.desk.tail.bell.listeners + centre.desk.bell.listeners == 0 }
    }
  }
}
