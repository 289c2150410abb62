import CentreOperations
import CentreStore
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import OneStop
import Printing

/// Visits at home. Everybody who works here takes a request; who is responsible plans; who goes there sees the address.
struct HomeVisitController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.get, "/home-visits", .officer, list)
    routes.add(.post, "/home-visits", .officer, ask)
    routes.add(.post, "/home-visits/{v}/steps", .officer, step)
    routes.add(.put, "/home-visits/{v}/person", .officer, correct)
    routes.add(.get, "/home-visits/{v}/slip", .officer, slip)
  }

  private func id(_ context: CentreContext) throws -> HomeVisit.ID {
    guard let id = context.parameters.get("v", as: Int.self) else { throw HomeVisitRejection.unknownVisit }
    return HomeVisit.ID(id)
  }

  /// What ended longer ago stands in the figures only.
  private static let shownDays = 31

  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (actor, rules, now) = (context.caller.actor, parts.casework, parts.desk.clock.now)
    return .json(
      try await parts.desk.look { db, state in
        let since = LocalDay(now, in: state.hall.settings.zone).adding(days: -Self.shownDays)
        let visits =
          try HomeVisitRows.open(db) + HomeVisitRows.ended(since: since.start(in: state.hall.settings.zone), db)
        return try HomeVisitList(visits, rules, state, for: actor, at: now, db)
      })
  }

  private struct PersonBody: Decodable {
    var name: String
    var phone: String?
    var address: String
    var note: String?
    var code: String?

    func person() throws -> HomePerson {
      func line(_ text: String?, _ field: String, _ lengths: ClosedRange<Int>) throws -> String {
        // A pasted address has lines; here it is one.
        let text = (text ?? "").precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(
          separator: " ")
        guard lengths.contains(text.count) else {
          throw Problem(
            length: text.count, of: Words.text("home.field.\(field)"), between: lengths.lowerBound,
            and: lengths.upperBound)
        }
        // Told now, to who has the citizen on the telephone, and not when the slip is to be printed.
        try PageLayout.check(text)
        return text
      }
      let longest = HomePerson.longest
      return HomePerson(
        name: try line(name, "name", 1...longest.name), phone: try line(phone, "phone", 0...longest.phone),
        address: try line(address, "address", 1...longest.address), note: try line(note, "note", 0...longest.note),
        code: try HomeVisitController.typed(code))
    }
  }

  private static func typed(_ code: String?) throws -> DossierCode? {
    guard let code, !code.isEmpty else { return nil }
    guard let read = DossierCode(code) else { throw DossierRejection.badCode }
    return read
  }

  private struct AskBody: Decodable {
    var group: HomeGroup.ID
    var askedBy: HomeVisit.AskedBy
    var procedure: String?
  }

  private func ask(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(AskBody.self, context)
    let person = try JSONDecoder.body(PersonBody.self, bytes).person()
    var procedure: Procedure.ID?
    if let code = body.procedure, !code.isEmpty {
      procedure = parts.casework.map { $0.procedures.procedure(code: code)?.id ?? Procedure.ID(code) } ?? .init(code)
    }
    let command = HomeVisitCommand.ask(body.group, by: body.askedBy, procedure: procedure)
    let key = Data("\(body.group) \(body.askedBy) \(procedure?.rawValue ?? "")".utf8)
    return try await answer(request, context, key, status: .created) { rules, actor, ledger in
      try HomeVisitDesk.run(command, person: person, code: person.code, rules, by: actor, &ledger)
    }
  }

  private struct StepBody: Decodable {
    var step: HomeVisits.Step
    var day: LocalDay?
    var officer: Officer.ID?
    var reason: HomeVisit.CancelReason?
    var code: String?
  }

  private func step(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try id(context)
    let (body, _) = try await request.json(StepBody.self, context)
    func need<T>(_ value: T?, _ name: String) throws -> T {
      guard let value else { throw Problem(.badJSON, places: ["where": name]) }
      return value
    }
    let code = try Self.typed(body.code)
    let command: HomeVisitCommand =
      switch body.step {
      case .schedule: .schedule(id, on: try need(body.day, "day"), officer: try need(body.officer, "officer"))
      case .visit: .visit(id)
      case .giveBack: .giveBack(id)
      case .cancel: .cancel(id, try need(body.reason, "reason"))
      }
    return try await answer(request, context, Data("\(command)".utf8)) { rules, actor, ledger in
      try HomeVisitDesk.run(command, code: code, rules, by: actor, &ledger)
    }
  }

  private func correct(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try id(context)
    let (body, _) = try await request.json(PersonBody.self, context)
    let person = try body.person()
    return try await answer(request, context, Data()) { rules, actor, ledger in
      try HomeVisitDesk.run(.correct(id), person: person, code: person.code, rules, by: actor, &ledger)
    }
  }

  /// The answer is kept with the key of the request, so it never has the person in it; and so is a hash of `bytes`, which
  /// gives away a name, an address or a dossier's code to whoever has a list of them, so they have none of these either.
  private func answer(
    _ request: Request, _ context: CentreContext, _ bytes: Data, status: HTTPResponse.Status = .ok,
    _ run: @escaping @Sendable (HomeVisitRules, Actor, inout Ledger) throws -> HomeVisit
  ) async throws -> Response {
    let (actor, casework) = (context.caller.actor, parts.casework)
    return try await parts.desk.answer(request, context, body: bytes, status: status) { ledger, state in
      let visit = try run(HomeVisitDesk.rules(casework, state), actor, &ledger)
      return HomeVisitView(visit, nil, casework, state, for: actor, at: ledger.now)
    }
  }

  private func slip(_ request: Request, _ context: CentreContext) async throws -> Response {
    let paper = try await paper(id(context), context.caller.actor)
    return .bytes(paper.pdf, type: "application/pdf")
  }

  private func paper(_ id: HomeVisit.ID, _ actor: Actor) async throws -> OfficePaper {
    do {
      return try await HomeVisitDocument(visit: id).paper(
        OfficeSources(desk: parts.desk, tables: parts.tables, share: parts.share, asker: actor))
    } catch is CaseworkIsOff {
      throw Problem(.caseworkOff)
    }
  }
}

