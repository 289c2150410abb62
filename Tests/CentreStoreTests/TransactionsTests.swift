@testable import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@Suite("group commit")
struct TransactionsTests {
  private struct Mishap: Error {}

  @Test("many at once: each number once, refusals and mishaps leave nothing and disturb nobody")
  func many() async throws {
    let centre = try TestCentre()
    let numbers = await withTaskGroup(of: String?.self) { group in
      for i in 0..<300 {
        group.addTask {
          try? await centre.transactions.perform { ledger, hall in
            let events = try TestCentre.run(
              .issue(i % 7 == 3 ? "zz" : "a", code: "c\(i)"), by: TestCentre.kiosk, &ledger, &hall)
            if i % 5 == 2 { throw Mishap() }
            guard case .ticketIssued(let event) = events[0] else { return nil }
            return event.number
          }
        }
      }
      return await group.reduce(into: [String]()) { if let number = $1 { $0.append(number) } }
    }
    let expected = (0..<300).count { $0 % 7 != 3 && $0 % 5 != 2 }
    #expect(numbers.count == expected)
    #expect(numbers.sorted() == (1...expected).map { "A" + padded($0, 3) })
    let live = try await centre.hall()
    try await centre.database.pool.read { (db) throws in
      #expect(try Journal.verify(db).faults == [])
      #expect(try Journal.entries(db, after: 0, limit: .max, types: ["ticket-issued"]).count == expected)
      #expect(try String.fetchAll(db, sql: "SELECT number FROM visit ORDER BY number") == numbers.sorted())
      #expect(try HallJournal.lastDay(db) == live)
    }
  }

  @Test("two officers press together: no two counters get one ticket")
  func twoOfficers() async throws {
    let centre = try TestCentre()
    for counter in 1...4 { try await centre.run(.open(Counter.ID(counter), Officer.ID("cb0\(counter)"))) }
    for i in 0..<60 { try await centre.run(.issue("a", code: "c\(i)"), by: TestCentre.kiosk) }
    let called = await withTaskGroup(of: [Visit.ID].self) { group in
      for i in 0..<60 {
        group.addTask {
          let events = (try? await centre.run(.callNext(Counter.ID(i % 4 + 1)))) ?? []
          return events.compactMap { if case .called(let e) = $0 { e.visit } else { nil } }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(called.count == 60)
    #expect(Set(called).count == 60)
  }

  @Test("an error after a write takes rows, events and state back")
  func rollback() async throws {
    let centre = try TestCentre()
    try await centre.run(.issue("a", code: "x"))
    let before = try await centre.hall()
    let head = try await centre.database.pool.read { try Journal.head($0) }
    await #expect(throws: Mishap.self) {
      try await centre.transactions.perform { ledger, hall in
        try TestCentre.run(.issue("a", code: "y"), by: TestCentre.kiosk, &ledger, &hall)
        try TestCentre.run(.open(1, "cb01"), &ledger, &hall)
        try ledger.db.execute(sql: "DELETE FROM setting")
        ledger.notes.append("never")
        throw Mishap()
      }
    }
    #expect(try await centre.hall() == before)
    try await centre.database.pool.read { (db) throws in
      #expect(try Journal.head(db) == head)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM visit") == 1)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM setting") == 1)
    }
    #expect(centre.told.batches.withLock { $0.joined().isEmpty })
    let events = try await centre.run(.issue("a", code: "z"))
    guard case .ticketIssued(let event) = events[0] else { return }
    #expect(event.number == "A002")
    #expect(event.visit == 2)
    #expect(try await centre.database.pool.read { try Journal.verify($0).faults } == [])
  }

  @Test("what the schema forbids is an error for its command only")
  func constraint() async throws {
    let centre = try TestCentre()
    try await centre.run(.issue("a", code: "x"))
    await #expect(throws: DatabaseError.self) {
      try await centre.transactions.perform { (ledger, _) throws in
        try ledger.append("noise", ["a": 1], by: .system)
        try ledger.db.execute(sql: "UPDATE visit SET state = 'lost'")
      }
    }
    try await centre.run(.issue("a", code: "y"))
    #expect(try await centre.database.pool.read { try Journal.entries($0, after: 0, types: ["noise"]).isEmpty })
  }

  @Test("screens are told after the commit, in the order of the journal, everything once")
  func notes() async throws {
    let centre = try TestCentre()
    await withTaskGroup(of: Void.self) { group in
      for i in 0..<80 {
        group.addTask {
          try? await centre.transactions.perform { ledger, hall in
            try TestCentre.run(.issue("a", code: "c\(i)"), by: TestCentre.kiosk, &ledger, &hall)
            ledger.notes.append(padded(Int(ledger.head.seq), 6))
          }
        }
      }
    }
    let told = centre.told.batches.withLock { $0 }
    let all = Array(told.joined())
    #expect(all.count == 80)
    #expect(all == all.sorted())
    #expect(told.count <= 80)
  }

  @Test("a full disk tells everybody no, and afterwards the queue goes on where it was")
  func full() async throws {
    let centre = try TestCentre()
    try await centre.run(.issue("a", code: "x"))
    let before = try await centre.hall()
    try await centre.database.pool.writeWithoutTransaction { (db) throws in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count")!
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    let refused = await withTaskGroup(of: StoreError?.self) { group in
      for i in 0..<200 {
        group.addTask {
          do {
            try await centre.run(.issue("a", code: "f\(i)"), by: TestCentre.kiosk)
            return nil
          } catch { return error as? StoreError }
        }
      }
      return await group.reduce(into: [StoreError]()) { if let error = $1 { $0.append(error) } }
    }
    #expect(!refused.isEmpty)
    for error in refused {
      #expect(error.description == "ổ đĩa đầy; chưa mất gì, nhưng không ghi thêm được cho đến khi có chỗ trống")
    }
    // Those that found room before the disk was full were told yes; they are there, the others are not.
    let yes = 200 - refused.count
    #expect(try await centre.hall().visits.count == before.visits.count + yes)
    try await centre.database.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    let events = try await centre.run(.issue("a", code: "y"))
    guard case .ticketIssued(let event) = events[0] else { return }
    #expect(event.number == "A" + padded(yes + 2, 3))
    try await centre.database.pool.read { (db) throws in
      #expect(try Journal.verify(db).faults == [])
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM visit") == yes + 2)
    }
  }

  @Test("a caller who goes away does not interrupt the others' transaction")
  func cancelled() async throws {
    let centre = try TestCentre()
    let tasks = (0..<40).map { i in
      Task { try await centre.run(.issue("a", code: "c\(i)"), by: TestCentre.kiosk) }
    }
    for task in tasks where task.hashValue % 2 == 0 { task.cancel() }
    for task in tasks { _ = try await task.value }
    #expect(try await centre.hall().visits.count == 40)
  }
}
