import Foundation
import OneStop
import Testing

@Suite("dossiers")
struct DossierTests {
  @Test("a scanned slip: nothing typed, the date counted, the code kept as it is")
  func scanned() throws {
    var desk = CaseDesk("2026-03-10 09:00")
    let code = try DossierCode(scanned: "H24.19-260310-0007\r\n")
    let id = try desk.ask(.receive(.init(code: code, procedure: "1.004873")))[0].dossier
    let dossier = try #require(desk.load[id])
    #expect(dossier.code.text == "H24.19-260310-0007")
    #expect(dossier.due?.day.description == "2026-03-13")
    #expect(dossier.firstDue == dossier.due)
    #expect(dossier.dueFrom == .counted)
    #expect(dossier.channel == .counter)
    #expect(dossier.digitised == nil)
    #expect(desk.load.dossier(code: DossierCode("h24.19-260310-0007 ")!)?.id == id)
  }

  @Test(
    "what a scanner reads",
    arguments: [
      ("H24.19-260310-0007", "H24.19-260310-0007"),
      (
        "https://dichvucong.example.vn/tra-cuu?lang=vi&maHoSo=000.00.19.H24-260310-0007#kq", "000.00.19.H24-260310-0007"
      ),
      ("https://dichvucong.example.vn/ho-so/H24.19-260310-0007", "H24.19-260310-0007"),
      ("https://dichvucong.example.vn/tra-cuu", nil), ("xin chào", nil), ("", nil), ("12", nil),
      (String(repeating: "1", count: 65), nil), ("H24;DROP 1", nil),
    ])
  func scanner(read: String, code: String?) { #expect((try? DossierCode(scanned: read))?.text == code) }

  @Test("an identity card is refused before anything of it is kept")
  func card() {
    #expect(throws: DossierRejection.identityCard) {
      try DossierCode(scanned: "031090001234||Nguyễn Văn A|01011990|Nam|Hải Phòng|01012021")
    }
  }

