import Foundation
import GRDB
import OneStop

/// The rows of dossiers: a view of the journal in which the schema itself forbids a code twice. A dossier is one row with
/// its value as JSON, and columns for what is searched by.
public enum DossierRows {
  public static func write(_ dossiers: some Sequence<Dossier>, in zone: ZoneOffset, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO dossier (id, code, formerCode, procedure, state, counter, receivedDay, dueDay, finishedDay, visit,
          moved, sameDayDay, value)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET code = excluded.code, formerCode = excluded.formerCode,
          procedure = excluded.procedure, state = excluded.state, counter = excluded.counter,
          receivedDay = excluded.receivedDay, dueDay = excluded.dueDay, finishedDay = excluded.finishedDay,
          visit = excluded.visit, moved = excluded.moved, sameDayDay = excluded.sameDayDay, value = excluded.value
        """)
    for dossier in dossiers {
      // What ended without a result is waited for by nobody.
      let ended = dossier.finishedAt ?? (dossier.state.isOver ? dossier.receivedAt : nil)
      try statement.execute(arguments: [
        dossier.id.rawValue, dossier.code.text, dossier.formerCode?.text, dossier.procedure.rawValue,
        dossier.state.rawValue, dossier.counter?.rawValue, LocalDay(dossier.receivedAt, in: zone).number,
        dossier.due?.day.number, ended.map { LocalDay($0, in: zone).number },
        dossier.visit?.rawValue, dossier.reappointments.count, dossier.sameDay?.day.number,
        String(decoding: try Ledger.encoder.encode(dossier), as: UTF8.self),
      ])
    }
  }

  /// As it stands, with what the provincial register says of it. Ids below 0 are of dossiers known from the register only.
  public static func dossier(_ id: Dossier.ID, _ db: Database) throws -> Dossier? {
    if id.rawValue < 0 {
      return try RegisterRows.entry(number: -id.rawValue, db).flatMap { Dossier(id: id, $0.entry) }
    }
    return try own(id, db).map { try with(register: $0, db) }
  }

  /// By the code it has, or had while it was provisional; also from the register.
  public static func dossier(code: DossierCode, _ db: Database) throws -> Dossier? {
    if let own = try own(code: code, db) { return try with(register: own, db) }
    return try RegisterRows.entry(code: code, db).flatMap { Dossier(id: Dossier.ID(-$0.number), $0.entry) }
  }

  /// What happened here, without the register: the view of the journal.
  public static func own(_ id: Dossier.ID, _ db: Database) throws -> Dossier? {
    try one("SELECT value FROM dossier WHERE id = ?", [id.rawValue], db)
  }
  public static func own(code: DossierCode, _ db: Database) throws -> Dossier? {
    try one("SELECT value FROM dossier WHERE code = ? OR formerCode = ?", [code.text, code.text], db)
  }

  private static func with(register own: Dossier, _ db: Database) throws -> Dossier {
    guard let row = try RegisterRows.entry(code: own.code, db) else { return own }
    var dossier = own
    dossier.take(row.entry)
    return dossier
  }

  /// All that happened here, without the register.
  public static func all(_ db: Database) throws -> [Dossier] {
    try many("SELECT value FROM dossier ORDER BY id", [], db)
  }

  /// Received in a period, here or by the register; one received here is of our day, whatever the register says.
  public static func received(from: LocalDay, to: LocalDay, _ db: Database) throws -> [Dossier] {
    try joined(
      "d.receivedDay BETWEEN ?1 AND ?2", "r.receivedDay BETWEEN ?1 AND ?2 AND d.id IS NULL", [from.number, to.number],
      db)
  }

  /// A number for each day of receipt that grows with every change of a dossier of that day: who has counted a day sees
  /// whether it is to be counted again. Kept by the database itself, so that no way of writing forgets it.
  static let days = """
    CREATE TABLE dossierDay (day INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;
    INSERT INTO dossierDay SELECT DISTINCT receivedDay, 1 FROM dossier;
    CREATE TRIGGER dossierDay_insert AFTER INSERT ON dossier BEGIN
      INSERT INTO dossierDay VALUES (new.receivedDay, 1) ON CONFLICT (day) DO UPDATE SET version = version + 1;
    END;
    CREATE TRIGGER dossierDay_update AFTER UPDATE ON dossier BEGIN
      INSERT INTO dossierDay VALUES (new.receivedDay, 1) ON CONFLICT (day) DO UPDATE SET version = version + 1;
      UPDATE dossierDay SET version = version + 1 WHERE day = old.receivedDay AND old.receivedDay <> new.receivedDay;
    END;
    CREATE TRIGGER dossierDay_delete AFTER DELETE ON dossier BEGIN
      UPDATE dossierDay SET version = version + 1 WHERE day = old.receivedDay;
    END;
    """

  /// When a dossier was refused, withdrawn, returned or annulled stood in the journal only.
  static let ends = """
    WITH moved AS (
      SELECT at, json_extract(CAST(payload AS TEXT), '$.dossier') AS id, json_extract(CAST(payload AS TEXT), '$.to') AS state
      FROM journal WHERE type = 'dossier-moved'
    ), ended AS (
      SELECT id, max(at) AS at FROM moved WHERE state IN ('refused', 'withdrawn', 'returned', 'annulled') GROUP BY id
    )
    UPDATE dossier SET value = json_set(value, '$.endedAt', ended.at) FROM ended WHERE ended.id = dossier.id;
    """

  public static func dayVersions(from: LocalDay, to: LocalDay, _ db: Database) throws -> [LocalDay: Int] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT day, version FROM dossierDay WHERE day BETWEEN ? AND ?", arguments: [from.number, to.number])
    return Dictionary(uniqueKeysWithValues: rows.map { (LocalDay(number: $0[0]), $0[1]) })
  }

  /// Those somebody may have to be warned of: unfinished and due by `last` or moved here, or finished late.
  public static func pressing(dueBy last: LocalDay, _ db: Database) throws -> [Dossier] {
    let near = try joined(
      "d.finishedDay IS NULL AND (d.dueDay <= ?1 OR d.moved > 0)", "r.finishedDay IS NULL AND r.dueDay <= ?1",
      [last.number], db)
    let late = try joined(
      "d.finishedDay > d.dueDay AND ?1 IS NOT NULL", "r.finishedDay > r.dueDay AND ?1 IS NOT NULL", [last.number], db)
    let seen = Set(near.map(\.id))
    return near + late.filter { !seen.contains($0.id) }
  }

  /// Dossiers of ours and of the register, each once; `ours` and `theirs` say which, about `d` and `r`.
  private static func joined(
    _ ours: String, _ theirs: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> [Dossier] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT d.id, d.value, r.value FROM dossier d LEFT JOIN registerNow r ON r.code = d.code WHERE \(ours)
        UNION ALL
        SELECT coalesce(d.id, -r.number), d.value, r.value FROM registerNow r LEFT JOIN dossier d ON d.code = r.code
          WHERE \(theirs) AND NOT coalesce(\(ours), FALSE)
        """, arguments: arguments)
    var dossiers: [Dossier] = []
    while let row = try rows.next() {
      let id = Dossier.ID(row[0])
      let entry = try (row[2] as String?).map(RegisterRows.decoded)
      if let own: String = row[1] {
        var dossier = try decoded(own)
        if let entry { dossier.take(entry) }
        dossiers.append(dossier)
      } else if let dossier = entry.flatMap({ Dossier(id: id, $0) }) {
        dossiers.append(dossier)
      }
    }
    return dossiers.sorted { $0.id < $1.id }
  }

