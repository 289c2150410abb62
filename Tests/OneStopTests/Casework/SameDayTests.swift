import OneStop
import Testing

@Suite("the same-day day")
struct SameDayTests {
  @Test("listed, on the weekday, before 15:00: promised; after it: apart; else nothing")
  func marks() throws {
    for (moment, procedure, mark) in [
      ("2026-03-12 09:00", "2.000815", Dossier.SameDayMark.promised(Office.day("2026-03-12"))),
      ("2026-03-12 15:00", "2.000815", .promised(Office.day("2026-03-12"))),
      ("2026-03-12 15:01", "2.000815", .afterCutoff(Office.day("2026-03-12"))),
      ("2026-03-12 09:00", "1.004873", nil), ("2026-03-11 09:00", "2.000815", nil),
      ("2026-02-26 09:00", "2.000815", nil), ("2026-04-30 09:00", "2.000815", nil),
    ] as [(String, String, Dossier.SameDayMark?)] {
      var desk = CaseDesk(moment)
      // The minute itself still counts, to its last second: the ticket carries the mark until then.
      desk.now = desk.now.adding(seconds: 59)
      let id = try desk.receive("H24.19-0001", Procedure.ID(procedure))
      #expect(desk.load[id]?.sameDay == mark, "\(moment) \(procedure)")
    }
  }

  @Test("a day that closes before the cutoff: who is still served after closing is promised nothing for it")
  func shortDay() throws {
    var calendar = Office.calendar()
    calendar.years[0].workedDays.append(.init(day: Office.day("2026-03-12"), spans: [Office.spans[0]]))
    var desk = CaseDesk("2026-03-12 11:29", rules: Office.caseRules(calendar))
    let inTime = try desk.receive("H24-0001", "2.000815")
    desk.at("2026-03-12 11:30")
    let late = try desk.receive("H24-0002", "2.000815")
    #expect(desk.load[inTime]?.sameDay == .promised(Office.day("2026-03-12")))
    #expect(desk.load[late]?.sameDay == .afterCutoff(Office.day("2026-03-12")))
    #expect(desk.load[late]?.due?.day == Office.day("2026-03-13"))
  }

