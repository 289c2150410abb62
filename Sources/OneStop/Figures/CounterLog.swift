/// How long counters were open and paused, in whole seconds.
public struct CounterHours: Hashable, Sendable {
  public var openSeconds = 0
  public var pauses = 0
  public var pauseSeconds = 0

  public init(openSeconds: Int = 0, pauses: Int = 0, pauseSeconds: Int = 0) {
    (self.openSeconds, self.pauses, self.pauseSeconds) = (openSeconds, pauses, pauseSeconds)
  }

  /// - Parameter now: until when a stretch counts that is not over.
  public init(of log: CounterLog, at now: Instant) {
    for stretch in log.stretches {
      if stretch.pause == nil {
        openSeconds += stretch.seconds(at: now)
      } else {
        pauses += 1
        pauseSeconds += stretch.seconds(at: now)
      }
    }
  }

  public static func += (sum: inout CounterHours, more: CounterHours) {
    sum.openSeconds += more.openSeconds
    sum.pauses += more.pauses
    sum.pauseSeconds += more.pauseSeconds
  }
}

/// When counters were open, and when and why they paused, as the events of the queue tell it.
public struct CounterLog: Hashable, Sendable {
  /// One stretch of a counter: open, or paused for one reason.
  public struct Stretch: Hashable, Sendable {
    public var counter: Counter.ID
    public var from: Instant
    /// nil: not over yet.
    public var until: Instant?
    /// nil: open.
    public var pause: String?
    /// Where an officer corrected the reason of a pause: the one before, for an undo.
    fileprivate var formerReason: String?
    /// Ended by the officer who closed the counter, so that an undo goes on with it.
    fileprivate var closed = false

    /// Whole seconds, cut off, so that the rows of a year add up to its hours to the digit.
    public func seconds(at now: Instant) -> Int { Int(max(0, (until ?? now).milliseconds - from.milliseconds) / 1000) }
  }

  public static let secondsPerHour = 3600

  private var byCounter: [Counter.ID: [Stretch]] = [:]

  public init() {}

  /// In order of counters, then of time.
  public var stretches: [Stretch] { byCounter.sorted { $0.key < $1.key }.flatMap(\.value) }

  /// Takes the next event of the journal; those of citizens may be left out.
  public mutating func apply(_ event: QueueEvent, at now: Instant) {
    switch event {
    case .counterOpened(let e):
      // Opened by the one who sits there already.
      if let last = byCounter[e.counter]?.last, last.until == nil, last.pause == nil { return }
      end(e.counter, at: now)
      byCounter[e.counter, default: []].append(Stretch(counter: e.counter, from: now))
    case .counterPaused(let e):
      if var last = byCounter[e.counter]?.last, last.until == nil, let reason = last.pause {
        (last.formerReason, last.pause) = (reason, e.reason)
        replaceLast(of: e.counter, by: last)
      } else {
        end(e.counter, at: now)
        byCounter[e.counter, default: []].append(Stretch(counter: e.counter, from: now, pause: e.reason))
      }
    case .counterClosed(let e): end(e.counter, at: now, closed: e.why == "officer")
    case .dayClosed: for counter in byCounter.keys { end(counter, at: now) }
    case .undone(let e): undo(e.counter)
    default: return
    }
  }

  private mutating func end(_ counter: Counter.ID, at now: Instant, closed: Bool = false) {
    guard var last = byCounter[counter]?.last, last.until == nil else { return }
    last.until = now
    last.closed = closed
    replaceLast(of: counter, by: last)
  }

  /// A pause or a closing that was taken back has not been. Other actions that are taken back were done with a citizen.
  private mutating func undo(_ counter: Counter.ID) {
    guard var last = byCounter[counter]?.last else { return }
    if last.until != nil {
      guard last.closed else { return }
    } else if let former = last.formerReason {
      (last.pause, last.formerReason) = (former, nil)
      return replaceLast(of: counter, by: last)
    } else if last.pause != nil {
      byCounter[counter]?.removeLast()
      guard let open = byCounter[counter]?.last else { return }
      last = open
    } else {
      return
    }
    (last.until, last.closed) = (nil, false)
    replaceLast(of: counter, by: last)
  }

  private mutating func replaceLast(of counter: Counter.ID, by stretch: Stretch) {
    byCounter[counter]?.removeLast()
    byCounter[counter]?.append(stretch)
  }
}
