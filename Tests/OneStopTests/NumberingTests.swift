import OneStop
import Testing

@Suite("numbers")
struct NumberingTests {
  @Test(
    "least width, and one digit more when it is not enough",
    arguments: [
      (3, 1, "A001"), (3, 12, "A012"), (3, 999, "A999"), (3, 1000, "A1000"), (1, 9, "A9"), (1, 10, "A10"),
      (6, 1, "A000001"),
    ])
  func width(width: Int, ordinal: Int, expected: String) throws {
    var stage = Stage { $0.rules.numbering.width = width }
    var last = ""
    for _ in 1...ordinal { last = try stage.issue("a")[0]; stage.pass(-1) }
    #expect(last == expected)
  }

  @Test("a series for each service")
  func perService() throws {
    var stage = Stage()
    #expect(try stage.issue("aabakb") == ["A001", "A002", "B001", "A003", "K001", "B002"])
  }

  @Test("one series for the whole centre, without a letter")
  func oneSeries() throws {
    var stage = Stage { $0.rules.numbering.perService = false }
    #expect(try stage.issue("abka") == ["001", "002", "003", "004"])
  }

  @Test("a new day begins at one, and ids go on")
  func newDay() throws {
    var stage = Stage()
    try stage.issue("aab")
    var morning = Hall(
      day: stage.hall.day.adding(days: 1), settings: stage.hall.settings, lastVisit: stage.hall.lastVisit,
      lastStep: stage.hall.lastStep)
    let now = morning.day.instant(at: TimeOfDay("08:00")!, in: .vietnam)
    let events = try morning.decide(.issue("a", code: "x"), by: Stage.kiosk, at: now)
    morning.apply(events, at: now, seq: 1)
    let visit = try #require(morning.visit(number: "A001"))
    #expect(visit.id == 4)
    #expect(visit.step.id == 4)
  }

  @Test("two services that share a letter over time share the series")
  func sharedPrefix() throws {
    var stage = Stage()
    try stage.issue("aa")
    stage.hall.settings.services[0].active = false
    stage.hall.settings.services[1].prefix = "A"
    #expect(try stage.issue("b") == ["A003"])
  }

  @Test("a number that was entered from the emergency block is not handed out again by a series of that letter")
  func seriesAfterEmergency() throws {
    var stage = Stage()
    try stage.run(.enterEmergency(number: "P001", service: "a", served: false, code: "e1"))
    stage.hall.settings.services[1].prefix = "P"
    stage.hall.settings.rules.emergency.prefix = "Y"
    #expect(try stage.issue("bb") == ["P002", "P003"])
  }

  @Test("a cancelled number is not used again")
  func cancelled() throws {
    var stage = Stage()
    try stage.issue("aa")
    try stage.run(.cancel(code: "code-2"), by: .citizen)
    #expect(try stage.issue("a") == ["A003"])
  }

  @Test("the ticket says who is ahead, how long, and where")
  func words() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("aa")
    let events = try stage.run(
      .issue("a", priority: nil, needs: [.hearing, .collect], language: "en", code: "secret"), by: Stage.kiosk)
    guard case .ticketIssued(let event) = events.first else {
      Issue.record("no ticket")
      return
    }
    #expect(event.ahead == 2)
    #expect(event.counters == [1])
    #expect(event.estimatedSeconds == 720)
    #expect(event.needs == [.collect, .hearing])
    #expect(stage.hall.visit(code: "secret")?.language == "en")
  }

  @Test(
    "who may have a number when",
    arguments: [
      ("08:00", Stage.kiosk, nil), ("12:00", Stage.kiosk, .centreClosed), ("12:00", Actor.citizen, .centreClosed),
      ("12:00", Stage.officer, nil), ("18:00", Actor("cb07", .supervisor), nil), ("18:00", Actor("cb08", .admin), nil),
      ("18:00", Stage.kiosk, .centreClosed), ("18:00", Actor.system, .centreClosed),
    ] as [(String, Actor, QueueRejection?)])
  func hours(time: String, actor: Actor, refusal: QueueRejection?) {
    let stage = Stage(at: time)
    #expect(stage.refusal(.issue("a", code: "x"), by: actor) == refusal)
  }
}
