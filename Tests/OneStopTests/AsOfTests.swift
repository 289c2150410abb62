import OneStop
import Testing

@Suite("a visit as it stood at a moment")
struct AsOfTests {
  /// One is served from 8:00 to 8:20, another called at 8:20 goes home; the third waits.
  private func visits() throws -> [Visit] {
    var stage = Stage(at: "08:00")
    try stage.open(1)
    try stage.issue("aaa")
    try stage.next(1)
    stage.at("08:20")
    try stage.run(.finish(1))
    try stage.next(1)
    stage.pass(120)
    try stage.run(.recall(1))
    stage.pass(60)
    try stage.run(.noShow(1))
    return stage.hall.visits.values.sorted { $0.id < $1.id }
  }

  private func figures(at time: String) throws -> Tally {
    let moment = Stage.day.instant(at: TimeOfDay(time)!, in: Stage.zone)
    return DayFigures(of: try visits().compactMap { $0.asOf(moment) }, settings: Stage.settings)[.all]
  }

  @Test("half a morning has the figures of half a morning")
  func figures() throws {
    let before = try figures(at: "07:59")
    #expect(before == Tally())
    let during = try figures(at: "08:10")
    #expect((during.issued, during.visitsServed, during.served, during.waits.total, during.noShow) == (3, 0, 0, 1, 0))
    let later = try figures(at: "08:21")
    #expect((later.issued, later.visitsServed, later.served, later.waits.total, later.noShow) == (3, 1, 1, 2, 0))
    let whole = DayFigures(of: try visits(), settings: Stage.settings)[.all]
    #expect(try figures(at: "12:00") == whole)
    #expect(whole.noShow == 1)
  }
}
