import Crypto
import Foundation
import GRDB
import OneStop

/// The same key gets the same answer and acts once, for a day.
public enum Idempotency {
  public struct Answer: Sendable, Hashable {
    public var status: Int
    public var body: Data
    public init(status: Int, body: Data) {
      self.status = status
      self.body = body
    }
  }

  /// The key was used before with another request.
  public struct Reused: Error {}

  public static func answer(_ key: String, request: Data, _ db: Database) throws -> Answer? {
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT request, status, body FROM idempotency WHERE key = ?"), arguments: [key])
    else { return nil }
    guard row[0] as Data == request else { throw Reused() }
    return Answer(status: row[1], body: row[2])
  }

  public static func keep(_ answer: Answer, key: String, request: Data, at: Instant, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO idempotency (key, request, status, body, at) VALUES (?, ?, ?, ?, ?)")
      .execute(arguments: [key, request, answer.status, answer.body, at.milliseconds])
  }

  public static func forget(before: Instant, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM idempotency WHERE at < ?", arguments: [before.milliseconds])
  }

  public static func fingerprint(_ route: String, _ body: Data) -> Data {
    var sha = SHA256()
    sha.update(data: Data("\(route)\n".utf8))
    sha.update(data: body)
    return Data(sha.finalize())
  }
}
