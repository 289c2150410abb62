@testable import OneStop
import Testing

@Suite("the log of counters: open, paused, closed")
struct CounterLogTests {
  private func minute(_ n: Int64) -> Instant { Instant(milliseconds: n * 60_000) }

  /// Of minute, event; the log as `counter from-until reason`.
  private func log(_ events: KeyValuePairs<Int64, QueueEvent>) -> [String] {
    var log = CounterLog()
    for (at, event) in events { log.apply(event, at: minute(at)) }
    return log.stretches.map { stretch in
      let until = stretch.until.map { "\($0.milliseconds / 60_000)" } ?? ""
      return "\(stretch.counter) \(stretch.from.milliseconds / 60_000)-\(until) \(stretch.pause ?? "open")"
    }
  }
  private func opened(_ n: Counter.ID) -> QueueEvent { .counterOpened(.init(counter: n, officer: "an")) }
  private func paused(_ n: Counter.ID, _ why: String) -> QueueEvent { .counterPaused(.init(counter: n, reason: why)) }
  private func closed(_ n: Counter.ID, _ why: String = "officer") -> QueueEvent {
    .counterClosed(.init(counter: n, why: why))
  }
  private func undone(_ n: Counter.ID) -> QueueEvent { .undone(.init(counter: n)) }
  private var dayClosed: QueueEvent {
    .dayClosed(
      .init(day: LocalDay(year: 2026, month: 3, day: 2)!, reason: "", unserved: [], unfinished: [], noShows: []))
  }

  @Test("a morning with a pause, and the day that closes the counters still open")
  func morning() {
    #expect(
      log([0: opened(1), 5: opened(2), 60: paused(1, "nghỉ"), 75: opened(1), 200: closed(2), 240: dayClosed])
        == ["1 0-60 open", "1 60-75 nghỉ", "1 75-240 open", "2 5-200 open"])
  }

  @Test("the officer who opens twice has opened once; a new reason doesn't begin the pause anew")
  func again() {
    #expect(
      log([0: opened(1), 1: opened(1), 9: paused(1, "nghỉ"), 12: paused(1, "họp"), 20: opened(1)])
        == ["1 0-9 open", "1 9-20 họp", "1 20- open"])
  }

  @Test("a pause, a reason or a closing taken back has not been")
  func undo() {
    #expect(log([0: opened(1), 9: paused(1, "nghỉ"), 10: undone(1), 30: closed(1)]) == ["1 0-30 open"])
    #expect(
      log([0: opened(1), 9: paused(1, "nghỉ"), 10: paused(1, "họp"), 11: undone(1)]) == ["1 0-9 open", "1 9- nghỉ"])
    #expect(log([0: opened(1), 9: closed(1), 10: undone(1), 30: dayClosed]) == ["1 0-30 open"])
    #expect(log([0: opened(1), 9: paused(1, "nghỉ"), 10: closed(1), 11: undone(1)]) == ["1 0-9 open", "1 9- nghỉ"])
  }

  @Test("an undo with a citizen changes nothing, nor one after an officer has moved on")
  func other() {
    #expect(log([0: opened(1), 9: undone(1)]) == ["1 0- open"])
    #expect(log([0: opened(1), 9: closed(1, "moved"), 10: undone(1)]) == ["1 0-9 open"])
    #expect(log([9: undone(1)]) == [])
  }
}
