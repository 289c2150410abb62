/// Turns a picture into ESC/POS bytes for one printer model. Every command is whole inside one band, every
/// length field is exact, and nothing is sent that the profile does not allow.
public struct ESCPOSEncoder: Sendable {
  /// A part of a job that may be followed by a status query: whole commands only.
  public struct Band: Equatable, Sendable {
    public var bytes: [UInt8]
    /// The rows of the picture it prints or feeds.
    public var rows: Range<Int>
  }

  public let profile: PrinterProfile

  public init(_ profile: PrinterProfile) {
    self.profile = profile
  }

  /// The job: initialise, picture, feed, cut. The bands one after the other are all its bytes.
  ///
  /// White at the right of a picture is not sent, white rows are fed, and where the profile knows the unit
  /// of `GS L`, white at the left is skipped too; every dot still lands where the picture has it.
  /// - Throws: `.rasterTooWide` when the picture is wider than the head.
  public func encode(_ raster: Raster) throws(PrintingError) -> [Band] {
    guard raster.width <= profile.dotsPerLine else {
      throw .rasterTooWide(dots: raster.width, head: profile.dotsPerLine)
    }
    var bands = [Band(bytes: ESCPOS.initialise, rows: 0..<0)]
    var margin = 0
    for command in plan(raster) {
      if bands[bands.count - 1].rows.count + command.rows.count > profile.bandRows, !bands[bands.count - 1].rows.isEmpty
      {
        bands.append(Band(bytes: [], rows: command.rows.lowerBound..<command.rows.lowerBound))
      }
      bands[bands.count - 1].bytes += bytes(of: command, in: raster, margin: &margin)
      bands[bands.count - 1].rows = bands[bands.count - 1].rows.lowerBound..<command.rows.upperBound
    }
    bands[bands.count - 1].bytes += ending(margin: margin)
    return bands
  }

  // MARK: - Commands

  private enum Command {
    case feed(rows: Range<Int>)
    case raster(rows: Range<Int>, columns: Range<Int>)

    var rows: Range<Int> {
      switch self {
      case .feed(let rows), .raster(let rows, _): rows
      }
    }
  }

  /// What another command must save to be worth it, in bytes: the head stops between pictures on small printers.
  private static let stop = 160

  /// Divides the picture into feeds and pictures of different widths so that the fewest bytes are sent.
  /// Shortest path over the rows: `best[row]` is the cheapest way to have printed everything above it.
  private func plan(_ raster: Raster) -> [Command] {
    guard raster.height > 0 else { return [] }
    let ink = (0..<raster.height).map { raster.inkedBytes(inRow: $0) }
    var best: [(cost: Int, from: Int)] = [(0, 0)]
    for end in 1...raster.height {
      var choice = (cost: Int.max, from: end - 1)
      var inked: Range<Int>?
      for start in stride(from: end - 1, through: max(0, end - profile.bandRows), by: -1) {
        inked = joined(inked, ink[start])
        let cost = best[start].cost + price(rows: end - start, ink: inked) + ESCPOSEncoder.stop
        if cost < choice.cost { choice = (cost, start) }
      }
      best.append(choice)
    }
    var commands: [Command] = []
    var end = raster.height
    while end > 0 {
      let start = best[end].from
      let inked = ink[start..<end].reduce(nil, joined)
      commands.append(inked.map { .raster(rows: start..<end, columns: columns(of: $0)) } ?? .feed(rows: start..<end))
      end = start
    }
    return commands.reversed()
  }

  private func joined(_ one: Range<Int>?, _ other: Range<Int>?) -> Range<Int>? {
    guard let one, let other else { return one ?? other }
    return min(one.lowerBound, other.lowerBound)..<max(one.upperBound, other.upperBound)
  }

  private func price(rows: Int, ink: Range<Int>?) -> Int {
    if let ink { return 8 + rows * columns(of: ink).count }
    return stepsPerRow.map { 3 * ((rows * $0 + 254) / 255) } ?? 8 + rows
  }

  /// The byte columns to send: from the left edge, unless the margin can be set exactly.
  private func columns(of ink: Range<Int>) -> Range<Int> {
    marginSteps(bytes: ink.lowerBound) == nil ? 0..<ink.upperBound : ink
  }

  /// `ESC J` steps per row of dots; nil when not known or not whole, because position must be exact.
  private var stepsPerRow: Int? {
    guard let unit = profile.feedUnit, unit % profile.dpi == 0 else { return nil }
    return unit / profile.dpi
  }

