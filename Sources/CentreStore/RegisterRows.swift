import Crypto
import Foundation
import GRDB
import OneStop

/// Rows of the provincial register. An import's rows are written piece by piece and are seen by nobody until the import is
/// `done`, which is one small row and one event in one transaction: all of it or nothing. The event holds the digest of
/// the rows, so that they can't be changed afterwards without being noticed.
public enum RegisterRows {
  public enum State: String, Codable, Sendable { case staging, staged, applying, done, discarded }

  static let schema = """
    CREATE TABLE registerImport (
      id INTEGER PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('staging', 'staged', 'applying', 'done', 'discarded')),
      report TEXT NOT NULL CHECK (json_valid(report))
    ) STRICT;
    CREATE TABLE registerRow (
      id INTEGER PRIMARY KEY,
      import INTEGER NOT NULL REFERENCES registerImport (id),
      code TEXT NOT NULL,
      -- Stays the same through all versions of a dossier: the id of the first.
      number INTEGER NOT NULL,
      -- The import whose row took its place. It counts once that import is done.
      replacedBy INTEGER,
      receivedDay INTEGER,
      dueDay INTEGER,
      finishedDay INTEGER,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT;
    CREATE UNIQUE INDEX registerRow_code ON registerRow (code, import);
    CREATE INDEX registerRow_number ON registerRow (number);
    CREATE INDEX registerRow_import ON registerRow (import, id);
    CREATE INDEX registerRow_received ON registerRow (receivedDay);
    CREATE INDEX registerRow_due ON registerRow (dueDay) WHERE finishedDay IS NULL;
    CREATE INDEX registerRow_late ON registerRow (id) WHERE finishedDay > dueDay;
    CREATE VIEW registerNow AS SELECT r.* FROM registerRow r
      WHERE EXISTS (SELECT 1 FROM registerImport i WHERE i.id = r.import AND i.state = 'done')
        AND NOT EXISTS (SELECT 1 FROM registerImport i WHERE i.id = r.replacedBy AND i.state = 'done');
    CREATE TABLE registerReject (
      import INTEGER NOT NULL REFERENCES registerImport (id),
      file TEXT NOT NULL,
      row INTEGER NOT NULL,
      col TEXT NOT NULL,
      code TEXT NOT NULL,
      value TEXT NOT NULL,
      reason TEXT NOT NULL,
      reasonEn TEXT NOT NULL
    ) STRICT;
    CREATE INDEX registerReject_import ON registerReject (import);
    """

  // MARK: Reading what is visible

  public struct Row: Sendable {
    public var id: Int
    public var number: Int
    public var entry: RegisterEntry
  }

  public static func entry(code: DossierCode, _ db: Database) throws -> Row? {
    try row("SELECT id, number, value FROM registerNow WHERE code = ?", [code.text], db)
  }
  public static func entry(number: Int, _ db: Database) throws -> Row? {
    try row("SELECT id, number, value FROM registerNow WHERE number = ?", [number], db)
  }

  private static func row(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> Row? {
    guard let row = try GRDB.Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) else { return nil }
    return Row(id: row[0], number: row[1], entry: try decoded(row[2]))
  }

  static func decoded(_ text: String) throws -> RegisterEntry {
    try JSONDecoder().decode(RegisterEntry.self, from: Data(text.utf8))
  }

  // MARK: Imports

  public static func begin(report: String, _ db: Database) throws -> Int {
    try db.execute(sql: "INSERT INTO registerImport (state, report) VALUES ('staging', ?)", arguments: [report])
    return Int(db.lastInsertedRowID)
  }

