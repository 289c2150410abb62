import CentreStore
import GRDB
import OneStop

/// The scoring sheet as the page shows it.
public struct ScoreView: Encodable, Sendable {
  public struct Row: Encodable, Sendable {
    var id: ScoringTable.Item.ID
    var depth: Int
    var title: String
    var scored: Bool
    /// Most points; the two differ where the maximum cannot be read.
    var least, most: Int
    var read: ScoringTable.Reading
    var completed: Bool
    var evidence: String?
    var owner: String?
    var auto: ScoringTable.Feed?
    var figures: [Figure]
    /// Whether the words of the row are met; absent: no target, or no data.
    var met: Bool?
    var points: Points?
    /// Sum of the rows below, for headings.
    var sum: Points?
    /// What the year before was given here, its sum for headings; absent: nothing, or its table had no such row.
    var lastYear: Points?
    var missing: [ScoreWork.Missing]
    var history: [Entry]
  }
  public struct Entry: Encodable, Sendable {
    var points: Points?
    var reason: String
    var evidence: [Piece]
    var by: String
    var at: String
  }
  public struct Piece: Encodable, Sendable {
    public struct File: Encodable, Sendable {
      var name, sha256: String
      var bytes: Int
      var standing: EvidenceFiles.Standing
    }
    var words: String
    var link: String?
    var file: File?
  }
  public struct Deadline: Encodable, Sendable {
    var id: String
    var words: String
    var owner: String
    var last: LocalDay
    var days: Int
  }
  public struct Rule: Encodable, Sendable {
    var id: String
    var words: String
    var standing: Bool
    var document: String?
    var reason: String?
  }
  public struct Open: Encodable, Sendable {
    var item: ScoringTable.Item.ID
    var least, most: Int
  }
  public struct Forecast: Encodable, Sendable {
    var given, best: Points
    var level, bestLevel: Int
    var levelName, bestLevelName: String?
    var missing: Points?
    var open: [Open]
    var unread: [ScoringTable.Item.ID]
    var registered, disqualified: Bool
    var registeredInTime: Bool?
    /// Points of the year before; absent where nothing was scored.
    var lastYear: Points?
  }

  public var year: Int
  var today: LocalDay
  var table: String
  var document: String
  var total: Int
  /// The file of the table has changed since the year was begun; a person decides whether the year takes it over.
  var newTable: Bool
  var completedFrom: String?
  var registration: ScoreSheet.Registration?
  var deadlines: [Deadline]
  var rules: [Rule]
  var levels: [ScoringTable.Level]
  var forecast: Forecast
  var figures: [ScoreFigure]
  var rows: [Row]
  /// Rows that were scored by a table that has them no more.
  var dropped: [ScoringTable.Item.ID]

  /// - Parameters:
  ///   - files: how the attached files stand, by hash.
  ///   - before: the sheet of the year before.
  public init(
    _ sheet: ScoreSheet, figures: [ScoreFigure], current: ScoringTable, today: LocalDay, names: [String: String],
    files: [String: EvidenceFiles.Standing] = [:], before: ScoreSheet? = nil
  ) {
    year = sheet.year
    self.today = today
    table = sheet.table.name
    document = sheet.table.document
    total = sheet.table.total
    newTable = sheet.isOpen && sheet.table != current
    completedFrom = sheet.completedFrom
    registration = sheet.registration
    deadlines = sheet.countdowns(on: today).map {
      Deadline(id: $0.deadline.id, words: $0.deadline.words, owner: $0.deadline.owner, last: $0.last, days: $0.days)
    }
    let standing = sheet.standingViolations
    rules = sheet.table.disqualifications.map { rule in
      let violation = standing.first { $0.rule == rule.id }
      return Rule(
        id: rule.id, words: rule.words, standing: violation != nil, document: violation?.document,
        reason: violation?.reason)
    }
    levels = sheet.table.levels
    let ahead = ScoreForecast(sheet)
    func name(_ level: Int) -> String? { sheet.table.levels.first { $0.level == level }?.name }
    forecast = Forecast(
      given: ahead.given, best: ahead.best, level: ahead.level, bestLevel: ahead.bestLevel,
      levelName: name(ahead.level), bestLevelName: name(ahead.bestLevel), missing: ahead.missing,
      open: ahead.open.map { Open(item: $0.item, least: $0.carries.lowerBound, most: $0.carries.upperBound) },
      unread: ahead.unread, registered: ahead.isRegistered, disqualified: ahead.isDisqualified,
      registeredInTime: sheet.registeredInTime,
      lastYear: before.flatMap { $0.history.isEmpty ? nil : ScoreForecast($0).given })
    self.figures = figures
    let maxima = sheet.maxima
    let known = Dictionary(uniqueKeysWithValues: figures.map { ($0.figure, $0) })
    let work = Dictionary(
      uniqueKeysWithValues: sheet.work(
        without: Set(figures.filter(\.isMissing).map(\.figure)),
        lost: Set(files.filter { $0.value != .kept }.keys)
      ).map { ($0.item, $0.missing) })
    let lastYear = before?.sums ?? [:]
    var rows: [Row] = []
    func add(_ item: ScoringTable.Item, _ depth: Int, _ owner: String?, _ evidence: String?) -> Points {
      let owner = item.owner ?? owner
      let evidence = item.evidence ?? evidence
      let at = rows.count
      let range = maxima[item.id] ?? 1...1
      rows.append(
        Row(
          id: item.id, depth: depth, title: item.title, scored: item.isScored, least: range.lowerBound,
          most: range.upperBound, read: item.read, completed: sheet.completed[item.id] != nil, evidence: evidence,
          owner: owner, auto: item.auto, figures: item.figures ?? [], met: Self.met(item, known),
          points: sheet.score(item.id)?.points, sum: nil, lastYear: lastYear[item.id], missing: work[item.id] ?? [],
          history: (sheet.history[item.id] ?? []).map {
            Entry(
              points: $0.points, reason: $0.reason, evidence: $0.evidence.map { Piece($0, files) },
              by: names[$0.by] ?? $0.by, at: $0.at.iso)
          }))
      guard !item.isScored else { return rows[at].points ?? .zero }
      let sum = item.rows.reduce(Points.zero) { $0 + add($1, depth + 1, owner, evidence) }
      rows[at].sum = sum
      return sum
    }
    for group in sheet.table.groups { _ = add(group, 0, nil, nil) }
    self.rows = rows
    let ids = Set(rows.map(\.id))
    dropped = sheet.history.keys.filter { !ids.contains($0) }.sorted()
  }

  /// Rows with something missing, for one unit or for all.
  func work(of owner: String?) -> [Row] { rows.filter { !$0.missing.isEmpty && (owner == nil || $0.owner == owner) } }

  /// All targets of a row; one without data leaves the answer open unless another is missed already.
  private static func met(_ item: ScoringTable.Item, _ figures: [Figure: ScoreFigure]) -> Bool? {
    guard let targets = item.targets, !targets.isEmpty else { return nil }
    let answers = targets.map { target in figures[target.figure]?.share.flatMap { target.isMet(by: $0) } }
    if answers.contains(false) { return false }
    return answers.contains(nil) ? nil : true
  }
}

extension ScoreView.Piece {
  init(_ evidence: ScoreSheet.Evidence, _ files: [String: EvidenceFiles.Standing]) {
    words = evidence.words
    link = evidence.link
    file = evidence.file.map {
      File(name: $0.name, sha256: $0.sha256, bytes: $0.bytes, standing: files[$0.sha256] ?? .missing)
    }
  }
}
