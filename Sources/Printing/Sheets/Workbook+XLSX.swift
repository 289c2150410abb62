import CXlsxwriter
import Foundation

/// Why a workbook could not be written.
public struct WorkbookError: Error, Sendable, CustomStringConvertible {
  /// Sheet and cell, or the file; empty where the library does not say.
  public var place: String
  public var reason: String
  public var description: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

extension Workbook {
  /// - Throws: `WorkbookError` for a name the format forbids, text beyond 32,767 characters, a number that is none, and
  ///   where the folder for temporary files is full.
  public func xlsx() throws -> [UInt8] {
    // The library writes files only.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-\(UUID().uuidString).xlsx")
    defer { try? FileManager.default.removeItem(at: file) }
    try WorkbookWriter(file).write(self)
    return Array(try Data(contentsOf: file))
  }
}

/// One workbook on its way into a file.
private struct WorkbookWriter {
  private let book: UnsafeMutablePointer<lxw_workbook>
  private let formats: [Workbook.Format: UnsafeMutablePointer<lxw_format>]

  init(_ file: URL) throws {
    guard let book = workbook_new(file.path) else { throw WorkbookError(place: file.path, reason: "out of memory") }
    self.book = book
    formats = Dictionary(
      uniqueKeysWithValues: Workbook.Format.allCases.map { format in
        let made = workbook_add_format(book)!
        Self.dress(made, as: format)
        return (format, made)
      })
  }

  private static func dress(_ made: UnsafeMutablePointer<lxw_format>, as format: Workbook.Format) {
    format_set_font_name(made, "Times New Roman")
    format_set_font_size(made, 12)
    format_set_align(made, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
    switch format {
    case .plain: break
    case .wrapped: format_set_text_wrap(made)
    case .title:
      format_set_bold(made)
      format_set_font_size(made, 14)
    case .note: format_set_italic(made)
    case .heading:
      format_set_bold(made)
      format_set_text_wrap(made)
      format_set_border(made, UInt8(LXW_BORDER_THIN.rawValue))
      format_set_bg_color(made, 0xEBEBEB)
    case .whole, .wholeSum: format_set_num_format(made, "#,##0")
    case .points, .pointsSum: format_set_num_format(made, "0.##")
    case .percent, .percentSum: format_set_num_format(made, "0.00%")
    case .plainSum: break
    }
    if [.wholeSum, .pointsSum, .percentSum, .plainSum].contains(format) {
      format_set_bold(made)
      format_set_top(made, UInt8(LXW_BORDER_THIN.rawValue))
    }
  }

  /// Closes the file, also when it throws.
  func write(_ workbook: Workbook) throws {
    do {
      workbook.title.withCString { title in
        workbook.author.withCString { author in
          var properties = lxw_doc_properties()
          properties.title = UnsafeMutablePointer(mutating: title)
          properties.author = UnsafeMutablePointer(mutating: author)
          properties.created = time_t(workbook.madeAt)
          _ = workbook_set_properties(book, &properties)
        }
      }
      for sheet in workbook.sheets { try write(sheet) }
    } catch {
      workbook_close(book)
      throw error
    }
    try check(workbook_close(book), "")
  }

  private func check(_ error: lxw_error, _ place: @autoclosure () -> String) throws {
    guard error != LXW_NO_ERROR else { return }
    throw WorkbookError(place: place(), reason: String(cString: lxw_strerror(error)))
  }

  private func write(_ sheet: Workbook.Sheet) throws {
    // The library takes an empty name for none and makes one up.
    guard !sheet.name.isEmpty else { throw WorkbookError(place: "", reason: "a sheet without a name") }
    try check(workbook_validate_sheet_name(book, sheet.name), sheet.name)
    let page = workbook_add_worksheet(book, sheet.name)!
    for (column, width) in sheet.widths.enumerated() {
      let at = lxw_col_t(column)
      try check(worksheet_set_column(page, at, at, width, nil), sheet.name)
    }
    worksheet_set_paper(page, 9)  // A4 in the list of paper types of the format
    if sheet.isLandscape { worksheet_set_landscape(page) }
    worksheet_fit_to_pages(page, 1, 0)
    if sheet.headRows > 0 {
      worksheet_freeze_panes(page, lxw_row_t(sheet.headRows), 0)
      try check(worksheet_repeat_rows(page, 0, lxw_row_t(sheet.headRows - 1)), sheet.name)
      // Two lines of a head that wraps; office programs differ in whether they find that out by themselves.
      try check(worksheet_set_row(page, lxw_row_t(sheet.headRows - 1), 34, nil), sheet.name)
    }
    for (row, cells) in sheet.rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        try check(
          write(cell, page, lxw_row_t(row), lxw_col_t(column)),
          "\(sheet.name)!\(Workbook.name(row: row, column: column))")
      }
    }
    for chart in sheet.charts { try draw(chart, on: page, sheet.name) }
  }

  private func write(
    _ cell: Workbook.Cell, _ page: UnsafeMutablePointer<lxw_worksheet>, _ row: lxw_row_t, _ column: lxw_col_t
  ) -> lxw_error {
    switch cell {
    case .empty: return LXW_NO_ERROR
    case .text(let text, let format): return worksheet_write_string(page, row, column, text, formats[format])
    case .number(let number, let format):
      guard number.isFinite else { return LXW_ERROR_PARAMETER_VALIDATION }
      return worksheet_write_number(page, row, column, number, formats[format])
    case .formula(let formula, .number(let value), let format):
      guard value.isFinite else { return LXW_ERROR_PARAMETER_VALIDATION }
      return worksheet_write_formula_num(page, row, column, "=" + formula, formats[format], value)
    case .formula(let formula, .text(let value), let format):
      return worksheet_write_formula_str(page, row, column, "=" + formula, formats[format], value)
    }
  }

  private func draw(_ chart: Workbook.Chart, on page: UnsafeMutablePointer<lxw_worksheet>, _ sheet: String) throws {
    let kind =
      switch chart.kind {
      case .columns: LXW_CHART_COLUMN
      case .bars: LXW_CHART_BAR
      case .line: LXW_CHART_LINE
      case .pie: LXW_CHART_PIE
      }
    let drawn = workbook_add_chart(book, UInt8(kind.rawValue))!
    chart_title_set_name(drawn, chart.title)
    let (first, last) = (lxw_row_t(chart.rows.lowerBound), lxw_row_t(chart.rows.upperBound))
    for series in chart.series {
      let line = chart_add_series(drawn, nil, nil)
      chart_series_set_name(line, series.name)
      let (words, values) = (lxw_col_t(chart.categories), lxw_col_t(series.column))
      chart_series_set_categories(line, sheet, first, words, last, words)
      chart_series_set_values(line, sheet, first, values, last, values)
    }
    if chart.series.count == 1, chart.kind != .pie {
      chart_legend_set_position(drawn, UInt8(LXW_CHART_LEGEND_NONE.rawValue))
    }
    // Bars have a line of words each: at the usual height every other one is left out.
    var room = lxw_chart_options()
    if chart.kind == .bars {
      (room.x_scale, room.y_scale) = (1.8, max(1, Double(chart.rows.count * chart.series.count) / 9))
    }
    try check(
      worksheet_insert_chart_opt(page, lxw_row_t(chart.at.row), lxw_col_t(chart.at.column), drawn, &room),
      "\(sheet): \(chart.title)")
  }
}
