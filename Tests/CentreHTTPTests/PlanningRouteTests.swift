import CentreOperations
import CentreStore
import Foundation
import OneStop
import Synchronization
import Testing

/// What if a counter more were open, over the API.
@Suite("planning over the API")
struct PlanningRouteTests {
  /// Four quiet weekdays of the past in a database, one each week.
  private static func past(in folder: URL, weeks: Int) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database = try CentreDatabase(path: folder.appendingPathComponent("centre.sqlite").path)
    let seed = try CentreSeed.read(file: TestCentre.share.appendingPathComponent("centre/centre.yaml"))
    let today = LocalDay("2026-11-26")!
    let days = (1...weeks).reversed().map { today.adding(days: -7 * $0) }
    let desk = try CommandDesk(
      database: database, clock: CentreClock(start: days[0].start(in: seed.settings.zone), speed: 0),
      ratings: RatingBoxes(folder: folder.appendingPathComponent("ballot")), seed: seed)
    var habits = CentreSimulation.Habits()
    habits.visitsPerDay = 30
    let simulator = Simulator(desk, seed: 1, habits: habits)
    for day in days { try await simulator.day(day) }
    try database.pool.close()
  }

  private static let question: JSON = [
    "weekday": 4, "services": ["ho-tich"], "from": "08:00", "to": "10:00", "counters": 1,
  ]

  /// A question answered at a centre with a past.
  /// - Returns: what was answered, for the run through the API.
  static func samples() async throws -> Set<String> {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planning-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await past(in: folder, weeks: 4)
    var plan = TestCentre.Plan()
    plan.folder = folder
    let answered = Mutex<Set<String>>([])
    try await TestCentre.run(plan) { centre in
      let before = try await centre.head()
      let answer = try await centre.done("POST", "/api/v1/planning", question)
      #expect(try await centre.head() == before)
      #expect(answer["days"].array.count == 4 && answer["runs"].int ?? 0 >= Planning.leastRuns)
      #expect(answer["hoursWithout"]["median"].exists && answer["slots"].array.count > 5)
      // Of the other weekday there is no past.
      var monday = question.object
      monday["weekday"] = 1
      try await centre.refused(422, "too-little-past", "POST", "/api/v1/planning", .object(monday))
      answered.withLock { $0 = centre.answered }
    }
    return answered.withLock { $0 }
  }

  @Test("four days are enough, and nothing is changed by asking", .timeLimit(.minutes(2)))
  func answered() async throws { _ = try await Self.samples() }

  @Test(
    "a wrong question is refused",
    arguments: [
      ["weekday": 0], ["weekday": 8], ["services": []], ["services": ["ho-tich", "ho-tich"]], ["counters": 0],
      ["counters": 6], ["from": "10:00"], ["to": "24:00"], ["from": "8h"],
    ] as [JSON])
  func refused(change: JSON) async throws {
    try await TestCentre.run { centre in
      let body = Self.question.object.merging(change.object) { $1 }
      try await centre.refused(400, "bad-json", "POST", "/api/v1/planning", .object(body))
    }
  }

  @Test("an unknown service, and who may not ask")
  func access() async throws {
    try await TestCentre.run(.withPINs(at: "2026-11-26 09:00")) { centre in
      let (officer, chief) = try await (centre.signIn("cb01"), centre.signIn("cb07"))
      try await centre.refused(401, "sign-in-required", "POST", "/api/v1/planning", Self.question)
      try await centre.refused(403, "forbidden", "POST", "/api/v1/planning", Self.question, as: officer)
      var body = Self.question.object
      body["services"] = ["khong-co"]
      try await centre.refused(404, "unknown-service", "POST", "/api/v1/planning", .object(body), as: chief)
    }
  }
}
