import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop

extension ScoreController {
  /// The rows a figure was counted from: page by page, or all of them as a file.
  func rows(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (year, table) = try year(context)
    let figure = Figure(context.parameters.get("figure") ?? "")
    let part = request.query("part")
    let start = request.query("from") ?? "0"
    guard let from = Int(start), from >= 0 else { throw Problem(.badRequest, places: ["what": "from=\(start)"]) }
    let format = request.query("format") ?? "json"
    guard ["json", "csv"].contains(format) else { throw Problem(.badRequest, places: ["what": "format"]) }
    let now = parts.desk.clock.now
    let rules = parts.casework
    let (settings, officers) = try await parts.desk.look { _, state in (state.hall.settings, state.officers) }
    let today = LocalDay(now, in: settings.zone)
    // Beside the queue, from a snapshot.
    return try await parts.desk.database.pool.read { db in
      let sheet = try ScoreRows.sheet(of: year, table: table, db)
      guard sheet.table.allItems.contains(where: { $0.figures?.contains(figure) == true }) else {
        throw ScoreRejection.unknownFigure
      }
      let source = try FigureSource(sheet, until: today, at: now, rules: rules, settings: settings, db)
      let found = try FigureSheet(figure, source, db)
      let noPart = Problem(.badRequest, places: ["what": "part=\(part ?? "")"])
      if format == "csv" {
        guard let text = found.map({ $0.csv(part: part) }) ?? "" else { throw noPart }
        var response = Response.bytes(Array(text.utf8), type: "text/csv; charset=utf-8")
        let name = [figure.rawValue, part, "\(year)"].compactMap { $0 }.joined(separator: "_")
        response.headers[.contentDisposition] = "attachment; filename=\"\(name).csv\""
        return response
      }
      guard let view = FigureSheetView(figure, found, source, part: part, from: from, officers: officers) else {
        throw noPart
      }
      return .json(view)
    }
  }
}
