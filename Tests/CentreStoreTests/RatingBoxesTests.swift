@testable import CentreStore
import Crypto
import Foundation
import GRDB
import OneStop
import Testing

@Suite("sealed ratings")
struct RatingBoxesTests {
  private func levels(_ reception: Int, _ handling: Int) throws -> Rating {
    try Rating(reception: reception, handling: handling)
  }

  /// So many rated citizens at a counter.
  private func rated(_ centre: TestCentre, _ count: Int, at counter: Counter.ID = 1) async throws {
    for i in 0..<count {
      let step = try await centre.serve(at: counter, code: "r\(counter)-\(i)-\(randomBytes(3).hexText)")
      try await centre.rate(step, levels(1 + i % 5, 5 - i % 5))
    }
  }

  private func verify(_ centre: TestCentre) async throws -> [String] {
    try await centre.database.pool.read { try RatingBoxes.verify($0) }
  }

  private func keys(_ centre: TestCentre) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: centre.ratings.folder.path)) ?? []).sorted()
  }

  @Test("once for each finished step, and only for a finished one")
  func once() async throws {
    let centre = try TestCentre()
    let step = try await centre.serve(at: 1, code: "x")
    try await centre.rate(step, levels(5, 4))
    await #expect(throws: QueueRejection.alreadyRated) { try await centre.rate(step, levels(1, 1)) }
    await #expect(throws: QueueRejection.unknownStep) { try await centre.rate(77, levels(1, 1)) }
    try await centre.run(.issue("a", code: "y"), by: TestCentre.kiosk)
    try await centre.run(.callNext(1))
    let unserved = try await centre.hall().current(at: 1)!.step.id
    await #expect(throws: QueueRejection.notRatable) { try await centre.rate(unserved, levels(1, 1)) }
    #expect(try await centre.database.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM ratingBox") } == 1)
    #expect(try await verify(centre) == [])
  }

  @Test("two presses at once are one rating")
  func twoPresses() async throws {
    let centre = try TestCentre()
    let step = try await centre.serve(at: 1, code: "x")
    let accepted = await withTaskGroup(of: Bool.self) { group in
      for i in 0..<20 {
        group.addTask { (try? await centre.rate(step, Rating(reception: i % 5 + 1, handling: 1))) != nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(accepted == 1)
  }

  @Test("all boxes have one size, whatever was said; equal answers look different")
  func size() async throws {
    let centre = try TestCentre()
    let ratings = [
      try levels(5, 5), try levels(5, 5), try levels(1, 1),
      try Rating(reception: 1, handling: 2, reasons: Rating.reasonIDs, comment: String(repeating: "\u{1}", count: 20)),
      try Rating(reception: 1, handling: 2, comment: String(repeating: "ế", count: 200)),
    ]
    for (i, rating) in ratings.enumerated() { try await centre.rate(centre.serve(at: 1, code: "s\(i)"), rating) }
    let boxes = try await centre.database.pool.read { try Data.fetchAll($0, sql: "SELECT sealed FROM ratingBox") }
    #expect(boxes.map(\.count) == [1072, 1072, 1072, 1072, 1072])
    #expect(Set(boxes).count == 5)
  }

  @Test(
    "the longest comment there may be fits its box, also of signs that JSON writes longer",
    arguments: ["a", "\"", "\\", "\u{1}", "ế"])
  func longest(sign: String) async throws {
    let centre = try TestCentre()
    let comment = String(repeating: sign, count: Rating.commentLimit / sign.utf8.count)
    let rating = try Rating(reception: 1, handling: 1, reasons: Rating.reasonIDs, comment: comment)
    try await centre.rate(centre.serve(at: 1, code: "x"), rating)
    try await rated(centre, 4)
    try await centre.close()
    let comments = try await centre.database.pool.read {
      try String.fetchAll($0, sql: "SELECT comment FROM rating WHERE comment != ''")
    }
    #expect(comments == [comment])
  }

  @Test("five are opened at closing, four stay closed until a later day")
  func smallGroups() async throws {
    let centre = try TestCentre()
    try await rated(centre, 5, at: 1)
    try await rated(centre, 4, at: 2)
    #expect(keys(centre).count == 2)
    try await centre.close()
    try await centre.database.pool.read { (db) throws in
      #expect(try String.fetchAll(db, sql: "SELECT DISTINCT officer FROM rating") == ["cb01"])
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM rating") == 5)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM ratingBox") == 4)
      #expect(try BatchLevels.given(db, to: "cb02", from: TestCentre.day, through: TestCentre.day) == nil)
      let levels = try BatchLevels.given(db, to: "cb01", from: TestCentre.day, through: TestCentre.day)
      #expect(levels?.reception == [1, 1, 1, 1, 1])
      #expect(levels?.count == 5)
    }
    #expect(keys(centre).count == 1, "the key of the opened batch is gone, that of the closed one stays")
    #expect(try await verify(centre) == [])
    try await centre.turn(to: TestCentre.day.adding(days: 1))
    try await rated(centre, 1, at: 2)
    try await centre.close()
    #expect(keys(centre) == [])
    try await centre.database.pool.read { (db) throws in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM rating WHERE officer = 'cb02'") == 5)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM ratingBox") == 0)
      #expect(
        try BatchLevels.given(db, to: "cb02", from: TestCentre.day, through: TestCentre.day) == nil,
        "they belong to the day they were opened")
    }
    #expect(try await verify(centre) == [])
  }

  @Test("answers come out as they were given, as a set")
  func contents() async throws {
    let centre = try TestCentre()
    var given: [String] = []
    for i in 0..<12 {
      let rating = try Rating(
        reception: i % 5 + 1, handling: (i * 3) % 5 + 1, reasons: i % 3 == 0 ? ["wait", "attitude"] : [],
        comment: "lời \(i)")
      given.append(
        "\(rating.reception) \(rating.handling) \(rating.reasons.sorted().joined(separator: ",")) \(rating.comment)")
      try await centre.rate(centre.serve(at: 1, code: "c\(i)"), rating)
    }
    try await centre.close()
    let opened = try await centre.database.pool.read { (db) throws in
      try Row.fetchAll(db, sql: "SELECT * FROM rating").map {
        "\($0["reception"] as Int) \($0["handling"] as Int) \($0["reasons"] as String) \($0["comment"] as String)"
      }
    }
    #expect(opened.sorted() == given.sorted())
  }

  @Test("a key file is for its owner only, and there before the first box")
  func keyFile() async throws {
    let centre = try TestCentre()
    try await rated(centre, 1)
    let file = centre.ratings.folder.appendingPathComponent(try #require(keys(centre).first))
    let rights = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(rights == 0o400)
    #expect(try Data(contentsOf: file).count == 32)
    let folder = try FileManager.default.attributesOfItem(atPath: centre.ratings.folder.path)[.posixPermissions] as? Int
    #expect(folder == 0o700)
  }

  @Test("a lost key is counted, not hidden")
  func lostKey() async throws {
    let centre = try TestCentre()
    try await rated(centre, 6)
    try FileManager.default.removeItem(at: centre.ratings.folder.appendingPathComponent(keys(centre)[0]))
    try await centre.close()
    let entry = try #require(
      try await centre.database.pool.read { try Journal.entries($0, after: 0, types: ["ratings-sealed"]).first })
    let sealed = try entry.decode(RatingBoxes.Sealed.self)
    #expect(sealed.count == 0)
    #expect(sealed.lost == 6)
    #expect(try await verify(centre) == [])
  }

  @Test("keys left by a crash between commit and destruction die at the next start")
  func orphans() async throws {
    let centre = try TestCentre()
    try await rated(centre, 5)
    let ratings = centre.ratings
    try await centre.transactions.perform { ledger, hall in _ = try ratings.open(in: &ledger, day: hall.day) }
    #expect(keys(centre).count == 1)
    try await centre.ratings.destroyOrphans(centre.database)
    #expect(keys(centre) == [])
  }

  @Test("a sweep for orphans in the middle of an officer's first rating of the day leaves its key alone")
  func sweepDuringRating() async throws {
    let centre = try TestCentre()
    let step = try await centre.serve(at: 1, code: "x")
    let (ratings, database) = (centre.ratings, centre.database)
    let swept = DispatchSemaphore(value: 0)
    let sweep = try await centre.transactions.perform { ledger, hall in
      try ratings.seal(Rating(reception: 4, handling: 4), step: step, in: &ledger, &hall, by: .citizen)
      // The key lies on the disk, and the file does not yet say whose it is.
      let sweep = Task.detached {
        defer { swept.signal() }
        try await ratings.destroyOrphans(database)
      }
      // A sweep that does not wait for this transaction is over long before.
      _ = swept.wait(timeout: .now() + 0.5)
      return sweep
    }
    try await sweep.value
    #expect(keys(centre).count == 1)
  }

  @Test("a rating that fails half-way leaves neither box nor event, and the next one works")
  func failure() async throws {
    let centre = try TestCentre()
    let step = try await centre.serve(at: 1, code: "x")
    let ratings = centre.ratings
    struct Mishap: Error {}
    await #expect(throws: Mishap.self) {
      try await centre.transactions.perform { ledger, hall in
        try ratings.seal(Rating(reception: 1, handling: 1), step: step, in: &ledger, &hall, by: .citizen)
        throw Mishap()
      }
    }
    #expect(try await verify(centre) == [])
    try await centre.rate(step, levels(3, 3))
    #expect(try await verify(centre) == [])
    #expect(try await centre.hall().visit(step: step)?.step.rated == true)
  }

  @Test("no event, row or answer says a level before closing; events never do")
  func silence() async throws {
    let centre = try TestCentre()
    try await rated(centre, 6)
    let during = try await centre.database.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM rating") }
    #expect(during == 0)
    try await centre.close()
    let events = try await centre.database.pool.read { try Journal.entries($0, after: 0, limit: .max) }
    for event in events where event.type.hasPrefix("rat") {
      let text = String(decoding: event.payload, as: UTF8.self)
      for word in ["reception", "handling", "level", "\"r\"", "\"h\""] { #expect(!text.contains(word)) }
    }
  }

  @Test(
    "open boxes: a change, a swap, a removal, an addition is found",
    arguments: [
      ("changed", "UPDATE ratingBox SET sealed = zeroblob(1072) WHERE step = 3"),
      (
        "swapped",
        "UPDATE ratingBox SET step = -1 WHERE step = 3; UPDATE ratingBox SET step = 3 WHERE step = 4; UPDATE ratingBox SET step = 4 WHERE step = -1"
      ),
      ("removed", "DELETE FROM ratingBox WHERE step = 3"),
      ("added", "INSERT INTO ratingBox SELECT 999, batch, sealed FROM ratingBox WHERE step = 3"),
      ("batch given to another officer", "UPDATE ratingBatch SET officer = 'cb03'"),
      ("batch closed by hand", "UPDATE ratingBatch SET closedDay = 20000"),
      ("moved to another batch", "UPDATE ratingBox SET batch = 'x' WHERE step = 3"),
      ("another key for the batch", "UPDATE ratingBatch SET publicKey = zeroblob(32)"),
    ])
  func boxes(what: String, sql: String) async throws {
    let centre = try TestCentre()
    try await rated(centre, 6)
    #expect(try await verify(centre) == [])
    try centre.tamper(sql)
    if what == "another key for the batch" {
      // Boxes sealed to a stranger's key are lost at closing, and counted.
      try await centre.close()
      let sealed = try await centre.database.pool.read {
        try Journal.entries($0, after: 0, types: ["ratings-sealed"]).first?.decode(RatingBoxes.Sealed.self)
      }
      #expect(sealed.map { $0.count + $0.lost } == 6)
    } else {
      #expect(!(try await verify(centre)).isEmpty, "\(what)")
    }
  }

  @Test(
    "opened ratings: a change, a removal, an addition, a swap, a shift to another day is found",
    arguments: [
      (
        "level changed",
        "UPDATE rating SET reception = 5 WHERE key = (SELECT key FROM rating WHERE reception = 1 LIMIT 1)"
      ),
      (
        "second level changed",
        "UPDATE rating SET handling = 5 WHERE key = (SELECT key FROM rating WHERE handling = 1 LIMIT 1)"
      ),
      ("comment changed", "UPDATE rating SET comment = 'tốt' WHERE key = (SELECT min(key) FROM rating)"),
      ("reasons changed", "UPDATE rating SET reasons = 'wait' WHERE key = (SELECT min(key) FROM rating)"),
      ("removed", "DELETE FROM rating WHERE key = (SELECT min(key) FROM rating)"),
      ("all removed", "DELETE FROM rating"),
      (
        "added",
        "INSERT INTO rating SELECT zeroblob(16), batch, officer, reception, handling, reasons, comment FROM rating LIMIT 1"
      ),
      (
        "added in a batch of its own",
        "INSERT INTO rating SELECT zeroblob(16), 'x', officer, reception, handling, reasons, comment FROM rating LIMIT 1"
      ),
      ("key changed", "UPDATE rating SET key = randomblob(16) WHERE key = (SELECT min(key) FROM rating)"),
      ("officers swapped", "UPDATE rating SET officer = CASE officer WHEN 'cb01' THEN 'cb02' ELSE 'cb01' END"),
      ("batches swapped", "UPDATE rating SET batch = (SELECT id FROM ratingBatch WHERE id != rating.batch)"),
      ("batch moved to another day", "UPDATE ratingBatch SET closedDay = closedDay - 400"),
      ("levels of a batch changed", "UPDATE ratingBatch SET levels = replace(levels, '1', '2')"),
      ("batch given to another officer", "UPDATE ratingBatch SET officer = 'cb03' WHERE officer = 'cb01'"),
      ("batch opened again", "UPDATE ratingBatch SET closedDay = NULL"),
      ("batch removed, so that its ratings count nowhere", "DELETE FROM ratingBatch WHERE officer = 'cb01'"),
    ])
  func sealed(what: String, sql: String) async throws {
    let centre = try TestCentre()
    try await rated(centre, 7, at: 1)
    try await rated(centre, 8, at: 2)
    try await centre.close()
    #expect(try await verify(centre) == [])
    try centre.tamper(sql)
    #expect(!(try await verify(centre)).isEmpty, "\(what)")
  }
}