  /// Of one visit, in the order of receipt; those entered by mistake are left out.
  public static func dossiers(of visit: Visit.ID, _ db: Database) throws -> [Dossier] {
    try many(
      "SELECT value FROM dossier WHERE visit = ? AND state <> 'annulled' ORDER BY id", [visit.rawValue], db)
  }

  /// Received here on a same-day day and of its list, with what the register says of them.
  public static func sameDay(on day: LocalDay, _ db: Database) throws -> [Dossier] {
    try sameDay(from: day, to: day, db)
  }

  public static func sameDay(from: LocalDay, to: LocalDay, _ db: Database) throws -> [Dossier] {
    try joined("d.sameDayDay BETWEEN ?1 AND ?2", "FALSE", [from.number, to.number], db)
  }

  /// Of those a counter received on the day, the ones without a result.
  public static func sameDayOpen(at counter: Counter.ID, on day: LocalDay, _ db: Database) throws -> [Dossier] {
    try joined(
      "d.sameDayDay = ?1 AND d.counter = ?2 AND d.finishedDay IS NULL", "FALSE", [day.number, counter.rawValue], db)
  }

  /// The days of a period on which something was promised for the same day.
  public static func promisedDays(from: LocalDay, to: LocalDay, _ db: Database) throws -> Set<LocalDay> {
    Set(
      try Int.fetchAll(
        db,
        sql: """
          SELECT DISTINCT sameDayDay FROM dossier
          WHERE sameDayDay BETWEEN ? AND ? AND state <> 'annulled'
          AND json_extract(value, '$.sameDay.promised') IS NOT NULL
          """, arguments: [from.number, to.number]
      ).map { LocalDay(number: $0) })
  }

