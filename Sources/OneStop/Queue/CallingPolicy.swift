/// Those who wait for one service, or for one counter, in order.
public struct Line: Hashable, Sendable {
  /// Slices, because whoever is called stands in front, and a slice lets go of its first element at no cost.
  public var ordinary: ArraySlice<Place> = []
  public var priority: ArraySlice<Place> = []
  /// The policy's own calls, newest last. A list and not a count, because an undo takes one out of the middle when
  /// another counter has called meanwhile.
  private var called: [Called] = []

  private struct Called: Hashable {
    var visit: Visit.ID
    var priority: Bool
  }
  /// Far more than any rule looks back or an undo reaches.
  private static let remembered = 64

  public init() {}

  /// Priority tickets called since the last ordinary one.
  public var streak: Int { called.reversed().prefix(while: \.priority).count }

  public var count: Int { ordinary.count + priority.count }

  mutating func insert(_ place: Place, priority isPriority: Bool) {
    if isPriority { Self.insert(place, into: &priority) } else { Self.insert(place, into: &ordinary) }
  }

  /// Keeps the count that the fairness rule needs.
  mutating func count(_ visit: Visit.ID, priority isPriority: Bool) {
    called.append(Called(visit: visit, priority: isPriority))
    if called.count > 2 * Self.remembered { called.removeFirst(Self.remembered) }
  }

  /// A call that was taken back doesn't count.
  mutating func uncount(_ visit: Visit.ID) {
    if let i = called.lastIndex(where: { $0.visit == visit }) { called.remove(at: i) }
  }

  mutating func remove(_ place: Place) {
    if !Self.remove(place, from: &ordinary) { _ = Self.remove(place, from: &priority) }
  }

  private static func insert(_ place: Place, into list: inout ArraySlice<Place>) {
    guard let last = list.last, place < last else { return list.append(place) }
    list.insert(place, at: list.startIndex + position(of: place, in: list))
  }

  private static func remove(_ place: Place, from list: inout ArraySlice<Place>) -> Bool {
    if list.first == place {
      list.removeFirst()
      return true
    }
    let i = list.startIndex + position(of: place, in: list)
    guard i < list.endIndex, list[i] == place else { return false }
    list.remove(at: i)
    return true
  }

