/// What was seen of one thing before opening.
public enum CheckOutcome: String, Codable, Hashable, Sendable, CaseIterable {
  case ok
  /// Works, and somebody should look soon: paper near its end.
  case attention
  case failed
  /// A person said why it is not looked at.
  case excused
  /// Nobody has looked yet, or nothing could be learnt.
  case unknown
}

/// One line of the paper of a day.
public struct CheckLine: Codable, Hashable, Sendable {
  /// What was looked at: a kind of device, of item, or of the daemon's own (`disk`, `clock`).
  public var kind: String
  public var id: String
  /// As people called it that day.
  public var name: String
  public var outcome: CheckOutcome
  /// What was seen, in Vietnamese; empty for what a person ticked.
  public var words: String
  public var mark: ChecklistDay.Mark?

  public init(
    kind: String, id: String, name: String, outcome: CheckOutcome, words: String = "", mark: ChecklistDay.Mark? = nil
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.outcome = outcome
    self.words = words
    self.mark = mark
  }
}

/// Why an item is not ticked. A closed list: what people would type could name a citizen, and the journal keeps it for ever.
public enum ChecklistExcuse: String, Codable, Hashable, Sendable, CaseIterable {
  /// Broken and reported.
  case broken
  /// The centre has none.
  case none
  /// Not needed on this day.
  case notToday = "not-today"
}

public enum ChecklistRejection: String, Error, Hashable, Sendable, CaseIterable {
  /// There is no such item, it is switched off, or the daemon looks at it itself.
  case unknownItem = "unknown-item"
  case alreadyFinished = "already-finished"
  /// Something is neither ticked nor excused.
  case itemsOpen = "items-open"
}

/// The checklist of one day: who ticked what, and when it was finished.
public struct ChecklistDay: Hashable, Sendable {
  /// A tick, or why there is none.
  public struct Mark: Codable, Hashable, Sendable {
    /// Officer id.
    public var by: String
    public var at: Instant
    public var excuse: ChecklistExcuse?

    public init(by: String, at: Instant, excuse: ChecklistExcuse? = nil) {
      self.by = by
      self.at = at
      self.excuse = excuse
    }
  }

  /// `checklist-marked`: ticked, excused, or taken back. No words of a person, no name: an id and a closed list.
  public struct Marked: Codable, Hashable, Sendable {
    public static let type = "checklist-marked"
    public enum State: String, Codable, Hashable, Sendable, CaseIterable { case done, excused, open }
    public var day: LocalDay
    public var item: ChecklistItem.ID
    public var state: State
    public var excuse: ChecklistExcuse?
  }

  /// `checklist-finished`: everything as it was seen at that moment.
  public struct Finished: Codable, Hashable, Sendable {
    public static let type = "checklist-finished"
    public var day: LocalDay
    public var lines: [CheckLine]

    public init(day: LocalDay, lines: [CheckLine]) {
      self.day = day
      self.lines = lines
    }

    public var failed: Int { lines.count { $0.outcome == .failed } }
  }

  public struct End: Hashable, Sendable {
    public var by: String
    public var at: Instant
    public var finished: Finished

    public init(by: String, at: Instant, finished: Finished) {
      self.by = by
      self.at = at
      self.finished = finished
    }
  }

  public var day: LocalDay
  public var marks: [ChecklistItem.ID: Mark]
  public var end: End?

  public init(day: LocalDay, marks: [ChecklistItem.ID: Mark] = [:], end: End? = nil) {
    self.day = day
    self.marks = marks
    self.end = end
  }

  /// The items a person looks at, in the centre's order.
  public static func manual(_ items: [ChecklistItem]) -> [ChecklistItem] {
    items.filter { $0.active && $0.kind == .manual }
  }

  /// What nobody has ticked or excused yet.
  public func open(of items: [ChecklistItem]) -> [ChecklistItem] {
    Self.manual(items).filter { marks[$0.id] == nil }
  }

  /// - Returns: nil where the item stands like that already.
  public func mark(
    _ item: ChecklistItem.ID, _ state: Marked.State, excuse: ChecklistExcuse?, among items: [ChecklistItem]
  ) throws(ChecklistRejection) -> Marked? {
    guard end == nil else { throw .alreadyFinished }
    guard Self.manual(items).contains(where: { $0.id == item }) else { throw .unknownItem }
    let known = marks[item]
    let stands: Marked.State = known.map { $0.excuse == nil ? .done : .excused } ?? .open
    if stands == state, known?.excuse == excuse { return nil }
    return Marked(day: day, item: item, state: state, excuse: state == .excused ? excuse : nil)
  }

  /// A checklist is finished once every item of a person is ticked or excused. What a machine found broken does not hold
  /// it up: it stands on the paper, and the centre opens all the same.
  /// - Parameter lines: what the machine saw.
  public func finish(_ lines: [CheckLine], items: [ChecklistItem]) throws(ChecklistRejection) -> Finished {
    guard end == nil else { throw .alreadyFinished }
    guard open(of: items).isEmpty else { throw .itemsOpen }
    return Finished(day: day, lines: lines + manualLines(items))
  }

  public func manualLines(_ items: [ChecklistItem]) -> [CheckLine] {
    Self.manual(items).map { item in
      let mark = marks[item.id]
      // What is broken needs a person; what the centre does without needs nobody.
      let outcome: CheckOutcome =
        switch mark?.excuse {
        case .broken: .failed
        case .some: .excused
        case nil: mark == nil ? .unknown : .ok
        }
      return CheckLine(
        kind: item.kind.rawValue, id: item.id.rawValue, name: item.name, outcome: outcome, mark: mark)
    }
  }

  public mutating func apply(_ event: Marked, by: String, at: Instant) {
    marks[event.item] = event.state == .open ? nil : Mark(by: by, at: at, excuse: event.excuse)
  }

  public mutating func apply(_ event: Finished, by: String, at: Instant) {
    end = End(by: by, at: at, finished: event)
  }
}

/// "Days with a finished checklist": numerator and denominator.
public struct ChecklistFigure: Codable, Hashable, Sendable {
  /// Working days with a finished checklist.
  public var finished: Int
  /// Working days of the period up to today, by the plan of opening hours.
  public var workingDays: Int

  /// - Parameters:
  ///   - finished: the days that have one; those outside the plan are not counted.
  ///   - isUsed: whether the centre ever finished one up to the end of the period.
  /// - Returns: nil where there is nothing to tell: before the first one a centre is not at 0 of 22, it does not do it yet.
  public static func count(
    finished: Set<LocalDay>, isUsed: Bool, from: LocalDay, to: LocalDay, today: LocalDay, hours: OpeningHours
  ) -> ChecklistFigure? {
    let last = min(to, today)
    guard isUsed, from <= last else { return nil }
    let working = workingDays(from: from, to: last, hours: hours)
    guard !working.isEmpty else { return nil }
    return ChecklistFigure(finished: working.count(where: finished.contains), workingDays: working.count)
  }

  /// The days the centre is open by the plan.
  public static func workingDays(from: LocalDay, to: LocalDay, hours: OpeningHours) -> [LocalDay] {
    (from.number...max(from.number, to.number)).map(LocalDay.init(number:)).filter {
      $0 <= to && !hours.spans(on: $0).isEmpty
    }
  }
}
