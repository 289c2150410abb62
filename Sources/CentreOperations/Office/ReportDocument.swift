import CentreStore
import OneStop
import Printing

/// A kept report on paper: `{"document": "report", "period": "2026-11"}`; without `version` the latest.
public struct ReportDocument: OfficeDocument {
  public static let kind = "report"
  public static let isForSupervisors = true
  public var period: ReportPeriod
  public var version: Int?

  public var reference: String { version.map { "\(period.id) v\($0)" } ?? period.id }

  /// - Throws: `ReportRejection.unknown` before the first version, `fileChanged` where the kept file isn't what was made.
  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    let (period, wanted) = (period, version)
    let kept = try await office.desk.database.pool.read { try ReportRows.latest(period, $0) }
    guard let version = wanted ?? kept?.made.version else { throw ReportRejection.unknown }
    let pdf = try await ReportOffice(office.desk, tables: office.tables, clerk: ReportClerk())
      .file(period, version: version, form: "pdf")
    return OfficePaper(
      title: Words.text("office.document.report", ["period": period.words.vi, "n": "\(version)"]).vi, pdf: [UInt8](pdf))
  }
}
