import CryptoExtras
import Foundation
import GRDB
import OneStop

/// Officers: names and PINs in an erasable table; the journal gets an id and a salted commitment.
public enum People {
  /// `officer-changed`: proves later which text belonged to an id, as long as the text and its salt are kept.
  struct OfficerChanged: Codable {
    var officer: Officer.ID
    var role: Role
    var active: Bool
    var commitment: String
  }

  public static func all(_ db: Database) throws -> [Officer] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM officer ORDER BY id")).map(officer)
  }

  private static func officer(_ row: Row) -> Officer {
    Officer(
      id: Officer.ID(row["id"]), name: row["name"], title: row["title"], boardTitle: row["boardTitle"],
      phone: row["phone"], role: Role(rawValue: row["role"]) ?? .officer, active: row["active"])
  }

  /// A PIN as it is kept, with a salt of its own. Making one takes about 60 ms on purpose: not in a transaction, where
  /// every counter would wait for it.
  public struct HashedPIN: Sendable {
    let salt, hash: Data
    public init(_ pin: String) throws {
      salt = randomBytes(16)
      hash = try People.hash(pin: pin, salt: salt)
    }
  }

  /// Adds or changes an officer while nobody else waits. `pin` nil keeps the one there is.
  public static func put(_ officer: Officer, pin: String?, in ledger: inout Ledger, by actor: Actor) throws {
    try put(officer, hashed: try pin.map { try HashedPIN($0) }, in: &ledger, by: actor)
  }

  /// Adds or changes an officer. `hashed` nil keeps the PIN there is.
  public static func put(_ officer: Officer, hashed: HashedPIN?, in ledger: inout Ledger, by actor: Actor) throws {
    let old = try Row.fetchOne(
      ledger.db, sql: "SELECT salt, pin FROM officer WHERE id = ?", arguments: [officer.id.rawValue])
    let salt: Data = hashed?.salt ?? old?["salt"] ?? randomBytes(16)
    let newPin: Data? = hashed?.hash ?? old?["pin"]
    try ledger.db.execute(
      sql: """
        INSERT OR REPLACE INTO officer (id, name, title, boardTitle, phone, role, active, salt, pin)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        officer.id.rawValue, officer.name, officer.title, officer.boardTitle, officer.phone, officer.role.rawValue,
        officer.active, salt, newPin,
      ])
    let text = [officer.name, officer.title, officer.boardTitle, officer.phone].joined(separator: "\n")
    let commitment = sha256Text(salt + Data(text.utf8))
    try ledger.append(
      "officer-changed",
      OfficerChanged(officer: officer.id, role: officer.role, active: officer.active, commitment: commitment), by: actor
    )
  }

  /// Whether the PIN is this officer's; also false for an unknown or inactive one. Takes about 60 ms on purpose.
  public static func check(pin: String, of id: Officer.ID, in db: Database) throws -> Officer? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM officer WHERE id = ?", arguments: [id.rawValue]),
      let stored: Data = row["pin"], row["active"] == true
    else { return nil }
    let given = try hash(pin: pin, salt: row["salt"])
    let same = stored.count == given.count && zip(stored, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    return same ? officer(row) : nil
  }

  /// scrypt: a stolen file of four-digit PINs should at least cost its thief something.
  private static func hash(pin: String, salt: Data) throws -> Data {
    try KDF.Scrypt.deriveKey(
      from: Data(pin.utf8), salt: salt, outputByteCount: 32, rounds: 16_384, blockSize: 8, parallelism: 1
    ).withUnsafeBytes { Data($0) }
  }
}
