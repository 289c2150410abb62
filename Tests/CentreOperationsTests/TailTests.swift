@testable import CentreOperations
import CentreStore
import Foundation
import OneStop
import Testing

@Suite("what the screens hear")
struct TailTests {
  /// Messages of a stream, taken apart.
  private struct Message: Equatable {
    var id: String
    var event: String
    var data: [String: Any]
    var call: String? { (data["call"] as? [String: Any])?["number"] as? String }
    static func == (a: Message, b: Message) -> Bool { a.id == b.id && a.event == b.event }

    static func all(_ bytes: [UInt8]) throws -> [Message] {
      try String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { block in
        var fields: [String: String] = [:]
        for line in block.split(separator: "\n") {
          let parts = line.split(separator: ":", maxSplits: 1)
          fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let data = try JSONSerialization.jsonObject(with: Data(fields["data"]!.utf8)) as? [String: Any]
        return Message(id: fields["id"]!, event: fields["event"]!, data: data ?? [:])
      }
    }
  }

  private func now(_ centre: TestDesk) -> Instant { centre.desk.clock.now }

  /// Waits until the screens have heard of the last event.
  private func settle(_ centre: TestDesk) async throws {
    let head = try await centre.desk.look { db, _ in try Journal.head(db).seq }
    for await _ in centre.desk.tail.bell.listen() where centre.desk.tail.seq >= head { return }
  }

  /// Runs the tail for as long as the body takes, with a screen listening.
  private func running(_ centre: TestDesk, listening: Bool = true, _ body: () async throws -> Void) async throws {
    let tail = Task { try await centre.desk.tail.run() }
    defer { tail.cancel() }
    let screen = listening ? centre.desk.tail.bell.listen() : nil
    try await body()
    withExtendedLifetime(screen) {}
  }

  @Test("a new stream gets the state, a resumed one what it missed, one that missed nothing gets nothing")
  func resume() async throws {
    let centre = try TestDesk()
    try await running(centre) {
      try await centre.run(.open(1, "cb01"))
      try await settle(centre)
      let snapshot = try Message.all(centre.desk.tail.open(after: nil, at: now(centre)).bytes)
      #expect(snapshot.map(\.event) == ["snapshot"])
      #expect(try Message.all(centre.desk.tail.open(after: snapshot[0].id, at: now(centre)).bytes) == [])

      try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
      try await settle(centre)
      try await centre.run(.callNext(1))
      try await settle(centre)
      let missed = try Message.all(centre.desk.tail.open(after: snapshot[0].id, at: now(centre)).bytes)
      #expect(missed.allSatisfy { $0.event == "change" })
      #expect(missed.compactMap(\.call) == ["A001"])
      #expect(missed.last?.id == "1:\(centre.desk.tail.seq)")
      let again = try Message.all(centre.desk.tail.open(after: missed[0].id, at: now(centre)).bytes)
      #expect(again == Array(missed.dropFirst()))
    }
  }

  @Test(
    "an id that cannot be resumed from gets the whole state",
    arguments: ["2:1", "1:999999", "nonsense", "", "1:", ":5", "1:1"])
  func snapshot(id: String) async throws {
    let centre = try TestDesk()
    try await running(centre) {
      try await centre.run(.open(1, "cb01"))
      try await settle(centre)
      #expect(try Message.all(centre.desk.tail.open(after: id, at: now(centre)).bytes).map(\.event) == ["snapshot"])
    }
  }

  @Test("too far behind: the whole state, and a running stream is told to ask for it")
  func tooOld() async throws {
    let centre = try TestDesk()
    try await running(centre) {
      try await centre.run(.open(1, "cb01"))
      try await settle(centre)
      var (bytes, cursor) = centre.desk.tail.open(after: nil, at: now(centre))
      let first = try Message.all(bytes)[0].id
      // Each call keeps a message of its own, so a thousand recalls push the ring over.
      try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
      try await centre.run(.callNext(1))
      for _ in 0..<1050 { try await centre.run(.recall(1)) }
      try await settle(centre)
      #expect(try Message.all(centre.desk.tail.open(after: first, at: now(centre)).bytes).map(\.event) == ["snapshot"])
      #expect(centre.desk.tail.next(after: &cursor) == nil)
      #expect(centre.desk.tail.next(after: &cursor) == [], "from here on it is up to date")
      bytes = []
    }
  }

