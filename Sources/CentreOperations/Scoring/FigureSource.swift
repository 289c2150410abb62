import CentreStore
import GRDB
import OneStop

/// The records of a year from which its figures are counted, and the rows behind each of them: read once, so that a figure
/// and its rows cannot tell two stories.
public struct FigureSource {
  let sheet: ScoreSheet
  /// The year's first day, and its last one that counts.
  let first, last: LocalDay
  let until: LocalDay
  let now: Instant
  let rules: CaseRules?
  let settings: CentreSettings
  /// Received in the year, in the order of their receipt here; none where the centre has no tables, or where only figures
  /// are asked for.
  let dossiers: [Dossier]
  /// What the figures count of them.
  let tally: DossierTally

  /// - Parameter until: figures up to the end of this day.
  public init(
    _ sheet: ScoreSheet, until: LocalDay, at now: Instant, rules: CaseRules?, settings: CentreSettings, _ db: Database
  ) throws {
    (self.sheet, self.until, self.now, self.rules, self.settings) = (sheet, until, now, rules, settings)
    first = LocalDay(year: sheet.year, month: 1, day: 1) ?? until
    last = min(until, LocalDay(year: sheet.year, month: 12, day: 31) ?? until)
    dossiers = try rules == nil ? [] : DossierRows.received(from: first, to: last, db)
    tally = rules.map { [dossiers] in DossierTally(of: dossiers, $0, at: now) } ?? DossierTally()
  }

  /// For the figures alone, without the rows behind them.
  /// - Parameter days: remembers what was counted before.
  public init(
    figuresOf sheet: ScoreSheet, until: LocalDay, at now: Instant, rules: CaseRules?, settings: CentreSettings,
    days: DossierDays, _ db: Database
  ) throws {
    (self.sheet, self.until, self.now, self.rules, self.settings) = (sheet, until, now, rules, settings)
    first = LocalDay(year: sheet.year, month: 1, day: 1) ?? until
    last = min(until, LocalDay(year: sheet.year, month: 12, day: 31) ?? until)
    dossiers = []
    tally =
      try rules.map { [first, last] in try days.tally(from: first, to: last, $0, at: now, db) } ?? DossierTally()
  }
}
