import Foundation
import OneStop

/// The commune's procedures as a table, one procedure a row: `centre/procedures.csv`, or what the commune brings as CSV or
/// XLSX with the same headings.
public enum ProcedureTable {
  static let columns: [ColumnReader.Column] = [
    .init(name: "Mã TTHC", others: ["Mã thủ tục", "Mã số TTHC", "Mã"], required: true),
    .init(name: "Tên thủ tục", others: ["Tên TTHC", "Tên thủ tục hành chính", "Tên"], required: true),
    .init(name: "Tên thường gọi"), .init(name: "Lĩnh vực"), .init(name: "Dịch vụ lấy số", others: ["Mã dịch vụ"]),
    .init(name: "Thời hạn", others: ["Thời hạn giải quyết"]), .init(name: "Thời hạn khi xác minh"),
    .init(name: "Quy tắc thời hạn"), .init(name: "Mức độ trực tuyến", others: ["Mức độ DVC", "Mức độ DVCTT"]),
    .init(name: "Phí, lệ phí", others: ["Phí lệ phí", "Lệ phí"]),
    .init(name: "Giấy tờ mang theo", others: ["Thành phần hồ sơ"]), .init(name: "Mẫu đơn", others: ["Biểu mẫu"]),
    .init(name: "Căn cứ pháp lý"), .init(name: "Trả trong ngày"), .init(name: "Nguồn", required: true),
  ]

  /// - Parameters: `services`, `rules`: what the columns «Dịch vụ lấy số» and «Quy tắc thời hạn» may name.
  /// - Throws: `TableError` with every mistake; nothing is taken from a table with one.
  public static func read(
    file: URL, services: Set<Service.ID>, rules: Set<DueRule.ID>
  ) async throws -> ProcedureList {
    try read(try await SpreadsheetFile.table(file), file.lastPathComponent, services: services, rules: rules)
  }

  public static func read(
    csv: Data, name: String, services: Set<Service.ID>, rules: Set<DueRule.ID>
  ) throws -> ProcedureList {
    try read(try SpreadsheetFile.csv(csv, name), name, services: services, rules: rules)
  }

  static func read(
    _ table: SheetTable, _ name: String, services: Set<Service.ID>, rules: Set<DueRule.ID>
  ) throws -> ProcedureList {
    var reader = try ColumnReader(table, columns, file: name)
    var procedures: [Procedure] = []
    var seen: [String: Int] = [:]
    for row in reader.rows {
      let code = reader.required(row, "Mã TTHC")
      if let earlier = seen.updateValue(row.number, forKey: code), !code.isEmpty {
        reader.problem(row, "Mã TTHC", "twice", ["value": code, "row": "\(earlier)"])
      }
      if code.contains(where: \.isWhitespace) || code.count > 40 {
        reader.problem(row, "Mã TTHC", "value", ["value": String(code.prefix(60)), "example": "2.000815"])
      }
      procedures.append(procedure(row, code, &reader, services, rules))
    }
    if procedures.isEmpty { throw TableError(name, [TableProblem(nil, nil, "noRows")]) }
    try reader.finish(name)
    return ProcedureList(procedures)
  }

  private static func procedure(
    _ row: SheetTable.Row, _ code: String, _ reader: inout ColumnReader, _ services: Set<Service.ID>,
    _ rules: Set<DueRule.ID>
  ) -> Procedure {
    var procedure = Procedure(
      id: Procedure.ID(code), name: reader.required(row, "Tên thủ tục"), source: reader.required(row, "Nguồn"))
    procedure.otherNames = (reader.text(row, "Tên thường gọi") ?? "").split(separator: ";")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    procedure.field = reader.text(row, "Lĩnh vực")
    procedure.service = reader.choice(row, "Dịch vụ lấy số", services.sorted().map { ($0.rawValue, $0) })
    let example = "03 ngày làm việc"
    procedure.limit = reader.read(row, "Thời hạn", example) { TimeLimit($0) }
    procedure.limitWithVerification = reader.read(row, "Thời hạn khi xác minh", example) { TimeLimit($0) }
    procedure.rule = reader.choice(row, "Quy tắc thời hạn", rules.sorted().map { ($0.rawValue, $0) })
    procedure.online = reader.choice(
      row, "Mức độ trực tuyến", [("toàn trình", .full), ("một phần", .partial), ("cung cấp thông tin", .information)])
    procedure.fee = reader.text(row, "Phí, lệ phí")
    // One paper a line or between semicolons; «không» is nothing to bring, an empty cell is not known.
    procedure.documents = reader.text(row, "Giấy tờ mang theo").map { text in
      PlainLetters.of(text) == "khong"
        ? [] : text.split(whereSeparator: { $0 == ";" || $0.isNewline }).map { $0.trimmingCharacters(in: .whitespaces) }
    }
    procedure.form = reader.text(row, "Mẫu đơn")
    procedure.legalBasis = reader.text(row, "Căn cứ pháp lý")
    procedure.sameDay = reader.choice(row, "Trả trong ngày", [("có", true), ("không", false)])
    return procedure
  }
}