  /// How many stand before `place`, whether it is there or not.
  static func position(of place: Place, in list: ArraySlice<Place>) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[list.startIndex + middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Who is next: priority sooner, but never so that others starve.
public struct CallingPolicy: Sendable {
  public var priorityInRow: Int
  /// Milliseconds after which an ordinary ticket counts as overdue; nil switches alternation off.
  public var overdueAfter: Int64?

  public init(_ rules: Rules) {
    priorityInRow = max(1, rules.priorityInRow)
    overdueAfter = rules.overdueMinutes > 0 ? Int64(rules.overdueMinutes) * 60_000 : nil
  }

  /// Why somebody is next although another one came earlier or has priority.
  public enum Reason: String, Codable, Hashable, Sendable {
    /// The turn of an ordinary ticket after `priorityInRow` priority ones.
    case afterPriorityRow
    /// Has waited longer than `overdueMinutes`.
    case overdue
    /// Priority before an ordinary ticket that came earlier.
    case priority
    /// Sent by another counter, with the place in front.
    case front
  }

  public struct Pick: Hashable, Sendable {
    public var place: Place
    public var isPriority: Bool
    public var reason: Reason?
    /// Order between services of one rank: lower is called sooner.
    var urgency: Int
  }

  /// Looks ahead in a line without taking anybody out of it.
  struct Cursor {
    var ordinary = 0
    var priority = 0
    var streak: Int

    init(_ line: Line) { streak = line.streak }

    mutating func take(_ pick: Pick) {
      if pick.isPriority {
        priority += 1
        streak += 1
      } else {
        ordinary += 1
        streak = 0
      }
    }
  }

  /// The one whom this line's rule calls next.
  public func next(in line: Line, at now: Instant) -> Pick? { next(in: line, from: Cursor(line), at: now) }

  func next(in line: Line, from cursor: Cursor, at now: Instant) -> Pick? {
    let ordinary = line.ordinary.dropFirst(cursor.ordinary).first
    let priority = line.priority.dropFirst(cursor.priority).first
    switch (ordinary, priority) {
    case (nil, nil):
      return nil
    case (let o?, nil):
      return Pick(place: o, isPriority: false, reason: o.front ? .front : nil, urgency: urgency(ordinary: o, at: now))
    case (nil, let p?):
      return Pick(place: p, isPriority: true, reason: p.front ? .front : nil, urgency: p.front ? 0 : 1)
    case (let o?, let p?):
      if o.front != p.front {
        return Pick(place: o.front ? o : p, isPriority: p.front, reason: .front, urgency: 0)
      }
      if cursor.streak >= priorityInRow {
        return Pick(place: o, isPriority: false, reason: .afterPriorityRow, urgency: 1)
      }
      if isOverdue(o, at: now), cursor.streak > 0 {
        return Pick(place: o, isPriority: false, reason: .overdue, urgency: 1)
      }
      return Pick(place: p, isPriority: true, reason: o < p ? .priority : nil, urgency: p.front ? 0 : 1)
    }
  }

  /// The next for a counter: the first rank with anybody in it; within it the most urgent, then the earliest.
  /// `own` are those who were sent to this very counter; they stand in the first rank.
  public func next(
    for counter: Counter, own: Line?, lines: [Service.ID: Line], at now: Instant
  ) -> Pick? {
    for (rank, services) in counter.ranks.enumerated() {
      var best = rank == 0 ? own.flatMap { next(in: $0, at: now) } : nil
      for service in services {
        guard let line = lines[service], let pick = next(in: line, at: now) else { continue }
        best = best.map { sooner($0, pick) } ?? pick
      }
      if let best { return best }
    }
    return counter.ranks.isEmpty ? own.flatMap { next(in: $0, at: now) } : nil
  }

  /// The next few for a counter, as they would be called if nobody else came or called.
  public func upcoming(
    _ count: Int, for counter: Counter, own: Line?, lines: [Service.ID: Line], at now: Instant
  ) -> [Pick] {
    var picks: [Pick] = []
    var ownCursor = own.map(Cursor.init)
    var cursors: [Service.ID: Cursor] = [:]
    while picks.count < count {
      var best: (pick: Pick, service: Service.ID?)?
      for (rank, services) in counter.ranks.enumerated() where best == nil {
        if rank == 0, let own, let cursor = ownCursor, let pick = next(in: own, from: cursor, at: now) {
          best = (pick, nil)
        }
        for service in services {
          guard let line = lines[service],
            let pick = next(in: line, from: cursors[service] ?? Cursor(line), at: now)
          else { continue }
          if best == nil || sooner(best!.pick, pick) == pick { best = (pick, service) }
        }
      }
      guard let best else { break }
      picks.append(best.pick)
      if let service = best.service {
        var cursor = cursors[service] ?? Cursor(lines[service]!)
        cursor.take(best.pick)
        cursors[service] = cursor
      } else {
        ownCursor?.take(best.pick)
      }
    }
    return picks
  }

  private func sooner(_ a: Pick, _ b: Pick) -> Pick {
    if a.urgency != b.urgency { return a.urgency < b.urgency ? a : b }
    return b.place < a.place ? b : a
  }

  private func isOverdue(_ place: Place, at now: Instant) -> Bool {
    guard let overdueAfter else { return false }
    return now.milliseconds - place.since.milliseconds >= overdueAfter
  }

  /// An overdue ordinary ticket weighs as much as a priority one, so that no service starves beside another.
  private func urgency(ordinary place: Place, at now: Instant) -> Int {
    if place.front { return 0 }
    return isOverdue(place, at: now) ? 1 : 2
  }
}