  /// `GS L` steps for a left margin of whole bytes; nil when not known or not whole.
  private func marginSteps(bytes: Int) -> Int? {
    guard let unit = profile.marginUnit, bytes * 8 * unit % profile.dpi == 0 else { return nil }
    return bytes * 8 * unit / profile.dpi
  }

  private func bytes(of command: Command, in raster: Raster, margin: inout Int) -> [UInt8] {
    switch command {
    case .feed(let rows):
      return feed(rows.count)
    case .raster(let rows, let columns):
      var bytes: [UInt8] = []
      let steps = marginSteps(bytes: columns.lowerBound) ?? 0
      if steps != margin {
        bytes += ESCPOS.leftMargin(steps)
        margin = steps
      }
      bytes += ESCPOS.rasterHeader(bytesPerRow: columns.count, rows: rows.count)
      let picture = bytes.count
      for y in rows {
        let row = raster[row: y]
        bytes += row[(row.startIndex + columns.lowerBound)..<(row.startIndex + columns.upperBound)]
      }
      ESCPOS.defuseRealTime(&bytes, from: picture)
      return bytes
    }
  }

  private func feed(_ rows: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    if let stepsPerRow {
      var steps = rows * stepsPerRow
      while steps > 0 {
        bytes += ESCPOS.feed(UInt8(min(255, steps)))
        steps -= min(255, steps)
      }
      return bytes
    }
    var left = rows
    while left > 0 {
      let part = min(left, profile.bandRows)
      bytes += ESCPOS.rasterHeader(bytesPerRow: 1, rows: part) + Array(repeating: 0, count: part)
      left -= part
    }
    return bytes
  }

  private func ending(margin: Int) -> [UInt8] {
    var bytes: [UInt8] = margin == 0 ? [] : ESCPOS.leftMargin(0)
    bytes += feed(profile.feedBeforeCutDots)
    switch profile.cut {
    case .partial: bytes += ESCPOS.feedAndPartialCut
    case .full: bytes += ESCPOS.feedAndFullCut
    case .none: break
    }
    return bytes
  }
}

/// The commands themselves. Source: Epson ESC/POS command reference, and the manuals named in the profiles.
enum ESCPOS {
  /// `ESC @`: clears the print buffer, margins and units; also switches automatic status off.
  static let initialise: [UInt8] = [0x1B, 0x40]

  /// `GS v 0`: 1…65535 bytes per row, 1…2303 rows; bytesPerRow × rows bytes follow. Obsolete for Epson, but the
  /// one raster command that clones know too.
  static func rasterHeader(bytesPerRow: Int, rows: Int) -> [UInt8] {
    [0x1D, 0x76, 0x30, 0] + lowHigh(bytesPerRow) + lowHigh(rows)
  }

  /// `ESC J n`: prints and feeds n vertical motion units.
  static func feed(_ steps: UInt8) -> [UInt8] { [0x1B, 0x4A, steps] }

  /// `GS L`: left margin in horizontal motion units, at the beginning of a line only.
  static func leftMargin(_ steps: Int) -> [UInt8] { [0x1D, 0x4C] + lowHigh(steps) }

  /// `GS V 66 0`, `GS V 65 0`: feeds to the cutting position by itself (Epson TM-T88, Citizen CT-S300,
  /// Zijiang ZJ-58 manuals agree), then cuts.
  static let feedAndPartialCut: [UInt8] = [0x1D, 0x56, 66, 0]
  static let feedAndFullCut: [UInt8] = [0x1D, 0x56, 65, 0]

  /// Printers carry out `DLE EOT`, `DLE ENQ` and `DLE DC4` wherever they see them, even in the dots of a picture
  /// (Epson reference, notes on dle_eot; RP-330 and HPRT TP80K manuals). One more black dot breaks the sequence;
  /// it needs a single dot with white around it, which letters do not have, so it hardly ever happens.
  static func defuseRealTime(_ bytes: inout [UInt8], from start: Int) {
    for at in start..<max(start, bytes.count - 1)
    where bytes[at] == 0x10 && (bytes[at + 1] == 0x04 || bytes[at + 1] == 0x05 || bytes[at + 1] == 0x14) {
      bytes[at] = 0x18
    }
  }

  private static func lowHigh(_ value: Int) -> [UInt8] {
    precondition((0...0xFFFF).contains(value))
    return [UInt8(value & 0xFF), UInt8(value >> 8)]
  }
}
