import CentreOperations
import CentreStore
import Crypto
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import OneStop
import Printing

/// Signing in, settings, people, figures, health.
struct OfficeController {
  let parts: CentreParts
  let doorman: Doorman

  func add(to routes: inout Routes) {
    routes.add(.get, "/session", .everyone, session)
    routes.add(.post, "/session", .everyone, signIn)
    routes.add(.delete, "/session", .everyone, signOut)
    routes.add(.get, "/officers", .everyone, officers)
    routes.add(.post, "/officers", .supervisor, addOfficer)
    routes.add(.put, "/officers/{id}", .supervisor, changeOfficer)
    routes.add(.post, "/terminals", .supervisor, addTerminal)
    routes.add(.get, "/settings", .supervisor, settings)
    routes.add(.put, "/settings", .supervisor, changeSettings)
    routes.add(.get, "/figures", .officer, figures)
    routes.add(.get, "/figures/{day}", .officer, figures)
    routes.add(.get, "/health", .everyone, health)
    routes.add(.get, "/openapi.yaml", .everyone, document)
  }

  // MARK: Session

  private struct SessionView: Encodable {
    struct Person: Encodable {
      var id: Officer.ID
      var name, title: String
    }
    var role: Role
    var officer: Person?
    var demo: Bool
  }

  private func session(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = context.caller.officer
    let person = try await parts.desk.look { _, state in id.flatMap { state.officers[$0] } }
    return .json(
      SessionView(
        role: context.caller.actor.role,
        officer: person.map { .init(id: $0.id, name: $0.name, title: $0.title) }, demo: parts.demo))
  }

  private struct SignInBody: Decodable {
    var officer: Officer.ID
    var pin: String
  }

  private func signIn(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(SignInBody.self, context)
    let (token, officer) = try await doorman.signIn(body.officer, pin: body.pin, from: context.peer)
    var response = Response.json(
      SessionView(
        role: officer.role, officer: .init(id: officer.id, name: officer.name, title: officer.title), demo: parts.demo))
    response.setCookie(Cookie(name: "motcua", value: token, path: "/", httpOnly: true, sameSite: .strict))
    return response
  }

  private func signOut(_ request: Request, _ context: CentreContext) async throws -> Response {
    try await doorman.signOut(request)
    var response = Response.json(Nothing())
    response.setCookie(Cookie(name: "motcua", value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .strict))
    return response
  }

  // MARK: People

  private struct OfficerView: Encodable, Sendable {
    var id: Officer.ID
    var name, title: String
    var boardTitle, phone: String?
    var role: Role?
    var active: Bool?
  }

  /// Everybody may see who can sign in, as on the name plates; the rest is for supervisors.
  private func officers(_ request: Request, _ context: CentreContext) async throws -> Response {
    let full = Access.supervisor.allows(context.caller.actor.role) && request.query("public") == nil
    return .json(
      try await parts.desk.look { _, state in
        state.officers.values.sorted { $0.id < $1.id }.filter { full || $0.active }.map {
          full
            ? OfficerView(
              id: $0.id, name: $0.name, title: $0.title, boardTitle: $0.boardTitle, phone: $0.phone, role: $0.role,
              active: $0.active) : OfficerView(id: $0.id, name: $0.name, title: $0.title)
        }
      })
  }

  private struct OfficerBody: Codable {
    var name: String?
    var title: String?
    var boardTitle: String?
    var phone: String?
    var role: Role?
    var active: Bool?
    var pin: String?

    /// What an idempotency key is compared with: that there is a PIN, and not which. A hash of four digits is open to
    /// whoever tries ten thousand, and it would lie beside the slow one for a day.
    func withoutPIN() throws -> Data {
      var shown = self
      shown.pin = pin.map { _ in "" }
      return try ScreenJSON.encoder.encode(shown)
    }

    /// Hashed beside the writer: it is slow on purpose, and in a transaction every counter would wait for it.
    func hashedPIN(_ desk: CommandDesk) async throws -> People.HashedPIN? {
      guard let pin, !pin.isEmpty else { return nil }
      return try await desk.database.pool.read { _ in try People.HashedPIN(pin) }
    }

