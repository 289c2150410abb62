import Foundation
import OneStop

@testable import CentreOperations

/// A register in the layout of the «Sổ theo dõi hồ sơ»: a title of several lines, a heading of two rows with merged cells,
/// a row of column numbers, and below the table a sum and who signs.
enum Register {
  static let upper = [
    "STT", "Mã hồ sơ", "Nội dung hồ sơ", "Số lượng (bộ)", "Họ tên chủ hồ sơ", "Địa chỉ", "Số điện thoại",
    "Nhận và trả kết quả", "", "", "Bên giao / Bên nhận", "Người nhận hồ sơ", "Địa bàn phát sinh", "Ghi chú",
  ]
  static let lower = [
    "", "", "", "", "", "", "", "Nhận hồ sơ", "Hẹn trả", "Ngày nhận kết quả (Trả kết quả)", "", "", "", "",
  ]
  /// Row of the spreadsheet of the first dossier.
  static let firstRow = 8

  struct Row {
    var code = "H24.19-260302-0001"
    var procedure = "Cấp Giấy xác nhận tình trạng hôn nhân"
    var received = "02/03/2026 08:15:00"
    var due = "05/03/2026 17:00:00"
    var handedOver = "05/03/2026 09:00:00"
    var note = ""

    func cells(_ number: Int) -> [String] {
      [
        "\(number)", code, procedure, "1", "Nguyễn Thị Bích Hằng", "12 Hồ Sen", "0912345678", received, due, handedOver,
        "", "Trần Thị Thu Hương", "Lê Chân", note,
      ]
    }
  }

  static func rows(_ rows: [Row]) -> [[String]] {
    [
      ["ỦY BAN NHÂN DÂN PHƯỜNG LÊ CHÂN"], ["SỔ THEO DÕI HỒ SƠ"], ["Từ ngày 01/01/2026 đến ngày 31/03/2026"],
      ["Trạng thái hồ sơ: Tất cả"], upper, lower, (1...14).map { "(\($0))" },
    ] + rows.enumerated().map { $1.cells($0 + 1) } + [
      ["Tổng cộng", "", "\(rows.count) hồ sơ"], ["", "", "", "", "", "", "", "", "Người lập biểu"],
    ]
  }

  static func csv(_ cells: [[String]]) -> Data {
    Data(
      ("\u{FEFF}" + cells.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()).utf8)
  }
  /// As a spreadsheet writes it: it doesn't defuse formulas.
  private static func quoted(_ text: String) -> String {
    text.contains(where: { "\",\n".contains($0) })
      ? "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" : text
  }
  static func csv(_ rows: [Row]) -> Data { csv(Self.rows(rows)) }

  static let listHeads = [
    "Mã hồ sơ", "Mã TTHC", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Hình thức nộp", "Trạng thái",
    "Số hóa",
  ]
  static func list(_ rows: [[String]]) -> Data { csv([listHeads] + rows) }

  static let profiles: [RegisterProfile] = try! RegisterProfile.load(
    from: Checkout.root.appendingPathComponent("centre/registers"))
}

extension RegisterOffice {
  /// Lays and stages files of a test.
  func stage(
    _ files: [(name: String, data: Data)], profile: String? = nil, _ rules: CaseRules
  ) async throws -> RegisterReport {
    var ids: [String] = []
    for file in files { ids.append(try lay(file.data, name: file.name)) }
    return try await stage(
      ids, profile: profile, profiles: Register.profiles, rules: rules, by: Actor("cb07", .supervisor, terminal: "test")
    )
  }

  func run(_ files: [(name: String, data: Data)], _ rules: CaseRules) async throws -> RegisterReport {
    try await apply(
      try await stage(files, rules).import, rules: rules, by: Actor("cb07", .supervisor, terminal: "test"))
  }
}
