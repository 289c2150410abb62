import OneStop
import Printing

extension SameDayReport {
  /// The results of the day on one A4 page, to be signed and filed as evidence.
  /// - Throws: `PrintingError.unprintable` where a name has a letter the font lacks.
  public func pdf(centre: Centre, zone: ZoneOffset, at now: Instant) throws -> [UInt8] {
    let time = TimeOfDay(now, in: zone)
    let today = LocalDay(now, in: zone)
    var blocks: [DocumentPage.Block] = [
      .paragraph(centre.name, .centre),
      .title(Self.word("title"), about: Self.word("day", ["day": day.onPaper])),
    ]
    if !isSameDayDay { blocks.append(.paragraph(Self.word("ordinary"), .left)) }
    // Of an ordinary day there is nothing to tell and to sign, but for what an earlier plan left behind.
    let isTold = isSameDayDay || !items.isEmpty || !helpers.isEmpty
    if isTold {
      blocks.append(.paragraph(plan.map { Self.word("plan", ["document": $0.document]) } ?? Self.word("noPlan"), .left))
      if !isOver { blocks.append(.paragraph(Self.word("notOver"), .left)) }
      blocks += sums + byProcedure + missed + roster
    }
    blocks.append(.paragraph(Self.word("printed", ["time": "\(time)", "day": today.onPaper]), .right))
    if isTold { blocks.append(.signatures(left: Words.text("score.page.made").vi, right: Self.word("head"))) }
    return try PageLayout.pdf(
      DocumentPage(
        title: "\(Self.word("title")) \(day.onPaper)", madeAt: "\(today)T\(time):00", margins: .narrow, size: 12,
        blocks: blocks))
  }

  private static func word(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("sameDay.page.\(key)", places).vi
  }

  private var sums: [DocumentPage.Block] {
    func share(_ part: Part) -> String { part.of == 0 ? Self.word("none") : "\(part.yes)/\(part.of)" }
    return [
      .table(
        .init(
          columns: [.init(Self.word("what"), share: 4), .init(Self.word("n"), .right)],
          rows: [
            [Self.word("promised"), "\(promised)"], [Self.word("kept"), share(.init(yes: kept, of: promised))],
            [Self.word("ready"), "\(ready)"], [Self.word("open"), "\(open)"], [Self.word("broken"), "\(broken)"],
            [
              Self.word("afterCutoff", ["time": plan?.cutoff.description ?? "15:00"]),
              afterCutoff.of == 0 ? "0" : share(afterCutoff),
            ],
            [Self.word("noWait", ["n": "\(plan?.waitMinutes ?? 15)"]), share(noWait)],
            [Self.word("weeks", ["off": "\(weeks.daysOff)"]), "\(weeks.held)/\(weeks.elapsed)"],
            [Self.word("helped", ["people": "\(helpers.count)"]), "\(helped)"],
          ], size: 11))
    ]
  }

  private var byProcedure: [DocumentPage.Block] {
    let procedures = Dictionary(grouping: items.filter { $0.standing != "apart" }, by: \.procedureName)
    guard !procedures.isEmpty else { return [] }
    return [
      .heading(Self.word("byProcedure")),
      .table(
        .init(
          columns: [
            .init(Self.word("procedure"), share: 5), .init(Self.word("promisedShort"), .right),
            .init(Self.word("keptShort"), .right),
          ],
          rows: procedures.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { name, all in
            [name, "\(all.count)", "\(all.count { $0.standing == "kept" })"]
          }, size: procedures.count <= 12 ? 10 : 8)),
    ]
  }

  /// Every one that was not handed over on the day, by its reason, so that a bad day still fits the page; while the day runs
  /// only what can't be kept any more.
  private var missed: [DocumentPage.Block] {
    let missed = items.filter { $0.standing == "broken" || $0.standing == "ready" && isOver }
    guard !missed.isEmpty else { return [] }
    let reasons = Dictionary(grouping: missed) { $0.reason?.vi ?? Self.word("unexplained") }
    return [
      .heading(Self.word("missed")),
      .table(
        .init(
          columns: [
            .init(Self.word("why"), share: 2), .init(Self.word("n"), share: 0.7, .right),
            .init(Self.word("codes"), share: 4.3),
          ],
          rows: reasons.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { why, all in
            [why, "\(all.count)", all.map(\.code).sorted().joined(separator: ", ")]
          }, size: missed.count <= 60 ? 10 : 8)),
    ]
  }

  private var roster: [DocumentPage.Block] {
    guard !helpers.isEmpty else { return [] }
    return [
      .heading(Self.word("roster")),
      .table(
        .init(
          columns: [
            .init(Self.word("who"), share: 4), .init(Self.word("task"), share: 2),
            .init(Self.word("helpedShort"), .right),
          ],
          rows: helpers.map { [$0.name, Self.word("task.\($0.task.rawValue)"), "\($0.helped)"] }, size: 10)),
    ]
  }
}
