import Testing

@testable import Printing

@Suite struct RasterTests {
  @Test("dots are most significant bit first, rows whole bytes")
  func layout() {
    var raster = Raster(width: 11, height: 2)
    raster[0, 0] = true
    raster[10, 1] = true
    #expect(raster.rows == [0x80, 0, 0, 0x20])
    #expect(raster.bytesPerRow == 2)
    #expect(raster.ink == 2)
    raster[0, 0] = false
    #expect(raster.isBlankRow(0))
    #expect(raster.inkedBytes(inRow: 0) == nil)
    #expect(raster.inkedBytes(inRow: 1) == 1..<2)
  }

  @Test("surplus bits at the right are always white")
  func surplus() {
    #expect(Raster(width: 4, height: 2, rows: [0xFF, 0x0F]).rows == [0xF0, 0])
  }

  @Test("a picture survives PNG", arguments: [1, 7, 8, 9, 31, 33, 576])
  func png(_ width: Int) throws {
    var raster = Raster(width: width, height: 5)
    for y in 0..<5 { for x in 0..<width where (x * 7 + y * 3) % 5 < 2 { raster[x, y] = true } }
    let png = try raster.pngBytes()
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try Raster(png: png) == raster)
    #expect(png[25] == 0, "greyscale")
  }

  @Test("what is not a PNG is refused")
  func notPNG() {
    #expect(throws: PrintingError.self) { try Raster(png: [1, 2, 3]) }
    #expect(throws: PrintingError.self) { try Raster(png: []) }
  }
}
