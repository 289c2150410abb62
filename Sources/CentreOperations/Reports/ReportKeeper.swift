import CentreStore
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// Makes the reports that are due: of a day when it is closed, of the longer periods when their last day is over. It looks
/// whenever the bell rings, so that a closing is followed at once; a machine that was off makes up for what it missed.
public struct ReportKeeper: ServiceLifecycle.Service {
  let office: ReportOffice
  let desk: CommandDesk
  let alarms: Alarms
  let log: Logger

  public init(_ office: ReportOffice, desk: CommandDesk, alarms: Alarms, log: Logger) {
    self.office = office
    self.desk = desk
    self.alarms = alarms
    self.log = log
  }

  /// How many periods back are made up for; a database brought from elsewhere must not bring 250 days of paper.
  static let back: [ReportPeriod.Kind: Int] = [
    .day: 7, .week: 4, .month: 3, .quarter: 2, .halfYear: 1, .year: 1,
  ]

  public func run() async throws {
    var looked: LocalDay?
    var closed: LocalDay?
    await atEachRing(of: desk.bell, "reports", log) {
      let (day, isClosed, today) = try await desk.look { [desk] _, state in
        (state.hall.day, state.hall.closed, state.hall.settings.day(of: desk.clock.now))
      }
      // Twice a day at most: once it is another day, once the day is closed.
      let latest = isClosed ? day : nil
      guard !desk.isClosedForClock, looked != today || closed != latest else { return }
      try await makeDue(on: today)
      alarms.clear("report")
      (looked, closed) = (today, latest)
    }
  }

  /// Makes what is due and not there yet.
  func makeDue(on today: LocalDay) async throws {
    for period in try await due(on: today) {
      do {
        _ = try await office.make(period, reason: Words.text("report.periodOver").vi, by: .system)
        log.notice("report made", metadata: ["period": "\(period.id)"])
      } catch let rejection as ReportRejection where rejection == .noData || rejection == .unchanged {
        continue
      } catch let end as CancellationError {
        throw end
      } catch {
        let words = Words.text("alarm.report", ["period": period.words.vi, "why": "\(error)"])
        alarms.raise("report", .warning, words, at: desk.clock.now)
        throw error
      }
    }
  }

  private func due(on today: LocalDay) async throws -> [ReportPeriod] {
    try await desk.look { db, state in
      var due: [ReportPeriod] = []
      for kind in ReportPeriod.Kind.allCases {
        var period = ReportPeriod(kind, of: today)
        for _ in 0...(Self.back[kind] ?? 0) {
          let isOver = period.last < today || kind == .day && state.hall.day == today && state.hall.closed
          let kept = try ReportRows.latest(period, db)
          // A version made while the period ran is followed by one of the whole.
          if isOver, kept.map({ !$0.made.complete }) ?? true { due.append(period) }
          period = period.before
        }
      }
      return due
    }
  }
}
