import Foundation
import OneStop

/// What is wrong in a table somebody brought: where it stands and how to mend it, in the words of the word files.
public struct TableProblem: Hashable, Sendable {
  /// As the spreadsheet counts: the header is row 1. nil: the file as a whole.
  public var row: Int?
  public var column: String?
  public var words: Bilingual
  /// The key of the words, for tests and programs.
  public var key: String

  init(_ row: Int?, _ column: String?, _ key: String, _ places: [String: String] = [:]) {
    self.row = row
    self.column = column
    self.key = key
    words = Words.text("table.\(key)", places)
  }
}

/// A table that was refused: nothing of it is used.
public struct TableError: Error, CustomStringConvertible, Sendable {
  public var file: String
  public var problems: [TableProblem]

  init(_ file: String, _ problems: [TableProblem]) {
    self.file = file
    self.problems = problems
  }

  /// One line each: `procedures.csv, dòng 12, cột «Thời hạn»: …`. The first 50: a wrong file has a mistake in every row.
  public var description: String {
    let shown = problems.prefix(50).map { problem in
      let row = problem.row.map { Words.text("table.row", ["n": "\($0)"]).vi }
      let column = problem.column.map { Words.text("table.column", ["name": $0]).vi }
      return ([file, row, column] as [String?]).compactMap { $0 }.joined(separator: ", ") + ": " + problem.words.vi
    }
    let more = problems.count - shown.count
    return (shown + (more > 0 ? [Words.text("table.more", ["n": "\(more)"]).vi] : [])).joined(separator: "\n")
  }
}

extension DossierRejection {
  public var words: Bilingual { Words.text("problem.\(rawValue)") }
}
