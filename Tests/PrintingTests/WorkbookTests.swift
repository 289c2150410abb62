import Foundation
import Subprocess
import Testing

@testable import Printing

/// What a workbook says is asked of LibreOffice, which computes the formulas once more instead of believing the values.
@Suite struct WorkbookTests {
  /// Every sheet as CSV after a recalculation, cells as they are shown.
  private static func recomputed(_ bytes: [UInt8]) async throws -> [String: [[Substring]]] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sheets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("sheet.xlsx")
    try Data(bytes).write(to: file)
    // A profile of its own that computes every formula while a workbook is opened (0: always), whatever value it carries.
    let profile = folder.appendingPathComponent("profile/user")
    try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
    try Data(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <oor:items xmlns:oor="http://openoffice.org/2001/registry">
      <item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">\
      <value>0</value></prop></item></oor:items>
      """.utf8
    ).write(to: profile.appendingPathComponent("registrymodifications.xcu"))
    // Tab, UTF-8, every sheet (-1).
    let filter = "csv:Text - txt - csv (StarCalc):9,0,76,1,,0,false,true,false,false,false,-1"
    let result = try await run(
      .name("soffice"),
      arguments: [
        "-env:UserInstallation=file://\(folder.path)/profile", "--headless", "--convert-to", filter, "--outdir",
        folder.path, file.path,
      ], output: .discarded, error: .string(limit: 1 << 16))
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    var sheets: [String: [[Substring]]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".csv") {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      sheets[String(name.dropFirst("sheet-".count).dropLast(4))] = text.split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
    }
    return sheets
  }

  private static let counts = Workbook(
    title: "Số liệu", author: "Trung tâm", madeAt: 1_795_824_000,
    sheets: [
      .init(
        "Lượt tiếp nhận", widths: [30, 12], headRows: 1,
        rows: [
          [.text("Lĩnh vực", .heading), .text("Số đã cấp", .heading), .text("Tỷ lệ", .heading)],
          [.text("Chứng thực"), .whole(3), .formula("B2/B4", .number(0.75), .percent)],
          [.text("=1+1"), .whole(1), .formula("B3/B4", .number(0.25), .percent)],
          [.text("Cộng", .plainSum), .formula("SUM(B2:B3)", .number(4), .wholeSum), .empty],
        ],
        charts: [
          .init(
            .columns, title: "Theo lĩnh vực", categories: 0, rows: 1...2,
            series: [.init("Số đã cấp", column: 1)], at: (row: 6, column: 0))
        ])
    ])

  @Test func formulasAreComputedToTheSameAndTextStaysText() async throws {
    let sheets = try await Self.recomputed(try Self.counts.xlsx())
    let rows = try #require(sheets["Lượt tiếp nhận"], "\(sheets.keys)")
    #expect(rows[1] == ["Chứng thực", "3", "75%"])
    #expect(rows[2] == ["=1+1", "1", "25%"])
    #expect(rows[3].prefix(2) == ["Cộng", "4"])
  }

  @Test func whatIsReadBackIsComputedAndNotTheValueInTheFile() async throws {
    let wrong = Workbook(
      title: "", author: "", madeAt: 1,
      sheets: [
        .init("Một", rows: [[.whole(2), .formula("A1+40", .number(7), .whole)]]), .init("Hai", rows: [[.text("x")]]),
      ])
    #expect(try await Self.recomputed(try wrong.xlsx())["Một"] == [["2", "42"]])
  }

  @Test func sameValuesMakeTheSameBytes() throws {
    #expect(try Self.counts.xlsx() == Self.counts.xlsx())
  }

  @Test(arguments: ["", "a/b", String(repeating: "n", count: 32)])
  func aNameTheFormatForbidsIsToldAndNothingIsLeft(_ name: String) throws {
    #expect(throws: WorkbookError.self) {
      _ = try Workbook(title: "", author: "", madeAt: 1, sheets: [.init(name, rows: [])]).xlsx()
    }
  }

  @Test func whatIsNoNumberIsRefusedWithItsCell() {
    let error = #expect(throws: WorkbookError.self) {
      _ = try Workbook(
        title: "", author: "", madeAt: 1, sheets: [.init("S", rows: [[.empty, .number(.nan, .plain)]])]
      ).xlsx()
    }
    #expect(error?.place == "S!B1")
  }

  @Test func cellsHaveTheNamesOfFormulas() {
    #expect([0, 25, 26, 701, 702].map { Workbook.name(row: 4, column: $0) } == ["A5", "Z5", "AA5", "ZZ5", "AAA5"])
  }
}
