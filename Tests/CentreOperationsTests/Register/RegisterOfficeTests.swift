import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@testable import CentreOperations

@Suite("imports of the register, staged and applied")
struct RegisterOfficeTests {
  let centre: TestDesk
  let rules: CaseRules
  let office: RegisterOffice
  let clerk = Actor("cb07", .supervisor, terminal: "test")

  init() throws {
    centre = try TestDesk()
    rules = try CaseworkDeskTests.rules()
    office = RegisterOffice(centre.desk)
  }

  func found(_ code: String) async throws -> Dossier? {
    try await centre.desk.look { db, _ in try DossierRows.dossier(code: DossierCode(code)!, db) }
  }

  func rows(_ count: Int) -> [Register.Row] {
    (0..<count).map { Register.Row(code: "H24.19-260302-\(10_000 + $0)") }
  }

  func whole() async throws {
    let faults = try await centre.desk.look { [rules] db, _ in
      try Journal.verify(db).faults + RegisterRows.verify(db) + CaseworkDesk.differences(rules, db)
    }
    #expect(faults == [])
  }

  @Test("a dry run shows and changes nothing; applied it is seen at once; the same again changes nothing")
  func again() async throws {
    let file = ("so.csv", Register.csv(rows(300)))
    let staged = try await office.stage([file], rules)
    #expect(staged.state == .staged && staged.added == 300 && staged.rejected == 0)
    #expect(try await found("H24.19-260302-10000") == nil)
    let done = try await office.apply(staged.import, rules: rules, by: clerk)
    #expect(done.state == .done && done.added == 300)
    #expect(try await found("H24.19-260302-10299")?.state == .handedOver)
    let again = try await office.run([file], rules)
    #expect(again.added == 0 && again.changed == 0 && again.unchanged == 300)
    var changed = rows(301)
    changed[5].handedOver = ""
    changed[6].due = "09/03/2026"
    let third = try await office.stage([("so.csv", Register.csv(changed))], rules)
    // What a later export doesn't say any more stays; what it says anew holds.
    #expect(third.added == 1 && third.changed == 1 && third.unchanged == 299)
    try await office.discard(third.import)
    await #expect(throws: RegisterRefusal.notStaged) { try await office.apply(third.import, rules: rules, by: clerk) }
    #expect(try await found("H24.19-260302-10300") == nil)
    await #expect(throws: RegisterRefusal.unknownImport) { try await office.apply(99, rules: rules, by: clerk) }
    let events = try await centre.desk.look { db, _ in
      try Journal.entries(db, after: 0, limit: 100, types: ["register-imported"])
    }
    #expect(events.count == 2 && events.allSatisfy { $0.actor == clerk })
    #expect(!events.contains { String(decoding: $0.payload, as: UTF8.self).contains("so.csv") })
    try await whole()
    try centre.tamper("UPDATE registerRow SET value = json_set(value, '$.state', 'finished') WHERE id = 7")
    #expect(try await centre.desk.look { db, _ in try RegisterRows.verify(db) }.count == 1)
  }

  @Test("two exports are joined by code, in one import and in two")
  func joined() async throws {
    let book = ("so.csv", Register.csv(rows(2)))
    let list = (
      "ds.csv",
      Register.list([["H24.19-260302-10000", "1.004873", "02/03/2026", "", "04/03/2026", "Trực tuyến", "", "1"]])
    )
    let only = try await office.stage(
      [("ds.csv", Data("Mã hồ sơ,Ngày có kết quả\nH24.19-260302-10001,04/03/2026\n".utf8))], rules)
    #expect(only.rejected == 1 && only.added == 0)
    let both = try await office.run([book, list], rules)
    #expect(both.added == 2)
    let first = try #require(try await found("H24.19-260302-10000"))
    #expect(first.channel == .online && first.digitised == true && first.finishedAt != nil)
    #expect(first.punctuality(on: TestDesk.day, in: .vietnam) == .early)
    let second = try await office.run(
      [("ds.csv", Data("Mã hồ sơ,Ngày có kết quả\nH24.19-260302-10001,04/03/2026\n".utf8))], rules)
    #expect(second.changed == 1)
    let joined = try #require(try await found("H24.19-260302-10001"))
    #expect(joined.procedure == "1.004873" && joined.finishedAt != nil && joined.handedOverAt != nil)
    try await whole()
  }

