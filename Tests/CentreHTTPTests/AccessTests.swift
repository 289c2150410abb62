import CentreHTTP
import CentreStore
import Crypto
import Foundation
import HummingbirdTesting
import OneStop
import Testing

@Suite("who may do what")
struct AccessTests {
  /// Written down here once more on purpose: widening a right has to be done in two places.
  private static let allowed: [String: Set<String>] = [
    "everyone": ["citizen", "kiosk", "board", "rating", "officer", "supervisor", "admin"],
    "kiosk": ["kiosk", "officer", "supervisor", "admin"],
    "rating": ["rating", "supervisor", "admin"],
    "officer": ["officer", "supervisor", "admin"],
    "supervisor": ["supervisor", "admin"],
  ]

  private static let expected: [String: String] = [
    "POST /api/v1/tickets": "kiosk", "POST /api/v1/counters/{n}/call-next": "officer",
    "POST /api/v1/steps/{id}/rating": "rating", "PUT /api/v1/settings": "supervisor",
    "POST /api/v1/officers": "supervisor", "POST /api/v1/terminals": "supervisor",
    "POST /api/v1/day/close": "supervisor", "POST /api/v1/clock/confirm": "supervisor",
    "POST /api/v1/emergency": "officer", "GET /api/v1/figures/{day}": "officer", "GET /api/v1/supervisor": "supervisor",
    "GET /api/v1/board": "everyone", "GET /api/v1/prints": "supervisor", "POST /api/v1/counters/{n}/help": "rating",
  ]

