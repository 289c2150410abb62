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
  /// The command language; so far only "escpos".
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
  public var status: Status
  /// Where each value comes from: field name → manual, page, or how it was measured.
  public var source: [String: String]
  /// True when a ticket was printed on a real device of this model and measured.
  public var verified: Bool

  public init(
    id: String, name: String, dialect: String = "escpos", dotsPerLine: Int, dpi: Int, bandRows: Int = 128,
    cut: Cut, feedBeforeCutDots: Int = 0, feedUnit: Int? = nil, marginUnit: Int? = nil, doubling: Bool? = nil,
    status: Status, source: [String: String] = [:], verified: Bool = false
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
    self.status = status
    self.source = source
    self.verified = verified
  }
}

// MARK: - Files

extension PrinterProfile {
  /// Reads one profile file.
  /// - Throws: `PrintingError.profile` naming the file and the field.
  public static func load(path: String) throws(PrintingError) -> PrinterProfile {
    guard let json = FileManager.default.contents(atPath: path) else {
      throw .profile(file: path, field: "(file)", reason: "cannot be read")
    }
    return try PrinterProfile(json: json, file: path)
  }

  /// Reads all `*.json` of a folder, in the order of their ids.
  /// - Throws: `PrintingError.profile` for the first file that is wrong.
  public static func loadAll(folder: String) throws(PrintingError) -> [PrinterProfile] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .profile(file: folder, field: "(folder)", reason: "cannot be read")
    }
    var profiles: [PrinterProfile] = []
    for name in names.filter({ $0.hasSuffix(".json") && !$0.hasPrefix(".") }).sorted() {
      profiles.append(try load(path: folder + "/" + name))
    }
    return profiles
  }

  /// - Parameter file: path for error messages; its last part must be "<id>.json".
  /// - Throws: `PrintingError.profile` naming the file and the field.
  public init(json: Data, file: String) throws(PrintingError) {
    do {
      let decoder = JSONDecoder()
      self = try decoder.decode(PrinterProfile.self, from: json)
      let known = Set(CodingKeys.allNames)
      if let stray = try decoder.decode(FieldNames.self, from: json).names.first(where: { !known.contains($0) }) {
        throw PrintingError.profile(file: file, field: stray, reason: "is not a field of a printer profile")
      }
    } catch let error as PrintingError {
      throw error
    } catch let error as DecodingError {
      throw PrintingError.profile(decoding: error, file: file)
    } catch {
      throw .profile(file: file, field: "(file)", reason: "\(error)")
    }
    try validate(file: file)
  }

  private func validate(file: String) throws(PrintingError) {
    func require(_ holds: Bool, _ field: String, _ reason: String) throws(PrintingError) {
      guard holds else { throw .profile(file: file, field: field, reason: reason) }
    }
    func require(
      _ value: Int?, in range: ClosedRange<Int>, _ field: String
    ) throws(PrintingError) {
      guard let value else { return }
      try require(
        range.contains(value), field, "\(value) is not in \(range.lowerBound)…\(range.upperBound)")
    }
    let stem = file.split(separator: "/").last.map { $0.hasSuffix(".json") ? $0.dropLast(5) : $0 } ?? ""
    try require(id == stem, "id", "“\(id)” differs from the file name “\(stem)”")
    try require(
      !id.isEmpty && id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }, "id",
      "only a–z, 0–9 and hyphens")
    try require(!name.isEmpty, "name", "is empty")
    try require(dialect == "escpos", "dialect", "“\(dialect)” is not known; known: escpos")
    try require(dotsPerLine, in: TicketLayout.widths, "dotsPerLine")
    try require(dpi, in: TicketLayout.resolutions, "dpi")
    // 2303 rows is Epson's limit for GS v 0.
    try require(bandRows, in: 8...2303, "bandRows")
    try require(feedBeforeCutDots, in: 0...500, "feedBeforeCutDots")
    try require(feedUnit, in: 100...1000, "feedUnit")
    try require(marginUnit, in: 100...1000, "marginUnit")
    let known = Set(CodingKeys.allNames)
    for field in source.keys.sorted() {
      try require(
        known.contains(String(field.prefix { $0 != "." })), "source.\(field)", "is not a field of a printer profile")
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, dialect, dotsPerLine, dpi, bandRows, cut, feedBeforeCutDots, feedUnit, marginUnit, doubling
    case status, source, verified

    static var allNames: [String] { allCases.map(\.rawValue) }
  }

  /// The names of an object's fields, whatever their values.
  private struct FieldNames: Decodable {
    struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    var names: [String]
    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue).sorted()
    }
  }
}

extension PrintingError {
  fileprivate static func profile(decoding error: DecodingError, file: String) -> PrintingError {
    func path(_ keys: [any CodingKey]) -> String {
      keys.isEmpty ? "(file)" : keys.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return .profile(file: file, field: path(context.codingPath + [key]), reason: "is missing")
    case .valueNotFound(let type, let context):
      return .profile(file: file, field: path(context.codingPath), reason: "is null, expected \(type)")
    case .typeMismatch(let type, let context):
      return .profile(file: file, field: path(context.codingPath), reason: "is not of type \(type)")
    case .dataCorrupted(let context):
      return .profile(file: file, field: path(context.codingPath), reason: context.debugDescription)
    @unknown default:
      return .profile(file: file, field: "(file)", reason: "\(error)")
    }
  }
}
