import CentreStore
import OneStop

/// The results of a same-day day: `{"document": "same-day", "day": "2026-11-28"}`.
public struct SameDayDocument: OfficeDocument {
  public static let kind = "same-day"
  public var day: LocalDay

  public var reference: String { "\(day)" }

  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard let casework = office.casework else { throw CaseworkIsOff() }
    let (day, now) = (day, office.desk.clock.now)
    let (report, settings) = try await office.desk.look { db, state in
      let settings = state.hall.settings
      return (try SameDayReport(on: day, casework.adjusted(to: settings), state, at: now, db), settings)
    }
    return OfficePaper(
      title: Words.text("office.document.same-day", ["day": day.onPaper]).vi,
      pdf: try report.pdf(centre: settings.centre, zone: settings.zone, at: now))
  }
}

/// A paper of a dossier, from its template: `{"document": "slip", "dossier": 17, "slip": "receipt"}`.
public struct SlipDocument: OfficeDocument {
  public static let kind = "slip"
  public var dossier: Dossier.ID
  public var slip: CaseSlips.Kind

  public var reference: String { "dossier \(dossier) \(slip.rawValue)" }

  /// - Throws: `DossierRejection.notNow` where the dossier has nothing to say on such a paper.
  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard let slips = office.slips else { throw CaseworkIsOff() }
    let (id, slip, now) = (dossier, slip, office.desk.clock.now)
    let (dossier, settings, officer) = try await office.desk.look { db, state in
      let settings = state.hall.settings
      guard let dossier = try DossierRows.dossier(id, db) else { throw DossierRejection.unknownDossier }
      guard CaseSlips.fits(slip, dossier, on: LocalDay(now, in: settings.zone), in: settings.zone) else {
        throw DossierRejection.notNow
      }
      return (dossier, settings, dossier.officer.flatMap { state.officers[$0]?.name })
    }
    return OfficePaper(
      title: "\(Words.text("slip.heading.\(slip.rawValue)").vi) \(dossier.code.text)",
      size: slips.templates[slip]?.paper ?? .a5,
      pdf: try slips.pdf(slip, dossier, settings: settings, officer: officer, at: now))
  }
}
