@testable import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@Suite("the database file")
struct DatabaseTests {
  @Test("commits are durable: synchronous is FULL on the live connection, the journal a WAL, erased text overwritten")
  func pragmas() async throws {
    let centre = try TestCentre()
    try await centre.database.pool.writeWithoutTransaction { (db) throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 1)
      #expect(try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2)
      #expect(try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
    }
    // Also while commands run, and on a file that was opened again.
    try await centre.transactions.perform { (ledger, _) throws in
      #expect(try Int.fetchOne(ledger.db, sql: "PRAGMA synchronous") == 2)
    }
    let again = try CentreDatabase(path: centre.database.path)
    try await again.pool.writeWithoutTransaction { (db) throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 1)
    }
  }

  @Test("a file from a newer version is refused and left alone")
  func newer() throws {
    let centre = try TestCentre()
    try centre.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('9999 from the future')")
    let message =
      "\(centre.database.path): do phiên bản motcua mới hơn ghi; cài lại phiên bản đó, hoặc khôi phục bản sao lưu cũ hơn"
    for open in [{ _ = try CentreDatabase(path: $0) }, { try CentreDatabase.read($0) { _ in } }]
      as [(String) throws -> Void]
    {
      let error = #expect(throws: StoreError.self) { try open(centre.database.path) }
      #expect(error?.description == message)
    }
  }

  @Test("a file that is no database is refused with its name")
  func notADatabase() throws {
    let centre = try TestCentre()
    let path = centre.folder.appendingPathComponent("letter.sqlite").path
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: StoreError.self) { try CentreDatabase(path: path) }
    #expect(
      error?.description
        == "\(path): bị hỏng hoặc không phải cơ sở dữ liệu; giữ một bản rồi khôi phục bản sao lưu gần nhất")
  }

  @Test("a place that cannot be written is named as such")
  func readOnly() throws {
    // /proc refuses new files to root as well.
    let path = "/proc/motcua.sqlite"
    let error = #expect(throws: StoreError.self) { try CentreDatabase(path: path) }
    #expect(
      error?.description
        == "\(path): không ghi được; kiểm tra chủ sở hữu, quyền của thư mục và ổ đĩa có bị khóa ghi không")
  }

  @Test("reading a file that is not there does not make one")
  func missing() throws {
    let path = NSTemporaryDirectory() + "motcua-nothing-\(randomBytes(4).hexText).sqlite"
    #expect(throws: StoreError.self) { try CentreDatabase.read(path) { _ in } }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a reader cannot write")
  func reader() throws {
    let centre = try TestCentre()
    #expect(throws: StoreError.self) {
      try CentreDatabase.read(centre.database.path) { try $0.execute(sql: "DELETE FROM meta") }
    }
  }

  @Test(
    "the schema itself refuses",
    arguments: [
      (
        "the same number twice on a day",
        "INSERT INTO visit SELECT 99, day, number, 'c', issuedAt, priority, needs, language, emergency, state, counter, stateAt, outcome, procedure, sameDay FROM visit WHERE id = 1"
      ),
      (
        "a ticket at two counters",
        "INSERT INTO desk (counter, state, officer, visit, since) VALUES (7, 'open', 'cb09', 1, 0)"
      ),
      (
        "an officer at two counters",
        "INSERT INTO desk (counter, state, officer, visit, since) VALUES (7, 'open', 'cb01', NULL, 0)"
      ),
      ("a state nobody knows", "UPDATE visit SET state = 'lost' WHERE id = 1"),
      (
        "a step without a visit",
        "INSERT INTO step (id, visit, service, queuedAt, copies, recalls, heldMilliseconds, rated) VALUES (99, 999, 'a', 0, 1, 0, 0, 0)"
      ),
      ("a change to the journal", "UPDATE journal SET actor = 'nobody' WHERE seq = 1"),
      ("a deletion from the journal", "DELETE FROM journal WHERE seq = 1"),
      ("the whole journal deleted", "DELETE FROM journal"),
      (
        "an event without a full hash",
        "INSERT INTO journal SELECT 9999, epoch, type, version, at, cause, actor, role, terminal, payload, x'00' FROM journal WHERE seq = 1"
      ),
      ("an event number twice", "INSERT INTO journal SELECT * FROM journal WHERE seq = 1"),
      (
        "two rating boxes for one step",
        "INSERT INTO ratingBox (step, batch, sealed) VALUES (1, 'b', zeroblob(1072)), (1, 'b', zeroblob(1072))"
      ),
      ("a box of another size", "INSERT INTO ratingBox (step, batch, sealed) VALUES (1, 'b', zeroblob(1071))"),
      (
        "two open batches of one officer",
        "INSERT INTO ratingBatch (id, officer, publicKey, openedDay) VALUES ('x', 'cb01', x'00', 1), ('y', 'cb01', x'00', 1)"
      ),
      (
        "a level of six",
        "INSERT INTO rating (key, batch, officer, reception, handling, reasons, comment) VALUES (zeroblob(16), 'b', 'o', 6, 1, '', '')"
      ),
      (
        "a level of none",
        "INSERT INTO rating (key, batch, officer, reception, handling, reasons, comment) VALUES (zeroblob(16), 'b', 'o', 5, 0, '', '')"
      ),
      (
        "a rating with a short key",
        "INSERT INTO rating (key, batch, officer, reception, handling, reasons, comment) VALUES (x'00', 'b', 'o', 5, 5, '', '')"
      ),
      ("text where a number belongs", "UPDATE visit SET issuedAt = 'sáng' WHERE id = 1"),
    ])
  func invariants(name: String, sql: String) async throws {
    let centre = try TestCentre()
    try await centre.run(.open(1, "cb01"))
    try await centre.run(.issue("a", code: "x"))
    try await centre.run(.callNext(1))
    let error = await #expect(throws: DatabaseError.self, "\(name)") {
      try await centre.database.pool.write { try $0.execute(sql: sql) }
    }
    #expect(error?.resultCode == .SQLITE_CONSTRAINT)
  }

  @Test("a ticket that stands at another counter in the file is not quietly taken from there")
  func deskConflict() async throws {
    let centre = try TestCentre()
    try await centre.run(.open(1, "cb01"))
    try await centre.run(.issue("a", code: "x"))
    try centre.tamper("INSERT INTO desk (counter, state, officer, visit, since) VALUES (4, 'open', 'cb04', 1, 0)")
    await #expect(throws: DatabaseError.self) { try await centre.run(.callNext(1)) }
    #expect(try await centre.hall().visit(number: "A001")?.counter == nil, "nothing has happened")
  }

  @Test(
    "an officer moves to a counter before or after the old one",
    arguments: [(1, 2), (2, 1)] as [(Counter.ID, Counter.ID)])
  func officerMoves(from: Counter.ID, to: Counter.ID) async throws {
    let centre = try TestCentre()
    try await centre.run(.open(from, "cb01"))
    try await centre.run(.open(to, "cb01", takeOver: true))
    let desks = try await centre.database.pool.read {
      try Row.fetchAll($0, sql: "SELECT counter, state, officer FROM desk ORDER BY counter").map {
        "\($0[0] as Int) \($0[1] as String) \($0[2] as String? ?? "-")"
      }
    }
    #expect(desks == (to == 2 ? ["1 closed -", "2 open cb01"] : ["1 open cb01", "2 closed -"]))
  }

  @Test("the same number on another day is another number")
  func otherDay() async throws {
    let centre = try TestCentre()
    try await centre.run(.issue("a", code: "x"))
    try await centre.turn(to: TestCentre.day.adding(days: 1))
    try await centre.run(.issue("a", code: "y"))
    let numbers = try await centre.database.pool.read {
      try String.fetchAll($0, sql: "SELECT number FROM visit ORDER BY id")
    }
    #expect(numbers == ["A001", "A001"])
  }
}

