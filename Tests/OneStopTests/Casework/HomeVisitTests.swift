import OneStop
import Testing

@Suite("at home")
struct HomeVisitTests {
  @Test("asked, scheduled, moved, visited, returned; each step only when it is its turn")
  func way() throws {
    let rules = Office.caseRules()
    var home = HomeVisits()
    let now = Office.at("2026-03-10 09:00")
    func ask(_ command: HomeVisitCommand) throws { home.apply(try home.decide(command, rules, at: now), at: now) }
    #expect(home.groups.count == 6)
    try ask(.ask("khuyet-tat", by: .phone, procedure: "2.000815"))
    #expect(throws: HomeVisitRejection.notNow) { try ask(.visited(1)) }
    #expect(throws: HomeVisitRejection.badDate) { try ask(.schedule(1, on: Office.day("2026-03-09"), officer: "cb01")) }
    try ask(.schedule(1, on: Office.day("2026-03-12"), officer: "cb01"))
    try ask(.schedule(1, on: Office.day("2026-03-11"), officer: "cb02"))
    #expect(home.visits[1]?.officer == "cb02")
    #expect(throws: HomeVisitRejection.notNow) { try ask(.returnResult(1)) }
    try ask(.visited(1, dossier: 7))
    #expect(throws: HomeVisitRejection.notNow) { try ask(.cancel(1, reason: "di-vang")) }
    try ask(.returnResult(1))
    #expect(home.visits[1]?.state == .resultReturned)
    #expect(throws: HomeVisitRejection.unknownVisit) { try ask(.visited(2)) }
    #expect(throws: HomeVisitRejection.unknownGroup) { try ask(.ask("giau-co", by: .counter)) }
    #expect(throws: HomeVisitRejection.unknownProcedure) { try ask(.ask("om-dau", by: .counter, procedure: "9.9")) }
    try ask(.ask("om-dau", by: .counter))
    #expect(throws: HomeVisitRejection.badReason) { try ask(.cancel(2, reason: "Bà A đã mất")) }
    try ask(.cancel(2, reason: "di-vang"))
    #expect(home.visits[2]?.state == .cancelled)
  }
}
