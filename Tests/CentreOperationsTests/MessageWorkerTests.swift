import CentreStore
import Foundation
import GRDB
import Logging
import OneStop
import Testing

@testable import CentreOperations

/// The worker against a spool whose files the test moves, as gammu-smsd does. With the real one: Tests/Messages.
@Suite("messages go out once, by day, and while they are true")
struct MessageWorkerTests {
  private typealias Bench = MessageBench

  @Test("a result is told once, the number goes with it, and stands in nothing that is kept")
  func ready() async throws {
    let bench = try Bench()
    let id = try await bench.dossier()
    try await bench.round()
    #expect(try await bench.messages() == [])
    try await bench.step(.finish(id))
    try await bench.round()
    let file = try #require(try bench.files("outbox").first)
    #expect(file.contains("_0912345678_m1x"))
    #expect(try bench.text(file).contains("hồ sơ H24.19-261126-0001 đã có kết quả"))
    #expect(try await bench.messages().first?.parts == 2)
    for _ in 0..<3 { try await bench.round() }
    #expect(try bench.files("outbox") == [file] && bench.files("sent") == [])
    #expect(try await bench.states() == [.handed])
    try bench.modem()
    try await bench.round()
    #expect(try await bench.states() == [.sent])
    #expect(try await bench.contacts() == 0)
    #expect(try bench.files("sent") == [])
    for _ in 0..<3 { try await bench.round() }
    #expect(try bench.files("outbox") == [] && bench.standing == [])
    #expect(try await bench.keptText().contains("912345678") == false)
    #expect(try await bench.centre.desk.look { db, _ in try Journal.verify(db).faults } == [])
  }

  @Test("a moved date is told with the new day; handed over before it left, nothing is sent")
  func moved() async throws {
    let bench = try Bench()
    let id = try await bench.dossier()
    try await bench.step(.reappoint(id, to: LocalDay("2026-12-18")!, reason: "cho-xac-minh"))
    try await bench.round()
    #expect(try bench.text(bench.files("outbox")[0]).contains("18/12/2026"))
    try bench.modem()
    try await bench.round()
    #expect(try await bench.states() == [.sent])
    // The result is still to come.
    #expect(try await bench.contacts() == 1)
    try await bench.step(.finish(id))
    try await bench.step(.handOver(id))
    try await bench.round()
    #expect(try await bench.messages().count == 1)
    #expect(try await bench.contacts() == 0)
  }

  @Test("at night messages wait, and what was overtaken by the morning is dropped")
  func night() async throws {
    let bench = try Bench(at: "19:58")
    let early = try await bench.dossier("H24.19-261126-0001")
    let late = try await bench.dossier("H24.19-261126-0002", phone: "0387654321")
    bench.centre.at("20:00")
    for id in [early, late] { try await bench.step(.finish(id)) }
    try await bench.round()
    #expect(try await bench.states() == [.waiting, .waiting] && bench.files("outbox") == [])
    bench.centre.at("06:59", day: TestDesk.day.adding(days: 1))
    try await bench.round()
    #expect(try bench.files("outbox") == [])
    try await bench.step(.handOver(early))
    bench.centre.at("07:00", day: TestDesk.day.adding(days: 1))
    try await bench.round()
    #expect(try await bench.states() == [.dropped, .handed])
    #expect(try bench.files("outbox").count == 1 && bench.files("outbox")[0].contains("0387654321"))
  }

  @Test("what the modem has not taken by the evening is taken back and waits for a person")
  func evening() async throws {
    let bench = try Bench(at: "19:40")
    try await bench.step(.finish(try await bench.dossier()))
    try await bench.round()
    bench.centre.at("19:51")
    try await bench.round()
    #expect(bench.standing == ["messages"])
    bench.centre.at("20:00")
    try await bench.round()
    #expect(try await bench.reasons() == [.evening] && bench.files("outbox") == [])
    bench.centre.at("07:30", day: TestDesk.day.adding(days: 1))
    try await bench.round()
    #expect(try bench.files("outbox") == [] && bench.standing == ["messages-failed"])
    try await bench.again()
    try await bench.round()
    #expect(try bench.files("outbox").count == 1 && bench.standing == [])
  }

  @Test("what the modem refused is shown, and sent again by a person only, under a name of its own")
  func failed() async throws {
    let bench = try Bench()
    let id = try await bench.dossier()
    try await bench.step(.finish(id))
    try await bench.round()
    let first = try bench.files("outbox")
    try bench.modem("error")
    for _ in 0..<3 { try await bench.round() }
    #expect(try await bench.reasons() == [.modem] && bench.standing == ["messages-failed"])
    #expect(try bench.files("outbox") == [] && bench.files("error") == [])
    try await bench.again()
    try await bench.round()
    #expect(try bench.files("outbox").count == 1 && bench.files("outbox") != first)
    try bench.modem()
    try await bench.round()
    #expect(try await bench.states() == [.sent] && bench.standing == [])
    // Sent: not again, whoever asks.
    #expect(try await bench.again() == false)
  }

