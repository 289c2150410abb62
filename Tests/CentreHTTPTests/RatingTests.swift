import CentreStore
import Foundation
import GRDB
import Testing

@Suite("ratings")
struct RatingTests {
  private static let good: JSON = ["reception": 5, "handling": 4]

  /// Serves one citizen at a counter and tells the step.
  private func serve(_ centre: TestCentre, at n: Int = 1, as officer: Guest = .nobody) async throws -> Int {
    try await centre.ticket("ho-tich", as: officer)
    let step = try await centre.counter(n, "call-next", as: officer)["ticket"]["step"].whole
    try await centre.counter(n, "start", as: officer)
    try await centre.counter(n, "finish", as: officer)
    return step
  }

  @Test("once for a finished step, and never again")
  func twice() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let step = try await serve(centre)
      let path = "/api/v1/steps/\(step)/rating"
      try await centre.done("POST", path, Self.good, status: 201)
      try await centre.refused(409, "already-rated", "POST", path, Self.good)
      try await centre.refused(409, "already-rated", "POST", path, ["reception": 1, "handling": 1])
      try await #expect(centre.get("/api/v1/counters/1/rating").json["state"] == "idle")
      try await #expect(centre.get("/api/v1/supervisor").json["totals"]["rated"] == 1)
    }
  }

  @Test("answers that arrive together count once")
  func together() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let step = try await serve(centre)
      let types = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask { try await centre.post("/api/v1/steps/\(step)/rating", Self.good).status }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(types.count { $0 == 201 } == 1 && types.count { $0 == 409 } == 7)
    }
  }

  @Test(
    "a step that waits, is called, being served, missed, transferred or long over takes none; an unknown one does not exist"
  )
  func unratable() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for id in ["99", "0", "x", "-1"] {
        try await centre.refused(404, "unknown-step", "POST", "/api/v1/steps/\(id)/rating", Self.good)
      }
      func refused(_ step: Int) async throws {
        try await centre.refused(409, "not-ratable", "POST", "/api/v1/steps/\(step)/rating", Self.good)
      }
      try await centre.ticket()
      try await refused(1)
      try await centre.counter(1, "call-next")
      try await refused(1)
      try await centre.counter(1, "start")
      try await refused(1)
      try await centre.counter(1, "transfer", ["service": "ket-qua"])
      try await refused(1)
      try await centre.ticket()
      let missed = try await centre.counter(1, "call-next")["ticket"]["step"].whole
      try await centre.counter(1, "recall")
      try await centre.counter(1, "no-show")
      try await refused(missed)
      let late = try await serve(centre)
      centre.pass(3 * 60 + 2)
      try await refused(late)
    }
  }

  @Test("levels from 1 to 5, known reasons once each, comments that fit")
  func range() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let path = "/api/v1/steps/\(try await serve(centre))/rating"
      for (reception, handling) in [(0, 3), (6, 3), (3, 0), (3, 6), (-1, 3)] {
        try await centre.refused(
          422, "bad-value", "POST", path, ["reception": .int(reception), "handling": .int(handling)])
      }
      for (field, value) in [
        ("reasons", ["weather"]), ("reasons", ["wait", "wait"]),
        ("comment", .string(String(repeating: "ậ", count: 201))),
      ] as [(String, JSON)] {
        var body = Self.good
        body[field] = value
        try await centre.refused(422, "bad-value", "POST", path, body)
      }
      try await centre.refused(400, "bad-json", "POST", path, ["reception": 4.5, "handling": 3])
      try await centre.done("POST", path, Self.good, status: 201)
    }
  }

  @Test("a tablet rates what was finished last at its own counter, nothing else")
  func tablet() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let (one, three) = (try await centre.signIn("cb01"), try await centre.signIn("cb03"))
      let tablet = try await centre.terminal("rating-1", "rating", counter: 1, by: supervisor)
      try await centre.counter(1, "open", as: one)
      try await centre.counter(3, "open", as: three)
      let first = try await serve(centre, at: 1, as: one)
      let elsewhere = try await serve(centre, at: 3, as: three)
      let last = try await serve(centre, at: 1, as: one)
      for step in [first, elsewhere, 99] {
        try await centre.refused(409, "not-ratable", "POST", "/api/v1/steps/\(step)/rating", Self.good, as: tablet)
      }
      try await centre.done("POST", "/api/v1/steps/\(last)/rating", Self.good, as: tablet, status: 201)
    }
  }

  @Test("neither the answer nor its key is kept anywhere that could be matched with the number")
  func sealed() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      let step = try await serve(centre)
      var body = Self.good
      body["comment"] = "Câu này không được nằm trong tệp."
      try await centre.done("POST", "/api/v1/steps/\(step)/rating", body, status: 201, key: "5e9f8a1c-9999")
      for name in try FileManager.default.contentsOfDirectory(atPath: centre.folder.path) {
        let data = (try? Data(contentsOf: centre.folder.appendingPathComponent(name))) ?? Data()
        #expect(data.range(of: Data("không được nằm".utf8)) == nil, "\(name)")
        #expect(data.range(of: Data("5e9f8a1c-9999".utf8)) == nil, "\(name)")
      }
      let event = try await centre.events().last { $0.type == "rated" }
      let fields = try event?.decode(JSON.self).object.keys.sorted()
      #expect(fields == ["batch", "box", "officer", "step"])
      // During the day only how many were rated is seen.
      let figures = try await centre.get("/api/v1/figures/today?by=officer").json
      #expect(figures["total"]["rated"] == 1 && !figures["total"]["levels"].exists)
      try await #expect(!centre.get("/api/v1/supervisor").json["ratings"]["lastClosed"].exists)
      try await #expect(!centre.get("/metrics").text.contains("rat"))
    }
  }
}