  @Test("a stop in the middle leaves nothing to see, and the next import starts clean")
  func interrupted() async throws {
    struct Cut: Error {}
    _ = try await office.run([("so.csv", Register.csv(rows(200)))], rules)
    let before = try await centre.desk.look { db, _ in
      try DossierRows.received(from: .init(number: 0), to: TestDesk.day, db)
    }
    var next = rows(400)
    for i in next.indices { next[i].due = "09/03/2026 17:00:00" }
    let file = ("so.csv", Register.csv(next))
    let staged = try await office.stage([file], rules)
    #expect(staged.added == 200 && staged.changed == 200)
    await office.interrupt { if $0 == 3 { throw Cut() } }
    await #expect(throws: Cut.self) { try await office.apply(staged.import, rules: rules, by: clerk) }
    let after = try await centre.desk.look { db, _ in
      try DossierRows.received(from: .init(number: 0), to: TestDesk.day, db)
    }
    #expect(after == before)
    // As after a power cut: the rows are half joined and the import says «applying».
    await office.interrupt { _ in }
    let again = try await office.stage([file], rules)
    try await centre.desk.perform { ledger, _ in
      try RegisterRows.set(again.import, .applying, ledger.db)
      var digest = RegisterDigest()
      _ = try RegisterRows.join(
        again.import, after: 0, limit: 150, at: ledger.now, digest: &digest, in: .vietnam, ledger.db)
    }
    let half = try await centre.desk.look { db, _ in
      try DossierRows.received(from: .init(number: 0), to: TestDesk.day, db)
    }
    #expect(half == before)
    let restarted = RegisterOffice(centre.desk)
    try await restarted.tidy()
    #expect(try await restarted.report(again.import).state == .discarded)
    let last = try await restarted.run([file], rules)
    #expect(last.added == 200 && last.changed == 200)
    let dossier = try #require(try await found("H24.19-260302-10000"))
    #expect(dossier.reappointments.count == 1 && dossier.due?.day == LocalDay("2026-03-09"))
    try await whole()
  }

  @Test("what was received at the counter and stands in the register is one dossier")
  func both() async throws {
    let own = try await centre.desk.perform { [rules] ledger, _ in
      [
        try CaseworkDesk.run(
          .receive(.init(code: DossierCode("H24.19-261126-0001"), procedure: "1.004873", counter: 1)), rules,
          by: TestDesk.officer, &ledger)[0],
        try CaseworkDesk.run(.receive(.init(procedure: "1.004873", counter: 1)), rules, by: TestDesk.officer, &ledger)[
          0],
      ]
    }
    var first = Register.Row(
      code: "H24.19-261126-0001", received: "26/11/2026 08:00:00", due: "02/12/2026", handedOver: "")
    var outage = first
    outage.code = "H24.19-261126-0002"
    outage.note = "mã tạm \(own[1].code.text)"
    let third = Register.Row(code: "H24.19-261126-0003", received: "20/11/2026", due: "25/11/2026", handedOver: "")
    let file = ("so.csv", Register.csv([first, outage, third]))
    let staged = try await office.stage([file], rules)
    #expect(staged.datesReplaced == 1, "the dry run tells of it")
    let done = try await office.apply(staged.import, rules: rules, by: clerk)
    #expect(done.added == 3 && done.codesReplaced == 1 && done.datesReplaced == 2)
    let replaced = try await centre.desk.look { db, _ in
      try Journal.entries(db, after: 0, limit: 10, types: ["dossier-due-replaced"])
    }
    #expect(replaced.count == 2 && replaced.allSatisfy { $0.actor == clerk })
    let moved = try #require(try await found("H24.19-261126-0001"))
    #expect(moved.firstDue == own[0].due && moved.replacement?.from == own[0].due)
    #expect(DueWords.why(moved, rules).vi.contains("quầy đã hẹn \(own[0].due!.day.onPaper)"))
    #expect(try await office.run([file], rules).datesReplaced == 0, "the same again replaces nothing")
    #expect(try await found("H24.19-261126-0001")?.id == own[0].id)
    #expect(try await found("H24.19-261126-0001")?.due?.day == LocalDay("2026-12-02"))
    #expect(try await found(own[1].code.text)?.code.text == "H24.19-261126-0002")
    let all = try await centre.desk.look { db, _ in
      try DossierRows.received(from: LocalDay("2026-11-20")!, to: TestDesk.day, db)
    }
    #expect(all.count == 3)
    // The third is overdue, and the supervisor can do something about it: it gets a number of its own.
    let now = centre.desk.clock.now
    let watched = try await centre.desk.look { [rules] db, _ in try CaseworkDesk.watch(rules, at: now, db) }
    let overdue = try #require(watched.first { $0.watch.level == .overdue }?.dossier)
    #expect(overdue.code.text == "H24.19-261126-0003" && overdue.id.rawValue < 0)
    for _ in 0..<2 {
      _ = try await centre.desk.perform { [rules] ledger, _ in
        try CaseworkDesk.run(.recordApology(overdue.id, number: "01/PXL"), rules, by: clerk, &ledger)
      }
    }
    let apologised = try #require(try await found("H24.19-261126-0003"))
    #expect(apologised.id.rawValue == 3 && apologised.apologies.count == 2)
    // The counter received it as another procedure: refused by name, the others come in.
    first.procedure = "Đăng ký khai sinh"
    let refused = try await office.stage([("so.csv", Register.csv([first, third]))], rules)
    #expect(refused.rejected == 1 && refused.unchanged == 1)
    let csv = try #require(try await office.rejects(refused.import))
    #expect(csv.contains("H24.19-261126-0001") && csv.contains("1.001193") && csv.hasPrefix("\u{FEFF}Tệp,Dòng"))
    #expect(csv.contains("\nso.csv,") && !csv.contains("so.csv,0,"), "named by file and row like every other")
    try await whole()
  }

