import Foundation

/// A table of text cells as it came, with the row numbers a spreadsheet shows. Written here and not taken from a library,
/// because each refusal has to name the row, and because the limits have to hold while it is read.
struct SheetTable {
  struct Row {
    var number: Int
    var cells: [String]
  }
  var rows: [Row]

  /// No register or list of a commune comes near these; a file that does is another file, or an attack.
  static let mostColumns = 200
  static let mostRows = 200_000
  static let mostBytes = 64 << 20
  static let mostCellCharacters = 32_767

  /// RFC 4180 with `,`, `;` or tab between the cells, whichever the first line has most of; quotes may hold line breaks.
  /// Empty lines are skipped but counted, as a spreadsheet counts them; spaces around a cell are dropped.
  init(csv text: String) throws(Problem) {
    let separator = Self.separator(of: text)
    var rows: [Row] = []
    var cells: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var wasQuoted = false
    var number = 1
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
      try endCell()
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
        try endRow()
      } else if byte != carriage {
        cell.append(byte)
      }
    }
    if quoted { throw Problem(number, "openQuote") }
    if !cell.isEmpty || !cells.isEmpty {
      // The last row has no end: whole where it is as long as the one before, else the file was cut off in it.
      let count = cells.count + 1
      if count > 1, let before = rows.last?.cells.count, count < before { throw Problem(number, "cutOff") }
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

  private static func separator(of text: String) -> UInt8 {
    let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") }
    let choices = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let counts = choices.map { choice in line.count { $0 == choice } }
    return choices[counts.firstIndex(of: counts.max()!)!]
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
