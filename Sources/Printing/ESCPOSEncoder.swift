/// Turns a picture into ESC/POS bytes for one printer model. Every command is whole inside one band, every
/// length field is exact, and nothing is sent that the profile does not allow.
public struct ESCPOSEncoder: TicketEncoder {
  public typealias Band = PrintBand

  public let profile: PrinterProfile

  public init(_ profile: PrinterProfile) {
    self.profile = profile
  }

  /// The job: initialise, picture, feed, cut. The bands one after the other are all its bytes.
  ///
  /// White at the right of a picture is not sent, white rows are fed, and where the profile knows the unit
  /// of `GS L`, white at the left is skipped too; where it knows the modes of `GS v 0`, dots that come in pairs
  /// are sent once. Every dot still lands where the picture has it.
  /// - Throws: `.rasterTooWide` when the picture is wider than the head.
  public func encode(_ raster: Raster) throws(PrintingError) -> [Band] {
    guard raster.width <= profile.dotsPerLine else {
      throw .rasterTooWide(dots: raster.width, head: profile.dotsPerLine)
    }
    var bands = [Band(bytes: ESCPOS.initialise, rows: 0..<0)]
    var margin = 0
    for command in RasterPlan(raster, for: profile).commands() {
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

  private func bytes(of command: RasterPlan.Command, in raster: Raster, margin: inout Int) -> [UInt8] {
    switch command {
    case .feed(let rows):
      var steps = rows.count * (profile.stepsPerRow ?? 0)
      var bytes: [UInt8] = []
      while steps > 0 {
        bytes += ESCPOS.feed(UInt8(min(255, steps)))
        steps -= min(255, steps)
      }
      return bytes
    case .raster(let rows, let columns, var scale):
      var bytes: [UInt8] = []
      let steps = profile.marginSteps(bytes: columns.lowerBound) ?? 0
      if steps != margin {
        bytes += ESCPOS.leftMargin(steps)
        margin = steps
      }
      var dots = dots(of: raster, rows: rows, columns: columns, scale: scale)
      if scale.wide, ESCPOS.spellsRealTime(dots) {
        // Dots sent in pairs cannot spell it: 10h has a single one.
        scale.wide = false
        dots = self.dots(of: raster, rows: rows, columns: columns, scale: scale)
      }
      ESCPOS.defuseRealTime(&dots)
      return bytes
        + ESCPOS.rasterHeader(
          mode: scale.mode, bytesPerRow: scale.wide ? (columns.count + 1) / 2 : columns.count,
          rows: scale.tall ? rows.count / 2 : rows.count)
        + dots
    }
  }

  private func dots(
    of raster: Raster, rows: Range<Int>, columns: Range<Int>, scale: RasterPlan.Scale
  ) -> [UInt8] {
    var dots: [UInt8] = []
    for y in stride(from: rows.lowerBound, to: rows.upperBound, by: scale.tall ? 2 : 1) {
      let row = raster[row: y]
      let part = row[(row.startIndex + columns.lowerBound)..<(row.startIndex + columns.upperBound)]
      if scale.wide { dots += Raster.halved(part) } else { dots += part }
    }
    return dots
  }

  private func feed(_ rows: Int) -> [UInt8] {
    let white = Raster(width: 8, height: rows)
    var margin = 0
    return RasterPlan(white, for: profile).commands().flatMap { bytes(of: $0, in: white, margin: &margin) }
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
  /// one raster command that clones know too. Mode 1 doubles the width, 2 the height, 3 both.
  static func rasterHeader(mode: UInt8, bytesPerRow: Int, rows: Int) -> [UInt8] {
    [0x1D, 0x76, 0x30, mode] + lowHigh(bytesPerRow) + lowHigh(rows)
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
  static func defuseRealTime(_ dots: inout [UInt8]) {
    for at in dots.indices.dropLast() where isRealTime(dots[at], dots[at + 1]) { dots[at] = 0x18 }
  }

  static func spellsRealTime(_ dots: [UInt8]) -> Bool {
    zip(dots, dots.dropFirst()).contains { isRealTime($0, $1) }
  }

  private static func isRealTime(_ one: UInt8, _ next: UInt8) -> Bool {
    one == 0x10 && (next == 0x04 || next == 0x05 || next == 0x14)
  }

  private static func lowHigh(_ value: Int) -> [UInt8] {
    precondition((0...0xFFFF).contains(value))
    return [UInt8(value & 0xFF), UInt8(value >> 8)]
  }
}
