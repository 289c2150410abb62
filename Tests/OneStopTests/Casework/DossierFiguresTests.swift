import OneStop
import Testing

@Suite("figures of dossiers")
struct DossierFiguresTests {
  @Test("no data is no figure")
  func none() {
    let figures = DossierFigures(of: [], Office.caseRules(), at: Office.at("2026-03-10 09:00"))
    #expect(figures.onTimeOfDue.value == nil)
    #expect(figures.digitised.value == nil)
    #expect(figures.sameDay.value == nil)
    #expect(Share(0, of: 3).value == 0)
  }

  @Test("early, on the day, late, overdue, pending and undated are told apart; shares name what they divide")
  func kinds() throws {
    var desk = CaseDesk("2026-03-02 09:00")  // three working days: due Thursday 5
    let ids = try (1...6).map { try desk.receive("H24-000\($0)") }
    _ = try desk.receive("H24-0007", "1.004746")
    try desk.ask(.annul(ids[5], reason: "nham"))
    desk.at("2026-03-04 09:00")
    try desk.ask(.finish(ids[0]))
    desk.at("2026-03-05 23:59")
    try desk.ask(.finish(ids[1]))
    desk.at("2026-03-06 00:00")
    try desk.ask(.finish(ids[2]))
    try desk.ask(.withdraw(ids[4]))
    _ = try desk.ask(.receive(.init(procedure: "1.004873", channel: .online, digitised: true)))
    let figures = DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now)
    #expect(figures.received == 7)
    #expect(figures.punctuality == [.early: 1, .onDay: 1, .late: 1, .overdue: 1, .ended: 1, .undated: 1, .pending: 1])
    #expect(figures.onTimeOfFinished == Share(2, of: 3))
    #expect(figures.onTimeOfDue == Share(2, of: 4))
    #expect(figures.online == Share(1, of: 7))
    // Six dossiers say nothing about digitisation: they are no «no».
    #expect(figures.digitised == Share(1, of: 1))
    #expect(figures.apologies == Share(0, of: 2))
  }

  @Test("a date that passes while a dossier waits is not missed; one that had passed before is")
  func waiting() throws {
    var desk = CaseDesk("2026-03-02 09:00")  // three working days: due Thursday 5
    let ids = try (1...3).map { try desk.receive("H24-000\($0)") }
    desk.at("2026-03-05 10:00")
    try desk.ask(.askSupplement(ids[0], reason: "thieu-giay-to"))
    desk.at("2026-03-06 10:00")
    try desk.ask(.stop(ids[1], reason: "dung"))
    desk.at("2026-03-20 10:00")
    let figures = DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now)
    #expect(figures.punctuality == [.pending: 1, .overdue: 2])
    let watched = Set(desk.load.watch(at: desk.now).map(\.dossier))
    #expect(watched == [ids[1], ids[2]], "nobody apologises for a date that will move")
    try desk.ask(.supply(ids[0]))
    #expect(try #require(desk.load[ids[0]]?.due?.day) >= Office.day("2026-03-20"))
    // The register says that it waits, and not since when.
    var entry = RegisterEntry(code: DossierCode("H24-0009")!)
    entry.procedure = "1.004873"
    entry.receivedAt = Office.at("2026-03-02 09:00")
    entry.due = DueDate(Office.calendar()).promised(Office.day("2026-03-05"))
    entry.state = .awaitingPayment
    #expect(Dossier(id: 9, entry)?.punctuality(on: Office.day("2026-03-20"), in: .vietnam) == .pending)
  }

  @Test("a re-appointment does not hide the first date")
  func first() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive("H24-0001")
    try desk.ask(.reappoint(id, to: Office.day("2026-03-10"), reason: "cho-xac-minh"))
    desk.at("2026-03-09 09:00")
    try desk.ask(.finish(id))
    let figures = DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now)
    #expect(figures.count(.early) == 1)
    #expect(figures.punctualityAtFirst == [.late: 1])
    #expect(figures.missed == 1)
  }
}
