import Foundation

/// Sheets that people open with a spreadsheet.
enum CSV {
  /// A line after RFC 4180.
  /// - Parameter defuse: false for a table that is read again by this program, which refuses formulas.
  static func line(_ cells: [String], defuse: Bool) -> String {
    cells.map { text in
      // A spreadsheet would calculate it; the apostrophe says that it is text. No figure of ours is negative.
      let cell = defuse && text.first.map { "=+-@\t".contains($0) } == true ? "'" + text : text
      return cell.contains { ",\"\n\r".contains($0) }
        ? "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : cell
    }.joined(separator: ",") + "\r\n"
  }

  static func line(_ cells: [String]) -> String { line(cells, defuse: true) }
}
