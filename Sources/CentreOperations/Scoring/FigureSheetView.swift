import OneStop

/// A page of the rows behind a figure, as the screen shows it.
public struct FigureSheetView: Encodable, Sendable {
  struct Sum: Encodable, Sendable {
    var key: String
    var unit: Int
    /// Of all rows, whatever part is shown: the figure.
    var n: Int
  }

  var year: Int
  var figure: Figure
  /// The last day that counts.
  var until: LocalDay
  var part: String?
  var columns: [FigureSheet.Column]
  var sums: [Sum]
  /// Rows of the part.
  var total: Int
  /// Place of the first row shown, from 0.
  var from: Int
  var rows: [FigureSheet.Row]
  /// Names of the procedures, officers and counters in the rows shown, by their code.
  var names: [String: String]

  public static let mostRows = 100

  /// - Parameters:
  ///   - part: only the rows that add to this key, or `rest`.
  ///   - sheet: nil where the figure has no data.
  /// - Returns: nil where there is no such part.
  public init?(
    _ figure: Figure, _ sheet: FigureSheet?, _ source: FigureSource, part: String?, from: Int,
    officers: [Officer.ID: Officer]
  ) {
    (year, self.figure, until, self.part, self.from) = (source.sheet.year, figure, source.last, part, from)
    columns = sheet?.columns ?? []
    sums = sheet?.keys.map { key in Sum(key: key.key, unit: key.unit, n: sheet?.sum(key.key) ?? 0) } ?? []
    guard let all = sheet.map({ sheet in part.map { sheet.part($0) } ?? sheet.rows }) ?? [] else { return nil }
    total = all.count
    rows = Array(all.dropFirst(from).prefix(Self.mostRows))
    names = [:]
    for row in rows {
      for (column, cell) in zip(columns, row.cells) where !cell.isEmpty {
        switch column.kind {
        case .procedure: names[cell] = source.rules?.procedures[Procedure.ID(cell)]?.name
        case .officer: names[cell] = officers[Officer.ID(cell)]?.name
        case .text, .number, .day, .word, .counter: break
        }
      }
    }
  }
}

extension FigureSheet {
  /// The rows of a part as a file for a spreadsheet; nil: no such part.
  public func csv(part: String?) -> String? {
    part.map { self.part($0).map { csv($0) } } ?? csv
  }
}
