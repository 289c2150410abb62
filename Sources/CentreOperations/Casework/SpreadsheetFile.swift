import Foundation
import Subprocess

/// Opens a CSV or XLSX file that somebody brought. XLSX is turned into CSV by the program `xlsx2csv`, as a child that can be
/// stopped; before that its list of contents is read here, so that macros, formulas and bombs are refused by name.
public enum SpreadsheetFile {
  static let converter = "xlsx2csv"
  /// Unpacked size of all parts; a register of 100,000 rows unpacks to about 60 MB.
  static let mostUnpacked = 200 << 20
  /// A book of a year has one for each month; more is something else.
  static let mostSheets = 40

  /// A sheet that isn't hidden, in the order of the book. `name` is nil in a CSV file.
  struct Sheet {
    var name: String?
    var table: SheetTable
  }

  /// The first sheet.
  static func table(_ file: URL, dates: String? = nil, called name: String? = nil) async throws -> SheetTable {
    guard let first = try await sheets(file, dates: dates, called: name).first else {
      throw TableError(name ?? file.lastPathComponent, [TableProblem(nil, nil, "empty")])
    }
    return first.table
  }

  /// - Parameters:
  ///   - dates: how cells that hold a date are written out, in the way of strftime; nil as the sheet shows them.
  ///   - name: what the file is called in messages, where it lies under another name here.
  static func sheets(_ file: URL, dates: String? = nil, called name: String? = nil) async throws -> [Sheet] {
    let name = name ?? file.lastPathComponent
    guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else {
      throw TableError(name, [TableProblem(nil, nil, "unreadable")])
    }
    func refuse(_ key: String, _ places: [String: String] = [:]) -> TableError {
      TableError(name, [TableProblem(nil, nil, key, places)])
    }
    if data.isEmpty { throw refuse("empty") }
    if data.count > SheetTable.mostBytes { throw refuse("tooLarge", ["max": "\(SheetTable.mostBytes >> 20)"]) }
    // Before Excel 2007: a container of Microsoft's own.
    if data.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw refuse("oldExcel") }
    if data.starts(with: [0x50, 0x4B]) { return try await excel(file, data, dates, name, refuse) }
    // Portals often hand out a web page under the name of a spreadsheet.
    let head = String(decoding: data.prefix(512), as: UTF8.self).lowercased()
    if head.contains("<html") || head.contains("<table") || head.contains("<!doctype") || head.hasPrefix("<?xml") {
      throw refuse("webPage")
    }
    if data.starts(with: Array("%PDF".utf8)) { throw refuse("binary") }
    return [Sheet(name: nil, table: try csv(data, name))]
  }

  /// A CSV file, which needs no child.
  static func csv(_ data: Data, _ name: String) throws -> SheetTable {
    do {
      return try SheetTable(csv: try VietnameseBytes.text(data).text)
    } catch let refusal as VietnameseBytes.Refusal {
      throw TableError(name, [TableProblem(nil, nil, refusal.key)])
    } catch let problem as SheetTable.Problem {
      throw TableError(name, [TableProblem(problem.row, nil, problem.key, problem.places)])
    }
  }

  private static func excel(
    _ file: URL, _ data: Data, _ dates: String?, _ name: String, _ refuse: (String, [String: String]) -> TableError
  ) async throws -> [Sheet] {
    guard let parts = ZipContents(data)?.parts else { throw refuse("halfWritten", [:]) }
    guard parts.contains(where: { $0.name == "xl/workbook.xml" }) else { throw refuse("notExcel", [:]) }
    if parts.contains(where: { $0.name.lowercased().hasSuffix("vbaproject.bin") }) { throw refuse("macros", [:]) }
    let unpacked = parts.reduce(0) { $0 + $1.size }
    if unpacked > mostUnpacked { throw refuse("tooLarge", ["max": "\(mostUnpacked >> 20)"]) }
    // «--» ends the options, so that no file name is one. More than the list of contents promises is a lie of the file.
    let declared = parts.filter { $0.name.hasPrefix("xl/worksheets/sheet") }.reduce(0) { $0 + $1.size }
    let sheets = try await child(
      "unzip", ["-p", file.path, "xl/worksheets/sheet*.xml"], name, most: declared + 1024, tooMuch: "damaged")
    if let place = Self.formula(in: sheets) { throw refuse("formula", ["cell": place]) }
    let csv = try await child(
      converter,
      ["-a", "-p", "x07", "--exclude_hidden_sheets", "-d", ","] + (dates.map { ["-f", $0] } ?? [])
        + ["--", file.path], name, most: 2 * SheetTable.mostBytes, tooMuch: "tooLarge")
    return try Self.split(csv, name)
  }

  /// The converter puts a line `␇ 2 - Tháng 11` before each sheet. XML can't hold that sign, so no cell can pretend it.
  private static func split(_ csv: Data, _ name: String) throws -> [Sheet] {
    let pieces = csv.split(separator: 0x07)
    if pieces.count > mostSheets {
      throw TableError(name, [TableProblem(nil, nil, "tooManySheets", ["max": "\(mostSheets)"])])
    }
    return try pieces.map { piece in
      let line = piece.prefix { $0 != UInt8(ascii: "\n") }
      let title = String(decoding: line, as: UTF8.self)
      let called = title.range(of: " - ").map { String(title[$0.upperBound...]) } ?? title
      let label = pieces.count > 1 ? label(name, called) : name
      return Sheet(name: called, table: try Self.csv(Data(piece.dropFirst(line.count + 1)), label))
    }
  }

  /// What a sheet of a book of several is called in messages: `so.xlsx [Tháng 11]`.
  static func label(_ file: String, _ sheet: String) -> String { "\(file) [\(sheet)]" }

  /// The cell of the first formula, `C7`.
  static func formula(in sheet: Data) -> String? {
    for tag in ["<f>", "<f ", "<f/>"] {
      guard let found = sheet.range(of: Data(tag.utf8)) else { continue }
      let before = String(decoding: sheet[..<found.lowerBound].suffix(400), as: UTF8.self)
      guard let cell = before.range(of: "<c r=\"", options: .backwards) else { return "?" }
      return String(before[cell.upperBound...].prefix { $0 != "\"" })
    }
    return nil
  }

  /// Runs a program that turns the file into bytes on its output; at most 60 s.
  /// - Parameters:
  ///   - most: bytes of output; a child that writes more is stopped.
  ///   - tooMuch: the words for that.
  private static func child(
    _ program: String, _ arguments: [String], _ name: String, most: Int, tooMuch: String
  ) async throws -> Data {
    try await withThrowingTaskGroup(of: Data.self) { group in
      group.addTask {
        do {
          let result = try await run(
            .name(program), arguments: Arguments(arguments), output: .bytes(limit: most),
            error: .string(limit: 4096))
          guard result.terminationStatus.isSuccess else {
            let why = result.standardError.split(separator: "\n").last.map(String.init) ?? ""
            if program != converter { throw TableError(name, [TableProblem(nil, nil, "damaged")]) }
            throw TableError(name, [TableProblem(nil, nil, "converter", ["program": program, "why": why])])
          }
          return Data(result.standardOutput)
        } catch let error as TableError {
          throw error
        } catch is CancellationError {
          throw CancellationError()
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
          throw TableError(name, [TableProblem(nil, nil, tooMuch, ["max": "\(most >> 20)"])])
        } catch let error as SubprocessError where error.code == .executableNotFound {
          throw TableError(name, [TableProblem(nil, nil, "noConverter", ["program": program])])
        } catch {
          throw TableError(name, [TableProblem(nil, nil, "converter", ["program": program, "why": "\(error)"])])
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(60))
        throw TableError(name, [TableProblem(nil, nil, "converterSlow", ["program": program])])
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }
}

/// The list of contents at the end of a zip file.
struct ZipContents {
  var parts: [(name: String, size: Int)] = []

  /// nil: no list, so the file was cut off or isn't one.
  init?(_ data: Data) {
    let bytes = [UInt8](data)
    func number(_ at: Int, _ length: Int) -> Int? {
      guard at >= 0, at + length <= bytes.count else { return nil }
      return (0..<length).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    // The end record is 22 bytes and a comment of at most 65,535.
    let from = max(0, bytes.count - 65_557)
    guard bytes.count >= 22,
      let end = stride(from: bytes.count - 22, through: from, by: -1).first(where: { number($0, 4) == 0x0605_4B50 }),
      let count = number(end + 10, 2), var at = number(end + 16, 4)
    else { return nil }
    for _ in 0..<count {
      guard number(at, 4) == 0x0201_4B50, let size = number(at + 24, 4), let name = number(at + 28, 2),
        let extra = number(at + 30, 2), let comment = number(at + 32, 2), at + 46 + name <= bytes.count
      else { return nil }
      parts.append((String(decoding: bytes[(at + 46)..<(at + 46 + name)], as: UTF8.self), size))
      at += 46 + name + extra + comment
    }
  }
}
