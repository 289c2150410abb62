import CentreStore
import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("an import that was stopped, applied again")
struct RegisterAgainTests {
  struct Cut: Error {}

  /// What everybody sees of a centre's dossiers, without the numbers that rows got.
  private static func seen(_ centre: TestDesk) async throws -> [String] {
    try await centre.desk.look { db, _ in
      try DossierRows.received(from: .init(number: 0), to: TestDesk.day, db).map { dossier in
        var text = String(decoding: try ScreenJSON.encoder.encode(dossier), as: UTF8.self)
        text.replace("\"id\":\(dossier.id.rawValue),", with: "")
        // Moments of this run: the day of the test in milliseconds.
        text.replace(/1795[67]\d{8}/, with: "now")
        return text
      }.sorted()
    }
  }

  private static func files() -> (first: Data, second: Data) {
    var rows = (0..<300).map { Register.Row(code: "H24.19-260302-\(10_000 + $0)") }
    let first = Register.csv(Array(rows.prefix(200)))
    for i in rows.indices where i % 2 == 0 { rows[i].due = "09/03/2026 17:00:00" }
    for i in rows.indices where i % 5 == 0 { rows[i].handedOver = "" }
    return (first, Register.csv(rows))
  }

  @Test("stopped after any slice and applied again it comes to the same as never stopped")
  func same() async throws {
    let rules = try CaseworkDeskTests.rules()
    let (first, second) = Self.files()
    let clerk = Actor("cb07", .supervisor, terminal: "test")
    func centre() async throws -> TestDesk {
      let centre = try TestDesk()
      // One of them was received at the counter, with a date of our own.
      _ = try await centre.desk.perform { ledger, _ in
        try CaseworkDesk.run(
          .receive(.init(code: DossierCode("H24.19-260302-10004"), procedure: "1.004873", counter: 1)), rules,
          by: TestDesk.officer, &ledger)
      }
      _ = try await RegisterOffice(centre.desk).run([("so.csv", first)], rules)
      return centre
    }
    let control = try await centre()
    let whole = try await RegisterOffice(control.desk).run([("so.csv", second)], rules)
    let wanted = try await Self.seen(control)
    #expect(wanted.count == 300 && (whole.added, whole.changed) == (100, 100))
    // A slice is at most double the one before and the first has 50 rows: 300 rows are three, and one that finds no more.
    for stop in 1...4 {
      let other = try await centre()
      let stopped = RegisterOffice(other.desk)
      let staged = try await stopped.stage([("so.csv", second)], rules)
      await stopped.interrupt { if $0 == stop { throw Cut() } }
      await #expect(throws: Cut.self) { try await stopped.apply(staged.import, rules: rules, by: clerk) }
      // Another daemon: nothing is remembered but the database.
      let again = try await RegisterOffice(other.desk).run([("so.csv", second)], rules)
      #expect((again.added, again.changed, again.unchanged) == (whole.added, whole.changed, whole.unchanged))
      let found = try await Self.seen(other)
      #expect(found.count == wanted.count, "stopped after slice \(stop)")
      #expect(zip(found, wanted).first { $0 != $1 }.map { "\($0)\n\($1)" } == nil, "stopped after slice \(stop)")
      let faults = try await other.desk.look { db, _ in
        try Journal.verify(db).faults + RegisterRows.verify(db) + CaseworkDesk.differences(rules, db)
      }
      #expect(faults == [])
    }
  }
}