  public static func set(_ id: Int, _ state: State, report: String? = nil, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE registerImport SET state = ?, report = coalesce(?, report) WHERE id = ?",
      arguments: [state.rawValue, report, id])
  }

  public static func state(_ id: Int, _ db: Database) throws -> (state: State, report: String)? {
    try GRDB.Row.fetchOne(db, sql: "SELECT state, report FROM registerImport WHERE id = ?", arguments: [id])
      .flatMap { row in State(rawValue: row[0]).map { ($0, row[1]) } }
  }

  public static func imports(limit: Int, _ db: Database) throws -> [(id: Int, state: State, report: String)] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT id, state, report FROM registerImport ORDER BY id DESC LIMIT ?", arguments: [limit]
    ).compactMap { row in State(rawValue: row[1]).map { (row[0], $0, row[2]) } }
  }

  /// Imports that a stop or a power cut left between the beginning and the end.
  public static func unfinished(_ db: Database) throws -> [Int] {
    try Int.fetchAll(db, sql: "SELECT id FROM registerImport WHERE state IN ('staging', 'staged', 'applying')")
  }

  // MARK: Staging and applying, a slice at a time

  public static func stage(
    _ entries: ArraySlice<RegisterEntry>, of id: Int, in zone: ZoneOffset, _ db: Database
  ) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO registerRow (import, code, number, receivedDay, dueDay, finishedDay, value)
        VALUES (?, ?, 0, ?, ?, ?, ?)
        """)
    for entry in entries {
      let days = days(entry, zone)
      try insert.execute(arguments: [
        id, entry.code.text, days.received, days.due, days.finished,
        String(decoding: try Ledger.encoder.encode(entry), as: UTF8.self),
      ])
    }
  }

  static func days(
    _ entry: RegisterEntry, _ zone: ZoneOffset
  ) -> (received: Int?, due: Int?, finished: Int?) {
    // As with our own rows: what ended without a result is waited for by nobody.
    let over = entry.standing.isOver || entry.standing == .finished
    let ended = entry.finishedAt ?? (over ? entry.handedOverAt ?? entry.receivedAt : nil)
    return (
      entry.receivedAt.map { LocalDay($0, in: zone).number }, entry.due?.day.number,
      ended.map { LocalDay($0, in: zone).number }
    )
  }

  public struct Slice: Sendable {
    public var added = 0, changed = 0, unchanged = 0
    /// Dossiers of ours that get the province's date instead of the one counted here.
    public var datesReplaced = 0
    /// What would change, of the first dossiers that change.
    public var changes: [RegisterChange] = []
    /// The last row looked at; nil: there was none left.
    public var last: Int?
    public init() {}
  }

  /// Joins staged rows with what is visible: what says nothing new is dropped, what changes a row takes its place. Nobody
  /// sees any of it yet.
  public static func join(
    _ id: Int, after: Int, limit: Int, at moment: Instant, digest: inout RegisterDigest, in zone: ZoneOffset,
    _ db: Database
  ) throws -> Slice {
    var slice = Slice()
    let rows = try GRDB.Row.fetchAll(
      db.cachedStatement(sql: "SELECT id, value FROM registerRow WHERE import = ? AND id > ? ORDER BY id LIMIT ?"),
      arguments: [id, after, limit])
    let drop = try db.cachedStatement(sql: "DELETE FROM registerRow WHERE id = ?")
    let put = try db.cachedStatement(
      sql: """
        UPDATE registerRow SET number = ?, receivedDay = ?, dueDay = ?, finishedDay = ?, value = ? WHERE id = ?
        """)
    let replace = try db.cachedStatement(sql: "UPDATE registerRow SET replacedBy = ? WHERE id = ?")
    for row in rows {
      let (rowID, text): (Int, String) = (row[0], row[1])
      let entry = try decoded(text)
      slice.last = rowID
      var value = entry
      var number = rowID
      if let old = try Self.entry(code: entry.code, db) {
        value = old.entry.updated(by: entry, at: moment)
        if value == old.entry {
          try drop.execute(arguments: [rowID])
          slice.unchanged += 1
          continue
        }
        number = old.number
        try replace.execute(arguments: [id, old.id])
        slice.changed += 1
      } else {
        slice.added += 1
      }
      let written = String(decoding: try Ledger.encoder.encode(value), as: UTF8.self)
      let days = days(value, zone)
      try put.execute(arguments: [number, days.received, days.due, days.finished, written, rowID])
      digest.add(written)
    }
    return slice
  }

  /// What joining would do, without doing it.
  public static func preview(
    _ id: Int, after: Int, limit: Int, at moment: Instant, changes most: Int, in zone: ZoneOffset, _ db: Database
  ) throws -> Slice {
    var slice = Slice()
    let rows = try GRDB.Row.fetchAll(
      db.cachedStatement(sql: "SELECT id, value FROM registerRow WHERE import = ? AND id > ? ORDER BY id LIMIT ?"),
      arguments: [id, after, limit])
    for row in rows {
      let entry = try decoded(row[1])
      slice.last = row[0]
      if entry.dueFrom == .province, try DossierRows.own(code: entry.code, db)?.dueReplacement(by: entry) != nil {
        slice.datesReplaced += 1
      }
      guard let old = try Self.entry(code: entry.code, db) else {
        slice.added += 1
        continue
      }
      let new = old.entry.updated(by: entry, at: moment)
      if new == old.entry {
        slice.unchanged += 1
        continue
      }
      slice.changed += 1
      if slice.changes.count < most { slice.changes += new.changes(from: old.entry, in: zone) }
    }
    return slice
  }

  /// Takes back a piece of an import that was never seen.
  /// - Returns: whether there may be more.
  public static func undo(_ id: Int, limit: Int, _ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        UPDATE registerRow SET replacedBy = NULL
        WHERE code IN (SELECT code FROM registerRow WHERE import = ?1 ORDER BY id LIMIT ?2) AND replacedBy = ?1
        """, arguments: [id, limit])
    try db.execute(
      sql: "DELETE FROM registerRow WHERE id IN (SELECT id FROM registerRow WHERE import = ? ORDER BY id LIMIT ?)",
      arguments: [id, limit])
    let more = db.changesCount > 0
    if !more { try db.execute(sql: "DELETE FROM registerReject WHERE import = ?", arguments: [id]) }
    return more
  }

  /// Dossiers that still have the provisional code of their receipt here, and the real one that the register shows now:
  /// whichever import brought it, because a stop may come between an import and its codes.
  public static func provisional(
    _ db: Database
  ) throws -> [(former: DossierCode, code: DossierCode)] {
    try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT d.code, r.code FROM registerNow r JOIN dossier d ON d.code = json_extract(r.value, '$.formerCode')
        ORDER BY r.id
        """
    ).compactMap { row in
      guard let former = DossierCode(row[0] as String), let code = DossierCode(row[1] as String) else { return nil }
      return (former, code)
    }
  }

  /// Dossiers of ours whose counted date another one of the register takes the place of: whichever import brought it,
  /// because a stop may come between an import and its dates.
  public static func replacedDates(_ db: Database) throws -> [Dossier.ID] {
    let rows = try GRDB.Row.fetchCursor(
      db,
      sql: """
        SELECT d.value, r.value FROM dossier d JOIN registerNow r ON r.code = d.code
        WHERE d.dueDay <> r.dueDay AND json_extract(d.value, '$.dueFrom') = 'counted' ORDER BY d.id
        """)
    var found: [Dossier.ID] = []
    while let row = try rows.next() {
      let own = try JSONDecoder().decode(Dossier.self, from: Data((row[0] as String).utf8))
      if try own.dueReplacement(by: decoded(row[1])) != nil { found.append(own.id) }
    }
    return found
  }

  /// The last import that is seen; 0: none.
  public static func lastDone(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT max(id) FROM registerImport WHERE state = 'done'") ?? 0
  }

  /// Days of receipt that any import has a dossier of.
  public static func receivedDays(_ db: Database) throws -> Set<LocalDay> {
    Set(
      try Int.fetchAll(db, sql: "SELECT DISTINCT receivedDay FROM registerRow WHERE receivedDay IS NOT NULL")
        .map { LocalDay(number: $0) })
  }

  // MARK: Rejected rows

  public struct Reject: Codable, Hashable, Sendable {
    public var file: String
    /// As the spreadsheet counts.
    public var row: Int
    public var column: String
    public var code: String
    public var value: String
    public var reason: String
    public var reasonEn: String
    /// What the row has in the columns that are read, as JSON by field, so that it can be mended and brought again.
    public var cells: String

    public init(
      file: String, row: Int, column: String, code: String, value: String, reason: String, reasonEn: String,
      cells: String
    ) {
      self.file = file
      self.row = row
      self.column = column
      self.code = code
      self.value = value
      self.reason = reason
      self.reasonEn = reasonEn
      self.cells = cells
    }

    public static func cells(_ cells: [RegisterField: String]) -> String {
      let named = Dictionary(uniqueKeysWithValues: cells.map { ($0.key.rawValue, $0.value) })
      return (try? Ledger.encoder.encode(named)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
    public var fields: [RegisterField: String] {
      let named = (try? JSONDecoder().decode([String: String].self, from: Data(cells.utf8))) ?? [:]
      return Dictionary(
        uniqueKeysWithValues: named.compactMap { name, text in RegisterField(rawValue: name).map { ($0, text) } })
    }
  }

  public static func keep(_ rejects: ArraySlice<Reject>, of id: Int, _ db: Database) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO registerReject VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for reject in rejects {
      try insert.execute(arguments: [
        id, reject.file, reject.row, reject.column, reject.code, reject.value, reject.reason, reject.reasonEn,
        reject.cells,
      ])
    }
  }

  public static func rejects(of id: Int, _ db: Database) throws -> [Reject] {
    try GRDB.Row.fetchAll(
      db, sql: "SELECT * FROM registerReject WHERE import = ? ORDER BY rowid", arguments: [id]
    ).map {
      Reject(
        file: $0["file"], row: $0["row"], column: $0["col"], code: $0["code"], value: $0["value"],
        reason: $0["reason"], reasonEn: $0["reasonEn"], cells: $0["cells"])
    }
  }

  /// Deletes what was refused of imports made before a moment, a piece at a time: what a clerk typed into a wrong column
  /// may be anybody's name.
  /// - Returns: whether there may be more.
  public static func forgetRejects(madeBefore moment: Instant, limit: Int, _ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        DELETE FROM registerReject WHERE rowid IN (
          SELECT j.rowid FROM registerImport i JOIN registerReject j ON j.import = i.id
          WHERE json_extract(i.report, '$.madeAt') < ? LIMIT ?)
        """, arguments: [moment.milliseconds, limit])
    return db.changesCount == limit
  }

  public static func hasRejects(madeBefore moment: Instant, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM registerImport i JOIN registerReject j ON j.import = i.id
          WHERE json_extract(i.report, '$.madeAt') < ?)
        """, arguments: [moment.milliseconds]) ?? false
  }

  // MARK: Proof

  struct Done: Decodable {
    var `import`: Int
    var digest: String
  }

  /// What in the rows of finished imports is not what their events say; empty: they agree.
  public static func verify(_ db: Database) throws -> [String] {
    var faults: [String] = []
    var after: Int64 = 0
    while let entry = try Journal.entries(db, after: after, limit: 1, types: ["register-imported"]).first {
      after = entry.seq
      let done = try entry.decode(Done.self)
      var digest = RegisterDigest()
      let rows = try String.fetchCursor(
        db, sql: "SELECT value FROM registerRow WHERE import = ? ORDER BY id", arguments: [done.import])
      while let value = try rows.next() { digest.add(value) }
      if digest.text != done.digest { faults.append("rows of register import \(done.import) are not those it brought") }
    }
    return faults
  }
}

/// SHA-256 over the rows of an import, in order.
public struct RegisterDigest: Sendable {
  private var sha = SHA256()
  public init() {}
  public mutating func add(_ row: String) { sha.update(data: Data((row + "\n").utf8)) }
  public var text: String { sha.finalize().hexText }
}
