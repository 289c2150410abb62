import CentreStore
import GRDB
import OneStop

/// The register of letters of a year, for the screen. Nobody's name stands in it: none is kept.
public struct LetterRegister: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    var number: Int
    var kind: Letter.Kind
    var words: Bilingual
    var at: String
    /// Name of the officer who made it.
    var by: String
    var dossier: Dossier.ID?
    var code: String?
  }

  struct Count: Encodable, Sendable {
    var kind: Letter.Kind
    var words: Bilingual
    var n: Int
  }

  var year: Int
  var letters: [Line]
  var counts: [Count]
  /// Overdue or late dossiers without their letter: the supervisor's list.
  var apologiesMissing: Int

  /// - Parameter rules: nil where dossiers are off; then no apology is known to be missing.
  public init(of year: Int, _ rules: CaseRules?, _ state: CentreState, at now: Instant, _ db: Database) throws {
    let lines = try LetterRows.all(of: year, db)
    self.year = year
    letters = lines.map { line in
      Line(
        number: line.letter.number, kind: line.letter.kind, words: line.letter.kind.words, at: line.at.iso,
        by: state.officers[Officer.ID(line.officer)]?.name ?? line.officer, dossier: line.letter.dossier,
        code: line.letter.code?.text)
    }
    counts = Letter.Kind.allCases.map { kind in
      Count(kind: kind, words: kind.words, n: lines.count { $0.letter.kind == kind })
    }
    apologiesMissing =
      try rules.map { try CaseworkDesk.watch($0, at: now, db).count { $0.watch.apology == .missing } } ?? 0
  }
}

extension Letter.Kind {
  var words: Bilingual { Words.text("letter.kind.\(rawValue)") }
}
