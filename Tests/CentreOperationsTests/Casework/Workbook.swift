import Foundation
import Subprocess
import Testing

/// Real files in a folder of their own; workbooks are put together part by part with Python's zip module.
struct Papers {
  let folder: URL

  init() throws {
    _ = Checkout.words
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-papers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func write(_ name: String, _ data: Data) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try data.write(to: file)
    return file
  }

  /// - Parameters:
  ///   - sheet: the cells as XML rows; `rows(_:)` makes them.
  ///   - more: further parts, such as `xl/vbaProject.bin`.
  func workbook(_ name: String, sheet: String, more: [String: String] = [:]) async throws -> URL {
    let types = """
      <?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
      <Default Extension="xml" ContentType="application/xml"/>\
      <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
      <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
      """
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let package = "http://schemas.openxmlformats.org/package/2006/relationships"
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    var parts = [
      "[Content_Types].xml": types,
      "_rels/.rels":
        "<Relationships xmlns=\"\(package)\"><Relationship Id=\"r1\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
      "xl/_rels/workbook.xml.rels":
        "<Relationships xmlns=\"\(package)\"><Relationship Id=\"r1\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
      "xl/workbook.xml":
        "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets><sheet name=\"TTHC\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
      "xl/worksheets/sheet1.xml": "<worksheet xmlns=\"\(main)\"><sheetData>\(sheet)</sheetData></worksheet>",
    ]
    parts.merge(more) { $1 }
    let json = folder.appendingPathComponent("parts.json")
    try JSONEncoder().encode(parts).write(to: json)
    let file = folder.appendingPathComponent(name)
    _ = try await Self.output(
      "python3",
      [
        "-c",
        "import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[2],'w',zipfile.ZIP_DEFLATED)\nfor n,t in json.load(open(sys.argv[1])).items(): z.writestr(n,t)\nz.close()",
        json.path, file.path,
      ])
    return file
  }

  /// A book of several sheets, some of them hidden.
  func book(_ name: String, _ sheets: [(name: String, cells: [[String]], hidden: Bool)]) async throws -> URL {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let package = "http://schemas.openxmlformats.org/package/2006/relationships"
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    var more: [String: String] = [:]
    var (types, links, list) = ("", "", "")
    for (n, sheet) in zip(1..., sheets) {
      types += "<Override PartName=\"/xl/worksheets/sheet\(n).xml\" ContentType=\"\(kind).worksheet+xml\"/>"
      links += "<Relationship Id=\"r\(n)\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet\(n).xml\"/>"
      let state = sheet.hidden ? " state=\"hidden\"" : ""
      list += "<sheet name=\"\(sheet.name)\" sheetId=\"\(n)\"\(state) r:id=\"r\(n)\"/>"
      more["xl/worksheets/sheet\(n).xml"] =
        "<worksheet xmlns=\"\(main)\"><sheetData>\(Self.rows(sheet.cells))</sheetData></worksheet>"
    }
    more["[Content_Types].xml"] =
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(kind).sheet.main+xml\"/>\(types)</Types>"
    more["xl/_rels/workbook.xml.rels"] = "<Relationships xmlns=\"\(package)\">\(links)</Relationships>"
    more["xl/workbook.xml"] =
      "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>\(list)</sheets></workbook>"
    return try await workbook(name, sheet: "", more: more)
  }

  /// What a program writes on its output; not ending well is an error of the test.
  static func output(_ program: String, _ arguments: [String]) async throws -> Data {
    let result = try await run(
      .name(program), arguments: Arguments(arguments), output: .bytes(limit: 1 << 20), error: .discarded)
    try #require(result.terminationStatus.isSuccess)
    return Data(result.standardOutput)
  }

  static func rows(_ rows: [[String]]) -> String {
    rows.enumerated().map { r, cells in
      let inner = cells.enumerated().map { c, text in
        text.isEmpty
          ? ""
          : "<c r=\"\(letter(c))\(r + 1)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
      }
      return "<row r=\"\(r + 1)\">\(inner.joined())</row>"
    }.joined()
  }

  private static func letter(_ column: Int) -> String { String(UnicodeScalar(UInt8(65 + column))) }
  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}
