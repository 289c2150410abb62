import Foundation
import GRDB
import OneStop

/// Who is visited, and where. Nowhere else in the database, and gone when its time is over.
public struct HomePerson: Codable, Hashable, Sendable {
  public var name: String
  public var phone: String
  public var address: String
  /// What one has to know to get there.
  public var note: String
  /// Of the dossier that began at home or is brought there. It leads to the person, so it goes with the address.
  public var code: DossierCode?

  /// Most characters of each.
  public static let longest = (name: 80, phone: 30, address: 200, note: 200)

  public init(name: String, phone: String = "", address: String, note: String = "", code: DossierCode? = nil) {
    self.name = name
    self.phone = phone
    self.address = address
    self.note = note
    self.code = code
  }
}

/// Visits at home: a view of the journal; and, apart from it, the people.
public enum HomeVisitRows {
  static let schema = """
    CREATE TABLE homeVisit (
      id INTEGER PRIMARY KEY,
      askedAt INTEGER NOT NULL,
      endedAt INTEGER,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT;
    CREATE INDEX homeVisit_open ON homeVisit (id) WHERE endedAt IS NULL;
    CREATE INDEX homeVisit_asked ON homeVisit (askedAt);
    CREATE INDEX homeVisit_ended ON homeVisit (endedAt) WHERE endedAt IS NOT NULL;

    -- Erasable, and erased by the calendar: the only place that knows who a visit was to.
    CREATE TABLE homePerson (
      visit INTEGER PRIMARY KEY REFERENCES homeVisit (id),
      name TEXT NOT NULL,
      phone TEXT NOT NULL,
      address TEXT NOT NULL,
      note TEXT NOT NULL,
      code TEXT
    ) STRICT;
    """

  /// `home-persons-deleted`: proves that it was done.
  public struct Deleted: Codable, Hashable, Sendable {
    public var visits: [HomeVisit.ID]
  }
  public static let deletedType = "home-persons-deleted"
  /// The word of their paper among those of office printers.
  public static let paper = "home-visit"

  // MARK: Visits

  public static func write(_ visits: [HomeVisit], _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO homeVisit (id, askedAt, endedAt, value) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET endedAt = excluded.endedAt, value = excluded.value
        """)
    for visit in visits {
      try statement.execute(arguments: [
        visit.id.rawValue, visit.askedAt.milliseconds, visit.endedAt?.milliseconds,
        String(decoding: try Ledger.encoder.encode(visit), as: UTF8.self),
      ])
    }
  }

  public static func visit(_ id: HomeVisit.ID, _ db: Database) throws -> HomeVisit? {
    try many("id = ?", [id.rawValue], db).first
  }
  public static func open(_ db: Database) throws -> [HomeVisit] { try many("endedAt IS NULL", [], db) }
  public static func ended(since moment: Instant, _ db: Database) throws -> [HomeVisit] {
    try many("endedAt >= ?", [moment.milliseconds], db)
  }
  /// Asked for from `first`, before `last`.
  public static func asked(from first: Instant, before last: Instant, _ db: Database) throws -> [HomeVisit] {
    try many("askedAt >= ? AND askedAt < ?", [first.milliseconds, last.milliseconds], db)
  }
  public static func lastID(_ db: Database) throws -> HomeVisit.ID {
    HomeVisit.ID(try Int.fetchOne(db, sql: "SELECT max(id) FROM homeVisit") ?? 0)
  }

  private static func many(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [HomeVisit] {
    try String.fetchAll(db, sql: "SELECT value FROM homeVisit WHERE \(sql) ORDER BY id", arguments: arguments).map {
      try JSONDecoder().decode(HomeVisit.self, from: Data($0.utf8))
    }
  }

  // MARK: People

  public static func put(_ person: HomePerson, of visit: HomeVisit.ID, _ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO homePerson (visit, name, phone, address, note, code) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [visit.rawValue, person.name, person.phone, person.address, person.note, person.code?.text])
  }

  /// nil: nobody knows any more.
  public static func person(of visit: HomeVisit.ID, _ db: Database) throws -> HomePerson? {
    try Row.fetchOne(db, sql: "SELECT * FROM homePerson WHERE visit = ?", arguments: [visit.rawValue]).map { row in
      HomePerson(
        name: row["name"], phone: row["phone"], address: row["address"], note: row["note"],
        code: (row["code"] as String?).flatMap { DossierCode($0) })
    }
  }

  /// Ended, and still known who it was to.
  public static func known(_ db: Database) throws -> [HomeVisit] {
    try many("endedAt IS NOT NULL AND id IN (SELECT visit FROM homePerson)", [], db)
  }

  /// Deletes the people of these visits and writes down that it was done.
  public static func forget(_ visits: [HomeVisit.ID], in ledger: inout Ledger, by actor: Actor) throws {
    guard !visits.isEmpty else { return }
    for visit in visits {
      try ledger.db.execute(sql: "DELETE FROM homePerson WHERE visit = ?", arguments: [visit.rawValue])
      try takeBackPapers(of: visit, in: &ledger, by: actor)
    }
    try ledger.append(deletedType, Deleted(visits: visits), by: actor)
  }

  /// A slip that still waits for a printer has the address on it, and nobody will go there any more.
  public static func takeBackPapers(of visit: HomeVisit.ID, in ledger: inout Ledger, by actor: Actor) throws {
    let jobs = try OfficeJobs.open(ledger.db, document: paper).filter {
      try JSONDecoder().decode(Paper.self, from: $0.request).visit == visit
    }
    for job in jobs { try OfficeJobs.discard(job, in: &ledger, by: actor) }
  }
  private struct Paper: Decodable { var visit: HomeVisit.ID }

  // MARK: Against the journal

  /// The visits as the events tell them.
  public static func told(_ db: Database) throws -> HomeVisits {
    var told = HomeVisits()
    let decoder = JSONDecoder()
    for entry in try Journal.entries(db, after: 0, limit: .max, types: HomeVisitEvent.types) {
      if let event = try HomeVisitEvent(
        type: entry.type, decode: .init { try decoder.decode($0, from: entry.payload) })
      {
        told.apply(event, by: entry.actor.name, at: entry.at)
      }
    }
    return told
  }

  /// What in the rows is not what the journal says; empty: they agree.
  public static func differences(_ db: Database) throws -> [String] {
    let told = try told(db).visits
    let rows = try many("TRUE", [], db)
    var faults: [String] = []
    if rows.count != told.count {
      faults.append("\(rows.count) home visits in the table, \(told.count) in the journal")
    }
    for row in rows where told[row.id] != row { faults.append("home visit \(row.id) is not what the journal says") }
    return faults
  }
}
