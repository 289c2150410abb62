import Foundation
import Testing

@testable import Printing

@Suite struct TicketLayoutTests {
  @Test("tickets look as they did", arguments: Samples.all.indices)
  func golden(_ index: Int) throws {
    let sample = Samples.all[index]
    let drawn = try TicketLayout.draw(sample.slip, width: sample.width, dpi: sample.dpi)
    if Golden.update { try Golden.write(try drawn.pngBytes(), sample.name + ".png") }
    let png = try #require(Golden.bytes(sample.name + ".png"), "run with UPDATE_GOLDEN=1 once")
    #expect(try Raster(png: png) == drawn, "\(sample.name) differs; look at it, then UPDATE_GOLDEN=1")
  }

  @Test("the number's capitals are 20 mm high on 80 mm paper, and as large as fits elsewhere")
  func numberHeight() throws {
    let usual = try TicketLayout(Samples.vietnamese, width: 576, dpi: 203)
    #expect(usual.numberHeight >= 160)
    #expect(!usual.numberIsReduced)
    #expect(usual.numberHeightMillimetres >= 20)

    var slip = Samples.vietnamese
    slip.number = "A1000"
    let long = try TicketLayout(slip, width: 576, dpi: 203)
    #expect(long.numberIsReduced)
    #expect(long.numberHeight >= 130, "only as much smaller as needed")
    #expect(try TicketLayout(Samples.vietnamese, width: 384, dpi: 203).numberIsReduced)
    #expect(try TicketLayout(Samples.vietnamese, width: 512, dpi: 180).numberHeightMillimetres >= 20)
    #expect(try !TicketLayout(Samples.vietnamese, width: 640, dpi: 203).numberIsReduced)
  }

  @Test("the drawn number is as high as promised")
  func numberInk() throws {
    // Nothing but the number: its rows are the inked ones between the rule and the end.
    let slip = TicketSlip(centreLines: [], heading: "", number: "H", service: "")
    let layout = try TicketLayout(slip, width: 576, dpi: 203)
    let raster = try layout.draw()
    let inked = (0..<raster.height).filter { !raster.isBlankRow($0) }
    #expect(inked.count == 3 + layout.numberHeight)
    #expect(layout.numberHeight >= 160)
  }

  @Test(
    "the number, the marks, the rules, and the code with its words stand on the grid of doubled dots",
    arguments: [(576, 203), (384, 203), (512, 180)])
  func grid(_ width: Int, _ dpi: Int) throws {
    let layout = try TicketLayout(Samples.reprint, width: width, dpi: dpi)
    let raster = try layout.draw()
    for item in layout.items {
      let rows: Range<Int>
      switch item {
      case .doubled(_, let face, _, let baseline, _): rows = baseline - face.size..<baseline + face.size / 2
      case .code(let symbol, _, let y, let module): rows = y..<y + symbol.side * module
      case .box(_, let y, _, let height): rows = y..<y + height
      case .text: continue
      }
      #expect(rows.allSatisfy { raster.isPaired(row: $0) })
    }
  }

  @Test("numbers, even absurd ones, stay on the paper", arguments: ["A", "A012", "A1000", "H99999", "WWWWWWWWWW"])
  func numberFits(_ number: String) throws {
    var slip = Samples.vietnamese
    slip.number = number
    for (width, dpi) in [(300, 203), (384, 203), (512, 180), (576, 203), (900, 300)] {
      let raster = try TicketLayout.draw(slip, width: width, dpi: dpi)
      #expect((0..<raster.height).allSatisfy { !raster[0, $0] && !raster[width - 1, $0] })
    }
  }

  @Test("the QR code has whole modules and its quiet zone", arguments: Samples.all.indices)
  func quietZone(_ index: Int) throws {
    let sample = Samples.all[index]
    let layout = try TicketLayout(sample.slip, width: sample.width, dpi: sample.dpi)
    let raster = try layout.draw()
    let codes = layout.items.compactMap { item -> (QRSymbol, Int, Int, Int)? in
      if case .code(let symbol, let x, let y, let module) = item { (symbol, x, y, module) } else { nil }
    }
    let (symbol, left, top, module) = try #require(codes.first)
    #expect(layout.qrModule == module)
    #expect(module >= 7)
    let side = symbol.side * module
    let zone = 4 * module
    for y in (top - zone)..<(top + side + zone) {
      for x in (left - zone)..<(left + side + zone) {
        let inside = x >= left && x < left + side && y >= top && y < top + side
        let black = inside && symbol[(x - left) / module, (y - top) / module]
        if raster[x, y] != black {
          Issue.record("dot \(x),\(y) of \(sample.name)")
          return
        }
      }
    }
  }

