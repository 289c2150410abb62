import Foundation
import OneStop
import Synchronization

/// The centre's time. Steady: it runs on the machine's monotonic clock from a wall time taken once, so that somebody who
/// sets the clock back an hour does not make the queue stand still. A jump is noticed, not followed, until the machine
/// says it is synchronised or a person confirms it.
public final class CentreClock: Sendable {
  private struct Base {
    var wall: Instant
    var steady: ContinuousClock.Instant
  }
  private let base: Mutex<Base>
  public let speed: Double
  private let source: @Sendable () -> Instant
  private let doubt: Mutex<Doubt?>

  /// Why the time cannot be trusted.
  public enum Doubt: Sendable, Hashable {
    /// The clock at start is before the last recorded event: a dead battery.
    case behindJournal(last: Instant)
    /// The machine's clock was changed while running, by so many seconds.
    case jumped(seconds: Int)
  }

  /// - Parameters:
  ///   - start: the time at start; nil takes the machine's.
  ///   - speed: 1 in earnest; a demonstration runs faster.
  ///   - source: the machine's wall clock.
  public init(start: Instant? = nil, speed: Double = 1, source: @escaping @Sendable () -> Instant = { .machine }) {
    self.source = source
    self.speed = speed
    base = Mutex(Base(wall: start ?? source(), steady: .now))
    doubt = Mutex(nil)
  }

  public var now: Instant {
    let base = base.withLock { $0 }
    let passed = ContinuousClock.now - base.steady
    let (seconds, attoseconds) = passed.components
    let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
    return base.wall.adding(milliseconds: Int64(milliseconds * speed))
  }

  /// Set while the day must stay closed until the clock is synchronised or confirmed.
  public var unsure: Doubt? { doubt.withLock { $0 } }

  /// Called once at start with the time of the last event. A clock more than a minute behind it cannot be right.
  public func compare(withLastEvent last: Instant) {
    guard speed == 1, now.adding(seconds: 60) < last else { return }
    doubt.withLock { $0 = .behindJournal(last: last) }
  }

  /// Called every second: follows small corrections, and big ones where the machine says it is synchronised.
  /// - Returns: a jump that was noticed just now.
  public func check(synchronised: Bool, lastEvent: Instant) -> Doubt? {
    guard speed == 1 else { return nil }
    let wall = source()
    let difference = wall.milliseconds - now.milliseconds
    if case .behindJournal = unsure {
      // The day is closed; a clock that has caught up with the journal opens it.
      if wall >= lastEvent, abs(difference) > 2000 || synchronised { follow(wall) }
      if now >= lastEvent { doubt.withLock { $0 = nil } }
      return nil
    }
    if abs(difference) <= 2000 || (synchronised && wall >= lastEvent) {
      if difference != 0 { follow(wall) }
      doubt.withLock { if case .jumped = $0 { $0 = nil } }
      return nil
    }
    let jump = Doubt.jumped(seconds: Int(difference / 1000))
    return doubt.withLock { known in
      if case .jumped = known { return nil }
      known = jump
      return jump
    }
  }

  /// The machine's clock is before the last recorded event, so it cannot be right, whoever says so.
  public struct Behind: Error {
    public var wall: Instant
    public var last: Instant
  }

  /// A person says that the machine's clock is right.
  public func confirm(lastEvent last: Instant) throws(Behind) {
    let wall = source()
    if wall < last { throw Behind(wall: wall, last: last) }
    follow(wall)
    doubt.withLock { $0 = nil }
  }

  /// Sets the time of a simulation, whose clock stands still between its days.
  func set(_ now: Instant) { follow(now) }

  private func follow(_ wall: Instant) {
    base.withLock { $0 = Base(wall: wall, steady: .now) }
  }
}

extension Instant {
  /// The machine's wall clock.
  public static var machine: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// `2026-11-26T02:24:31.123Z`
  public var iso: String {
    let day = LocalDay(self, in: ZoneOffset(seconds: 0))
    let rest = Int(milliseconds - day.start(in: ZoneOffset(seconds: 0)).milliseconds)
    return
      "\(day)T\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
  }
}