  @Test("one key, ×5: five dossiers with provisional codes that are marked and go on after a replacement")
  func provisional() throws {
    var desk = CaseDesk("2026-03-10 09:00")
    let events = try desk.ask(.receive(.init(procedure: "2.000815", copies: 5)))
    #expect(events.count == 5)
    #expect(desk.load.dossiers.values.map(\.code.text).sorted().first == "TAM-260310-0001")
    #expect(desk.load.dossiers.values.count(where: \.code.isProvisional) == 5)
    let first = events[0].dossier
    try desk.ask(.replaceCode(first, with: DossierCode("H24.19-260310-0100")!))
    #expect(desk.load[first]?.code.text == "H24.19-260310-0100")
    // The first slip in the citizen's hand is still found.
    #expect(desk.load.dossier(code: DossierCode("TAM-260310-0001")!)?.id == first)
    #expect(throws: DossierRejection.codeKnown) { try desk.ask(.replaceCode(first, with: DossierCode("H24.19-1")!)) }
    #expect(throws: DossierRejection.codeTaken) {
      try desk.ask(.replaceCode(events[1].dossier, with: DossierCode("H24.19-260310-0100")!))
    }
    #expect(throws: DossierRejection.badCode) {
      try desk.ask(.replaceCode(events[1].dossier, with: DossierCode("TAM-260310-0900")!))
    }
    let sixth = try desk.receive(nil)
    #expect(sixth == Dossier.ID(6))
    #expect(desk.load[6]?.code.text == "TAM-260310-0006")
    desk.at("2026-03-11 08:00")
    let next = try desk.receive(nil)
    #expect(desk.load[next]?.code.text == "TAM-260311-0001")
    #expect(desk.replayed() == desk.load)
  }

  @Test("a code is taken once, also by nobody's typing of another case")
  func taken() throws {
    var desk = CaseDesk("2026-03-10 09:00")
    _ = try desk.receive("H24.19-260310-0007")
    #expect(throws: DossierRejection.codeTaken) { try desk.receive("h24.19-260310-0007") }
    #expect(throws: DossierRejection.unknownProcedure) { try desk.receive("H24.19-260310-0008", "9.999999") }
    #expect(throws: DossierRejection.badCode) { try desk.receive("TAM-260310-0001") }
    for copies in [0, 100] {
      #expect(throws: DossierRejection.badCopies) {
        try desk.ask(.receive(.init(procedure: "2.000815", copies: copies)))
      }
    }
    #expect(throws: DossierRejection.badCopies) {
      try desk.ask(.receive(.init(code: DossierCode("H24-1000"), procedure: "2.000815", copies: 2)))
    }
    #expect(desk.load.dossiers.count == 1)
  }

  @Test("the start of the clock is not the receipt, and a date from elsewhere stands")
  func clock() throws {
    var desk = CaseDesk("2026-03-10 09:00")
    let other = try desk.ask(
      .receive(.init(procedure: "1.004873", clockStart: Office.at("2026-03-12 09:00"))))[0].dossier
    #expect(desk.load[other]?.due?.day.description == "2026-03-17")
    #expect(desk.load[other]?.receivedAt == desk.now)
    for far in ["2026-01-08 09:00", "2026-04-10 09:00", "2062-03-12 09:00"] {
      #expect(throws: DossierRejection.badStart) {
        try desk.ask(.receive(.init(procedure: "1.004873", clockStart: Office.at(far))))
      }
    }
    let promised = DossierCommand.PromisedDay(Office.day("2026-03-20"), .province)
    let province = try desk.ask(.receive(.init(procedure: "1.004873", due: promised)))[0].dossier
    #expect(desk.load[province]?.due?.day.description == "2026-03-20")
    #expect(desk.load[province]?.dueFrom == .province)
    for wrong in ["2026-03-09", "2027-03-12", "2206-03-20"] {
      #expect(throws: DossierRejection.badPromise) {
        try desk.ask(.receive(.init(procedure: "1.004873", due: .init(Office.day(wrong), .agreed))))
      }
    }
    // A year nobody knows the days off of makes a counted date provisional, and not one that somebody else fixed.
    let next = try desk.ask(
      .receive(.init(procedure: "1.004873", due: .init(Office.day("2027-01-12"), .province))))[0].dossier
    #expect(desk.load[next]?.due?.provisional == false)
    let verified = try desk.ask(.receive(.init(procedure: "1.004873", verification: true)))[0].dossier
    #expect(desk.load[verified]?.due?.day.description == "2026-04-02")
    // Nobody knows the limit: no date rather than an invented one.
    let unknown = try desk.receive("H24.19-260310-0009", "1.004746")
    #expect(desk.load[unknown]?.due == nil)
  }

  @Test("a supplement is asked for once, stops the clock, and moves the date by what was waited")
  func supplement() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive("H24.19-260302-0001")
    desk.at("2026-03-03 10:00")
    try desk.ask(.askSupplement(id, reason: "thieu-giay-to"))
    #expect(throws: DossierRejection.notNow) { try desk.ask(.finish(id)) }
    desk.at("2026-03-05 10:00")
    #expect(desk.load.watch(at: desk.now).isEmpty, "nobody is warned while the clock stands")
    try desk.ask(.supply(id))
    #expect(desk.load[id]?.due?.day.description == "2026-03-09")
    #expect(desk.load[id]?.firstDue?.day.description == "2026-03-05")
    #expect(throws: DossierRejection.alreadySupplemented) { try desk.ask(.askSupplement(id, reason: "thieu-giay-to")) }
    try desk.ask(.finish(id))
    try desk.ask(.handOver(id))
    #expect(throws: DossierRejection.notNow) { try desk.ask(.handOver(id)) }
    #expect(desk.load[id]?.punctuality(on: Office.day("2026-03-20"), in: .vietnam) == .early)
    #expect(desk.replayed() == desk.load)
  }

  @Test("a date somebody fixed moves by the working days waited, and never back")
  func fixedDate() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.ask(
      .receive(.init(procedure: "1.004873", due: .init(Office.day("2026-03-13"), .agreed))))[0].dossier
    try desk.ask(.askPayment(id))
    desk.at("2026-03-04 10:00")
    try desk.ask(.paid(id))
    #expect(desk.load[id]?.due?.day.description == "2026-03-17")
  }

  @Test("the date moves once; a second is refused here, recorded when it happened elsewhere, and counted")
  func reappointment() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive("H24.19-260302-0001")
    let reason = "cho-xac-minh"
    for bad in ["2026-03-05", "2026-03-04", "2026-03-07", "2027-03-08", "2206-03-10"] {
      #expect(throws: DossierRejection.badDate) { try desk.ask(.reappoint(id, to: Office.day(bad), reason: reason)) }
    }
    #expect(throws: DossierRejection.badReason) {
      try desk.ask(.reappoint(id, to: Office.day("2026-03-10"), reason: "Ông Nguyễn Văn A đi vắng"))
    }
    try desk.ask(.reappoint(id, to: Office.day("2026-03-10"), reason: reason))
    #expect(desk.load[id]?.due?.day.description == "2026-03-10")
    #expect(throws: DossierRejection.alreadyReappointed) {
      try desk.ask(.reappoint(id, to: Office.day("2026-03-12"), reason: reason))
    }
    #expect(desk.load[id]?.movedTwice == false)
    #expect(throws: DossierRejection.badDate) {
      try desk.ask(.recordReappointment(id, to: Office.day("2206-03-12"), reason: reason))
    }
    try desk.ask(.recordReappointment(id, to: Office.day("2026-03-12"), reason: reason))
    #expect(desk.load[id]?.movedTwice == true)
    #expect(DossierFigures(of: desk.load.dossiers.values, desk.load.rules, at: desk.now).reappointedTwice == 1)
    let undated = try desk.receive("H24.19-260302-0002", "1.004746")
    #expect(throws: DossierRejection.noDueDate) {
      try desk.ask(.reappoint(undated, to: Office.day("2026-03-10"), reason: reason))
    }
  }

  @Test("filed online: registered, accepted, and only then the clock runs; or refused")
  func online() throws {
    var desk = CaseDesk("2026-03-06 20:00")
    let id = try desk.ask(.register(code: DossierCode("H24.19-260306-0001")!, procedure: "1.004873"))[0].dossier
    #expect(desk.load[id]?.due == nil)
    #expect(throws: DossierRejection.notNow) { try desk.ask(.finish(id)) }
    desk.at("2026-03-09 08:00")
    try desk.ask(.accept(id))
    #expect(desk.load[id]?.due?.day.description == "2026-03-12")
    #expect(desk.load[id]?.channel == .online)
    #expect(throws: DossierRejection.notNow) { try desk.ask(.refuse(id, reason: "khong-du-dieu-kien")) }
    let other = try desk.ask(.register(code: DossierCode("H24.19-260306-0002")!, procedure: "1.004873"))[0].dossier
    try desk.ask(.refuse(other, reason: "khong-du-dieu-kien"))
    #expect(desk.load[other]?.punctuality(on: Office.day("2026-03-20"), in: .vietnam) == .ended)
    #expect(desk.replayed() == desk.load)
  }

  @Test("a provisional date is settled when the list of the year is there, and only then")
  func settle() throws {
    var desk = CaseDesk("2026-12-29 09:00")
    let id = try desk.receive("H24.19-261229-0001")
    #expect(desk.load[id]?.due?.provisional == true)
    #expect(throws: DossierRejection.notNow) { try desk.ask(.settleDue(id)) }
    desk.load.rules.calendar = Office.calendar(off: Office.offDays + ["2027-01-04"], complete: [2026, 2027])
    try desk.ask(.settleDue(id))
    #expect(desk.load[id]?.due == DueDate(desk.load.rules.calendar).promised(Office.day("2027-01-05")))
    #expect(desk.load[id]?.firstDue == desk.load[id]?.due)
    #expect(desk.load[id]?.reappointments == [], "the law moved it, nobody re-appointed")
  }

  @Test("warnings come at the distances set, apologies are asked for in time and stay on the list until written")
  func watch() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive("H24.19-260302-0001", "1.004884")  // due Monday 9
    func seen() -> [DossierWatch] { desk.load.watch(at: desk.now) }
    #expect(seen() == [])
    for (moment, level, left, apology) in [
      ("2026-03-04 08:00", DossierWatch.Level.soon(3), 3, DossierWatch.ApologyState.notYet),
      ("2026-03-05 08:00", .soon(3), 2, .notYet), ("2026-03-06 08:00", .soon(1), 1, .dueNow),
      ("2026-03-09 16:59", .soon(0), 0, .dueNow), ("2026-03-10 00:00", .overdue, -1, .missing),
    ] {
      desk.at(moment)
      #expect(seen().map(\.level) == [level], "\(moment)")
      #expect(seen().map(\.workingDaysLeft) == [left], "\(moment)")
      #expect(seen().map(\.apology) == [apology], "\(moment)")
      #expect(seen().first?.apologyDay == Office.day("2026-03-06"))
    }
    try desk.ask(.recordApology(id, number: "12/PXL"))
    #expect(seen().map(\.apology) == [.written])
    // Moved after the letter: the new date, missed again, needs a letter of its own.
    try desk.ask(.reappoint(id, to: Office.day("2026-03-12"), reason: "cho-xac-minh"))
    desk.at("2026-03-13 09:00")
    #expect(seen().map(\.apology) == [.missing])
    try desk.ask(.finish(id))
    #expect(seen().map(\.level) == [.finishedLate])
    try desk.ask(.recordApology(id, number: "13/PXL"))
    #expect(seen() == [])
  }

  @Test("a move of ours needs its letter at once, however far the new date is; one elsewhere had it there")
  func letterOfMove() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive("H24.19-260302-0001", "1.004884")  // due Monday 9
    func seen() -> [DossierWatch.ApologyState] { desk.load.watch(at: desk.now).map(\.apology) }
    try desk.ask(.reappoint(id, to: Office.day("2026-03-20"), reason: "cho-xac-minh"))
    #expect(seen() == [.missing])
    #expect(desk.load.watch(at: desk.now).map(\.level) == [.moved])
    try desk.ask(.askSupplement(id, reason: "thieu-giay-to"))
    #expect(seen() == [.missing], "a pause of the work is none of the letter")
    try desk.ask(.recordApology(id, number: "12/PXL"))
    #expect(seen() == [])
    // Missed again: one letter for two dates is one too few, wherever it came in between.
    desk.at("2026-03-10 09:00")
    try desk.ask(.supply(id))
    let due = try #require(desk.load[id]?.due?.day)
    desk.now = due.adding(days: 1).instant(at: TimeOfDay("09:00")!, in: .vietnam)
    #expect(seen() == [.missing])
    try desk.ask(.recordApology(id, number: "13/PXL"))
    #expect(seen() == [.written])

    let other = try desk.receive("H24.19-260302-0002")
    try desk.ask(.recordReappointment(other, to: due.adding(days: 60), reason: "cho-xac-minh"))
    #expect(seen() == [.written], "the letter of a move elsewhere is written there")
  }

  @Test("the most pressing stands first")
  func order() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let late = try desk.receive("H24-0001")
    desk.at("2026-03-04 09:00")
    let soon = try desk.receive("H24-0002")
    desk.at("2026-03-06 09:00")
    #expect(desk.load.watch(at: desk.now).map(\.dossier) == [late, soon])
  }

  @Test("every event survives its payload")
  func payloads() throws {
    var desk = CaseDesk("2026-03-05 09:00")
    let id = try desk.receive("H24.19-260305-0001", "2.000815")
    let fixed = try desk.ask(
      .receive(
        .init(
          procedure: "1.004873", channel: .post, digitised: true, vneid: false, visit: 3, counter: 1, officer: "cb01")))[
        0
      ].dossier
    try desk.ask(.register(code: DossierCode("H24.19-260305-0003")!, procedure: "1.004873"))
    try desk.ask(.explainSameDay(id, reason: "mat-dien"))
    try desk.ask(.replaceCode(fixed, with: DossierCode("H24.19-260305-0002")!))
    try desk.ask(.stop(fixed, reason: "cho-toa-an"))
    desk.at("2026-03-06 09:00")
    try desk.ask(.resume(fixed))
    try desk.ask(.reappoint(fixed, to: Office.day("2026-03-20"), reason: "cho-xac-minh"))
    try desk.ask(.recordApology(fixed, number: "1/PXL"))
    try desk.ask(.returnDossier(fixed, reason: "khong-du-dieu-kien"))
    var events = desk.journal.map(\.event)
    var december = CaseDesk("2026-12-29 09:00")
    let provisional = try december.receive("H24.19-261229-0001")
    december.load.rules.calendar = Office.calendar(complete: [2026, 2027])
    events += try december.ask(.settleDue(provisional))
    #expect(Set(events.map(\.type)).count == 10)
    for event in events {
      let data = try JSONEncoder().encode(event.payload)
      let read = try DossierEvent(type: event.type, decode: .init { try JSONDecoder().decode($0, from: data) })
      #expect(read == event)
    }
    #expect(try DossierEvent(type: "called", decode: .init { _ in throw CancellationError() }) == nil)
  }
}
