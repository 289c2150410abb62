import CentreStore
import DeviceIO
import Foundation
import OneStop
import Testing

@testable import CentreOperations

/// What the person responsible reads where messages do not go out. With a disk that is really full or read-only, with the
/// real gammu-smsd and a modem that is unplugged: Tests/Messages.
@Suite("what keeps messages from going out is said, and how to mend it")
struct MessageWatchTests {
  private static let smsdrc = "gammu-smsdrc"

  @Test("seen of the modem at once as a device, as an alarm when it lasts, and gone when it is mended")
  func lasting() async throws {
    let bench = try MessageBench()
    try await bench.round()
    #expect(bench.told == "Sẵn sàng" && bench.standing == [])
    let good = try bench.read(Self.smsdrc)
    for (settings, process, words) in [
      (good, "0", "gammu-smsd không chạy"), (good.replacingOccurrences(of: "files", with: "null"), "1", "dòng port"),
      (good.replacingOccurrences(of: "outbox/", with: "other/"), "1", "other/"),
      (
        good.replacingOccurrences(of: "port = /", with: "port = /dev/none/"), "1",
        "Không thấy modem tin nhắn ở /dev/none/"
      ),
    ] {
      try bench.set(Self.smsdrc, settings)
      try bench.set("pid", process)
      bench.later(seconds: 10)
      try await bench.round()
      // A moment without it may be a restart.
      #expect(bench.told.contains(words) && bench.standing == [], "\(bench.told)")
      bench.later(seconds: 10)
      try await bench.round()
      #expect(bench.standing == ["messages"] && bench.alarms.standing[0].words == bench.devices.list[0].words)
      try bench.set(Self.smsdrc, good)
      try bench.set("pid", "1")
      bench.later(seconds: 10)
      try await bench.round()
      #expect(bench.told == "Sẵn sàng" && bench.standing == [])
    }
    try FileManager.default.removeItem(at: bench.spool.appendingPathComponent(Self.smsdrc))
    for _ in 0..<2 {
      bench.later(seconds: 10)
      try await bench.round()
    }
    #expect(bench.told.contains("Chưa cài gammu-smsd") && bench.standing == ["messages"])
    // Switched off, there is no modem to speak of.
    try await bench.centre.desk.perform { _, state in state.hall.settings.messages.enabled = false }
    try await bench.round()
    #expect(bench.devices.list == [] && bench.standing == [])
  }

  @Test("messages that stay with a modem of which nothing else is wrong: SIM, credit, signal")
  func stuck() async throws {
    let bench = try MessageBench()
    try await bench.step(.finish(try await bench.dossier()))
    try await bench.round()
    bench.later(seconds: 601)
    try await bench.round()
    #expect(bench.standing == ["messages"] && bench.told.contains("SIM"))
    try bench.modem()
    try await bench.round()
    #expect(bench.standing == [] && bench.told == "Sẵn sàng")
  }

  @Test("three refused one after the other are no wrong numbers; one that is sent ends that")
  func refusals() async throws {
    let bench = try MessageBench()
    for n in 1...4 {
      try await bench.step(.finish(try await bench.dossier("H24.19-261126-\(1000 + n)")))
      try await bench.round()
      bench.later(seconds: 60)
      try bench.modem(n < 4 ? "error" : "sent")
      try await bench.round()
      #expect((bench.told == "Sẵn sàng") == (n != 3), "\(n): \(bench.told)")
      if n == 3 { #expect(bench.told.contains("Modem từ chối 3 tin liên tiếp")) }
    }
    #expect(bench.standing == ["messages-failed"])
  }

  @Test("the bill counts what was sent by its month and its parts")
  func bill() async throws {
    let bench = try MessageBench()
    let day = TestDesk.day
    for (n, place) in [(1, "sent"), (2, "sent"), (3, "error")] {
      try await bench.step(.finish(try await bench.dossier("H24.19-261126-\(1000 + n)")))
      try await bench.round()
      try bench.modem(place)
      try await bench.round()
    }
    func list() async throws -> MessageList {
      let now = bench.centre.desk.clock.now
      return try await bench.centre.desk.look { db, state in try MessageList(db, state, at: now) }
    }
    func numbers(_ bill: Messages.Bill) -> [Int] { [bill.messages, bill.parts] }
    #expect(try await numbers(list().thisMonth) == [2, 4])
    #expect(try await numbers(list().lastMonth) == [0, 0])
    #expect(try await list().items.map(\.refused) == [true, false, false])
    // The last moment of the month before, in the centre's own time.
    let first = ReportPeriod(.month, of: day).first.instant(at: TimeOfDay(minutes: 0), in: .vietnam)
    try bench.centre.tamper(
      "UPDATE message SET changedAt = \(first.milliseconds - 1) WHERE id = (SELECT min(id) FROM message)")
    #expect(try await numbers(list().thisMonth) == [1, 2])
    #expect(try await numbers(list().lastMonth) == [1, 2])
  }

  @Test("each trouble of the folder has its own words")
  func words() {
    for (code, words) in [
      (POSIXErrorCode.ENOSPC, "đã đầy"), (.EDQUOT, "đã đầy"), (.EROFS, "chỉ cho đọc"), (.EACCES, "bước 3"),
      (.ENOENT, "không có thư mục"), (.EIO, "không ghi được"),
    ] {
      let error = DeviceError(.storage, device: "/var/spool/gammu/outbox", cause: POSIXError(code))
      let said = MessageWatch.words(error)
      #expect(said.vi.contains(words) && said.vi.contains("/var/spool/gammu/outbox"), "\(said.vi)")
      #expect(said.en.contains("/var/spool/gammu/outbox"))
    }
  }
}
