/// Points with two decimals, kept as hundredths: the decision doesn't say in which steps points are given.
public struct Points: Hashable, Comparable, Sendable {
  public var hundredths: Int
  public init(hundredths: Int) { self.hundredths = hundredths }
  public init(_ whole: Int) { hundredths = whole * 100 }
  public static let zero = Points(0)
  public static func < (a: Points, b: Points) -> Bool { a.hundredths < b.hundredths }
  public static func + (a: Points, b: Points) -> Points { Points(hundredths: a.hundredths + b.hundredths) }
  public var number: Double { Double(hundredths) / 100 }
}

extension Points: Codable {
  public init(from decoder: any Decoder) throws {
    let number = try Double(from: decoder)
    guard number.magnitude < 1_000_000 else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no number of points"))
    }
    hundredths = Int((number * 100).rounded())
  }
  public func encode(to encoder: any Encoder) throws { try number.encode(to: encoder) }
}

/// A year's scoring: who gave which points when and why, with all that was given before. Points are always a person's
/// decision.
public struct ScoreSheet: Hashable, Sendable {
  public struct Evidence: Codable, Hashable, Sendable {
    public var words: String
    public var link: String?
    public var file: File?
    public init(words: String, link: String? = nil, file: File? = nil) {
      self.words = words
      self.link = link
      self.file = file
    }
  }

  /// An attached file, known by what it holds.
  public struct File: Codable, Hashable, Sendable {
    public var name: String
    /// In lower-case hexadecimal digits.
    public var sha256: String
    public var bytes: Int
    public init(name: String, sha256: String, bytes: Int) {
      self.name = name
      self.sha256 = sha256
      self.bytes = bytes
    }
  }

  /// The most a row can bring, as the commune's signed copy says.
  public struct Maximum: Codable, Hashable, Sendable {
    public var item: ScoringTable.Item.ID
    public var max: Int
    public init(item: ScoringTable.Item.ID, max: Int) {
      self.item = item
      self.max = max
    }
  }

  public struct Score: Codable, Hashable, Sendable {
    /// nil: taken back.
    public var points: Points?
    public var reason: String
    public var evidence: [Evidence]
    public var by: String
    public var at: Instant
  }

  public struct Registration: Codable, Hashable, Sendable {
    public var document: String
    public var day: LocalDay
  }

  public struct Violation: Codable, Hashable, Sendable {
    public var rule: String
    public var document: String
    public var reason: String
    public var by: String
    public var at: Instant
  }

  /// A figure a person supplies, such as the share of documents signed digitally.
  public struct Entered: Codable, Hashable, Sendable {
    public var share: Share
    public var source: String
    public var until: LocalDay
    public var by: String
    public var at: Instant
  }

  public let year: Int
  public private(set) var table: ScoringTable
  /// Maxima the commune read from its signed copy, and the document they stand in.
  public private(set) var completed: [ScoringTable.Item.ID: Int] = [:]
  public private(set) var completedFrom: String?
  /// All that was given to a row, the last one counts.
  public private(set) var history: [ScoringTable.Item.ID: [Score]] = [:]
  public private(set) var registration: Registration?
  public private(set) var violations: [Violation] = []
  public private(set) var entered: [Figure: [Entered]] = [:]
  /// Whether anything has been recorded: from then on the year keeps its table.
  public private(set) var isOpen = false

  public init(year: Int, table: ScoringTable) {
    self.year = year
    self.table = table
  }

  public func score(_ item: ScoringTable.Item.ID) -> Score? { history[item]?.last }
  public var maxima: [ScoringTable.Item.ID: ClosedRange<Int>] { table.maxima(completed: completed) }
  /// Rules that apply now: flagged, and not taken back since.
  public var standingViolations: [Violation] {
    table.disqualifications.compactMap { rule in violations.last { $0.rule == rule.id } }.filter {
      !$0.document.isEmpty
    }
  }
}

// MARK: Commands

public enum ScoreCommand: Hashable, Sendable {
  /// - `seen`: how many entries of this row the person had before their eyes; somebody else's later one isn't overwritten.
  case give(ScoringTable.Item.ID, Points?, reason: String, evidence: [ScoreSheet.Evidence], seen: Int)
  case complete([ScoreSheet.Maximum], document: String)
  case register(document: String, day: LocalDay)
  case flag(rule: String, document: String, reason: String)
  case withdrawFlag(rule: String, reason: String)
  case enter(Figure, Share, source: String, until: LocalDay)
  /// The city changed the table for a year already begun.
  case adopt(ScoringTable)
}

/// What the journal keeps of a year's scoring.
public enum ScoreEvent: Codable, Hashable, Sendable {
  case opened(table: ScoringTable)
  case given(item: ScoringTable.Item.ID, score: ScoreSheet.Score)
  case completed(maxima: [ScoreSheet.Maximum], document: String)
  case registered(registration: ScoreSheet.Registration)
  case flagged(violation: ScoreSheet.Violation)
  case entered(figure: Figure, value: ScoreSheet.Entered)

