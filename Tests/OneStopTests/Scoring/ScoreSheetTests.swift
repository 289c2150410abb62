import Testing

@testable import OneStop

/// A small table with what makes the real one hard: a row that is legible, rows whose sum alone is, and a part of a part.
private func table(_ change: (inout ScoringTable) -> Void = { _ in }) -> ScoringTable {
  func row(_ id: String, _ max: Int?, _ parts: [ScoringTable.Item]? = nil, figures: [Figure]? = nil)
    -> ScoringTable.Item
  {
    .init(
      id: .init(id), title: id, max: max, read: max == nil ? .illegible : .legible, evidence: nil, owner: nil,
      auto: nil, figures: figures, targets: nil, items: parts)
  }
  var table = ScoringTable(
    id: "t", name: "t", document: "1/QĐ", issuer: "UBND", from: 2026, total: 20,
    levels: [.init(level: 2, name: "Mức 2", from: 18), .init(level: 1, name: "Mức 1", from: 15)],
    deadlines: [.init(id: "register", before: "02-15", owner: "xã", words: "đăng ký")],
    disqualifications: [.init(id: "DQ1", words: "vi phạm")],
    groups: [
      row("I", 8, [row("I.1", 5), row("I.2", nil), row("I.3", nil)]),
      row(
        "II", 12, [row("II.1", nil, [row("II.1.1", nil), row("II.1.2", nil)]), row("II.2", nil, figures: ["ONTIME"])]),
    ])
  change(&table)
  return table
}

@Suite("scoring sheet") struct ScoreSheetTests {
  let now = Instant(milliseconds: 1_800_000_000_000)

  private func done(_ sheet: inout ScoreSheet, _ command: ScoreCommand) throws {
    for event in try sheet.decide(command, by: "cb07", at: now) { sheet.apply(event) }
  }
  private func refusal(_ sheet: ScoreSheet, _ command: ScoreCommand) -> ScoreRejection? {
    do throws(ScoreRejection) { _ = try sheet.decide(command, by: "cb07", at: now) } catch { return error }
    return nil
  }

  @Test("what cannot be read has a range, by the sums")
  func ranges() {
    let maxima = table().maxima()
    #expect(maxima["I.1"] == 5...5)
    // 8 − 5 leaves 3 for two rows of at least one each.
    #expect(maxima["I.2"] == 1...2)
    #expect(maxima["I.3"] == 1...2)
    #expect(maxima["II.1"] == 2...11)
    #expect(maxima["II.2"] == 1...10)
    #expect(maxima["II.1.1"] == 1...10)
    #expect(table().maxima(completed: ["I.2": 2])["I.3"] == 1...1, "the last open row takes what is left")
  }

