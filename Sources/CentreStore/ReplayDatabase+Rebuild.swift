import Foundation
import GRDB
import OneStop

extension ReplayDatabase {
  /// What a chain of events does not say of itself any more.
  public enum ChainFault: Sendable, Hashable {
    /// This number should stand here.
    case number(Int64)
    /// The event's own hash, as it follows from what stands in the line and in the one before.
    case hash(String)
    /// Dated before the event before it.
    case earlier
  }

  /// Checks events one after the other.
  public struct Chain: Sendable {
    let centre: String
    private var previous = Journal.genesis
    private var lastAt = Int64.min
    public private(set) var last: Int64 = 0
    public var head: Data { previous }

    public init(centre: String) { self.centre = centre }

    /// After a fault it goes on from what stands written, so that each break is told once and in its place.
    public mutating func check(_ line: Line) -> [ChainFault] {
      var faults: [ChainFault] = []
      if line.seq != last + 1 { faults.append(.number(last + 1)) }
      let good = Journal.hash(
        after: previous, centre: centre, seq: line.seq, epoch: line.epoch, type: line.type, version: line.version,
        at: line.at, cause: line.cause, actor: line.actor, role: line.role, terminal: line.terminal,
        payload: line.payload)
      if good != line.hash { faults.append(.hash(good.hexText)) }
      if line.at < lastAt { faults.append(.earlier) }
      (previous, lastAt, last) = (line.hash, line.at, line.seq)
      return faults
    }
  }

  /// Writes the rows that figures are read from, as the events tell them: settings, checklists, scoring, ratings, visits at
  /// home and the figures of each day. Dossiers need the centre's own tables; the caller writes them.
  /// - Returns: settings in force at the end; nil: there were none.
  public static func rebuild(_ db: Database) throws -> CentreSettings? {
    var settings: CentreSettings?
    var day: LocalDay?
    let types = [
      "settings-changed", "day-began", "ratings-sealed", "same-day-roster", LateNumbers.type, LetterRows.type,
      ChecklistDay.Marked.type, ChecklistDay.Finished.type,
    ]
    try HomeVisitRows.write(Array(HomeVisitRows.told(db).visits.values), db)
    for entry in try Journal.entries(db, after: 0, limit: .max, types: types) {
      switch entry.type {
      case "settings-changed":
        settings = try CentreSettings.read(entry.payload)
        try db.execute(
          sql: "INSERT INTO setting (version, at, body) VALUES (?, ?, ?)",
          arguments: [entry.seq, entry.at.milliseconds, entry.payload])
      case "day-began":
        let began = try entry.decode(HallJournal.DayBegan.self).day
        day = began
        try db.execute(
          sql: "INSERT OR IGNORE INTO day (day, firstSeq) VALUES (?, ?)", arguments: [began.number, entry.seq])
      case LateNumbers.type:
        // A day that never began; as `LateNumbers.enter` writes it.
        try db.execute(
          sql: "INSERT OR IGNORE INTO day (day, firstSeq, closedSeq) VALUES (?, ?, ?)",
          arguments: [try entry.decode(LateNumber.self).day.number, entry.seq, entry.seq])
      case LetterRows.type:
        try LetterRows.write(try entry.decode(Letter.self), by: entry.actor.name, at: entry.at, db)
      case "same-day-roster": try SameDayRosterRows.write(try entry.decode(SameDayRosterRows.Changed.self), db)
      case "ratings-sealed": try write(try entry.decode(RatingBoxes.Sealed.self), on: day, db)
      case ChecklistDay.Marked.type:
        try ChecklistRows.write(
          try entry.decode(ChecklistDay.Marked.self), by: entry.actor.name, at: entry.at, db)
      default:
        try ChecklistRows.write(
          try entry.decode(ChecklistDay.Finished.self), by: entry.actor.name, at: entry.at, db)
      }
    }
    let scored = try Row.fetchCursor(db, sql: "SELECT * FROM journal WHERE type LIKE 'score-%' ORDER BY seq")
    while let row = try scored.next() {
      let entry = JournalEntry(row)
      try db.execute(
        sql: "INSERT INTO scoreEvent (seq, year) VALUES (?, ?)",
        arguments: [entry.seq, try entry.decode(ScoreRows.Recorded.self).year])
    }
    try HallJournal.days(db) { hall in
      try FigureRows.store(DayFigures(of: hall.visits.values, settings: hall.settings), day: hall.day, in: db)
    }
    if let settings { try dateRegister(in: settings.zone, db) }
    return settings
  }

