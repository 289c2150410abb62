import Foundation

/// A table of text cells as it came, with the row numbers a spreadsheet shows. Written here and not taken from a library,
/// because each refusal has to name the row, and because the limits have to hold while it is read.
struct SheetTable {
  struct Row {
    var number: Int
    var cells: [String]
  }
  var rows: [Row]
  /// The last row, where it has no line end and nothing proves that the file is whole or cut off.
  private(set) var doubtfulEnd: Int?

  /// No register or list of a commune comes near these; a file that does is another file, or an attack.
  static let mostColumns = 200
  static let mostRows = 200_000
  static let mostBytes = 64 << 20
  static let mostCellCharacters = 32_767

  /// RFC 4180 with `,`, `;` or tab between the cells, whichever the first lines agree on; quotes may hold line breaks.
  /// Empty lines are skipped but counted, as a spreadsheet counts them; spaces around a cell are dropped.
  init(csv text: String) throws(Problem) {
    let separator = Self.separator(of: text)
    var rows: [Row] = []
    var cells: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var wasQuoted = false
    var number = 1
    var ends = RowEnds()
    let quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"), carriage = UInt8(ascii: "\r")

    func endCell() throws(Problem) {
      let value = String(decoding: cell, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if value.count > Self.mostCellCharacters {
        throw Problem(number, "cellTooLong", ["max": "\(Self.mostCellCharacters)"])
      }
      cells.append(value)
      if cells.count > Self.mostColumns { throw Problem(number, "tooManyColumns", ["max": "\(Self.mostColumns)"]) }
      cell.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func endRow() throws(Problem) {
      if cells.contains(where: { !$0.isEmpty }) { rows.append(Row(number: number, cells: cells)) }
      if rows.count > Self.mostRows { throw Problem(number, "tooManyRows", ["max": "\(Self.mostRows)"]) }
      cells.removeAll(keepingCapacity: true)
      number += 1
    }

    let bytes = Array(text.utf8)
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      i += 1
      if quoted {
        guard byte == quote else {
          cell.append(byte)
          continue
        }
        if i < bytes.count, bytes[i] == quote {
          cell.append(quote)
          i += 1
        } else {
          quoted = false
        }
      } else if byte == quote, cell.allSatisfy({ $0 == 0x20 }), !wasQuoted {
        cell.removeAll(keepingCapacity: true)
        quoted = true
        wasQuoted = true
      } else if byte == separator {
        try endCell()
      } else if byte == newline {
        ends.add(carriage: i > 1 && bytes[i - 2] == carriage, quoted: wasQuoted)
        try endCell()
        try endRow()
      } else if byte != carriage {
        cell.append(byte)
      }
    }
    if quoted { throw Problem(number, "openQuote") }
    if !cell.isEmpty || !cells.isEmpty {
      let isQuoted = wasQuoted
      try endCell()
      if cells.count > 1 || !cells[0].isEmpty {
        switch ends.verdict(cells, carriage: bytes.last == carriage, quoted: isQuoted, after: rows) {
        case .cut: throw Problem(number, "cutOff")
        case .doubtful: doubtfulEnd = number
        case nil: break
        }
      }
      try endRow()
    }
    self.rows = rows
  }

  struct Problem: Error {
    var row: Int?
    var key: String
    var places: [String: String]
    init(_ row: Int?, _ key: String, _ places: [String: String] = [:]) {
      self.row = row
      self.key = key
      self.places = places
    }
  }

  /// What stands between the cells. A register has lines of title above its heading, whose commas are only commas: the
  /// separator is the one that most lines have equally often, weighed by how many cells it makes.
  private static func separator(of text: String) -> UInt8 {
    let choices = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    var lines: [[Int]] = [[0, 0, 0]]
    var quoted = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if quoted { continue }
      if byte == UInt8(ascii: "\n") {
        if lines.count == 60 { break }
        lines.append([0, 0, 0])
      } else if let choice = choices.firstIndex(of: byte) {
        lines[lines.count - 1][choice] += 1
      }
    }
    let weights = choices.indices.map { choice in
      Dictionary(grouping: lines.map { $0[choice] }, by: { $0 }).map { $0.key * $0.value.count }.max() ?? 0
    }
    return choices[weights.firstIndex(of: weights.max()!)!]
  }
}

/// A cell that a spreadsheet would run instead of show. Numbers with a sign and a lone dash are no formulas.
func isFormula(_ cell: String) -> Bool {
  guard let first = cell.unicodeScalars.first else { return false }
  switch first {
  case "=", "@": return cell.unicodeScalars.count > 1
  case "+", "-":
    let rest = cell.dropFirst()
    return rest.first?.isLetter == true && rest.contains("(") || rest.contains("|")
  default: return false
  }
}
