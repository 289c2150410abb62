import CentreStore
import GRDB
import OneStop

/// The letters of a year by kind, and how many of the results that a letter goes with had one.
struct LetterFigures {
  static let kinds: KeyValuePairs<String, Letter.Kind> = [
    "letterMarriage": .marriage, "letterBirth": .birth, "letterCondolence": .condolence, "letterThanks": .thanks,
    "letterCommendation": .commendation, "letterApology": .apology,
  ]

  /// Of the year, latest first.
  let lines: [LetterRows.Line]
  /// The dossiers received in the year whose result was handed over and has a letter in the commune's templates, and
  /// whether they had one.
  let results: [(dossier: Dossier, has: Bool)]

  var share: Share { Share(results.count(where: \.has), of: results.count) }
  var counts: [ScoreFigure.Count] {
    Self.kinds.map { kind in ScoreFigure.Count(kind.key, lines.count { $0.letter.kind == kind.value }) }
  }

  init(of year: Int, _ dossiers: [Dossier], _ rules: CaseRules?, _ db: Database) throws {
    lines = try LetterRows.all(of: year, db)
    guard let rules else {
      results = []
      return
    }
    // The result of December may get its letter in January, with a number of that year.
    let letters = try (lines + LetterRows.all(of: year + 1, db)).map(\.letter)
    let given = Set(letters.compactMap(\.code))
    let numbers = Set(letters.compactMap(\.dossier))
    results = dossiers.filter { $0.state == .handedOver && rules.letters[$0.procedure] != nil }.map { dossier in
      let has =
        numbers.contains(dossier.id) || given.contains(dossier.code)
        || dossier.formerCode.map { given.contains($0) } ?? false
      return (dossier, has)
    }
  }
}
