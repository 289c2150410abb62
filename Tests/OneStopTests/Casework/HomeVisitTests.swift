import OneStop
import Testing

@Suite("at home")
struct HomeVisitTests {
  private static let boss = Actor("cb07", .supervisor)
  private static let sent = Actor("cb01", .officer)
  private static let other = Actor("cb02", .officer)
  private static let now = Office.at("2026-03-10 09:00")
  private static let rules = HomeVisitRules(
    groups: Set(HomeGroup.of5049.map(\.id)), procedures: ["2.000815"], officers: ["cb01", "cb02"], zone: .vietnam)

  private struct Home {
    var all = HomeVisits()
    @discardableResult
    mutating func take(
      _ command: HomeVisitCommand, by actor: Actor = HomeVisitTests.boss, at now: Instant = HomeVisitTests.now
    ) throws(HomeVisitRejection) -> HomeVisit {
      let event = try all.decide(command, HomeVisitTests.rules, by: actor, at: now)
      all.apply(event, by: actor.name, at: now)
      return all.visits[event.visit]!
    }
  }

  @Test("asked, planned, moved, visited, planned again for the result, returned")
  func way() throws {
    var home = Home()
    #expect(HomeGroup.of5049.count == 6)
    let asked = try home.take(.ask("khuyet-tat", by: .phone, procedure: "2.000815"), by: Self.other)
    #expect(asked.state == .asked && asked.taker == "cb02")
    #expect(asked.standing(on: Office.day("2026-03-10")) == .unplanned)
    #expect(throws: HomeVisitRejection.notNow) { try home.take(.visit(1)) }
    try home.take(.schedule(1, on: Office.day("2026-03-12"), officer: "cb02"))
    let moved = try home.take(.schedule(1, on: Office.day("2026-03-11"), officer: "cb01"))
    #expect(moved.officer == "cb01" && moved.state == .scheduled)
    #expect(throws: HomeVisitRejection.early) { try home.take(.visit(1), by: Self.sent) }
    #expect(throws: HomeVisitRejection.early) { try home.take(.giveBack(1), by: Self.sent) }
    let there = try home.take(.visit(1), by: Self.sent, at: Office.at("2026-03-11 10:00"))
    #expect(there.state == .visited && there.standing(on: Office.day("2026-03-12")) == .late)
    let bring = try home.take(.schedule(1, on: Office.day("2026-03-20"), officer: "cb02"))
    #expect(bring.state == .visited && bring.standing(on: Office.day("2026-03-12")) == .coming)
    // The result came sooner: no reason to refuse it.
    let back = try home.take(
      .giveBack(1), by: Actor("cb02", .officer), at: Office.at("2026-03-18 10:00"))
    #expect(back.state == .returned && back.visitedAt == Office.at("2026-03-11 10:00"))
    #expect(back.standing(on: Office.day("2026-03-21")) == .over)
    for command: HomeVisitCommand in [
      .visit(1), .giveBack(1), .cancel(1, .came), .correct(1),
      .schedule(1, on: Office.day("2026-03-30"), officer: "cb01"),
    ] {
      #expect(throws: HomeVisitRejection.notNow) { try home.take(command) }
    }
  }

  @Test("a result alone is brought without a visit before it")
  func bringing() throws {
    var home = Home()
    try home.take(.ask("om-dau", by: .counter))
    try home.take(.schedule(1, on: Office.day("2026-03-10"), officer: "cb01"))
    let back = try home.take(.giveBack(1), by: Self.sent)
    #expect(back.state == .returned && back.visitedAt == Self.now)
  }

  @Test("unknown things and days that cannot be meant are refused")
  func refusals() throws {
    var home = Home()
    #expect(throws: HomeVisitRejection.unknownGroup) { try home.take(.ask("giau-co", by: .counter)) }
    #expect(throws: HomeVisitRejection.unknownProcedure) { try home.take(.ask("om-dau", by: .counter, procedure: "9")) }
    #expect(throws: HomeVisitRejection.unknownVisit) { try home.take(.visit(1)) }
    try home.take(.ask("om-dau", by: .counter))
    func plan(_ day: String, _ officer: Officer.ID = "cb01") throws {
      try home.take(.schedule(1, on: Office.day(day), officer: officer))
    }
    #expect(throws: HomeVisitRejection.unknownOfficer) { try plan("2026-03-11", "cb99") }
    #expect(throws: HomeVisitRejection.badDate) { try plan("2026-03-09") }
    #expect(throws: HomeVisitRejection.badDate) { try plan("2062-03-11") }
    try plan("2026-03-10")
  }

  @Test("who plans is responsible, who was there tells it, who took the call may take it back")
  func roles() throws {
    var home = Home()
    try home.take(.ask("om-dau", by: .phone), by: Self.other)
    let plan = HomeVisitCommand.schedule(1, on: Office.day("2026-03-10"), officer: "cb01")
    #expect(throws: HomeVisitRejection.notYours) { try home.take(plan, by: Self.sent) }
    #expect(throws: HomeVisitRejection.notYours) { try home.take(.cancel(1, .notNeeded), by: Self.sent) }
    try home.take(.correct(1), by: Self.other)
    let day = Office.day("2026-03-10")
    #expect(HomeVisits.steps(home.all.visits[1]!, by: Self.other, on: day) == [.cancel])
    let planned = try home.take(plan)
    #expect(HomeVisits.steps(planned, by: Self.sent, on: day) == [.visit, .giveBack, .cancel])
    #expect(HomeVisits.steps(planned, by: Self.boss, on: day) == [.schedule, .visit, .giveBack, .cancel])
    #expect(HomeVisits.steps(planned, by: Self.other, on: day) == [])
    for command: HomeVisitCommand in [.visit(1), .giveBack(1), .cancel(1, .came), .correct(1)] {
      #expect(throws: HomeVisitRejection.notYours) { try home.take(command, by: Self.other) }
    }
    // The address: who goes there, as long as there is a way to go, and who is responsible.
    #expect(planned.showsPerson(to: Self.sent) && planned.showsPerson(to: Self.boss))
    #expect(!planned.showsPerson(to: Self.other))
    let over = try home.take(.cancel(1, .notFound), by: Self.sent)
    #expect(!over.showsPerson(to: Self.sent) && over.showsPerson(to: Self.boss))
  }

  @Test("the address goes after whole days from the end, never while the visit is open")
  func forgetting() throws {
    var home = Home()
    let open = try home.take(.ask("om-dau", by: .phone))
    #expect(!open.isToBeForgotten(after: 1, on: Office.day("2030-01-01"), in: .vietnam))
    let over = try home.take(.cancel(1, .came), at: Office.at("2026-03-10 23:30"))
    #expect(!over.isToBeForgotten(after: 2, on: Office.day("2026-03-11"), in: .vietnam))
    #expect(over.isToBeForgotten(after: 2, on: Office.day("2026-03-12"), in: .vietnam))
  }

  @Test("every request counts, one entered by mistake doesn't")
  func figures() throws {
    var home = Home()
    for group: HomeGroup.ID in ["om-dau", "om-dau", "khuyet-tat", "thuong-binh"] {
      try home.take(.ask(group, by: .phone))
    }
    try home.take(.schedule(1, on: Office.day("2026-03-10"), officer: "cb01"))
    try home.take(.giveBack(1))
    try home.take(.cancel(3, .came))
    try home.take(.cancel(4, .mistake))
    let book = HomeVisitFigures(of: home.all.visits.values)
    #expect(book.asked == 3 && book.returned == 1 && book.cancelled == 1)
    #expect(book.groups == ["om-dau": 2, "khuyet-tat": 1])
  }
}
