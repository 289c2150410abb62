import CentreStore
import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("dossiers in the journal and in the rows")
struct CaseworkDeskTests {
  static func rules() throws -> CaseRules {
    let settings = try CentreSeed.read(file: Checkout.exampleFile).settings
    return try CaseworkFolder.read(Checkout.root.appendingPathComponent("centre"), settings: settings)
  }

  @Test("a same-day day whose only promise was entered by mistake was not held")
  func annulledPromise() async throws {
    let centre = try TestDesk()
    var rules = try Self.rules()
    rules.sameDay = SameDayPlans([
      SameDayPlan(weekday: 4, procedures: ["2.000815"], document: "QĐ 12", from: LocalDay("2026-03-01")!)
    ])
    rules.reasons = []
    func promised() async throws -> Set<LocalDay> {
      try await centre.desk.look { db, _ in
        try DossierRows.promisedDays(from: TestDesk.day, to: TestDesk.day, db)
      }
    }
    let id = try await centre.desk.perform { [rules] ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "2.000815")), rules, by: TestDesk.officer, &ledger)[0].id
    }
    #expect(try await promised() == [TestDesk.day])
    _ = try await centre.desk.perform { [rules] ledger, _ in
      try CaseworkDesk.run(.annul(id, reason: "nham"), rules, by: TestDesk.officer, &ledger)
    }
    #expect(try await promised() == [])
  }

  @Test("a command is journalled with who gave it, the row agrees, and the chain stays whole")
  func journal() async throws {
    let centre = try TestDesk()
    let rules = try Self.rules()
    let desk = centre.desk
    let first = try await desk.perform { ledger, _ in
      try CaseworkDesk.run(
        .receive(.init(code: DossierCode("H24.19-261126-0001"), procedure: "1.004873", counter: 1)), rules,
        by: TestDesk.officer, &ledger)[0]
    }
    let five = try await desk.perform { ledger, _ in
      try CaseworkDesk.run(
        .receive(.init(procedure: "2.000815", copies: 5, counter: 1, atOnce: true)), rules, by: TestDesk.officer,
        &ledger)
    }
    #expect(five.map(\.code.text) == (1...5).map { "TAM-261126-000\($0)" })
    #expect(five.allSatisfy { $0.state == .handedOver })
    try await desk.perform { ledger, _ in
      try CaseworkDesk.run(.askSupplement(first.id, reason: "thieu-giay-to"), rules, by: TestDesk.officer, &ledger)
      try CaseworkDesk.run(
        .replaceCode(five[4].id, with: DossierCode("H24.19-261126-0002")!), rules, by: TestDesk.officer, &ledger)
    }
    // The number of the replaced code stays used.
    let next = try await desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "2.000884")), rules, by: TestDesk.officer, &ledger)[0]
    }
    #expect(next.code.text == "TAM-261126-0006")
    await #expect(throws: DossierRejection.codeTaken) {
      try await desk.perform { ledger, _ in
        try CaseworkDesk.run(
          .receive(.init(code: DossierCode("H24.19-261126-0002"), procedure: "2.000884")), rules,
          by: TestDesk.officer, &ledger)
      }
    }
    try await desk.look { db, _ in
      #expect(try CaseworkDesk.differences(rules, db) == [])
      #expect(try Journal.verify(db).faults == [])
      #expect(try DossierRows.all(db).count == 7)
      let entry = try #require(try Journal.entries(db, after: 0, limit: 100, types: ["dossier-received"]).first)
      #expect(entry.actor == TestDesk.officer)
      #expect(try DossierRows.dossier(code: DossierCode("TAM-261126-0005")!, db)?.id == five[4].id)
      #expect(try DossierRows.commonest(at: 1, since: TestDesk.day, limit: 10, db) == ["2.000815", "1.004873"])
    }
    // Rows that were tampered with are seen.
    try await centre.desk.database.pool.write { db in
      try db.execute(sql: "UPDATE dossier SET value = json_set(value, '$.state', 'finished') WHERE id = 1")
    }
    #expect(try await desk.look { db, _ in try CaseworkDesk.differences(rules, db) }.count == 1)
  }

  @Test("what is near or past is found by its row")
  func watch() async throws {
    let centre = try TestDesk()
    let rules = try Self.rules()
    let desk = centre.desk
    // Thursday 26/11: three working days are 27, 30 and 1/12.
    let near = try await desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "1.004873")), rules, by: TestDesk.officer, &ledger)[0]
    }
    _ = try await desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "1.004884")), rules, by: TestDesk.officer, &ledger)
    }
    let now = desk.clock.now
    func seen(_ later: Int) async throws -> [Dossier.ID] {
      try await desk.look { db, _ in
        try CaseworkDesk.watch(rules, at: now.adding(seconds: later * 86_400), db).map(\.dossier.id)
      }
    }
    #expect(try await seen(0) == [near.id])
    #expect(try await seen(1).count == 1)
    #expect(try await seen(4).count == 2)
    #expect(try await seen(30).count == 2)
  }
}
