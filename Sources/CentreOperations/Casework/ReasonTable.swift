import Foundation
import OneStop

/// The reasons an officer chooses from, `centre/reasons.csv`: the commune's own words for what the events keep as a code.
public enum ReasonTable {
  private static let columns: [ColumnReader.Column] = [
    .init(name: "Mã", required: true), .init(name: "Dùng cho", required: true), .init(name: "Lời", required: true),
    .init(name: "Lời tiếng Anh"),
  ]
  private static let uses: [(String, CaseReason.Use)] = [
    ("bổ sung", .supplement), ("trả lại", .return), ("từ chối", .refuse), ("dừng", .stop), ("trễ hẹn", .late),
    ("không trả trong ngày", .sameDay), ("hủy", .annul),
  ]

  /// - Throws: `TableError` with every mistake; also where a use has no reason at all, because a step would be impossible.
  public static func read(csv: Data, name: String) throws -> [CaseReason] {
    var reader = try ColumnReader(try SpreadsheetFile.csv(csv, name), columns, file: name)
    var reasons: [CaseReason] = []
    for row in reader.rows {
      let id = reader.required(row, "Mã")
      let wellFormed = id.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
      if !wellFormed || id.utf8.count > 40 {
        reader.problem(row, "Mã", "value", ["value": String(id.prefix(60)), "example": "thieu-giay-to"])
      }
      if reasons.contains(where: { $0.id == id }) {
        reader.problem(row, "Mã", "twice", ["value": id, "row": "\(row.number - 1)"])
      }
      var found: Set<CaseReason.Use> = []
      for part in reader.required(row, "Dùng cho").split(separator: ";") {
        let plain = PlainLetters.of(part)
        if let use = Self.uses.first(where: { PlainLetters.of($0.0) == plain }) {
          found.insert(use.1)
        } else {
          let choices = Self.uses.map { "«\($0.0)»" }.joined(separator: ", ")
          reader.problem(row, "Dùng cho", "choice", ["value": String(part), "choices": choices])
        }
      }
      reasons.append(
        CaseReason(
          id: id, uses: found, name: reader.required(row, "Lời"), nameEn: reader.text(row, "Lời tiếng Anh") ?? ""))
    }
    try reader.finish(name)
    let missing = Self.uses.filter { use in !reasons.contains { $0.uses.contains(use.1) } }
    guard missing.isEmpty else {
      throw TableError(
        name,
        [
          TableProblem(nil, "Dùng cho", "noReasonFor", ["value": missing.map { "«\($0.0)»" }.joined(separator: ", ")])
        ])
    }
    return reasons
  }
}
