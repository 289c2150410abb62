import Testing

@testable import Printing

@Suite struct QRSymbolTests {
  @Test("finder patterns stand in three corners")
  func finders() throws {
    let symbol = try QRSymbol("http://192.168.10.5:8080/t/K7WQ4MXD")
    #expect(symbol.side == 29)
    for (x, y) in [(0, 0), (symbol.side - 7, 0), (0, symbol.side - 7)] {
      #expect((0..<7).allSatisfy { symbol[x + $0, y] && symbol[x, y + $0] && symbol[x + 3, y + 3] })
      #expect(!symbol[x + 1, y + 1])
    }
  }

  @Test("texts that do not fit, or are not there, are refused")
  func limits() throws {
    #expect(throws: PrintingError.self) { try QRSymbol("") }
    #expect(throws: PrintingError.self) { try QRSymbol(String(repeating: "é", count: 1500)) }
    #expect(try QRSymbol("a\0b") != QRSymbol("a"))
    #expect(try QRSymbol("Quầy 3", correction: .high).side >= QRSymbol("Quầy 3", correction: .low).side)
  }

  @Test("the SVG draws the same modules, without inline style")
  func svg() throws {
    let symbol = try QRSymbol("A012")
    let svg = symbol.svg()
    #expect(svg.contains("viewBox=\"0 0 \(symbol.side + 8) \(symbol.side + 8)\""))
    #expect(!svg.contains("style"))
    var area = 0
    for run in svg.matches(of: /M\d+ \d+h(\d+)v1/) { area += Int(run.1) ?? 0 }
    #expect(area == symbol.modules.filter { $0 }.count)
  }
}
