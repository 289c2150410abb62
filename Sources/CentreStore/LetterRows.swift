import GRDB
import OneStop

/// The register of letters: a view of the journal's `letter-numbered`. The schema forbids a number twice, and a second
/// letter of a kind for one dossier where it isn't an apology.
public enum LetterRows {
  static let schema = """
    CREATE TABLE letter (
      year INTEGER NOT NULL,
      number INTEGER NOT NULL CHECK (number > 0),
      kind TEXT NOT NULL,
      dossier INTEGER,
      code TEXT,
      officer TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (year, number)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX letter_once ON letter (code, kind) WHERE code IS NOT NULL AND kind <> 'apology';
    CREATE INDEX letter_dossier ON letter (dossier) WHERE dossier IS NOT NULL;
    """

  public static let type = "letter-numbered"

  /// A line of the register.
  public struct Line: Hashable, Sendable {
    public var letter: Letter
    public var officer: String
    public var at: Instant
  }

  /// The number the next letter of a year gets.
  public static func next(in year: Int, _ db: Database) throws -> Int {
    (try Int.fetchOne(db, sql: "SELECT max(number) FROM letter WHERE year = ?", arguments: [year]) ?? 0) + 1
  }

  /// Journals a letter and writes it down.
  public static func add(_ letter: Letter, in ledger: inout Ledger, by actor: Actor) throws {
    try ledger.append(type, letter, by: actor)
    try write(letter, by: actor.name, at: ledger.now, ledger.db)
  }

  static func write(_ letter: Letter, by name: String, at moment: Instant, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO letter (year, number, kind, dossier, code, officer, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        letter.year, letter.number, letter.kind.rawValue, letter.dossier?.rawValue, letter.code?.text, name,
        moment.milliseconds,
      ])
  }

  public static func letter(_ year: Int, _ number: Int, _ db: Database) throws -> Line? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM letter WHERE year = ? AND number = ?", arguments: [year, number]
    ).map(line)
  }

  /// The latest of a kind for a dossier, by its number or one of its codes.
  public static func latest(_ kind: Letter.Kind, for dossier: Dossier, _ db: Database) throws -> Line? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT * FROM letter WHERE kind = ?1 AND (dossier = ?2 OR code IN (?3, ?4)) ORDER BY at DESC, number DESC LIMIT 1
        """,
      arguments: [
        kind.rawValue, dossier.id.rawValue, dossier.code.text, dossier.formerCode?.text ?? dossier.code.text,
      ]
    ).map(line)
  }

  /// The register of a year, latest first.
  public static func all(of year: Int, _ db: Database) throws -> [Line] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM letter WHERE year = ? ORDER BY number DESC", arguments: [year]
    ).map(line)
  }

  /// What in the rows is not what the journal says, and numbers that are missing in a year; empty: all is well.
  public static func differences(_ db: Database) throws -> [String] {
    var faults: [String] = []
    var told: [Int: [Line]] = [:]
    for entry in try Journal.entries(db, after: 0, limit: .max, types: [type]) {
      let letter = try entry.decode(Letter.self)
      told[letter.year, default: []].append(Line(letter: letter, officer: entry.actor.name, at: entry.at))
    }
    let kept = try Int.fetchAll(db, sql: "SELECT DISTINCT year FROM letter")
    for year in Set(kept).union(told.keys).sorted() {
      let lines = told[year, default: []]
      if try all(of: year, db) != lines.reversed() { faults.append("letters of \(year) are not those of the journal") }
      if lines.map(\.letter.number) != Array(1...max(1, lines.count)) {
        faults.append("letters of \(year) are not numbered without gaps")
      }
    }
    return faults
  }

  private static func line(_ row: Row) -> Line {
    Line(
      letter: Letter(
        year: row["year"], number: row["number"], kind: Letter.Kind(rawValue: row["kind"]) ?? .thanks,
        dossier: (row["dossier"] as Int?).map { Dossier.ID($0) },
        code: (row["code"] as String?).flatMap { DossierCode($0) }),
      officer: row["officer"], at: Instant(milliseconds: row["at"]))
  }
}
