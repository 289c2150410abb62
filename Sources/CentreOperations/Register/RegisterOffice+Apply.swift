import CentreStore
import Foundation
import OneStop

extension RegisterOffice {
  /// Applies a staged import. All of it becomes visible with its event, or nothing.
  public func apply(_ id: Int, rules: CaseRules, by actor: Actor) async throws -> RegisterReport {
    guard !working else { throw RegisterRefusal.busy }
    working = true
    defer { working = false }
    guard let found = try await desk.database.pool.read({ try RegisterRows.state(id, $0) }) else {
      throw RegisterRefusal.unknownImport
    }
    guard found.state == .staged else { throw RegisterRefusal.notStaged }
    var report = try JSONDecoder().decode(RegisterReport.self, from: Data(found.report.utf8))
    report.state = .applying
    (report.added, report.changed, report.unchanged) = (0, 0, 0)
    let text = try Self.text(report)
    try await desk.perform { ledger, _ in try RegisterRows.set(id, .applying, report: text, ledger.db) }
    do {
      let digest = try await join(id, &report, rules.calendar.zone)
      try await publish(id, &report, digest, by: actor)
    } catch {
      try? await undo(id)
      throw error
    }
    try await replaceCodes(&report, rules, by: actor)
    try await replaceDates(&report, rules, by: actor)
    let last = try Self.text(report)
    try await desk.perform { ledger, _ in try RegisterRows.set(id, .done, report: last, ledger.db) }
    return report
  }

  private func join(
    _ id: Int, _ report: inout RegisterReport, _ zone: ZoneOffset
  ) async throws -> String {
    let moment = desk.clock.now
    var digest = RegisterDigest()
    var after = 0
    var size = 50
    var number = 0
    while true {
      let (from, limit, state) = (after, size, digest)
      let (slice, next, took) = try await desk.perform { ledger, _ in
        var state = state
        let begun = ContinuousClock.now
        let slice = try RegisterRows.join(
          id, after: from, limit: limit, at: moment, digest: &state, in: zone, ledger.db)
        return (slice, state, ContinuousClock.now - begun)
      }
      digest = next
      report.added += slice.added
      report.changed += slice.changed
      report.unchanged += slice.unchanged
      size = Self.next(size, took, &report.longestSlice)
      number += 1
      try afterSlice(number)
      guard let last = slice.last else { return digest.text }
      after = last
      try await Self.stepAside(took)
    }
  }

  /// What the event of an import says. No name of a file: people write all sorts of things there.
  struct Imported: Codable {
    var `import`: Int
    var files: [String]
    var profiles: [String]
    var rows, added, changed, unchanged, rejected: Int
    var digest: String
  }

  private func publish(
    _ id: Int, _ report: inout RegisterReport, _ digest: String, by actor: Actor
  ) async throws {
    report.state = .done
    let event = Imported(
      import: id, files: report.files.map(\.sha256), profiles: report.files.map(\.profile), rows: report.rows,
      added: report.added, changed: report.changed, unchanged: report.unchanged, rejected: report.rejected,
      digest: digest)
    let before = report
    report = try await desk.perform { ledger, _ in
      var report = before
      try ledger.append("register-imported", event, by: actor)
      report.doneAt = ledger.now
      try RegisterRows.set(id, .done, report: try Self.text(report), ledger.db)
      return report
    }
  }

  /// Dossiers of an outage get the code that an officer wrote beside it in the register.
  private func replaceCodes(_ report: inout RegisterReport, _ rules: CaseRules, by actor: Actor) async throws {
    for (former, code) in try await desk.database.pool.read({ try RegisterRows.provisional($0) }) {
      let replaced = try await desk.perform { ledger, _ -> Bool in
        guard let own = try DossierRows.own(code: former, ledger.db), own.code == former,
          try DossierRows.own(code: code, ledger.db) == nil
        else { return false }
        try CaseworkDesk.run(.replaceCode(own.id, with: code), rules, by: actor, &ledger)
        return true
      }
      if replaced { report.codesReplaced += 1 }
    }
  }

  /// Where the register has another date than the one promised at the counter, that it moved is an event of the dossier.
  /// Codes first: a dossier of an outage is found by its real one.
  private func replaceDates(_ report: inout RegisterReport, _ rules: CaseRules, by actor: Actor) async throws {
    var replaced = 0
    for id in try await desk.database.pool.read({ try RegisterRows.replacedDates($0) }) {
      let done = try await desk.perform { ledger, _ in
        try CaseworkDesk.replaceDue(id, rules, by: actor, &ledger)
      }
      if done { replaced += 1 }
    }
    report.datesReplaced = replaced
  }
}
