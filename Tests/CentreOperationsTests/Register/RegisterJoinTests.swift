import CentreStore
import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("lists of our own dossiers with what the register says of them")
struct RegisterJoinTests {
  let centre: TestDesk
  let rules: CaseRules
  let office: RegisterOffice

  init() throws {
    centre = try TestDesk()
    rules = try CaseworkDeskTests.rules()
    office = RegisterOffice(centre.desk)
  }

  func run(_ command: DossierCommand, _ rules: CaseRules? = nil) async throws -> Dossier {
    let rules = rules ?? self.rules
    return try await centre.desk.perform { ledger, _ in
      try CaseworkDesk.run(command, rules, by: TestDesk.officer, &ledger)[0]
    }
  }

  func importing(_ row: Register.Row) async throws -> RegisterReport {
    try await office.run([("so.csv", Register.csv([row]))], rules)
  }

  static let row = Register.Row(
    code: "H24.19-261126-0001", received: "26/11/2026 08:00:00", due: "02/12/2026", handedOver: "")

  @Test("a code whose import was cut off before it came to the counter is replaced by the next import")
  func codes() async throws {
    var row = Self.row
    row.note = "mã tạm TAM-261126-0001"
    #expect(try await importing(row).codesReplaced == 0)
    let own = try await run(.receive(.init(procedure: "1.004873", counter: 1)))
    #expect(own.code.text == "TAM-261126-0001")
    // As after a stop between the end of an import and its codes: the rows are there, the codes are not.
    let again = try await importing(row)
    #expect(again.unchanged == 1 && again.codesReplaced == 1)
    let found = try await centre.desk.look { db, _ in try DossierRows.own(own.id, db) }
    #expect(found?.code.text == row.code && found?.formerCode == own.code)
    #expect(try await importing(row).codesReplaced == 0)
    let faults = try await centre.desk.look { [rules] db, _ in try CaseworkDesk.differences(rules, db) }
    #expect(faults == [])
  }

  @Test(
    "moved once here and once in the register is moved twice; moved here and far away, it is watched for its letter")
  func moved() async throws {
    func twice() async throws -> [Dossier.ID] {
      try await centre.desk.look { db, _ in try DossierRows.movedTwice(limit: 10, db).map(\.id) }
    }
    let own = try await run(
      .receive(
        .init(
          code: DossierCode(Self.row.code), procedure: "1.004873", counter: 1,
          due: .init(LocalDay("2026-12-01")!, .province))))
    _ = try await run(.reappoint(own.id, to: LocalDay("2026-12-21")!, reason: "cho-xac-minh"))
    let now = centre.desk.clock.now
    let watched = try await centre.desk.look { [rules] db, _ in try CaseworkDesk.watch(rules, at: now, db) }
    #expect(watched.map(\.watch.apology) == [.missing] && watched.map(\.watch.level) == [.moved])
    #expect(try await twice() == [])
    var row = Self.row
    row.due = "28/12/2026"
    _ = try await importing(row)
    #expect(try await twice() == [own.id])
    // In the register alone.
    row.code = "H24.19-261126-0002"
    for due in ["01/12/2026", "02/12/2026", "03/12/2026"] {
      row.due = due
      _ = try await importing(row)
    }
    #expect(try await twice().count == 2)
    #expect(try await centre.desk.look { db, _ in try DossierRows.movedTwice(limit: 1, db).count } == 1)
  }

  @Test("a promise of the day that the register says was handed over is kept")
  func sameDay() async throws {
    var rules = rules
    rules.sameDay = SameDayPlans([
      SameDayPlan(
        weekday: TestDesk.day.weekday, procedures: ["1.004873"], document: "QĐ 12", from: LocalDay("2026-01-01")!)
    ])
    let own = try await run(
      .receive(.init(code: DossierCode(Self.row.code), procedure: "1.004873", counter: 1)), rules)
    #expect(own.sameDay == .promised(TestDesk.day))
    var row = Self.row
    row.due = "26/11/2026"
    row.handedOver = "26/11/2026 11:00:00"
    _ = try await importing(row)
    let closed = TestDesk.day.instant(at: TimeOfDay("23:00")!, in: .vietnam)
    let standing = try await centre.desk.look { [rules] db, _ in
      try DossierRows.sameDay(on: TestDesk.day, db).map {
        $0.sameDayStanding(at: closed, rules.sameDay, rules.calendar)
      }
    }
    #expect(standing == [.kept])
  }

  @Test("the days that count are those of the settings now, Monday to Friday")
  func week() throws {
    var settings = try CentreSeed.read(file: Checkout.exampleFile).settings
    let longer = Span(from: TimeOfDay("07:00")!, to: TimeOfDay("18:30")!)
    settings.hours.week = [4, 6].map { .init(weekday: $0, spans: [longer]) }
    let calendar = rules.adjusted(to: settings).calendar
    #expect(calendar.spans(on: LocalDay("2026-11-26")!) == [longer])
    #expect(calendar.isWorking(LocalDay("2026-11-27")!) == false, "shut on Fridays since")
    #expect(calendar.isWorking(LocalDay("2026-11-28")!) == false, "an open Saturday is no working day of the law")
    #expect(calendar.years == rules.calendar.years)
  }
}
