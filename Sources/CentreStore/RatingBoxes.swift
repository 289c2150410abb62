import Crypto
import Foundation
import GRDB
import Glibc
import OneStop

/// Sealed boxes: a rating is durable at the press, readable by nobody until closing, and then unlinkable to its visit.
///
/// At the press the answer is encrypted to the open batch's public key. The private key is a file outside the database.
/// At closing all boxes of an officer are opened, shuffled by random keys, written in key order, and the key file is
/// destroyed; the journal holds the hash of each box and a root over the rows. `docs/decisions/ratings.md` has the threat model.
public struct RatingBoxes: Sendable {
  /// Folder of the private keys, on the same machine but never in a backup.
  public let folder: URL

  static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
  /// Plaintext of every box; all boxes have the same length whatever was said.
  static let plainLength = 1024
  /// Fewer than this stay closed until a later day: in a group of two both can be guessed.
  public static let smallestGroup = 5

  public init(folder: URL) { self.folder = folder }

  /// Seals one answer in the running transaction. - Throws: a rejection, or an error of disk.
  public func seal(
    _ rating: Rating, step: Step.ID, in ledger: inout Ledger, _ hall: inout Hall, by actor: Actor
  ) throws {
    let found = try hall.ratable(step, at: ledger.now).step
    let officer = found.officer?.rawValue ?? ""
    let batch = try openBatch(of: officer, scale: rating.scale, day: hall.day, ledger.db)
    let plain = try Plain(rating).padded()
    var sender = try HPKE.Sender(
      recipientKey: try Curve25519.KeyAgreement.PublicKey(rawRepresentation: batch.publicKey), ciphersuite: Self.suite,
      info: Data(batch.id.utf8))
    let sealed = sender.encapsulatedKey + (try sender.seal(plain, authenticating: Data("\(step)".utf8)))
    try ledger.db.execute(
      sql: "INSERT INTO ratingBox (step, batch, sealed) VALUES (?, ?, ?)",
      arguments: [step.rawValue, batch.id, sealed])
    // The hash of the ciphertext only: five guesses would open a hash of the level.
    try ledger.append(
      "rated",
      HallJournal.Rated(
        step: step, officer: found.officer, batch: batch.id, box: sha256Text(sealed)),
      by: actor)
    hall.markRated(step)
    try ledger.db.execute(
      sql: "UPDATE step SET rated = 1 WHERE visit = ? AND id = ?",
      arguments: [hall.visit(step: step)?.id.rawValue, step.rawValue])
    // The last citizen's answer may come after closing; the stored figures say how many answered.
    if hall.closed {
      try FigureRows.store(DayFigures(of: hall.visits.values, settings: hall.settings), day: hall.day, in: ledger.db)
    }
  }

