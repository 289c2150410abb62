import CentreStore
import Foundation
import GRDB
import OneStop

/// A year's scoring as it follows from the records up to the end of a day, and from nothing else: no clock, nobody's name.
/// The same records give the same value, on the centre's machine as on the appraiser's.
struct SealedYear {
  let database: ReplayDatabase
  let year: Int
  let until: LocalDay
  let head: Journal.Head
  let settings: CentreSettings
  let rules: CaseRules
  let sheet: ScoreSheet
  let source: FigureSource
  let figures: [ScoreFigure]
  let view: ScoreView

  var zone: ZoneOffset { settings.zone }
  /// The last moment that counts.
  var moment: Instant { until.adding(days: 1).start(in: zone).adding(milliseconds: -1) }
  var first: LocalDay { LocalDay(year: year, month: 1, day: 1) ?? until }
  var last: LocalDay { min(until, LocalDay(year: year, month: 12, day: 31) ?? until) }

  enum Refusal: Error, CustomStringConvertible {
    /// Nothing happened in that year up to that day.
    case noData(year: Int, until: LocalDay)
    case noTable(year: Int)

    var description: String {
      switch self {
      case .noData(let year, let until):
        Words.text("proof.noData", ["year": "\(year)", "day": until.onPaper]).vi
      case .noTable(let year): Words.text("proof.noTable", ["year": "\(year)"]).vi
      }
    }
  }

  /// - Parameters:
  ///   - database: with the journal, the ratings and the register in it and nothing else yet.
  ///   - tables: folder with the centre's tables as they are handed in: `procedures.csv`, `scoring/` …
  init(_ database: ReplayDatabase, year: Int, until: LocalDay, tables: URL) throws {
    guard let table = try ScoringTables.read(tables.appendingPathComponent("scoring")).table(for: year) else {
      throw Refusal.noTable(year: year)
    }
    (self.database, self.year, self.until) = (database, year, until)
    struct Told {
      var head: Journal.Head
      var settings: CentreSettings
      var rules: CaseRules
      var sheet: ScoreSheet
      var source: FigureSource
      var figures: [ScoreFigure]
    }
    let told: Told = try database.queue.inDatabase { db in
      var told: Told?
      try db.inTransaction {
        guard let settings = try ReplayDatabase.rebuild(db) else { throw Refusal.noData(year: year, until: until) }
        let first = LocalDay(year: year, month: 1, day: 1) ?? until
        let from = first.start(in: settings.zone).milliseconds
        guard
          try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM journal WHERE at >= ?)", arguments: [from])
            ?? false
        else { throw Refusal.noData(year: year, until: until) }
        let rules = try CaseworkFolder.readWithLetters(tables, settings: settings)
        try Self.replayDossiers(rules, db)
        let sheet = try ScoreRows.sheet(of: year, table: table, db)
        let moment = until.adding(days: 1).start(in: settings.zone).adding(milliseconds: -1)
        let source = try FigureSource(sheet, until: until, at: moment, rules: rules, settings: settings, db)
        told = Told(
          head: try Journal.head(db), settings: settings, rules: rules, sheet: sheet, source: source,
          figures: try ScoreFigure.all(source, db))
        return .commit
      }
      return told!
    }
    (head, settings, rules, sheet) = (told.head, told.settings, told.rules, told.sheet)
    (source, figures) = (told.source, told.figures)
    // Without names: those stand in an erasable table, and a paper of today must be the same in ten years.
    view = ScoreView(sheet, figures: figures, current: sheet.table, today: until, names: [:])
  }

  private static func replayDossiers(_ rules: CaseRules, _ db: Database) throws {
    var load = Caseload(rules: rules)
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal WHERE type LIKE 'dossier-%' ORDER BY seq")
    while let row = try rows.next() {
      let entry = JournalEntry(row)
      if let event = try entry.dossierEvent() { load.apply(event, at: entry.at) }
    }
    try DossierRows.write(
      load.dossiers.values.sorted { $0.id < $1.id }, in: rules.calendar.zone, db)
  }
}
