import Foundation

/// What is known about one printer model: a file of data, `devices/printers/<id>.json`.
public struct PrinterProfile: Equatable, Sendable, Codable {
  /// How the paper is parted after a ticket.
  public enum Cut: String, Codable, Sendable, CaseIterable {
    /// One point is left uncut, so the ticket does not fall.
    case partial
    case full
    /// No cutter: the paper is fed past the tear bar.
    case none
  }

  /// The ways the printer can be asked how it is.
  public struct Status: Equatable, Sendable, Codable {
    /// Answers `DLE EOT n` in real time, even when offline.
    public var dleEot: Bool
    /// Sends four bytes at every change after `GS a n`.
    public var asb: Bool
    /// Answers `GS ( H` once everything before it has been printed: the only true confirmation.
    public var gsH: Bool

    public init(dleEot: Bool, asb: Bool, gsH: Bool) {
      self.dleEot = dleEot
      self.asb = asb
      self.gsH = gsH
    }
  }

  /// Same as the file name without ".json": lower-case letters, digits and hyphens.
  public var id: String
  public var name: String
  /// The profile that gives the values this file does not state; nil where it stands alone.
  public var inherits: String?
  /// The command language, one of `DriverRegistry.dialects`.
  public var dialect: String
  /// Dots the head can print on a row, 300…900.
  public var dotsPerLine: Int
  /// Dots per inch, 150…320.
  public var dpi: Int
  /// Most rows in one raster command, 8…2303; clones freeze on tall pictures.
  public var bandRows: Int
  public var cut: Cut
  /// Blank dots between the ticket and the cut or tear, 0…500, on top of what the cut command feeds itself.
  public var feedBeforeCutDots: Int
  /// Steps per inch of `ESC J` (the vertical motion unit after `ESC @`), 100…1000. Absent when not known:
  /// blank rows are then sent as a raster one byte wide, which is exact on every printer.
  public var feedUnit: Int?
  /// Steps per inch of `GS L` (the horizontal motion unit after `ESC @`), 100…1000. Absent when not known:
  /// pictures then always begin at the left edge.
  public var marginUnit: Int?
  /// True when modes 1 to 3 of `GS v 0` repeat every dot to the right, downwards, or both: a ticket is then half
  /// the bytes. Absent when not known: a printer that ignores the mode would print a number of a quarter the size.
  public var doubling: Bool?
  /// Fastest printing of the head in mm/s, 20…600. Absent when not known.
  public var speed: Int?
  public var status: Status
  /// Where each value comes from: field name → manual, page, or how it was measured.
  public var source: [String: String]
  /// True when a ticket was printed on a real device of this model and measured.
  public var verified: Bool

  public init(
    id: String, name: String, dialect: String = "escpos", dotsPerLine: Int, dpi: Int, bandRows: Int = 128,
    cut: Cut, feedBeforeCutDots: Int = 0, feedUnit: Int? = nil, marginUnit: Int? = nil, doubling: Bool? = nil,
    speed: Int? = nil, status: Status, source: [String: String] = [:], verified: Bool = false
  ) {
    self.id = id
    self.name = name
    self.dialect = dialect
    self.dotsPerLine = dotsPerLine
    self.dpi = dpi
    self.bandRows = bandRows
    self.cut = cut
    self.feedBeforeCutDots = feedBeforeCutDots
    self.feedUnit = feedUnit
    self.marginUnit = marginUnit
    self.doubling = doubling
    self.speed = speed
    self.status = status
    self.source = source
    self.verified = verified
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, inherits, dialect, dotsPerLine, dpi, bandRows, cut, feedBeforeCutDots, feedUnit, marginUnit
    case doubling, speed, status, source, verified
  }
}
