import CentreStore
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// Reminds of the year's deadlines: from thirty days before each one the supervisor's page says how many rows are open
/// and whose they are.
public struct ScoreKeeper: ServiceLifecycle.Service {
  let tables: ScoringTables
  let evidence: EvidenceFiles
  let desk: CommandDesk
  let alarms: Alarms
  let log: Logger

  public init(_ tables: ScoringTables, evidence: EvidenceFiles, desk: CommandDesk, alarms: Alarms, log: Logger) {
    self.tables = tables
    self.evidence = evidence
    self.desk = desk
    self.alarms = alarms
    self.log = log
  }

  static let every = Duration.seconds(600)
  /// Days before a deadline.
  static let ahead = 30

  public func run() async throws {
    await repeating(every: Self.every, "reminders of the scoring", log) {
      let settings = try await desk.look { _, state in state.hall.settings }
      try await remind(on: LocalDay(desk.clock.now, in: settings.zone), at: desk.clock.now)
    }
  }

  func remind(on today: LocalDay, at now: Instant) async throws {
    guard let table = tables.table(for: today.civil.year) else { return }
    let sheet = try await desk.database.pool.read { try ScoreRows.sheet(of: today.civil.year, table: table, $0) }
    let lost = Set(sheet.files.map(\.sha256).filter { evidence.standing(of: $0) != .kept })
    let work = sheet.work(without: [], lost: lost)
    for countdown in sheet.countdowns(on: today) {
      let id = "score-\(countdown.deadline.id)"
      let isNear = (0...Self.ahead).contains(countdown.days)
      switch countdown.deadline.id {
      case "register" where isNear && sheet.registration == nil:
        tell(id, "alarm.scoreRegister", countdown, [:], at: now)
      case "self-score" where isNear && !work.isEmpty:
        let owners = Dictionary(grouping: work, by: { $0.owner ?? "" }).sorted {
          ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        let list = owners.map { "\($0.key.isEmpty ? "–" : $0.key) \($0.value.count)" }.joined(separator: ", ")
        tell(id, "alarm.scoreOpen", countdown, ["open": "\(work.count)", "owners": list], at: now)
      default: alarms.clear(id)
      }
    }
    if lost.isEmpty {
      alarms.clear("score-files")
    } else {
      alarms.raise("score-files", .fault, Words.text("alarm.scoreFiles", ["n": "\(lost.count)"]), at: now)
    }
  }

  private func tell(
    _ id: String, _ words: String, _ countdown: ScoreSheet.Countdown, _ places: [String: String], at now: Instant
  ) {
    let all = places.merging(["n": "\(countdown.days)", "day": countdown.last.onPaper]) { $1 }
    // Never a fault: a printer without paper must not stand below a date.
    alarms.raise(id, .warning, Words.text(words, all), at: now)
  }
}
