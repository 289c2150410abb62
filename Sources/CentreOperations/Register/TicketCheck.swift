import CentreStore
import Foundation
import GRDB
import OneStop

/// The ticket log beside the register: two records of the same days that nobody can keep in step by accident. Same-day work
/// stands in the register only when somebody enters it (Decree 61/2018, article 17(4)), but the number was drawn anyway.
public struct TicketCheck: Codable, Sendable {
  public struct Day: Codable, Sendable, Hashable {
    public var day: LocalDay
    /// Visits served, without those that only collect a result or ask for guidance.
    public var visits: Int
    /// Of these, with at least one dossier received here.
    public var visitsWithDossier: Int
    /// Dossiers received over the counter that day, ours and the register's, each once.
    public var dossiers: Int
    /// Of these, entered here from a visit.
    public var dossiersFromVisit: Int
    /// Known from the register only: nobody entered them at our counter.
    public var registerOnly: Int
    /// Received here and not in the register, though an import reaches this day.
    public var notInRegister: Int

    public var visitsWithoutDossier: Int { visits - visitsWithDossier }
    public var dossiersWithoutVisit: Int { dossiers - dossiersFromVisit }
  }
  public var days: [Day]
  /// The last day the register has a dossier of; nil: nothing was imported yet.
  public var registerReaches: LocalDay?

  /// - Parameter settings: which services only collect or guide.
  public init(_ db: Database, from: LocalDay, to: LocalDay, settings: CentreSettings) throws {
    let apart = settings.services.filter { $0.collects || $0.guidance }.map(\.id.rawValue)
    let marks = databaseQuestionMarks(count: apart.count)
    let visits = try Row.fetchAll(
      db,
      sql: """
        SELECT v.day, v.id FROM visit v WHERE v.day BETWEEN ? AND ? AND EXISTS (
          SELECT 1 FROM step s WHERE s.visit = v.id AND s.outcome = 'served' AND s.service NOT IN (\(marks)))
        """,
      arguments: StatementArguments([from.number, to.number]) + StatementArguments(apart))
    let last = try Int.fetchOne(db, sql: "SELECT max(receivedDay) FROM registerNow").map { LocalDay(number: $0) }
    registerReaches = last
    var byDay: [Int: Day] = [:]
    func change(_ day: Int, _ body: (inout Day) -> Void) {
      body(
        &byDay[
          day,
          default: Day(
            day: LocalDay(number: day), visits: 0, visitsWithDossier: 0, dossiers: 0, dossiersFromVisit: 0,
            registerOnly: 0, notInRegister: 0)])
    }
    let dossiers = try DossierRows.received(from: from, to: to, db)
      .filter { [.counter, .unknown].contains($0.channel) && $0.state != .annulled && $0.state != .registered }
    let linked = Set(dossiers.compactMap(\.visit?.rawValue))
    for row in visits {
      let (day, id): (Int, Int) = (row[0], row[1])
      change(day) {
        $0.visits += 1
        if linked.contains(id) { $0.visitsWithDossier += 1 }
      }
    }
    for dossier in dossiers {
      let day = LocalDay(dossier.receivedAt, in: settings.zone)
      let inRegister =
        try dossier.id.rawValue < 0 || RegisterRows.entry(code: dossier.code, db) != nil
      change(day.number) {
        $0.dossiers += 1
        if dossier.visit != nil { $0.dossiersFromVisit += 1 }
        if dossier.id.rawValue < 0 { $0.registerOnly += 1 }
        if !inRegister, let last, day <= last { $0.notInRegister += 1 }
      }
    }
    days = byDay.values.sorted { $0.day < $1.day }
  }
}
