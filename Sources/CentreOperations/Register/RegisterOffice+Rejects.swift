import CentreStore
import OneStop

extension RegisterOffice {
  /// The rejected rows as a table for a spreadsheet: where each stood and why, then what it has in the columns that are read.
  /// Mended, the table itself can be brought as a register.
  /// - Returns: nil where they have been deleted since (`CaseworkKeeper.rejectDays`).
  public func rejects(_ id: Int) async throws -> String? {
    let report = try await report(id)
    let rejects = try await desk.database.pool.read { try RegisterRows.rejects(of: id, $0) }
    guard !rejects.isEmpty || report.rejected == 0 else { return nil }
    let heads = ["file", "row", "column", "reason"].map { Words.text("register.reject.\($0)").vi }
    // Each column by the name its file has, which the same profile knows again.
    var named: [(field: RegisterField, heading: String)] = []
    for field in RegisterField.allCases {
      let columns = report.files.flatMap(\.columns)
      if let column = columns.first(where: { $0.field == field }) { named.append((field, column.heading)) }
    }
    let rows = rejects.map { reject in
      let fields = reject.fields
      return [reject.file, reject.row == 0 ? "" : "\(reject.row)", reject.column, reject.reason]
        + named.map { fields[$0.field] ?? ($0.field == .code ? reject.code : "") }
    }
    // With a mark at the front, or Excel reads it in the code page of the machine.
    return "\u{FEFF}"
      + ([heads + named.map(\.heading)] + rows).map { CSV.line($0) }.joined()
  }
}
