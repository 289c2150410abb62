import Foundation
import Testing

@testable import Printing

@Suite struct TestPageTests {
  static let page = TestPage(
    title: "Trang in thử", facts: ["Máy in sảnh", "generic-80", "tcp://192.168.1.50:9100"], rulerWords: "Bề rộng 72 mm",
    densityWords: "Độ đậm", lettersWords: "134 chữ có dấu:", codeWords: "Quét mã", code: "motcua print-test p1")

  @Test("all 134 letters, each once")
  func letters() {
    let letters = (TestPage.lower + TestPage.upper).filter { $0 != " " }
    #expect(letters.count == 134)
    #expect(Set(letters).count == 134)
    #expect(letters.allSatisfy { $0.unicodeScalars.count == 1 && !$0.isASCII && $0.isLetter })
    #expect(TestPage.lower.uppercased() == TestPage.upper)
  }

  @Test(
    "the ruler reaches from the first dot to the last, its marks are millimetres",
    arguments: [(384, 203), (576, 203), (512, 180), (640, 203)])
  func ruler(_ width: Int, _ dpi: Int) throws {
    let raster = try Self.page.draw(width: width, dpi: dpi)
    let tall = 40 * dpi / 203
    let top = try #require((0..<raster.height).first { y in (0..<width).allSatisfy { raster[$0, y] } })
    for edge in [0, 1, width - 2, width - 1] {
      #expect((top..<top + tall * 2).allSatisfy { raster[edge, $0] })
    }
    // Under the line across: one mark a millimetre, at its place to a dot.
    let marks = (2..<width - 2).filter { raster[$0, top + 3] && !raster[$0 - 1, top + 3] }
    #expect(marks.count == Int(Double(width - 2) * 25.4 / Double(dpi)))
    for (index, x) in marks.enumerated() {
      #expect(abs(Double(x) - Double(index + 1) * Double(dpi) / 25.4) <= 1)
    }
  }

  @Test("every profile can print it, and it comes out as drawn")
  func profiles() throws {
    for profile in try PrinterProfile.loadAll(folder: PrinterProfileTests.folder) {
      let raster = try Self.page.draw(width: profile.dotsPerLine, dpi: profile.dpi)
      let job = try DriverRegistry.encoder(for: profile).encode(raster).flatMap(\.bytes)
      let paper = try PaperStrip(job, width: profile.dotsPerLine, profile: profile)
      #expect(
        paper.raster(width: raster.width).crop(x: 0..<raster.width, y: 0..<raster.height) == raster, "\(profile.id)")
    }
  }
}
