@testable import Printing

/// A strict little printer: replays a job and gives back the picture, or says what it did not understand.
/// (Tests/Paper/escpos_paper.py is the independent one.)
struct PaperStrip {
  struct Surprise: Error, Equatable { var offset: Int, byte: UInt8 }
  var rows: [[Bool]] = []
  var cuts = 0
  var initialised = 0
  var rasterHeights: [Int] = []
  var modes: Set<UInt8> = []

  init(_ bytes: [UInt8], width: Int, profile: PrinterProfile) throws {
    var at = 0
    var margin = 0
    func word(_ offset: Int) -> Int { Int(bytes[at + offset]) | Int(bytes[at + offset + 1]) << 8 }
    while at < bytes.count {
      let left = bytes[at...]
      if left.starts(with: [0x1B, 0x40]) {
        initialised += 1
        margin = 0
        at += 2
      } else if left.starts(with: [0x1B, 0x4A]) {
        let unit = profile.feedUnit ?? 0
        let dots = Int(bytes[at + 2]) * profile.dpi
        guard unit > 0, dots % unit == 0 else { throw Surprise(offset: at, byte: bytes[at + 1]) }
        rows += Array(repeating: Array(repeating: false, count: width), count: dots / unit)
        at += 3
      } else if left.starts(with: [0x1D, 0x4C]), let unit = profile.marginUnit {
        margin = word(2) * profile.dpi / unit
        at += 4
      } else if left.starts(with: [0x1D, 0x76, 0x30]),
        bytes[at + 3] == 0 || profile.doubling == true && bytes[at + 3] < 4
      {
        let (across, down) = (bytes[at + 3] & 1 == 0 ? 1 : 2, bytes[at + 3] & 2 == 0 ? 1 : 2)
        let perRow = word(4)
        let height = word(6)
        rasterHeights.append(height * down)
        modes.insert(bytes[at + 3])
        guard margin + perRow * 8 * across <= max(width, 8) else { throw Surprise(offset: at, byte: bytes[at + 4]) }
        for y in 0..<height {
          var row = Array(repeating: false, count: width)
          for x in 0..<perRow * 8 where bytes[at + 8 + y * perRow + x / 8] & (0x80 >> UInt8(x % 8)) != 0 {
            for step in 0..<across { row[margin + x * across + step] = true }
          }
          rows += Array(repeating: row, count: down)
        }
        at += 8 + perRow * height
      } else if left.starts(with: [0x1D, 0x56, 66, 0]) || left.starts(with: [0x1D, 0x56, 65, 0]) {
        cuts += 1
        at += 4
      } else {
        throw Surprise(offset: at, byte: bytes[at])
      }
    }
  }

  func raster(width: Int) -> Raster {
    var raster = Raster(width: width, height: rows.count)
    for (y, row) in rows.enumerated() { for (x, dot) in row.enumerated() where dot { raster[x, y] = true } }
    return raster
  }
}