  @Test("a number corrected while its message lies with the modem or was refused: only the right one has it, once")
  func corrected() async throws {
    for refused in [false, true] {
      let bench = try Bench()
      let id = try await bench.dossier(phone: "0912345670")
      try await bench.step(.finish(id))
      try await bench.round()
      #expect(try bench.files("outbox")[0].contains("_0912345670_"))
      if refused {
        try bench.modem("error")
        try await bench.round()
        #expect(try await bench.states() == [.failed])
      }
      try await bench.agree(id, "0912345679")
      // The same number again is no correction.
      try await bench.agree(id, "0912345679")
      for _ in 0..<2 { try await bench.round() }
      let files = try bench.files("outbox")
      #expect(files.count == 1 && files.allSatisfy { $0.contains("_0912345679_") })
      try bench.modem()
      for _ in 0..<2 { try await bench.round() }
      #expect(try await bench.states() == [.sent] && bench.files("outbox") == [] && bench.files("sent") == [])
      #expect(try await bench.messages().map(\.attempt) == [2])
      #expect(try await bench.contacts() == 0 && bench.standing == [])
      #expect(try await bench.keptText().contains("91234567") == false)
    }
  }

  @Test("a number given after a wrong one was told has it too; what is overtaken by then goes to nobody")
  func correctedLate() async throws {
    let bench = try Bench()
    let id = try await bench.dossier(phone: "0912345670")
    try await bench.step(.finish(id))
    try await bench.round()
    // Sent, and not looked at yet.
    try bench.modem()
    try await bench.agree(id, "0912345679")
    for _ in 0..<2 { try await bench.round() }
    #expect(try bench.files("outbox").count == 1 && bench.files("outbox")[0].contains("_0912345679_"))
    #expect(try bench.files("sent") == [])
    try await bench.step(.handOver(id))
    for _ in 0..<2 { try await bench.round() }
    #expect(try await bench.states() == [.dropped] && bench.files("outbox") == [])
  }

  @Test("a file that cannot be removed is an alarm without the telephone number in its name")
  func unremovable() async throws {
    let bench = try Bench()
    let id = try await bench.dossier(phone: "0912345670")
    try await bench.step(.finish(id))
    try await bench.round()
    // A folder in the file's place: unlink refuses it whoever asks, root too.
    let file = bench.spool.appendingPathComponent("outbox/\(try bench.files("outbox")[0])")
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    try await bench.step(.handOver(id))
    try await bench.round()
    let words = try #require(bench.alarms.standing.first { $0.id == "messages" }).words
    #expect(words.vi.contains("outbox") && !words.vi.contains("91234567") && !words.en.contains("91234567"))
  }

  @Test("once collected, a message that failed is nobody's any more")
  func failedAndOver() async throws {
    let bench = try Bench()
    let id = try await bench.dossier()
    try await bench.step(.finish(id))
    try await bench.round()
    try bench.modem("error")
    try await bench.round()
    try await bench.step(.handOver(id))
    try await bench.round()
    try await bench.round()
    #expect(bench.standing == [])
    #expect(try await bench.again() == false)
  }

  @Test("ended between the file and the word that it is there, between the word and the file, or after it was sent")
  func crashes() async throws {
    let bench = try Bench()
    try await bench.step(.finish(try await bench.dossier()))
    // The name was written down, the file never came to be.
    try await bench.round()
    try FileManager.default.removeItem(at: bench.spool.appendingPathComponent("outbox/\(bench.files("outbox")[0])"))
    try bench.centre.tamper("UPDATE message SET state = 'handing'")
    bench.restart()
    try await bench.round()
    try await bench.round()
    #expect(try await bench.states() == [.handed] && bench.files("outbox").count == 1)
    // The file was there, that it was had not been written down.
    try bench.centre.tamper("UPDATE message SET state = 'handing'")
    bench.restart()
    try await bench.round()
    #expect(try await bench.states() == [.handed] && bench.files("outbox").count == 1)
    // And sent meanwhile.
    try bench.centre.tamper("UPDATE message SET state = 'handing'")
    try bench.modem()
    bench.restart()
    for _ in 0..<3 { try await bench.round() }
    #expect(try await bench.states() == [.sent] && bench.files("outbox") == [])
  }

