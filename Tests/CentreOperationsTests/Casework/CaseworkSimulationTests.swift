import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@testable import CentreOperations

@Suite("simulated dossiers")
struct CaseworkSimulationTests {
  /// A Monday, and the plan says Wednesday.
  private static let first = LocalDay("2026-03-02")!

  private func simulated(
    _ days: Int, seed: UInt64, homeVisits: Double = 6, visits: Double = 230
  ) async throws -> (TestDesk, CaseRules, refusals: Int) {
    let centre = try TestDesk(at: "06:00", day: Self.first)
    let plan = SameDayPlan(
      weekday: 3, procedures: ["1.001193", "2.000815", "2.000635"], document: "Quyết định 12/QĐ-UBND",
      from: Self.first)
    try await centre.desk.perform { ledger, state in
      state.hall.settings.sameDay = [plan]
      try ledger.change(settings: state.hall.settings, by: .system)
    }
    let settings = try await centre.hall().settings
    var rules = try CaseworkFolder.read(Checkout.root.appendingPathComponent("centre"), settings: settings)
    rules.letters = ["1.001193": .birth, "1.000894": .marriage, "1.000656": .condolence]
    var people = CentreSimulation.Habits()
    people.visitsPerDay = visits
    let simulator = Simulator(centre.desk, seed: seed, habits: people)
    // Three weeks have what a year has.
    var habits = CaseworkSimulation.Habits()
    (habits.sameDayKept, habits.late) = (0.8, 0.1)
    (habits.homeVisitsPerDay, habits.homeUnplanned) = (homeVisits, 0.1)
    var casework = try await simulator.casework(rules, habits: habits)
    for number in 0..<days { try await simulator.day(Self.first.adding(days: number), &casework) }
    return (centre, rules, casework?.refusals ?? -1)
  }

  private func events(_ centre: TestDesk) async throws -> [String] {
    try await centre.desk.database.pool.read { db in
      try Journal.entries(db, after: 0, limit: .max).filter {
        $0.type.hasPrefix("dossier") || $0.type.hasPrefix("letter") || $0.type.hasPrefix("checklist")
      }.map {
        "\($0.at.milliseconds) \($0.type) \($0.actor.name) \(String(decoding: $0.payload, as: UTF8.self))"
      }
    }
  }

  @Test("rows are what the journal says, letters have no gaps, and everything a quarter has happens")
  func weeks() async throws {
    let (centre, rules, refusals) = try await simulated(19, seed: 7)
    #expect(try await centre.differences() == [])
    try await centre.desk.database.pool.read { db in
      #expect(try CaseworkDesk.differences(rules, db) == [])
      #expect(try LetterRows.differences(db) == [])
      #expect(try ChecklistRows.differences(db) == [])
      let dossiers = try DossierRows.all(db)
      let states = Set(dossiers.map(\.state))
      #expect(
        states.isSuperset(of: [.handedOver, .finished, .processing, .refused, .returned, .withdrawn]), "\(states)")
      #expect(Set(dossiers.map(\.channel)).isSuperset(of: [.counter, .online, .post, .home]))
      #expect(dossiers.contains { $0.supplements == 1 } && dossiers.contains { !$0.reappointments.isEmpty })
      #expect(dossiers.contains { $0.formerCode != nil } && dossiers.contains { !$0.apologies.isEmpty })
      let promised = dossiers.filter { if case .promised = $0.sameDay { true } else { false } }
      #expect(promised.count > 20)
      #expect(Set(promised.map { $0.sameDay!.day.weekday }) == [3])
      #expect(promised.contains { $0.sameDayReason != nil })
      // What a plan brought that was overtaken, and nothing else.
      #expect(refusals < dossiers.count / 20, "\(refusals) of \(dossiers.count)")
      let kinds = Set(try LetterRows.all(of: 2026, db).map(\.letter.kind))
      #expect(kinds.isSuperset(of: [.birth, .apology]), "\(kinds)")
      let days = try ChecklistRows.finished(from: Self.first, to: Self.first.adding(days: 19), db)
      #expect(days.count > 10)
      let support = try SameDayRosterRows.support(from: Self.first, to: Self.first.adding(days: 19), db)
      #expect(support.turns >= 6 && support.helped > 30)
    }
  }

  @Test("visits at home: of all groups, in every state and standing, and who they are to is forgotten in time")
  func homeVisits() async throws {
    let (centre, _, _) = try await simulated(40, seed: 7, visits: 10)
    let today = Self.first.adding(days: 39)
    let zone = try await centre.hall().settings.zone
    try await centre.desk.database.pool.read { db in
      #expect(try HomeVisitRows.differences(db) == [])
      let visits = try HomeVisitRows.asked(from: Self.first.start(in: zone), before: .init(milliseconds: .max), db)
      #expect(visits.count > 100)
      #expect(Set(visits.map(\.group)) == Set(HomeGroup.of5049.map(\.id)))
      #expect(Set(visits.map(\.askedBy)) == [.phone, .counter])
      #expect(Set(visits.map(\.state)) == Set(HomeVisit.State.allCases))
      #expect(Set(visits.compactMap(\.reason)) == Set(HomeVisit.CancelReason.allCases))
      // At the end of the day nobody goes any more that day.
      #expect(Set(visits.map { $0.standing(on: today) }).isSuperset(of: [.late, .unplanned, .coming, .over]))
      let known = try HomeVisitRows.known(db)
      #expect(!known.isEmpty)
      #expect(!known.contains { $0.isToBeForgotten(after: 30, on: today, in: zone) })
      #expect(try Journal.entries(db, after: 0, limit: .max, types: [HomeVisitRows.deletedType]).count > 2)
      let people = try visits.compactMap { try HomeVisitRows.person(of: $0.id, db) }
      #expect(Set(people.map(\.name)).count > 20 && Set(people.map(\.address)).count > people.count - 5)
      #expect(people.allSatisfy { $0.phone.hasPrefix("0000 ") })
    }
  }

  @Test("visits at home change nothing else that a seed makes")
  func apart() async throws {
    let with = try await events(simulated(3, seed: 7).0)
    #expect(try await with == events(simulated(3, seed: 7, homeVisits: 0).0))
  }

  @Test("the same seed gives the same dossiers, another seed others")
  func deterministic() async throws {
    let a = try await events(simulated(3, seed: 7).0)
    let b = try await events(simulated(3, seed: 7).0)
    let c = try await events(simulated(3, seed: 8).0)
    #expect(a == b)
    #expect(a != c)
    #expect(a.count > 200)
  }

  @Test("a day off of the calendar passes without dossiers and without numbers")
  func dayOff() async throws {
    let centre = try TestDesk(at: "06:00", day: LocalDay("2026-04-29")!)
    let settings = try await centre.hall().settings
    let rules = try CaseworkFolder.read(Checkout.root.appendingPathComponent("centre"), settings: settings)
    let simulator = Simulator(centre.desk, seed: 1)
    var casework = try await simulator.casework(rules)
    // 30 April and 1 May.
    for day in ["2026-04-30", "2026-05-01"] { try await simulator.day(LocalDay(day)!, &casework) }
    let counts = try await centre.desk.database.pool.read { db in
      (
        try HallRows.visits(db, from: LocalDay("2026-04-29")!, to: LocalDay("2026-05-02")!).count,
        try DossierRows.all(db).count
      )
    }
    #expect(counts == (0, 0))
  }
}
