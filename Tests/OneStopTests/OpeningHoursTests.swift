import OneStop
import Testing

@Suite("when the centre is open and takes tickets")
struct OpeningHoursTests {
  /// Thursday 26 November; the 27th is a day off, Sunday the 29th is worked in the morning.
  private func centre(_ adjust: (inout CentreSettings) -> Void = { _ in }) -> CentreSettings {
    var settings = Stage.settings
    settings.hours.daysOff = [.init(day: LocalDay("2026-11-27")!, words: "Nghỉ bù")]
    settings.hours.workedDays = [
      .init(
        day: LocalDay("2026-11-29")!, spans: [Span(from: TimeOfDay("08:00")!, to: TimeOfDay("11:00")!)])
    ]
    adjust(&settings)
    return settings
  }

  @Test(
    "state and tickets through a week",
    arguments: [
      ("2026-11-26 00:00", "before", false, "2026-11-26 07:30"),
      ("2026-11-26 07:14:59", "before", false, "2026-11-26 07:30"),
      ("2026-11-26 07:15", "before", true, "2026-11-26 07:30"),
      ("2026-11-26 07:29:59", "before", true, "2026-11-26 07:30"),
      ("2026-11-26 07:30", "open", true, ""),
      ("2026-11-26 11:29:59", "open", true, ""),
      ("2026-11-26 11:30", "lunch", false, "2026-11-26 13:30"),
      ("2026-11-26 13:29:59", "lunch", false, "2026-11-26 13:30"),
      ("2026-11-26 13:30", "open", true, ""),
      ("2026-11-26 16:44:59", "open", true, ""),
      ("2026-11-26 16:45", "lastTicketPassed", false, "2026-11-28 07:30"),
      ("2026-11-26 16:59:59", "lastTicketPassed", false, "2026-11-28 07:30"),
      ("2026-11-26 17:00", "after", false, "2026-11-28 07:30"),
      ("2026-11-26 23:59:59", "after", false, "2026-11-28 07:30"),
      ("2026-11-27 09:00", "dayOff", false, "2026-11-28 07:30"),
      ("2026-11-28 11:15", "lastTicketPassed", false, "2026-11-29 08:00"),
      ("2026-11-28 11:30", "after", false, "2026-11-29 08:00"),
      ("2026-11-29 07:50", "before", true, "2026-11-29 08:00"),
      ("2026-11-29 09:00", "open", true, ""),
      ("2026-11-29 11:00", "after", false, "2026-11-30 07:30"),
      ("2026-12-06 09:00", "dayOff", false, "2026-12-07 07:30"),
    ])
  func week(moment: String, word: String, takes: Bool, opens: String) {
    let settings = centre()
    let now = Instant.local(moment)
    let state = settings.openState(at: now)
    #expect(state.word == word)
    #expect(settings.takesTickets(at: now) == takes)
    #expect(state.opens == (opens.isEmpty ? nil : Instant.local(opens)))
  }

  @Test("an open centre says when it closes and when the last ticket goes")
  func closes() {
    let state = centre().openState(at: .local("2026-11-26 09:00"))
    #expect(state == .open(closes: .local("2026-11-26 17:00"), lastTicket: .local("2026-11-26 16:45")))
  }

  @Test("a day off says why")
  func dayOffWords() {
    guard case .dayOff(let words, _) = centre().openState(at: .local("2026-11-27 09:00")) else {
      Issue.record("not a day off")
      return
    }
    #expect(words == "Nghỉ bù")
  }

  @Test("tickets at lunch are the centre's choice", arguments: [true, false])
  func lunch(atLunch: Bool) {
    let settings = centre { $0.rules.ticketsAtLunch = atLunch }
    #expect(settings.takesTickets(at: .local("2026-11-26 12:00")) == atLunch)
    #expect(!settings.takesTickets(at: .local("2026-11-26 17:00")))
  }

  @Test("first and last ticket move with their settings")
  func margins() {
    let settings = centre {
      $0.rules.firstTicketMinutesBeforeOpen = 0
      $0.rules.lastTicketMinutesBeforeClose = 0
    }
    #expect(!settings.takesTickets(at: .local("2026-11-26 07:29:59")))
    #expect(settings.takesTickets(at: .local("2026-11-26 16:59:59")))
  }

  @Test("a worked day wins over a day off of the same date")
  func workedWins() {
    let settings = centre {
      $0.hours.daysOff.append(.init(day: LocalDay("2026-11-29")!, words: "Chủ nhật"))
    }
    #expect(settings.openState(at: .local("2026-11-29 09:00")).word == "open")
  }

  @Test("a centre that never opens says so without searching for ever")
  func never() {
    let settings = centre {
      $0.hours.week = []
      $0.hours.workedDays = []
    }
    #expect(settings.openState(at: .local("2026-11-26 09:00")).opens == nil)
  }

  @Test(
    "minutes of lunch between two moments",
    arguments: [
      ("10:00", "11:00", 0), ("11:00", "12:00", 30), ("11:45", "12:15", 30), ("11:00", "14:00", 120),
      ("13:30", "15:00", 0), ("12:00", "11:00", 0), ("07:00", "23:00", 120),
    ])
  func breaks(from: String, to: String, minutes: Int64) {
    let settings = centre()
    let lost = settings.hours.breakMilliseconds(
      from: .local("2026-11-26 \(from)"), to: .local("2026-11-26 \(to)"), in: .vietnam)
    #expect(lost == minutes * 60_000)
  }
}