    func check() throws {
      if let pin, !pin.isEmpty, pin.count < 4 || pin.count > 12 || !pin.allSatisfy(\.isNumber) {
        throw Problem(.settingsInvalid, problems: [.init(words: "settings.pin", path: "pin")])
      }
      if let name, name.trimmingCharacters(in: .whitespaces).isEmpty {
        throw Problem(.settingsInvalid, problems: [.init(words: "settings.empty", path: "name")])
      }
      let limits = Officer.longest
      for (path, text, longest) in [
        ("name", name, limits.name), ("title", title, limits.title), ("boardTitle", boardTitle, limits.boardTitle),
        ("phone", phone, limits.phone),
      ] {
        guard let text, text.count > longest else { continue }
        throw Problem(
          .settingsInvalid,
          problems: [
            .init(words: "settings.tooLong", path: path, places: ["max": "\(longest)", "is": "\(text.count)"])
          ])
      }
      if let role, ![.officer, .supervisor, .admin].contains(role) {
        throw Problem(
          .settingsInvalid, problems: [.init(words: "settings.role", path: "role", places: ["value": role.rawValue])])
      }
    }
  }

  private func addOfficer(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(OfficerBody.self, context)
    guard let name = body.name else { throw Problem(.badJSON, places: ["where": "name"]) }
    try body.check()
    let actor = context.caller.actor
    let pin = try await body.hashedPIN(parts.desk)
    defer { doorman.peopleChanged() }
    return try await parts.desk.answer(request, context, body: body.withoutPIN(), status: .created) { ledger, state in
      // Ids are never used again, so they count on from the journal's numbers.
      let id = Officer.ID("cb-\(ledger.head.seq + 1)")
      let officer = Officer(
        id: id, name: name.precomposedStringWithCanonicalMapping, title: body.title ?? "",
        boardTitle: body.boardTitle ?? body.title, phone: body.phone ?? "", role: body.role ?? .officer,
        active: body.active ?? true)
      try Staff.check(nil, becomes: officer, among: state.officers.values, by: actor.role)
      try People.put(officer, hashed: pin, in: &ledger, by: actor)
      state.officers[id] = officer
      return ["id": id]
    }
  }

  private func changeOfficer(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(OfficerBody.self, context)
    try body.check()
    let id = Officer.ID(context.parameters.get("id") ?? "")
    let actor = context.caller.actor
    let pin = try await body.hashedPIN(parts.desk)
    let ratings = parts.desk.ratings
    let response = try await parts.desk.answer(request, context, body: body.withoutPIN()) { ledger, state in
      guard let known = state.officers[id] else { throw QueueRejection.unknownOfficer }
      var officer = known
      officer.name = body.name?.precomposedStringWithCanonicalMapping ?? officer.name
      officer.title = body.title ?? officer.title
      officer.boardTitle = body.boardTitle ?? officer.boardTitle
      officer.phone = body.phone ?? officer.phone
      officer.role = body.role ?? officer.role
      officer.active = body.active ?? officer.active
      try Staff.check(known, becomes: officer, among: state.officers.values, by: actor.role)
      if !officer.active { try Self.leaveCounter(id, by: actor, &ledger, &state, ratings) }
      try People.put(officer, hashed: pin, in: &ledger, by: actor)
      state.officers[id] = officer
      state.tellScreens("officer-changed", &ledger)
      return ["id": id]
    }
    // A new PIN or the end of work ends the sessions; anything else is looked up anew.
    if body.active == false || body.pin?.isEmpty == false {
      try await doorman.forget(id)
    } else {
      doorman.peopleChanged()
    }
    return response
  }

