import OneStop
import Testing

@Suite("dossiers at the counter")
struct CounterCaseworkTests {
  private static let officer = Actor("cb01", .officer)
  private static let reasons = [
    CaseReason(id: "thieu-giay-to", uses: [.supplement, .refuse], name: "Thiếu giấy tờ"),
    CaseReason(id: "cho-xac-minh", uses: [.late], name: "Chờ xác minh"),
    CaseReason(id: "khong-du", uses: [.return, .stop], name: "Không đủ điều kiện"),
    CaseReason(id: "nham", uses: [.annul], name: "Nhập nhầm"),
  ]

  private static func load(_ procedure: Procedure.ID = "1.004873") throws -> Caseload {
    var rules = Office.caseRules()
    rules.reasons = reasons
    var load = Caseload(rules: rules)
    try apply(.receive(.init(code: DossierCode("H24.19-261126-0001"), procedure: procedure)), &load, "2026-11-26 09:00")
    return load
  }

  private static func apply(_ command: DossierCommand, _ load: inout Caseload, _ at: String) throws {
    for event in try load.decide(command, by: officer, at: Office.at(at)) { load.apply(event, at: Office.at(at)) }
  }

  private func steps(_ load: Caseload, _ at: String = "2026-11-26 10:00") -> Set<CaseStep> {
    Set(load.possibleSteps(of: 1, at: Office.at(at)))
  }

  @Test(
    "what is offered is what the rules allow: a supplement once, a new date once, a result before it is handed over")
  func offered() throws {
    var load = try Self.load()
    #expect(
      steps(load) == [
        .pass, .askSupplement, .askPayment, .stop, .giveBack, .withdraw, .finish, .reappoint, .recordReappointment,
        .recordApology, .annul,
      ])
    try Self.apply(.askSupplement(1, reason: "thieu-giay-to"), &load, "2026-11-26 10:00")
    #expect(steps(load).isSuperset(of: [.supply, .withdraw, .reappoint]))
    #expect(steps(load).isDisjoint(with: [.askSupplement, .finish, .handOver]))
    #expect(load[1]?.reason == "thieu-giay-to")
    try Self.apply(.supply(1), &load, "2026-11-27 10:00")
    #expect(!steps(load).contains(.askSupplement))
    try Self.apply(.reappoint(1, to: Office.day("2026-12-07"), reason: "cho-xac-minh"), &load, "2026-11-27 10:00")
    #expect(!steps(load).contains(.reappoint) && steps(load).contains(.recordReappointment))
    try Self.apply(.finish(1), &load, "2026-11-30 10:00")
    #expect(steps(load) == [.handOver, .recordReappointment, .recordApology, .annul])
    try Self.apply(.handOver(1), &load, "2026-11-30 11:00")
    #expect(steps(load) == [.recordReappointment, .recordApology])
    #expect(load.possibleSteps(of: 99, at: Office.at("2026-11-30 11:00")) == [])
  }

  @Test("a code of our own waits for the real one")
  func provisional() throws {
    var rules = Office.caseRules()
    rules.reasons = Self.reasons
    var load = Caseload(rules: rules)
    try Self.apply(.receive(.init(procedure: "1.004873")), &load, "2026-11-26 09:00")
    #expect(steps(load).contains(.replaceCode))
    try Self.apply(.replaceCode(1, with: DossierCode("H24.19-261126-0009")!), &load, "2026-11-26 09:30")
    #expect(!steps(load).contains(.replaceCode))
  }

  @Test("a reason that isn't on the list is refused, whatever it looks like")
  func reasons() throws {
    let load = try Self.load()
    #expect(throws: DossierRejection.badReason) {
      try load.decide(.askSupplement(1, reason: "vi-toi-thich"), by: Self.officer, at: Office.at("2026-11-26 10:00"))
    }
  }

  @Test("everyday words find the procedure, each once, the name itself before them")
  func everydayWords() {
    var copy = Procedure(id: "2.000815", name: "Chứng thực bản sao từ bản chính", source: "test")
    copy.otherNames = ["sao y", "sao y bản chính", "công chứng"]
    let register = Procedure(id: "2.000908", name: "Cấp bản sao từ sổ gốc", source: "test")
    let search = ProcedureSearch(ProcedureList([register, copy]))
    #expect(search.matches("sao y").map(\.id) == ["2.000815"])
    #expect(search.matches("SAO Y BAN CHINH").map(\.id) == ["2.000815"])
    #expect(search.matches("công chứng").map(\.id) == ["2.000815"])
    #expect(search.matches("bản sao").map(\.id) == ["2.000908", "2.000815"])
    #expect(search.matches("sao", limit: 1).count == 1)
  }
}

