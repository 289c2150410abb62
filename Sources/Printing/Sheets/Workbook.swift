/// A workbook for a spreadsheet, as values; `Workbook.xlsx()` makes the bytes.
///
/// Formulas stay live and carry the value computed here, so that a reader that computes nothing (a phone, a preview) shows
/// the same number as one that does. Text is always written as text: a name that begins with `=` is a name.
public struct Workbook: Sendable, Hashable {
  public enum Format: Sendable, Hashable, CaseIterable {
    case plain
    /// Wraps inside its column.
    case wrapped
    case heading, title, note
    /// `1.234`; separators are those of the reader's language.
    case whole
    /// `1,5`, up to two decimals: points.
    case points
    /// A share of 0…1 as `89,9%`, two decimals.
    case percent
    /// Bold, with a line above: a sum of `whole`, `points`, `percent`.
    case wholeSum, pointsSum, percentSum
    case plainSum
  }

  public enum Value: Sendable, Hashable {
    case number(Double)
    case text(String)
  }

  public enum Cell: Sendable, Hashable {
    case empty
    case text(String, Format)
    /// Finite.
    case number(Double, Format)
    /// As in `SUM(B2:B9)`, in English with commas, without `=`; its value as computed here.
    case formula(String, Value, Format)

    public static func text(_ text: String) -> Cell { .text(text, .plain) }

    /// A share as a formula over two cells, cut off after two decimals of a percent as on paper: 89,996% is not 90%.
    /// - Parameters:
    ///   - part: name of the cell with the numerator, whose value is `n`; `whole` of that with the denominator.
    ///   - none: what stands there where there is nothing to divide by.
    public static func share(
      _ part: String, of whole: String, _ n: Int, of count: Int, none: String = "", _ format: Format = .percent
    ) -> Cell {
      .formula(
        "IF(\(whole)=0,\"\(none)\",INT(\(part)*10000/\(whole))/10000)",
        count == 0 ? .text(none) : .number(Double(n * 10_000 / count) / 10_000), format)
    }
    public static func whole(_ number: Int) -> Cell { .number(Double(number), .whole) }
  }

  public struct Chart: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case columns, bars, line, pie }
    public struct Series: Sendable, Hashable {
      public var name: String
      /// Column of the values and rows of it, from 0.
      public var column: Int
      public init(_ name: String, column: Int) {
        self.name = name
        self.column = column
      }
    }
    public var kind: Kind
    public var title: String
    /// Column of the words under the values.
    public var categories: Int
    public var rows: ClosedRange<Int>
    public var series: [Series]
    /// Cell of its upper left corner.
    public var at: (row: Int, column: Int)

    public init(
      _ kind: Kind, title: String, categories: Int, rows: ClosedRange<Int>, series: [Series],
      at: (row: Int, column: Int)
    ) {
      self.kind = kind
      self.title = title
      self.categories = categories
      self.rows = rows
      self.series = series
      self.at = at
    }

    public static func == (a: Chart, b: Chart) -> Bool {
      (a.kind, a.title, a.categories, a.rows, a.series) == (b.kind, b.title, b.categories, b.rows, b.series)
        && a.at == b.at
    }
    public func hash(into hasher: inout Hasher) {
      hasher.combine(title)
      hasher.combine(rows)
      hasher.combine(series)
    }
  }

  public struct Sheet: Sendable, Hashable {
    /// At most 31 characters, none of `[ ] : * ? / \`; each name once.
    public var name: String
    /// Characters, of the columns from the left; the rest has the reader's default.
    public var widths: [Double]
    public var rows: [[Cell]]
    /// So many rows from the top stand still while the rest is scrolled, and are repeated on every printed page.
    public var headRows: Int
    public var charts: [Chart]
    public var isLandscape: Bool

    public init(
      _ name: String, widths: [Double] = [], headRows: Int = 0, isLandscape: Bool = false, rows: [[Cell]],
      charts: [Chart] = []
    ) {
      self.name = name
      self.widths = widths
      self.headRows = headRows
      self.isLandscape = isLandscape
      self.rows = rows
      self.charts = charts
    }
  }

  public var title: String
  public var author: String
  /// Seconds since 1970; given from outside so that the same values make the same bytes.
  public var madeAt: Int
  public var sheets: [Sheet]

  public init(title: String, author: String, madeAt: Int, sheets: [Sheet]) {
    self.title = title
    self.author = author
    self.madeAt = madeAt
    self.sheets = sheets
  }

  /// The name of a cell in a formula: row 0, column 1 is `B1`.
  public static func name(row: Int, column: Int) -> String {
    var letters = ""
    var rest = column
    repeat {
      letters = String(UnicodeScalar(UInt8(65 + rest % 26))) + letters
      rest = rest / 26 - 1
    } while rest >= 0
    return "\(letters)\(row + 1)"
  }
}
