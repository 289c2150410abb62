/// Due dates worked out by hand from a wall calendar of 2026. Each line: limit, rule, start of the clock, pauses, the date
/// it must give (with the time for hours; `?`: provisional) and why.
enum DueDateCases {
  struct Case: CustomStringConvertible, Sendable {
    var limit: String
    var rule: String
    var start: String
    var pauses: [String]
    var due: String
    var why: String
    var description: String { "\(limit), \(rule), from \(start): \(why)" }

    init(
      _ limit: String, _ rule: String, _ start: String, _ due: String, _ why: String, pauses: [String] = []
    ) {
      self.limit = limit
      self.rule = rule
      self.start = start
      self.pauses = pauses
      self.due = due
      self.why = why
    }
  }

  static let sameDay: [Case] = [
    .init("trong ngày", "chung-thuc", "2026-03-10 09:00", "2026-03-10", "an ordinary Tuesday morning"),
    .init("trong ngày", "chung-thuc", "2026-03-10 15:00", "2026-03-10", "15:00 itself is not after 15:00"),
    .init("trong ngày", "chung-thuc", "2026-03-10 15:01", "2026-03-11", "after 15:00: the next working day"),
    .init("trong ngày", "chung-thuc", "2026-03-13 15:01", "2026-03-16", "Friday after 15:00: Monday"),
    .init("trong ngày", "chung-thuc", "2026-02-13 15:30", "2026-02-23", "the last Friday before Tết: after Tết"),
    .init("trong ngày", "chung-thuc", "2026-03-10 07:00", "2026-03-10", "before opening is that day's"),
    .init("trong ngày", "chung-thuc", "2026-03-10 12:00", "2026-03-10", "lunch is that day's"),
    .init("trong ngày", "chung", "2026-03-10 16:59", "2026-03-10", "no cutoff, still open"),
    .init("trong ngày", "chung", "2026-03-10 17:00", "2026-03-11", "closing itself is after hours"),
    .init("trong ngày", "dan-su", "2026-03-10 17:30", "2026-03-11", "no result comes out of a closed centre"),
    .init("trong ngày", "chung-thuc", "2026-03-14 09:00", "2026-03-16", "a Saturday does not count"),
    .init("trong ngày", "chung-thuc", "2026-08-22 10:00", "2026-08-22", "a Saturday worked for 31/8"),
    .init("trong ngày", "chung-thuc", "2026-08-22 15:10", "2026-08-24", "that Saturday after 15:00: Monday"),
    .init("trong ngày", "chung-thuc", "2026-11-24 09:00", "2026-11-25", "24/11 is a day off"),
    .init("trong ngày", "chung-thuc", "2026-11-23 15:05", "2026-11-25", "over the day off"),
    .init("trong ngày", "chung-thuc", "2026-04-29 15:20", "2026-05-04", "30/4, 1/5 and the weekend"),
    .init("trong ngày", "chung-thuc", "2026-04-24 16:00", "2026-04-28", "weekend and Giỗ Tổ made up on Monday"),
    .init("trong ngày", "chung-thuc", "2026-12-31 10:00", "2026-12-31", "the list of 2026 is whole"),
    .init("trong ngày", "chung-thuc", "2026-12-31 15:30", "2027-01-04?", "1/1 off, weekend; no list of 2027"),
    .init(
      "trong ngày", "chung-thuc", "2026-03-10 09:00", "2026-03-11", "the supplement came the next afternoon",
      pauses: ["2026-03-10 10:00 2026-03-11 14:00"]),
    .init(
      "trong ngày", "chung-thuc", "2026-03-10 09:00", "2026-03-12", "the supplement came after 15:00",
      pauses: ["2026-03-10 10:00 2026-03-11 15:30"]),
  ]

