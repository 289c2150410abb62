import GRDB
import OneStop

/// How often each level was given in one closed batch, or in all batches of a period. Best level first.
public struct BatchLevels: Equatable, Sendable {
  public private(set) var reception: [Int]
  public private(set) var handling: [Int]
  public var count: Int { reception.reduce(0, +) }

  init(scale: Int) {
    reception = Array(repeating: 0, count: scale)
    handling = reception
  }

  /// Counts the ratings of a batch.
  init(_ db: Database, batch: String, scale: Int) throws {
    self.init(scale: scale)
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT reception, handling FROM rating WHERE batch = ?"), arguments: [batch])
    while let row = try rows.next() {
      // A level that no button of this box has: `verify` names the batch, the figures go on.
      guard let r = reception.indices.contains(scale - row[0]) ? scale - row[0] : nil,
        let h = handling.indices.contains(scale - row[1]) ? scale - row[1] : nil
      else { continue }
      reception[r] += 1
      handling[h] += 1
    }
  }

  /// As the table keeps it: `12,3,0,0,0,11,4,0,0,0`.
  var text: String { (reception + handling).map(String.init).joined(separator: ",") }

  private mutating func add(_ other: BatchLevels) {
    for i in reception.indices {
      reception[i] += other.reception[i]
      handling[i] += other.handling[i]
    }
  }

  private mutating func add(_ text: String) {
    var at = 0
    for field in text.utf8.split(separator: UInt8(ascii: ",")) {
      let n = Int(Substring(field)) ?? 0
      if at < reception.count {
        reception[at] += n
      } else if at < 2 * reception.count {
        handling[at - reception.count] += n
      }
      at += 1
    }
  }

  /// Levels of a closed period; nil where fewer than five were given.
  /// - Parameter scale: 5, or 3 for boxes of three buttons; the two are never added up.
  public static func given(
    _ db: Database, to officer: Officer.ID? = nil, scale: Int = 5, from first: LocalDay, through last: LocalDay
  ) throws -> BatchLevels? {
    var sum = BatchLevels(scale: scale)
    for (whom, levels) in try byOfficer(db, scale: scale, from: first, through: last) where officer ?? whom == whom {
      sum.add(levels)
    }
    return sum.count >= RatingBoxes.smallestGroup ? sum : nil
  }

  /// Levels of a closed period by officer, in one reading; without those who were rated fewer than five times.
  public static func givenByOfficer(
    _ db: Database, scale: Int = 5, from first: LocalDay, through last: LocalDay
  ) throws -> [Officer.ID: BatchLevels] {
    try byOfficer(db, scale: scale, from: first, through: last).filter { $0.value.count >= RatingBoxes.smallestGroup }
  }

  private static func byOfficer(
    _ db: Database, scale: Int, from first: LocalDay, through last: LocalDay
  ) throws -> [Officer.ID: BatchLevels] {
    var sums: [String: BatchLevels] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT officer, levels FROM ratingBatch WHERE closedDay BETWEEN ? AND ? AND scale = ?"),
      arguments: [first.number, last.number, scale])
    while let row = try rows.next() { sums[row[0], default: BatchLevels(scale: scale)].add(row[1] as String) }
    return Dictionary(uniqueKeysWithValues: sums.map { (Officer.ID($0.key), $0.value) })
  }
}
