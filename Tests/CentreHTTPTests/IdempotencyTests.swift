import CentreStore
import Foundation
import GRDB
import Testing

@Suite("the same key acts once")
struct IdempotencyTests {
  private let key = "5e9f8a1c-0001"

  @Test("the same request gets the same answer, byte for byte")
  func again() async throws {
    try await TestCentre.run { centre in
      let first = try await centre.post("/api/v1/tickets", ["service": "ho-tich"], key: key)
      #expect(first.status == 201)
      let head = try await centre.head()
      // Things have moved on: the answer has not.
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.counter(1, "call-next")
      let again = try await centre.post("/api/v1/tickets", ["service": "ho-tich"], key: key)
      #expect(again.status == first.status && again.bytes == first.bytes)
      #expect(again.headers[.contentType] == first.headers[.contentType])
      let tickets = try await centre.events().count { $0.type == "ticket-issued" }
      #expect(tickets == 1)
      #expect(try await centre.events(after: head.seq).map(\.type) == ["counter-opened", "called"])
    }
  }

  @Test("another body, another path or another person under the same key is refused")
  func reused() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let officer = try await centre.signIn("cb01")
      let other = try await centre.signIn("cb02")
      try await centre.done(
        "POST", "/api/v1/tickets", ["service": "ho-tich"], as: officer, status: 201, key: key)
      func refused(_ path: String, _ body: JSON, _ guest: Guest) async throws {
        try await centre.refused(422, "idempotency-key-reused", "POST", path, body, as: guest, key: key)
      }
      try await refused("/api/v1/tickets", ["service": "dat-dai"], officer)
      try await refused("/api/v1/tickets", ["service": "ho-tich", "language": "en"], officer)
      try await refused("/api/v1/counters/1/open", ["officer": "cb01"], officer)
      try await refused("/api/v1/tickets", ["service": "ho-tich"], other)
    }
  }

  @Test("neither a PIN nor a hash of one stays with the key: ten thousand guesses would open it")
  func pin() async throws {
    try await TestCentre.run { centre in
      let people = "/api/v1/officers"
      let body: JSON = ["name": "Yến", "pin": "4711"]
      let first = try await centre.done("POST", people, body, status: 201, key: key)
      try await centre.done("PUT", "\(people)/cb01", ["pin": "4711"], key: "5e9f8a1c-0002")
      let kept = try await centre.desk.look { db, _ in
        try Data.fetchAll(db, sql: "SELECT request FROM idempotency")
      }
      #expect(kept.count == 2)
      let guesses = [
        Idempotency.fingerprint("POST \(people) console", body.bytes),
        Idempotency.fingerprint("PUT \(people)/cb01 console", JSON.object(["pin": "4711"]).bytes),
      ]
      #expect(Set(kept).isDisjoint(with: guesses))
      // The same press is still the same press, and another one is not.
      #expect(try await centre.done("POST", people, body, status: 201, key: key) == first)
      try await centre.refused(
        422, "idempotency-key-reused", "POST", people, ["name": "Yên", "pin": "4711"], key: key)
    }
  }

  @Test("a key that is too short, too long or not ASCII is refused", arguments: ["", "1234567", "khóa-số-mười-một"])
  func form(key: String) async throws {
    try await TestCentre.run { centre in
      try await centre.refused(400, "bad-request", "POST", "/api/v1/tickets", ["service": "ho-tich"], key: key)
      try await centre.refused(
        400, "bad-request", "POST", "/api/v1/tickets", ["service": "ho-tich"],
        key: String(repeating: "k", count: 201))
    }
  }

  @Test("without a key each request acts")
  func absent() async throws {
    try await TestCentre.run { centre in
      let numbers = [try await centre.ticket()["number"], try await centre.ticket()["number"]]
      #expect(numbers == ["A001", "A002"])
    }
  }

  @Test("duplicates that arrive together become one ticket")
  func together() async throws {
    try await TestCentre.run { centre in
      let answers = try await withThrowingTaskGroup(of: Reply.self) { group in
        for _ in 0..<24 {
          group.addTask { try await centre.post("/api/v1/tickets", ["service": "ho-tich"], key: key) }
        }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(Set(answers.map(\.bytes)).count == 1 && answers.allSatisfy { $0.status == 201 })
      try await #expect(centre.events().count { $0.type == "ticket-issued" } == 1)
      try await #expect(centre.ticket()["number"] == "A002")
    }
  }

  @Test("a press that is repeated calls one citizen, not two")
  func calling() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<3 { try await centre.ticket() }
      let first = try await centre.post("/api/v1/counters/1/call-next", key: key)
      let again = try await centre.post("/api/v1/counters/1/call-next", key: key)
      #expect(first.json["ticket"]["number"] == "A001" && again.bytes == first.bytes)
      try await #expect(centre.get("/api/v1/counters/1/desk").json["current"]["number"] == "A001")
    }
  }

  @Test("a refusal is not kept: the same press may succeed later")
  func refusal() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.refused(409, "nobody-waiting", "POST", "/api/v1/counters/1/call-next", key: key)
      try await centre.ticket()
      try await centre.done("POST", "/api/v1/counters/1/call-next", key: key)
    }
  }

  @Test("settings and officers are saved once for a key")
  func office() async throws {
    try await TestCentre.run { centre in
      let first = try await centre.post("/api/v1/officers", ["name": "Yến"], key: key)
      let again = try await centre.post("/api/v1/officers", ["name": "Yến"], key: key)
      #expect(first.status == 201 && again.bytes == first.bytes)
      try await #expect(centre.get("/api/v1/officers").json.array.count { $0["name"] == "Yến" } == 1)
      var settings = try await centre.get("/api/v1/settings").json
      settings["settings"]["centre"]["hotline"] = "0225 1"
      let saved = try await centre.ask("PUT", "/api/v1/settings", settings, key: "5e9f8a1c-0002")
      let same = try await centre.ask("PUT", "/api/v1/settings", settings, key: "5e9f8a1c-0002")
      #expect(saved.status == 200 && same.bytes == saved.bytes)
    }
  }

  @Test("keys are kept for a day")
  func kept() async throws {
    try await TestCentre.run { centre in
      try await centre.done("POST", "/api/v1/tickets", ["service": "ho-tich"], status: 201, key: key)
      centre.pass(23 * 3600)
      try await centre.ticket()
      try await #expect(keys(centre) == 1)
      centre.pass(25 * 3600)
      try await centre.ticket()
      try await #expect(keys(centre) == 0)
    }
  }

  private func keys(_ centre: TestCentre) async throws -> Int? {
    try await centre.desk.look { db, _ in try Int.fetchOne(db, sql: "SELECT count(*) FROM idempotency") }
  }
}
