import CentreStore
import Foundation
import Logging
import OneStop
import Testing

@testable import CentreOperations

@Suite("reminders of the scoring")
struct ScoreKeeperTests {
  @Test("thirty days before each deadline, silent once it is done")
  func reminders() async throws {
    let centre = try TestDesk()
    let tables = try ScoringTables.read(Checkout.root.appendingPathComponent("centre/scoring"))
    let alarms = Alarms {}
    let keeper = ScoreKeeper(
      tables, evidence: EvidenceFiles(besideDatabase: centre.desk.database.path), desk: centre.desk, alarms: alarms,
      log: Logger(label: "test"))
    func standing(_ day: String) async throws -> [String: Alarms.Alarm.Level] {
      try await keeper.remind(on: LocalDay(day)!, at: TestDesk.day.instant(at: TimeOfDay("08:00")!, in: .vietnam))
      return Dictionary(uniqueKeysWithValues: alarms.standing.map { ($0.id, $0.level) })
    }
    // Before 15/02: the last day in time is the 14th.
    #expect(try await standing("2026-01-14") == [:])
    #expect(try await standing("2026-01-15") == ["score-register": .warning])
    #expect(try await standing("2026-02-08") == ["score-register": .warning])
    #expect(try await standing("2026-02-15") == [:])
    #expect(try await standing("2026-11-26") == ["score-self-score": .warning])
    let words = try #require(alarms.standing.first?.words.vi)
    #expect(words.hasPrefix("Còn 4 ngày (đến hết 30/11/2026)"))
    #expect(words.contains("Văn phòng HĐND và UBND"))
    // Registered in time: no more of that.
    let table = try #require(tables.table(for: 2026))
    try await centre.desk.perform { ledger, _ in
      let sheet = try ScoreRows.sheet(of: 2026, table: table, ledger.db)
      let events = try sheet.decide(
        .register(document: "12/UBND", day: LocalDay("2026-02-01")!), by: "cb07", at: ledger.now)
      try ScoreRows.append(events, of: 2026, in: &ledger, by: TestDesk.officer)
    }
    #expect(try await standing("2026-02-10") == [:])
  }
}