  @Test("every route with every role", .timeLimit(.minutes(2)))
  func table() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let guests: [(role: String, guest: Guest)] = [
        ("citizen", .nobody),
        ("kiosk", try await centre.terminal("kiosk-1", "kiosk", by: supervisor)),
        ("board", try await centre.terminal("board-1", "board", by: supervisor)),
        ("rating", try await centre.terminal("rating-1", "rating", counter: 1, by: supervisor)),
        ("officer", try await centre.signIn("cb01")),
        ("supervisor", supervisor),
        ("admin", try await centre.signIn("cb08")),
      ]
      for route in centre.routes {
        if let access = Self.expected["\(route.method) \(route.path)"] { #expect(route.access == access, "\(route)") }
      }
      for (role, guest) in guests {
        try await #expect(centre.get("/api/v1/session", as: guest).json["role"] == .string(role))
        // Signing out comes last; the stream, which does not end, has a test of its own.
        let routes = centre.routes.filter { $0.path != "/api/v1/events" }
          .sorted { a, b in a.method != "DELETE" && b.method == "DELETE" }
        for route in routes {
          let path = route.path.replacing("{n}", with: "1").replacing("{id}", with: "1")
            .replacing("{code}", with: "AAAAAA").replacing("{day}", with: "today").replacing("{job}", with: "1.png")
          let reply = try await centre.ask(route.method, path, route.method == "GET" ? nil : [:], as: guest)
          let may = Self.allowed[route.access]!.contains(role)
          let what = "\(role): \(route.method) \(route.path) → \(reply.status) \(reply.type ?? "")"
          if may {
            #expect(reply.type != "sign-in-required" && reply.type != "forbidden", "\(what)")
          } else {
            #expect(reply.status == (role == "citizen" ? 401 : 403), "\(what)")
            #expect(reply.type == (role == "citizen" ? "sign-in-required" : "forbidden"), "\(what)")
          }
        }
      }
    }
  }

  @Test("every event carries who, in which role, from which terminal")
  func actors() async throws {
    var plan = TestCentre.Plan.withPINs()
    plan.adjust = {
      $0.settings.printers = [Printer(id: "kiosk", name: "Máy in", profile: "generic-80", address: "tcp://127.0.0.1:9")]
    }
    try await TestCentre.run(plan) { centre in
      let supervisor = try await centre.signIn("cb07")
      let officer = try await centre.signIn("cb01")
      let kiosk = try await centre.terminal("kiosk-2", "kiosk", by: supervisor)
      let tablet = try await centre.terminal("rating-1", "rating", counter: 1, by: supervisor)
      let start = try await centre.head().seq
      let ticket = try await centre.ticket("ho-tich", as: kiosk)
      try await centre.counter(1, "open", as: officer)
      try await centre.counter(1, "call-next", as: officer)
      try await centre.ask("POST", "/api/v1/counters/1/start", [:], as: officer, headers: ["X-Terminal": "pc-7"])
      try await centre.counter(1, "finish", as: officer)
      let step = try await centre.get("/api/v1/counters/1/rating", as: tablet).json["step"].whole
      try await centre.done(
        "POST", "/api/v1/steps/\(step)/rating", ["reception": 5, "handling": 5], as: tablet, status: 201)
      try await centre.counter(1, "help", as: tablet)
      try await centre.done("POST", "/api/v1/tickets/\(ticket["id"].whole)/reprint", as: supervisor, status: 202)
      let actors = try await centre.events(after: start).map {
        "\($0.type) \($0.actor.name) \($0.actor.role.rawValue) \($0.actor.terminal)"
      }
      #expect(
        actors == [
          "ticket-issued citizen kiosk kiosk-2", "counter-opened cb01 officer counter-1",
          "called cb01 officer counter-1", "started cb01 officer pc-7", "finished cb01 officer counter-1",
          "rated citizen rating rating-1", "help-asked citizen rating rating-1", "reprint-asked cb07 supervisor ",
        ])
    }
  }

  @Test("who asks for help learns nothing of who is at the counter, and asks for the own counter only")
  func helpTellsNothing() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let officer = try await centre.signIn("cb01")
      let tablet = try await centre.terminal("rating-1", "rating", counter: 1, by: supervisor)
      try await centre.done(
        "POST", "/api/v1/tickets", ["service": "ho-tich", "priority": "elderly"], as: officer, status: 201)
      try await centre.counter(1, "open", as: officer)
      try await centre.counter(1, "call-next", as: officer)
      let help = "/api/v1/counters/1/help"
      let reply = try await centre.ask(
        "POST", help, [:], as: tablet, headers: ["Prefer": "return=representation"])
      #expect(reply.status == 200 && reply.text == "{}")
      try await centre.refused(401, "sign-in-required", "POST", help)
      try await centre.refused(403, "forbidden", "POST", "/api/v1/counters/2/help", as: tablet)
    }
  }

  @Test("officers open for themselves, supervisors for others; any officer may help at any counter and is named")
  func others() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let (one, two) = (try await centre.signIn("cb01"), try await centre.signIn("cb02"))
      let supervisor = try await centre.signIn("cb07")
      try await centre.refused(
        403, "forbidden", "POST", "/api/v1/counters/1/open", ["officer": "cb02"], as: one)
      try await centre.counter(1, "open", as: one)
      try await centre.counter(2, "open", ["officer": "cb02"], as: supervisor)
      try await centre.ticket("ho-tich", as: one)
      try await centre.counter(1, "call-next", as: two)
      let event = try await centre.events().last
      #expect(event?.actor.name == "cb02")
      #expect(try event?.decode(JSON.self)["officer"] == "cb01", "the step belongs to who sits there")
    }
  }
}

@Suite("signing in by PIN")
struct SignInTests {
  private func wrong(_ centre: TestCentre, _ officer: String, _ pin: String) async throws {
    try await centre.refused(
      401, "wrong-pin", "POST", "/api/v1/session", ["officer": .string(officer), "pin": .string(pin)])
  }

