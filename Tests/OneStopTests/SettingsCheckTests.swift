import OneStop
import Testing

/// A change to good settings and the problem it must be found as.
struct Mistake: Sendable, CustomTestStringConvertible {
  var testDescription: String { "\(path): \(key)" }
  var path: String
  var key: String
  var make: @Sendable (inout CentreSettings) -> Void
  init(_ path: String, _ key: String, _ make: @escaping @Sendable (inout CentreSettings) -> Void) {
    self.path = path
    self.key = key
    self.make = make
  }
}

@Suite("settings that cannot work")
struct SettingsCheckTests {
  @Test("good settings have no problems")
  func good() { #expect(Stage.settings.problems() == []) }

  @Test(
    "each mistake is found at its place, and only it",
    arguments: [
      Mistake("centre.name", "empty") { $0.centre.name = "" },
      Mistake("centre.id", "empty") { $0.centre.id = "" },
      Mistake("centre.nameLines", "nameLines") { $0.centre.nameLines = [] },
      Mistake("centre.nameLines", "nameLines") { $0.centre.nameLines = ["a", "b", "c"] },
      Mistake("services[0].id", "identifier") { settings in
        settings.services[0].id = "Hộ tịch"
        settings.counters = [Counter(number: 1, ranks: [["Hộ tịch", "b", "c", "k"]])]
      },
      Mistake("services[4].id", "twice") { $0.services[4].id = "a" },
      Mistake("services[0].name", "empty") { $0.services[0].name = "" },
      Mistake("services[0].name", "tooLong") { $0.services[0].name = String(repeating: "ộ", count: 57) },
      Mistake("services[0].prefix", "prefix") { $0.services[0].prefix = "" },
      Mistake("services[0].prefix", "prefix") { $0.services[0].prefix = "a" },
      Mistake("services[0].prefix", "prefix") { $0.services[0].prefix = "A1" },
      Mistake("services[0].prefix", "prefix") { $0.services[0].prefix = "Đ" },
      Mistake("services[0].prefix", "prefix") { $0.services[0].prefix = "ABCD" },
      Mistake("services[1].prefix", "prefixTaken") { $0.services[1].prefix = "A" },
      Mistake("services[0].prefix", "prefixEmergency") { $0.services[0].prefix = "P" },
      Mistake("services[0].usualMinutes", "range") { $0.services[0].usualMinutes = 0 },
      Mistake("services[0].usualMinutes", "range") { $0.services[0].usualMinutes = 241 },
      Mistake("services[0].id", "noCounterTakesIt") { settings in
        for i in settings.counters.indices {
          settings.counters[i].ranks = settings.counters[i].ranks.map { $0.filter { $0 != "a" } }
          if settings.counters[i].ranks.joined().isEmpty { settings.counters[i].ranks = [["b"]] }
        }
      },
      Mistake("services[2].id", "noCounterTakesIt") { $0.counters[2].active = false },
      Mistake("counters[0].number", "range") { $0.counters[0].number = 0 },
      Mistake("counters[0].number", "range") { $0.counters[0].number = 100 },
      Mistake("counters[1].number", "twice") { $0.counters[1].number = 1 },
      Mistake("counters[0].ranks", "noServices") { $0.counters[0].ranks = [[]] },
      Mistake("counters[0].ranks", "unknownService") { $0.counters[0].ranks = [["a", "zz"]] },
      Mistake("counters[0].ranks", "twice") { $0.counters[0].ranks = [["a"], ["a"]] },
      Mistake("hours[0].weekday", "range") { $0.hours.week[0].weekday = 8 },
      Mistake("hours[6].weekday", "twice") { $0.hours.week.append(.init(weekday: 1, spans: [])) },
      Mistake("dossierWarnings", "count") { $0.dossierWarnings = [] },
      Mistake("dossierWarnings", "count") { $0.dossierWarnings = [6, 5, 4, 3, 2, 1] },
      Mistake("homeVisits.keepDays", "range") { $0.homeVisits.keepDays = 0 },
      Mistake("homeVisits.groups", "count") { $0.homeVisits.groups = [] },
      Mistake("homeVisits.groups[1].id", "twice") { $0.homeVisits.groups[1].id = $0.homeVisits.groups[0].id },
      Mistake("homeVisits.groups[5].name", "tooLong") {
        $0.homeVisits.groups[5].name = String(repeating: "a", count: 81)
      },
      Mistake("dossierWarnings[1]", "range") { $0.dossierWarnings = [3, 31] },
      Mistake("centre.name", "tooLong") { $0.centre.name = String(repeating: "ộ", count: 121) },
      Mistake("centre.nameLines[1]", "tooLong") { $0.centre.nameLines = ["a", String(repeating: "ộ", count: 61)] },
      Mistake("centre.address", "tooLong") { $0.centre.address = String(repeating: "ộ", count: 161) },
      Mistake("services[1].boardName", "tooLong") { $0.services[1].boardName = String(repeating: "ộ", count: 57) },
      Mistake("services[1].boardName", "tooLong") { $0.services[1].boardName = String(repeating: "ộ", count: 25) },
      Mistake("services[1].tinyName", "tooLong") { $0.services[1].tinyName = String(repeating: "ộ", count: 12) },
      Mistake("services[0].examples", "tooLong") { $0.services[0].examples = String(repeating: "ộ", count: 121) },
      Mistake("counters[2].name", "tooLong") { $0.counters[2].name = String(repeating: "ộ", count: 41) },
      Mistake("priorityGroups[1].name", "tooLong") { $0.priorityGroups[1].name = String(repeating: "ộ", count: 61) },
      Mistake("ticket.footer", "tooLong") { $0.ticket.footer = String(repeating: "ộ", count: 161) },
      Mistake("hours[0].spans", "spans") { $0.hours.week[0].spans.reverse() },
      Mistake("hours[1].spans", "spans") {
        $0.hours.week[1].spans = [Span(from: TimeOfDay("09:00")!, to: TimeOfDay("09:00")!)]
      },
      Mistake("workedDays[0].spans", "spans") {
        $0.hours.workedDays = [
          .init(
            day: Stage.day,
            spans: [
              Span(from: TimeOfDay("07:00")!, to: TimeOfDay("12:00")!),
              Span(from: TimeOfDay("11:00")!, to: TimeOfDay("13:00")!),
            ])
        ]
      },
      Mistake("priorityGroups[0].id", "identifier") { $0.priorityGroups[0].id = "" },
      Mistake("priorityGroups[1].id", "twice") { $0.priorityGroups[1].id = "elderly" },
      Mistake("rules.numbering.width", "range") { $0.rules.numbering.width = 7 },
      Mistake("rules.numbering.width", "range") { $0.rules.numbering.width = 0 },
      Mistake("rules.priorityInRow", "range") { $0.rules.priorityInRow = 0 },
      Mistake("rules.overdueMinutes", "range") { $0.rules.overdueMinutes = -1 },
      Mistake("rules.recallsBeforeNoShow", "range") { $0.rules.recallsBeforeNoShow = 11 },
      Mistake("rules.firstTicketMinutesBeforeOpen", "range") { $0.rules.firstTicketMinutesBeforeOpen = 241 },
      Mistake("rules.lastTicketMinutesBeforeClose", "range") { $0.rules.lastTicketMinutesBeforeClose = -5 },
      Mistake("rules.targetWaitMinutes", "range") { $0.rules.targetWaitMinutes = 0 },
      Mistake("rules.undoSeconds", "range") { $0.rules.undoSeconds = 61 },
      Mistake("rules.returnMinutes", "range") { $0.rules.returnMinutes = 481 },
      Mistake("rules.emergency.count", "range") { $0.rules.emergency.count = 1000 },
      Mistake("rules.emergency.prefix", "prefix") { $0.rules.emergency.prefix = "" },
      Mistake("rules.emergency.prefix", "prefix") { $0.rules.emergency.prefix = "0" },
      Mistake("rules.ratingSilenceSeconds", "range") { $0.rules.ratingSilenceSeconds = 9 },
      Mistake("rules.ratingMinutes", "range") { $0.rules.ratingMinutes = 16 },
      Mistake("board.minSecondsPerCall", "range") { $0.board.minSecondsPerCall = 0 },
      Mistake("board.volume", "range") { $0.board.volume = 101 },
      Mistake("board.quietHours", "spans") {
        $0.board.quietHours = [Span(from: TimeOfDay("12:00")!, to: TimeOfDay("11:00")!)]
      },
      Mistake("devices[0].address", "speakerAddress") {
        $0.devices = [Device(id: "loa", kind: .speaker, name: "Loa", address: "/dev/snd")]
      },
      Mistake("devices[1]", "secondSpeaker") {
        $0.devices = ["loa", "loa-2"].map {
          Device(id: Device.ID($0), kind: .speaker, name: "Loa", address: "alsa:default")
        }
      },
      Mistake("printers[1].id", "twice") {
        $0.printers = [
          Printer(id: "p", name: "", profile: "escpos-80", address: "tcp://10.0.0.1:9100"),
          Printer(id: "p", name: "", profile: "escpos-80", address: "file:/tmp"),
        ]
      },
      Mistake("printers[0].address", "printerAddress") {
        $0.printers = [Printer(id: "p", name: "", profile: "escpos-80", address: "lpt1")]
      },
      Mistake("printers[0].address", "printerDevice") {
        $0.printers = [Printer(id: "p", name: "", profile: "escpos-80", address: "usb:1")]
      },
      Mistake("printers[0].standIn", "unknownPrinter") {
        $0.printers = [
          Printer(id: "p", name: "", profile: "escpos-80", address: "usb:/dev/usb/lp0", standIn: "p")
        ]
      },
    ])
  func mistakes(mistake: Mistake) {
    var settings = Stage.settings
    mistake.make(&settings)
    #expect(settings.problems().map { "\($0.path) \($0.key)" } == ["\(mistake.path) \(mistake.key)"])
  }

  @Test("nothing at all: no service, no counter")
  func nothing() {
    var settings = Stage.settings
    settings.services = []
    settings.counters = []
    #expect(settings.problems().map(\.key) == ["noService", "noCounter"])
  }

  @Test("several mistakes are told at once")
  func several() {
    var settings = Stage.settings
    settings.centre.name = ""
    settings.rules.undoSeconds = 100
    settings.services[1].prefix = "A"
    #expect(settings.problems().map(\.path) == ["centre.name", "services[1].prefix", "rules.undoSeconds"])
  }

  @Test("a running day forbids taking away what is in use")
  func running() throws {
    var stage = Stage()
    try stage.open(3)
    try stage.issue("b")
    func problems(_ change: (inout CentreSettings) -> Void) -> [String] {
      var new = stage.hall.settings
      change(&new)
      return new.problems(replacing: stage.hall.settings, in: stage.hall).map(\.key)
    }
    #expect(problems { _ in } == [])
    #expect(problems { $0.services[1].active = false }.contains("serviceInUse"))
    #expect(problems { $0.counters[2].active = false }.contains("counterInUse"))
    #expect(problems { $0.counters[0].active = false } == [])
    // Sent to a counter that is closed: nobody else would call them.
    try stage.open(2)
    try stage.run(.callNext(3))
    try stage.run(.transfer(3, to: Destination(counter: 4)))
    #expect(stage.hall.waitingAtClosedCounters == [4: 1])
    #expect(problems { $0.counters[3].active = false }.contains("counterAwaited"))
    try stage.open(4)
    #expect(stage.hall.waitingAtClosedCounters == [:])
    #expect(problems { $0.services.removeLast() } == ["serviceRemoved"])
    #expect(problems { $0.counters.removeLast() } == ["counterRemoved"])
    #expect(problems { $0.priorityGroups.removeLast() } == ["groupRemoved"])
  }
}
