import CentreStore
import GRDB
import OneStop

/// Commands about visits at home, inside a transaction of the command desk.
public enum HomeVisitDesk {
  public static func rules(_ casework: CaseRules?, _ state: CentreState) -> HomeVisitRules {
    HomeVisitRules(
      groups: Set(state.hall.settings.homeVisits.groups.filter(\.active).map(\.id)),
      procedures: casework.map { Set($0.procedures.all.map(\.id)) },
      officers: Set(state.officers.values.filter { $0.active && isSent($0) }.map(\.id)),
      zone: state.hall.settings.zone)
  }

  /// Whether somebody can be sent: whoever works with dossiers.
  public static func isSent(_ officer: Officer) -> Bool { [.officer, .supervisor, .admin].contains(officer.role) }

  /// - Parameter person: of a new visit, or one that is bettered.
  @discardableResult
  public static func run(
    _ command: HomeVisitCommand, person: HomePerson? = nil, code: DossierCode? = nil, _ rules: HomeVisitRules,
    by actor: Actor, _ ledger: inout Ledger
  ) throws -> HomeVisit {
    let db = ledger.db
    var visits = HomeVisits(
      try command.visit.flatMap { try HomeVisitRows.visit($0, db) }.map { [$0] } ?? [],
      lastID: try HomeVisitRows.lastID(db))
    let event = try visits.decide(command, rules, by: actor, at: ledger.now)
    if let code, try DossierRows.dossier(code: code, db) == nil { throw DossierRejection.unknownDossier }
    var kept = try HomeVisitRows.person(of: event.visit, db)
    if let person {
      guard kept != nil || command.visit == nil else { throw HomeVisitRejection.forgotten }
      // A correction of name or address says nothing of the dossier.
      let known = kept?.code
      kept = person
      kept?.code = person.code ?? known
    }
    if let code { kept?.code = code }
    try ledger.append(event.type, event.payload, by: actor)
    visits.apply(event, by: actor.name, at: ledger.now)
    guard let visit = visits.visits[event.visit] else { throw HomeVisitRejection.unknownVisit }
    try HomeVisitRows.write([visit], db)
    if let kept { try HomeVisitRows.put(kept, of: visit.id, db) }
    if !visit.isOpen { try HomeVisitRows.takeBackPapers(of: visit.id, in: &ledger, by: actor) }
    return visit
  }

  /// A visit with who it is to, for somebody who needs to know it.
  /// - Throws: `home-visit-not-yours`, `home-person-deleted`.
  public static func whole(
    _ id: HomeVisit.ID, for actor: Actor, _ db: Database
  ) throws -> (visit: HomeVisit, person: HomePerson) {
    guard let visit = try HomeVisitRows.visit(id, db) else { throw HomeVisitRejection.unknownVisit }
    guard visit.showsPerson(to: actor) else { throw HomeVisitRejection.notYours }
    guard let person = try HomeVisitRows.person(of: id, db) else { throw HomeVisitRejection.forgotten }
    return (visit, person)
  }
}

extension HomeVisitRejection {
  public var words: Bilingual { Words.text("problem.\(rawValue)") }
}
