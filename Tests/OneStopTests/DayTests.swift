import OneStop
import Testing

@Suite("officers, counters, power cuts and the end of the day")
struct DayTests {
  @Test("an officer who moves leaves the old counter closed")
  func swap() throws {
    var stage = Stage()
    try stage.open(1)
    let events = try stage.run(.open(2, "cb01", takeOver: true))
    #expect(events.map(\.type) == ["counter-closed", "counter-opened"])
    #expect(stage.hall.desk(1).isClosed)
    #expect(stage.hall.desk(1).officer == nil)
    #expect(stage.hall.desk(2).officer == "cb01")
  }

  @Test("who takes over a counter left signed in takes over its citizen too")
  func takeOver() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    try stage.run(.callNext(1))
    try stage.run(.open(1, "cb05", takeOver: true))
    #expect(stage.hall.desk(1).officer == "cb05")
    #expect(stage.hall.current(at: 1)?.number == "A001")
    try stage.run(.finish(1))
    #expect(stage.visit("A001").step.officer == "cb05", "the step belongs to who finished it")
  }

  @Test("a pause keeps its officer, reason and beginning")
  func pause() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.run(.pause(1, reason: "lunch"))
    let began = stage.now
    stage.pass(60)
    try stage.run(.pause(1, reason: "meeting"))
    #expect(stage.hall.desk(1).state == .paused(reason: "meeting"))
    #expect(stage.hall.desk(1).since == began)
    #expect(stage.hall.openCounters(for: "a").isEmpty)
    try stage.run(.open(1, "cb01"))
    #expect(stage.hall.openCounters(for: "a") == [1])
  }

  @Test("closing counts who was left: waiting, at a counter, on hold, missed")
  func close() throws {
    var stage = Stage()
    try stage.open(1, 2, 3)
    try stage.issue("aaaaaab")
    try stage.run(.callNext(1))
    try stage.run(.finish(1))
    try stage.run(.callNext(1))
    try stage.run(.hold(1))
    try stage.run(.callNext(1))
    try stage.run(.recall(1))
    try stage.run(.noShow(1))
    try stage.run(.callNext(1))
    try stage.run(.start(1))
    try stage.run(.callNext(2))
    try stage.run(.askHelp(1))
    let events = try stage.run(.closeDay(reason: "closing-time"), by: .system)
    guard case .dayClosed(let closed) = events[0] else { return }
    #expect(closed.unfinished == [2, 4, 5])
    #expect(closed.noShows == [3])
    #expect(closed.unserved == [6, 7])
    #expect(closed.reason == "closing-time")
    let standings: [Visit.Outcome] = stage.hall.visits.values.sorted { $0.id < $1.id }.compactMap {
      if case .ended(let outcome, _) = $0.standing { outcome } else { nil }
    }
    #expect(standings == [.served, .unfinished, .noShow, .unfinished, .unfinished, .unserved, .unserved])
    #expect(stage.visit("A004").step.outcome == .unfinished)
    #expect(stage.visit("A004").step.serviceSeconds == nil, "how long nobody knows")
    #expect(stage.hall.waitingCount == 0)
    #expect(stage.hall.closed)
    #expect(stage.hall.help.isEmpty)
    #expect(
      stage.hall.desks.values.allSatisfy { $0.isClosed && $0.officer == nil && $0.current == nil && $0.held.isEmpty })
    #expect(stage.replayed() == stage.hall)
  }

  struct Closing: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var at: String
    var reason: String?
    var rule = Rules.AfterClosing.serve
    var prepare: @Sendable (inout Stage) throws -> Void = { _ in }
  }

  @Test(
    "when the day closes by itself",
    arguments: [
      Closing(testDescription: "not while the centre is open", at: "16:59", prepare: { try $0.issue("a") }),
      Closing(testDescription: "not while somebody waits", at: "17:30", prepare: { try $0.issue("a") }),
      Closing(testDescription: "not while a counter is open", at: "17:30") {
        try $0.issue("a"); try $0.open(1); try $0.run(.callNext(1)); try $0.run(.finish(1))
      },
      Closing(testDescription: "when all are served and gone", at: "17:30", reason: "all-served") {
        try $0.issue("a"); try $0.open(1); try $0.run(.callNext(1)); try $0.run(.finish(1)); try $0.run(.close(1))
      },
      Closing(testDescription: "at closing time, whoever waits", at: "17:00", reason: "closing-time", rule: .close) {
        try $0.issue("a")
      },
      Closing(testDescription: "a day on which nobody came is left to midnight", at: "17:30"),
      Closing(testDescription: "not once it is closed", at: "17:30") {
        try $0.issue("a"); try $0.run(.closeDay(reason: "t"))
      },
      Closing(testDescription: "not what a person has reopened", at: "17:30") {
        try $0.issue("a"); try $0.run(.closeDay(reason: "t")); try $0.run(.reopenDay)
      },
      Closing(testDescription: "not what a person has reopened, by the other rule", at: "17:30", rule: .close) {
        try $0.issue("a"); try $0.run(.closeDay(reason: "t")); try $0.run(.reopenDay)
      },
    ])
  func closesByItself(test: Closing) throws {
    var stage = Stage { $0.rules.afterClosing = test.rule }
    try test.prepare(&stage)
    stage.at(test.at)
    #expect(stage.hall.closingDue(at: stage.now) == test.reason)
    let tomorrow = stage.hall.day.adding(days: 1).instant(at: TimeOfDay("00:00")!, in: Stage.zone)
    #expect(stage.hall.closingDue(at: tomorrow) == (stage.hall.closed ? nil : "midnight"))
  }

  @Test("a reopened day goes on with the next number and with whoever waited")
  func reopen() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("aa")
    try stage.run(.closeDay(reason: "by-hand"))
    try stage.run(.reopenDay)
    #expect(try stage.issue("a") == ["A003"])
    #expect(try stage.next(1) == "A001")
  }

  @Test(
    "emergency numbers are entered as they were printed",
    arguments: [
      ("P001", nil), ("P200", nil), ("P201", .emergencyNumber), ("P000", .emergencyNumber), ("P1", .emergencyNumber),
      ("P0001", .emergencyNumber), ("A001", .emergencyNumber), ("P-01", .emergencyNumber), ("P+01", .emergencyNumber),
      ("", .emergencyNumber), ("P", .emergencyNumber), ("p001", .emergencyNumber), ("P01٣", .emergencyNumber),
    ] as [(String, QueueRejection?)])
  func emergencyNumber(number: String, refusal: QueueRejection?) {
    #expect(Stage().refusal(.enterEmergency(number: number, service: "a", served: true, code: "e")) == refusal)
  }

  @Test("a centre without emergency numbers takes none")
  func noEmergency() {
    let stage = Stage { $0.rules.emergency.count = 0 }
    #expect(stage.refusal(.enterEmergency(number: "P001", service: "a", served: true, code: "e")) == .emergencyNumber)
  }

  @Test(
    "what an emergency entry may not say",
    arguments: [
      CommandCase(
        "an unknown service", .enterEmergency(number: "P001", service: "zz", served: true, code: "e"), .unknownService),
      CommandCase(
        "an unknown counter", .enterEmergency(number: "P001", service: "a", counter: 8, served: true, code: "e"),
        .unknownCounter),
      CommandCase(
        "a time to come",
        .enterEmergency(
          number: "P001", service: "a", served: true, arrivedAt: .local("2026-11-26 08:00:01"), code: "e"), .badValue),
      CommandCase(
        "a time of yesterday",
        .enterEmergency(
          number: "P001", service: "a", served: true, arrivedAt: .local("2026-11-25 23:59:59"), code: "e"), .badValue),
      CommandCase(
        "a time of this morning",
        .enterEmergency(number: "P001", service: "a", served: true, arrivedAt: .local("2026-11-26 07:45"), code: "e"),
        nil),
      CommandCase(
        "a number twice", .enterEmergency(number: "P001", service: "b", served: true, code: "f"), .emergencyUsed
      ) {
        try $0.run(.enterEmergency(number: "P001", service: "a", served: true, code: "e"))
      },
      CommandCase(
        "to wait on a closed day", .enterEmergency(number: "P001", service: "b", served: false, code: "f"), .dayClosed
      ) {
        try $0.run(.closeDay(reason: "t"))
      },
      CommandCase(
        "was served, entered when the day was closed",
        .enterEmergency(number: "P001", service: "b", served: true, code: "f"), nil
      ) {
        try $0.run(.closeDay(reason: "t"))
      },
    ])
  func emergencyRefused(test: CommandCase) throws {
    var stage = Stage()
    try test.prepare(&stage)
    #expect(stage.refusal(test.command) == test.expected)
  }

  @Test("who was served during the power cut is counted, without measured times")
  func emergencyServed() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.run(
      .enterEmergency(
        number: "P007", service: "a", counter: 1, served: true, arrivedAt: .local("2026-11-26 07:40"), code: "e"))
    let visit = stage.visit("P007")
    #expect(visit.emergency)
    #expect(visit.standing == .ended(.served, at: stage.now))
    #expect(visit.issuedAt == .local("2026-11-26 07:40"))
    #expect(visit.step.officer == "cb01")
    #expect(visit.step.waitSeconds == nil)
    #expect(visit.step.serviceSeconds == nil)
    #expect(stage.hall.waitingCount == 0)
  }

  @Test("who still waits after the power cut has the place of the time of arrival")
  func emergencyWaiting() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    try stage.run(
      .enterEmergency(number: "P001", service: "a", served: false, arrivedAt: .local("2026-11-26 07:40"), code: "e"))
    #expect(try stage.next(1) == "P001")
    stage.pass(60)
    try stage.run(.finish(1))
    let figures = DayFigures(of: stage.hall.visits.values, settings: stage.hall.settings)[.all]
    #expect(figures.emergency == 1)
    #expect(figures.served == 1)
    #expect(figures.waits.total == 0)
    #expect(figures.services.total == 0)
  }

  @Test("at midnight the old hall is closed and the new one starts empty with higher ids")
  func midnight() throws {
    var stage = Stage(at: "16:00")
    try stage.open(1)
    try stage.issue("aa")
    try stage.run(.callNext(1))
    stage.now = stage.hall.day.adding(days: 1).start(in: .vietnam)
    try stage.run(.closeDay(reason: "midnight"), by: .system)
    #expect(stage.visit("A001").standing == .ended(.unfinished, at: stage.now))
    #expect(stage.visit("A002").standing == .ended(.unserved, at: stage.now))
    let morning = Hall(
      day: stage.hall.day.adding(days: 1), settings: stage.hall.settings, lastVisit: stage.hall.lastVisit,
      lastStep: stage.hall.lastStep)
    #expect(morning.desks.isEmpty && morning.visits.isEmpty && !morning.closed)
  }
}

extension Visit {
  var endedAt: Instant? { if case .ended(_, let at) = standing { at } else { nil } }
}
