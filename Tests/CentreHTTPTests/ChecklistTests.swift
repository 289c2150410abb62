import CentreOperations
import CentreStore
import Foundation
import HummingbirdTesting
import NIOCore
import NIOPosix
import OneStop
import Testing

@Suite("the start-of-day checklist over the API")
struct ChecklistTests {
  private static let today = "/api/v1/checklist/today"

  private static func plan(_ items: [ChecklistItem], at: String = "2026-11-26 07:10") -> TestCentre.Plan {
    var plan = TestCentre.Plan.withPINs(at: at)
    plan.adjust = { seed in
      seed.settings.checklist = items
      seed.settings.board.voice = .off
    }
    return plan
  }

  /// A camera that answers `OPTIONS`, as a bare server of the same library.
  private static func listener(_ answer: String?) async throws -> any Channel {
    final class Answering: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      typealias OutboundOut = ByteBuffer
      let answer: String?
      init(_ answer: String?) { self.answer = answer }
      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let answer else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer)), promise: nil)
      }
    }
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering(answer)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  private func line(_ list: JSON, _ id: String) -> JSON { list["lines"].array.first { $0["id"].string == id } ?? .null }

  @Test("ticked, excused, finished, printed, counted; the journal says who, and no name")
  func morning() async throws {
    let items = [ChecklistItem(id: "seats", name: "Ghế"), ChecklistItem(id: "copier", name: "Máy photocopy")]
    try await TestCentre.run(Self.plan(items)) { centre in
      let supervisor = try await centre.signIn("cb07")
      var list = try await centre.get(Self.today, as: supervisor).json
      #expect(list["open"] == 2 && list["isToday"] == true && !list["finished"].exists && !list["lookedAt"].exists)
      #expect(line(list, "journal")["outcome"] == "ok")
      let seats = "/api/v1/checklist/items/seats"
      list = try await centre.done("POST", seats, ["state": "done"], as: supervisor)
      #expect(line(list, "seats")["mark"]["by"] == "Bùi Thị Mai" && list["open"] == 1)
      try await centre.refused(409, "items-open", "POST", "/api/v1/checklist/finish", as: supervisor)
      let copier = "/api/v1/checklist/items/copier"
      try await centre.refused(400, "bad-json", "POST", copier, ["state": "excused"], as: supervisor)
      try await centre.refused(400, "bad-json", "POST", copier, ["state": "done", "excuse": "broken"], as: supervisor)
      try await centre.refused(
        404, "unknown-item", "POST", "/api/v1/checklist/items/x", ["state": "done"], as: supervisor)
      try await centre.done("POST", copier, ["state": "excused", "excuse": "broken"], as: supervisor)
      // Nobody did it before today: there is nothing to tell yet.
      try await #expect(!centre.get("/api/v1/figures/today", as: supervisor).json["checklist"].exists)
      let unfinished = try await centre.get("\(Self.today)?format=pdf", as: supervisor)
      #expect(unfinished.status == 200 && unfinished.bytes.starts(with: Data("%PDF".utf8)))
      let key = "finish-2026-11-26"
      list = try await centre.done("POST", "/api/v1/checklist/finish", as: supervisor, key: key)
      #expect(list["finished"]["by"] == "Bùi Thị Mai" && list["open"] == 0 && list["lookedAt"].exists)
      try await centre.done("POST", "/api/v1/checklist/finish", as: supervisor, key: key)
      try await centre.refused(409, "already-finished", "POST", "/api/v1/checklist/finish", as: supervisor)
      try await centre.refused(409, "already-finished", "POST", seats, ["state": "open"], as: supervisor)
      let events = try await centre.events().filter { $0.type.hasPrefix("checklist-") }
      #expect(
        events.map { "\($0.type) \($0.actor.name)" } == [
          "checklist-marked cb07", "checklist-marked cb07", "checklist-finished cb07",
        ])
      #expect(!events.contains { String(decoding: $0.payload, as: UTF8.self).contains("Mai") })
      let finished = try events[2].decode(ChecklistDay.Finished.self)
      #expect(finished.lines.first { $0.id == "copier" }?.outcome == .failed)
      let figures = try await centre.get("/api/v1/figures?from=2026-11-23&to=today", as: supervisor).json
      // Open on Monday and Wednesday too, but nothing of this centre was recorded before Thursday.
      #expect(figures["checklist"] == ["finished": 1, "workingDays": 1])
      let paper = try await centre.get("/api/v1/checklist/2026-11-26?format=pdf", as: supervisor)
      #expect(paper.bytes.starts(with: Data("%PDF".utf8)))
      let differences = try await centre.database.pool.read { try Rebuild.differences($0) }
      #expect(differences == [])
      // The next day begins with an empty list, and the paper of the day before stays.
      centre.pass(86_400)
      // A session does not last over night.
      let nextDay = try await centre.signIn("cb07")
      list = try await centre.done("POST", seats, ["state": "done"], as: nextDay)
      #expect(list["day"] == "2026-11-27" && list["open"] == 1)
      let before = try await centre.get("/api/v1/checklist/2026-11-26", as: nextDay).json
      #expect(
        before["isToday"] == false && before["finished"]["by"] == "Bùi Thị Mai"
          && line(before, "copier")["mark"]["excuse"] == "broken")
      try await centre.refused(400, "bad-request", "GET", "/api/v1/checklist/yesterday", as: nextDay)
      try await centre.refused(400, "bad-request", "GET", "\(Self.today)?format=csv", as: nextDay)
      try await centre.verify()
    }
  }

  @Test("what the rows say and the journal does not is found")
  func tampered() async throws {
    try await TestCentre.run(Self.plan([ChecklistItem(id: "seats", name: "Ghế")])) { centre in
      let supervisor = try await centre.signIn("cb07")
      try await centre.done("POST", "/api/v1/checklist/items/seats", ["state": "done"], as: supervisor)
      try await centre.database.pool.write { try $0.execute(sql: "UPDATE checklistMark SET officer = 'cb08'") }
      let differences = try await centre.database.pool.read { try Rebuild.differences($0) }
      #expect(differences == ["2026-11-26: the checklist is not what the journal says"])
    }
  }

  @Test("cameras, wifi, disk and backup: what answers, refuses, hangs and is missing; one alarm until it is mended")
  func network() async throws {
    let good = try await Self.listener("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")
    let hangs = try await Self.listener(nil)
    let gone = try await Self.listener(nil)
    let (goodPort, hangingPort, gonePort) = (
      good.localAddress!.port!, hangs.localAddress!.port!, gone.localAddress!.port!
    )
    try await gone.close()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backup-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let items = [
      ChecklistItem(id: "cam", kind: .rtsp, name: "Camera 1", address: "rtsp://127.0.0.1:\(goodPort)/"),
      ChecklistItem(id: "hangs", kind: .http, name: "Wifi", address: "http://127.0.0.1:\(hangingPort)/"),
      ChecklistItem(id: "gone", kind: .tcp, name: "Internet", address: "tcp://127.0.0.1:\(gonePort)"),
      ChecklistItem(id: "disk", kind: .disk, name: "Đĩa", address: folder.path, limit: 10_000),
      ChecklistItem(id: "backup", kind: .backup, name: "Sao lưu", address: folder.path, limit: 30),
      ChecklistItem(id: "off", kind: .tcp, name: "Tắt", address: "tcp://127.0.0.1:\(gonePort)", active: false),
    ]
    try await TestCentre.run(Self.plan(items)) { centre in
      let supervisor = try await centre.signIn("cb07")
      var list = try await centre.get(Self.today, as: supervisor).json
      #expect(line(list, "cam")["outcome"] == "unknown", "nobody has looked yet")
      list = try await centre.done("POST", "/api/v1/checklist/looks", as: supervisor)
      let outcomes = ["cam", "hangs", "gone", "disk", "backup", "off"].map { line(list, $0)["outcome"].string ?? "–" }
      #expect(outcomes == ["ok", "failed", "failed", "failed", "failed", "–"])
      #expect(line(list, "gone")["words"]["vi"].string?.contains("từ chối") == true)
      #expect(line(list, "backup")["words"]["vi"].string?.contains("Chưa có bản sao lưu") == true)
      let alarm = centre.parts.alarms.standing.first { $0.id == "checklist" }
      #expect(alarm?.words.vi == "Kiểm tra lúc 07:10, không đạt: Wifi, Internet, Đĩa, Sao lưu")
      try Data("x".utf8).write(to: folder.appendingPathComponent("a.sqlite"))
      list = try await centre.done("POST", "/api/v1/checklist/looks", as: supervisor)
      #expect(line(list, "backup")["outcome"] == "ok")
      // What was seen is what a later reader gets, without another look.
      try await #expect(centre.get(Self.today, as: supervisor).json["lookedAt"] == list["lookedAt"])
    }
    try await good.close()
    try await hangs.close()
  }

  @Test("a screen is connected while its stream is open, by its token or by the name a board gives itself")
  func screens() async throws {
    var plan = Self.plan([])
    plan.live = true
    plan.adjust = { seed in
      seed.settings.checklist = []
      seed.settings.board.voice = .board
    }
    try await TestCentre.run(plan) { centre in
      let supervisor = try await centre.signIn("cb07")
      let kiosk = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      func outcome(_ id: String) async throws -> JSON {
        line(try await centre.get(Self.today, as: supervisor).json, id)["outcome"]
      }
      try await #expect(outcome("kiosk-1") == "failed")
      try await #expect(outcome("main") == "failed", "the board that speaks")
      do {
        let stream = try await EventReader(port: centre.port, "audience=kiosk", cookie: kiosk.cookie)
        let board = try await EventReader(port: centre.port, "audience=public&screen=main")
        try await until("the kiosk is connected") { try await outcome("kiosk-1") == "ok" }
        try await until("the board is connected") { try await outcome("main") == "ok" }
        #expect(stream.status == 200 && board.status == 200)
      }
      try await until("the kiosk has gone") { try await outcome("kiosk-1") == "failed" }
    }
  }
}
