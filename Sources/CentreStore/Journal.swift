import Crypto
import Foundation
import GRDB
import OneStop

/// One event of the journal as it stands in the file.
public struct JournalEntry: Sendable, Hashable {
  public var seq: Int64
  public var epoch: Int
  public var type: String
  public var version: Int
  public var at: Instant
  /// `seq` of the first event of the same command.
  public var cause: Int64
  public var actor: Actor
  /// JSON exactly as hashed.
  public var payload: Data
  public var hash: Data

  public init(_ row: Row) {
    seq = row["seq"]
    epoch = row["epoch"]
    type = row["type"]
    version = row["version"]
    at = Instant(milliseconds: row["at"])
    cause = row["cause"]
    actor = Actor(row["actor"], Role(rawValue: row["role"]) ?? .system, terminal: row["terminal"])
    payload = row["payload"]
    hash = row["hash"]
  }

  public func decode<T: Decodable>(_ type: T.Type) throws -> T { try JSONDecoder().decode(type, from: payload) }

  /// The event of the queue, nil where it is one of another part.
  public func queueEvent() throws -> QueueEvent? {
    let decoder = JSONDecoder()
    return try QueueEvent(type: type, decode: .init { try decoder.decode($0, from: payload) })
  }
}

/// The append-only, hash-chained record of everything that happened.
public enum Journal {
  /// Hash that stands before the first event.
  public static let genesis = Data(count: 32)

  public struct Head: Sendable, Hashable {
    public var seq: Int64
    public var at: Instant
    public var hash: Data
  }

  public static func head(_ db: Database) throws -> Head {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1")
    ).map { Head(seq: $0[0], at: Instant(milliseconds: $0[1]), hash: $0[2]) }
      ?? Head(seq: 0, at: Instant(milliseconds: 0), hash: genesis)
  }

  /// SHA-256 over the hash before and every field with its length, so that no two events read alike.
  static func hash(
    after previous: Data, centre: String, seq: Int64, epoch: Int, type: String, version: Int, at: Instant,
    cause: Int64, actor: Actor, payload: Data
  ) -> Data {
    hash(
      after: previous, centre: centre, seq: seq, epoch: epoch, type: type, version: version, at: at.milliseconds,
      cause: cause, actor: actor.name, role: actor.role.rawValue, terminal: actor.terminal, payload: payload)
  }

  static func hash(
    after previous: Data, centre: String, seq: Int64, epoch: Int, type: String, version: Int, at: Int64,
    cause: Int64, actor: String, role: String, terminal: String, payload: Data
  ) -> Data {
    var sha = SHA256()
    sha.update(data: previous)
    var head = ""
    for field in [
      centre, String(seq), String(epoch), type, String(version), String(at), String(cause), actor, role, terminal,
    ] { head += "\(field.utf8.count):\(field)," }
    head += "\(payload.count):"
    sha.update(data: Data(head.utf8))
    sha.update(data: payload)
    return Data(sha.finalize())
  }

  public static func entries(
    _ db: Database, after seq: Int64, limit: Int = 500, types: [String]? = nil
  ) throws -> [JournalEntry] {
    if let types {
      let list = types.map { "'\($0)'" }.joined(separator: ",")
      return try Row.fetchAll(
        db, sql: "SELECT * FROM journal WHERE seq > ? AND type IN (\(list)) ORDER BY seq LIMIT ?",
        arguments: [seq, limit]
      ).map(JournalEntry.init)
    }
    return try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"), arguments: [seq, limit]
    ).map(JournalEntry.init)
  }

  public struct Verdict: Sendable, Hashable {
    public var events: Int
    public var head: Data
    /// What is wrong, event by event; empty: the chain is good.
    public var faults: [String]
  }

  /// Recomputes the whole chain. A changed, missing or added event breaks it at that place.
  public static func verify(_ db: Database) throws -> Verdict {
    let centre = try Meta.value(db, "centre") ?? ""
    var previous = genesis
    var expected: Int64 = 1
    var lastAt = Instant(milliseconds: .min)
    var verdict = Verdict(events: 0, head: genesis, faults: [])
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY seq")
    while let row = try rows.next() {
      let entry = JournalEntry(row)
      if entry.seq != expected { verdict.faults.append("event \(expected) is missing (next is \(entry.seq))") }
      let good = hash(
        after: previous, centre: centre, seq: entry.seq, epoch: entry.epoch, type: entry.type,
        version: entry.version, at: entry.at, cause: entry.cause, actor: entry.actor, payload: entry.payload)
      // An unknown role is read as `system`; what was hashed is the word.
      if good != entry.hash || row["role"] != entry.actor.role.rawValue {
        verdict.faults.append("event \(entry.seq) (\(entry.type)) does not match its hash")
      }
      if entry.at < lastAt { verdict.faults.append("event \(entry.seq) is dated before event \(entry.seq - 1)") }
      previous = entry.hash
      lastAt = entry.at
      expected = entry.seq + 1
      verdict.events += 1
    }
    verdict.head = previous
    return verdict
  }
}

/// Small facts about the file itself.
public enum Meta {
  public static func value(_ db: Database, _ name: String) throws -> String? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"), arguments: [name])
  }

  public static func set(_ db: Database, _ name: String, _ value: String) throws {
    try db.execute(sql: "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", arguments: [name, value])
  }
}
