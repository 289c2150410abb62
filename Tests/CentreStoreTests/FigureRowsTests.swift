@testable import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

@Suite("stored figures")
struct FigureRowsTests {
  @Test("stored, read back and merged over days they are what a direct count of the visits gives")
  func period() async throws {
    let centre = try TestCentre()
    let days = (0..<5).map { TestCentre.day.adding(days: $0) }
    for (i, day) in days.enumerated() {
      if i > 0 { try await centre.turn(to: day) }
      if i < 4 {
        try await centre.simulate(day, seed: UInt64(i + 1), visits: 80)
      } else {
        // A running day, counted from its rows.
        centre.now = day.instant(at: TimeOfDay("09:00")!, in: .vietnam)
        _ = try await centre.serve(at: 1, code: "today")
      }
    }
    try await centre.database.pool.read { (db) throws in
      let stored = try Int.fetchAll(db, sql: "SELECT DISTINCT day FROM dayFigure ORDER BY day")
      #expect(stored == days.prefix(4).map(\.number))
      for (from, to) in [(0, 0), (0, 3), (1, 2), (0, 4), (4, 4)] {
        let direct = DayFigures(
          of: try HallRows.visits(db, from: days[from], to: days[to]), settings: TestCentre.settings)
        for breakdown in Breakdown.allCases {
          let merged = try FigureRows.figures(
            db, from: days[from], to: days[to], by: breakdown, settings: TestCentre.settings)
          #expect(merged.tallies == direct.tallies.filter { $0.key.dimension == breakdown || $0.key.dimension == .all })
        }
      }
      let all = try FigureRows.figures(db, from: days[0], to: days[3], by: .all, settings: TestCentre.settings)[.all]
      #expect(all.issued > 200)
      #expect(all.rated > 50)
      #expect(all.waits.total > 150)
    }
  }

  @Test("a second closing replaces what the first one left")
  func replaced() throws {
    let centre = try TestCentre()
    var tally = Tally()
    tally.issued = 5
    let many = DayFigures(tallies: [.init(.all): tally, .init(.hour, "08"): tally])
    tally.issued = 3
    let few = DayFigures(tallies: [.init(.all): tally])
    try centre.database.pool.write { (db) throws in
      try FigureRows.store(many, day: TestCentre.day, in: db)
      try FigureRows.store(few, day: TestCentre.day, in: db)
      let read = try FigureRows.figures(
        db, from: TestCentre.day, to: TestCentre.day, by: .hour, settings: TestCentre.settings)
      #expect(read == few)
    }
  }

  @Test("damaged figures are an error, never a wrong number")
  func damaged() async throws {
    for sql in [
      "UPDATE dayFigure SET counts = x'0102'", "UPDATE dayFigure SET waits = x'01FFFFFFFF7F'",
      "UPDATE dayFigure SET services = x'80'",
    ] {
      let centre = try TestCentre()
      try await centre.simulate(TestCentre.day, seed: 1, visits: 20)
      try centre.tamper(sql)
      await #expect(throws: StoreError.self) {
        try await centre.database.pool.read {
          try FigureRows.figures($0, from: TestCentre.day, to: TestCentre.day, by: .all, settings: TestCentre.settings)
        }
      }
    }
  }

  @Test("a rating that comes within its minutes but after closing is counted in the day's figures")
  func ratedAfterClosing() async throws {
    let centre = try TestCentre()
    let step = try await centre.serve(at: 1, code: "x")
    try await centre.transactions.perform { ledger, hall in
      try TestCentre.run(.closeDay(reason: "t"), by: .system, &ledger, &hall)
      try FigureRows.store(DayFigures(of: hall.visits.values, settings: hall.settings), day: hall.day, in: ledger.db)
    }
    try await centre.rate(step, Rating(reception: 5, handling: 5))
    let figures = try await centre.database.pool.read {
      try FigureRows.figures($0, from: TestCentre.day, to: TestCentre.day, by: .officer, settings: TestCentre.settings)
    }
    #expect(figures[.all].rated == 1)
    #expect(figures[.officer, "cb01"].rated == 1)
  }
}