@Suite("the same-day day in the settings")
struct SameDaySettingsTests {
  private static func settings(_ plan: SameDayPlan?) -> CentreSettings {
    var settings = Stage.settings
    settings.hours = OpeningHours(week: (1...5).map { .init(weekday: $0, spans: Office.spans) })
    settings.sameDay = plan.map { [$0] } ?? []
    return settings
  }
  private static let plan = SameDayPlan(
    weekday: 4, procedures: ["2.000815"], document: "QĐ 12", from: LocalDay("2026-11-01")!)

  @Test(
    "a number carries the mark on the day, until the cutoff, for a listed procedure or a service that has some",
    arguments: [
      ("2026-11-26 09:00", "2.000815", false, true), ("2026-11-26 15:00", "2.000815", false, true),
      ("2026-11-26 15:01", "2.000815", false, false), ("2026-11-26 09:00", "1.004873", true, false),
      ("2026-11-26 09:00", "", true, true), ("2026-11-26 09:00", "", false, false),
      ("2026-11-27 09:00", "2.000815", true, false), ("2026-10-29 09:00", "2.000815", true, false),
    ])
  func mark(_ at: String, _ procedure: String, _ service: Bool, _ marked: Bool) {
    let settings = Self.settings(Self.plan)
    var one = settings.services[0]
    one.sameDay = service
    let asked = procedure.isEmpty ? nil : Procedure.ID(procedure)
    #expect(settings.marksSameDay(one, asked, at: Office.at(at)) == marked)
    #expect(!Self.settings(nil).marksSameDay(one, asked, at: Office.at(at)))
  }

  @Test("a day off has none")
  func dayOff() {
    var settings = Self.settings(Self.plan)
    settings.hours.daysOff = [.init(day: Office.day("2026-11-26"), words: "")]
    #expect(settings.sameDayPlan(on: Office.day("2026-11-26")) == nil)
    #expect(settings.sameDayPlan(on: Office.day("2026-12-03")) == Self.plan)
  }

  @Test("on a day that closes before the cutoff the promise is made until closing")
  func shortDay() {
    var settings = Self.settings(Self.plan)
    let day = Office.day("2026-11-26")
    #expect(settings.sameDayUntil(on: day) == TimeOfDay("15:00"))
    settings.hours.workedDays = [.init(day: day, spans: [Office.spans[0]])]
    #expect(settings.sameDayUntil(on: day) == TimeOfDay("11:30"))
    #expect(settings.marksSameDay(settings.services[0], "2.000815", at: Office.at("2026-11-26 11:29")))
    #expect(!settings.marksSameDay(settings.services[0], "2.000815", at: Office.at("2026-11-26 11:31")))
    #expect(settings.sameDayUntil(on: Office.day("2026-11-27")) == nil)
  }

  @Test("what cannot be is named by its field")
  func problems() {
    var plan = Self.plan
    #expect(Self.settings(plan).problems().filter { $0.path.hasPrefix("sameDay") } == [])
    plan.weekday = 8
    plan.procedures = []
    plan.document = ""
    plan.until = Office.day("2026-10-01")
    plan.waitMinutes = 0
    plan.escalateMinutes = 999
    let found = Self.settings(plan).problems().filter { $0.path.hasPrefix("sameDay") }.map(\.path)
    #expect(
      Set(found)
        == Set(
          ["weekday", "procedures", "document", "until", "waitMinutes", "escalateMinutes"].map { "sameDay[0].\($0)" }))
    plan = Self.plan
    plan.procedures = ["2.000815", "2.000815"]
    #expect(Self.settings(plan).problems().contains { $0.path == "sameDay[0].procedures" && $0.key == "twice" })
  }
}
