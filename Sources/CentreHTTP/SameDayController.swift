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
    // The page of results prints them.
    try PageLayout.check(body.helpers.compactMap(\.body).joined())
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      // An empty one takes back what was written down for a day that is none any more.
      guard body.helpers.isEmpty || rules.sameDay.plan(heldOn: day, rules.calendar) != nil else {
        throw Problem(.notSameDayDay, places: ["day": day.onPaper])
      }
      let problems = SameDayHelper.problems(
        in: body.helpers, on: day, today: LocalDay(ledger.now, in: rules.calendar.zone),
        isKnown: { state.officers[$0] != nil }
      ).map { Problem.Detail(words: "settings.\($0.key)", path: $0.path, places: $0.places) }
      guard problems.isEmpty else { throw Problem(.rosterInvalid, problems: problems) }
      try SameDayRosterRows.put(body.helpers, on: day, by: actor, &ledger)
      return try SameDayReport(on: day, rules, state, at: ledger.now, ledger.db)
    }
  }
}
