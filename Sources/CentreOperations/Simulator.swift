import CentreStore
import Foundation
import GRDB
import OneStop

/// Fills a database with simulated days, or lives through one on the running daemon.
public struct Simulator: Sendable {
  let desk: CommandDesk
  let seed: UInt64
  let habits: CentreSimulation.Habits

  public init(_ desk: CommandDesk, seed: UInt64, habits: CentreSimulation.Habits = .init()) {
    self.desk = desk
    self.seed = seed
    self.habits = habits
  }

  /// Simulates one whole day in one transaction, at the day's own times. Days without opening hours pass empty.
  public func day(_ day: LocalDay) async throws {
    let (seed, habits, ratings) = (seed, habits, desk.ratings)
    let settings = try await desk.look { _, state in state.hall.settings }
    guard !settings.hours.spans(on: day).isEmpty else { return }
    desk.clock.set(day.instant(at: TimeOfDay(minutes: 6 * 60), in: settings.zone))
    try await desk.perform { ledger, state in
      var simulation = CentreSimulation(
        day: day, settings: settings, officers: Self.seats(state), seed: seed, habits: habits)
      while let at = simulation.nextAt {
        ledger.advance(to: at)
        switch simulation.next(in: state.hall) {
        case nil: continue
        case .command(let command, let actor):
          let result: Result<[QueueEvent], QueueRejection>
          do {
            result = .success(try CommandDesk.run(command, by: actor, &ledger, &state, ratings))
          } catch let refusal as QueueRejection {
            result = .failure(refusal)
          }
          simulation.happened(result, in: state.hall, at: ledger.now)
        case .rate(let step, let reception, let handling):
          try? ratings.seal(
            Rating(reception: reception, handling: handling), step: step, in: &ledger, &state.hall, by: .citizen)
        }
      }
      try CommandDesk.run(.closeDay(reason: "simulated"), by: .system, &ledger, &state, ratings)
      ledger.notes.removeAll()
    }
    try await ratings.destroyOrphans(desk.database)
  }

  /// Lives through today in the clock's own time, from now on, until cancelled.
  public func live(alwaysOpenFrom start: Instant?) async throws {
    var round: UInt64 = 0
    while !Task.isCancelled {
      try await liveOnce(alwaysOpenFrom: start.map { _ in desk.clock.now }, round: round)
      round += 1
    }
  }

  private func liveOnce(alwaysOpenFrom start: Instant?, round: UInt64) async throws {
    let clock = desk.clock
    let begun = try await desk.look { _, state in state }
    var simulation = CentreSimulation(
      day: begun.hall.day, settings: begun.hall.settings, officers: Self.seats(begun), seed: seed &+ round,
      habits: habits, alwaysOpenFrom: start)
    while let at = simulation.nextAt {
      let ahead = at.milliseconds - clock.now.milliseconds
      if ahead > 0 { try await Task.sleep(for: .milliseconds(Double(ahead) / clock.speed)) }
      try Task.checkCancellation()
      let hall = try await desk.look { _, state in state.hall }
      // A new day: those who were planned for the old one stay at home.
      if hall.day != simulation.day { return }
      switch simulation.next(in: hall) {
      case nil: continue
      case .command(let command, let actor):
        do {
          let events = try await desk.queue(command, by: actor) { _, events, _ in events }
          let after = try await desk.look { _, state in state.hall }
          simulation.happened(.success(events), in: after, at: clock.now)
        } catch let refusal as QueueRejection {
          simulation.happened(.failure(refusal), in: hall, at: clock.now)
        }
      case .rate(let step, let reception, let handling):
        let ratings = desk.ratings
        try? await desk.perform { ledger, state in
          try ratings.seal(
            Rating(reception: reception, handling: handling), step: step, in: &ledger, &state.hall, by: .citizen)
        }
      }
    }
  }

  /// One officer for each counter, in order.
  static func seats(_ state: CentreState) -> [Counter.ID: Officer.ID] {
    let officers = state.officers.values.filter { $0.active && $0.role == .officer }.map(\.id).sorted()
    return Dictionary(
      uniqueKeysWithValues: zip(state.hall.settings.counters.filter(\.active).map(\.number), officers).map { ($0, $1) })
  }
}
