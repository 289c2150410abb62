import OneStop
import Testing

@Suite("due dates")
struct DueDateTests {
  @Test("worked out by hand", arguments: DueDateCases.all)
  func byHand(_ one: DueDateCases.Case) throws {
    let pauses = one.pauses.map {
      let parts = $0.split(separator: " ")
      return Pause(
        from: Office.at("\(parts[0]) \(parts[1])"), to: Office.at("\(parts[2]) \(parts[3])"), supplement: true)
    }
    let limit = try #require(TimeLimit(one.limit))
    let due = try #require(
      DueDate(Office.calendar()).due(
        limit, from: Office.at(one.start), rule: Office.rules[DueRule.ID(one.rule)]!, pauses: pauses))
    let provisional = one.due.hasSuffix("?")
    let expected = provisional ? String(one.due.dropLast()) : one.due
    #expect(due.day.description == expected.prefix(10))
    #expect(due.provisional == provisional)
    let closing = expected.count > 10 ? String(expected.suffix(5)) : "17:00"
    #expect(TimeOfDay(due.at, in: .vietnam).description == closing)
    #expect(LocalDay(due.at, in: .vietnam) == due.day)
  }

  @Test("the minute of the cutoff counts to its last second, as on the ticket")
  func lastSecond() {
    func due(_ second: Int) -> String? {
      DueDate(Office.calendar()).due(
        .sameDay, from: Office.at("2026-03-10 15:00").adding(seconds: second), rule: Office.rules["chung-thuc"]!)?
        .day.description
    }
    #expect(due(59) == "2026-03-10" && due(60) == "2026-03-11")
  }

  @Test("there are enough of them") func enough() { #expect(DueDateCases.all.count >= 80) }

  @Test("a pause that is no supplement does not start the limit over")
  func payment() {
    let pause = Pause(from: Office.at("2026-03-04 10:00"), to: Office.at("2026-03-06 15:00"))
    let due = DueDate(Office.calendar()).due(
      .workingDays(5), from: Office.at("2026-03-02 09:00"), rule: Office.rules["tinh-lai"]!, pauses: [pause])
    #expect(due?.day.description == "2026-03-11")
  }

  @Test("an open pause counts up to now")
  func open() {
    let pause = Pause(from: Office.at("2026-03-04 10:00"))
    let due = DueDate(Office.calendar()).due(
      .workingDays(5), from: Office.at("2026-03-02 09:00"), rule: Office.rules["chung"]!, pauses: [pause],
      now: Office.at("2026-03-06 15:00"))
    #expect(due?.day.description == "2026-03-11")
  }

  @Test("a calendar without a working day gives no date, and ends")
  func noDays() {
    let empty = WorkingCalendar(week: [], years: [])
    for limit in [TimeLimit.sameDay, .hours(8), .days(5), .workingDays(3), .workingDays(1000)] {
      #expect(DueDate(empty).due(limit, from: Office.at("2026-03-02 09:00"), rule: Office.rules["dan-su"]!) == nil)
    }
  }

  @Test("the apology is in time on the working day before the due day")
  func apology() {
    let dates = DueDate(Office.calendar())
    for (due, letter) in [
      ("2026-03-12", "2026-03-11"), ("2026-03-16", "2026-03-13"), ("2026-02-23", "2026-02-13"),
      ("2026-11-25", "2026-11-23"),
    ] {
      #expect(dates.apologyDay(for: dates.promised(Office.day(due)))?.description == letter)
    }
  }

  @Test(
    "limits are read as the law writes them, and nothing else is read",
    arguments: [
      ("trong ngày", TimeLimit.sameDay), ("03 ngày làm việc", .workingDays(3)), ("3 Ngày làm việc", .workingDays(3)),
      ("25 ngày", .days(25)), ("8 giờ", .hours(8)), ("08 giờ làm việc", .hours(8)), ("ngày", nil), ("-3 ngày", nil),
      ("1,5 ngày", nil), ("3", nil), ("3 tuần", nil), ("0 ngày", nil), ("1001 ngày", nil), ("03-05 ngày", nil),
      ("không quá 5 ngày", nil), ("", nil),
    ])
  func reading(text: String, limit: TimeLimit?) throws {
    #expect(TimeLimit(text) == limit)
    if let limit { #expect(TimeLimit(limit.description) == limit) }
  }

  // MARK: Properties

  struct Draw {
    var chance: Chance
    var calendar = Office.calendar()
    init(_ seed: UInt64) { chance = Chance(seed: seed) }

    mutating func start() -> Instant {
      Office.day("2026-01-01").start(in: .vietnam).adding(seconds: chance.whole(0...(364 * 1440)) * 60)
    }
    mutating func limit() -> TimeLimit {
      switch chance.whole(0...3) {
      case 0: .sameDay
      case 1: .hours(chance.whole(1...60))
      case 2: .days(chance.whole(1...60))
      default: .workingDays(chance.whole(1...40))
      }
    }
    mutating func rule() -> DueRule { Office.rules.values.sorted { $0.id < $1.id }[chance.whole(0...4)] }
  }

  @Test(
    "whatever is asked: on a working day, within its hours, not before the start",
    arguments: 1...2000 as ClosedRange<UInt64>)
  func sane(seed: UInt64) throws {
    var draw = Draw(seed)
    let (start, limit, rule) = (draw.start(), draw.limit(), draw.rule())
    let due = try #require(DueDate(draw.calendar).due(limit, from: start, rule: rule))
    #expect(draw.calendar.isWorking(due.day))
    #expect(due.at > start)
    let time = TimeOfDay(due.at, in: .vietnam)
    #expect(draw.calendar.spans(on: due.day).contains { $0.from < time && time <= $0.to })
    if limit.unit == .workingDays {
      #expect(draw.calendar.workingDays(from: LocalDay(start, in: .vietnam), to: due.day) >= limit.amount)
    }
  }

  @Test("later received is never due earlier; a longer limit neither", arguments: 1...1000 as ClosedRange<UInt64>)
  func monotone(seed: UInt64) throws {
    var draw = Draw(seed)
    let (start, limit, rule) = (draw.start(), draw.limit(), draw.rule())
    let dates = DueDate(draw.calendar)
    let due = try #require(dates.due(limit, from: start, rule: rule))
    let later = start.adding(seconds: draw.chance.whole(1...2000) * 60)
    #expect(try #require(dates.due(limit, from: later, rule: rule)).at >= due.at)
    if limit.unit != .sameDay {
      let longer = TimeLimit(limit.amount + 1, limit.unit)
      #expect(try #require(dates.due(longer, from: start, rule: rule)).at >= due.at)
    }
  }

  @Test(
    "one more day off never makes a date earlier, one more pause neither", arguments: 1...1000 as ClosedRange<UInt64>)
  func dayOff(seed: UInt64) throws {
    var draw = Draw(seed)
    let (start, limit, rule) = (draw.start(), draw.limit(), draw.rule())
    let due = try #require(DueDate(draw.calendar).due(limit, from: start, rule: rule))
    let extra = LocalDay(start, in: .vietnam).adding(days: draw.chance.whole(0...30)).description
    let more = Office.calendar(off: Office.offDays + [extra], worked: [])
    let fewerWorked = try #require(DueDate(more).due(limit, from: start, rule: rule))
    #expect(fewerWorked.at >= due.at, "\(limit) from \(start), \(extra) off")
    let from = start.adding(seconds: draw.chance.whole(0...20_000) * 60)
    let pause = Pause(from: from, to: from.adding(seconds: draw.chance.whole(1...20_000) * 60), supplement: true)
    if from < due.at {
      let paused = try #require(DueDate(draw.calendar).due(limit, from: start, rule: rule, pauses: [pause]))
      #expect(paused.at >= due.at, "\(limit) by \(rule.id) from \(start), paused \(pause)")
    }
  }

  @Test("a counted date agrees with counting the days one by one", arguments: 1...1000 as ClosedRange<UInt64>)
  func naive(seed: UInt64) throws {
    var draw = Draw(seed)
    let start = draw.start()
    let amount = draw.chance.whole(1...40)
    // The plainest way to count, on a list of the year's working days.
    let working = (0..<700).map { Office.day("2026-01-01").adding(days: $0) }.filter { draw.calendar.isWorking($0) }
    let day = LocalDay(start, in: .vietnam)
    let expected = working.filter { $0 > day }[amount - 1]
    let due = try #require(DueDate(draw.calendar).due(.workingDays(amount), from: start, rule: Office.rules["dan-su"]!))
    #expect(due.day == expected)
  }
}

@Suite("the working calendar")
struct WorkingCalendarTests {
  @Test("next year's list is asked for from 1 October on, this year's always")
  func alarms() {
    let calendar = Office.calendar()
    #expect(calendar.alarms(on: Office.day("2026-09-30")) == [])
    #expect(calendar.alarms(on: Office.day("2026-10-01")) == [.init(year: 2027, overdue: false)])
    #expect(calendar.alarms(on: Office.day("2027-01-01")) == [.init(year: 2027, overdue: true)])
    #expect(
      calendar.alarms(on: Office.day("2027-10-01"))
        == [.init(year: 2027, overdue: true), .init(year: 2028, overdue: false)])
    #expect(Office.calendar(complete: [2026, 2027]).alarms(on: Office.day("2026-12-31")) == [])
  }

  @Test(
    "opening hours that don't follow the State's days are told two weeks ahead",
    arguments: [
      // 16 February is the first day off of Tết, 22 August a worked Saturday.
      ("2026-02-01", nil), ("2026-02-02", "2026-02-16"), ("2026-02-18", "2026-02-18"), ("2026-02-21", nil),
      ("2026-08-07", nil), ("2026-08-08", "2026-08-22"), ("2026-08-23", "2026-08-31"),
    ])
  func hours(today: String, told: String?) throws {
    let calendar = Office.calendar()
    var hours = OpeningHours(week: calendar.week)
    let found = calendar.differs(from: hours, on: Office.day(today))
    #expect(found?.day == told.map(Office.day))
    guard let found else { return }
    #expect(found.isOff == (told != "2026-08-22"))
    if found.isOff {
      hours.daysOff.append(.init(day: found.day, words: ""))
    } else {
      hours.workedDays.append(.init(day: found.day, spans: Office.spans))
    }
    #expect(calendar.differs(from: hours, on: Office.day(today))?.day != found.day)
  }

  @Test("a centre open on Saturday still counts Monday to Friday, unless the commune decides otherwise")
  func saturday() {
    let week = (1...6).map { OpeningHours.Weekday(weekday: $0, spans: Office.spans) }
    let hours = OpeningHours(week: week)
    let saturday = Office.day("2026-03-14")
    #expect(!WorkingCalendar(hours: hours, years: []).isWorking(saturday))
    #expect(WorkingCalendar(hours: hours, counted: 1...6, years: []).isWorking(saturday))
  }

  @Test("a worked day wins over a day off, and days between are counted both ways")
  func counting() {
    let calendar = Office.calendar(off: ["2026-08-22", "2026-08-31"])
    #expect(calendar.isWorking(Office.day("2026-08-22")))
    #expect(calendar.workingDays(from: Office.day("2026-08-28"), to: Office.day("2026-09-01")) == 1)
    #expect(calendar.workingDays(from: Office.day("2026-09-01"), to: Office.day("2026-08-28")) == -1)
    #expect(calendar.workingDays(from: Office.day("2026-03-10"), to: Office.day("2026-03-10")) == 0)
  }
}
