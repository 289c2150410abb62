/// A part of a job that may be followed by a status query: whole commands only.
public struct PrintBand: Equatable, Sendable {
  public var bytes: [UInt8]
  /// The rows of the picture it prints or feeds.
  public var rows: Range<Int>
}

/// Turns a picture into the bytes of one printer language.
public protocol TicketEncoder: Sendable {
  /// The job; the bands one after the other are all its bytes.
  /// - Throws: `.rasterTooWide` when the picture is wider than the head.
  func encode(_ raster: Raster) throws(PrintingError) -> [PrintBand]
}

/// Which language a profile's `dialect` means. A new language is one file with an encoder, and one line here.
public enum DriverRegistry {
  public static let all: [String: @Sendable (PrinterProfile) -> any TicketEncoder] = [
    "escpos": { ESCPOSEncoder($0) }
  ]

  public static var dialects: [String] { all.keys.sorted() }

  /// The encoder of a profile; profiles with an unknown dialect cannot be read in the first place.
  public static func encoder(for profile: PrinterProfile) throws(PrintingError) -> any TicketEncoder {
    guard let make = all[profile.dialect] else {
      throw .profile(file: profile.id, field: "dialect", reason: unknown(profile.dialect))
    }
    return make(profile)
  }

  static func unknown(_ dialect: String) -> String {
    "“\(dialect)” is not known; known: \(dialects.joined(separator: ", "))"
  }
}
