import CentreOperations
import CentreStore
import Foundation
import OneStop
import Testing

@Suite("the day, emergency numbers, the clock")
struct DayTests {
  private static let emergency = "/api/v1/emergency"

  @Test("closing ends everything that is open and counts it; then nothing happens any more until it is reopened")
  func close() async throws {
    try await TestCentre.run { centre in
      try await centre.refused(409, "day-open", "POST", "/api/v1/day/reopen")
      try await centre.counter(1, "open", ["officer": "cb01"])
      let code = try await centre.ticket()["code"].text
      try await centre.ticket()
      try await centre.ticket("dat-dai")
      try await centre.counter(1, "call-next")
      try await centre.done("POST", "/api/v1/day/close", ["reason": "Mất điện cả khu"])
      let event = try await centre.events().last { $0.type == "day-closed" }
      #expect(try event?.decode(JSON.self)["reason"] == "Mất điện cả khu")
      try await centre.refused(409, "day-closed", "POST", "/api/v1/day/close")
      try await centre.refused(409, "day-closed", "POST", "/api/v1/tickets", ["service": "ho-tich"])
      try await centre.refused(409, "day-closed", "POST", "/api/v1/counters/1/open", ["officer": "cb01"])
      try await centre.refused(409, "counter-closed", "POST", "/api/v1/counters/1/call-next")
      try await centre.refused(
        409, "day-closed", "POST", Self.emergency, ["number": "P001", "service": "ho-tich", "state": "waiting"])
      let figures = try await centre.get("/api/v1/figures/today").json["total"]
      #expect(figures["unfinished"] == 1 && figures["unserved"] == 2 && figures["issued"] == 3)
      let mine = try await centre.get("/api/v1/track/\(code)").json
      #expect(mine["state"] == "ended" && mine["outcome"] == "unfinished")
      try await until("the board is closed") {
        let board = try await centre.get("/api/v1/board").json
        return board["open"]["state"] == "after" && board["counters"].array.allSatisfy { $0["state"] == "closed" }
      }
      try await centre.done("POST", "/api/v1/day/reopen")
      let back = try await centre.get("/api/v1/track/\(code)").json
      #expect(back["state"] == "called" && back["counter"] == 1)
      try await centre.counter(1, "finish")
      try await #expect(centre.ticket()["number"] == "A003")
      try await centre.verify()
    }
  }

  @Test("the day turns while somebody is at a counter: yesterday is closed, numbers begin anew, nothing is lost")
  func midnight() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let code = try await centre.ticket()["code"].text
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      centre.pass(24 * 3600)
      try await #expect(centre.ticket()["number"] == "A001")
      try await centre.refused(404, "unknown-code", "GET", "/api/v1/track/\(code)")
      try await centre.refused(409, "counter-closed", "POST", "/api/v1/counters/1/finish")
      let yesterday = try await centre.get("/api/v1/figures/2026-11-26").json["total"]
      #expect(yesterday["unfinished"] == 1 && yesterday["unserved"] == 1)
      let types = try await centre.events().map(\.type)
      #expect(types.suffix(3) == ["day-closed", "day-began", "ticket-issued"])
      try await centre.verify()
    }
  }

  @Test("a command that is refused may still turn the day over; then only that is in the journal")
  func midnightRefused() async throws {
    try await TestCentre.run { centre in
      try await centre.ticket()
      centre.pass(24 * 3600)
      let reply = try await centre.post("/api/v1/counters/1/call-next")
      #expect(reply.status == 409 && reply.type == "counter-closed")
      try await centre.refused(409, "counter-closed", "POST", "/api/v1/counters/1/call-next")
      try await #expect(centre.ticket()["number"] == "A001")
      try await centre.verify()
    }
  }

  @Test("emergency numbers: only those printed beforehand, each once, with a believable time")
  func emergencyNumbers() async throws {
    try await TestCentre.run { centre in
      func body(_ number: String, _ more: [String: JSON] = [:]) -> JSON {
        var body: JSON = ["number": .string(number), "service": "ho-tich", "state": "waiting"]
        for (name, value) in more { body[name] = value }
        return body
      }
      for number in ["P000", "P201", "A001", "P1", "P0001", "P-01", "P+01", "017", "", "P١٧"] {
        try await centre.refused(422, "emergency-number", "POST", Self.emergency, body(number))
      }
      try await centre.refused(422, "bad-value", "POST", Self.emergency, body("P001", ["arrivedAt": "23:59"]))
      for time in ["25:00", "8:00", "08h00"] as [JSON] {
        try await centre.refused(400, "bad-json", "POST", Self.emergency, body("P001", ["arrivedAt": time]))
      }
      try await centre.refused(400, "bad-json", "POST", Self.emergency, body("P001", ["state": "lost"]))
      try await centre.refused(404, "unknown-counter", "POST", Self.emergency, body("P001", ["counter": 9]))
      try await centre.refused(404, "unknown-service", "POST", Self.emergency, body("P001", ["service": "x"]))
      let entered = try await centre.done(
        "POST", Self.emergency, body("p001", ["arrivedAt": "08:10"]), status: 201)
      #expect(entered["number"] == "P001")
      try await centre.refused(409, "emergency-used", "POST", Self.emergency, body("P001"))
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await #expect(centre.counter(1, "call-next")["ticket"]["number"] == "P001")
      // Its times stay out of the figures.
      try await centre.counter(1, "finish")
      let figures = try await centre.get("/api/v1/figures/today").json["total"]
      #expect(figures["emergency"] == 1 && figures["waits"]["n"] == 0 && figures["services"]["n"] == 0)
    }
  }

  @Test("a clock behind the journal at start: everything is refused until a person confirms it, nothing is lost")
  func clockBehind() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("centre-http-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var plan = TestCentre.Plan()
    plan.folder = folder
    plan.at = "2026-11-26 10:00"
    try await TestCentre.run(plan) { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<2 { try await centre.ticket() }
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "finish")
    }
    plan.at = "2026-11-26 08:00"
    try await TestCentre.run(plan) { centre in
      let health = try await centre.get("/api/v1/health")
      #expect(health.status == 503 && health.json["status"] == "degraded" && health.json["clock"] == "unsure")
      func refused(_ path: String, _ body: JSON = [:]) async throws {
        try await centre.refused(503, "clock-unsure", "POST", "/api/v1/\(path)", body)
      }
      try await refused("tickets", ["service": "ho-tich"])
      try await refused("counters/1/call-next")
      try await refused("day/close")
      try await refused("emergency", ["number": "P001", "service": "ho-tich", "state": "waiting"])
      try await refused("officers", ["name": "Yến"])
      try await refused("terminals", ["name": "kiosk-1", "role": "kiosk"])
      let step = try await centre.get("/api/v1/counters/1/rating").json["step"].int ?? 1
      try await refused("steps/\(step)/rating", ["reception": 5, "handling": 5])
      let settings = try await centre.get("/api/v1/settings").json
      try await centre.refused(503, "clock-unsure", "PUT", "/api/v1/settings", settings)
      // What was there before can still be read, under the names people know.
      let line = try await centre.get("/api/v1/queue").json["services"][0]
      #expect(line["prefix"] == "A" && line["name"].text.hasPrefix("Hộ tịch"))
      try await #expect(centre.get("/api/v1/queue").json["services"][0]["waiting"] == 1)

      // Confirmed or not: before the last event it cannot be.
      try await centre.refused(409, "clock-behind", "POST", "/api/v1/clock/confirm")
      try await #expect(centre.get("/api/v1/health").status == 503)
      centre.wall.set(centre.wall.now.adding(seconds: 2 * 3600 + 600))
      try await centre.done("POST", "/api/v1/clock/confirm")
      try await #expect(centre.events().last?.type == "clock-confirmed")
      try await #expect(centre.get("/api/v1/health").status == 200)
      try await #expect(centre.ticket()["number"] == "A003")
      try await #expect(centre.counter(1, "call-next")["ticket"]["number"] == "A002")
      try await centre.verify()
    }
  }

  @Test("the screens say that the clock cannot be trusted")
  func clockOnScreens() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("centre-http-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var plan = TestCentre.Plan()
    plan.folder = folder
    plan.at = "2026-11-26 10:00"
    try await TestCentre.run(plan) { centre in try await centre.ticket() }
    plan.at = "2026-11-26 08:00"
    try await TestCentre.run(plan) { centre in
      try await centre.desk.refreshScreens()
      try await until("the board says so") {
        let board = try await centre.get("/api/v1/board").json
        return board["open"]["state"] == "clockUnsure" && board["services"].array.allSatisfy { $0["takes"] == false }
      }
      centre.wall.set(centre.wall.now.adding(seconds: 2 * 3600 + 600))
      try await centre.done("POST", "/api/v1/clock/confirm")
      try await until("the board is open") { try await centre.get("/api/v1/board").json["open"]["state"] == "open" }
    }
  }
}