  /// With a code of the centre's own that waits for the real one, the oldest first.
  public static func provisional(limit: Int, _ db: Database) throws -> [Dossier] {
    try many(
      "SELECT value FROM dossier WHERE code LIKE 'TAM-%' AND state <> 'annulled' ORDER BY id LIMIT ?", [limit], db)
  }

  static let waits = "state IN ('awaitingSupplement', 'awaitingPayment', 'stopped')"

  /// Received here, and the clock stands until somebody does something: the longest wait first.
  public static func waiting(limit: Int, _ db: Database) throws -> [Dossier] {
    let found = try joined("d.\(waits)", "FALSE", [], db).filter(\.state.isPaused)
    return Array(found.sorted { ($0.waitingSince, $0.id) < ($1.waitingSince, $1.id) }.prefix(limit))
  }

  /// Whose date was moved more than once, here, in the register or once in each: the latest received first.
  public static func movedTwice(limit: Int, _ db: Database) throws -> [Dossier] {
    // A later date in the register alone is a move as well, so those moved once here are looked at, whatever it says.
    let moved = try joined("d.moved > 0", "json_array_length(r.value, '$.moves') > 0", [], db)
    return Array(moved.filter(\.movedTwice).sorted { $0.receivedAt > $1.receivedAt }.prefix(limit))
  }

  /// Open, with a date in or after a year: candidates for settling once the year's list is there.
  public static func openDue(from day: LocalDay, _ db: Database) throws -> [Dossier] {
    try many("SELECT value FROM dossier WHERE finishedDay IS NULL AND dueDay >= ? ORDER BY id", [day.number], db)
  }

  /// The procedures received most at a counter since a day.
  public static func commonest(
    at counter: Counter.ID, since day: LocalDay, limit: Int, _ db: Database
  ) throws -> [Procedure.ID] {
    try String.fetchAll(
      db,
      sql: """
        SELECT procedure FROM dossier WHERE receivedDay >= ? AND counter = ? AND state <> 'annulled'
        GROUP BY procedure ORDER BY count(*) DESC, procedure LIMIT ?
        """, arguments: [day.number, counter.rawValue, limit]
    ).map { Procedure.ID($0) }
  }

  public static func lastID(_ db: Database) throws -> Dossier.ID {
    Dossier.ID(try Int.fetchOne(db, sql: "SELECT max(id) FROM dossier") ?? 0)
  }

  /// How many provisional codes of a day are in use: the highest number among them.
  public static func provisional(prefix: String, _ db: Database) throws -> Int {
    // Codes keep their length within a day (four digits), so the greatest text is the highest number up to 9,999.
    let last = try String.fetchOne(
      db,
      sql: """
        SELECT max(code) FROM (
          SELECT code FROM dossier WHERE code >= ?1 AND code < ?1 || 'A'
          UNION ALL SELECT formerCode FROM dossier WHERE formerCode >= ?1 AND formerCode < ?1 || 'A')
        """, arguments: [prefix])
    return last.flatMap { Int($0.dropFirst(prefix.count)) } ?? 0
  }

  private static func one(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> Dossier? {
    try String.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).map(decoded)
  }
  private static func many(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [Dossier] {
    try String.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map(decoded)
  }
  private static func decoded(_ text: String) throws -> Dossier {
    try JSONDecoder().decode(Dossier.self, from: Data(text.utf8))
  }
}

extension JournalEntry {
  /// The event of a dossier, nil where it is one of another part.
  public func dossierEvent() throws -> DossierEvent? {
    let decoder = JSONDecoder()
    return try DossierEvent(type: type, decode: .init { try decoder.decode($0, from: payload) })
  }
}
