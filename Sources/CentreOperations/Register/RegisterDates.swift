import Foundation
import OneStop

/// Dates as registers write them.
enum RegisterDates {
  /// `dd/MM/yyyy`, also with `-` or `.` between, with or without the time, which may stand before it and may have SA, CH,
  /// AM or PM; `yyyy-MM-dd`, also with `T` and a zone, as portals write it; the number of days that a spreadsheet shows
  /// where nobody told it that the cell is a date.
  static func moment(_ text: String, in zone: ZoneOffset) -> Instant? {
    if let moment = serial(text, zone) { return moment }
    var day: LocalDay?
    var time: (seconds: Int, zone: ZoneOffset?)?
    var half: String?
    for part in text.split(whereSeparator: { $0 == " " || $0 == "T" || $0 == "," }) {
      if part.contains(":") {
        guard time == nil, let read = clock(part) else { return nil }
        time = read
      } else if ["SA", "AM", "CH", "PM"].contains(part.uppercased()) {
        guard half == nil else { return nil }
        half = part.uppercased()
      } else {
        guard day == nil, let read = Self.day(part) else { return nil }
        day = read
      }
    }
    guard let day else { return nil }
    var seconds = time?.seconds ?? 0
    if let half {
      // 12:30 SA is half past midnight; 13:00 CH is written by systems that count to 24 and add the word all the same.
      guard let time, half == "CH" || half == "PM" || time.seconds < 13 * 3600 else { return nil }
      if half == "CH" || half == "PM" {
        if seconds < 12 * 3600 { seconds += 12 * 3600 }
      } else if seconds >= 12 * 3600 {
        seconds -= 12 * 3600
      }
    }
    return day.start(in: time?.zone ?? zone).adding(seconds: seconds)
  }

  /// Which of day and month stands first in a date of three numbers, where only one of the two can be; nil: either, or no date.
  static func isMonthFirst(_ text: String) -> Bool? {
    for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) where !part.contains(":") {
      let numbers = part.split(whereSeparator: { "/-.".contains($0) }).map { Int($0) }
      guard numbers.count == 3, let a = numbers[0], let b = numbers[1], part.last?.isNumber == true, a <= 31, b <= 31
      else { continue }
      if a > 12, (1...12).contains(b) { return false }
      if b > 12, (1...12).contains(a) { return true }
    }
    return nil
  }

  /// Days since 30/12/1899, which is how spreadsheets count from 1/3/1900 on; here of the years 2000 to 2050.
  private static func serial(_ text: String, _ zone: ZoneOffset) -> Instant? {
    guard text.prefix(5).allSatisfy({ $0.isASCII && $0.isNumber }), text.count == 5 || text.dropFirst(5).first == ".",
      let number = Double(text), (36_526..<55_153).contains(number),
      let first = LocalDay(year: 1899, month: 12, day: 30)
    else { return nil }
    let seconds = Int(((number - number.rounded(.down)) * 86_400).rounded())
    return first.adding(days: Int(number)).start(in: zone).adding(seconds: min(seconds, 86_399))
  }

  private static func day(_ text: Substring) -> LocalDay? {
    let parts = text.split(whereSeparator: { "/-.".contains($0) })
    guard parts.count == 3, text.allSatisfy({ $0.isASCII && ($0.isNumber || "/-.".contains($0)) }) else { return nil }
    if parts[0].count == 4, let y = Int(parts[0]), let m = Int(parts[1]), let d = Int(parts[2]) {
      return LocalDay(year: y, month: m, day: d)
    }
    // Two digits of a year could be any century.
    guard parts[2].count == 4, let d = Int(parts[0]), let m = Int(parts[1]), let y = Int(parts[2]) else { return nil }
    return LocalDay(year: y, month: m, day: d)
  }

  /// `08:15`, `08:15:00`, `08:15:00.000`, and with `Z`, `+07:00` or `+0700` behind it.
  private static func clock(_ text: Substring) -> (seconds: Int, zone: ZoneOffset?)? {
    var text = text
    var zone: ZoneOffset?
    if text.last == "Z" || text.last == "z" {
      text = text.dropLast()
      zone = ZoneOffset(seconds: 0)
    } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let digits = text[text.index(after: sign)...].filter { $0 != ":" }
      guard digits.count == 4, let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours <= 14,
        minutes < 60
      else { return nil }
      zone = ZoneOffset(seconds: (text[sign] == "-" ? -1 : 1) * (hours * 3600 + minutes * 60))
      text = text[..<sign]
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let whole = parts.last?.prefix { $0 != "." } ?? ""
    guard (2...3).contains(parts.count), let h = Int(parts[0]), (0...23).contains(h) else { return nil }
    guard let m = Int(parts.count == 3 ? parts[1] : whole), (0...59).contains(m) else { return nil }
    guard parts.count == 3 else { return (h * 3600 + m * 60, zone) }
    guard let s = Int(whole), (0...59).contains(s) else { return nil }
    return (h * 3600 + m * 60 + s, zone)
  }
}

extension RegisterReader {
  private static let dates: [RegisterField] = [.received, .clockStart, .due, .finished, .handedOver]

  /// `11/05/2026` is 11 May or 5 November, and nobody can see which; that the column has more dates that can only be
  /// written with the month first than with the day first says how it writes them all.
  func refuseMonthFirst(_ table: SheetTable, _ file: String, _ heading: RegisterHeading) throws(TableError) {
    for field in Self.dates {
      guard let column = heading.columns[field] else { continue }
      var (dayFirst, monthFirst) = (0, 0)
      var first: (row: Int, text: String)?
      for row in table.rows.dropFirst(heading.firstRow) where column < row.cells.count {
        switch RegisterDates.isMonthFirst(row.cells[column]) {
        case true?:
          monthFirst += 1
          first = first ?? (row.number, row.cells[column])
        case false?: dayFirst += 1
        case nil: break
        }
      }
      if monthFirst > dayFirst, let first {
        throw TableError(
          file,
          [TableProblem(first.row, heading.names[field], "monthFirst", ["value": String(first.text.prefix(60))])])
      }
    }
  }
}
