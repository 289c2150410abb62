import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop

/// The scoring sheet of a year: what the records say, and the points that people give.
struct ScoreController {
  let parts: CentreParts

  init(_ parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.get, "/score/{year}", .supervisor, sheet)
    routes.add(.post, "/score/{year}/points", .supervisor, give)
    routes.add(.post, "/score/{year}/maxima", .supervisor, complete)
    routes.add(.post, "/score/{year}/registration", .supervisor, register)
    routes.add(.post, "/score/{year}/disqualifications", .supervisor, flag)
    routes.add(.post, "/score/{year}/figures", .supervisor, enter)
    routes.add(.post, "/score/{year}/table", .supervisor, adopt)
  }

  private func year(_ context: CentreContext) throws -> (Int, ScoringTable) {
    guard let year = context.parameters.get("year", as: Int.self), (2000...2200).contains(year) else {
      throw Problem(.badRequest, places: ["what": "year"])
    }
    guard let table = parts.scoring.table(for: year) else { throw ScoreRejection.noTable }
    return (year, table)
  }

  private func sheet(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (year, table) = try year(context)
    let now = parts.desk.clock.now
    let rules = parts.casework
    let (settings, officers) = try await parts.desk.look { _, state in (state.hall.settings, state.officers) }
    let today = LocalDay(now, in: settings.zone)
    // A year of dossiers is read beside the queue, from a snapshot, never on its turn.
    let view = try await parts.desk.database.pool.read { db in
      let sheet = try ScoreRows.sheet(of: year, table: table, db)
      let figures = try ScoreFigure.all(of: sheet, until: today, at: now, rules: rules, settings: settings, db)
      let names = Dictionary(uniqueKeysWithValues: officers.map { ($0.key.rawValue, $0.value.name) })
      return ScoreView(sheet, figures: figures, current: table, today: today, names: names)
    }
    switch request.query("format") ?? "json" {
    case "json": return .json(view)
    case "csv":
      var response = Response.bytes(Array(view.csv.utf8), type: "text/csv; charset=utf-8")
      response.headers[.contentDisposition] = "attachment; filename=\"bang-tu-cham-diem_\(year).csv\""
      return response
    case "pdf":
      return .bytes(try view.pdf(centre: settings.centre, zone: settings.zone, at: now), type: "application/pdf")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  // MARK: What people do

  /// How the sheet stands after a command.
  struct Standing: Encodable, Sendable {
    var given, best: Points
  }

  private func perform(
    _ command: ScoreCommand, _ request: Request, _ context: CentreContext, _ body: Data
  ) async throws -> Response {
    let (year, table) = try year(context)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: body) { ledger, _ in
      var sheet = try ScoreRows.sheet(of: year, table: table, ledger.db)
      let events = try sheet.decide(command, by: actor.name, at: ledger.now)
      try ScoreRows.append(events, of: year, in: &ledger, by: actor)
      for event in events { sheet.apply(event) }
      let forecast = ScoreForecast(sheet)
      return Standing(given: forecast.given, best: forecast.best)
    }
  }

  private struct Given: Decodable {
    var item: ScoringTable.Item.ID
    /// Absent: the points are taken back.
    var points: Points?
    var reason: String
    var evidence: [ScoreSheet.Evidence]?
    var seen: Int
  }
  private func give(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(Given.self, context)
    return try await perform(
      .give(body.item, body.points, reason: body.reason, evidence: body.evidence ?? [], seen: body.seen), request,
      context, bytes)
  }

  private struct Maxima: Decodable {
    var document: String
    var maxima: [ScoreSheet.Maximum]
  }
  private func complete(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(Maxima.self, context)
    return try await perform(.complete(body.maxima, document: body.document), request, context, bytes)
  }

  private func register(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(ScoreSheet.Registration.self, context)
    return try await perform(.register(document: body.document, day: body.day), request, context, bytes)
  }

  private struct Flag: Decodable {
    var rule: String
    /// Absent: the rule applies no more.
    var document: String?
    var reason: String
  }
  private func flag(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(Flag.self, context)
    let command: ScoreCommand =
      if let document = body.document {
        .flag(rule: body.rule, document: document, reason: body.reason)
      } else {
        .withdrawFlag(rule: body.rule, reason: body.reason)
      }
    return try await perform(command, request, context, bytes)
  }

  private struct EnteredFigure: Decodable {
    var figure: Figure
    var numerator: Int
    var denominator: Int
    var source: String
    var until: LocalDay
  }
  private func enter(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(EnteredFigure.self, context)
    return try await perform(
      .enter(body.figure, Share(body.numerator, of: body.denominator), source: body.source, until: body.until),
      request, context, bytes)
  }

  /// The year takes over the table as it stands in the file now.
  private func adopt(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (_, bytes) = try await request.json([String: String].self, context)
    return try await perform(.adopt(try year(context).1), request, context, bytes)
  }
}

extension ScoreRejection {
  var words: Bilingual { Words.text("problem.\(rawValue)") }
}

extension Problem {
  init(_ rejection: ScoreRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknownItem, .unknownRule, .unknownFigure, .noTable: status = .notFound
    case .changedMeanwhile, .hasParts, .maximumKnown: status = .conflict
    default: status = .unprocessableContent
    }
  }
}
