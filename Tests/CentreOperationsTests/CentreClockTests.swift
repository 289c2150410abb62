@testable import CentreOperations
import CentreStore
import Foundation
import OneStop
import Synchronization
import Testing

@Suite("the centre's clock")
struct CentreClockTests {
  /// A machine whose clock people play with.
  private final class Machine: Sendable {
    private final class Wall: Sendable {
      let time = Mutex(Machine.start)
    }
    private let wall = Wall()
    let clock: CentreClock
    static let start = Instant(milliseconds: 1_795_660_800_000)

    init(speed: Double = 1) {
      clock = CentreClock(speed: speed, source: { [wall] in wall.time.withLock { $0 } })
    }

    func set(_ seconds: Int) { wall.time.withLock { $0 = Self.start.adding(seconds: seconds) } }
  }
  private let earlier = Machine.start.adding(seconds: -30)

  /// Whether a moment is `seconds` after the start, give or take the minute a slow machine may need for a test.
  private func near(_ moment: Instant, _ seconds: Int) -> Bool {
    let off = moment.milliseconds - Machine.start.milliseconds - Int64(seconds) * 1000
    return (-1000...60_000).contains(off)
  }

  @Test("set back or forward an hour by somebody: noticed once, not followed", arguments: [-3600, 3600, 86_400])
  func jump(seconds: Int) {
    let machine = Machine()
    machine.set(seconds)
    let doubt = machine.clock.check(synchronised: false, lastEvent: earlier)
    guard case .jumped(let by) = doubt else {
      Issue.record("not noticed")
      return
    }
    #expect(abs(by - seconds) <= 60)
    #expect(machine.clock.unsure == doubt)
    #expect(machine.clock.check(synchronised: false, lastEvent: earlier) == nil, "told once")
    #expect(near(machine.clock.now, 0), "the queue's time goes on as it was")
  }

  @Test("put right again, the doubt is over")
  func backAgain() {
    let machine = Machine()
    machine.set(-3600)
    _ = machine.clock.check(synchronised: false, lastEvent: earlier)
    machine.set(0)
    #expect(machine.clock.check(synchronised: false, lastEvent: earlier) == nil)
    #expect(machine.clock.unsure == nil)
  }

  @Test("the machine says it is synchronised: the jump is followed, unless it would go before what is recorded")
  func synchronised() {
    let machine = Machine()
    machine.set(3600)
    #expect(machine.clock.check(synchronised: true, lastEvent: earlier) == nil)
    #expect(near(machine.clock.now, 3600))
    machine.set(-3600)
    #expect(machine.clock.check(synchronised: true, lastEvent: Machine.start) != nil)
    #expect(near(machine.clock.now, 3600))
  }

  @Test("small corrections are followed at once", arguments: [-2, -1, 1, 2])
  func small(seconds: Int) {
    let machine = Machine()
    machine.clock.set(Machine.start.adding(seconds: -seconds))
    #expect(machine.clock.check(synchronised: false, lastEvent: earlier.adding(seconds: -60)) == nil)
    #expect(near(machine.clock.now, 0))
    #expect(machine.clock.unsure == nil)
  }

  @Test("a person confirms the machine's clock: it is followed")
  func confirm() throws {
    let machine = Machine()
    machine.set(7200)
    _ = machine.clock.check(synchronised: false, lastEvent: earlier)
    try machine.clock.confirm(lastEvent: earlier)
    #expect(machine.clock.unsure == nil)
    #expect(near(machine.clock.now, 7200))
  }

  @Test("a clock before the last event is not confirmed: the doubt stays")
  func confirmBehind() {
    let machine = Machine()
    let last = Machine.start.adding(seconds: 86_400)
    machine.clock.compare(withLastEvent: last)
    #expect(throws: CentreClock.Behind.self) { try machine.clock.confirm(lastEvent: last) }
    #expect(machine.clock.unsure == .behindJournal(last: last))
  }

  @Test(
    "a dead battery: the day stays closed until the clock is synchronised or confirmed",
    arguments: ["synchronised", "confirmed", "put right"])
  func deadBattery(how: String) throws {
    let machine = Machine()
    let last = Machine.start.adding(seconds: 86_400)
    machine.clock.compare(withLastEvent: last)
    #expect(machine.clock.unsure == .behindJournal(last: last))
    #expect(machine.clock.check(synchronised: false, lastEvent: last) == nil)
    #expect(machine.clock.unsure == .behindJournal(last: last), "time alone doesn't mend it")
    machine.set(86_500)
    switch how {
    case "confirmed": try machine.clock.confirm(lastEvent: last)
    default: _ = machine.clock.check(synchronised: how == "synchronised", lastEvent: last)
    }
    #expect(machine.clock.unsure == nil)
    #expect(near(machine.clock.now, 86_500))
  }

  @Test("up to a minute behind the last event is a clock, not a dead battery", arguments: [(59, false), (180, true)])
  func slightlyBehind(seconds: Int, doubt: Bool) {
    let machine = Machine()
    machine.clock.compare(withLastEvent: Machine.start.adding(seconds: seconds))
    #expect((machine.clock.unsure != nil) == doubt)
  }

  @Test("a demonstration's clock is not watched")
  func demonstration() {
    let machine = Machine(speed: 20)
    machine.set(-3600)
    machine.clock.compare(withLastEvent: Machine.start.adding(seconds: 86_400))
    #expect(machine.clock.check(synchronised: false, lastEvent: earlier) == nil)
    #expect(machine.clock.unsure == nil)
  }

  @Test(
    "moments are written as ISO 8601 in UTC",
    arguments: [
      (Int64(0), "1970-01-01T00:00:00.000Z"), (1_795_660_801_023, "2026-11-26T02:40:01.023Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ])
  func iso(milliseconds: Int64, text: String) { #expect(Instant(milliseconds: milliseconds).iso == text) }

  @Test("commands are refused while the clock is behind the journal, and nothing is lost")
  func refused() async throws {
    let centre = try TestDesk()
    try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
    centre.desk.clock.compare(withLastEvent: centre.desk.clock.now.adding(seconds: 7200))
    await #expect(throws: CommandDesk.ClockUnsure.self) {
      try await centre.run(.issue("ho-tich", code: "y"), by: TestDesk.kiosk)
    }
    try centre.desk.clock.confirm(lastEvent: Instant(milliseconds: 0))
    try await centre.run(.issue("ho-tich", code: "z"), by: TestDesk.kiosk)
    #expect(try await centre.hall().visits.values.map(\.number).sorted() == ["A001", "A002"])
  }

  @Test("a clock set back an hour: numbers and events go on in order")
  func setBack() async throws {
    let centre = try TestDesk()
    try await centre.run(.issue("ho-tich", code: "x"), by: TestDesk.kiosk)
    let first = try await centre.hall().visit(number: "A001")!.issuedAt
    centre.at("07:00")
    try await centre.run(.issue("ho-tich", code: "y"), by: TestDesk.officer)
    #expect(try await centre.hall().visit(number: "A002")!.issuedAt >= first)
    #expect(try await centre.desk.database.pool.read { try Journal.verify($0).faults } == [])
  }
}
