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
    routes.add(.post, "/dossiers", .officer, receive)
    routes.add(.get, "/dossiers/watch", .officer, watch)
    routes.add(.get, "/dossiers/{d}", .everyone, lookUp)
    routes.add(.post, "/dossiers/{d}/steps", .officer, step)
  }

  private func rules() throws -> CaseRules {
    guard let rules = parts.casework else { throw Problem(.caseworkOff) }
    return rules
  }

  // MARK: At the counter

  private struct Receipt: Decodable {
    struct Promise: Decodable {
      var day: LocalDay
      var source: Dossier.DueSource
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
  }

  struct Received: Encodable, Sendable { var dossiers: [DossierView] }

  private func receive(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try rules()
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
        officer: context.caller.officer, verification: body.verification ?? false,
        due: body.due.map { .init($0.day, $0.source) }, atOnce: body.atOnce ?? false))
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes, status: .created) { ledger, _ in
      Received(
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
  }

  private func step(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try rules()
    guard let id = context.parameters.get("d", as: Int.self).map({ Dossier.ID($0) }) else {
      throw DossierRejection.unknownDossier
    }
    let (body, bytes) = try await request.json(Step.self, context)
    let command = try command(body, id)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes) { ledger, _ in
      guard let dossier = try CaseworkDesk.run(command, rules, by: actor, &ledger).first else { throw Problem(.broken) }
      return DossierView(dossier, rules, at: ledger.now)
    }
  }

  private func command(_ body: Step, _ id: Dossier.ID) throws -> DossierCommand {
    func need<T>(_ value: T?, _ name: String) throws -> T {
      guard let value else { throw Problem(.badJSON, places: ["where": name]) }
      return value
    }
    return switch body.step {
    case "accept": .accept(id)
    case "refuse": .refuse(id, reason: try need(body.reason, "reason"))
    case "pass": .pass(id)
    case "ask-supplement": .askSupplement(id, reason: try need(body.reason, "reason"))
    case "supply": .supply(id)
    case "ask-payment": .askPayment(id)
    case "paid": .paid(id)
    case "stop": .stop(id, reason: try need(body.reason, "reason"))
    case "resume": .resume(id)
    case "settle-due": .settleDue(id)
    case "return": .returnDossier(id, reason: try need(body.reason, "reason"))
    case "withdraw": .withdraw(id)
    case "finish": .finish(id)
    case "hand-over": .handOver(id)
    case "reappoint": .reappoint(id, to: try need(body.day, "day"), reason: try need(body.reason, "reason"))
    case "record-reappointment":
      .recordReappointment(id, to: try need(body.day, "day"), reason: try need(body.reason, "reason"))
    case "record-apology": .recordApology(id, number: try need(body.number, "number"))
    case "replace-code": .replaceCode(id, with: try need(try typed(body.code), "code"))
    case "explain-same-day": .explainSameDay(id, reason: try need(body.reason, "reason"))
    case "annul": .annul(id, reason: try need(body.reason, "reason"))
    default: throw Problem(.badJSON, places: ["where": "step"])
    }
  }

  // MARK: Reading

  struct Watched: Encodable, Sendable {
    struct Item: Encodable, Sendable {
      var dossier: DossierView
      var level: String
      var workingDaysLeft: Int
      var apologyDay: LocalDay?
      var apology: String
    }
    var today: LocalDay
    var items: [Item]
    /// Overdue or late without a letter: the supervisor's list.
    var apologiesMissing: Int
  }

  private func watch(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try rules()
    let now = parts.desk.clock.now
    return .json(
      try await parts.desk.look { db, _ in
        let watched = try CaseworkDesk.watch(rules, at: now, db)
        return Watched(
          today: LocalDay(now, in: rules.calendar.zone),
          items: watched.map { watch, dossier in
            .init(
              dossier: DossierView(dossier, rules, at: now), level: watch.level.word,
              workingDaysLeft: watch.workingDaysLeft, apologyDay: watch.apologyDay, apology: watch.apology.rawValue)
          }, apologiesMissing: watched.count { $0.watch.apology == .missing })
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
    let rules = try rules()
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

  struct ProcedureView: Encodable, Sendable {
    var code: String
    var name: String
    var field: String?
    var service: Service.ID?
    var limit: String?
    var limitWithVerification: String?
    var online: Procedure.OnlineLevel?
    var fee: String?
    var documents: [String]?
    var form: String?
    var legalBasis: String?
    var sameDay: Bool?
  }

  /// `q`: what was typed so far; with `counter` and nothing typed, the ten procedures received most there in 90 days.
  private func procedures(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try rules()
    let typed = (request.query("q") ?? "").removingPercentEncoding ?? ""
    guard typed.count <= 200 else { throw Problem(.badRequest, places: ["what": "q"]) }
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
    let found =
      typed.isEmpty
      ? often.compactMap { rules.procedures[$0] } : ProcedureSearch(rules.procedures).matches(typed, often: rank)
    return .json(
      found.map {
        ProcedureView(
          code: $0.id.rawValue, name: $0.name, field: $0.field, service: $0.service, limit: $0.limit?.description,
          limitWithVerification: $0.limitWithVerification?.description, online: $0.online, fee: $0.fee,
          documents: $0.documents, form: $0.form, legalBasis: $0.legalBasis, sameDay: $0.sameDay)
      })
  }
}

/// A dossier as an officer sees it.
struct DossierView: Encodable, Sendable {
  struct DueView: Encodable, Sendable {
    var day: LocalDay
    var until: TimeOfDay
    var provisional: Bool

    init?(_ due: Due?, in zone: ZoneOffset) {
      guard let due else { return nil }
      day = due.day
      // Counted from the due day: a centre that closes at 24:00 closes on that day and not at 00:00 of the next.
      until = TimeOfDay(minutes: due.at.seconds(since: due.day.start(in: zone)) / 60)
      provisional = due.provisional
    }
  }

  var id: Dossier.ID
  var code: String
  /// The code is ours and waits for the real one.
  var provisionalCode: Bool
  var procedure: Procedure.ID
  var procedureName: String
  var state: Dossier.State
  var channel: Dossier.Channel
  var receivedDay: LocalDay
  var due: DueView?
  var punctuality: Punctuality
  var supplements: Int
  var reappointments: Int
  var apologies: Int
  var sameDay: String?

  init(_ dossier: Dossier, _ rules: CaseRules, at now: Instant) {
    let zone = rules.calendar.zone
    id = dossier.id
    code = dossier.code.text
    provisionalCode = dossier.code.isProvisional
    procedure = dossier.procedure
    procedureName = rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue
    state = dossier.state
    channel = dossier.channel
    receivedDay = LocalDay(dossier.receivedAt, in: zone)
    due = DueView(dossier.due, in: zone)
    punctuality = dossier.punctuality(on: LocalDay(now, in: zone), in: zone)
    supplements = dossier.supplements
    reappointments = dossier.reappointments.count
    apologies = dossier.apologies.count
    sameDay =
      switch dossier.sameDay {
      case .promised: "promised"
      case .afterCutoff: "afterCutoff"
      case nil: nil
      }
  }
}

extension Problem {
  init(_ rejection: DossierRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknownDossier, .unknownProcedure: status = .notFound
    case .badCode, .identityCard, .badDate, .badReason, .badCopies: status = .unprocessableContent
    default: status = .conflict
    }
  }
}
