/// How the time limit of a family of procedures is counted. Data with its source (`centre/due-rules.csv`): each of these
/// sentences stands in another law, and the laws change.
public struct DueRule: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<DueRule, String>

  public var id: ID
  public var name: String
  /// Received after this time of day, a same-day procedure is due the next working day; the minute itself still counts
  /// as before. nil: no such rule, always the same day.
  public var cutoff: TimeOfDay?
  /// Whether the cutoff also moves the start of limits in hours and days to the next working day.
  public var cutoffMovesStart: Bool
  /// Whether a dossier received after closing or on a day off counts as received when the centre next opens.
  public var afterHoursMovesStart: Bool
  public var supplement: Supplement
  public var source: String

  public enum Supplement: String, Codable, Hashable, Sendable, CaseIterable {
    /// The days waited for the supplement are not counted.
    case pauses
    /// The whole limit runs again from the day the dossier is complete.
    case restarts
  }

  public init(
    id: ID, name: String, cutoff: TimeOfDay?, cutoffMovesStart: Bool = false, afterHoursMovesStart: Bool = true,
    supplement: Supplement = .pauses, source: String
  ) {
    self.id = id
    self.name = name
    self.cutoff = cutoff
    self.cutoffMovesStart = cutoffMovesStart
    self.afterHoursMovesStart = afterHoursMovesStart
    self.supplement = supplement
    self.source = source
  }
}

/// The time a dossier waits for somebody else: a supplement, a payment, a stop. Open while `to` is nil.
public struct Pause: Codable, Hashable, Sendable {
  public var from: Instant
  public var to: Instant?
  /// Whether it waits for a supplement, which some rules answer by starting over.
  public var supplement: Bool

  public init(from: Instant, to: Instant? = nil, supplement: Bool = false) {
    self.from = from
    self.to = to
    self.supplement = supplement
  }
}

/// When a result is due.
public struct Due: Codable, Hashable, Sendable {
  /// The day that is promised; on time is judged by it.
  public var day: LocalDay
  /// The last moment: the end of that day's working time, or the very minute for a limit in hours.
  public var at: Instant
  /// The count reached into a year without a whole list of days off.
  public var provisional: Bool

  public init(day: LocalDay, at: Instant, provisional: Bool = false) {
    self.day = day
    self.at = at
    self.provisional = provisional
  }
}
