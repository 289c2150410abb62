/// The table by which a year is scored, as data: the city changes it, the program does not.
public struct ScoringTable: Codable, Hashable, Sendable {
  public typealias ID = Identifier<ScoringTable, String>

  /// How sure the maximum is. What was deduced or could not be read is shown as such for ever.
  public enum Reading: String, Codable, Hashable, Sendable { case legible, deduced, illegible }
  /// How much of the evidence this centre's own records give.
  public enum Feed: String, Codable, Hashable, Sendable { case full, partial, none }

  /// A row of the table. Points are given to rows without rows of their own.
  public struct Item: Codable, Hashable, Sendable {
    public typealias ID = Identifier<Item, String>
    public var id: ID
    public var title: String
    /// Whole points; nil where the copy this file was made from cannot be read. Never guessed.
    public var max: Int?
    public var read: Reading
    /// What the decision wants to see; nil: as the row above says.
    public var evidence: String?
    public var owner: String?
    public var auto: Feed?
    public var figures: [Figure]?
    public var targets: [Target]?
    public var items: [Item]?

    public var rows: [Item] { items ?? [] }
    public var isScored: Bool { rows.isEmpty }
  }

  /// What the words of a row demand of a figure, in per cent, or as a count where `atMost` is set. It says met or not met
  /// and never how many points that is: nothing in the decision does.
  public struct Target: Codable, Hashable, Sendable {
    public var figure: Figure
    public var atLeast: Int?
    public var above: Int?
    public var atMost: Int?

    public func isMet(by share: Share) -> Bool? {
      if let atMost { return share.numerator <= atMost }
      guard share.denominator > 0 else { return nil }
      // In whole numbers: 89.96% is not 90%.
      let (part, whole) = (share.numerator * 100, share.denominator)
      if let above { return part > above * whole }
      return part >= (atLeast ?? 0) * whole
    }
  }

  public struct Level: Codable, Hashable, Sendable {
    public var level: Int
    public var name: String
    /// Points from which it is reached.
    public var from: Int
  }

  public struct Deadline: Codable, Hashable, Sendable {
    public var id: String
    /// Month and day, `02-15`. «Trước ngày» means before it: the last day in time is the day before.
    public var before: String
    public var owner: String
    public var words: String
  }

  public struct Disqualification: Codable, Hashable, Sendable {
    public var id: String
    public var words: String
  }

  public var id: ID
  public var name: String
  public var document: String
  public var issuer: String
  /// First year scored by it.
  public var from: Int
  public var total: Int
  public var levels: [Level]
  public var deadlines: [Deadline]
  public var disqualifications: [Disqualification]
  public var groups: [Item]

  /// Every row, each after the one it belongs to.
  public var allItems: [Item] { groups.flatMap(Self.within) }
  private static func within(_ item: Item) -> [Item] { [item] + item.rows.flatMap(within) }

  public func item(_ id: Item.ID) -> Item? { allItems.first { $0.id == id } }

  // MARK: Is it whole?

  /// A mistake of the table, told with the row and the sums.
  public struct Fault: Error, Hashable, Sendable {
    public var item: Item.ID?
    /// `twice` · `sum` · `total` · `day` · `levels`
    public var key: String
    public var places: [String: String]
  }

  /// - Parameter completed: points a commune read from its own signed copy.
  public func faults(completed: [Item.ID: Int] = [:]) -> [Fault] {
    var faults: [Fault] = []
    var seen: Set<Item.ID> = []
    for item in allItems where !seen.insert(item.id).inserted {
      faults.append(Fault(item: item.id, key: "twice", places: [:]))
    }
    func maximum(_ item: Item) -> Int? { item.max ?? completed[item.id] }
    func check(_ id: Item.ID?, _ whole: Int?, _ parts: [Item]) {
      for part in parts { check(part.id, maximum(part), part.rows) }
      guard let whole, !parts.isEmpty else { return }
      let known = parts.compactMap(maximum)
      let sum = known.reduce(0, +)
      let open = parts.count - known.count
      // What is still open has a point at least.
      guard open == 0 ? sum == whole : sum + open <= whole else {
        faults.append(
          Fault(
            item: id, key: open == 0 ? "sum" : "sumOpen",
            places: ["max": "\(whole)", "sum": "\(sum)", "open": "\(open)"]))
        return
      }
    }
    check(nil, total, groups)
    for item in allItems where (maximum(item) ?? 1) < 1 {
      faults.append(Fault(item: item.id, key: "belowOne", places: [:]))
    }
    for deadline in deadlines where day(deadline, in: from) == nil {
      faults.append(Fault(item: nil, key: "day", places: ["value": deadline.before]))
    }
    if levels.isEmpty || zip(levels, levels.dropFirst()).contains(where: { $0.from <= $1.from }) {
      faults.append(Fault(item: nil, key: "levels", places: [:]))
    }
    return faults
  }

  /// What the maximum of each row can be, when every open row carries whole points and at least one.
  public func maxima(completed: [Item.ID: Int] = [:]) -> [Item.ID: ClosedRange<Int>] {
    var least: [Item.ID: Int] = [:]
    func bottom(_ item: Item) -> Int {
      let parts = item.rows.map(bottom).reduce(0, +)
      let value = item.max ?? completed[item.id] ?? Swift.max(1, parts)
      least[item.id] = value
      return value
    }
    groups.forEach { _ = bottom($0) }
    var ranges: [Item.ID: ClosedRange<Int>] = [:]
    func down(_ parts: [Item], in whole: ClosedRange<Int>) {
      let open = parts.filter { $0.max == nil && completed[$0.id] == nil }
      let sum = parts.reduce(0) { $0 + least[$1.id]! }
      for part in parts {
        let low = least[part.id]!
        var range = low...low
        if open.contains(part) {
          let high = Swift.max(low, whole.upperBound - (sum - low))
          // The only open row takes what is left.
          range = (open.count == 1 ? Swift.max(low, whole.lowerBound - (sum - low)) : low)...high
        }
        ranges[part.id] = range
        down(part.rows, in: range)
      }
    }
    down(groups, in: total...total)
    return ranges
  }

  // MARK: Days

  public func day(_ deadline: Deadline, in year: Int) -> LocalDay? {
    let parts = deadline.before.split(separator: "-").compactMap { Int($0) }
    return parts.count == 2 ? LocalDay(year: year, month: parts[0], day: parts[1]) : nil
  }
}

/// A figure of the sheet by its name in the table, such as `ONTIME`.
public typealias Figure = Identifier<FigureKind, String>
/// What `Figure` names.
public enum FigureKind {}
