import Foundation
import GRDB
import OneStop

/// The checklists of the days: a view of the journal's `checklist-marked` and `checklist-finished`.
public enum ChecklistRows {
  public static func day(_ day: LocalDay, _ db: Database) throws -> ChecklistDay {
    var list = ChecklistDay(day: day)
    for row in try Row.fetchAll(
      db, sql: "SELECT item, officer, at, excuse FROM checklistMark WHERE day = ?", arguments: [day.number])
    {
      list.marks[ChecklistItem.ID(row["item"])] = .init(
        by: row["officer"], at: Instant(milliseconds: row["at"]),
        excuse: (row["excuse"] as String?).flatMap(ChecklistExcuse.init(rawValue:)))
    }
    if let row = try Row.fetchOne(
      db, sql: "SELECT officer, at, lines FROM checklistEnd WHERE day = ?", arguments: [day.number])
    {
      let lines = try JSONDecoder().decode([CheckLine].self, from: Data((row["lines"] as String).utf8))
      list.end = .init(
        by: row["officer"], at: Instant(milliseconds: row["at"]), finished: .init(day: day, lines: lines))
    }
    return list
  }

  /// Journals a mark and writes it down.
  public static func add(_ event: ChecklistDay.Marked, in ledger: inout Ledger, by actor: Actor) throws {
    try ledger.append(ChecklistDay.Marked.type, event, by: actor)
    try write(event, by: actor.name, at: ledger.now, ledger.db)
  }

  /// Journals the end and writes it down; a day has one.
  public static func add(_ event: ChecklistDay.Finished, in ledger: inout Ledger, by actor: Actor) throws {
    try ledger.append(ChecklistDay.Finished.type, event, by: actor)
    try write(event, by: actor.name, at: ledger.now, ledger.db)
  }

  static func write(_ event: ChecklistDay.Marked, by name: String, at moment: Instant, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM checklistMark WHERE day = ? AND item = ?", arguments: [event.day.number, event.item.rawValue])
    guard event.state != .open else { return }
    try db.execute(
      sql: "INSERT INTO checklistMark (day, item, officer, at, excuse) VALUES (?, ?, ?, ?, ?)",
      arguments: [event.day.number, event.item.rawValue, name, moment.milliseconds, event.excuse?.rawValue])
  }

  static func write(_ event: ChecklistDay.Finished, by name: String, at moment: Instant, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO checklistEnd (day, officer, at, lines) VALUES (?, ?, ?, ?)",
      arguments: [
        event.day.number, name, moment.milliseconds,
        String(decoding: try Ledger.encoder.encode(event.lines), as: UTF8.self),
      ])
  }

  /// Days with a finished checklist, latest first.
  public static func finished(from: LocalDay, to: LocalDay, _ db: Database) throws -> [LocalDay] {
    try Int.fetchAll(
      db, sql: "SELECT day FROM checklistEnd WHERE day BETWEEN ? AND ? ORDER BY day DESC",
      arguments: [from.number, to.number]
    ).map { LocalDay(number: $0) }
  }

  /// The first day that counts: nobody kept a list before the centre had this programme.
  public static func begin(_ from: LocalDay, _ db: Database) throws -> LocalDay {
    max(from, try Int.fetchOne(db, sql: "SELECT min(day) FROM day").map { LocalDay(number: $0) } ?? from)
  }

  /// - Returns: nil where there is nothing to tell; see `ChecklistFigure`.
  public static func figure(
    from: LocalDay, to: LocalDay, today: LocalDay, hours: OpeningHours, _ db: Database
  ) throws -> ChecklistFigure? {
    let isUsed =
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM checklistEnd WHERE day <= ?)", arguments: [to.number]) ?? false
    return ChecklistFigure.count(
      finished: Set(try finished(from: from, to: to, db)), isUsed: isUsed, from: try begin(from, db), to: to,
      today: today, hours: hours)
  }

  /// What in the rows is not what the journal says; empty: they agree.
  public static func differences(_ db: Database) throws -> [String] {
    var told: [LocalDay: ChecklistDay] = [:]
    for entry in try Journal.entries(
      db, after: 0, limit: .max, types: [ChecklistDay.Marked.type, ChecklistDay.Finished.type])
    {
      if entry.type == ChecklistDay.Marked.type {
        let event = try entry.decode(ChecklistDay.Marked.self)
        told[event.day, default: ChecklistDay(day: event.day)].apply(event, by: entry.actor.name, at: entry.at)
      } else {
        let event = try entry.decode(ChecklistDay.Finished.self)
        told[event.day, default: ChecklistDay(day: event.day)].apply(event, by: entry.actor.name, at: entry.at)
      }
    }
    let kept = try Int.fetchAll(db, sql: "SELECT day FROM checklistMark UNION SELECT day FROM checklistEnd")
    var faults: [String] = []
    for day in Set(kept.map { LocalDay(number: $0) }).union(told.keys).sorted() {
      if try self.day(day, db) != told[day] ?? ChecklistDay(day: day) {
        faults.append("\(day): the checklist is not what the journal says")
      }
    }
    return faults
  }
}