  static let workingDays: [Case] = [
    .init("03 ngày làm việc", "chung", "2026-03-10 09:00", "2026-03-13", "Wed, Thu, Fri"),
    .init("3 ngày làm việc", "chung", "2026-03-11 09:00", "2026-03-16", "Thu, Fri, Mon"),
    .init("03 ngày làm việc", "chung", "2026-03-13 16:30", "2026-03-18", "Friday is not counted: Mon, Tue, Wed"),
    .init("03 ngày làm việc", "chung", "2026-03-13 17:00", "2026-03-19", "after closing: received on Monday"),
    .init("03 ngày làm việc", "chung", "2026-03-14 10:00", "2026-03-19", "Saturday: received on Monday"),
    .init("03 ngày làm việc", "dan-su", "2026-03-14 10:00", "2026-03-18", "Saturday is the first day, not counted"),
    .init("05 ngày làm việc", "chung", "2026-02-12 09:00", "2026-02-26", "13; Tết 16–20; 23, 24, 25, 26"),
    .init("05 ngày làm việc", "chung", "2026-04-24 10:00", "2026-05-06", "28, 29; 30/4 and 1/5 off; 4, 5, 6"),
    .init("01 ngày làm việc", "chung", "2026-11-23 08:00", "2026-11-25", "24/11 off"),
    .init("02 ngày làm việc", "chung", "2026-08-21 10:00", "2026-08-24", "Saturday 22/8 is worked, Monday"),
    .init("02 ngày làm việc", "chung", "2026-08-22 09:00", "2026-08-25", "received on the worked Saturday: Mon, Tue"),
    .init("05 ngày làm việc", "chung", "2026-08-28 09:00", "2026-09-09", "31/8–2/9 off; 3, 4, 7, 8, 9"),
    .init("10 ngày làm việc", "chung", "2026-10-01 09:00", "2026-10-15", "two whole weeks"),
    .init("20 ngày làm việc", "chung", "2026-02-02 10:00", "2026-03-09", "9 before Tết, 11 from 23/02"),
    .init("03 ngày làm việc", "chung", "2026-12-28 09:00", "2026-12-31", "29, 30, 31: stays within the list"),
    .init("03 ngày làm việc", "chung", "2026-12-29 09:00", "2027-01-04?", "30, 31, 1/1 off, Monday; no list of 2027"),
    .init("30 ngày làm việc", "chung", "2026-12-07 09:00", "2027-01-19?", "18 in December, 12 in January"),
    .init("05 ngày làm việc", "chung", "2026-01-09 09:00", "2026-01-15", "Saturday 10/01 is worked for 02/01"),
    .init("02 ngày làm việc", "chung", "2025-12-31 09:00", "2026-01-06?", "1–2/1 off; no list of 2025"),
    .init("03 ngày làm việc", "chung-thuc", "2026-03-10 15:30", "2026-03-13", "15:00 is for same-day procedures only"),
    .init("03 ngày làm việc", "sau-15h", "2026-03-10 15:30", "2026-03-16", "this rule moves the start: Thu, Fri, Mon"),
    .init("03 ngày làm việc", "sau-15h", "2026-03-10 15:00", "2026-03-13", "15:00 itself does not move it"),
    .init("03 ngày làm việc", "sau-15h", "2026-03-13 15:30", "2026-03-19", "Friday after 15:00 is Monday's"),
    .init("01 ngày làm việc", "chung", "2026-12-31 09:00", "2027-01-04?", "1/1 off, weekend"),
  ]

  static let days: [Case] = [
    .init("03 ngày", "chung", "2026-03-10 09:00", "2026-03-13", "11, 12, 13"),
    .init("05 ngày", "chung", "2026-03-10 09:00", "2026-03-16", "the 15th is a Sunday: Monday"),
    .init("10 ngày", "chung", "2026-03-10 09:00", "2026-03-20", "weekends within are counted"),
    .init("25 ngày", "chung", "2026-03-02 09:00", "2026-03-27", "a Friday"),
    .init("04 ngày", "chung", "2026-02-12 09:00", "2026-02-23", "16/02 is Tết: the first working day after"),
    .init("14 ngày", "chung", "2026-04-13 09:00", "2026-04-28", "27/4 is off"),
    .init("15 ngày", "chung", "2026-04-13 09:00", "2026-04-28", "28/4 itself"),
    .init("17 ngày", "chung", "2026-04-13 09:00", "2026-05-04", "30/4, 1/5, weekend"),
    .init("01 ngày", "chung", "2026-03-13 09:00", "2026-03-16", "Saturday: Monday"),
    .init("08 ngày", "chung", "2026-08-14 09:00", "2026-08-22", "a worked Saturday is no day off"),
    .init("30 ngày", "chung", "2026-12-01 09:00", "2026-12-31", "ends in the year of the list"),
    .init("31 ngày", "chung", "2026-12-01 09:00", "2027-01-04?", "1/1 off; no list of 2027"),
    .init("03 ngày", "chung", "2026-03-13 18:00", "2026-03-19", "after closing: received on Monday 16"),
    .init("03 ngày", "dan-su", "2026-03-13 18:00", "2026-03-16", "civil law alone: Friday is the first day"),
    .init("365 ngày", "chung", "2026-01-05 09:00", "2027-01-05?", "2026 has 365 days"),
  ]