@Suite("following a number")
struct TrackTests {
  @Test("an unknown code, a code of other letters, somebody else's path")
  func unknown() async throws {
    try await TestCentre.run { centre in
      for code in ["AAAAAAAAAAAA", "x", "%20", "..%2F..%2Fhealth", "A001"] {
        try await centre.refused(404, "unknown-code", "GET", "/api/v1/track/\(code)")
        try await centre.refused(404, "unknown-code", "POST", "/api/v1/track/\(code)/cancel")
      }
    }
  }

  @Test("a place in line, a call, an end; nothing about who somebody is")
  func follows() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let officer = try await centre.signIn("cb01")
      try await centre.counter(1, "open", as: officer)
      try await centre.ticket("ho-tich", as: officer)
      let code = try await centre.done(
        "POST", "/api/v1/tickets", ["service": "ho-tich", "needs": ["hearing"]], as: officer,
        status: 201)["code"].text
      func mine() async throws -> JSON { try await centre.done("GET", "/api/v1/track/\(code)") }
      let first = try await mine()
      #expect(first["state"] == "waiting" && first["ahead"] == 1 && first["number"] == "A002")
      try await centre.counter(1, "call-next", as: officer)
      try await #expect(mine()["ahead"] == 0)
      try await centre.counter(1, "call-next", as: officer)
      let called = try await mine()
      #expect(called["state"] == "called" && called["counter"] == 1)
      try await centre.refused(409, "not-waiting", "POST", "/api/v1/track/\(code)/cancel")
      try await centre.counter(1, "finish", as: officer)
      try await #expect(mine()["outcome"] == "served")
      try await centre.refused(409, "ticket-ended", "POST", "/api/v1/track/\(code)/cancel")
    }
  }

  @Test("guessing codes is slow, by any door")
  func limit() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for path in ["track/AAAAAAAAAAAA", "events?audience=track&code=AAAAAAAAAAAA"] {
        var answers: [Int] = []
        // A minute may end meanwhile, so at most twice the limit gets through.
        for _ in 0..<241 where answers.last != 429 {
          let reply = try await centre.get("/api/v1/\(path)")
          #expect(reply.type == (reply.status == 429 ? "rate-limited" : "unknown-code"))
          answers.append(reply.status)
        }
        #expect(answers.last == 429 && answers.count > 120, "\(path): \(answers.count)")
      }
    }
  }
}
