import Foundation
import OneStop

/// A list of procedures that a commune brings, checked and set against the one in use. Nothing is written here.
public struct ProcedureImport: Sendable {
  public var list: ProcedureList
  /// The table in the form of `procedures.csv`: UTF-8 with a byte order mark, the rows as they came.
  public var csv: Data
  public var added, changed, unchanged: [Procedure.ID]
  /// In use now and not in the new list.
  public var dropped: [Procedure.ID]
  /// By column: how many procedures say nothing, which screens show as «chưa có».
  public var unknown: [(column: String, count: Int)]
  /// The last row, where the file may have been cut off in it.
  public var doubtfulEnd: Int?

  /// - Parameters:
  ///   - file: CSV or XLSX with the headings of `procedures.csv`, or the synonyms portals use.
  ///   - folder: the `centre` folder in use.
  /// - Throws: `TableError` with row, column and what would be right, for every mistake; nothing is taken from a table
  ///   with one.
  public init(_ file: URL, over folder: URL, settings: CentreSettings) async throws {
    let rules = try CaseworkFolder.dueRules(folder)
    // A list in use that somebody spoilt must not keep the one that mends it out.
    let current = (try? CaseworkFolder.read(folder, settings: settings).procedures) ?? ProcedureList([])
    let table = try await SpreadsheetFile.table(file)
    doubtfulEnd = table.doubtfulEnd
    list = try ProcedureTable.read(
      table, file.lastPathComponent, services: Set(settings.services.map(\.id)), rules: Set(rules.map(\.id)))
    csv = Data(("\u{FEFF}" + table.rows.map { CSV.line($0.cells, defuse: false) }.joined()).utf8)
    (added, changed, unchanged) = ([], [], [])
    for procedure in list.all {
      switch current[procedure.id] {
      case nil: added.append(procedure.id)
      case procedure: unchanged.append(procedure.id)
      default: changed.append(procedure.id)
      }
    }
    let codes = Set(list.all.map(\.id))
    dropped = current.all.map(\.id).filter { !codes.contains($0) }
    let all = list.all
    unknown = [
      ("Dịch vụ lấy số", all.count { $0.service == nil }), ("Thời hạn", all.count { $0.limit == nil }),
      ("Mức độ trực tuyến", all.count { $0.online == nil }), ("Phí, lệ phí", all.count { $0.fee == nil }),
      ("Giấy tờ mang theo", all.count { $0.documents == nil }), ("Mẫu đơn", all.count { $0.form == nil }),
      ("Căn cứ pháp lý", all.count { $0.legalBasis == nil }), ("Trả trong ngày", all.count { $0.sameDay == nil }),
    ].filter { $0.1 > 0 }
  }
}
