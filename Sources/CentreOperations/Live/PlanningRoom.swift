import CentreStore
import Foundation
import GRDB
import OneStop

/// Where a supervisor's question about more counters is answered: one at a time, on a thread of its own that gives way to
/// the queue, and for a bounded time.
public actor PlanningRoom {
  public struct Busy: Error {}
  /// Too many visits a day for 30 runs in the time there is.
  public struct TooLong: Error {}

  /// A page waits for the answer, so the runs end then; below `Planning.leastRuns` there is none.
  public static let longest = Duration.seconds(25)
  private var busy = false

  public init() {}

  public func answer(_ question: Planning.Question, _ read: @Sendable () async throws -> Planning) async throws
    -> PlanningAnswer
  {
    if busy { throw Busy() }
    busy = true
    defer { busy = false }
    let planning = try await read()
    let pairs = await Self.runs(of: planning)
    guard pairs.count >= Planning.leastRuns else { throw TooLong() }
    return PlanningAnswer(planning, pairs)
  }

  private static func runs(of planning: Planning) async -> [(without: Planning.Run, with: Planning.Run)] {
    await withCheckedContinuation { done in
      let thread = Thread {
        // Of this thread only, on Linux: calls and numbers come first.
        _ = nice(10)
        let begun = ContinuousClock.now
        var pairs: [(without: Planning.Run, with: Planning.Run)] = []
        for seed in 0..<UInt64(Planning.runs) {
          if ContinuousClock.now - begun > longest { break }
          pairs.append(planning.pair(seed: seed))
        }
        done.resume(returning: pairs)
      }
      thread.name = "planning"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// The past days of the question's weekday with who came and which counters were open.
  public static func planning(
    _ question: Planning.Question, before today: LocalDay, settings: CentreSettings, _ db: Database
  ) throws -> Planning {
    var days: [Planning.Day] = []
    let last = today.adding(days: -1)
    let newest = last.adding(days: -((last.weekday - question.weekday + 7) % 7))
    for week in 0..<Planning.weeks {
      let day = newest.adding(days: -7 * week)
      let visits = try HallRows.visits(db, from: day, to: day)
      guard !visits.isEmpty else { continue }
      let seats = try CounterLogRows.log(from: day, to: day, db).stretches.compactMap { stretch in
        stretch.pause == nil
          ? stretch.until.map { CentreSimulation.Past.Seat(counter: stretch.counter, from: stretch.from, to: $0) } : nil
      }
      days.append(Planning.Day(day: day, visits: visits, seats: seats))
    }
    return try Planning(question, days: days, settings: settings)
  }
}
