import CentreStore
import GRDB
import OneStop

/// The letters of a year by kind, and how many of the results that a letter goes with had one.
struct LetterFigures {
  /// Of the dossiers received in the year whose result was handed over and has a letter in the commune's templates.
  let share: Share
  let counts: KeyValuePairs<String, Int>

  init(of year: Int, _ dossiers: [Dossier], _ rules: CaseRules?, _ db: Database) throws {
    let lines = try LetterRows.all(of: year, db).map(\.letter)
    func count(_ kind: Letter.Kind) -> Int { lines.count { $0.kind == kind } }
    counts = [
      "letterMarriage": count(.marriage), "letterBirth": count(.birth), "letterCondolence": count(.condolence),
      "letterThanks": count(.thanks), "letterCommendation": count(.commendation), "letterApology": count(.apology),
    ]
    guard let rules else {
      share = Share(0, of: 0)
      return
    }
    let events = dossiers.filter { $0.state == .handedOver && rules.letters[$0.procedure] != nil }
    // The result of December may get its letter in January, with a number of that year.
    let later = try LetterRows.all(of: year + 1, db).map(\.letter)
    let given = Set((lines + later).compactMap(\.code))
    let numbers = Set((lines + later).compactMap(\.dossier))
    share = Share(
      events.count { dossier in
        numbers.contains(dossier.id) || given.contains(dossier.code)
          || dossier.formerCode.map { given.contains($0) } ?? false
      }, of: events.count)
  }
}