  @Test("a table whose sums don't fit is told with row and sums")
  func faults() {
    #expect(table().faults() == [])
    let short = table { $0.groups[0].items![0].max = 7 }
    #expect(short.faults() == [.init(item: "I", key: "sumOpen", places: ["max": "8", "sum": "7", "open": "2"])])
    #expect(
      table { $0.total = 21 }.faults() == [
        .init(item: nil, key: "sum", places: ["max": "21", "sum": "20", "open": "0"])
      ])
    #expect(table { $0.groups[1].id = "I" }.faults().map(\.key) == ["twice"])
    #expect(table { $0.deadlines[0].before = "02-30" }.faults().map(\.key) == ["day"])
    #expect(table { $0.levels.reverse() }.faults().map(\.key) == ["levels"])
    #expect(table().faults(completed: ["I.2": 2, "I.3": 2]).map(\.key) == ["sum"])
  }

  @Test("points: never above the maximum, on no heading, not without a reason")
  func points() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    #expect(refusal(sheet, .give("I", 3, "x")) == .hasParts)
    #expect(refusal(sheet, .give("IX", 3, "x")) == .unknownItem)
    #expect(refusal(sheet, .give("I.1", 6, "x")) == .aboveMaximum)
    #expect(
      refusal(sheet, .give("I.2", 3, "x")) == .aboveMaximum, "what cannot be read has a highest value all the same")
    #expect(refusal(sheet, .give("I.1", 4, "  ")) == .reasonMissing)
    #expect(refusal(sheet, .give("I.1", Points(hundredths: -1), "x")) == .badPoints)
    try done(&sheet, .give("I.1", 4.5, "biên bản 12"))
    #expect(sheet.score("I.1")?.points == 4.5)
    #expect(sheet.score("I.1")?.by == "cb07")
  }

  @Test("two people at one row: the later one is told, and everything given is kept")
  func together() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    try done(&sheet, .give("I.1", 4, "một"))
    #expect(refusal(sheet, .give("I.1", 5, "hai")) == .changedMeanwhile)
    try done(&sheet, .give("I.1", 5, "hai", seen: 1))
    try done(&sheet, .give("I.1", nil, "rút lại", seen: 2))
    #expect(sheet.history["I.1"]?.map(\.points) == [4, 5, nil])
    #expect(ScoreForecast(sheet).given == 0)
  }

  @Test("the commune's own copy: only what cannot be read, only with a document, only with sums that fit")
  func completing() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    func all(_ maxima: [ScoringTable.Item.ID: Int]) -> ScoreCommand {
      .complete(maxima.map { .init(item: $0, max: $1) }.sorted { $0.item < $1.item }, document: "bản ký số")
    }
    #expect(refusal(sheet, all(["I.1": 4])) == .maximumKnown)
    #expect(refusal(sheet, all(["I.2": 3])) == .sumsDoNotFit)
    #expect(refusal(sheet, all(["I.2": 0])) == .sumsDoNotFit)
    #expect(refusal(sheet, .complete([.init(item: "I.2", max: 2)], document: "")) == .documentMissing)
    try done(&sheet, .give("I.3", 2, "x"))
    #expect(refusal(sheet, all(["I.2": 2])) == .aboveMaximum, "I.3 would carry 1, and has 2")
    try done(&sheet, all(["I.2": 1, "II.1": 5, "II.1.1": 2]))
    #expect(sheet.maxima["I.3"] == 2...2)
    #expect(sheet.maxima["II.1.2"] == 3...3)
    #expect(sheet.maxima["II.2"] == 7...7)
  }

  @Test("forecast: a range until all is known, the level, and what is missing for the next")
  func forecast() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    var forecast = ScoreForecast(sheet)
    #expect((forecast.given, forecast.best) == (0, 20))
    #expect((forecast.level, forecast.bestLevel) == (0, 2))
    #expect(forecast.missing == 15)
    #expect(forecast.unread == ["I.2", "I.3", "II.1", "II.1.1", "II.1.2", "II.2"])
    #expect(forecast.open.first?.item == "II.1.1" || forecast.open.first?.carries == 1...10)
    try done(&sheet, .give("I.1", 1, "x"))
    forecast = ScoreForecast(sheet)
    #expect(forecast.best == 16, "4 points of I.1 are lost: 1 + at most 3 + 12")
    #expect(forecast.bestLevel == 1)
    try done(&sheet, .give("II.2", 10, "x"))
    #expect(ScoreForecast(sheet).best == 16, "ten of twelve for one row leave two for the others")
    #expect(ScoreForecast(sheet).isDisqualified == false)
    try done(&sheet, .flag(rule: "DQ1", document: "45/QĐ", reason: "kỷ luật"))
    #expect(ScoreForecast(sheet).isDisqualified)
    #expect(refusal(sheet, .flag(rule: "DQ9", document: "d", reason: "r")) == .unknownRule)
    try done(&sheet, .withdrawFlag(rule: "DQ1", reason: "xóa kỷ luật"))
    #expect(!ScoreForecast(sheet).isDisqualified)
    #expect(sheet.violations.count == 2)
  }

  @Test("before 15/02: the 14th is the last day in time")
  func deadlines() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    #expect(sheet.countdowns(on: LocalDay("2026-02-10")!).map(\.days) == [4])
    #expect(sheet.countdowns(on: LocalDay("2026-02-15")!).map(\.days) == [-1])
    #expect(sheet.registeredInTime == nil)
    try done(&sheet, .register(document: "12/UBND", day: LocalDay("2026-02-15")!))
    #expect(sheet.registeredInTime == false)
    try done(&sheet, .register(document: "12/UBND", day: LocalDay("2026-02-14")!))
    #expect(sheet.registeredInTime == true)
  }

  @Test("a year keeps its table; a new one is taken over by a person, and nothing given is lost")
  func newTable() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    let first = try sheet.decide(.give("I.1", 4, "x"), by: "cb07", at: now)
    #expect(first.map(\.type) == ["score-table-set", "score-given"])
    for event in first { sheet.apply(event) }
    #expect(try sheet.decide(.give("II.2", 1, "x"), by: "cb07", at: now).count == 1)
    let other = table {
      $0.groups[0].items!.remove(at: 0); $0.groups[0].max = 2; $0.total = 14
    }
    try done(&sheet, .adopt(other))
    #expect(sheet.table == other)
    #expect(sheet.history["I.1"]?.count == 1)
    #expect(ScoreForecast(sheet).given == 0)
  }

  @Test("targets say met or not met in whole numbers, and nothing without data")
  func targets() {
    let ninety = ScoringTable.Target(figure: "ONLINE", atLeast: 90)
    #expect(ninety.isMet(by: Share(8_999, of: 10_000)) == false)
    #expect(ninety.isMet(by: Share(9, of: 10)) == true)
    #expect(ninety.isMet(by: Share(0, of: 0)) == nil)
    #expect(ScoringTable.Target(figure: "HPSMART", above: 100).isMet(by: Share(100, of: 100)) == false)
    #expect(ScoringTable.Target(figure: "OVERDUE_TWICE", atMost: 0).isMet(by: Share(0, of: 0)) == true)
  }

  @Test("a figure somebody enters has a source, and belongs to the table")
  func entered() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    let day = LocalDay("2026-11-30")!
    #expect(refusal(sheet, .enter("SIGNING", Share(9, of: 10), source: "QLVB", until: day)) == .unknownFigure)
    #expect(refusal(sheet, .enter("ONTIME", Share(9, of: 0), source: "QLVB", until: day)) == .badFigure)
    #expect(refusal(sheet, .enter("ONTIME", Share(9, of: 10), source: " ", until: day)) == .documentMissing)
    try done(&sheet, .enter("ONTIME", Share(9, of: 10), source: "QLVB", until: day))
    #expect(sheet.entered["ONTIME"]?.last?.share == Share(9, of: 10))
  }

  @Test("played again from its events the sheet is the same")
  func replay() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    var events: [ScoreEvent] = []
    for command: ScoreCommand in [
      .give("I.1", 4, "x"), .complete([.init(item: "I.2", max: 1)], document: "d"),
      .flag(rule: "DQ1", document: "d", reason: "r"), .register(document: "d", day: LocalDay("2026-02-01")!),
    ] {
      let more = try sheet.decide(command, by: "cb07", at: now)
      more.forEach { sheet.apply($0) }
      events += more
    }
    var again = ScoreSheet(year: 2026, table: table { $0.total = 99 })
    events.forEach { again.apply($0) }
    #expect(again == sheet)
  }

  @Test("what is missing at a row: points, then evidence, a figure, a file that is gone")
  func work() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    func missing(_ id: ScoringTable.Item.ID, lost: Set<String> = []) -> [ScoreWork.Missing]? {
      sheet.work(without: ["ONTIME"], lost: lost).first { $0.item == id }?.missing
    }
    #expect(missing("I.1") == [.points])
    #expect(missing("II.2") == [.points, .figure])
    #expect(missing("II.1") == nil, "a heading has no work of its own")
    try done(&sheet, .give("I.1", Points(5), reason: "x", evidence: [], seen: 0))
    #expect(missing("I.1") == [.evidence])
    let file = ScoreSheet.File(name: "a.pdf", sha256: "ab", bytes: 1)
    try done(&sheet, .give("I.1", Points(5), reason: "x", evidence: [.init(words: "a", file: file)], seen: 1))
    #expect(missing("I.1") == nil)
    #expect(missing("I.1", lost: ["ab"]) == [.file])
    #expect(sheet.files == [file])
    try done(&sheet, .give("I.1", nil, reason: "nhầm", evidence: [], seen: 2))
    #expect(missing("I.1", lost: ["ab"]) == [.points], "a file of a score taken back no longer counts")
  }

  @Test("sums of rows and headings, for the comparison with the year before")
  func sums() throws {
    var sheet = ScoreSheet(year: 2026, table: table())
    try done(&sheet, .give("I.1", Points(4), reason: "x", evidence: [], seen: 0))
    try done(&sheet, .give("II.1.1", Points(1), reason: "x", evidence: [], seen: 0))
    #expect(sheet.sums == ["I": Points(4), "I.1": Points(4), "II": Points(1), "II.1": Points(1), "II.1.1": Points(1)])
  }
}

extension ScoreCommand {
  fileprivate static func give(_ id: ScoringTable.Item.ID, _ points: Points?, _ reason: String, seen: Int = 0)
    -> ScoreCommand
  {
    .give(id, points, reason: reason, evidence: [], seen: seen)
  }
}
extension Points: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
  public init(floatLiteral value: Double) { self.init(hundredths: Int((value * 100).rounded())) }
}
