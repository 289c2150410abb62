import Foundation
import OneStop

/// Columns of a table, found by their heading: in any order, with or without diacritics, under any of their names.
struct ColumnReader {
  struct Column {
    var name: String
    var others: [String] = []
    var required = false
  }

  let columns: [Column]
  private let places: [String: Int]
  private(set) var problems: [TableProblem] = []
  let rows: [SheetTable.Row]

  /// - Throws: `TableError` when the heading is not this table's: a column missing, twice or unknown.
  init(_ table: SheetTable, _ columns: [Column], file: String) throws {
    self.columns = columns
    guard let heading = table.rows.first else { throw TableError(file, [TableProblem(nil, nil, "empty")]) }
    var names: [String: String] = [:]
    for column in columns { for name in [column.name] + column.others { names[PlainLetters.of(name)] = column.name } }
    var places: [String: Int] = [:]
    var found: [TableProblem] = []
    for (i, cell) in heading.cells.enumerated() where !cell.isEmpty {
      guard let name = names[PlainLetters.of(cell)] else {
        found.append(
          TableProblem(
            heading.number, cell, "unknownColumn", ["choices": columns.map(\.name).joined(separator: ", ")]))
        continue
      }
      if places.updateValue(i, forKey: name) != nil { found.append(TableProblem(heading.number, name, "columnTwice")) }
    }
    for column in columns where column.required && places[column.name] == nil {
      found.append(TableProblem(heading.number, column.name, "columnMissing"))
    }
    guard found.isEmpty else { throw TableError(file, found) }
    self.places = places
    rows = Array(table.rows.dropFirst())
    for row in rows {
      if row.cells.count > heading.cells.count, row.cells[heading.cells.count...].contains(where: { !$0.isEmpty }) {
        problem(row, nil, "moreCells", ["is": "\(row.cells.count)", "max": "\(heading.cells.count)"])
      }
      for column in columns {
        guard let cell = text(row, column.name) else { continue }
        if isFormula(cell) { problem(row, column.name, "formulaText", ["value": String(cell.prefix(40))]) }
        if VietnameseBytes.looksLikeTCVN3(cell) { problem(row, column.name, "tcvn3") }
      }
    }
  }

  mutating func problem(_ row: SheetTable.Row, _ column: String?, _ key: String, _ places: [String: String] = [:]) {
    problems.append(TableProblem(row.number, column, key, places))
  }

  /// nil for an empty cell and for a column that isn't there: «chưa có».
  func text(_ row: SheetTable.Row, _ column: String) -> String? {
    guard let place = places[column], place < row.cells.count, !row.cells[place].isEmpty else { return nil }
    return row.cells[place]
  }

  mutating func required(_ row: SheetTable.Row, _ column: String) -> String {
    if let text = text(row, column) { return text }
    problem(row, column, "missing")
    return ""
  }

  /// A cell that has to be one of a few words, folded; nil where it is empty or wrong.
  mutating func choice<T>(_ row: SheetTable.Row, _ column: String, _ choices: [(String, T)]) -> T? {
    guard let text = text(row, column) else { return nil }
    if let found = choices.first(where: { PlainLetters.of($0.0) == PlainLetters.of(text) }) { return found.1 }
    problem(
      row, column, "choice", ["value": text, "choices": choices.map { "«\($0.0)»" }.joined(separator: ", ")])
    return nil
  }

  mutating func read<T>(
    _ row: SheetTable.Row, _ column: String, _ example: String, _ read: (String) -> T?
  ) -> T? {
    guard let text = text(row, column) else { return nil }
    if let value = read(text) { return value }
    problem(row, column, "value", ["value": String(text.prefix(60)), "example": example])
    return nil
  }

  func finish(_ file: String) throws {
    guard problems.isEmpty else { throw TableError(file, problems.sorted { ($0.row ?? 0) < ($1.row ?? 0) }) }
  }
}

extension LocalDay {
  /// Reads `24/11/2026` and `2026-11-24`.
  static func written(_ text: String) -> LocalDay? {
    if let day = LocalDay(text) { return day }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, (1...2).contains(parts[0].count), (1...2).contains(parts[1].count), parts[2].count == 4
    else { return nil }
    return LocalDay("\(parts[2])-\(padded(parts[1]))-\(padded(parts[0]))")
  }
  private static func padded(_ part: Substring) -> String { part.count == 1 ? "0\(part)" : String(part) }
}
