@testable import CentreOperations
import CentreStore
import Foundation
import Logging
import OneStop
import Testing

@Suite("what is said at the loudspeaker")
struct AnnounceWorkerTests {
  private func worker(_ centre: TestDesk) -> AnnounceWorker {
    AnnounceWorker(
      desk: centre.desk, announcer: AnnouncerBox(clips: nil), alarms: Alarms {}, devices: Devices {},
      log: Logger(label: "test"))
  }

  /// Two citizens, counter 1 open and the first of them called.
  private func called() async throws -> (TestDesk, AnnounceWorker) {
    let centre = try TestDesk { $0.board.voice = .server }
    for code in ["one", "two"] { try await centre.run(.issue("ho-tich", code: code), by: TestDesk.kiosk) }
    try await centre.run(.open(1, "cb01"))
    try await centre.run(.callNext(1))
    return (centre, worker(centre))
  }

  private func numbers(_ worker: AnnounceWorker) async throws -> [String] {
    var said: [String] = []
    while let order = try await worker.nextOrder() {
      if let call = order.call { said.append("\(call.number) \(call.counter)") }
      try await worker.done(order)
    }
    return said
  }

  @Test("calls and recalls, each once, in their order")
  func order() async throws {
    let (centre, worker) = try await called()
    try await centre.run(.recall(1))
    #expect(try await numbers(worker) == ["A001 1", "A001 1"])
    #expect(try await numbers(worker).isEmpty)
  }

  @Test("a call older than half a minute is passed over, for a daemon that stood still")
  func stale() async throws {
    let (centre, worker) = try await called()
    centre.desk.clock.set(centre.desk.clock.now.adding(seconds: 31))
    #expect(try await numbers(worker).isEmpty)
    try await centre.run(.recall(1))
    #expect(try await numbers(worker) == ["A001 1"])
  }

  @Test("a call that was taken back, and one whose citizen is already at the counter, are not said")
  func overtaken() async throws {
    let (centre, worker) = try await called()
    try await centre.run(.undo(1))
    #expect(try await numbers(worker).isEmpty)
    try await centre.run(.callNext(1))
    try await centre.run(.start(1))
    #expect(try await numbers(worker).isEmpty)
  }

  @Test("one loudspeaker: the centre's entry, else the machine's own; none where a board has the voice")
  func speaker() throws {
    var settings = try CentreSeed.read(file: Checkout.exampleFile).settings
    _ = Checkout.words
    settings.board.voice = .board
    settings.devices = [Device(id: "loa", kind: .speaker, name: "Loa", address: "alsa:plughw:1", active: true)]
    #expect(AnnounceWorker.speaker(in: settings) == nil)
    settings.board.voice = .server
    #expect(AnnounceWorker.speaker(in: settings)?.address == "alsa:plughw:1")
    settings.devices[0].active = false
    #expect(AnnounceWorker.speaker(in: settings)?.address == "alsa:default")
  }

  @Test("in quiet hours boards get no announcement either")
  func quiet() {
    var board = Board()
    board.quietHours = [Span(from: TimeOfDay("11:30")!, to: TimeOfDay("13:00")!)]
    #expect(!board.isQuiet(at: TimeOfDay("11:29")!) && board.isQuiet(at: TimeOfDay("11:30")!))
    #expect(board.isQuiet(at: TimeOfDay("12:59")!) && !board.isQuiet(at: TimeOfDay("13:00")!))
  }

  @Test("settings stored before there was a volume are loud and never quiet")
  func oldSettings() throws {
    let old = #"{"minSecondsPerCall":6,"voice":"server","voiceBoard":"main","english":true}"#
    let board = try JSONDecoder().decode(Board.self, from: Data(old.utf8))
    #expect(board.volume == 100 && board.quietHours.isEmpty && board.english && board.voice == .server)
  }
}
