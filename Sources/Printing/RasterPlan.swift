/// How a picture is cut into commands so that few bytes are sent and every dot still lands where it was.
///
/// `GS v 0` can repeat every dot to the right, downwards, or both. Rows whose dots come in pairs (the large number,
/// a QR code, rules, white) are sent as half or a quarter of their bytes; letters go dot by dot.
struct RasterPlan {
  enum Command: Equatable {
    /// White rows, by `ESC J`.
    case feed(rows: Range<Int>)
    case raster(rows: Range<Int>, columns: Range<Int>, scale: Scale)

    var rows: Range<Int> {
      switch self {
      case .feed(let rows), .raster(let rows, _, _): rows
      }
    }
  }

  /// What the printer repeats.
  struct Scale: Equatable {
    var wide = false
    var tall = false

    /// The mode byte of `GS v 0`.
    var mode: UInt8 { (wide ? 1 : 0) + (tall ? 2 : 0) }
  }

  /// What a further command must save to be worth it, in bytes: between white rows next to nothing, but small
  /// printers stop the paper between commands, which inside a letter may show as a hairline.
  private static let stopInWhite = 8
  private static let stopInInk = 140

  private let profile: PrinterProfile
  private let bytesPerRow: Int
  private let ink: [Range<Int>?]
  /// Whether the dots of a row come in pairs.
  private let wide: [Bool]
  /// Whether a row is the same as the next.
  private let same: [Bool]

  init(_ raster: Raster, for profile: PrinterProfile) {
    self.profile = profile
    self.bytesPerRow = raster.bytesPerRow
    let rows = 0..<raster.height
    self.ink = rows.map { raster.inkedBytes(inRow: $0) }
    self.wide = rows.map { raster.isPaired(row: $0) }
    self.same = rows.map { $0 + 1 < raster.height && raster[row: $0].elementsEqual(raster[row: $0 + 1]) }
  }

  /// Shortest path over the rows: `best[row]` is the cheapest way to have printed everything above it.
  func commands() -> [Command] {
    var best: [(cost: Int, command: Command?)] = [(0, nil)]
    for end in ink.indices.map({ $0 + 1 }) {
      var choice: (cost: Int, command: Command?) = (Int.max, nil)
      var inked: Range<Int>?
      var allWide = true
      var allTall = true
      for start in stride(from: end - 1, through: max(0, end - profile.bandRows), by: -1) {
        let height = end - start
        inked = joined(inked, ink[start])
        allWide = allWide && wide[start]
        if height % 2 == 0 { allTall = allTall && same[start] }
        let (command, price) = cheapest(
          start..<end, ink: inked, mayBe: Scale(wide: allWide, tall: allTall && height % 2 == 0))
        let cost = best[start].cost + stop(before: start) + price
        if cost < choice.cost { choice = (cost, command) }
      }
      best.append(choice)
    }
    var commands: [Command] = []
    var end = ink.count
    while end > 0, let command = best[end].command {
      commands.append(command)
      end = command.rows.lowerBound
    }
    return commands.reversed()
  }

  private func cheapest(_ rows: Range<Int>, ink: Range<Int>?, mayBe scale: Scale) -> (command: Command, price: Int) {
    if ink == nil, let steps = profile.stepsPerRow {
      return (.feed(rows: rows), 3 * ((rows.count * steps + 254) / 255))
    }
    // White rows of a printer whose feed is not known: one byte wide, which is exact everywhere.
    let columns = ink.map(columns(of:)) ?? 0..<1
    var scale = profile.doubling == true ? scale : Scale()
    let wideCount = (columns.count + 1) / 2
    // Not a byte beyond the head: some printers ignore a picture that does not fit, white or not.
    if columns.count == 1 || columns.lowerBound + 2 * wideCount > bytesPerRow { scale.wide = false }
    let price = 8 + rows.count / (scale.tall ? 2 : 1) * (scale.wide ? wideCount : columns.count)
    return (.raster(rows: rows, columns: columns, scale: scale), price)
  }

  private func stop(before row: Int) -> Int {
    row > 0 && ink[row - 1] != nil && ink[row] != nil ? RasterPlan.stopInInk : RasterPlan.stopInWhite
  }

  private func joined(_ one: Range<Int>?, _ other: Range<Int>?) -> Range<Int>? {
    guard let one, let other else { return one ?? other }
    return min(one.lowerBound, other.lowerBound)..<max(one.upperBound, other.upperBound)
  }

  /// The byte columns to send: from the left edge, unless the margin can be set exactly.
  private func columns(of ink: Range<Int>) -> Range<Int> {
    profile.marginSteps(bytes: ink.lowerBound) == nil ? 0..<ink.upperBound : ink
  }
}

extension PrinterProfile {
  /// `ESC J` steps per row of dots; nil when not known or not whole, because position must be exact.
  var stepsPerRow: Int? {
    guard let unit = feedUnit, unit % dpi == 0 else { return nil }
    return unit / dpi
  }

  /// `GS L` steps for a left margin of whole bytes; nil when not known or not whole.
  func marginSteps(bytes: Int) -> Int? {
    guard let unit = marginUnit, bytes * 8 * unit % dpi == 0 else { return nil }
    return bytes * 8 * unit / dpi
  }
}

extension Raster {
  /// Whether every dot at an even column equals its right neighbour: the row can be sent at half the width.
  func isPaired(row y: Int) -> Bool { self[row: y].allSatisfy { ($0 ^ ($0 << 1)) & 0xAA == 0 } }

  /// Every other dot of a row, from the even columns.
  static func halved(_ row: ArraySlice<UInt8>) -> [UInt8] {
    func nibble(_ byte: UInt8) -> UInt8 {
      (byte & 0x80) >> 4 | (byte & 0x20) >> 3 | (byte & 0x08) >> 2 | (byte & 0x02) >> 1
    }
    return stride(from: row.startIndex, to: row.endIndex, by: 2).map { at in
      nibble(row[at]) << 4 | (at + 1 < row.endIndex ? nibble(row[at + 1]) : 0)
    }
  }
}