  /// Nobody sits at a counter whom the centre no longer knows; a citizen there is served first.
  private static func leaveCounter(
    _ officer: Officer.ID, by actor: Actor, _ ledger: inout Ledger, _ state: inout CentreState, _ ratings: RatingBoxes
  ) throws {
    guard let (counter, desk) = state.hall.desks.first(where: { $0.value.officer == officer }) else { return }
    guard desk.current == nil, desk.held.isEmpty else {
      var problem = Problem(.officerServing, places: ["counter": "\(counter)"])
      problem.counter = counter
      throw problem
    }
    try CommandDesk.run(
      .close(counter, why: QueueEvent.CounterClosed.switchedOff), by: actor, &ledger, &state, ratings)
  }

  private struct TerminalBody: Decodable {
    var name: String
    var role: Role
    var counter: Int?
  }

  /// Gives a screen a token; the answer is the only place it is ever shown.
  private func addTerminal(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(TerminalBody.self, context)
    guard [.kiosk, .board, .rating].contains(body.role), (1...40).contains(body.name.count),
      body.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { throw Problem(.badJSON, places: ["where": "name, role"]) }
    guard body.role != .rating || body.counter != nil else { throw Problem(.badJSON, places: ["where": "counter"]) }
    let token = randomBytes(24).hexText
    let hash = Data(SHA256.hash(data: Data(token.utf8)))
    let actor = context.caller.actor
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    try await parts.desk.perform { ledger, state in
      if let counter = body.counter, state.hall.settings.counter(Counter.ID(counter)) == nil {
        throw QueueRejection.unknownCounter
      }
      try ledger.append("terminal-added", ["name": body.name, "role": body.role.rawValue], by: actor)
      try ledger.db.execute(
        sql: "INSERT OR REPLACE INTO terminal (token, name, role, counter, madeAt) VALUES (?, ?, ?, ?, ?)",
        arguments: [hash, body.name, body.role.rawValue, body.counter, ledger.now.milliseconds])
    }
    doorman.terminalsChanged()
    let address = parts.followBase.hasSuffix("/t/") ? String(parts.followBase.dropLast(3)) : parts.followBase
    return .json(["token": token, "address": address], status: .created)
  }

  // MARK: Settings

  private struct SettingsView: Encodable, Sendable {
    var version: Int64
    var settings: CentreSettings
  }

  private func settings(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(
      try await parts.desk.look { db, state in
        SettingsView(version: try SettingRows.version(db), settings: state.hall.settings)
      })
  }

  private struct SettingsBody: Decodable {
    var version: Int64
    var settings: CentreSettings
  }

