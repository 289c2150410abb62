import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OneStop

/// The provincial register: files are laid in, read as a dry run, then applied or put away.
struct RegisterController {
  let parts: CentreParts

  /// As much as a table may have; larger files are refused by name before they are whole in memory.
  private static let mostBytes = 64 << 20

  func add(to routes: inout Routes) {
    routes.add(.get, "/register/profiles", .supervisor, profiles)
    routes.add(.post, "/register/files", .supervisor, lay)
    routes.add(.post, "/register/imports", .supervisor, stage)
    routes.add(.get, "/register/imports", .supervisor, list)
    routes.add(.get, "/register/imports/{id}", .supervisor, show)
    routes.add(.get, "/register/imports/{id}/rejects", .supervisor, rejects)
    routes.add(.post, "/register/imports/{id}/apply", .supervisor, apply)
    routes.add(.post, "/register/imports/{id}/discard", .supervisor, discard)
    routes.add(.get, "/register/check", .supervisor, check)
  }

  private func rules() throws -> CaseRules {
    guard let rules = parts.casework else { throw Problem(.caseworkOff) }
    return rules
  }

  private func read() throws -> [RegisterProfile] {
    try RegisterProfile.load(from: parts.share.appendingPathComponent("centre/registers"))
  }

  private struct ProfileView: Encodable { var id, name, source: String }

  private func profiles(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(try read().map { ProfileView(id: $0.id, name: $0.name, source: $0.source) })
  }

  private struct Laid: Encodable { var file: String }

  /// The bytes of the file are the body; its name is only for messages.
  private func lay(_ request: Request, _ context: CentreContext) async throws -> Response {
    let name = (request.query("name") ?? "").removingPercentEncoding ?? ""
    guard (1...200).contains(name.count), !name.contains("/"), !name.contains(where: \.isNewline) else {
      throw Problem(.badRequest, places: ["what": "name"])
    }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Self.mostBytes)
    } catch is NIOTooManyBytesError {
      throw Problem(.tooLarge, places: ["max": "\(Self.mostBytes / 1024)"])
    }
    return .json(
      Laid(file: try await parts.register.lay(Data(buffer: body), name: name.precomposedStringWithCanonicalMapping)),
      status: .created)
  }

  private struct Staging: Decodable {
    var files: [String]
    var profile: String?
  }

  private func stage(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(Staging.self, context)
    let (rules, profiles, actor) = (try rules(), try read(), context.caller.actor)
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    return .json(
      RegisterView(
        try await parts.register.stage(body.files, profile: body.profile, profiles: profiles, rules: rules, by: actor)),
      status: .created)
  }

  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(try await parts.register.reports().map { RegisterView($0) })
  }

  private func id(_ context: CentreContext) throws -> Int {
    guard let id = context.parameters.get("id", as: Int.self) else { throw RegisterRefusal.unknownImport }
    return id
  }

  private func show(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(RegisterView(try await parts.register.report(try id(context))))
  }

  private func rejects(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try id(context)
    guard let table = try await parts.register.rejects(id) else {
      throw Problem(.rejectsGone, places: ["days": "\(CaseworkKeeper.rejectDays)"])
    }
    var response = Response.bytes(Array(table.utf8), type: "text/csv; charset=utf-8")
    response.headers[.contentDisposition] = "attachment; filename=\"dong-bi-loai-\(id).csv\""
    return response
  }

  private func apply(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (id, rules, actor, office) = (try id(context), try rules(), context.caller.actor, parts.register)
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    // A browser that goes away must not end it in the middle.
    return .json(RegisterView(try await Task { try await office.apply(id, rules: rules, by: actor) }.value))
  }

  private func discard(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try id(context)
    try await parts.register.discard(id)
    return .json(RegisterView(try await parts.register.report(id)))
  }

  private func check(_ request: Request, _ context: CentreContext) async throws -> Response {
    func day(_ name: String) throws -> LocalDay {
      guard let day = request.query(name).flatMap({ LocalDay($0) }) else {
        throw Problem(.badRequest, places: ["what": name])
      }
      return day
    }
    let (from, to) = (try day("from"), try day("to"))
    guard from <= to, to.number - from.number <= 400 else { throw Problem(.badRequest, places: ["what": "from"]) }
    let settings = try await parts.desk.look { _, state in state.hall.settings }
    return .json(
      CheckView(
        try await parts.desk.database.pool.read { try TicketCheck($0, from: from, to: to, settings: settings) }))
  }
}

