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
    routes.add(.get, "/score/{year}/work", .supervisor, work)
    routes.add(.post, "/score/{year}/files", .supervisor, attach)
    routes.add(.get, "/score/{year}/files/{sha256}", .supervisor, file)
    routes.add(.post, "/score/{year}/points", .supervisor, give)
    routes.add(.post, "/score/{year}/maxima", .supervisor, complete)
    routes.add(.post, "/score/{year}/registration", .supervisor, register)
    routes.add(.post, "/score/{year}/disqualifications", .supervisor, flag)
    routes.add(.post, "/score/{year}/figures", .supervisor, enter)
    routes.add(.get, "/score/{year}/figures/{figure}", .supervisor, rows)
    routes.add(.post, "/score/{year}/table", .supervisor, adopt)
  }

  func year(_ context: CentreContext) throws -> (Int, ScoringTable) {
    guard let year = context.parameters.get("year", as: Int.self), (2000...2200).contains(year) else {
      throw Problem(.badRequest, places: ["what": "year"])
    }
    guard let table = parts.scoring.table(for: year) else { throw ScoreRejection.noTable }
    return (year, table)
  }

  private func view(_ context: CentreContext) async throws -> (ScoreView, CentreSettings, Instant) {
    let (year, table) = try year(context)
    let now = parts.desk.clock.now
    let (rules, evidence, last) = (parts.casework, parts.evidence, parts.scoring.table(for: year - 1))
    let (settings, officers) = try await parts.desk.look { _, state in (state.hall.settings, state.officers) }
    let (adjusted, days) = (rules?.adjusted(to: settings), parts.dossierDays)
    let today = LocalDay(now, in: settings.zone)
    // A year of dossiers is read beside the queue, from a snapshot, never on its turn.
    let view = try await parts.desk.database.pool.read { db in
      let sheet = try ScoreRows.sheet(of: year, table: table, db)
      let figures = try ScoreFigure.all(
        FigureSource(
          figuresOf: sheet, until: today, at: now, rules: adjusted, settings: settings, days: days, db), db)
      let names = Dictionary(uniqueKeysWithValues: officers.map { ($0.key.rawValue, $0.value.name) })
      let files = Set(sheet.history.values.joined().flatMap(\.evidence).compactMap { $0.file?.sha256 })
      return ScoreView(
        sheet, figures: figures, current: table, today: today, names: names,
        files: Dictionary(uniqueKeysWithValues: files.map { ($0, evidence.standing(of: $0)) }),
        before: try last.map { try ScoreRows.sheet(of: year - 1, table: $0, db) })
    }
    return (view, settings, now)
  }

  private func sheet(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (view, settings, now) = try await view(context)
    switch request.query("format") ?? "json" {
    case "json": return .json(view)
    case "csv":
      var response = Response.bytes(Array(view.csv.utf8), type: "text/csv; charset=utf-8")
      response.headers[.contentDisposition] = "attachment; filename=\"bang-tu-cham-diem_\(view.year).csv\""
      return response
    case "pdf":
      return .bytes(try view.pdf(centre: settings.centre, zone: settings.zone, at: now), type: "application/pdf")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  /// What is missing, for one unit or for all.
  private func work(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (view, settings, now) = try await view(context)
    let owner = request.query("owner")?.removingPercentEncoding
    switch request.query("format") ?? "json" {
    case "json": return .json(view.workList(of: owner))
    case "pdf":
      return .bytes(
        try view.workPDF(of: owner, centre: settings.centre, zone: settings.zone, at: now), type: "application/pdf")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  // MARK: Attached files

  /// The bytes of the file are the body. A body that says it is too large is refused before any of it is kept.
  private func attach(_ request: Request, _ context: CentreContext) async throws -> Response {
    _ = try year(context)
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > EvidenceFiles.mostBytes {
      throw EvidenceRefusal.tooLarge
    }
    let name = (request.query("name")?.removingPercentEncoding ?? "").precomposedStringWithCanonicalMapping
    let intake = try parts.evidence.intake(name)
    do {
      for try await part in request.body { try intake.write(Data(buffer: part)) }
      return .json(try intake.finish(), status: .created)
    } catch {
      intake.abandon()
      throw error
    }
  }

  private func file(_ request: Request, _ context: CentreContext) async throws -> Response {
    _ = try year(context)
    let hash = context.parameters.get("sha256") ?? ""
    switch parts.evidence.standing(of: hash) {
    case .missing: throw EvidenceRefusal.missing
    case .changed: throw EvidenceRefusal.changed
    case .kept: break
    }
    // Never shown as a page of ours, whatever is in it.
    var response = Response.bytes(
      Array(try Data(contentsOf: parts.evidence.url(hash))), type: "application/octet-stream")
    let name =
      (request.query("name")?.removingPercentEncoding ?? hash)
      .addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? hash
    response.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(name)"
    return response
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
    for file in (body.evidence ?? []).compactMap(\.file) {
      try EvidenceFiles.check(name: file.name)
      guard parts.evidence.standing(of: file.sha256) == .kept else { throw EvidenceRefusal.missing }
    }
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
  init(_ refusal: EvidenceRefusal) {
    self.init(.badRequest)
    type = refusal.rawValue
    words = Words.text(
      "problem.\(refusal.rawValue)",
      ["max": "\(EvidenceFiles.mostBytes >> 20)", "types": EvidenceFiles.types.joined(separator: ", ")])
    status =
      switch refusal {
      case .tooLarge: .contentTooLarge
      case .badName, .badType, .empty: .unprocessableContent
      case .missing: .notFound
      case .changed: .conflict
      }
  }

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
