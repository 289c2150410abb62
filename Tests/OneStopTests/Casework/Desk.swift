import OneStop

/// A caseload with its journal and a clock, as the tests drive it.
struct CaseDesk {
  var load: Caseload
  var now: Instant
  private(set) var journal: [(event: DossierEvent, at: Instant)] = []
  let officer = Actor("cb01", .officer, terminal: "quay-1")

  init(_ now: String, rules: CaseRules = Office.caseRules()) {
    load = Caseload(rules: rules)
    self.now = Office.at(now)
  }

  @discardableResult
  mutating func ask(_ command: DossierCommand) throws(DossierRejection) -> [DossierEvent] {
    let events = try load.decide(command, by: officer, at: now)
    for event in events {
      load.apply(event, at: now)
      journal.append((event, now))
    }
    return events
  }

  mutating func at(_ text: String) { now = Office.at(text) }

  /// Receives and gives the id.
  mutating func receive(_ code: String?, _ procedure: Procedure.ID = "1.004873") throws -> Dossier.ID {
    try ask(.receive(.init(code: code.flatMap { DossierCode($0) }, procedure: procedure)))[0].dossier
  }

  /// How a promise of the same-day day stands now.
  func standing(_ id: Dossier.ID) -> SameDayStanding? {
    load[id]!.sameDayStanding(at: now, load.rules.sameDay, load.rules.calendar)
  }

  func replayed() -> Caseload {
    var load = Caseload(rules: load.rules)
    for (event, at) in journal { load.apply(event, at: at) }
    return load
  }
}
