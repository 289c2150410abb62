import OneStop
import Testing

@Suite("what the register says of a dossier")
struct RegisterEntryTests {
  let code = DossierCode("H24.19-260302-0001")!

  func entry(_ body: (inout RegisterEntry) -> Void = { _ in }) -> RegisterEntry {
    var entry = RegisterEntry(code: code)
    entry.procedure = "1.004873"
    entry.receivedAt = Office.at("2026-03-02 09:00")
    entry.due = due("2026-03-05")
    entry.dueFrom = .province
    body(&entry)
    return entry
  }
  func due(_ day: String) -> Due { DueDate(Office.calendar()).promised(Office.day(day)) }

  func punctuality(_ entry: RegisterEntry, on day: String = "2026-03-20") throws -> Punctuality {
    try #require(Dossier(id: -1, entry)).punctuality(on: Office.day(day), in: .vietnam)
  }

  @Test("handed over late without a day of finishing is neither kept nor broken")
  func unknown() throws {
    #expect(try punctuality(entry { $0.handedOverAt = Office.at("2026-03-04 09:00") }) == .early)
    #expect(try punctuality(entry { $0.handedOverAt = Office.at("2026-03-05 16:00") }) == .onDay)
    #expect(try punctuality(entry { $0.handedOverAt = Office.at("2026-03-09 09:00") }) == .unknown)
    let finished = entry {
      $0.finishedAt = Office.at("2026-03-05 09:00")
      $0.handedOverAt = Office.at("2026-03-09 09:00")
    }
    #expect(try punctuality(finished) == .onDay)
    #expect(try punctuality(entry()) == .overdue)
    #expect(try punctuality(entry { $0.state = .handedOver }) == .unknown)
    #expect(try punctuality(entry { $0.state = .withdrawn }) == .ended)
    let figures = DossierFigures(
      of: [try #require(Dossier(id: -1, entry { $0.handedOverAt = Office.at("2026-03-09 09:00") }))],
      Office.caseRules(), at: Office.at("2026-03-20 09:00"))
    #expect(figures.onTimeOfDue.value == nil && figures.online.value == nil, "a missing column is no 100%")
    #expect(figures.count(.unknown) == 1)
  }

  @Test("two exports are joined; where both speak they must agree, by day where one has no hours")
  func join() throws {
    var first = entry()
    var second = RegisterEntry(code: code)
    second.receivedAt = Office.at("2026-03-02 00:00")
    second.finishedAt = Office.at("2026-03-04 10:00")
    second.channel = .online
    try first.join(second, in: .vietnam)
    #expect(first.receivedAt == Office.at("2026-03-02 09:00"))
    #expect(first.finishedAt == Office.at("2026-03-04 10:00") && first.channel == .online)
    second.receivedAt = Office.at("2026-03-03 00:00")
    #expect(throws: RegisterEntry.Conflict(field: .received)) { try first.join(second, in: .vietnam) }
    second.receivedAt = nil
    second.due = due("2026-03-06")
    second.dueFrom = .province
    #expect(throws: RegisterEntry.Conflict(field: .due)) { try first.join(second, in: .vietnam) }
  }

  @Test("a later import adds and doesn't forget; a moved date is counted, twice is seen, a supplement is no move")
  func update() throws {
    let now = Office.at("2026-03-06 08:00")
    let first = entry { $0.channel = .online }
    let later = first.updated(
      by: entry {
        $0.due = due("2026-03-10")
        $0.channel = nil
      }, at: now)
    #expect(later.channel == .online)
    #expect(later.moves == [.init(at: now, from: due("2026-03-05"), to: due("2026-03-10"))])
    #expect(later.updated(by: later, at: now) == later, "the same again changes nothing")
    let twice = later.updated(by: entry { $0.due = due("2026-03-12") }, at: now)
    let dossier = try #require(Dossier(id: -1, twice))
    #expect(dossier.reappointments.map(\.elsewhere) == [true, true] && dossier.movedTwice)
    #expect(dossier.firstDue?.day == Office.day("2026-03-05") && dossier.due?.day == Office.day("2026-03-12"))
    let waited = entry { $0.state = .awaitingSupplement }.updated(by: entry { $0.due = due("2026-03-10") }, at: now)
    #expect(waited.moves.isEmpty)
  }

  @Test("over a dossier of the counter the register's dates hold, and taking it twice is taking it once")
  func overlay() throws {
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive(code.text)
    let own = try #require(desk.load[id])
    var dossier = own
    let said = entry {
      $0.due = due("2026-03-06")
      $0.finishedAt = Office.at("2026-03-04 10:00")
      $0.channel = .online
    }
    dossier.take(said)
    // Our own date was only counted: the province's is what the citizen has on paper.
    #expect(dossier.due?.day == Office.day("2026-03-06") && dossier.reappointments.isEmpty)
    #expect(dossier.firstDue == own.firstDue && own.firstDue != nil, "what was promised first is not forgotten")
    #expect(dossier.state == .finished && dossier.channel == .online && dossier.receivedAt == own.receivedAt)
    let once = dossier
    dossier.take(said)
    #expect(dossier == once)
    // Taken over for good, that the date moved is kept; as an event of its own it comes to the same.
    var kept = own
    let moment = Office.at("2026-03-04 11:00")
    kept.take(said, at: moment)
    #expect(kept.replacement?.at == moment && kept.replacement?.from == own.due)
    #expect(kept.replacement?.to == due("2026-03-06"))
    let event = try #require(own.dueReplacement(by: said))
    var load = desk.load
    load.apply(event, at: moment)
    var replaced = try #require(load[id])
    #expect(replaced.replacement == kept.replacement && replaced.dueReplacement(by: said) == nil)
    replaced.take(said)
    #expect(replaced == kept)
    let figures = DossierFigures(of: [replaced], Office.caseRules(), at: Office.at("2026-03-06 09:00"))
    let later = kept.due!.day > own.due!.day
    #expect(figures.replaced == 1 && figures.replacedLater == (later ? 1 : 0) && figures.reappointed == 0)
    // The same day with another hour, a date counted here too, or one already moved: nothing is replaced.
    #expect(own.dueReplacement(by: entry { $0.due = own.due }) == nil)
    #expect(
      own.dueReplacement(
        by: entry {
          $0.due = due("2026-03-06")
          $0.dueFrom = .counted
        }) == nil)
    // An export is hours old: what is handed over here stays so.
    try desk.ask(.finish(id))
    try desk.ask(.handOver(id))
    var ahead = try #require(desk.load[id])
    ahead.take(entry { $0.state = .processing })
    #expect(ahead.state == .handedOver)
  }

