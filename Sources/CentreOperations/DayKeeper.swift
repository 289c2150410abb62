import CLinux
import CentreStore
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// What happens by the clock: screens learn that it is lunch, the day is closed when it is over, the clock itself is watched.
public struct DayKeeper: ServiceLifecycle.Service {
  let desk: CommandDesk
  let alarms: Alarms
  let log: Logger
  /// Whether the kernel says the clock is synchronised.
  let synchronised: @Sendable () -> Bool

  public init(
    _ desk: CommandDesk, alarms: Alarms, log: Logger,
    synchronised: @escaping @Sendable () -> Bool = MachineClock.isSynchronised
  ) {
    self.desk = desk
    self.alarms = alarms
    self.log = log
    self.synchronised = synchronised
  }

  public func run() async throws {
    var second = 0
    // The screens must not offer numbers that would be refused.
    if desk.isClosedForClock { try? await desk.refreshScreens() }
    await repeating(every: .seconds(1), "day keeping", log) {
      defer { second += 1 }
      try await watchClock()
      if second % 15 == 0 { try await desk.refreshScreens() }
      watchStore()
      guard second % 5 == 0 else { return }
      try await keepDay()
      desk.bell.wake()
      desk.tail.bell.wake()
      try await watchClosedCounters()
    }
  }

  private func watchClock() async throws {
    let (last, zone) = try await desk.look { db, state in (try Journal.head(db).at, state.hall.settings.zone) }
    let wasClosed = desk.isClosedForClock
    defer { if wasClosed != desk.isClosedForClock { Task { try await desk.refreshScreens() } } }
    if let jump = desk.clock.check(synchronised: synchronised(), lastEvent: last) {
      log.warning("the machine's clock was changed", metadata: ["doubt": "\(jump)"])
    }
    switch desk.clock.unsure {
    case nil: alarms.clear("clock")
    case .behindJournal(let last):
      alarms.raise(
        "clock", .fault,
        Words.text("alarm.clockBehind", ["time": "\(TimeOfDay(last, in: zone)) \(TicketPaper.date(last, zone))"]),
        at: desk.clock.now)
    case .jumped(let seconds):
      alarms.raise("clock", .warning, Words.text("alarm.clockJumped", ["n": "\(seconds / 60)"]), at: desk.clock.now)
    }
  }

  private func watchStore() {
    if let trouble = desk.storeTrouble {
      alarms.raise("storage", .fault, Words.text("alarm.storage", ["why": "\(trouble)"]), at: desk.clock.now)
    } else {
      alarms.clear("storage")
    }
  }

  /// Whoever was sent to a counter that has closed is called by nobody until somebody looks.
  private func watchClosedCounters() async throws {
    let waiting = try await desk.look { _, state in state.hall.waitingAtClosedCounters }
    for id in alarms.standing.map(\.id) where id.hasPrefix("awaited-") {
      if !waiting.keys.contains(where: { id == "awaited-\($0)" }) { alarms.clear(id) }
    }
    for (counter, count) in waiting {
      alarms.raise(
        "awaited-\(counter)", .warning,
        Words.text("alarm.counterAwaited", ["counter": "\(counter)", "n": "\(count)"]), at: desk.clock.now)
    }
  }

  /// Closes the day when it is over, and lets the keys of opened ratings die.
  private func keepDay() async throws {
    let now = desk.clock.now
    if case .behindJournal = desk.clock.unsure { return }
    let due = try await desk.look { _, state in state.hall.closingDue(at: now) }
    if let due, due != "midnight" {
      _ = try await desk.queue(.closeDay(reason: due), by: .system) { _, _, _ in }
      log.notice("the day is closed", metadata: ["reason": "\(due)"])
    } else if due != nil {
      // Any command turns the day over.
      try await desk.perform { _, _ in }
    }
    try await desk.ratings.destroyOrphans(desk.database)
  }
}

public enum MachineClock {
  /// adjtimex(2): the kernel clears STA_UNSYNC once a time service keeps it.
  @Sendable public static func isSynchronised() -> Bool {
    var state = timex()
    guard adjtimex(&state) >= 0 else { return false }
    return state.status & Int32(STA_UNSYNC) == 0
  }
}