  @Test("a file somebody took away may have been sent: it is not sent again by itself")
  func emptied() async throws {
    let bench = try Bench()
    try await bench.step(.finish(try await bench.dossier()))
    try await bench.round()
    try FileManager.default.removeItem(at: bench.spool.appendingPathComponent("outbox/\(bench.files("outbox")[0])"))
    for _ in 0..<3 { try await bench.round() }
    #expect(try await bench.reasons() == [.spoolEmptied] && bench.files("outbox") == [])
  }

  @Test("without its folders an alarm stands and messages wait; with them they go out")
  func missing() async throws {
    let bench = try Bench(folders: false)
    try await bench.step(.finish(try await bench.dossier()))
    try await bench.round()
    #expect(bench.standing == ["messages"] && bench.alarms.standing[0].words.vi.contains("outbox"))
    #expect(try await bench.states() == [.waiting])
    // The queue goes on.
    try await bench.centre.run(.issue("ho-tich", code: UUID().uuidString), by: TestDesk.kiosk)
    try bench.makeFolders()
    bench.centre.at("09:01")
    try await bench.round()
    #expect(try bench.files("outbox").count == 1 && bench.standing == [])
  }

  @Test("switched off, numbers are wiped and what waits is taken out of the modem's hands")
  func off() async throws {
    let bench = try Bench()
    try await bench.step(.finish(try await bench.dossier()))
    _ = try await bench.dossier("H24.19-261126-0002", phone: "0387654321")
    try await bench.round()
    try await bench.centre.desk.perform { _, state in state.hall.settings.messages.enabled = false }
    for _ in 0..<2 { try await bench.round() }
    #expect(try await bench.contacts() == 0)
    #expect(try await bench.states() == [.dropped] && bench.files("outbox") == [])
  }

  @Test("only so many lie with the modem at once")
  func bounded() async throws {
    let bench = try Bench()
    for n in 1...14 {
      try await bench.step(.finish(try await bench.dossier("H24.19-261126-\(1000 + n)")))
    }
    for _ in 0..<3 { try await bench.round() }
    #expect(try bench.files("outbox").count == MessageWorker.inOutbox)
    try bench.modem()
    try await bench.round()
    try await bench.round()
    #expect(try bench.files("outbox").count == 4)
    #expect(try await bench.states().count { $0 == .sent } == 10)
  }

  @Test("after a copy was put back nothing goes out by itself that may have gone out before")
  func restored() async throws {
    let bench = try Bench()
    let waits = try await bench.dossier()
    let knew = try await bench.dossier("H24.19-261126-0002", phone: "0387654321")
    bench.centre.at("21:00")
    try await bench.step(.finish(waits))
    try await bench.round()
    try bench.centre.tamper("UPDATE meta SET value = '2' WHERE name = 'epoch'")
    // Read with the next transaction that starts afresh.
    let desk = try bench.reopened()
    desk.clock.set(TestDesk.day.adding(days: 1).instant(at: TimeOfDay("09:00")!, in: .vietnam))
    _ = try await desk.perform { [rules = bench.rules] ledger, _ in
      try CaseworkDesk.run(.finish(knew), rules, by: TestDesk.officer, &ledger)
    }
    var memory = MessageWorker.Memory()
    let worker = MessageWorker(
      desk, alarms: bench.alarms, devices: bench.devices, modem: bench.modem,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await worker.round(&memory)
    let rows = try await desk.look { db, _ in try Messages.recent(db, limit: 10) }
    #expect(rows.map(\.reason) == [.restored, .restored] && rows.allSatisfy { $0.state == .failed })
    #expect(try bench.files("outbox") == [])
  }

  @Test("the turn is told once so few are ahead; called before that, nothing is sent and the number goes")
  func near() async throws {
    let bench = try Bench()
    var visits: [Visit.ID] = []
    for _ in 0..<3 {
      try await bench.centre.run(.issue("ho-tich", code: UUID().uuidString), by: TestDesk.kiosk)
      visits.append(try await bench.centre.hall().lastVisit)
    }
    for visit in visits.dropFirst() {
      try await bench.centre.desk.perform { ledger, _ in
        try Messages.agree(
          PhoneNumber("0912345678")!, for: .ticket(visit), told: MessageTold(ready: false, due: nil), in: &ledger,
          by: .citizen)
      }
    }
    try await bench.round()
    let second = try #require(try bench.files("outbox").first)
    #expect(try bench.files("outbox").count == 1 && bench.text(second).contains("còn 1 người"))
    try bench.modem()
    try await bench.round()
    #expect(try await bench.contacts() == 1)
    try await bench.centre.run(.cancel(code: bench.centre.hall().visits[visits[2]]!.code))
    try await bench.round()
    #expect(try await bench.contacts() == 0)
    #expect(try await bench.messages().count == 1)
  }
}