extension JSONDecoder {
  /// Another part of a body that was read already.
  fileprivate static func body<T: Decodable>(_ type: T.Type, _ bytes: Data) throws -> T {
    do {
      return try JSONDecoder().decode(type, from: bytes)
    } catch let error as DecodingError {
      throw Problem(.badJSON, places: ["where": error.place ?? "JSON"])
    }
  }
}

extension Problem {
  init(_ rejection: HomeVisitRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknownVisit, .unknownGroup, .unknownProcedure, .unknownOfficer: status = .notFound
    case .badDate: status = .unprocessableContent
    case .notYours: status = .forbidden
    case .notNow, .early, .forgotten: status = .conflict
    }
  }
}

/// A visit as this person may see it.
struct HomeVisitView: Encodable, Sendable {
  struct Person: Encodable, Sendable {
    var name, phone, address, note: String
    /// Of the dossier, where there is one.
    var code: String?
  }

  var id: HomeVisit.ID
  var group: HomeGroup.ID
  var groupWords: Bilingual
  var askedBy: HomeVisit.AskedBy
  var procedure: Procedure.ID?
  var procedureName: String?
  var askedAt: String
  /// Name of who wrote it down.
  var taker: String
  var state: HomeVisit.State
  var standing: HomeVisit.Standing
  var day: LocalDay?
  var officer: Officer.ID?
  var officerName: String?
  var visitedAt, endedAt: String?
  var reason: HomeVisit.CancelReason?
  /// Absent for who doesn't need it, and once it was deleted.
  var person: Person?
  /// The day after which nobody knows it any more; absent while the visit is open.
  var knownUntil: LocalDay?
  /// What this person can do now.
  var steps: [HomeVisits.Step]