  @Test("a cookie that scripts cannot read, and what it opens")
  func good() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let reply = try await centre.post("/api/v1/session", ["officer": "cb01", "pin": .string(TestCentre.pin)])
      #expect(reply.status == 200 && reply.json["role"] == "officer" && reply.json["officer"]["id"] == "cb01")
      let cookie = reply.headers[.setCookie] ?? ""
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
      let me = Guest(name: "cb01", cookie: "motcua=\(reply.cookie("motcua") ?? "none")")
      try await #expect(centre.get("/api/v1/session", as: me).json["officer"]["id"] == "cb01")
      try await centre.counter(1, "open", as: me)
      // The token stands in the file as a hash only.
      let file = try Data(contentsOf: centre.folder.appendingPathComponent("centre.sqlite"))
      #expect(file.range(of: Data((reply.cookie("motcua") ?? "none").utf8)) == nil)
    }
  }

  @Test("a wrong PIN, an unknown officer, an officer without a PIN")
  func bad() async throws {
    var plan = TestCentre.Plan.withPINs()
    plan.pins = false
    plan.adjust = { $0.officers[0].pin = TestCentre.pin }
    try await TestCentre.run(plan) { centre in
      try await wrong(centre, "cb01", "0000")
      try await wrong(centre, "cb01", "")
      try await wrong(centre, "cb99", TestCentre.pin)
      try await wrong(centre, "cb02", TestCentre.pin)
      try await wrong(centre, "cb02", "")
      let sql = "cb01' OR '1'='1"
      try await wrong(centre, sql, TestCentre.pin)
    }
  }

  @Test("after five wrong PINs the door stays shut, for this officer only")
  func tries() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for _ in 0..<5 { try await wrong(centre, "cb01", "0000") }
      for pin in ["0000", TestCentre.pin] {
        try await centre.refused(
          429, "too-many-tries", "POST", "/api/v1/session", ["officer": "cb01", "pin": .string(pin)])
      }
      _ = try await centre.signIn("cb02")
    }
  }

  @Test("tries for officers who do not exist are not kept: anybody could fill the memory with them")
  func nobody() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for _ in 0..<7 { try await wrong(centre, "ghost", "0000") }
    }
  }

  @Test("tries at the same time are counted too")
  func triesTogether() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let types = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<12 {
          group.addTask { try await centre.post("/api/v1/session", ["officer": "cb01", "pin": "1111"]).type }
        }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(types.count { $0 == "wrong-pin" } == 5 && types.count { $0 == "too-many-tries" } == 7)
    }
  }

  @Test("a session ends at sign-out, with a new PIN, when switched off, and ten hours after its last use")
  func ends() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      func ended(_ guest: Guest) async throws {
        try await centre.refused(401, "sign-in-required", "POST", "/api/v1/counters/1/call-next", as: guest)
      }
      var officer = try await centre.signIn("cb01")
      let reply = try await centre.ask("DELETE", "/api/v1/session", as: officer)
      #expect(reply.headers[.setCookie]?.contains("Max-Age=0") == true)
      try await ended(officer)

      officer = try await centre.signIn("cb01")
      try await centre.done("PUT", "/api/v1/officers/cb01", ["phone": "0225 1"], as: supervisor)
      try await centre.counter(1, "open", as: officer)
      try await centre.done("PUT", "/api/v1/officers/cb01", ["pin": "987654"], as: supervisor)
      try await ended(officer)
      try await wrong(centre, "cb01", TestCentre.pin)

      officer = try await centre.signIn("cb02")
      try await centre.done("PUT", "/api/v1/officers/cb02", ["active": false], as: supervisor)
      try await ended(officer)
      try await wrong(centre, "cb02", TestCentre.pin)
      try await centre.refused(
        404, "unknown-officer", "POST", "/api/v1/counters/2/open", ["officer": "cb02"], as: supervisor)

      officer = try await centre.signIn("cb03")
      centre.pass(9 * 3600)
      try await #expect(centre.get("/api/v1/session", as: officer).json["officer"].exists)
      centre.pass(10 * 3600)
      try await ended(officer)
    }
  }

  @Test("a change of role holds at once")
  func role() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let officer = try await centre.signIn("cb01")
      try await centre.refused(403, "forbidden", "GET", "/api/v1/settings", as: officer)
      try await centre.done("PUT", "/api/v1/officers/cb01", ["role": "supervisor"], as: supervisor)
      try await centre.done("GET", "/api/v1/settings", as: officer)
      try await centre.done("PUT", "/api/v1/officers/cb01", ["role": "officer"], as: supervisor)
      try await centre.refused(403, "forbidden", "GET", "/api/v1/settings", as: officer)
    }
  }

  @Test("who signs out while another tab still asks is signed out")
  func signOutBesideATab() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      // As after a restart: known to the file and not yet to the memory.
      let tokens = (0..<40).map { "token\($0)" }
      try await centre.desk.perform { ledger, _ in
        for token in tokens {
          try ledger.db.execute(
            sql: "INSERT INTO session (token, officer, seenAt) VALUES (?, 'cb01', ?)",
            arguments: [Data(SHA256.hash(data: Data(token.utf8))), ledger.now.milliseconds])
        }
      }
      for token in tokens {
        let guest = Guest(name: token, cookie: "motcua=\(token)")
        try await withThrowingTaskGroup(of: Void.self) { group in
          for i in 0..<8 {
            group.addTask { try await centre.ask(i == 2 ? "DELETE" : "GET", "/api/v1/session", as: guest) }
          }
          try await group.waitForAll()
        }
        try await #expect(centre.get("/api/v1/session", as: guest).json["role"] == "citizen")
      }
    }
  }

  @Test("officers: a PIN that is none, an empty name, a role that people cannot have, an unknown id")
  func officers() async throws {
    try await TestCentre.run { centre in
      for (field, value) in [
        ("pin", "123"), ("pin", "12a4"), ("pin", "1234567890123"), ("name", "  "), ("role", "kiosk"),
        ("name", .string(String(repeating: "ễ", count: 61))), ("title", .string(String(repeating: "ễ", count: 81))),
        ("phone", .string(String(repeating: "0", count: 31))),
      ]
        as [(String, JSON)]
      {
        var body: JSON = ["name": "Yến"]
        body[field] = value
        let reply = try await centre.refused(422, "settings-invalid", "POST", "/api/v1/officers", body)
        #expect(reply.json["problems"][0]["path"] == .string(field))
        try await centre.refused(422, "settings-invalid", "PUT", "/api/v1/officers/cb01", [field: value])
      }
      try await centre.refused(404, "unknown-officer", "PUT", "/api/v1/officers/cb99", ["name": "Yến"])
    }
  }

  @Test("what is changed over the daemon's socket holds at the port at once")
  func socket() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let officer = try await centre.signIn("cb01")
      let supervisor = try await centre.signIn("cb07")
      _ = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      try await centre.refused(
        401, "sign-in-required", "POST", "/api/v1/tickets", as: Guest(name: "x", cookie: "terminal=x"))
      // The same parts behind an open door, as the daemon has them on its socket.
      let inner = CentreApp(centre.parts, open: true).application(on: .hostname("127.0.0.1", port: 0))
      let token = try await inner.test(.router) { client in
        func send(_ method: String, _ path: String, _ body: JSON) async throws -> JSON {
          let response = try await client.execute(
            uri: path, method: .init(method)!, body: .init(bytes: body.bytes))
          return try JSON(Data(buffer: response.body))
        }
        _ = try await send("PUT", "/api/v1/officers/cb01", ["pin": "987654"])
        return try await send("POST", "/api/v1/terminals", ["name": "kiosk-2", "role": "kiosk"])["token"].text
      }
      try await centre.refused(401, "sign-in-required", "POST", "/api/v1/counters/1/open", as: officer)
      try await centre.ticket("ho-tich", as: Guest(name: "kiosk-2", cookie: "terminal=\(token)"))
      try await #expect(centre.events().contains { $0.type == "terminal-added" && $0.actor.name == "console" })
    }
  }
}
