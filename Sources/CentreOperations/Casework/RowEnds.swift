import Foundation

/// How the rows of a CSV file end, and what that says of a last row that has no end: a file that was cut off while it was
/// copied looks like one whose program writes no last line end. Each row has the end the rows before it have, so what
/// differs is proof; where nothing differs a person has to look.
struct RowEnds {
  enum Verdict: Equatable { case cut, doubtful }

  private var rows = 0
  private var carriages = 0
  private var quoted = 0

  /// A row that ended with a line end.
  /// - Parameters:
  ///   - carriage: its line end was CR LF.
  ///   - quoted: its last cell stood in quotes.
  mutating func add(carriage: Bool, quoted: Bool) {
    rows += 1
    if carriage { carriages += 1 }
    if quoted { self.quoted += 1 }
  }

  /// - Parameters:
  ///   - cells: of the row without an end.
  ///   - carriage: the file ends with CR.
  ///   - before: the rows before it, empty ones left out.
  /// - Returns: nil where it is the only row, which nothing can be held against.
  func verdict(_ cells: [String], carriage: Bool, quoted isQuoted: Bool, after before: [SheetTable.Row]) -> Verdict? {
    guard let width = before.last?.cells.count else { return nil }
    // A sum or a signature below the table is a row of one cell, and may end a file.
    if cells.count > 1, cells.count < width { return .cut }
    // Half of a line end.
    if carriage, carriages == rows { return .cut }
    if quoted == rows, rows >= Self.enough, !isQuoted { return .cut }
    return isBegun(cells, width, before) ? .cut : .doubtful
  }

  /// So many rows make a rule.
  private static let enough = 3

  /// Whether the last cell is the beginning of what every other cell of its column looks like: `05/03/2026 17:0` among
  /// `99/99/9999 99:99:99`.
  private func isBegun(_ cells: [String], _ width: Int, _ before: [SheetTable.Row]) -> Bool {
    guard let last = cells.last, !last.isEmpty, cells.count <= width else { return false }
    let column = before.suffix(50).filter { $0.cells.count == width }.map { $0.cells[cells.count - 1] }
      .filter { $0.contains(where: \.isNumber) }
    guard column.count >= Self.enough, let shape = column.first.map(Self.shape),
      column.allSatisfy({ Self.shape($0) == shape }), shape.count > 1
    else { return false }
    let begun = Self.shape(last)
    return shape.hasPrefix(begun) && (begun != shape || cells.count < width)
  }

  private static func shape(_ cell: String) -> String { String(cell.map { $0.isNumber ? "9" : $0 }) }
}
