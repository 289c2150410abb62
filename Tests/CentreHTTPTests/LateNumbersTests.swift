import CentreOperations
import CentreStore
import Foundation
import OneStop
import Testing

@Suite("emergency numbers entered when their day is over")
struct LateNumbersTests {
  private static let emergency = "/api/v1/emergency"

  private static func body(_ number: String, _ more: [String: JSON] = [:]) -> JSON {
    var body: JSON = ["number": .string(number), "service": "ho-tich", "state": "served"]
    for (name, value) in more { body[name] = value }
    return body
  }

  private func agrees(_ centre: TestCentre, at place: SourceLocation = #_sourceLocation) async throws {
    let differences = try await centre.database.pool.read { try Rebuild.differences($0) }
    #expect(differences == [], sourceLocation: place)
    try await centre.verify()
  }

  @Test("after the day was closed: counted in its figures, nobody can be waiting any more")
  func sameDay() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "finish")
      try await centre.done("POST", "/api/v1/day/close")
      // A target changed in the evening is tomorrow's, also where the figures are stored once more.
      var settings = try await centre.get("/api/v1/settings").json
      settings["settings"]["rules"]["targetWaitMinutes"] = 1
      try await centre.done("PUT", "/api/v1/settings", settings)
      try await centre.refused(409, "day-closed", "POST", Self.emergency, Self.body("P001", ["state": "waiting"]))
      try await centre.done(
        "POST", Self.emergency, Self.body("P001", ["counter": 1, "arrivedAt": "08:20"]), status: 201)
      try await centre.refused(409, "emergency-used", "POST", Self.emergency, Self.body("P001"))
      let total = try await centre.get("/api/v1/figures/today").json["total"]
      #expect(total["issued"] == 2 && total["served"] == 2 && total["emergency"] == 1)
      #expect(total["waits"]["n"] == 1 && total["services"]["n"] == 1, "its times were not measured")
      try await agrees(centre)
    }
  }

  @Test("on a following day: the closed day's figures have it, today's do not; a number once a day")
  func followingDays() async throws {
    try await TestCentre.run { centre in
      try await centre.ticket()
      try await centre.done("POST", Self.emergency, Self.body("P001"), status: 201)
      centre.pass(24 * 3600)
      try await centre.ticket()
      let yesterday: [String: JSON] = ["day": "2026-11-26"]
      try await centre.refused(409, "emergency-used", "POST", Self.emergency, Self.body("P001", yesterday))
      try await centre.refused(
        409, "day-closed", "POST", Self.emergency, Self.body("P002", ["day": "2026-11-26", "state": "waiting"]))
      let entered = try await centre.done(
        "POST", Self.emergency, Self.body("P002", ["day": "2026-11-26", "arrivedAt": "10:05", "counter": 2]),
        status: 201)
      #expect(entered["number"] == "P002" && entered["day"] == "2026-11-26")
      try await centre.refused(409, "emergency-used", "POST", Self.emergency, Self.body("P002", yesterday))
      try await centre.done("POST", Self.emergency, Self.body("P003", yesterday), status: 201)
      // The same slip of today's pile is another one.
      try await centre.done("POST", Self.emergency, Self.body("P002"), status: 201)
      let was = try await centre.get("/api/v1/figures/2026-11-26").json["total"]
      #expect(was["issued"] == 4 && was["emergency"] == 3 && was["served"] == 3 && was["waits"]["n"] == 0)
      let hours = try await centre.get("/api/v1/figures/2026-11-26?by=hour").json["rows"].array
      #expect(hours.contains { $0["key"] == "10" && $0["issued"] == 1 })
      let today = try await centre.get("/api/v1/figures/today").json["total"]
      #expect(today["issued"] == 2 && today["emergency"] == 1)
      let event = try await centre.events().last { $0.type == "late-number-entered" }
      #expect(try event?.decode(JSON.self)["day"] == "2026-11-26")
      // Ids go on where they were, also over a restart.
      try await centre.ticket()
      try await agrees(centre)
      let (kept, read) = try await centre.desk.look { db, state in (state.hall, try HallJournal.lastDay(db)) }
      #expect(kept == read)
    }
  }

  @Test("a day on which the daemon never ran, for the power was away from morning to night")
  func wholeDay() async throws {
    try await TestCentre.run { centre in
      try await centre.ticket()
      centre.pass(3 * 24 * 3600)
      try await centre.ticket()
      let body = Self.body("P001", ["day": "2026-11-27", "arrivedAt": "09:30"])
      try await centre.done("POST", Self.emergency, body, status: 201)
      try await centre.done("POST", Self.emergency, Self.body("P002", ["day": "2026-11-27"]), status: 201)
      let total = try await centre.get("/api/v1/figures/2026-11-27").json["total"]
      #expect(total["issued"] == 2 && total["served"] == 2 && total["emergency"] == 2)
      try await agrees(centre)
    }
  }

  @Test("up to seven days back, not further, not ahead; what is refused is refused with words")
  func refused() async throws {
    try await TestCentre.run { centre in
      try await centre.ticket()
      centre.pass(8 * 24 * 3600)
      try await centre.ticket()
      for day in ["2026-11-26", "2026-12-05"] as [JSON] {
        try await centre.refused(422, "late-day", "POST", Self.emergency, Self.body("P001", ["day": day]))
      }
      try await centre.refused(400, "bad-json", "POST", Self.emergency, Self.body("P001", ["day": "26/11"]))
      let good: [String: JSON] = ["day": "2026-11-27"]
      func with(_ name: String, _ value: JSON) -> JSON {
        Self.body("P001", good.merging([name: value]) { $1 })
      }
      try await centre.refused(422, "emergency-number", "POST", Self.emergency, Self.body("P201", good))
      try await centre.refused(404, "unknown-service", "POST", Self.emergency, with("service", "x"))
      try await centre.refused(404, "unknown-counter", "POST", Self.emergency, with("counter", 9))
      try await centre.done("POST", Self.emergency, Self.body("P001", good), status: 201)
    }
  }
}
