@testable import CentreStore
import Crypto
import Foundation
import GRDB
import OneStop
import Testing

/// Plays somebody who, after closing, has everything but the dead keys: the file, its write-ahead log, a copy of both
/// taken during the day, the journal. The journal says which step was rated when, so linking a rating to a citizen means
/// finding the order in which the ratings came.
@Suite("the attacker")
struct AttackerTests {
  /// What was really given, in the order it was given, by batch. The attacker doesn't have it.
  typealias Truth = [String: [(step: Int, level: Int, mark: String)]]

  /// How much better than chance a guess is, in standard deviations.
  private struct Score {
    var hits = 0
    var expected = 0.0
    var variance = 0.0
    var total = 0
    var sigmas: Double { (Double(hits) - expected) / max(variance, 1e-9).squareRoot() }
  }

  /// Compares guessed levels, one for each step in order, with the truth. Under "no link" the guess is a random
  /// permutation of the batch's levels, whose mean and variance are known exactly.
  private func score(_ guesses: [String: [Int]], _ truth: Truth) -> Score {
    var score = Score()
    for (batch, given) in truth {
      guard let guess = guesses[batch], guess.count == given.count else { continue }
      let n = given.count
      score.total += n
      for (g, t) in zip(guess, given) where g == t.level { score.hits += 1 }
      let match = given.map { t in guess.map { $0 == t.level ? 1.0 : 0.0 } }
      let rows = match.map { $0.reduce(0, +) / Double(n) }
      let columns = (0..<n).map { j in match.reduce(0) { $0 + $1[j] } / Double(n) }
      let mean = rows.reduce(0, +) / Double(n)
      score.expected += mean * Double(n)
      for i in 0..<n {
        for j in 0..<n {
          let d = match[i][j] - rows[i] - columns[j] + mean
          score.variance += d * d / Double(n - 1)
        }
      }
    }
    return score
  }

  /// How much of the order of arrival an attack has found, in standard deviations: rank correlation, batch by batch.
  /// Sharper than counting levels, because a little order is seen long before it is enough to name a level. The test
  /// knows each row by a mark in its comment; the attacks don't look at it.
  private func order(_ cells: [RawPages.Cell], _ truth: Truth) -> Double {
    var sum = 0.0
    var batches = 0
    for (batch, given) in truth where given.count > 2 {
      var seen: Set<String> = []
      let found = cells.filter { $0.fields[1].text == batch }.compactMap { $0.fields[6].text }.filter {
        seen.insert($0).inserted
      }
      guard found.count == given.count else { continue }
      let place = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
      let n = Double(given.count)
      let distance = given.enumerated().reduce(0.0) { sum, entry in
        let off = Double(entry.offset - (place[entry.element.mark] ?? 0))
        return sum + off * off
      }
      sum += (1 - 6 * distance / (n * (n * n - 1))) * (n - 1).squareRoot()
      batches += 1
    }
    return batches == 0 ? 0 : sum / Double(batches).squareRoot()
  }

  /// Several days of ratings on a live file whose log is never emptied, with a copy taken while boxes are closed.
  private func days(_ centre: TestCentre, days: Int, each: Int) async throws -> (
    truth: Truth, copies: [[UInt8]], keys: [Data]
  ) {
    try await centre.database.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
    var chance = Chance(seed: 20_261_126)
    var truth: Truth = [:]
    var copies: [[UInt8]] = []
    var keys: [Data] = []
    for day in 0..<days {
      if day > 0 { try await centre.turn(to: TestCentre.day.adding(days: day)) }
      for i in 0..<each {
        for counter in 1...4 as ClosedRange<Int> {
          let step = try await centre.serve(at: Counter.ID(counter), code: "d\(day)-\(i)-\(counter)")
          let level = chance.whole(1...5)
          let mark = "lời \(day)-\(i)-\(counter)"
          try await centre.rate(step, Rating(reception: level, handling: 6 - level, comment: mark))
          let batch = try await centre.database.pool.read {
            try String.fetchOne($0, sql: "SELECT batch FROM ratingBox WHERE step = ?", arguments: [step.rawValue])!
          }
          truth[batch, default: []].append((step.rawValue, level, mark))
        }
      }
      for suffix in ["", "-wal"] { copies.append(try bytes(centre.database.path + suffix)) }
      for file in try FileManager.default.contentsOfDirectory(
        at: centre.ratings.folder, includingPropertiesForKeys: nil)
      {
        keys.append(try Data(contentsOf: file))
      }
      try await centre.close()
    }
    return (truth, copies, keys)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    FileManager.default.fileExists(atPath: path) ? [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) : []
  }

