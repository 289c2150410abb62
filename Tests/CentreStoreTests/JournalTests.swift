@testable import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@Suite("the journal")
struct JournalTests {
  private func busyCentre() async throws -> TestCentre {
    let centre = try TestCentre()
    try await centre.run(.open(1, "cb01"))
    for i in 1...4 {
      centre.pass(30)
      try await centre.run(.issue("a", code: "c\(i)"), by: TestCentre.kiosk)
      try await centre.run(.callNext(1))
    }
    return centre
  }

  @Test("an untouched chain is good, and its head is the last event's")
  func good() async throws {
    let centre = try await busyCentre()
    let verdict = try await centre.database.pool.read { try Journal.verify($0) }
    #expect(verdict.faults == [])
    let head = try await centre.database.pool.read { try Journal.head($0) }
    #expect(verdict.head == head.hash)
    #expect(verdict.events == Int(head.seq))
  }

  @Test("the hash of an event is what it has always been: a journal outlives its program")
  func goldenHash() {
    let hash = Journal.hash(
      after: Journal.genesis, centre: "le-chan", seq: 1, epoch: 1, type: "undone", version: 1,
      at: Instant(milliseconds: 1_795_660_800_000), cause: 1, actor: Actor("cb01", .officer, terminal: "counter-1"),
      payload: Data(#"{"counter":3}"#.utf8))
    // printf '…32 zero bytes…7:le-chan,1:1,1:1,6:undone,1:1,13:1795660800000,1:1,4:cb01,7:officer,9:counter-1,13:{"counter":3}' | sha256sum
    #expect(hash.hexText == "c0476c08841753c7a310e64bb03b46bf11493917c18e815c45e1798528e9aa51")
  }

  @Test(
    "any change to the raw file is found",
    arguments: [
      (
        "payload",
        "UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), 'A001', 'A009') AS BLOB) WHERE seq = 4"
      ),
      ("actor", "UPDATE journal SET actor = 'cb02' WHERE seq = 5"),
      ("role", "UPDATE journal SET role = 'admin' WHERE seq = 5"),
      ("role of the system turned to nonsense", "UPDATE journal SET role = 'sysadmin' WHERE seq = 1"),
      ("terminal", "UPDATE journal SET terminal = 'counter-2' WHERE seq = 5"),
      ("time", "UPDATE journal SET at = at + 1 WHERE seq = 6"),
      ("type", "UPDATE journal SET type = 'recalled' WHERE seq = 5"),
      ("version", "UPDATE journal SET version = 2 WHERE seq = 5"),
      ("epoch", "UPDATE journal SET epoch = 2 WHERE seq = 5"),
      ("cause", "UPDATE journal SET cause = 1 WHERE seq = 5"),
      ("hash", "UPDATE journal SET hash = zeroblob(32) WHERE seq = 5"),
      ("removed from the middle", "DELETE FROM journal WHERE seq = 5"),
      ("removed at the start", "DELETE FROM journal WHERE seq = 1"),
      ("removed and closed up", "DELETE FROM journal WHERE seq = 5; UPDATE journal SET seq = seq - 1 WHERE seq > 5"),
      (
        "swapped",
        "UPDATE journal SET seq = -4 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = -4"
      ),
      (
        "added at the end",
        "INSERT INTO journal SELECT seq + 1, epoch, type, version, at, cause, actor, role, terminal, payload, hash FROM journal ORDER BY seq DESC LIMIT 1"
      ),
      ("another centre's journal", "UPDATE meta SET value = 'other' WHERE name = 'centre'"),
    ])
  func tampering(what: String, sql: String) async throws {
    let centre = try await busyCentre()
    try centre.tamper(sql)
    let faults = try await centre.database.pool.read { try Journal.verify($0).faults }
    #expect(!faults.isEmpty, "\(what)")
  }

  @Test("the fault names the event")
  func place() async throws {
    let centre = try await busyCentre()
    try centre.tamper("UPDATE journal SET actor = 'cb02' WHERE seq = 5")
    try centre.tamper("DELETE FROM journal WHERE seq = 8")
    let faults = try await centre.database.pool.read { try Journal.verify($0).faults }
    #expect(
      faults == [
        "event 5 (called) does not match its hash", "event 8 is missing (next is 9)",
        "event 9 (ticket-issued) does not match its hash",
      ])
  }

  @Test("an event is never dated before the one before, whatever the clock says")
  func clockBack() async throws {
    let centre = try await busyCentre()
    let before = try await centre.database.pool.read { try Journal.head($0).at }
    centre.pass(-3600)
    try await centre.run(.issue("a", code: "z"), by: TestCentre.kiosk)
    let head = try await centre.database.pool.read { try Journal.head($0) }
    #expect(head.at == before)
    #expect(try await centre.database.pool.read { try Journal.verify($0).faults } == [])
  }

  @Test("read after a cursor, by type, with a limit")
  func entries() async throws {
    let centre = try await busyCentre()
    try await centre.database.pool.read { (db) throws in
      #expect(try Journal.entries(db, after: 3, limit: 2).map(\.seq) == [4, 5])
      #expect(try Journal.entries(db, after: 0, types: ["ticket-issued"]).count == 4)
      #expect(try Journal.entries(db, after: 1_000_000).isEmpty)
      let issued = try #require(try Journal.entries(db, after: 0, types: ["ticket-issued"]).first)
      #expect(issued.actor == TestCentre.kiosk)
      guard case .ticketIssued(let event) = try issued.queueEvent() else {
        Issue.record("not a ticket")
        return
      }
      #expect(event.number == "A001")
    }
  }

  @Test("events of one command carry the number of its first")
  func cause() async throws {
    let centre = try await busyCentre()
    let entries = try await centre.database.pool.read {
      try Journal.entries($0, after: 0, types: ["finished", "called"])
    }
    for (finished, called) in zip(
      entries.filter { $0.type == "finished" }, entries.filter { $0.type == "called" }.dropFirst())
    {
      #expect(called.cause == finished.seq)
      #expect(finished.cause == finished.seq)
    }
  }

  @Test("the hall that comes back from the file is the one that was there", arguments: 1...8 as ClosedRange<UInt64>)
  func rebuilt(seed: UInt64) async throws {
    let centre = try TestCentre()
    var chance = Chance(seed: seed)
    for i in 0..<120 {
      centre.pass(chance.whole(0...40))
      let counter = Counter.ID(chance.whole(1...4))
      let commands: [QueueCommand] = [
        .issue(chance.happens(0.5) ? "a" : "b", priority: chance.happens(0.3) ? "elderly" : nil, code: "c\(i)"),
        .callNext(counter), .undo(counter), .open(counter, Officer.ID("cb0\(counter)")), .hold(counter),
        .transfer(counter, to: Destination(service: "b")), .finish(counter, next: Destination(service: "k")),
        .returnToQueue(counter), .mark(counter, copies: 3), .transfer(counter, to: Destination(counter: 2)),
        .callNext(counter), .issue("a", code: "d\(i)"),
      ]
      _ = try? await centre.run(commands[chance.whole(0...commands.count - 1)])
      if i == 60 {
        try await centre.transactions.perform { ledger, hall in
          hall.settings.rules.priorityInRow = 1
          try ledger.change(settings: hall.settings, by: .system)
        }
      }
      if let step = try await centre.hall().lastFinished(at: counter) {
        try? await centre.rate(step, Rating(reception: 5, handling: 4))
      }
    }
    let live = try await centre.hall()
    let (replayed, rows) = try await centre.database.pool.read { (db) throws in
      (try HallJournal.lastDay(db), try HallRows.visits(db, from: TestCentre.day, to: TestCentre.day))
    }
    #expect(replayed == live)
    #expect(rows.map(\.steps) == live.visits.values.sorted { $0.id < $1.id }.map(\.steps))
    // And after a restart: a second desk on the same file goes on where the first one stopped.
    let other = Transactions<Hall>(
      centre.database, clock: { [now = centre.now] in now }, reload: { try HallJournal.lastDay($0)! },
      committed: { _ in })
    #expect(try await other.look { _, hall in hall } == live)
  }

  @Test("days, each with its own hall; ids go on and are never used again")
  func days() async throws {
    let centre = try TestCentre()
    for i in 0..<3 {
      if i > 0 { try await centre.turn(to: TestCentre.day.adding(days: i)) }
      try await centre.simulate(TestCentre.day.adding(days: i), seed: 5, visits: 40)
    }
    let halls = try await centre.database.pool.read { (db) throws in
      var halls: [Hall] = []
      try HallJournal.days(db) { halls.append($0) }
      return halls
    }
    #expect(halls.map(\.day) == (0..<3).map { TestCentre.day.adding(days: $0) })
    #expect(halls.allSatisfy { $0.closed })
    let ids = halls.flatMap { $0.visits.keys.sorted() }
    #expect(ids == ids.sorted() && Set(ids).count == ids.count)
    let steps = halls.flatMap { $0.visits.values.flatMap { $0.steps.map(\.id) } }
    #expect(Set(steps).count == steps.count)
  }
}
