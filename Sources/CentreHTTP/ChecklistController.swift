import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop
import Printing

/// The start-of-day checklist: read, looked at anew, ticked, finished, printed.
struct ChecklistController {
  let parts: CentreParts
  private let list: ChecklistDesk

  init(_ parts: CentreParts) {
    self.parts = parts
    list = parts.checklist
  }

  func add(to routes: inout Routes) {
    routes.add(.get, "/checklist/{day}", .supervisor, day)
    routes.add(.post, "/checklist/looks", .supervisor, look)
    routes.add(.post, "/checklist/items/{id}", .supervisor, mark)
    routes.add(.post, "/checklist/finish", .supervisor, finish)
  }

  private func day(_ request: Request, _ context: CentreContext) async throws -> Response {
    let text = context.parameters.get("day") ?? ""
    let asked = text == "today" ? nil : LocalDay(text)
    guard text == "today" || asked != nil else { throw Problem(.badRequest, places: ["what": "day=\(text)"]) }
    let format = request.query("format") ?? "json"
    guard ["json", "pdf"].contains(format) else { throw Problem(.badRequest, places: ["what": "format"]) }
    guard format == "pdf" else {
      let (seen, lookedAt) = (try await list.known(), parts.checks.lookedAt)
      return .json(
        try await parts.desk.look { db, state in
          let day = asked ?? state.hall.day
          let live = day == state.hall.day
          return try ChecklistView(day, live ? seen : nil, lookedAt: live ? lookedAt : nil, state, db)
        })
    }
    let (view, settings) = try await list.onPaper(asked)
    return .bytes(
      try view.pdf(centre: settings.centre, zone: settings.zone, at: parts.desk.clock.now), type: "application/pdf")
  }

  /// Looks at network and disks. Changes nothing that is kept, so it needs no key.
  private func look(_ request: Request, _ context: CentreContext) async throws -> Response {
    _ = try await request.json(Nothing.self, context)
    let seen = try await list.look()
    let lookedAt = parts.checks.lookedAt
    return .json(
      try await parts.desk.look { db, state in
        try ChecklistView(state.hall.day, seen, lookedAt: lookedAt, state, db)
      })
  }

  private struct MarkBody: Decodable {
    var state: ChecklistDay.Marked.State
    var excuse: ChecklistExcuse?
  }

  private func mark(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(MarkBody.self, context)
    guard (body.state == .excused) == (body.excuse != nil) else { throw Problem(.badJSON, places: ["where": "excuse"]) }
    let item = ChecklistItem.ID((context.parameters.get("id") ?? "").removingPercentEncoding ?? "")
    let (actor, seen, lookedAt) = (context.caller.actor, try await list.known(), parts.checks.lookedAt)
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      try ChecklistDesk.mark(item, body.state, excuse: body.excuse, by: actor, &ledger, state)
      return try ChecklistView(state.hall.day, seen, lookedAt: lookedAt, state, ledger.db)
    }
  }

  /// Looks once more before it is written down: what stands on the paper was so at that moment.
  private func finish(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (_, bytes) = try await request.json(Nothing.self, context)
    let actor = context.caller.actor
    let seen = try await list.look()
    let lookedAt = parts.checks.lookedAt
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      try ChecklistDesk.finish(seen, by: actor, &ledger, state)
      return try ChecklistView(state.hall.day, seen, lookedAt: lookedAt, state, ledger.db)
    }
  }
}

extension CentreParts {
  var checklist: ChecklistDesk {
    ChecklistDesk(desk: desk, alarms: alarms, devices: devices, screens: screens, book: checks)
  }
}

extension Problem {
  init(_ rejection: ChecklistRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = Words.text("problem.\(rejection.rawValue)")
    status = rejection == .unknownItem ? .notFound : .conflict
  }
}
