import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop
import Printing

/// The papers of a dossier: A5 as PDF, and the short form on the ticket printer.
struct SlipController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.get, "/dossiers/{d}/slips/{kind}", .officer, paper)
    routes.add(.post, "/dossiers/{d}/slips", .officer, print)
  }

  private func slips() throws -> CaseSlips {
    guard let slips = parts.slips else { throw Problem(.caseworkOff) }
    return slips
  }

  private func id(_ context: CentreContext) throws -> Dossier.ID {
    guard let id = context.parameters.get("d", as: Int.self) else { throw DossierRejection.unknownDossier }
    return Dossier.ID(id)
  }

  /// - Throws: `dossier-not-now` where the dossier has nothing to say on such a paper.
  private static func check(_ kind: CaseSlips.Kind, _ dossier: Dossier?, at now: Instant, _ zone: ZoneOffset) throws
    -> Dossier
  {
    guard let dossier else { throw DossierRejection.unknownDossier }
    guard CaseSlips.fits(kind, dossier, on: LocalDay(now, in: zone), in: zone) else { throw DossierRejection.notNow }
    return dossier
  }

  private func paper(_ request: Request, _ context: CentreContext) async throws -> Response {
    let slips = try slips()
    let id = try id(context)
    guard let kind = CaseSlips.Kind(rawValue: context.parameters.get("kind") ?? "") else { throw Problem(.notFound) }
    let now = parts.desk.clock.now
    let (dossier, settings, officer) = try await parts.desk.look { db, state in
      let settings = state.hall.settings
      let dossier = try Self.check(kind, DossierRows.dossier(id, db), at: now, settings.zone)
      return (dossier, settings, dossier.officer.flatMap { state.officers[$0]?.name })
    }
    switch request.query("format") ?? "pdf" {
    case "pdf":
      return .bytes(
        try slips.pdf(kind, dossier, settings: settings, officer: officer, at: now), type: "application/pdf")
    case "png":
      let raster = try TicketLayout.draw(
        slips.short(kind, dossier, settings: settings, at: now), width: 576, dpi: 203)
      return .bytes(try raster.pngBytes(), type: "image/png")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  private struct PrintBody: Decodable { var kind: CaseSlips.Kind }
  private struct Printing: Encodable, Sendable { var printer: String }

  private func print(_ request: Request, _ context: CentreContext) async throws -> Response {
    _ = try slips()
    let id = try id(context)
    let (body, bytes) = try await request.json(PrintBody.self, context)
    var actor = context.caller.actor
    if actor.terminal.isEmpty, let counter = context.caller.counter { actor.terminal = "counter-\(counter)" }
    let maker = actor
    return try await parts.desk.answer(request, context, body: bytes, status: .accepted) { ledger, state in
      let settings = state.hall.settings
      let dossier = try Self.check(body.kind, DossierRows.dossier(id, ledger.db), at: ledger.now, settings.zone)
      var terminal = maker.terminal
      if terminal.isEmpty, let counter = dossier.counter { terminal = "counter-\(counter)" }
      // The counter's own printer, or one for everybody, or the first there is: better a walk than no paper.
      guard let printer = PrinterBoard.printer(for: terminal, in: settings) ?? settings.printers.first else {
        throw Problem(Problem.Kind.noPrinter)
      }
      try ledger.append(
        CaseSlips.askedType, CaseSlips.Asked(dossier: id, kind: body.kind, printer: printer.id), by: maker)
      return Printing(printer: printer.name)
    }
  }
}