  @Test("formulas, macros, cut files and wide sheets are refused by name, and nothing is left behind")
  func refused() async throws {
    let papers = try Papers()
    func said(_ name: String, _ data: Data) async -> String {
      do {
        _ = try await office.stage([(name, data)], rules)
        return "taken"
      } catch { return "\(error)" }
    }
    let cells = Register.rows(rows(3))
    let book = try Data(contentsOf: await papers.workbook("w.xlsx", sheet: Papers.rows(cells)))
    #expect(try await office.run([("sổ.xlsx", book)], rules).added == 3)
    #expect(await said("sổ.xlsx", book.prefix(book.count / 2)).contains("sổ.xlsx: tệp bị cắt ngang"))
    let macros = try await papers.workbook("m.xlsx", sheet: Papers.rows(cells), more: ["xl/vbaProject.bin": "x"])
    #expect(try await said("m.xlsx", Data(contentsOf: macros)).contains("macro"))
    let formula = Papers.rows(cells) + "<row r=\"99\"><c r=\"C99\"><f>1+1</f><v>2</v></c></row>"
    let file = try await papers.workbook("f.xlsx", sheet: formula)
    #expect(try await said("f.xlsx", Data(contentsOf: file)).contains("ô C99 chứa công thức"))
    #expect(await said("a.csv", Data(String(repeating: "x,", count: 1_000_000).utf8)).contains("quá 200 cột"))
    let abc = "Mã hồ sơ,Ngày nhận,Nội dung hồ sơ\nH24-00001,02/03/2026,Chøng thùc b¶n sao tõ b¶n chÝnh giÊy tê\n"
    #expect(await said("a.csv", Data(abc.utf8)).contains("TCVN3"))
    #expect(await said("a.csv", Data("Mã hồ sơ,Ngày nhận\n".utf8)).contains("không có dữ liệu"))
    // Decomposed letters, as a Mac writes them, are the same letters.
    let nfd = String(decoding: Register.csv(rows(3)), as: UTF8.self).decomposedStringWithCanonicalMapping
    #expect(try await office.run([("nfd.csv", Data(nfd.utf8))], rules).unchanged == 3)
    await #expect(throws: RegisterRefusal.unknownProfile) {
      try await office.stage([("a.csv", book)], profile: "x", rules)
    }
    let left = try await centre.desk.look { db, _ in
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM registerRow WHERE import NOT IN (SELECT id FROM registerImport WHERE state = 'done')"
      )
    }
    #expect(left == 0)
  }

  @Test("the numbers drawn and the dossiers are held against each other by day")
  func tickets() async throws {
    func serve(_ number: String, _ service: Service.ID) async throws -> Visit.ID {
      _ = try await centre.run(.issue(service, code: number), by: TestDesk.kiosk)
      return try #require(try await centre.hall().visits.values.first { $0.code == number }).id
    }
    try await centre.run(.open(1, "cb01"))
    let first = try await serve("MA0001", "ho-tich")
    _ = try await serve("MA0002", "ho-tich")
    try await centre.run(.callNext(1))
    try await centre.run(.callNext(1))
    try await centre.run(.finish(1))
    _ = try await centre.desk.perform { [rules] ledger, _ in
      try CaseworkDesk.run(
        .receive(.init(code: DossierCode("H24.19-261126-0001"), procedure: "1.004873", visit: first)), rules,
        by: TestDesk.officer, &ledger)
    }
    _ = try await office.run(
      [
        (
          "so.csv",
          Register.csv([
            Register.Row(code: "H24.19-261126-0009", received: "26/11/2026", due: "30/11/2026", handedOver: "")
          ])
        )
      ],
      rules)
    let settings = try await centre.hall().settings
    let check = try await centre.desk.look { db, _ in
      try TicketCheck(db, from: TestDesk.day, to: TestDesk.day, settings: settings)
    }
    let day = try #require(check.days.first)
    #expect(day.visits == 2 && day.visitsWithoutDossier == 1)
    #expect(day.dossiers == 2 && day.dossiersWithoutVisit == 1)
    #expect(day.registerOnly == 1 && day.notInRegister == 1)
    #expect(check.registerReaches == TestDesk.day)
  }
}
