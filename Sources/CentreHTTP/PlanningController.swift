import CentreOperations
import Foundation
import Hummingbird
import OneStop

/// What if one counter more were open from 8 to 10?
struct PlanningController {
  let parts: CentreParts
  private let room = PlanningRoom()

  init(_ parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.post, "/planning", .supervisor, plan)
  }

  private func plan(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (question, _) = try await request.json(Planning.Question.self, context)
    let settings = try await parts.desk.look { _, state in state.hall.settings }
    // Not the hall's day: that is an earlier one until somebody takes the first number.
    let today = LocalDay(parts.desk.clock.now, in: settings.zone)
    func check(_ good: Bool, _ place: String) throws {
      if !good { throw Problem(.badJSON, places: ["where": place]) }
    }
    try check((1...7).contains(question.weekday), "weekday")
    try check(question.from < question.to && question.to.minutes < 1440, "from, to")
    try check((1...Planning.Question.mostCounters).contains(question.counters), "counters")
    try check(!question.services.isEmpty && Set(question.services).count == question.services.count, "services")
    guard question.services.allSatisfy({ settings.service($0)?.active == true }) else {
      throw QueueRejection.unknownService
    }
    let pool = parts.desk.database.pool
    do {
      return .json(
        try await room.answer(question) {
          try await pool.read { db in
            try PlanningRoom.planning(question, before: today, settings: settings, db)
          }
        })
    } catch is PlanningRoom.Busy {
      throw Problem(.planningBusy)
    } catch is PlanningRoom.TooLong {
      throw Problem(.planningTooLong)
    } catch Planning.Refusal.tooLittlePast(let days) {
      throw Problem(.tooLittlePast, places: ["days": "\(days)", "least": "\(Planning.leastDays)"])
    }
  }
}