  public var type: String {
    switch self {
    case .opened: "score-table-set"
    case .given: "score-given"
    case .completed: "score-table-completed"
    case .registered: "score-registered"
    case .flagged: "score-disqualification"
    case .entered: "score-figure-entered"
    }
  }
}

/// A command about the scoring that was understood and is refused. The raw value is the stable `type` of the API.
public enum ScoreRejection: String, Error, Hashable, Sendable, CaseIterable {
  case unknownItem = "unknown-score-item"
  /// Points are given to the rows below it.
  case hasParts = "score-item-has-parts"
  case aboveMaximum = "points-above-maximum"
  case badPoints = "bad-points"
  case reasonMissing = "score-reason-missing"
  /// Somebody else has scored the row meanwhile; both are kept, the later one wants to be looked at first.
  case changedMeanwhile = "score-changed"
  /// The maximum of this row is legible; it isn't the commune's to change.
  case maximumKnown = "maximum-known"
  case sumsDoNotFit = "points-do-not-sum"
  case documentMissing = "score-document-missing"
  case unknownRule = "unknown-disqualification"
  case unknownFigure = "unknown-figure"
  case badFigure = "bad-figure"
  case noTable = "no-scoring-table"
}

extension ScoreSheet {
  /// - Throws: what stands in the way; nothing has changed then.
  public func decide(_ command: ScoreCommand, by name: String, at now: Instant) throws(ScoreRejection) -> [ScoreEvent] {
    let event = try event(of: command, by: name, at: now)
    if case .opened = event { return [event] }
    return isOpen ? [event] : [.opened(table: table), event]
  }

  private func event(of command: ScoreCommand, by name: String, at now: Instant) throws(ScoreRejection) -> ScoreEvent {
    switch command {
    case .give(let id, let points, let reason, let evidence, let seen):
      guard let item = table.item(id) else { throw .unknownItem }
      guard item.isScored else { throw .hasParts }
      guard seen == history[id]?.count ?? 0 else { throw .changedMeanwhile }
      guard !reason.isBlank else { throw .reasonMissing }
      if let points {
        guard points >= .zero else { throw .badPoints }
        guard let range = maxima[id], points <= Points(range.upperBound) else { throw .aboveMaximum }
      }
      return .given(item: id, score: Score(points: points, reason: reason, evidence: evidence, by: name, at: now))
    case .complete(let maxima, let document):
      guard !document.isBlank else { throw .documentMissing }
      var all = completed
      for entry in maxima {
        guard let item = table.item(entry.item) else { throw .unknownItem }
        guard item.max == nil else { throw .maximumKnown }
        all[entry.item] = entry.max
      }
      guard table.faults(completed: all).isEmpty else { throw .sumsDoNotFit }
      // Points already given must still fit: they are corrected first, by who gave them.
      let ranges = table.maxima(completed: all)
      for (id, scores) in history {
        if let points = scores.last?.points, let range = ranges[id], points > Points(range.upperBound) {
          throw .aboveMaximum
        }
      }
      return .completed(maxima: maxima, document: document)
    case .register(let document, let day):
      guard !document.isBlank else { throw .documentMissing }
      return .registered(registration: Registration(document: document, day: day))
    case .flag(let rule, let document, let reason):
      guard table.disqualifications.contains(where: { $0.id == rule }) else { throw .unknownRule }
      guard !document.isBlank else { throw .documentMissing }
      guard !reason.isBlank else { throw .reasonMissing }
      return .flagged(violation: Violation(rule: rule, document: document, reason: reason, by: name, at: now))
    case .withdrawFlag(let rule, let reason):
      guard standingViolations.contains(where: { $0.rule == rule }) else { throw .unknownRule }
      guard !reason.isBlank else { throw .reasonMissing }
      return .flagged(violation: Violation(rule: rule, document: "", reason: reason, by: name, at: now))
    case .enter(let figure, let share, let source, let until):
      guard table.allItems.contains(where: { $0.figures?.contains(figure) ?? false }) else { throw .unknownFigure }
      guard share.numerator >= 0, share.denominator > 0 else { throw .badFigure }
      guard !source.isBlank else { throw .documentMissing }
      return .entered(figure: figure, value: Entered(share: share, source: source, until: until, by: name, at: now))
    case .adopt(let table):
      return .opened(table: table)
    }
  }

  public mutating func apply(_ event: ScoreEvent) {
    isOpen = true
    switch event {
    case .opened(let table):
      self.table = table
      // A maximum the new table prints is no longer the commune's entry. Scores of rows that are gone stay in the history.
      completed = completed.filter { id, _ in table.item(id)?.max == nil && table.item(id) != nil }
    case .given(let id, let score): history[id, default: []].append(score)
    case .completed(let maxima, let document):
      for entry in maxima { completed[entry.item] = entry.max }
      completedFrom = document
    case .registered(let registration): self.registration = registration
    case .flagged(let violation): violations.append(violation)
    case .entered(let figure, let value): entered[figure, default: []].append(value)
    }
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
