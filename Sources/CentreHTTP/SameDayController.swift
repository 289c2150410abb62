import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop
import Printing

/// The day without appointment and without waiting: its promises, its results, its helpers.
struct SameDayController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.get, "/same-day/{day}", .officer, report)
    routes.add(.put, "/same-day/{day}/helpers", .supervisor, helpers)
  }

  private func day(_ context: CentreContext) async throws -> LocalDay {
    let text = context.parameters.get("day") ?? ""
    if text == "today" { return try await parts.desk.look { _, state in state.hall.day } }
    guard let day = LocalDay(text) else { throw Problem(.badRequest, places: ["what": "day=\(text)"]) }
    return day
  }

  private func report(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let day = try await day(context)
    let now = parts.desk.clock.now
    let (report, settings) = try await parts.desk.look { db, state in
      (try SameDayReport(on: day, rules, state, at: now, db), state.hall.settings)
    }
    switch request.query("format") ?? "json" {
    case "json": return .json(report)
    case "pdf":
      return .bytes(
        try report.pdf(centre: settings.centre, zone: settings.zone, at: now), type: "application/pdf")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  private struct HelpersBody: Decodable { var helpers: [SameDayHelper] }

  private func helpers(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let day = try await day(context)
    let (body, bytes) = try await request.json(HelpersBody.self, context)
    guard body.helpers.count <= 60 else { throw Problem(.badJSON, places: ["where": "helpers"]) }
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      for (i, helper) in body.helpers.enumerated() {
        let known = helper.officer.map { state.officers[$0] != nil } ?? false
        let named = (1...60).contains(helper.body?.count ?? 0)
        // Exactly one of the two: a person of the centre, or the body others came from.
        guard known != named, helper.officer == nil || known, (0...999).contains(helper.helped) else {
          throw Problem(.badJSON, places: ["where": "helpers[\(i)]"])
        }
      }
      try SameDayRosterRows.put(body.helpers, on: day, by: actor, &ledger)
      return try SameDayReport(on: day, rules, state, at: ledger.now, ledger.db)
    }
  }
}