  @Test("a long address still fits, smaller; an endless one is refused")
  func longAddress() throws {
    var slip = Samples.vietnamese
    slip.qr = "https://motcua.phuonglechan.haiphong.gov.vn/t/K7WQ4MXD?nguon=phieu&ngon-ngu=vi"
    #expect(try TicketLayout(slip, width: 576, dpi: 203).qrModule ?? 0 >= 5)
    #expect(try TicketLayout(slip, width: 384, dpi: 203).qrModule ?? 0 >= 5)
    slip.qr = String(repeating: "a", count: 2000)
    #expect(throws: PrintingError.qrTooLong(bytes: 2000, leastModule: 4)) {
      try TicketLayout(slip, width: 576, dpi: 203)
    }
  }

  @Test("no text below 26 dots, no line below 3", arguments: [(384, 203), (320, 180), (512, 180), (576, 203)])
  func leastSizes(_ width: Int, _ dpi: Int) throws {
    let layout = try TicketLayout(Samples.reprint, width: width, dpi: dpi)
    for item in layout.items {
      switch item {
      case .text(_, let face, _, _, _): #expect(face.size >= 26)
      case .doubled(_, let face, _, _, _): #expect(face.size * 2 >= 26)
      case .box(_, _, let width, let height): #expect(min(width, height) >= 3)
      case .code(_, _, _, let module): #expect(module >= 4)
      }
    }
  }

  @Test("a character without a glyph is refused by name, not printed as a box")
  func tofu() throws {
    var slip = Samples.vietnamese
    slip.service = "Hộ tịch 戸籍 😀"
    let error = #expect(throws: PrintingError.self) { try TicketLayout.draw(slip, width: 576, dpi: 203) }
    guard case .unprintable(let characters, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!characters.isEmpty && Set(characters).isSubset(of: ["戸", "籍", "😀"]))
    #expect(try TicketLayout.unprintable(in: slip.service) == ["戸", "籍", "😀"])
    #expect(try TicketLayout.unprintable(in: "Giờ làm việc: 07:30–11:30, 50.000 ₫ (miễn phí)\nQuầy 3").isEmpty)
    let message = PrintingError.unprintable(characters: ["戸"], text: "戸籍").description
    #expect(message.contains("U+6238"))
  }

  @Test("all 134 accented Vietnamese letters have glyphs, each its own")
  func accentCoverage() throws {
    let vowels = [
      "aáàảãạ", "ăắằẳẵặ", "âấầẩẫậ", "eéèẻẽẹ", "êếềểễệ", "iíìỉĩị", "oóòỏõọ", "ôốồổỗộ", "ơớờởỡợ", "uúùủũụ", "ưứừửữự",
      "yýỳỷỹỵ", "đ",
    ]
    let lower = vowels.joined().filter { !"aeiouy".contains($0) }
    let letters = lower.map(String.init) + lower.map { $0.uppercased() }
    #expect(letters.count == 134)
    func draw(_ text: String) throws -> Raster {
      try TicketLayout.draw(
        TicketSlip(centreLines: [text], heading: text, number: "", service: ""), width: 300, dpi: 203)
    }
    var seen: [[UInt8]: String] = [:]
    for letter in letters {
      let raster = try draw(letter)
      #expect(seen[raster.rows] == nil, "\(letter) looks like \(seen[raster.rows] ?? "")")
      seen[raster.rows] = letter
    }
    #expect(seen.count == 134)
    // The same letter typed as base and combining marks must not look different.
    for letter in ["ệ", "ẵ", "ộ", "Ữ", "ờ"] {
      #expect(try draw(letter) == draw(letter.decomposedStringWithCanonicalMapping))
    }
  }

  @Test("letters of neighbouring lines never touch")
  func lineSpacing() throws {
    // Highest capital above deepest tail.
    let raster = try TicketLayout.draw(
      TicketSlip(centreLines: ["ỊỘỰgỵ", "ẴỄỐẨ"], heading: "", number: "", service: ""), width: 576, dpi: 203)
    let rule = (0..<raster.height).first { raster.inkedBytes(inRow: $0)?.count ?? 0 > 60 } ?? 0
    let inked = (0..<rule).filter { !raster.isBlankRow($0) }
    let gaps = zip(inked, inked.dropFirst()).filter { $1 > $0 + 1 }
    #expect(!gaps.isEmpty, "at least one white row between the lines")
  }

  @Test("paper that no ticket fits is refused", arguments: [(299, 203), (901, 203), (576, 149), (576, 321)])
  func unsuitable(_ width: Int, _ dpi: Int) {
    #expect(throws: PrintingError.self) { try TicketLayout(Samples.vietnamese, width: width, dpi: dpi) }
  }

  @Test("absent parts leave no trace, odd text does no harm")
  func oddSlips() throws {
    var slip = TicketSlip(centreLines: [], heading: "", number: "A1", service: "")
    let bare = try TicketLayout(slip, width: 576, dpi: 203).height
    slip.priorityMark = ""
    slip.footer = "   "
    #expect(try TicketLayout(slip, width: 576, dpi: 203).height == bare)
    slip.service = "<b>&amp; \u{1F}\t 100% </b>" + String(repeating: "x", count: 300)
    slip.facts = [.init("", ""), .init(String(repeating: "nhãn dài ", count: 20), "1")]
    slip.footer = "Dòng một\r\nDòng hai\u{2028}Dòng ba"
    let raster = try TicketLayout.draw(slip, width: 384, dpi: 203)
    #expect((0..<raster.height).allSatisfy { !raster[0, $0] && !raster[383, $0] })
  }

  @Test("many tasks at once draw the same picture")
  func concurrent() async throws {
    let expected = try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203)
    let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<40 {
        group.addTask { try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203) == expected }
      }
      var equal = 0
      for try await same in group where same { equal += 1 }
      return equal
    }
    #expect(equal == 40)
  }
}
