import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop

/// Dossiers at the counter, and their look-up by code for everybody.
struct DossierController {
  let parts: CentreParts
  /// Codes are counted up by the day, so they are easy to guess: slow, and every miss is logged.
  private let lookups = RateLimit(perMinute: 20)

  init(_ parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.get, "/procedures", .everyone, procedures)
    routes.add(.get, "/dossiers", .officer, find)
    routes.add(.post, "/dossiers", .officer, receive)
    routes.add(.get, "/dossiers/reasons", .officer, reasons)
    routes.add(.get, "/dossiers/watch", .officer, watch)
    routes.add(.get, "/dossiers/{d}", .everyone, lookUp)
    routes.add(.post, "/dossiers/{d}/steps", .officer, step)
  }

  // MARK: At the counter

  private struct Receipt: Decodable {
    struct Promise: Decodable {
      var day: LocalDay
      var source: Dossier.DueSource
    }
    struct Start: Decodable {
      var day: LocalDay
      /// Absent: before the office opens on that day.
      var time: TimeOfDay?

      func instant(in zone: ZoneOffset) -> Instant { day.instant(at: time ?? TimeOfDay(minutes: 0), in: zone) }
    }
    /// What a scanner read; or the code as it was typed. Without either a provisional code is drawn.
    var scanned: String?
    var code: String?
    var procedure: String
    var copies: Int?
    var channel: Dossier.Channel?
    var digitised: Bool?
    var vneid: Bool?
    var visit: Visit.ID?
    var counter: Counter.ID?
    var verification: Bool?
    var atOnce: Bool?
    var due: Promise?
    /// Where the clock doesn't start at the receipt.
    var clockStart: Start?
  }

  private func receive(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let (body, bytes) = try await request.json(Receipt.self, context)
    guard let procedure = rules.procedures.procedure(code: body.procedure) else {
      throw DossierRejection.unknownProcedure
    }
    let code =
      try body.scanned.map { text throws(DossierRejection) in try DossierCode(scanned: text) } ?? typed(body.code)
    let command = DossierCommand.receive(
      .init(
        code: code, procedure: procedure.id, copies: body.copies ?? 1, channel: body.channel ?? .counter,
        digitised: body.digitised, vneid: body.vneid, visit: body.visit,
        counter: body.counter ?? context.caller.counter,
        officer: context.caller.officer,
        clockStart: body.clockStart?.instant(in: rules.calendar.zone),
        verification: body.verification ?? false,
        due: body.due.map { .init($0.day, $0.source) }, atOnce: body.atOnce ?? false))
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes, status: .created) { ledger, state in
      if let counter = body.counter, state.hall.settings.counter(counter) == nil { throw QueueRejection.unknownCounter }
      if let visit = body.visit, try state.hall.visits[visit] == nil && !HallRows.hasVisit(visit, ledger.db) {
        throw QueueRejection.unknownTicket
      }
      return DossierList(
        dossiers: try CaseworkDesk.run(command, rules, by: actor, &ledger).map {
          DossierView($0, rules, at: ledger.now)
        })
    }
  }

  private func typed(_ code: String?) throws -> DossierCode? {
    guard let code else { return nil }
    guard let read = DossierCode(code) else { throw DossierRejection.badCode }
    return read
  }

  private struct Step: Decodable {
    var step: String
    var reason: String?
    var day: LocalDay?
    var number: String?
    var code: String?
    /// When a dossier filed online is accepted: the competent agency may have got it at another time, and the portal may
    /// have promised a day.
    var clockStart: Receipt.Start?
    var due: Receipt.Promise?
  }

  private func step(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    guard let id = context.parameters.get("d", as: Int.self).map({ Dossier.ID($0) }) else {
      throw DossierRejection.unknownDossier
    }
    let (body, bytes) = try await request.json(Step.self, context)
    let command = try command(body, id, rules.calendar.zone)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes) { ledger, _ in
      guard let dossier = try CaseworkDesk.run(command, rules, by: actor, &ledger).first else { throw Problem(.broken) }
      return DossierView(dossier, rules, at: ledger.now)
    }
  }

  private func command(_ body: Step, _ id: Dossier.ID, _ zone: ZoneOffset) throws -> DossierCommand {
    func need<T>(_ value: T?, _ name: String) throws -> T {
      guard let value else { throw Problem(.badJSON, places: ["where": name]) }
      return value
    }
    guard let step = CaseStep(rawValue: body.step) else { throw Problem(.badJSON, places: ["where": "step"]) }
    if step == .accept {
      return .accept(
        id, clockStart: body.clockStart?.instant(in: zone), due: body.due.map { .init($0.day, $0.source) })
    }
    let reason = step.reasons == nil ? "" : try need(body.reason, "reason")
    return try step.command(
      on: id, reason: reason, day: { try need(body.day, "day") }, number: { try need(body.number, "number") },
      code: { try need(try typed(body.code), "code") })
  }

  // MARK: Reading

  /// By `code` (typed or scanned, also the provisional one it had) or of a `visit`. Nobody there is an empty list.
  private func find(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let now = parts.desk.clock.now
    let visit = try request.query("visit").map { text in
      guard let id = Int(text) else { throw Problem(.badRequest, places: ["what": "visit"]) }
      return Visit.ID(id)
    }
    let code = try request.query("code").map { try DossierCode(scanned: $0.removingPercentEncoding ?? $0) }
    guard visit != nil || code != nil else { throw Problem(.badRequest, places: ["what": "code, visit"]) }
    return .json(
      try await parts.desk.look { db, _ in
        var found: [Dossier] = []
        if let code, let dossier = try DossierRows.dossier(code: code, db) { found.append(dossier) }
        if let visit { found += try DossierRows.dossiers(of: visit, db) }
        return DossierList(dossiers: found.map { DossierView($0, rules, at: now) })
      })
  }

  private func reasons(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(try await parts.caseRules().reasons.map { ReasonView($0) })
  }

  struct Watched: Encodable, Sendable {
    struct Item: Encodable, Sendable {
      var dossier: DossierView
      var level: String
      var workingDaysLeft: Int
      var apologyDay: LocalDay?
      var apology: String
    }
    struct Waiting: Encodable, Sendable {
      var dossier: DossierView
      var since: LocalDay
      var days: Int
    }
    var today: LocalDay
    var items: [Item]
    /// Overdue or late without a letter: the supervisor's list.
    var apologiesMissing: Int
    /// Received in an outage and still without their real code.
    var provisional: [DossierView]
    /// No date presses them, because the clock stands: the longest wait first.
    var waiting: [Waiting]
    /// The law allows one re-appointment: these had more, wherever.
    var movedTwice: [DossierView]
    /// Years whose list of days off is missing, and whose job it is.
    var calendar: [Bilingual]
  }
  private static let mostListed = 200

  private func watch(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let now = parts.desk.clock.now
    return .json(
      // Beside the writer: with a register of years this reads thousands of rows.
      try await parts.desk.database.pool.read { db in
        let watched = try CaseworkDesk.watch(rules, at: now, db)
        return Watched(
          today: LocalDay(now, in: rules.calendar.zone),
          items: watched.map { watch, dossier in
            .init(
              dossier: DossierView(dossier, rules, at: now), level: watch.level.word,
              workingDaysLeft: watch.workingDaysLeft, apologyDay: watch.apologyDay, apology: watch.apology.rawValue)
          }, apologiesMissing: watched.count { $0.watch.apology == .missing },
          provisional: try DossierRows.provisional(limit: Self.mostListed, db).map { DossierView($0, rules, at: now) },
          waiting: try DossierRows.waiting(limit: Self.mostListed, db).map { dossier in
            let since = LocalDay(dossier.waitingSince, in: rules.calendar.zone)
            return .init(
              dossier: DossierView(dossier, rules, at: now), since: since,
              days: LocalDay(now, in: rules.calendar.zone).number - since.number)
          },
          movedTwice: try DossierRows.movedTwice(limit: Self.mostListed, db).map { DossierView($0, rules, at: now) },
          calendar: rules.calendar.alarms(on: LocalDay(now, in: rules.calendar.zone)).map(\.words))
      })
  }

  /// Only the code and the progress are public (Circular 01/2018, article 16): no procedure, no name, no counter.
  struct Progress: Encodable, Sendable {
    var code: String
    var state: Dossier.State
    var due: DossierView.DueView?
    /// The result can be collected.
    var ready: Bool
  }

  private func lookUp(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    if !parts.demo { try lookups.count(context.peer) }
    let text = (context.parameters.get("d") ?? "").removingPercentEncoding ?? ""
    let found: Dossier? =
      if let code = DossierCode(text) {
        try await parts.desk.look { db, _ in try DossierRows.dossier(code: code, db) }
      } else { nil }
    guard let dossier = found, dossier.state != .annulled else {
      parts.log.notice("dossier look-up missed", metadata: ["peer": "\(context.peer)"])
      throw DossierRejection.unknownDossier
    }
    return .json(
      Progress(
        code: dossier.code.text, state: dossier.state, due: .init(dossier.due, in: rules.calendar.zone),
        ready: dossier.state == .finished))
  }

  /// `q`: what was typed so far; with `counter` and nothing typed, the ten procedures received most there in 90 days.
  private func procedures(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let typed = (request.query("q") ?? "").removingPercentEncoding ?? ""
    guard typed.count <= 200 else { throw Problem(.badRequest, places: ["what": "q"]) }
    if request.query("all") != nil { return .json(rules.procedures.all.map { ProcedureView($0) }) }
    var often: [Procedure.ID] = []
    if let text = request.query("counter") {
      guard let counter = Int(text).map({ Counter.ID($0) }) else {
        throw Problem(.badRequest, places: ["what": "counter"])
      }
      let since = LocalDay(parts.desk.clock.now, in: rules.calendar.zone).adding(days: -90)
      often = try await parts.desk.look { db, _ in
        try DossierRows.commonest(at: counter, since: since, limit: 10, db)
      }
    }
    let rank = Dictionary(uniqueKeysWithValues: often.enumerated().map { ($1, often.count - $0) })
    // With `service` and nothing typed: what a citizen with that number may come for, in the order of the list.
    let service = request.query("service").map { Service.ID($0) }
    let usual = service.map { id in rules.procedures.all.filter { $0.service == id }.prefix(10) } ?? []
    let found =
      typed.isEmpty
      ? often.compactMap { rules.procedures[$0] } + usual
      : ProcedureSearch(rules.procedures).matches(typed, often: rank)
    return .json(found.map { ProcedureView($0) })
  }
}

extension Problem {
  init(_ rejection: DossierRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknownDossier, .unknownProcedure: status = .notFound
    case .badCode, .identityCard, .badDate, .badPromise, .badReason, .badCopies, .badStart:
      status = .unprocessableContent
    default: status = .conflict
    }
  }
}
