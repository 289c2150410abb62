import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@testable import CentreOperations

@Suite("figures of dossiers, remembered by day")
struct DossierDaysTests {
  static let first = LocalDay("2026-01-01")!

  /// What is remembered against what a fresh count of everything says, as of a moment.
  private func agree(
    _ days: DossierDays, _ centre: TestDesk, _ rules: CaseRules, _ now: Instant, _ what: String,
    _ place: SourceLocation = #_sourceLocation
  ) async throws {
    let last = LocalDay(now, in: .vietnam)
    let (kept, fresh) = try await centre.desk.look { db, _ in
      (
        try days.tally(from: Self.first, to: last, rules, at: now, db),
        DossierTally(of: try DossierRows.received(from: Self.first, to: last, db), rules, at: now)
      )
    }
    #expect(kept.all == fresh.all && kept.online == fresh.online, "\(what)", sourceLocation: place)
    #expect(kept.dossiers == fresh.dossiers && kept.isSettled == fresh.isSettled, "\(what)", sourceLocation: place)
    #expect(Set(kept.withLetter) == Set(fresh.withLetter), "\(what)", sourceLocation: place)
  }

  @Test("after every change, every night and every import they are those of a fresh count")
  func always() async throws {
    let centre = try TestDesk()
    var made = try CaseworkDeskTests.rules()
    made.letters = ["1.001193": .birth]
    let rules = made
    let days = DossierDays()
    let desk = centre.desk
    @Sendable func run(_ command: DossierCommand) async throws -> [Dossier] {
      try await desk.perform { ledger, _ in try CaseworkDesk.run(command, rules, by: TestDesk.officer, &ledger) }
    }
    var open: [Dossier] = []
    for n in 0..<6 {
      let day = TestDesk.day.adding(days: n)
      centre.at("09:00", day: day)
      let procedure: Procedure.ID = n % 2 == 0 ? "1.001193" : "1.004873"
      open += try await run(
        .receive(.init(procedure: procedure, copies: 3, channel: n % 3 == 0 ? .online : .counter, digitised: true)))
      try await agree(days, centre, rules, desk.clock.now, "received on \(day)")
      if n > 1 {
        _ = try await run(.finish(open[n].id))
        _ = try await run(.handOver(open[n].id))
        try await agree(days, centre, rules, desk.clock.now, "handed over on \(day)")
      }
    }
    _ = try await run(.askSupplement(open[1].id, reason: "thieu-giay-to"))
    _ = try await run(.replaceCode(open[10].id, with: DossierCode("H24.19-261126-0010")!))
    try await agree(days, centre, rules, desk.clock.now, "a supplement and a code")
    // Nothing happens, and time makes them late.
    let later = desk.clock.now.adding(seconds: 40 * 86_400)
    try await agree(days, centre, rules, later, "forty days later")
    // The register brings others, and changes what one of ours is: on our day, whatever it says.
    let office = RegisterOffice(desk)
    var rows = (0..<4).map { Register.Row(code: "H24.19-260302-\(10_000 + $0)") }
    rows[0].code = "H24.19-261126-0010"
    _ = try await office.run([("so.csv", Register.csv(rows))], rules)
    try await agree(days, centre, rules, desk.clock.now, "an import")
    let ours = try await desk.look { db, _ in
      (
        try DossierRows.received(from: LocalDay("2026-03-01")!, to: LocalDay("2026-03-31")!, db).count,
        try DossierRows.received(from: TestDesk.day, to: TestDesk.day.adding(days: 9), db).count
      )
    }
    #expect(ours == (3, 18), "one dossier is of one day")
    rows[1].due = "02/03/2026 17:00:00"
    _ = try await office.run([("so.csv", Register.csv(rows))], rules)
    try await agree(days, centre, rules, desk.clock.now, "another import")
    // Another list of procedures: nothing of before holds.
    var other = rules
    other.procedures = ProcedureList(
      rules.procedures.all.map { procedure in
        var procedure = procedure
        procedure.online = .full
        return procedure
      })
    try await agree(days, centre, other, desk.clock.now, "another table")
  }

  @Test("what hasn't changed isn't read again")
  func remembered() async throws {
    let centre = try TestDesk()
    let rules = try CaseworkDeskTests.rules()
    let days = DossierDays()
    _ = try await centre.desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "1.001193", copies: 2)), rules, by: TestDesk.officer, &ledger)
    }
    centre.at("09:00", day: TestDesk.day.adding(days: 1))
    let now = centre.desk.clock.now
    @Sendable func count() async throws -> Int {
      try await centre.desk.look { db, _ in
        try days.tally(from: Self.first, to: TestDesk.day.adding(days: 1), rules, at: now, db).all.received
      }
    }
    #expect(try await count() == 2)
    // Behind the back of the triggers, as nothing of ours can.
    try centre.tamper("DROP TRIGGER dossierDay_delete; DELETE FROM dossier WHERE id = 1")
    #expect(try await count() == 2)
    try centre.tamper("UPDATE dossierDay SET version = version + 1")
    #expect(try await count() == 1)
  }
}