@Suite("idempotency keys")
struct IdempotencyTests {
  @Test("the same key and request get the same answer; another request with it is refused; a day later it is forgotten")
  func keys() throws {
    let centre = try TestCentre()
    let request = Idempotency.fingerprint("POST /tickets", Data(#"{"service":"a"}"#.utf8))
    let other = Idempotency.fingerprint("POST /tickets", Data(#"{"service":"b"}"#.utf8))
    let answer = Idempotency.Answer(status: 201, body: Data("A001".utf8))
    let now = centre.now
    try centre.database.pool.write { (db) throws in
      #expect(try Idempotency.answer("k", request: request, db) == nil)
      try Idempotency.keep(answer, key: "k", request: request, at: now, db)
      #expect(try Idempotency.answer("k", request: request, db) == answer)
      #expect(try Idempotency.answer("K", request: request, db) == nil)
      #expect(throws: Idempotency.Reused.self) { try Idempotency.answer("k", request: other, db) }
      #expect(throws: DatabaseError.self) { try Idempotency.keep(answer, key: "k", request: other, at: now, db) }
      try Idempotency.forget(before: now, db)
      #expect(try Idempotency.answer("k", request: request, db) == answer, "not yet")
      try Idempotency.forget(before: now.adding(milliseconds: 1), db)
      #expect(try Idempotency.answer("k", request: other, db) == nil)
    }
  }

  @Test("route and body cannot be shifted into each other")
  func fingerprint() {
    #expect(Idempotency.fingerprint("a", Data("b\nc".utf8)) != Idempotency.fingerprint("a\nb", Data("d".utf8)))
    #expect(Idempotency.fingerprint("a", Data("x".utf8)) != Idempotency.fingerprint("b", Data("x".utf8)))
  }
}