  private func openBatch(
    of officer: String, scale: Int, day: LocalDay, _ db: Database
  ) throws -> (id: String, publicKey: Data) {
    if let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT id, publicKey FROM ratingBatch WHERE officer = ? AND scale = ? AND closedDay IS NULL"),
      arguments: [officer, scale])
    {
      return (row[0], row[1])
    }
    let id = randomBytes(8).hexText
    let key = Curve25519.KeyAgreement.PrivateKey()
    try KeyFile.write(key.rawRepresentation, to: keyFile(id))
    try db.execute(
      sql: "INSERT INTO ratingBatch (id, officer, scale, publicKey, openedDay) VALUES (?, ?, ?, ?, ?)",
      arguments: [id, officer, scale, key.publicKey.rawRepresentation, day.number])
    return (id, key.publicKey.rawRepresentation)
  }

  private func keyFile(_ batch: String) -> URL { folder.appendingPathComponent("\(batch).key") }

  /// `ratings-sealed`: how many answers of a batch stand in the table, and the root that proves them untouched.
  public struct Sealed: Codable, Hashable, Sendable {
    public var batch: String
    public var officer: String
    public var count: Int
    public var root: String
    /// Boxes that could not be opened: the key was lost with a disk or a restore.
    public var lost: Int
    /// Absent: five levels. 3: of boxes of three buttons.
    public var scale: Int?
  }

  /// Opens and shuffles every batch that is large enough. Call `destroyOrphans` after the commit.
  /// - Returns: the batches whose key must now die.
  public func open(in ledger: inout Ledger, day: LocalDay) throws -> [String] {
    var done: [String] = []
    let batches = try Row.fetchAll(
      ledger.db,
      sql: """
        SELECT id, officer, scale, (SELECT count(*) FROM ratingBox WHERE batch = ratingBatch.id) AS boxes
        FROM ratingBatch WHERE closedDay IS NULL ORDER BY id
        """)
    for row in batches where row["boxes"] as Int >= Self.smallestGroup {
      let id: String = row["id"]
      let officer: String = row["officer"]
      let scale: Int = row["scale"]
      let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Data(contentsOf: keyFile(id)))
      var rows: [RatingRow] = []
      var lost = 0
      for box in try Row.fetchAll(
        ledger.db, sql: "SELECT step, sealed FROM ratingBox WHERE batch = ?", arguments: [id])
      {
        if let key, let plain = try? Self.unseal(box["sealed"], step: box["step"], batch: id, key),
          plain.s ?? 5 == scale
        {
          rows.append(RatingRow(key: randomBytes(16), plain))
        } else {
          lost += 1
        }
      }
      // Inserted in key order: the layout of the pages then says nothing about the order of arrival.
      rows.sort { $0.key.lexicographicallyPrecedes($1.key) }
      for rating in rows { try rating.insert(batch: id, officer: officer, ledger.db) }
      try ledger.db.execute(sql: "DELETE FROM ratingBox WHERE batch = ?", arguments: [id])
      let root = try Self.root(ledger.db, batch: id)
      try ledger.db.execute(
        sql: "UPDATE ratingBatch SET closedDay = ?, count = ?, root = ?, levels = ? WHERE id = ?",
        arguments: [
          day.number, rows.count, Data(root), try BatchLevels(ledger.db, batch: id, scale: scale).text, id,
        ])
      try ledger.append(
        "ratings-sealed",
        Sealed(
          batch: id, officer: officer, count: rows.count, root: root.hexText, lost: lost,
          scale: scale == 5 ? nil : scale), by: .system)
      done.append(id)
    }
    return done
  }

  /// Lets the keys die whose batch is closed or unknown: after a closing, and after a crash in between. The WAL need not
  /// be emptied first: what remains in it are boxes, and rows in the order of their keys.
  ///
  /// On the writer's queue, so never in the middle of an officer's first rating of a day, when the key is on the disk
  /// already and its batch is not yet in the file.
  public func destroyOrphans(_ database: CentreDatabase) async throws {
    try await database.pool.writeWithoutTransaction { try destroyOrphans(on: $0) }
  }

  /// The same, on the writer's queue already.
  /// - Parameter db: the writer, outside of a transaction.
  public func destroyOrphans(on db: Database) throws {
    let open = try Set(String.fetchAll(db, sql: "SELECT id FROM ratingBatch WHERE closedDay IS NULL"))
    for file in (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    where file.pathExtension == "key" && !open.contains(file.deletingPathExtension().lastPathComponent) {
      try KeyFile.destroy(file)
    }
  }

  private static func unseal(
    _ box: Data, step: Int, batch: String, _ key: Curve25519.KeyAgreement.PrivateKey
  ) throws -> Plain {
    var recipient = try HPKE.Recipient(
      privateKey: key, ciphersuite: suite, info: Data(batch.utf8), encapsulatedKey: box.prefix(32))
    let plain = try recipient.open(box.dropFirst(32), authenticating: Data("\(step)".utf8))
    return try JSONDecoder().decode(Plain.self, from: plain.prefix { $0 != 0 })
  }

  /// SHA-256 over the rows of a batch in key order, each field with its length.
  static func root(_ db: Database, batch: String) throws -> [UInt8] {
    var sha = SHA256()
    let rows = try Row.fetchCursor(
      db, sql: "SELECT key, officer, reception, handling, reasons, comment FROM rating WHERE batch = ? ORDER BY key",
      arguments: [batch])
    while let row = try rows.next() {
      let key: Data = row[0]
      for field in [key.hexText, row[1], "\(row[2] as Int)", "\(row[3] as Int)", row[4], row[5]] as [String] {
        sha.update(data: Data("\(field.utf8.count):\(field),".utf8))
      }
      sha.update(data: Data("\n".utf8))
    }
    return Array(sha.finalize())
  }

  /// Checks every box and every closed batch against the journal. Empty: nothing was changed, removed or added.
  public static func verify(_ db: Database) throws -> [String] {
    var faults: [String] = []
    var rated: [String: Int] = [:]
    var boxes: [Int: (batch: String, hash: String)] = [:]
    var officers: [String: String] = [:]
    var sealed: [String: Sealed] = [:]
    var sealedOn: [String: LocalDay] = [:]
    var day: LocalDay?
    for entry in try Journal.entries(db, after: 0, limit: .max, types: ["rated", "ratings-sealed", "day-began"]) {
      switch entry.type {
      case "rated":
        let event = try entry.decode(HallJournal.Rated.self)
        rated[event.batch, default: 0] += 1
        officers[event.batch] = event.officer?.rawValue ?? ""
        boxes[event.step.rawValue] = (event.batch, event.box)
      case "ratings-sealed":
        let event = try entry.decode(Sealed.self)
        sealed[event.batch] = event
        sealedOn[event.batch] = day
      default: day = try entry.decode(HallJournal.DayBegan.self).day
      }
    }
    faults += try batchFaults(db, officers: officers, sealed: sealed, sealedOn: sealedOn)
    for (batch, event) in sealed.sorted(by: { $0.key < $1.key }) {
      if event.count + event.lost != rated[batch] ?? 0 {
        faults.append("batch \(batch): \(event.count) ratings, but \(rated[batch] ?? 0) were given")
      }
      if try root(db, batch: batch).hexText != event.root {
        faults.append("batch \(batch): the ratings are not those that were sealed")
      }
    }
    let known = Set(sealed.keys)
    for batch in try String.fetchAll(db, sql: "SELECT DISTINCT batch FROM rating") where !known.contains(batch) {
      faults.append("batch \(batch): ratings that were never sealed")
    }
    for row in try Row.fetchAll(db, sql: "SELECT step, batch, sealed FROM ratingBox") {
      let step: Int = row["step"]
      let hash = sha256Text(row["sealed"] as Data)
      if let event = boxes[step], event.batch == row["batch"], event.hash == hash {
        boxes[step] = nil
      } else {
        faults.append("step \(step): the sealed rating is not the one that was given")
      }
    }
    for (step, event) in boxes.sorted(by: { $0.key < $1.key }) where !known.contains(event.batch) {
      faults.append("step \(step): the sealed rating is missing")
    }
    return faults
  }

  /// The list of batches decides to whom and to which day ratings count.
  private static func batchFaults(
    _ db: Database, officers: [String: String], sealed: [String: Sealed], sealedOn: [String: LocalDay]
  ) throws -> [String] {
    var faults: [String] = []
    var missing = Set(officers.keys)
    for row in try Row.fetchAll(
      db, sql: "SELECT id, officer, scale, closedDay, count, root, levels FROM ratingBatch ORDER BY id")
    {
      let id: String = row["id"]
      missing.remove(id)
      let event = sealed[id]
      let root = (row["root"] as Data?).map(\.hexText)
      if row["officer"] != officers[id] || (event.map { $0.officer != officers[id] } ?? false) {
        faults.append("batch \(id): is not under the officer who was rated")
      }
      let levels = try event.map { try BatchLevels(db, batch: id, scale: $0.scale ?? 5).text }
      if row["closedDay"] != sealedOn[id]?.number || row["count"] != event?.count || root != event?.root
        || row["levels"] != levels || (event.map { row["scale"] != $0.scale ?? 5 } ?? false)
      {
        faults.append("batch \(id): is not listed as it was sealed")
      }
    }
    return faults + missing.sorted().map { "batch \($0): is not listed any more" }
  }
}