  private func changeSettings(_ request: Request, _ context: CentreContext) async throws -> Response {
    var (body, bytes) = try await request.json(SettingsBody.self, context)
    do {
      body.settings.zone = try ZoneOffset(timezone: body.settings.centre.timezone)
    } catch {
      throw Problem(
        .settingsInvalid,
        problems: [
          .init(words: "settings.timezone", path: "centre.timezone", places: ["value": body.settings.centre.timezone])
        ])
    }
    let new = body.settings
    let version = body.version
    let actor = context.caller.actor
    let demo = parts.demo
    let rules = parts.casework
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      guard try SettingRows.version(ledger.db) == version else { throw Problem(.settingsChanged) }
      let problems =
        new.problems(replacing: state.hall.settings, in: state.hall)
        // A demonstration at twenty times the speed has longer limits than a centre may set.
        .filter { !demo || !$0.path.hasPrefix("rules.") }
        + Self.sameDayProblems(in: new, rules, today: state.hall.day)
      guard problems.isEmpty else {
        throw Problem(
          .settingsInvalid,
          problems: problems.map { .init(words: "settings.\($0.key)", path: $0.path, places: $0.places) })
      }
      try ledger.change(settings: new, by: actor)
      state.hall.settings = new
      state.tellScreens("settings-changed", &ledger)
      return SettingsView(version: ledger.head.seq, settings: new)
    }
  }

  /// A same-day day promises what the commune's list has; without the list nothing can be said. A service whose numbers
  /// carry the mark has such a procedure in a plan that isn't over.
  private static func sameDayProblems(
    in settings: CentreSettings, _ rules: CaseRules?, today: LocalDay
  ) -> [SettingsProblem] {
    guard let rules else { return [] }
    let unknown = settings.sameDay.enumerated().flatMap { i, plan in
      plan.procedures.filter { rules.procedures[$0] == nil }.map {
        SettingsProblem("sameDay[\(i)].procedures", "unknownProcedure", ["value": $0.rawValue])
      }
    }
    let plans = settings.sameDay.filter { $0.until.map { $0 >= today } ?? true }
    guard unknown.isEmpty, !plans.isEmpty else { return unknown }
    let listed = Set(plans.flatMap(\.procedures).compactMap { rules.procedures[$0]?.service })
    return settings.services.enumerated().compactMap { i, service in
      service.active && service.sameDay && !listed.contains(service.id)
        ? SettingsProblem("services[\(i)].sameDay", "sameDayService") : nil
    }
  }

  // MARK: Figures

  private func figures(_ request: Request, _ context: CentreContext) async throws -> Response {
    let today = try await parts.desk.look { _, state in state.hall.day }
    func day(_ text: String?, _ name: String) throws -> LocalDay? {
      guard let text else { return nil }
      if text == "today" { return today }
      guard let day = LocalDay(text) else { throw Problem(.badRequest, places: ["what": "\(name)=\(text)"]) }
      return day
    }
    let single = try day(context.parameters.get("day"), "day")
    let from = try single ?? day(request.query("from"), "from") ?? today
    let to = try single ?? day(request.query("to"), "to") ?? from
    guard from <= to else { throw Problem(.badRequest, places: ["what": "from > to"]) }
    guard let by = Breakdown(rawValue: request.query("by") ?? "all") else {
      throw Problem(.badRequest, places: ["what": "by=\(request.query("by") ?? "")"])
    }
    // A long period is read beside the queue, from a snapshot of its own; the running day's rows are in it too.
    let state = try await parts.desk.look { _, state in (state.hall.settings, state.officers) }
    let report = try await parts.desk.database.pool.read { db in
      try FigureReport(db, from: from, to: to, by: by, settings: state.0, officers: state.1)
    }
    switch request.query("format") ?? "json" {
    case "json": return .json(report)
    case "csv":
      var response = Response.bytes(Array(report.csv.utf8), type: "text/csv; charset=utf-8")
      let name = from == to ? "\(from)" : "\(from)_\(to)"
      response.headers[.contentDisposition] = "attachment; filename=\"so-lieu_\(name)_\(by.rawValue).csv\""
      return response
    case "pdf":
      let pdf = try report.pdf(centre: state.0.centre, zone: state.0.zone, at: parts.desk.clock.now)
      return .bytes(pdf, type: "application/pdf")
    default: throw Problem(.badRequest, places: ["what": "format"])
    }
  }

  // MARK: Health

  private struct Health: Encodable {
    var status: String
    var day: LocalDay
    var seq: Int64
    var epoch: Int
    var clock: String
    var uptimeSeconds: Int
  }

  private func health(_ request: Request, _ context: CentreContext) async throws -> Response {
    let desk = parts.desk
    let (day, seq) = try await desk.look { db, state in (state.hall.day, try Journal.head(db).seq) }
    let good = desk.storeTrouble == nil && desk.clock.unsure == nil
    return .json(
      Health(
        status: good ? "ok" : "degraded", day: day, seq: seq, epoch: desk.tail.epoch,
        clock: desk.clock.unsure == nil ? "ok" : "unsure",
        uptimeSeconds: Int((ContinuousClock.now - parts.metrics.started).components.seconds)),
      status: good ? .ok : .serviceUnavailable)
  }

  private func document(_ request: Request, _ context: CentreContext) async throws -> Response {
    let file = parts.share.appendingPathComponent("kiosk/openapi.yaml")
    return .bytes(Array(try Data(contentsOf: file)), type: "application/yaml; charset=utf-8", cache: "no-cache")
  }
}

extension Problem.Detail {
  init(words key: String, path: String, places: [String: String] = [:]) {
    let words = Words.text(key, places)
    self.init(path: path, vi: words.vi, en: words.en)
  }
}
