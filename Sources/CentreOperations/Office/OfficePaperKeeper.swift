import CentreStore
import Logging
import OneStop
import ServiceLifecycle

/// Takes papers back that no printer took: one that was switched off or taken out of the settings would have its papers
/// wait for ever, with whatever name is on them. They stand in the list as cancelled and can be printed again.
public struct OfficePaperKeeper: ServiceLifecycle.Service {
  let desk: CommandDesk
  let board: OfficeBoard
  let log: Logger

  public init(_ desk: CommandDesk, board: OfficeBoard, log: Logger) {
    self.desk = desk
    self.board = board
    self.log = log
  }

  /// A long weekend, and time to get a new printer.
  public static let keepDays = 7
  static let every = Duration.seconds(60)

  public func run() async throws {
    await repeating(every: Self.every, "old papers", log) { try await takeBack() }
  }

  /// - Returns: how many were taken back.
  @discardableResult
  public func takeBack() async throws -> Int {
    guard !desk.isClosedForClock else { return 0 }
    let before = desk.clock.now.adding(seconds: -Self.keepDays * 86_400)
    // Looked for first: an empty command every minute would make the disk write.
    guard try await desk.look({ db, _ in try !OfficeJobs.waiting(db, askedBefore: before).isEmpty }) else { return 0 }
    let old = try await desk.perform { ledger, _ in
      let old = try OfficeJobs.waiting(ledger.db, askedBefore: before)
      for job in old { try OfficeJobs.discard(job, in: &ledger, by: .system) }
      return old.count
    }
    board.bell.ring()
    return old
  }
}