  init(
    _ visit: HomeVisit, _ person: HomePerson?, _ rules: CaseRules?, _ state: CentreState, for actor: Actor,
    at now: Instant
  ) {
    let settings = state.hall.settings
    let today = LocalDay(now, in: settings.zone)
    func name(_ id: String) -> String { state.officers[Officer.ID(id)]?.name ?? id }
    let found = settings.homeVisits.group(visit.group)
    id = visit.id
    group = visit.group
    groupWords = Bilingual(found?.name ?? group.rawValue, found?.nameEn ?? group.rawValue)
    askedBy = visit.askedBy
    procedure = visit.procedure
    procedureName = visit.procedure.map { rules?.procedures[$0]?.name ?? $0.rawValue }
    askedAt = visit.askedAt.iso
    taker = name(visit.taker)
    self.state = visit.state
    standing = visit.standing(on: today)
    day = visit.day
    officer = visit.officer
    officerName = visit.officer.map { name($0.rawValue) }
    visitedAt = visit.visitedAt?.iso
    endedAt = visit.endedAt?.iso
    reason = visit.reason
    if let person, visit.showsPerson(to: actor) {
      self.person = Person(
        name: person.name, phone: person.phone, address: person.address, note: person.note, code: person.code?.text)
      knownUntil = visit.endedAt.map {
        LocalDay($0, in: settings.zone).adding(days: settings.homeVisits.keepDays - 1)
      }
    }
    steps = HomeVisits.steps(visit, by: actor, on: today)
  }
}

struct HomeVisitList: Encodable, Sendable {
  struct Choice: Encodable, Sendable {
    var id: String
    var words: Bilingual
  }
  var today: LocalDay
  /// The time the centre set.
  var keepDays: Int
  /// Those that may be asked for.
  var groups: [Choice]
  var reasons: [Choice]
  /// Who can be sent.
  var officers: [Choice]
  /// Whether this person plans.
  var plans: Bool
  /// Of a supervisor all, of an officer those who is sent there or wrote it down. Late ones first, then those of today.
  var visits: [HomeVisitView]

  init(
    _ all: [HomeVisit], _ rules: CaseRules?, _ state: CentreState, for actor: Actor, at now: Instant, _ db: Database
  ) throws {
    let settings = state.hall.settings
    let today = LocalDay(now, in: settings.zone)
    self.today = today
    keepDays = settings.homeVisits.keepDays
    groups = settings.homeVisits.groups.filter(\.active).map {
      Choice(id: $0.id.rawValue, words: Bilingual($0.name, $0.nameEn.isEmpty ? $0.name : $0.nameEn))
    }
    reasons = HomeVisit.CancelReason.allCases.map {
      Choice(id: $0.rawValue, words: Words.text("home.reason.\($0.rawValue)"))
    }
    officers = state.officers.values.filter { $0.active && HomeVisitDesk.isSent($0) }.sorted { $0.id < $1.id }.map {
      Choice(id: $0.id.rawValue, words: Bilingual($0.name, $0.name))
    }
    let plans = [.supervisor, .admin].contains(actor.role)
    self.plans = plans
    let order: [HomeVisit.Standing] = [.late, .today, .unplanned, .coming, .over]
    func rank(_ visit: HomeVisit) -> (Int, Int, Int) {
      let standing = visit.standing(on: today)
      // What ended last is looked for first; what is to come, in the order of its days.
      let day = standing == .over ? -(visit.endedAt?.milliseconds ?? 0) : Int64(visit.day?.number ?? 0)
      return (order.firstIndex(of: standing) ?? 0, Int(day), visit.id.rawValue)
    }
    let mine = plans ? all : all.filter { $0.officer?.rawValue == actor.name || $0.taker == actor.name }
    visits = try mine.sorted { rank($0) < rank($1) }.map { visit in
      let person = visit.showsPerson(to: actor) ? try HomeVisitRows.person(of: visit.id, db) : nil
      return HomeVisitView(visit, person, rules, state, for: actor, at: now)
    }
  }
}
