import CentreOperations
import CentreStore
import DeviceIO
import Foundation
import HTTPTypes
import Hummingbird
import OneStop
import Printing

/// Papers at the office printers: asked for, followed, cancelled, printed again.
struct OfficePrintController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.post, "/office/print", .officer, order)
    routes.add(.get, "/office/jobs", .officer, list)
    routes.add(.post, "/office/jobs/{job}/cancel", .officer, cancel)
    routes.add(.post, "/office/jobs/{job}/reprint", .officer, reprint)
  }

  private struct OrderBody: Decodable {
    var document: String
    /// Id of the device; absent: the first one.
    var printer: String?
    var copies: Int?
  }

  private func order(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(OrderBody.self, context)
    let copies = body.copies ?? 1
    guard OfficeDesk.copies.contains(copies) else { throw Problem(.badRequest, places: ["what": "copies=\(copies)"]) }
    let (actor, board) = (context.caller.actor, parts.office)
    defer { board.bell.ring() }
    return try await fresh {
      let draft = try await draft(body.document, bytes, context)
      // The hash of a body that names somebody would give the name away to whoever has a list of names.
      let asked = draft.asked + Data("\(body.printer ?? "") \(copies)".utf8)
      return try await answer(request, context, asked, status: .created) { ledger, state in
        let job = try OfficeDesk.order(draft, at: body.printer, copies: copies, by: actor, &ledger, state)
        return OfficeJobView(job, board, state)
      }
    }
  }

  /// Sets a paper anew for as long as others' come between; of those who race one always wins.
  private func fresh(_ run: () async throws -> Response) async throws -> Response {
    for _ in 0..<40 {
      do { return try await run() } catch is OfficePaper.Stale { continue }
    }
    throw Problem(.broken)
  }

  private func draft(_ document: String, _ bytes: Data, _ context: CentreContext) async throws -> OfficeDesk.Draft {
    do {
      return try await OfficeDesk.draft(
        document, bytes, by: context.caller.actor.role,
        OfficeSources(
          desk: parts.desk, tables: parts.tables, checklist: parts.checklist, share: parts.share,
          asker: context.caller.actor))
    } catch let mistake as OfficeDocumentMistake {
      throw Problem(.badRequest, places: ["what": mistake.what])
    } catch let error as DecodingError {
      throw Problem(.badJSON, places: ["where": error.place ?? "JSON"])
    } catch let refusal as OfficeDesk.Refusal {
      throw Problem(refusal)
    } catch is CaseworkIsOff {
      throw Problem(.caseworkOff)
    }
  }

  private struct Overview: Encodable, Sendable {
    var printers: [Devices.Device]
    var jobs: [OfficeJobView]
  }

  /// Of officers their own papers, of supervisors all.
  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    let limit = min(max(request.query("limit").flatMap { Int($0) } ?? 40, 1), 200)
    let owner = OfficeDesk.owner(for: context.caller.actor)
    let board = parts.office
    let printers = parts.devices.list.filter { $0.kind == OneStop.Device.Kind.officePrinter.rawValue }
    return .json(
      try await parts.desk.look { db, state in
        let rows = try OfficeJobs.recent(db, by: owner, limit: limit)
        let again = try OfficeJobs.printedAgain(db, rows.map(\.job))
        return Overview(
          printers: printers,
          jobs: rows.map { OfficeJobView($0, again: again.contains($0.job), board, state) })
      })
  }

  private func cancel(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try job(context)
    let (_, bytes) = try await request.json(Nothing.self, context)
    let (actor, board) = (context.caller.actor, parts.office)
    defer { board.bell.ring() }
    return try await answer(request, context, bytes) { ledger, state in
      OfficeJobView(try OfficeDesk.cancel(id, by: actor, &ledger), board, state)
    }
  }

  private func reprint(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try job(context)
    let (_, bytes) = try await request.json(Nothing.self, context)
    let (actor, board, alarms) = (context.caller.actor, parts.office, parts.alarms)
    let owner = OfficeDesk.owner(for: actor)
    let old = try await parts.desk.look { db, _ in try OfficeJobs.row(db, id) }
    guard let old, owner == nil || owner == old.actor else { throw Problem(.notFound) }
    guard old.state.isOver else { throw Problem(.officeJobOpen) }
    // Set anew: the rows it was made from may have been mended meanwhile.
    let draft = try await draft(old.document, old.request, context)
    defer { board.bell.ring() }
    let response = try await answer(request, context, bytes, status: .created) { ledger, state in
      let printers = state.hall.settings.devices
      let same = printers.contains { $0.id.rawValue == old.printer && $0.kind == .officePrinter && $0.active }
      let job = try OfficeDesk.order(
        draft, at: same ? old.printer : nil, copies: old.copies, reprintOf: old.job, by: actor, &ledger, state)
      return OfficeJobView(job, board, state)
    }
    alarms.clear(OfficeDesk.alarm(of: old))
    return response
  }

  private func job(_ context: CentreContext) throws -> Int64 {
    guard let id = context.parameters.get("job", as: Int64.self) else { throw Problem(.notFound) }
    return id
  }

  private func answer<Answer: Encodable & Sendable>(
    _ request: Request, _ context: CentreContext, _ bytes: Data, status: HTTPResponse.Status = .ok,
    _ run: @escaping @Sendable (inout Ledger, inout CentreState) throws -> Answer
  ) async throws -> Response {
    do {
      return try await parts.desk.answer(request, context, body: bytes, status: status, run)
    } catch let refusal as OfficeDesk.Refusal {
      throw Problem(refusal)
    }
  }
}

extension Problem {
  init(_ refusal: OfficeDesk.Refusal) {
    switch refusal {
    case .noPrinter: self.init(.noOfficePrinter)
    case .unknownJob: self.init(.notFound)
    case .open: self.init(.officeJobOpen)
    case .over: self.init(.officeJobOver)
    case .forSupervisors: self.init(.forbidden)
    }
  }
}