  @Test("a promise is followed to the hand-over: running, escalated, kept; or ready; or broken with its reason")
  func following() throws {
    var desk = CaseDesk("2026-03-12 09:00")
    let (kept, ready, broken) = (
      try desk.receive("H24-0001", "2.000815"), try desk.receive("H24-0002", "2.000815"),
      try desk.receive("H24-0003", "2.000815")
    )
    #expect(desk.standing(kept) == .running(secondsLeft: 8 * 3600))
    desk.at("2026-03-12 16:00")
    #expect(desk.standing(kept) == .escalated(secondsLeft: 3600))
    try desk.ask(.finish(kept))
    #expect(desk.standing(kept) == .ready)
    try desk.ask(.handOver(kept))
    try desk.ask(.finish(ready))
    desk.at("2026-03-12 17:00")
    #expect(desk.standing(kept) == .kept)
    #expect(desk.standing(ready) == .ready)
    #expect(desk.standing(broken) == .broken(reason: nil))
    try desk.ask(.explainSameDay(broken, reason: "mat-dien"))
    #expect(desk.standing(broken) == .broken(reason: "mat-dien"))
    let unlisted = try desk.receive("H24-0004", "1.004746")
    #expect(throws: DossierRejection.noSameDayPromise) {
      try desk.ask(.explainSameDay(unlisted, reason: "mat-dien"))
    }
    let figures = DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now)
    #expect(figures.sameDay == Share(1, of: 3))
    #expect(figures.sameDayBroken == ["mat-dien": 1])
  }

  @Test("weeks held of weeks elapsed, days off apart, by the plan of their time")
  func weeks() {
    let held: Set = ["2026-03-05", "2026-03-12", "2026-03-26", "2026-04-29"]
    let weeks = Office.plans.weeks(
      from: Office.day("2026-02-01"), to: Office.day("2026-04-30"), promisedOn: Set(held.map(Office.day)),
      Office.calendar(), at: Office.at("2026-05-01 08:00"))
    // Thursdays: 5, 12, 19, 26 March; 2, 9, 16, 23, 30 April. 30 April is off; 29 April is a Wednesday.
    #expect(weeks.elapsed == 9)
    #expect(weeks.held == 3)
    #expect(weeks.daysOff == 1)
  }
  @Test(
    "who takes a promise back while the day runs takes it back; after closing it stays broken; a mistake never was one")
  func takenBack() throws {
    var desk = CaseDesk("2026-03-12 09:00")
    let (inTime, late, mistake) = (
      try desk.receive("H24-0001", "2.000815"), try desk.receive("H24-0002", "2.000815"),
      try desk.receive("H24-0003", "2.000815")
    )
    desk.at("2026-03-12 16:59")
    try desk.ask(.withdraw(inTime))
    desk.at("2026-03-13 08:00")
    try desk.ask(.withdraw(late))
    try desk.ask(.annul(mistake, reason: "nham"))
    #expect(desk.standing(inTime) == nil)
    #expect(desk.standing(late) == .broken(reason: nil))
    #expect(desk.standing(mistake) == nil)
    let figures = DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now)
    #expect(figures.sameDay == Share(0, of: 1))
    try desk.ask(.explainSameDay(late, reason: "mat-dien"))
    #expect(desk.standing(late) == .broken(reason: "mat-dien"))
  }

  @Test("kept, ready, broken and open are all that was promised")
  func sum() throws {
    var desk = CaseDesk("2026-03-12 09:00")
    let ids = try (1...4).map { try desk.receive("H24-000\($0)", "2.000815") }
    try desk.ask(.finish(ids[0]))
    try desk.ask(.handOver(ids[0]))
    try desk.ask(.finish(ids[1]))
    func figures() -> DossierFigures { DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now) }
    #expect([figures().sameDayPromised, figures().sameDayKept, figures().sameDayReady] == [4, 1, 1])
    #expect(figures().sameDayBroken.isEmpty)
    desk.at("2026-03-12 17:00")
    #expect([figures().sameDayPromised, figures().sameDayKept, figures().sameDayReady] == [4, 1, 1])
    #expect(figures().sameDayBroken == ["": 2])
    // What was kept needs no excuse, nor what was received after the cutoff.
    let late = try desk.receive("H24-0005", "2.000815")
    for id in [ids[0], late] {
      #expect(throws: DossierRejection.noSameDayPromise) { try desk.ask(.explainSameDay(id, reason: "mat-dien")) }
    }
  }

  @Test("weeks that have passed keep their plan; what is to come may be changed")
  func history() {
    let today = Office.day("2026-03-18")
    func change(_ body: (inout [SameDayPlan]) -> Void) -> String? {
      var plans = Office.plans.plans
      body(&plans)
      return SameDayPlans(plans).rewrites(Office.plans, before: today)?.description
    }
    func next(_ from: String, weekday: Int = 3) -> SameDayPlan {
      SameDayPlan(weekday: weekday, procedures: ["2.000815"], document: "QĐ 15", from: Office.day(from))
    }
    #expect(change { $0[0].weekday = 3 } == "2026-03-01")
    #expect(change { $0[0].waitMinutes = 60 } == "2026-03-01")
    #expect(change { $0[0].cutoff = TimeOfDay("16:30")! } == "2026-03-01")
    #expect(change { $0 = [] } == "2026-03-01")
    #expect(change { $0[0].from = Office.day("2026-03-10") } == "2026-03-01")
    #expect(change { $0[0].until = Office.day("2026-03-16") } == "2026-03-17")
    #expect(change { $0.append(next("2026-03-11")) } == "2026-03-11")
    // Another list, another document, an end, a plan from today on, and a plan for days that had none.
    #expect(change { $0[0].procedures.append("1.004873") } == nil)
    #expect(change { $0[0].document = "QĐ 12 sửa" } == nil)
    #expect(change { $0[0].until = Office.day("2026-03-17") } == nil)
    #expect(change { $0.append(next("2026-03-18")) } == nil)
    #expect(
      change {
        var before = next("2025-01-01")
        before.until = Office.day("2026-02-28")
        $0.append(before)
      } == nil)
    #expect(change { $0.append(next("2025-01-01")) } == nil)
  }

  @Test("«không chờ» counts who waited too long and left, and nobody who left at once")
  func noWait() {
    let issued = Office.at("2026-03-12 09:00")
    func visit(
      called: Int? = nil, ended: Int? = nil, marked: Bool = true, emergency: Bool = false
    ) -> Visit {
      var step = Step(id: 1, service: "ho-tich", queuedAt: issued)
      step.calledAt = called.map { issued.adding(seconds: $0 * 60) }
      var visit = Visit(
        id: 1, day: Office.day("2026-03-12"), number: "A001", code: "", issuedAt: issued, priority: nil, needs: [],
        language: "vi", emergency: emergency, steps: [step],
        standing: ended.map { .ended(.cancelled, at: issued.adding(seconds: $0 * 60)) }
          ?? .waiting(Place(service: "ho-tich", since: issued, front: false, visit: 1)))
      visit.sameDay = marked
      return visit
    }
    func share(_ visits: [Visit], after minutes: Int) -> Share {
      CentreSettings.noWait(visits, within: 15, at: issued.adding(seconds: minutes * 60))
    }
    let day = [
      visit(called: 15), visit(called: 16), visit(ended: 10), visit(ended: 20), visit(called: 3, marked: false),
      visit(called: 3, emergency: true),
    ]
    #expect(share(day, after: 60) == Share(1, of: 3))
    // Still waiting: it says nothing until the limit has passed.
    #expect(share([visit()], after: 15) == Share(0, of: 0))
    #expect(share([visit()], after: 16) == Share(0, of: 1))
  }

  @Test("a roster: each officer once, or the body that sent somebody; nobody is helped on a day to come")
  func roster() {
    func wrong(_ roster: [SameDayHelper], today: String = "2026-03-12") -> [String] {
      SameDayHelper.problems(
        in: roster, on: Office.day("2026-03-12"), today: Office.day(today), isKnown: { $0 == "cb01" }
      ).map { "\($0.path) \($0.key)" }
    }
    let officer = SameDayHelper(officer: "cb01", task: .greeter, helped: 4)
    let body = SameDayHelper(body: "Đoàn Thanh niên", task: .helper, helped: 7)
    #expect(wrong([officer, body, body]) == [])
    #expect(wrong([officer, officer]) == ["helpers[1].officer rosterTwice"])
    #expect(wrong([SameDayHelper(officer: "cb09", task: .greeter)]) == ["helpers[0].officer rosterUnknown"])
    #expect(wrong([SameDayHelper(task: .greeter)]) == ["helpers[0].body rosterWho"])
    #expect(wrong([SameDayHelper(body: " \t", task: .greeter)]) == ["helpers[0].body rosterWho"])
    #expect(wrong([SameDayHelper(officer: "cb01", body: "Đoàn", task: .greeter)]) == ["helpers[0].body rosterWho"])
    #expect(
      wrong([SameDayHelper(body: String(repeating: "a", count: 61), task: .helper)]) == ["helpers[0].body tooLong"])
    #expect(wrong([SameDayHelper(body: "Đoàn", task: .helper, helped: 1000)]) == ["helpers[0].helped range"])
    #expect(wrong([officer], today: "2026-03-11") == ["helpers[0].helped rosterAhead"])
    #expect(wrong([SameDayHelper(officer: "cb01", task: .greeter)], today: "2026-03-11") == [])
  }
}
