import Foundation
import GRDB
import OneStop

/// The rows of visits, steps and counters: a view of the journal that figures and screens read, and in which the schema
/// itself forbids a number twice or a ticket at two counters.
public enum HallRows {
  /// Writes what a change touched.
  public static func write(_ change: HallChange, of hall: Hall, undone: Bool, in db: Database) throws {
    if change.counters.count > 1 { for counter in change.counters { try clearDesk(counter, of: hall, in: db) } }
    for id in change.visits.sorted() { if let visit = hall.visits[id] { try write(visit, undone: undone, in: db) } }
    for counter in change.counters.sorted() { try writeDesk(counter, of: hall, in: db) }
    if change.day, !hall.closed {
      // Reopened: the figures of the first closing are not the day's any more.
      for table in ["dayFigure", "counterDay"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE day = ?", arguments: [hall.day.number])
      }
      try db.execute(sql: "UPDATE day SET closedSeq = NULL WHERE day = ?", arguments: [hall.day.number])
    }
  }

  /// Whether such a visit ever was.
  public static func hasVisit(_ id: Visit.ID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM visit WHERE id = ?)", arguments: [id.rawValue]) ?? false
  }

  static func write(_ visit: Visit, undone: Bool, in db: Database) throws {
    var counter: Int?
    var at: Int64?
    var outcome: String?
    let state: String
    switch visit.standing {
    case .waiting(let place):
      state = "waiting"
      counter = place.counter?.rawValue
    case .called(let c):
      state = "called"
      counter = c.rawValue
    case .serving(let c):
      state = "serving"
      counter = c.rawValue
    case .held(let c, let since):
      state = "held"
      counter = c.rawValue
      at = since.milliseconds
    case .noShow(let c, let missed):
      state = "noShow"
      counter = c.rawValue
      at = missed.milliseconds
    case .ended(let how, let when):
      state = "ended"
      at = when.milliseconds
      outcome = how.rawValue
    }
    if visit.version <= 1, visit.steps.count == 1 {
      try db.cachedStatement(
        sql: """
          INSERT INTO visit (id, day, number, code, issuedAt, priority, needs, language, emergency, state, counter, stateAt, outcome,
            procedure, sameDay)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        visit.id.rawValue, visit.day.number, visit.number, visit.code, visit.issuedAt.milliseconds,
        visit.priority?.rawValue, needs(visit), visit.language, visit.emergency, state, counter, at, outcome,
        visit.procedure?.rawValue, visit.sameDay,
      ])
    } else {
      try db.cachedStatement(
        sql: """
          UPDATE visit SET priority = ?, needs = ?, state = ?, counter = ?, stateAt = ?, outcome = ? WHERE id = ?
          """
      ).execute(arguments: [
        visit.priority?.rawValue, needs(visit), state, counter, at, outcome, visit.id.rawValue,
      ])
    }
    // Only the last two steps can have changed: the one that ended and the one that follows.
    for step in visit.steps.suffix(undone ? visit.steps.count : 2) { try write(step, of: visit.id, in: db) }
    if undone {
      try db.execute(
        sql: "DELETE FROM step WHERE visit = ? AND id > ?",
        arguments: [visit.id.rawValue, visit.step.id.rawValue])
    }
  }

  private static func needs(_ visit: Visit) -> String {
    visit.needs.map(\.rawValue).sorted().joined(separator: ",")
  }

  private static func write(_ step: Step, of visit: Visit.ID, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO step (id, visit, service, counter, officer, queuedAt, calledAt, lastCalledAt, startedAt, finishedAt,
          outcome, copies, recalls, heldMilliseconds, rated)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (visit, id) DO UPDATE SET counter = excluded.counter, officer = excluded.officer,
          calledAt = excluded.calledAt, lastCalledAt = excluded.lastCalledAt, startedAt = excluded.startedAt,
          finishedAt = excluded.finishedAt, outcome = excluded.outcome, copies = excluded.copies,
          recalls = excluded.recalls, heldMilliseconds = excluded.heldMilliseconds, rated = excluded.rated
        """
    ).execute(arguments: [
      step.id.rawValue, visit.rawValue, step.service.rawValue, step.counter?.rawValue, step.officer?.rawValue,
      step.queuedAt.milliseconds, step.calledAt?.milliseconds, step.lastCalledAt?.milliseconds,
      step.startedAt?.milliseconds, step.finishedAt?.milliseconds, step.outcome?.rawValue, step.copies, step.recalls,
      step.heldMilliseconds, step.rated,
    ])
  }

  /// Two counters may swap officers or tickets in one command; unique indexes are checked row by row, so first let go.
  private static func clearDesk(_ counter: Counter.ID, of hall: Hall, in db: Database) throws {
    guard hall.desks[counter] != nil else { return }
    try db.cachedStatement(sql: "UPDATE desk SET officer = NULL, visit = NULL WHERE counter = ?")
      .execute(arguments: [counter.rawValue])
  }

  private static func writeDesk(_ counter: Counter.ID, of hall: Hall, in db: Database) throws {
    guard let desk = hall.desks[counter] else { return }
    let state: String
    switch desk.state {
    case .closed: state = "closed"
    case .open: state = "open"
    case .paused: state = "paused"
    }
    // Not OR REPLACE: that would silently take the row of another counter with the same ticket away.
    try db.cachedStatement(
      sql: """
        INSERT INTO desk (counter, state, officer, visit, since) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (counter) DO UPDATE SET state = excluded.state, officer = excluded.officer,
          visit = excluded.visit, since = excluded.since
        """
    ).execute(arguments: [
      counter.rawValue, state, desk.officer?.rawValue, desk.current?.rawValue, desk.since?.milliseconds,
    ])
  }

  // MARK: Reading

  /// The visits of some days, in order of issue.
  public static func visits(_ db: Database, from: LocalDay, to: LocalDay) throws -> [Visit] {
    var visits: [Visit] = []
    var position: [Int: Int] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT * FROM visit WHERE day BETWEEN ? AND ? ORDER BY id"),
      arguments: [from.number, to.number])
    while let row = try rows.next() {
      let visit = visit(row)
      position[visit.id.rawValue] = visits.count
      visits.append(visit)
    }
    guard let first = visits.first, let last = visits.last else { return [] }
    let steps = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT * FROM step WHERE visit BETWEEN ? AND ? ORDER BY visit, id"),
      arguments: [first.id.rawValue, last.id.rawValue])
    while let row = try steps.next() {
      guard let i = position[row["visit"]] else { continue }
      visits[i].steps.append(step(row))
    }
    return visits
  }

  /// Without its steps.
  static func visit(_ row: Row) -> Visit {
    var visit = Visit(
      id: Visit.ID(row["id"]), day: LocalDay(number: row["day"]), number: row["number"], code: row["code"],
      issuedAt: Instant(milliseconds: row["issuedAt"]),
      priority: (row["priority"] as String?).map { PriorityGroup.ID($0) },
      needs: Set((row["needs"] as String).split(separator: ",").compactMap { Visit.Need(rawValue: String($0)) }),
      language: row["language"], emergency: row["emergency"], steps: [], standing: standing(row))
    visit.procedure = (row["procedure"] as String?).map { Procedure.ID($0) }
    visit.sameDay = row["sameDay"]
    return visit
  }

  private static func standing(_ row: Row) -> Visit.Standing {
    let counter = Counter.ID((row["counter"] as Int?) ?? 0)
    let at = Instant(milliseconds: (row["stateAt"] as Int64?) ?? 0)
    switch row["state"] as String {
    case "called": return .called(counter)
    case "serving": return .serving(counter)
    case "held": return .held(counter, since: at)
    case "noShow": return .noShow(counter, at: at)
    case "ended": return .ended((row["outcome"] as String?).flatMap(Visit.Outcome.init) ?? .unfinished, at: at)
    default:
      return .waiting(
        Place(
          service: "", counter: (row["counter"] as Int?).map { Counter.ID($0) },
          since: Instant(milliseconds: row["issuedAt"]), visit: Visit.ID(row["id"])))
    }
  }

  static func step(_ row: Row) -> Step {
    func moment(_ name: String) -> Instant? { (row[name] as Int64?).map { Instant(milliseconds: $0) } }
    var step = Step(
      id: Step.ID(row["id"]), service: Service.ID(row["service"]), queuedAt: Instant(milliseconds: row["queuedAt"]))
    step.counter = (row["counter"] as Int?).map { Counter.ID($0) }
    step.officer = (row["officer"] as String?).map { Officer.ID($0) }
    step.calledAt = moment("calledAt")
    step.lastCalledAt = moment("lastCalledAt")
    step.startedAt = moment("startedAt")
    step.finishedAt = moment("finishedAt")
    step.outcome = (row["outcome"] as String?).flatMap(Step.Outcome.init)
    step.copies = row["copies"]
    step.recalls = row["recalls"]
    step.heldMilliseconds = row["heldMilliseconds"]
    step.rated = row["rated"]
    return step
  }

  /// Highest ids ever used.
  public static func lastIDs(_ db: Database) throws -> (visit: Visit.ID, step: Step.ID) {
    (
      Visit.ID(try Int.fetchOne(db, sql: "SELECT max(id) FROM visit") ?? 0),
      Step.ID(try Int.fetchOne(db, sql: "SELECT max(id) FROM step") ?? 0)
    )
  }
}