  /// Levels in an order the attacker believes in, by batch.
  private func guess(_ cells: [RawPages.Cell], batch: Int = 1, level: Int = 3, key: Int = 0) -> [String: [Int]] {
    var guesses: [String: [Int]] = [:]
    var seen: Set<RawPages.Field> = []
    for cell in cells where cell.fields.count > level && seen.insert(cell.fields[key]).inserted {
      guard let name = cell.fields[batch].text, let level = cell.fields[level].number else { continue }
      guesses[name, default: []].append(level)
    }
    return guesses
  }

  private func root(_ path: String, _ table: String) throws -> Int {
    try CentreDatabase.read(path) {
      try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table])!
    }
  }

  /// Every order in which the physical bytes can be read.
  private func attacks(file: [UInt8], wal: [UInt8], root: Int) -> [(name: String, cells: [RawPages.Cell])] {
    var raw = RawPages(file: file)
    var arrivals: [RawPages.Cell] = []
    var known: Set<RawPages.Field> = []
    for (page, bytes) in RawPages.frames(wal: wal) {
      raw.replace(page, bytes)
      // New in this frame, and within it the first that came lies last. Pages of other tables are told by their width.
      let new = RawPages.cells(bytes, number: page).filter { $0.fields.count == 7 && !known.contains($0.fields[0]) }
      known.formUnion(new.map { $0.fields[0] })
      arrivals += new.sorted { $0.offset > $1.offset }
    }
    let rows = raw.rows(root: root)
    // Of each batch, page by page: how far back in its page a row lies, whatever page that is.
    var depth: [RawPages.Cell: Double] = [:]
    for group in Dictionary(grouping: rows, by: { [$0.fields[1], .whole(Int64($0.page))] }).values {
      for (i, cell) in group.sorted(by: { $0.offset > $1.offset }).enumerated() {
        depth[cell] = (Double(i) + 0.5) / Double(group.count)
      }
    }
    return [
      ("place in the page, pages side by side", rows.sorted { depth[$0]! < depth[$1]! }),
      ("order of the keys", rows),
      ("place in the page, last bytes first", rows.sorted { ($0.page, -$0.offset) < ($1.page, -$1.offset) }),
      ("place in the page, first bytes first", rows.sorted { ($0.page, $0.offset) < ($1.page, $1.offset) }),
      ("place in the file, whatever the page", rows.sorted { $0.offset > $1.offset }),
      ("first appearance in the log", arrivals),
      ("first appearance in the log, backwards", arrivals.reversed()),
    ]
  }

  /// One short day, whose rows share one page that was never rebuilt, so that any order would be seen in full; and
  /// three long ones, with split pages.
  @Test(
    "after closing no reading of pages and log links a level to a step better than chance",
    arguments: [(1, 14), (3, 45)])
  func sealed(dayCount: Int, each: Int) async throws {
    let centre = try TestCentre()
    let (truth, copies, keys) = try await days(centre, days: dayCount, each: each)
    let given = 4 * dayCount * each
    #expect(truth.count == 4 * dayCount)
    let root = try root(centre.database.path, "rating")
    let live = (file: try bytes(centre.database.path), wal: try bytes(centre.database.path + "-wal"))
    // And once more at rest, when the log has gone into the file.
    try await centre.database.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    let rest = try bytes(centre.database.path)

    var tried = 0
    for (place, attacks) in [
      ("live", attacks(file: live.file, wal: live.wal, root: root)),
      ("at rest", attacks(file: rest, wal: [], root: root)),
    ] {
      for (name, cells) in attacks {
        let score = score(guess(cells), truth)
        if place == "at rest", name.contains("log") { continue }
        #expect(score.total == given, "\(place), \(name): the attack reads all ratings")
        // Five standard deviations: a false alarm once in three million runs of each attack.
        #expect(
          abs(score.sigmas) < 5, "\(place), \(name): \(score.hits) of \(score.total), chance is \(score.expected)")
        let order = order(cells, truth)
        #expect(abs(order) < 5, "\(place), \(name): the order of arrival shows, \(order) sigma")
        tried += 1
      }
    }
    #expect(tried == 12)

    // The daytime copies hold the boxes of steps by name. Matching their order against any order of the rows fails too.
    let boxes = try boxOrders(copies, truth)
    #expect(boxes.count == given, "the copies hold every box, with its step")
    let sorted = RawPages(file: rest).rows(root: root)
    for reversed in [false, true] {
      var guesses: [String: [Int]] = [:]
      for (batch, given) in truth {
        let rows = sorted.filter { $0.fields[1].text == batch }
        let byCipher = given.indices.sorted {
          boxes[given[$0].step]!.lexicographicallyPrecedes(boxes[given[$1].step]!) != reversed
        }
        var guess = Array(repeating: 0, count: given.count)
        for (row, step) in zip(rows, byCipher) { guess[step] = row.fields[3].number! }
        guesses[batch] = guess
      }
      #expect(abs(score(guesses, truth).sigmas) < 5)
    }

    // What would open the boxes is nowhere any more: not on disk, not in the file, the log or a copy.
    #expect(try FileManager.default.contentsOfDirectory(atPath: centre.ratings.folder.path) == [])
    #expect(keys.count == 4 * dayCount)
    for pile in copies + [live.file, live.wal, rest] {
      for key in keys { #expect(!pile.contains(sequence: [UInt8](key))) }
    }
    // Before the first closing no answer stands anywhere in the clear, and the inside of a box never does.
    for pile in copies.prefix(2) { #expect(!pile.contains(sequence: Array("lời ".utf8))) }
    #expect(rest.contains(sequence: Array("lời ".utf8)), "the search does find words where they are")
    for pile in copies + [live.file, live.wal, rest] { #expect(!pile.contains(sequence: Array(#""h":"#.utf8))) }
  }

  /// The sealed bytes of each step, as they stand in the copies.
  private func boxOrders(_ copies: [[UInt8]], _ truth: Truth) throws -> [Int: [UInt8]] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-copy-\(randomBytes(6).hexText)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var boxes: [Int: [UInt8]] = [:]
    for i in stride(from: 0, to: copies.count, by: 2) {
      let path = folder.appendingPathComponent("\(i).sqlite").path
      try Data(copies[i]).write(to: URL(fileURLWithPath: path))
      try Data(copies[i + 1]).write(to: URL(fileURLWithPath: path + "-wal"))
      let copy = try DatabaseQueue(path: path)
      for row in try copy.read({ try Row.fetchAll($0, sql: "SELECT step, sealed FROM ratingBox") }) {
        boxes[row[0]] = [UInt8](row[1] as Data)
      }
    }
    return boxes
  }

  @Test("the copy of the day is opened by whoever has the key: so it is the death of the key that protects it")
  func withKey() async throws {
    let centre = try TestCentre()
    let (truth, copies, keys) = try await days(centre, days: 1, each: 5)
    let boxes = try boxOrders(copies, truth)
    var opened = 0
    for (batch, given) in truth {
      for (step, level, _) in given {
        let box = Data(boxes[step]!)
        for key in keys {
          let secret = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key)
          var recipient = try HPKE.Recipient(
            privateKey: secret, ciphersuite: RatingBoxes.suite, info: Data(batch.utf8), encapsulatedKey: box.prefix(32))
          guard let plain = try? recipient.open(box.dropFirst(32), authenticating: Data("\(step)".utf8)) else {
            continue
          }
          #expect(String(decoding: plain, as: UTF8.self).contains(#""r":\#(level)"#))
          opened += 1
        }
      }
    }
    #expect(opened == 20)
  }

  /// What everybody would write first: a random key, no time, one row at each press.
  @Test("the same attack on rows written at the press finds the order: it can work", arguments: [true, false])
  func naive(live: Bool) async throws {
    let centre = try TestCentre()
    try await centre.database.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
      try db.execute(sql: Self.naiveTable)
    }
    var chance = Chance(seed: 5)
    var truth: Truth = [:]
    for step in 1...50 {
      let level = chance.whole(1...5)
      try await centre.database.pool.write { db in
        try db.execute(
          sql: "INSERT INTO naive VALUES (?, 'b', 'cb01', ?, ?, '', '')", arguments: [randomBytes(16), level, level])
      }
      truth["b", default: []].append((step, level, ""))
    }
    if !live { try await centre.database.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
    let attacks = attacks(
      file: try bytes(centre.database.path), wal: try bytes(centre.database.path + "-wal"),
      root: try root(centre.database.path, "naive"))
    let scores = Dictionary(uniqueKeysWithValues: attacks.map { ($0.name, score(guess($0.cells), truth)) })
    let best = try #require(scores.values.max { $0.sigmas < $1.sigmas })
    #expect(best.hits == 50, "every level is linked")
    #expect(best.sigmas > 8)
    if live { #expect(scores["first appearance in the log"]?.hits == 50) }
    #expect(scores["place in the page, last bytes first"]?.hits == 50)
    #expect(abs(scores["order of the keys"]!.sigmas) < 5, "the random key alone says nothing; the page does")
  }

  /// Sealed all day and opened in one transaction with random keys, but in the order of the boxes: nearly right.
  @Test("the same attack on boxes opened in the order of arrival finds that order")
  func unsorted() async throws {
    let centre = try TestCentre()
    try await centre.database.pool.writeWithoutTransaction { try $0.execute(sql: Self.naiveTable) }
    var truth: Truth = [:]
    for batch in 0..<4 {
      try await centre.database.pool.write { db in
        for i in 0..<14 {
          try db.execute(
            sql: "INSERT INTO naive VALUES (?, ?, 'cb01', 5, 5, '', ?)",
            arguments: [randomBytes(16), "batch-\(batch)", "lời \(batch)-\(i)"])
        }
      }
      truth["batch-\(batch)"] = (0..<14).map { ($0, 5, "lời \(batch)-\($0)") }
    }
    let attacks = attacks(
      file: try bytes(centre.database.path), wal: try bytes(centre.database.path + "-wal"),
      root: try root(centre.database.path, "naive"))
    let best = attacks.map { order($0.cells, truth) }.max() ?? 0
    #expect(best > 7, "the whole order")
  }

  private static let naiveTable = """
    CREATE TABLE naive (key BLOB PRIMARY KEY, batch TEXT NOT NULL, officer TEXT NOT NULL, reception INTEGER NOT NULL,
      handling INTEGER NOT NULL, reasons TEXT NOT NULL, comment TEXT NOT NULL) STRICT, WITHOUT ROWID
    """

  @Test("the closed rows say nothing but the answer: no time, no step, no number, no box left")
  func rows() async throws {
    let centre = try TestCentre()
    _ = try await days(centre, days: 1, each: 6)
    try await centre.database.pool.read { (db) throws in
      let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('rating') ORDER BY cid")
      #expect(columns == ["key", "batch", "officer", "reception", "handling", "reasons", "comment"])
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM ratingBox") == 0)
      for sealed in try Journal.entries(db, after: 0, types: ["ratings-sealed"]) {
        #expect(!String(decoding: sealed.payload, as: UTF8.self).contains("step"))
      }
    }
  }
}