  private static func write(_ sealed: RatingBoxes.Sealed, on day: LocalDay?, _ db: Database) throws {
    let scale = sealed.scale ?? 5
    try db.execute(
      sql: """
        INSERT INTO ratingBatch (id, officer, scale, publicKey, openedDay, closedDay, count, root, levels)
        VALUES (?, ?, ?, x'', ?, ?, ?, x'', ?)
        """,
      arguments: [
        sealed.batch, sealed.officer, scale, day?.number ?? 0, day?.number ?? 0, sealed.count,
        try BatchLevels(db, batch: sealed.batch, scale: scale).text,
      ])
  }

  /// The days by which rows of the register are found depend on the centre's zone, which stands in the journal.
  private static func dateRegister(in zone: ZoneOffset, _ db: Database) throws {
    let put = try db.cachedStatement(
      sql: "UPDATE registerRow SET receivedDay = ?, dueDay = ?, finishedDay = ? WHERE id = ?")
    for row in try Row.fetchAll(db, sql: "SELECT id, value FROM registerRow") {
      let days = RegisterRows.days(try RegisterRows.decoded(row[1]), zone)
      try put.execute(arguments: [days.received, days.due, days.finished, row[0] as Int])
    }
  }

  /// What in the ratings or the register is not what their events vouch for, each with the batch or import it belongs to.
  public enum RecordFault: Sendable, Hashable {
    /// As many answers were given as the event says were opened or lost.
    case ratingCount(batch: String, opened: Int, given: Int)
    case ratingRoot(batch: String, expected: String, found: String)
    /// No event speaks of these.
    case unknownBatch(String)
    case register(import: Int, expected: String, found: String)
    case unknownImport(Int)
  }

  public static func recordFaults(_ db: Database) throws -> [RecordFault] {
    var faults: [RecordFault] = []
    var given: [String: Int] = [:]
    var known: Set<String> = []
    for entry in try Journal.entries(db, after: 0, limit: .max, types: ["rated", "ratings-sealed"]) {
      if entry.type == "rated" {
        given[try entry.decode(HallJournal.Rated.self).batch, default: 0] += 1
        continue
      }
      let event = try entry.decode(RatingBoxes.Sealed.self)
      known.insert(event.batch)
      if event.count + event.lost != given[event.batch] ?? 0 {
        faults.append(
          .ratingCount(batch: event.batch, opened: event.count + event.lost, given: given[event.batch] ?? 0))
      }
      let root = try RatingBoxes.root(db, batch: event.batch).hexText
      if root != event.root { faults.append(.ratingRoot(batch: event.batch, expected: event.root, found: root)) }
    }
    for batch in try String.fetchAll(db, sql: "SELECT DISTINCT batch FROM rating ORDER BY batch")
    where !known.contains(batch) { faults.append(.unknownBatch(batch)) }
    let imports = try imports(db)
    for done in imports {
      var digest = RegisterDigest()
      let rows = try String.fetchCursor(
        db, sql: "SELECT value FROM registerRow WHERE import = ? ORDER BY id", arguments: [done.import])
      while let value = try rows.next() { digest.add(value) }
      if digest.text != done.digest {
        faults.append(.register(import: done.import, expected: done.digest, found: digest.text))
      }
    }
    let brought = Set(imports.map(\.import))
    for id in try Int.fetchAll(db, sql: "SELECT id FROM registerImport ORDER BY id") where !brought.contains(id) {
      faults.append(.unknownImport(id))
    }
    return faults
  }
}