/// What lies in a box.
private struct Plain: Codable {
  var r: Int
  var h: Int
  /// Absent: 5, as in every box sealed before boxes of three buttons.
  var s: Int?
  var w: [String]
  /// As bytes, which JSON writes in four thirds of their length whatever they are; as text, quotes and line ends of a
  /// long comment would not fit the box.
  var c: Data

  init(_ rating: Rating) {
    r = rating.reception
    h = rating.handling
    s = rating.scale == 5 ? nil : rating.scale
    w = rating.reasons
    c = Data(rating.comment.utf8)
  }

  func padded() throws -> Data {
    let json = try Ledger.encoder.encode(self)
    guard json.count <= RatingBoxes.plainLength else { throw QueueRejection.badValue }
    return json + Data(count: RatingBoxes.plainLength - json.count)
  }
}

private struct RatingRow {
  var key: Data
  var plain: Plain

  init(key: Data, _ plain: Plain) {
    self.key = key
    self.plain = plain
  }

  func insert(batch: String, officer: String, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO rating (key, batch, officer, reception, handling, reasons, comment) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        key, batch, officer, plain.r, plain.h, plain.w.sorted().joined(separator: ","),
        String(decoding: plain.c, as: UTF8.self),
      ])
  }
}

/// A private key on disk: there before the first box, and gone for good after the last.
enum KeyFile {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Writes with mode 0400 and makes file and folder durable; otherwise a power cut would leave boxes nobody can open.
  static func write(_ bytes: Data, to file: URL) throws {
    let folder = file.deletingLastPathComponent()
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let fd = Glibc.open(file.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o400)
    guard fd >= 0 else { throw Failure(description: "\(file.path): \(String(cString: strerror(errno)))") }
    defer { close(fd) }
    let written = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
    guard written == bytes.count, fsync(fd) == 0, sync(folder: folder) else {
      throw Failure(description: "\(file.path): \(String(cString: strerror(errno)))")
    }
  }

  /// Overwrites and removes. On flash the old block may survive for a while; where that matters the key belongs in a TPM.
  static func destroy(_ file: URL) throws {
    _ = chmod(file.path, 0o600)
    let fd = Glibc.open(file.path, O_WRONLY | O_CLOEXEC)
    if fd >= 0 {
      let noise = randomBytes(32)
      _ = noise.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
      fsync(fd)
      close(fd)
    }
    guard unlink(file.path) == 0 || errno == ENOENT else {
      throw Failure(description: "\(file.path): \(String(cString: strerror(errno)))")
    }
    _ = sync(folder: file.deletingLastPathComponent())
  }

  private static func sync(folder: URL) -> Bool {
    let fd = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    return fsync(fd) == 0
  }
}
