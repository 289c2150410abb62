import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop

/// Kept reports: listed, made, taken away as PDF, XLSX, CSV.
struct ReportController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.get, "/reports", .supervisor, list)
    routes.add(.post, "/reports", .supervisor, make)
    routes.add(.get, "/reports/{period}", .supervisor, look)
    routes.add(.get, "/reports/{period}/versions/{version}", .supervisor, file)
  }

  private var office: ReportOffice { ReportOffice(parts.desk, tables: parts.tables, clerk: parts.reports) }

  struct Version: Encodable, Sendable {
    struct File: Encodable, Sendable {
      var form: String
      var bytes: Int
      var sha256: String
    }
    var period: String
    var kind: String
    var words: Bilingual
    var version: Int
    var until: LocalDay
    var complete: Bool
    var reason: String
    var changed: [Bilingual]
    var by: String
    var at: String
    var files: [File]

    init(_ kept: ReportRows.Kept, _ officers: [Officer.ID: Officer]) {
      let made = kept.made
      (period, kind, words) = (made.period.id, made.period.kind.rawValue, made.period.words)
      (version, until, complete, reason) = (made.version, made.until, made.complete, made.reason)
      changed = made.changed.map { Words.text("report.line.\($0)") }
      by = officers[Officer.ID(kept.by)]?.name ?? kept.by
      at = kept.at.iso
      files = made.files.map {
        File(form: $0.name.split(separator: ".").last.map(String.init) ?? "", bytes: $0.bytes, sha256: $0.sha256)
      }
    }
  }

  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    struct Overview: Encodable, Sendable { var reports: [Version] }
    let limit = min(max(request.query("limit").flatMap { Int($0) } ?? 100, 1), 500)
    return .json(
      try await parts.desk.look { db, state in
        Overview(reports: try ReportRows.all(limit: limit, db).map { Version($0, state.officers) })
      })
  }

  private func period(_ context: CentreContext) throws -> ReportPeriod {
    let text = context.parameters.get("period") ?? ""
    guard let period = ReportPeriod(id: text) else { throw Problem(.badRequest, places: ["what": "period=\(text)"]) }
    return period
  }

  private struct Wish: Decodable {
    var period: ReportPeriod
    /// Needed from the second version on.
    var reason: String?
  }

  private func make(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, _) = try await request.json(Wish.self, context)
    guard (body.reason ?? "").count <= 500 else { throw Problem(.badJSON, places: ["where": "reason"]) }
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    let kept = try await office.make(body.period, reason: body.reason ?? "", by: context.caller.actor)
    let officers = try await parts.desk.look { _, state in state.officers }
    return .json(Version(kept, officers), status: .created)
  }

  struct Standing: Encodable, Sendable {
    struct Line: Encodable, Sendable {
      var key: String
      var name, how: Bilingual
      var written: String
      var known: Bool
      var target: Int?
      var met: Bool?
    }
    struct Section: Encodable, Sendable {
      var key: String
      var name: Bilingual
      /// What the law says of it, and how sure that is.
      var law: Bilingual?
      var lines: [Line]
    }
    var period: String
    var words: Bilingual
    var until: LocalDay
    var complete: Bool
    /// Figures are no longer those of the latest kept version.
    var differs: Bool
    var sections: [Section]
    var versions: [Version]
    /// `v1/bao-cao.pdf`: kept files that are gone or changed.
    var faults: [String]
  }

  /// The figures as they are now, beside what is kept of the period.
  private func look(_ request: Request, _ context: CentreContext) async throws -> Response {
    let period = try period(context)
    let (report, _, _) = try await office.draft(period)
    let (kept, officers) = try await parts.desk.look { db, state in
      (try ReportRows.all(of: period, db), state.officers)
    }
    var faults: [String] = []
    for one in kept { faults += await office.faults(one).map { "v\(one.made.version)/\($0)" } }
    let sections = report.sections.map { section in
      Standing.Section(
        key: section.key, name: Words.text("report.section.\(section.key)"), law: section.law,
        lines: section.lines.map {
          .init(
            key: $0.key, name: $0.name, how: $0.how, written: $0.written, known: $0.isKnown, target: $0.target,
            met: $0.isMet)
        })
    }
    let content = try ReportOffice.content(of: report)
    return .json(
      Standing(
        period: period.id, words: period.words, until: report.until, complete: report.complete,
        differs: kept.first.map { $0.made.content != content } ?? false, sections: sections,
        versions: kept.map { Version($0, officers) }, faults: faults))
  }

  private static let types = [
    "pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ]

  private func file(_ request: Request, _ context: CentreContext) async throws -> Response {
    let period = try period(context)
    let version = context.parameters.get("version", as: Int.self) ?? 0
    let form = request.query("format") ?? "pdf"
    guard let type = Self.types[form] else { throw Problem(.badRequest, places: ["what": "format"]) }
    let data = try await office.file(period, version: version, form: form)
    var response = Response.bytes(Array(data), type: type)
    if form != "pdf" {
      response.headers[.contentDisposition] = "attachment; filename=\"bao-cao_\(period.id)_v\(version).\(form)\""
    }
    return response
  }
}

extension Problem {
  init(_ rejection: ReportRejection) {
    self.init(.badRequest)
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknown: status = .notFound
    case .reasonMissing: status = .unprocessableContent
    case .noData, .unchanged, .fileChanged: status = .conflict
    }
  }
}