  static let hours: [Case] = [
    .init("4 giờ", "chung", "2026-03-10 07:30", "2026-03-10 11:30", "the whole morning"),
    .init("4 giờ làm việc", "chung", "2026-03-10 08:00", "2026-03-10 14:00", "3½ before lunch, ½ after"),
    .init("8 giờ", "chung", "2026-03-10 07:30", "2026-03-11 08:00", "7½ hours a day here"),
    .init("2 giờ", "chung", "2026-03-10 16:00", "2026-03-11 08:30", "one today, one tomorrow"),
    .init("2 giờ", "chung", "2026-03-10 12:15", "2026-03-10 15:30", "lunch does not count"),
    .init("2 giờ", "chung", "2026-03-13 16:30", "2026-03-16 09:00", "over the weekend"),
    .init("2 giờ", "chung", "2026-03-10 18:00", "2026-03-11 09:30", "after hours: from the opening"),
    .init("8 giờ", "chung", "2026-02-13 13:30", "2026-02-23 14:00", "3½ before Tết, 4½ after"),
    .init("1 giờ", "chung", "2026-03-10 06:00", "2026-03-10 08:30", "nothing runs before the opening"),
    .init("16 giờ", "chung", "2026-12-31 07:30", "2027-01-05 08:30?", "7½, 7½, 1"),
    .init("3 giờ", "dan-su", "2026-03-14 10:00", "2026-03-16 10:30", "no hours on a Saturday in any case"),
  ]

  static let pauses: [Case] = [
    .init(
      "05 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-11", "3, 4; 5 and 6 waited; 9, 10, 11",
      pauses: ["2026-03-04 10:00 2026-03-06 15:00"]),
    .init(
      "05 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-09", "asked and brought within a day: nothing moves",
      pauses: ["2026-03-04 09:00 2026-03-04 16:00"]),
    .init(
      "05 ngày làm việc", "tinh-lai", "2026-03-02 09:00", "2026-03-13", "starts over on Friday 6: 9 … 13",
      pauses: ["2026-03-04 10:00 2026-03-06 15:00"]),
    .init(
      "05 ngày làm việc", "tinh-lai", "2026-03-02 09:00", "2026-03-16", "brought after closing: starts over on Monday",
      pauses: ["2026-03-04 10:00 2026-03-06 17:30"]),
    .init(
      "10 ngày", "chung", "2026-03-02 09:00", "2026-03-16", "3, 4, 7 … 14, a Saturday: Monday",
      pauses: ["2026-03-04 10:00 2026-03-06 15:00"]),
    .init(
      "03 ngày làm việc", "chung", "2026-03-06 09:00", "2026-03-12", "asked on the first day; 10, 11, 12",
      pauses: ["2026-03-06 14:00 2026-03-09 09:00"]),
    .init(
      "4 giờ", "chung", "2026-03-10 08:00", "2026-03-10 15:30", "1 hour, pause, 1 hour, lunch, 2 hours",
      pauses: ["2026-03-10 09:00 2026-03-10 10:30"]),
    .init(
      "4 giờ", "chung", "2026-03-10 14:00", "2026-03-11 14:00", "1 hour; from 9:00 2½; lunch; ½",
      pauses: ["2026-03-10 15:00 2026-03-11 09:00"]),
    .init(
      "05 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-12", "3; 4 waited; 5, 6, 9; 10, 11 waited; 12",
      pauses: ["2026-03-03 10:00 2026-03-04 10:00", "2026-03-09 10:00 2026-03-11 10:00"]),
    .init(
      "05 ngày làm việc", "chung", "2026-04-23 09:00", "2026-05-06", "24; waited to 28 over Giỗ Tổ; 29, 4, 5, 6",
      pauses: ["2026-04-24 10:00 2026-04-28 10:00"]),
    .init(
      "03 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-20", "3, 4, 5; asked for on the last day, waited to 20",
      pauses: ["2026-03-05 10:00 2026-03-20 15:00"]),
    .init(
      "03 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-23", "3, 4, 5; waited over to Saturday 21, so Monday",
      pauses: ["2026-03-05 10:00 2026-03-21 09:00"]),
    .init(
      "05 ngày", "chung", "2026-03-02 09:00", "2026-03-11", "to Saturday 7, so Monday 9; asked for then, waited to 11",
      pauses: ["2026-03-09 10:00 2026-03-11 10:00"]),
    .init(
      "03 ngày làm việc", "chung", "2026-03-02 09:00", "2026-03-05", "3, 4, 5: waited after it was overdue",
      pauses: ["2026-03-06 10:00 2026-03-20 10:00"]),
    .init(
      "02 ngày làm việc", "chung", "2026-12-30 09:00", "2027-01-06?", "31; waited 4, 5; 6",
      pauses: ["2026-12-31 10:00 2027-01-05 10:00"]),
  ]

  static let all = sameDay + workingDays + days + hours + pauses
}
