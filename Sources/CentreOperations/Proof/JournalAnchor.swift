import CentreStore
import Foundation
import GRDB
import OneStop

/// The head of the journal as it leaves the house: on a signed closing sheet, or wherever somebody keeps it. Whoever holds
/// it can tell later whether the journal up to that event is still the same.
public struct JournalAnchor: Sendable, Hashable {
  public var day: LocalDay
  /// Number of the last event.
  public var seq: Int64
  /// SHA-256 of the chain up to it, 32 bytes.
  public var hash: Data

  public init(day: LocalDay, _ head: Journal.Head) {
    (self.day, seq, hash) = (day, head.seq, head.hash)
  }

  /// The last event before the end of a day.
  /// - Returns: nil where there was none yet.
  public init?(endOf day: LocalDay, in zone: ZoneOffset, _ db: Database) throws {
    let end = day.adding(days: 1).start(in: zone).milliseconds
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT seq, hash FROM journal WHERE at < ? ORDER BY seq DESC LIMIT 1", arguments: [end])
    else { return nil }
    (self.day, seq, hash) = (day, row[0], row[1])
  }

  /// In groups of four, as people read it to each other.
  public var groups: String {
    let digits = Array(hash.hexText)
    return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
      .joined(separator: " ")
  }

  /// What stands in the QR code and what `motcua journal verify --anchor` reads: `NEO 2026-11-27 412345 3f2a…`.
  public var text: String { "NEO \(day) \(seq) \(hash.hexText)" }

  /// Reads it as it is printed or scanned, with groups, line ends and a date of either form.
  /// - Returns: nil where day, number or the 64 digits of the hash are missing.
  public init?(_ text: some StringProtocol) {
    let all: [Substring] = String(text).split { $0.isWhitespace }
    var words = all.map { String($0) }[...]
    if words.first?.uppercased().hasPrefix("NEO") == true { words.removeFirst() }
    guard let first = words.popFirst(), let day = LocalDay(first) ?? LocalDay.written(first),
      let number = words.popFirst(), let seq = Int64(number.filter { $0 != "." }), seq > 0
    else { return nil }
    let digits = Array(words.joined().lowercased().utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for i in stride(from: 0, to: 64, by: 2) {
      guard let byte = UInt8(String(decoding: digits[i..<(i + 2)], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    (self.day, self.seq, hash) = (day, seq, Data(bytes))
  }
}
