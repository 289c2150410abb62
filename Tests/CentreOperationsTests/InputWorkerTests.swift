import CentreStore
import DeviceIO
import Foundation
import Logging
import OneStop
import Testing

@testable import CentreOperations

/// The workers above the cable: what presses and scans do to the queue.
@Suite struct InputWorkerTests {
  static let profiles = Checkout.root.appendingPathComponent("devices")

  static func input(_ desk: TestDesk, _ kind: OneStop.Device.Kind, _ counter: Counter.ID = 1) -> InputDevice {
    InputDevice(
      device: .init(id: "may-1", kind: kind, name: "Máy thử", address: "/dev/null", counters: [counter]),
      desk: desk.desk, devices: Devices {}, plug: HotPlug(), log: Logger(label: "test"))
  }

  static func keypad(_ desk: TestDesk, _ counter: Counter.ID = 1) throws -> KeypadWorker {
    KeypadWorker(
      input: input(desk, .keypad, counter), profile: try .load("usb-numeric", from: profiles), counter: counter)
  }

  static func box(_ desk: TestDesk, _ profile: String) throws -> RatingBoxWorker {
    RatingBoxWorker(input: input(desk, .ratingBox), profile: try .load(profile, from: profiles), counter: 1)
  }

  static func scanner(_ desk: TestDesk) throws -> ScannerWorker {
    ScannerWorker(input: input(desk, .scanner), profile: try .load("usb-com", from: profiles), counter: 1)
  }

  /// A desk with counters 1 and 3 open and tickets of the service both take.
  static func desk(tickets: Int = 3, cards: CardReading = .off) async throws -> TestDesk {
    let desk = try TestDesk { $0.citizenCard = cards }
    try await desk.run(.open(1, "cb01"))
    try await desk.run(.open(3, "cb03"))
    for i in 0..<tickets {
      try await desk.run(.issue("ho-tich", code: "CODE2345678\(i + 2)"), by: TestDesk.kiosk)
    }
    return desk
  }

  // MARK: Keypad

