import CentreStore
import OneStop

/// The paper of a visit at home: `{"document": "home-visit", "visit": 3}`. For who goes there and for supervisors, as
/// long as the address is known.
public struct HomeVisitDocument: OfficeDocument {
  public static let kind = HomeVisitRows.paper
  public static let namesSomebody = true
  public var visit: HomeVisit.ID

  public init(visit: HomeVisit.ID) { self.visit = visit }

  public var reference: String { "home visit \(visit)" }

  /// - Throws: `HomeVisitRejection`.
  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard let slip = office.tables.current.homeSlip else { throw CaseworkIsOff() }
    let (id, asker, now, rules) = (visit, office.asker, office.desk.clock.now, office.casework)
    let (found, settings, officer) = try await office.desk.look { db, state in
      let found = try HomeVisitDesk.whole(id, for: asker, db)
      return (found, state.hall.settings, found.visit.officer.flatMap { state.officers[$0]?.name })
    }
    return OfficePaper(
      title: Words.text("office.document.home-visit", ["n": "\(id)"]).vi, size: slip.template.paper,
      pdf: try slip.pdf(found.visit, found.person, officer: officer, rules, settings: settings, at: now))
  }
}
