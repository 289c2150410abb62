import OneStop
import Printing

extension SameDayReport {
  /// The results of the day on one A4 page, to be filed as evidence.
  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      Words.text("sameDay.page.\(key)", places).vi
    }
    func share(_ part: Part) -> String { part.of == 0 ? word("none") : "\(part.yes)/\(part.of)" }
    let number = DocumentPage.Alignment.right
    let time = TimeOfDay(now, in: zone)
    let date = day.onPaper
    var blocks: [DocumentPage.Block] = [
      .paragraph(centre.name, .centre), .title(word("title"), about: word("day", ["day": date])),
      .paragraph(plan.map { word("plan", ["document": $0.document]) } ?? word("noPlan"), .left),
      .table(
        .init(
          columns: [.init(word("what"), share: 4), .init(word("n"), number)],
          rows: [
            [word("promised"), "\(promised)"], [word("kept"), share(.init(yes: kept, of: promised))],
            [word("ready"), "\(ready)"], [word("open"), "\(open)"], [word("broken"), "\(broken)"],
            [word("afterCutoff", ["time": plan?.cutoff.description ?? "15:00"]), "\(afterCutoff.of)"],
            [word("noWait", ["n": "\(plan?.waitMinutes ?? 15)"]), share(noWait)],
            [word("weeks", ["off": "\(weeks.daysOff)"]), "\(weeks.held)/\(weeks.elapsed)"],
            [word("helped", ["people": "\(helpers.count)"]), "\(helped)"],
          ], size: 11)),
    ]
    let procedures = Dictionary(grouping: items.filter { $0.standing != "apart" }, by: \.procedureName)
    if !procedures.isEmpty {
      blocks.append(.heading(word("byProcedure")))
      blocks.append(
        .table(
          .init(
            columns: [
              .init(word("procedure"), share: 5), .init(word("promised"), number), .init(word("keptShort"), number),
            ],
            rows: procedures.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { name, all in
              [name, "\(all.count)", "\(all.count { $0.standing == "kept" })"]
            }, size: 10)))
    }
    let missed = items.filter { ["broken", "ready"].contains($0.standing) }
    if !missed.isEmpty {
      blocks.append(.heading(word("missed")))
      blocks.append(
        .table(
          .init(
            columns: [.init(word("code"), share: 2), .init(word("procedure"), share: 3), .init(word("why"), share: 3)],
            rows: missed.map { [$0.code, $0.procedureName, $0.reason?.vi ?? word("unexplained")] }, size: 10)))
    }
    if !helpers.isEmpty {
      blocks.append(.heading(word("roster")))
      blocks.append(
        .table(
          .init(
            columns: [.init(word("who"), share: 4), .init(word("task"), share: 2), .init(word("helpedShort"), number)],
            rows: helpers.map { [$0.name, word("task.\($0.task.rawValue)"), "\($0.helped)"] }, size: 10)))
    }
    blocks.append(
      .paragraph(word("printed", ["time": time.description, "day": LocalDay(now, in: zone).onPaper]), .right))
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(word("title")) \(date)", madeAt: "\(LocalDay(now, in: zone))T\(time):00", margins: .narrow, size: 12,
        blocks: blocks))
  }
}
