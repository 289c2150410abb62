import CentreStore
import GRDB
import OneStop
import Synchronization
import Testing

@testable import CentreOperations

/// Tables that grow with every citizen. A page that walks one of them is fast in its first week and slow in its third year.
@Suite("what pages read doesn't grow with the years")
struct QueryPlanTests {
  private static let growing = ["journal", "visit", "step", "rating", "dossier", "registerRow"]

  /// The steps of SQLite's plans, of all that the body reads, that walk a whole growing table.
  private static func walks(_ database: CentreDatabase, _ body: (Database) throws -> Void) throws -> [String] {
    try database.pool.read { db in
      let asked = Mutex<[String]>([])
      db.trace(options: .statement) { event in asked.withLock { $0.append(event.expandedDescription) } }
      try body(db)
      db.trace(options: [])
      return try asked.withLock { $0 }.filter { $0.hasPrefix("SELECT") }.flatMap { sql in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
      }.filter { step in
        Self.growing.contains { step == "SCAN \($0)" || step.hasPrefix("SCAN \($0) USING INDEX sqlite_autoindex") }
      }
    }
  }

  @Test("a plan that walks the journal is seen")
  func seen() throws {
    let centre = try TestDesk()
    #expect(
      try Self.walks(centre.desk.database) { _ = try Row.fetchAll($0, sql: "SELECT * FROM journal WHERE actor = 'x'") }
        == ["SCAN journal"])
  }

  @Test("scores, reports, figures, counters, letters, visits at home and messages are found without a walk")
  func pages() throws {
    let centre = try TestDesk()
    let (first, last) = (TestDesk.day.adding(days: -300), TestDesk.day)
    let now = centre.desk.clock.now
    let settings = try TestDesk.exampleSettings()
    let tables = try ScoringTables.read(Checkout.root.appendingPathComponent("centre/scoring"))
    let table = try #require(tables.table(for: 2026))
    let walks = try Self.walks(centre.desk.database) { db in
      _ = try ScoreRows.sheet(of: 2026, table: table, db)
      _ = try ReportRows.all(db)
      _ = try FigureRows.figures(db, from: first, to: last, by: .hour, settings: settings)
      _ = try CounterLogRows.hours(from: first, to: last, at: now, db)
      _ = try BatchLevels.given(db, from: first, through: last)
      _ = try LetterRows.all(of: 2026, db)
      _ = try HomeVisitRows.asked(from: now, before: now, db)
      _ = try HomeVisitRows.open(db)
      _ = try Messages.open(db)
      _ = try Messages.recent(db, limit: 100)
      _ = try DossierRows.dayVersions(from: first, to: last, db)
      _ = try DossierRows.received(from: last, to: last, db)
      _ = try DossierRows.sameDay(on: last, db)
      _ = try DossierRows.pressing(dueBy: last, db)
    }
    #expect(walks == [])
  }
}
