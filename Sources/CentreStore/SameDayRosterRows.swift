import GRDB
import OneStop

public enum SameDayRosterRows {
  /// `same-day-roster`: the whole roster of a day, as it is after the change.
  public struct Changed: Codable, Hashable, Sendable {
    public var day: LocalDay
    public var helpers: [SameDayHelper]
  }

  public static func put(_ helpers: [SameDayHelper], on day: LocalDay, by actor: Actor, _ ledger: inout Ledger) throws {
    let changed = Changed(day: day, helpers: helpers)
    try ledger.append("same-day-roster", changed, by: actor)
    try write(changed, ledger.db)
  }

  static func write(_ changed: Changed, _ db: Database) throws {
    let day = changed.day
    try db.execute(sql: "DELETE FROM sameDayRoster WHERE day = ?", arguments: [day.number])
    for (i, helper) in changed.helpers.enumerated() {
      try db.execute(
        sql: "INSERT INTO sameDayRoster (day, place, officer, body, task, helped) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [day.number, i, helper.officer?.rawValue, helper.body, helper.task.rawValue, helper.helped])
    }
  }

  public static func helpers(on day: LocalDay, _ db: Database) throws -> [SameDayHelper] {
    try all(from: day, to: day, db).map(\.helper)
  }

  /// The rosters of a period, in order of days.
  public static func all(
    from first: LocalDay, to last: LocalDay, _ db: Database
  ) throws -> [(day: LocalDay, helper: SameDayHelper)] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM sameDayRoster WHERE day BETWEEN ? AND ? ORDER BY day, place",
      arguments: [first.number, last.number]
    ).map { row in
      let helper = SameDayHelper(
        officer: (row["officer"] as String?).map { Officer.ID($0) }, body: row["body"],
        task: SameDayHelper.Task(rawValue: row["task"]) ?? .helper, helped: row["helped"])
      return (LocalDay(number: row["day"]), helper)
    }
  }

  /// Of the same-day days of a period: turns of people who greeted or helped, and citizens they helped.
  public static func support(from first: LocalDay, to last: LocalDay, _ db: Database) throws -> (
    turns: Int, helped: Int
  ) {
    let row = try Row.fetchOne(
      db, sql: "SELECT count(*), coalesce(sum(helped), 0) FROM sameDayRoster WHERE day BETWEEN ? AND ?",
      arguments: [first.number, last.number])
    return (row?[0] ?? 0, row?[1] ?? 0)
  }
}
