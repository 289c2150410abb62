import Foundation
import OneStop
import Testing

@Suite("days and times of the centre")
struct TimeTests {
  @Test(
    "a day is read and written alike",
    arguments: [
      "1970-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2026-11-26", "2027-01-01", "2100-02-28", "2399-12-31",
      "1900-03-01", "0001-01-01",
    ])
  func dayRoundTrip(text: String) throws {
    let day = try #require(LocalDay(text))
    #expect(day.description == text)
    #expect(LocalDay(number: day.number) == day)
  }

  @Test(
    "what is not a day is refused",
    arguments: [
      "2026-02-29", "2100-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
      "26-11-26", "2026-11-6", "2026/11/26", "2026-11-26 ", "", "hôm nay", "2026-+1-+5", "+026-01-01", "-026-01-01",
      "2026--1-01", "٢٠٢٦-11-26",
    ])
  func notADay(text: String) { #expect(LocalDay(text) == nil) }

  @Test("every day of four centuries follows the one before, and the weekday with it")
  func everyDay() {
    var day = LocalDay("1999-12-31")!
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC")!
    for step in 0..<(400 * 365 + 97) {
      let (y, m, d) = day.civil
      #expect(LocalDay(year: y, month: m, day: d) == day)
      if step % 97 == 0 {
        let date = Date(timeIntervalSince1970: Double(day.number) * 86_400)
        let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
        #expect((parts.year, parts.month, parts.day) == (y, m, d))
        #expect((parts.weekday! + 5) % 7 + 1 == day.weekday)
      }
      let next = day.adding(days: 1)
      #expect(next.weekday == day.weekday % 7 + 1)
      #expect(day < next)
      day = next
    }
    #expect(day.description == "2399-12-31")
  }

  @Test(
    "the day turns at midnight of the centre, not of UTC",
    arguments: [
      ("2026-11-26", -1, "2026-11-25"), ("2026-11-26", 0, "2026-11-26"), ("2026-11-26", 86_399, "2026-11-26"),
      ("2026-11-26", 86_400, "2026-11-27"), ("1970-01-01", -1, "1969-12-31"),
    ])
  func midnight(start: String, seconds: Int, expected: String) {
    let moment = LocalDay(start)!.start(in: .vietnam).adding(seconds: seconds)
    #expect(LocalDay(moment, in: .vietnam).description == expected)
  }

  @Test("seven hours ahead: 17:00 UTC is the next day in Vietnam")
  func zone() {
    let moment = Instant(milliseconds: 1_795_712_400_000)  // 2026-11-26T17:00:00Z
    #expect(LocalDay(moment, in: ZoneOffset(seconds: 0)).description == "2026-11-26")
    #expect(LocalDay(moment, in: .vietnam).description == "2026-11-27")
    #expect(TimeOfDay(moment, in: .vietnam).description == "00:00")
    #expect(TimeOfDay(moment.adding(milliseconds: -1), in: .vietnam).description == "23:59")
    #expect(TimeOfDay(moment, in: ZoneOffset(seconds: -5 * 3600)).description == "12:00")
  }

  @Test("a time of day is read and written alike", arguments: ["00:00", "07:30", "11:59", "23:59", "24:00"])
  func timeRoundTrip(text: String) throws { #expect(try #require(TimeOfDay(text)).description == text) }

  @Test(
    "what is not a time of day is refused",
    arguments: [
      "24:01", "25:00", "12:60", "7:30", "07:3", "0730", "07:30:00", "07h30", "", "-1:30", "+7:30", "07:+5", "99:99",
    ])
  func notATime(text: String) { #expect(TimeOfDay(text) == nil) }

  @Test(
    "seconds since are whole, rounded down and never negative",
    arguments: [
      (Int64(0), 0), (999, 0), (1000, 1), (1999, 1), (-5000, 0),
    ])
  func secondsSince(milliseconds: Int64, seconds: Int) {
    let start = Instant(milliseconds: 1_000_000)
    #expect(start.adding(milliseconds: milliseconds).seconds(since: start) == seconds)
  }

  @Test("days, times and moments survive JSON; nonsense does not")
  func json() throws {
    struct Box: Codable, Equatable {
      var day: LocalDay
      var time: TimeOfDay
      var at: Instant
    }
    let box = Box(day: Stage.day, time: TimeOfDay("07:30")!, at: Instant(milliseconds: 123))
    let data = try JSONEncoder().encode(box)
    #expect(try JSONDecoder().decode(Box.self, from: data) == box)
    for bad in [#"{"day":"2026-02-30","time":"07:30","at":1}"#, #"{"day":"2026-02-03","time":"7:30","at":1}"#] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Box.self, from: Data(bad.utf8)) }
    }
  }
}