  @Test("a supplement asked for in the other system is counted, once, and isn't asked for again")
  func supplement() throws {
    let asked = entry { $0.state = .awaitingSupplement }
    let dossier = try #require(Dossier(id: -1, asked))
    #expect(dossier.supplements == 1)
    var desk = CaseDesk("2026-03-02 09:00")
    let id = try desk.receive(code.text)
    try desk.ask(.askSupplement(id, reason: "thieu-giay-to"))
    var own = try #require(desk.load[id])
    own.take(asked)
    own.take(asked)
    #expect(own.supplements == 1)
    let figures = DossierFigures(of: [dossier], Office.caseRules(), at: Office.at("2026-03-04 09:00"))
    #expect(figures.supplemented == 1)
  }

  @Test("every missing column takes its figures with it")
  func support() {
    func levels(_ given: Set<RegisterField>) -> [RegisterSupport.Figure: RegisterSupport.Level] {
      Dictionary(uniqueKeysWithValues: RegisterSupport.of(given).map { ($0.figure, $0.level) })
    }
    let book = levels([.code, .procedure, .received, .due, .handedOver, .note])
    #expect(
      book == [
        .received: .whole, .byProcedure: .whole, .onTime: .partly, .overdue: .partly, .supplements: .none,
        .online: .none, .digitised: .none, .vneid: .none, .sameDay: .partly,
      ])
    let both = levels(Set(RegisterField.allCases))
    #expect(both.filter { $0.value != .whole } == [.supplements: .partly, .sameDay: .partly])
    #expect(levels([.code, .received, .finished])[.sameDay] == RegisterSupport.Level.none)
    #expect(levels([.code, .received]).values.filter { $0 == .whole }.count == 1)
  }
}
