import CentreStore
import Foundation

/// The journal as text: one event a line, its fields with tabs between, the payload exactly as it was hashed. Line 1 is
/// event 1, so a line can be found by its number with any editor.
enum JournalLines {
  /// Names may hold anything a person typed; payloads are JSON on one line and need no marks.
  private static func marked(_ text: String) -> String {
    guard text.contains(where: { "\\\t\n\r".contains($0) }) else { return text }
    return text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\t", with: "\\t")
      .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\r", with: "\\r")
  }

  static func unmarked(_ text: String) -> String {
    guard text.contains("\\") else { return text }
    var plain = ""
    var isMark = false
    for letter in text {
      if isMark {
        plain.append(letter == "t" ? "\t" : letter == "n" ? "\n" : letter == "r" ? "\r" : letter)
        isMark = false
      } else if letter == "\\" {
        isMark = true
      } else {
        plain.append(letter)
      }
    }
    return plain
  }

  static func fields(_ texts: [String]) -> Data { Data((texts.map(marked).joined(separator: "\t") + "\n").utf8) }

  /// - Throws: `StoreError.damaged` for a payload that would not stay on its line; none is written like that.
  static func line(_ line: ReplayDatabase.Line) throws -> Data {
    guard !line.payload.contains(where: { $0 == 0x0A || $0 == 0x09 }) else {
      throw StoreError.damaged("journal: event \(line.seq)")
    }
    var text = Data(
      "\(line.seq)\t\(line.epoch)\t\(marked(line.type))\t\(line.version)\t\(line.at)\t\(line.cause)\t\(marked(line.actor))\t\(marked(line.role))\t\(marked(line.terminal))\t"
        .utf8)
    text.append(line.payload)
    text.append(contentsOf: "\t\(line.hash.hexText)\n".utf8)
    return text
  }

  /// - Returns: nil where the line is not of this form, to the letter.
  static func line(_ bytes: Data) -> ReplayDatabase.Line? {
    let parts = bytes.split(separator: 0x09, omittingEmptySubsequences: false)
    guard parts.count == 11, let hash = bytesOf(hex: parts[10]), hash.count == 32 else { return nil }
    func text(_ i: Int) -> String { String(decoding: parts[i], as: UTF8.self) }
    guard let seq = Int64(text(0)), let epoch = Int(text(1)), let version = Int(text(3)), let at = Int64(text(4)),
      let cause = Int64(text(5))
    else { return nil }
    let line = ReplayDatabase.Line(
      seq: seq, epoch: epoch, type: unmarked(text(2)), version: version, at: at, cause: cause,
      actor: unmarked(text(6)), role: unmarked(text(7)), terminal: unmarked(text(8)), payload: Data(parts[9]),
      hash: hash)
    return line
  }

  static func bytesOf(hex: Data) -> Data? {
    func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x61 + 10
      default: nil
      }
    }
    guard hex.count % 2 == 0 else { return nil }
    var bytes = Data(capacity: hex.count / 2)
    var i = hex.startIndex
    while i < hex.endIndex {
      guard let high = digit(hex[i]), let low = digit(hex[i + 1]) else { return nil }
      bytes.append(high << 4 | low)
      i += 2
    }
    return bytes
  }

  /// Hands over each line of a file without its end.
  static func each(_ data: Data, _ body: (Int, Data) throws -> Void) rethrows {
    var number = 1
    var from = data.startIndex
    while from < data.endIndex {
      let end = data[from...].firstIndex(of: 0x0A) ?? data.endIndex
      try body(number, data[from..<end])
      number += 1
      from = end == data.endIndex ? end : end + 1
    }
  }
}