/// An import in the words of the screens.
struct RegisterView: Encodable, Sendable {
  struct Support: Encodable, Sendable {
    var figure: RegisterSupport.Figure
    var level: RegisterSupport.Level
    var words: Bilingual
  }
  var id: Int
  var state: RegisterRows.State
  var madeAt: String
  var doneAt: String?
  var files: [RegisterReport.File]
  var rows, added, changed, unchanged, rejected, repeated, provisionalDates, countedDates, codesReplaced,
    datesReplaced: Int
  var support: [Support]
  struct Change: Encodable, Sendable {
    var code: String
    var field: Bilingual
    var from: Bilingual?
    var to: Bilingual?
  }
  var skipped: [String]
  var changes: [Change]
  var longestSliceMilliseconds: Int

  init(_ report: RegisterReport) {
    id = report.import
    state = report.state
    madeAt = report.madeAt.iso
    doneAt = report.doneAt?.iso
    files = report.files
    rows = report.rows
    added = report.added
    changed = report.changed
    unchanged = report.unchanged
    rejected = report.rejected
    repeated = report.repeated
    provisionalDates = report.provisionalDates
    countedDates = report.countedDates
    codesReplaced = report.codesReplaced
    datesReplaced = report.datesReplaced ?? 0
    support = report.support.map { .init(figure: $0.figure, level: $0.level, words: $0.words) }
    skipped = report.skipped ?? []
    changes = (report.changes ?? []).map {
      .init(code: $0.code.text, field: $0.field.words, from: $0.from?.words, to: $0.to?.words)
    }
    longestSliceMilliseconds = report.longestSlice
  }
}

struct CheckView: Encodable, Sendable {
  struct Day: Encodable, Sendable {
    var day: LocalDay
    var visits, visitsWithoutDossier, dossiers, dossiersWithoutVisit, registerOnly, notInRegister: Int
  }
  var days: [Day]
  var registerReaches: LocalDay?

  init(_ check: TicketCheck) {
    days = check.days.map {
      .init(
        day: $0.day, visits: $0.visits, visitsWithoutDossier: $0.visitsWithoutDossier, dossiers: $0.dossiers,
        dossiersWithoutVisit: $0.dossiersWithoutVisit, registerOnly: $0.registerOnly, notInRegister: $0.notInRegister)
    }
    registerReaches = check.registerReaches
  }
}

extension Problem {
  init(_ refusal: RegisterRefusal) {
    self.init(.badRequest)
    type = refusal.rawValue
    words = Words.text("problem.\(refusal.rawValue)")
    switch refusal {
    case .unknownImport, .unknownProfile, .unknownFile: status = .notFound
    case .busy, .notStaged, .tooManyFiles: status = .conflict
    }
  }

  /// A table somebody brought, with every mistake and its place.
  init(_ error: TableError) {
    self.init(.badRequest)
    type = "table-refused"
    words = Words.text("problem.table-refused", ["file": error.file])
    status = .unprocessableContent
    problems = error.problems.prefix(50).map { problem in
      func at(_ language: (Bilingual) -> String) -> String {
        let row = problem.row.map { language(Words.text("table.row", ["n": "\($0)"])) }
        let column = problem.column.map { language(Words.text("table.column", ["name": $0])) }
        return ([error.file, row, column] as [String?]).compactMap { $0 }.joined(separator: ", ") + ": "
          + language(problem.words)
      }
      return Detail(path: problem.row.map { "\($0)" } ?? "", vi: at { $0.vi }, en: at { $0.en })
    }
  }
}
