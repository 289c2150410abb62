import CentreStore
import GRDB
import Logging
import OneStop
import ServiceLifecycle

/// Forgets where people live once their time is over, and says which visits are late and which nobody plans.
public struct HomeVisitKeeper: ServiceLifecycle.Service {
  let desk: CommandDesk
  let alarms: Alarms
  let log: Logger

  public init(desk: CommandDesk, alarms: Alarms, log: Logger) {
    self.desk = desk
    self.alarms = alarms
    self.log = log
  }

  /// What is due is due by the day; a visit that was just recorded should not stand as late for long.
  static let every = Duration.seconds(20)
  public static let lateAlarm = "homeVisits"
  public static let unplannedAlarm = "homeUnplanned"

  public func run() async throws {
    await repeating(every: Self.every, "home visits", log) {
      try await forget()
      try await watch()
    }
  }

  /// - Returns: how many were forgotten.
  @discardableResult
  public func forget() async throws -> Int {
    // With a clock that may be ahead the wrong ones would go, and for ever.
    guard !desk.isClosedForClock else { return 0 }
    let now = desk.clock.now
    // Looked for first: an empty command every few seconds would make the disk write.
    let due = try await desk.look { db, state in try Self.due(state.hall.settings, at: now, db) }
    guard !due.isEmpty else { return 0 }
    return try await desk.perform { ledger, state in try Self.forget(state.hall.settings, in: &ledger) }
  }

  @discardableResult
  static func forget(_ settings: CentreSettings, in ledger: inout Ledger) throws -> Int {
    let due = try due(settings, at: ledger.now, ledger.db)
    try HomeVisitRows.forget(due, in: &ledger, by: .system)
    return due.count
  }

  private static func due(_ settings: CentreSettings, at now: Instant, _ db: Database) throws -> [HomeVisit.ID] {
    let today = LocalDay(now, in: settings.zone)
    return try HomeVisitRows.known(db).filter {
      $0.isToBeForgotten(after: settings.homeVisits.keepDays, on: today, in: settings.zone)
    }.map(\.id)
  }

  public func watch() async throws {
    let now = desk.clock.now
    let (late, unplanned) = try await desk.look { db, state in
      let zone = state.hall.settings.zone
      let today = LocalDay(now, in: zone)
      let open = try HomeVisitRows.open(db)
      return (open.count { $0.standing(on: today) == .late }, open.count { $0.isForgotten(on: today, in: zone) })
    }
    let days = ["days": "\(HomeVisit.planWithin)"]
    alarms.tell(Self.lateAlarm, .warning, count: late, at: now)
    alarms.tell(Self.unplannedAlarm, .warning, count: unplanned, days, at: now)
  }
}
