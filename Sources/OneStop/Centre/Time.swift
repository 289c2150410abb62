/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z. The rules never ask for the time: callers bring it.
public struct Instant: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  public func adding(seconds: Int) -> Instant { Instant(milliseconds: milliseconds + Int64(seconds) * 1000) }
  public func adding(milliseconds more: Int64) -> Instant { Instant(milliseconds: milliseconds + more) }

  /// Whole seconds from `earlier` to here, rounded down; never negative.
  public func seconds(since earlier: Instant) -> Int { Int(max(0, milliseconds - earlier.milliseconds) / 1000) }
}

extension Instant: Codable {
  public init(from decoder: any Decoder) throws { milliseconds = try Int64(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try milliseconds.encode(to: encoder) }
}

/// How far the centre's clock is ahead of UTC. Vietnam has had +7 h without summer time since 1975, so one number is enough;
/// a zone whose offset changes is refused when the settings are read.
public struct ZoneOffset: Hashable, Sendable {
  public var seconds: Int
  public init(seconds: Int) { self.seconds = seconds }
  public static let vietnam = ZoneOffset(seconds: 7 * 3600)
}

/// A calendar day at the centre, as days since 1970-01-01.
public struct LocalDay: Hashable, Comparable, Sendable {
  public var number: Int

  public init(number: Int) { self.number = number }

  public init(_ moment: Instant, in zone: ZoneOffset) {
    number = Self.floorDivide(Int(moment.milliseconds) + zone.seconds * 1000, 86_400_000)
  }

  /// Gregorian date; nil where there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    // Howard Hinnant's days_from_civil: years are counted from 1 March so that the leap day comes last.
    let y = month <= 2 ? year - 1 : year
    let era = Self.floorDivide(y, 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
    guard civil == (year, month, day) else { return nil }
  }

  /// Reads `2026-11-26`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let y = plain(parts[0]), let m = plain(parts[1]), let d = plain(parts[2])
    else { return nil }
    self.init(year: y, month: m, day: d)
  }

  public var civil: (year: Int, month: Int, day: Int) {
    let z = number + 719_468
    let era = Self.floorDivide(z, 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * mp + 2) / 5 + 1
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Monday is 1, Sunday is 7.
  public var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

  public func adding(days: Int) -> LocalDay { LocalDay(number: number + days) }

  public func instant(at time: TimeOfDay, in zone: ZoneOffset) -> Instant {
    Instant(milliseconds: (Int64(number) * 86_400 + Int64(time.minutes) * 60 - Int64(zone.seconds)) * 1000)
  }

  public func start(in zone: ZoneOffset) -> Instant { instant(at: TimeOfDay(minutes: 0), in: zone) }

  public static func < (a: LocalDay, b: LocalDay) -> Bool { a.number < b.number }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
}

extension LocalDay: CustomStringConvertible, Codable {
  /// `2026-11-26`
  public var description: String {
    let (y, m, d) = civil
    return "\(padded(y, 4))-\(padded(m, 2))-\(padded(d, 2))"
  }

  /// As papers write it: 28/11/2026.
  public var onPaper: String {
    let (y, m, d) = civil
    return "\(padded(d, 2))/\(padded(m, 2))/\(y)"
  }

  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    guard let day = LocalDay(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not a day like 2026-11-26"))
    }
    self = day
  }
  public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

/// Minutes since midnight at the centre, 0…1440.
public struct TimeOfDay: Hashable, Comparable, Sendable {
  public var minutes: Int

  public init(minutes: Int) { self.minutes = minutes }

  public init(_ moment: Instant, in zone: ZoneOffset) {
    let day = LocalDay(moment, in: zone)
    minutes = Int((moment.milliseconds - day.start(in: zone).milliseconds) / 60_000)
  }

  /// Reads `07:30` (and `24:00`).
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 2, parts[1].count == 2, let h = plain(parts[0]), let m = plain(parts[1]),
      (0...24).contains(h), (0...59).contains(m), h * 60 + m <= 1440
    else { return nil }
    minutes = h * 60 + m
  }

  public static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.minutes < b.minutes }
}

extension TimeOfDay: CustomStringConvertible, Codable {
  public var description: String { "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))" }

  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    guard let time = TimeOfDay(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not a time like 07:30"))
    }
    self = time
  }
  public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

/// Digits and nothing else: `Int` also reads "+5".
private func plain(_ text: some StringProtocol) -> Int? {
  text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
}

/// Digits with leading zeros up to `width`; wider numbers keep all their digits.
public func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
}