  @Test("keys do what the screen's buttons do, by the officer who sits there, from the keypad")
  func keys() async throws {
    let desk = try await Self.desk()
    let keypad = try Self.keypad(desk)
    #expect(await keypad.act(.callNext))
    #expect(await keypad.act(.recall))
    #expect(await keypad.act(.start))
    #expect(await keypad.act(.finish))
    #expect(await keypad.act(.undo))
    #expect(await keypad.act(.transfer(counter: 3)))
    #expect(try await desk.hall().visit(number: "A001")?.steps.count == 2)
    #expect(await keypad.act(.callNext))
    #expect(await keypad.act(.hold))
    let entries = try await desk.desk.look { db, _ in try Journal.entries(db, after: 0).suffix(8) }
    #expect(
      entries.map(\.type) == ["called", "recalled", "started", "finished", "undone", "transferred", "called", "held"])
    #expect(Set(entries.map(\.actor)) == [Actor("cb01", .officer, terminal: "may-1")])
  }

  @Test("what the rules refuse is told on the counter's screen and changes nothing")
  func refusals() async throws {
    let desk = try await Self.desk(tickets: 0)
    let keypad = try Self.keypad(desk)
    let before = try await desk.desk.look { db, _ in try Journal.head(db).seq }
    #expect(await !keypad.act(.callNext))
    let notice = desk.desk.notices.current(1, at: desk.desk.clock.now)
    #expect(notice?.kind == .refused)
    #expect(notice?.words == QueueRejection.nobodyWaiting.words)
    #expect(await !keypad.act(.unclear))
    #expect(desk.desk.notices.current(1, at: desk.desk.clock.now)?.words == Words.text("notice.unclear"))
    #expect(try await desk.desk.look { db, _ in try Journal.head(db).seq } == before)
    desk.at("08:01")
    #expect(desk.desk.notices.current(1, at: desk.desk.clock.now) == nil)
  }

  @Test("nobody signed in: nothing is called")
  func nobody() async throws {
    let desk = try await Self.desk()
    #expect(await !(try Self.keypad(desk, 2)).act(.callNext))
    #expect(desk.desk.notices.current(2, at: desk.desk.clock.now)?.words == Words.text("notice.nobody"))
  }

  // MARK: Scanner

  @Test(
    "a ticket's address, code or number brings up the visit",
    arguments: ["http://10.0.0.1:8080/t/CODE23456783", "CODE23456783", "A002", "a002"])
  func ticket(_ text: String) async throws {
    let desk = try await Self.desk()
    desk.at("08:12")
    await (try Self.scanner(desk)).take(.text(text))
    let notice = try #require(desk.desk.notices.current(1, at: desk.desk.clock.now))
    #expect(notice.kind == .ticket)
    #expect(notice.number == "A002")
    #expect(notice.callable == true)
    // The clock runs on while tickets are issued, so it is just under or over the minute.
    #expect(
      ["11", "12"].map { "Vừa quét phiếu A002: đang chờ \($0) phút." }.contains(notice.words.vi), "\(notice.words.vi)")
  }

  static let card = "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Số 1, Hồ Sen|15032021"

  @Test("an identity card is not read unless the centre decided it")
  func cardOff() async throws {
    let desk = try await Self.desk()
    await (try Self.scanner(desk)).take(.text(Self.card))
    let now = desk.desk.clock.now
    #expect(desk.desk.notices.current(1, at: now)?.words == Words.text("notice.cardOff"))
    #expect(desk.desk.cards.take([.name], 1, at: now) == nil)
  }

  @Test("a card that is read is shown masked, given out once, only what was asked, and kept nowhere")
  func cardOn() async throws {
    let desk = try await Self.desk(cards: .on)
    let scanner = try Self.scanner(desk)
    await scanner.take(.text(Self.card))
    let now = desk.desk.clock.now
    #expect(desk.desk.notices.current(1, at: now)?.words.vi == "Thẻ căn cước: N. T. Hạnh, ••••••••2345.")
    #expect(desk.desk.cards.take([.name, .born], 1, at: now) == [.name: "Nguyễn Thị Hạnh", .born: "1990-02-01"])
    #expect(desk.desk.cards.take([.name], 1, at: now) == nil)
    await scanner.take(.text(Self.card))
    #expect(desk.desk.cards.take([.name], 1, at: now.adding(seconds: 61)) == nil)
    // A card with fields nobody knows.
    await scanner.take(.text(Self.card + "|Nguyễn Văn Cha|001066000001"))
    #expect(desk.desk.notices.current(1, at: now)?.words == Words.text("notice.cardUnknown"))
    #expect(desk.desk.cards.take([.name], 1, at: now) == nil)
    let bytes = try await desk.desk.look { db, _ in try Journal.entries(db, after: 0, limit: .max).flatMap(\.payload) }
    #expect(!String(decoding: bytes, as: UTF8.self).contains("Hạnh"))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("001099012345"))
  }

  @Test(
    "other codes say so",
    arguments: [(Scan.text("vé xe buýt"), "notice.otherCode"), (.unreadable, "notice.unreadable")])
  func other(_ scan: Scan, _ key: String) async throws {
    let desk = try await Self.desk()
    await (try Self.scanner(desk)).take(scan)
    #expect(desk.desk.notices.current(1, at: desk.desk.clock.now)?.words == Words.text(key))
  }

  // MARK: Rating box

  @Test("a press rates the step just finished, once, and nothing outside the asking window")
  func ratingBox() async throws {
    let desk = try await Self.desk()
    let box = try Self.box(desk, "serial-3")
    func rated() async throws -> Int {
      try await desk.desk.look { db, _ in try Journal.entries(db, after: 0, types: ["rated"]).count }
    }
    await box.rate(3)
    #expect(try await rated() == 0)
    try await desk.run(.callNext(1))
    await box.rate(3)
    #expect(try await rated() == 0)
    try await desk.run(.finish(1))
    await box.rate(3)
    await box.rate(1)
    #expect(try await rated() == 1)
    try await desk.run(.callNext(1))
    try await desk.run(.finish(1))
    desk.at("08:10")
    await box.rate(3)
    #expect(try await rated() == 1)
    let entry = try await desk.desk.look { db, _ in try Journal.entries(db, after: 0, types: ["rated"])[0] }
    #expect(entry.actor == Actor("citizen", .rating, terminal: "may-1"))
  }

  @Test("three buttons keep their own scale: never among the five levels")
  func threeButtons() async throws {
    let desk = try await Self.desk(tickets: 12)
    let three = try Self.box(desk, "serial-3")
    let five = try Self.box(desk, "serial-5")
    for i in 0..<12 {
      try await desk.run(.callNext(1))
      try await desk.run(.finish(1))
      if i < 6 { await three.rate(i < 4 ? 3 : 1) } else { await five.rate(5) }
    }
    try await desk.run(.closeDay(reason: "test"))
    let day = TestDesk.day
    let (levels, buttons, faults) = try await desk.desk.look { db, _ in
      (
        try BatchLevels.given(db, from: day, through: day)?.handling,
        try BatchLevels.given(db, scale: 3, from: day, through: day)?.handling, try RatingBoxes.verify(db)
      )
    }
    #expect(levels == [6, 0, 0, 0, 0])
    #expect(buttons == [4, 0, 2])
    #expect(faults == [])
    try desk.tamper("UPDATE ratingBatch SET scale = 5 WHERE scale = 3")
    #expect(try await desk.desk.look { db, _ in try RatingBoxes.verify(db) } != [])
  }

  @Test("hammering on the buttons rates nothing")
  func pace() {
    var pace = PressPace()
    let presses = [0, 200, 400, 1300, 2400, 3300].map { pace.allows(at: .milliseconds($0)) }
    #expect(presses == [true, false, false, false, true, false])
  }

  // MARK: Light

  @Test("a light shows calls as they come, goes dark, and after a break repeats nothing old")
  func light() async throws {
    let desk = try await Self.desk()
    let worker = LightWorker(input: Self.input(desk, .light), profile: try .load("ascii-4", from: Self.profiles))
    var lights = LightWorker.Lights()
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: nil)])
    try await desk.run(.callNext(1))
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: "A001")])
    #expect(try await worker.news(&lights) == [])
    try await desk.run(.recall(1))
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: "A001")])
    try await desk.run(.finish(1))
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: nil)])
    try await desk.run(.undo(1))
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: "A001")])
    // The cable is pulled; meanwhile the next is called, and it comes back after a minute.
    try await desk.run(.callNext(1))
    let seen = lights.seen
    desk.at("08:01")
    lights = .init(seen: seen)
    #expect(try await worker.news(&lights) == [])
    // Back within half a minute: the call is still news.
    desk.at("08:00")
    lights = .init(seen: seen)
    #expect(try await worker.news(&lights) == [.init(counter: 1, number: "A002")])
  }

  // MARK: Services

  @Test("a device whose profile cannot be read is listed, and the others start")
  func services() async throws {
    let desk = try await Self.desk()
    let devices = Devices {}
    var settings = try await desk.hall().settings
    settings.devices = [
      .init(id: "a", kind: .keypad, name: "", profile: "usb-numeric", address: "/dev/motcua/a", counters: [1]),
      .init(id: "b", kind: .light, name: "", profile: "no-such", address: "/dev/motcua/b", counters: [1]),
      .init(id: "c", kind: .scanner, name: "", profile: "keyboard", address: "/dev/c", counters: [1], active: false),
    ]
    let plug = HotPlug()
    let services = settings.devices.compactMap {
      InputServices.make(
        $0, profiles: Self.profiles, plug: plug, desk: desk.desk, devices: devices, log: Logger(label: "test"))
    }
    #expect(services.count == 1)
    #expect(devices.list.map(\.id) == ["b", "c"])
    #expect(devices.list.map(\.state) == [.fault, .off])
    #expect(devices.list[0].words.vi.contains("ascii-4"))
  }
}