  @Test("in a burst every call is told, the latest state of all else")
  func burst() async throws {
    let centre = try TestDesk()
    for (counter, officer) in [(1, "cb01"), (3, "cb03")] as [(Counter.ID, Officer.ID)] {
      try await centre.run(.open(counter, officer))
    }
    for i in 0..<30 { try await centre.run(.issue("ho-tich", code: "c\(i)"), by: TestDesk.kiosk) }
    // Nothing is listening yet, so all of this reaches the tail as one burst.
    let screen = centre.desk.tail.bell.listen()
    for i in 0..<30 { try await centre.run(.callNext(i % 2 == 0 ? 1 : 3)) }
    var (_, cursor) = centre.desk.tail.open(after: nil, at: now(centre))
    try await running(centre) {
      try await settle(centre)
      let messages = try Message.all(centre.desk.tail.next(after: &cursor) ?? [])
      #expect(messages.compactMap(\.call) == (1...30).map { "A" + padded($0, 3) })
      #expect(messages.map { Int($0.id.dropFirst(2))! } == messages.map { Int($0.id.dropFirst(2))! }.sorted())
      // The state a snapshot gives is what the changes add up to.
      let state = try Message.all(centre.desk.tail.open(after: nil, at: now(centre)).bytes)[0].data
      let calls = (state["calls"] as! [[String: Any]]).map { $0["number"] as! String }
      #expect(calls == (19...30).reversed().map { "A" + padded($0, 3) })
      let services = state["services"] as! [[String: Any]]
      #expect(services.first { $0["id"] as? String == "ho-tich" }?["waiting"] as? Int == 0)
    }
    withExtendedLifetime(screen) {}
  }

  @Test("the public stream carries nobody's name but the officer's, no priority of a ticket and no code")
  func secrets() async throws {
    let centre = try TestDesk()
    try await running(centre) {
      try await centre.run(.open(1, "cb01"))
      try await centre.run(.issue("ho-tich", priority: "merit", code: "geheim"), by: TestDesk.kiosk)
      try await centre.run(.callNext(1))
      try await settle(centre)
      let text = String(decoding: centre.desk.tail.open(after: nil, at: now(centre)).bytes, as: UTF8.self)
      #expect(text.contains("A001"))
      #expect(!text.contains("geheim"))
      #expect(!text.contains("\"priority\":\"merit\""))
    }
  }

  @Test("a screen that comes back after nobody listened misses no call, even when a tick came first")
  func nobodyListened() async throws {
    let centre = try TestDesk()
    try await centre.run(.open(1, "cb01"))
    try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
    let tail = Task { try await centre.desk.tail.run() }
    defer { tail.cancel() }
    try await settle(centre)
    let id = try Message.all(centre.desk.tail.open(after: nil, at: now(centre)).bytes)[0].id
    // The network is lost: nobody listens while A001 is called.
    try await centre.run(.callNext(1))
    try await quiet(centre)
    // Another screen listens, the clock ticks, and then the first screen is back.
    let other = centre.desk.tail.bell.listen()
    let ticked = Task { for await _ in centre.desk.tail.bell.listen().dropFirst() { return } }
    try await centre.desk.refreshScreens()
    await ticked.value
    let messages = try Message.all(centre.desk.tail.open(after: id, at: now(centre)).bytes)
    withKnownIssue(
      "Tail.open: a frame of a tick has the number of the event before it, which was dropped", isIntermittent: true
    ) {
      #expect(messages.first?.event == "snapshot" || messages.contains { $0.call == "A001" })
    }
    withExtendedLifetime(other) {}
  }

  /// Lets the tail catch up without listening to it.
  private func quiet(_ centre: TestDesk) async throws {
    let head = try await centre.desk.look { db, _ in try Journal.head(db).seq }
    while centre.desk.tail.seq < head { await Task.yield() }
  }
}
