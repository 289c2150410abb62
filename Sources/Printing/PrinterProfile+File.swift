import Foundation

/// Reading `devices/printers/*.json`. A file may name another in `inherits` and then states only what differs; every
/// value it states itself has its source in the same file.
extension PrinterProfile {
  /// Reads one profile, with everything it inherits from files in the same folder.
  /// - Throws: `PrintingError.profile` naming the file and the field.
  public static func load(path: String) throws(PrintingError) -> PrinterProfile {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = path.dropLast(name.count)
    return try read(file: path) { parent throws(PrintingError) in
      try contents(of: folder + parent + ".json")
    }
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

  /// - Parameters:
  ///   - file: path for error messages; its last part must be "<id>.json".
  ///   - parent: the contents of the file of another id.
  /// - Throws: `PrintingError.profile` naming the file and the field.
  public init(
    json: Data, file: String,
    parent: (String) throws(PrintingError) -> Data = { id throws(PrintingError) in
      throw .profile(file: id + ".json", field: "(file)", reason: "cannot be read")
    }
  ) throws(PrintingError) {
    self = try Self.resolve(json, file: file, chain: [], parent)
  }

  private static func read(
    file: String, _ parent: (String) throws(PrintingError) -> Data
  ) throws(PrintingError) -> PrinterProfile {
    try PrinterProfile(json: try contents(of: file), file: file, parent: parent)
  }

  private static func contents(of path: String) throws(PrintingError) -> Data {
    guard let json = FileManager.default.contents(atPath: path) else {
      throw .profile(file: path, field: "(file)", reason: "cannot be read")
    }
    return json
  }

  // MARK: - Inheritance

  private static func resolve(
    _ json: Data, file: String, chain: [String], _ parent: (String) throws(PrintingError) -> Data
  ) throws(PrintingError) -> PrinterProfile {
    let fields = try merged(json, file: file, chain: chain, parent)
    do {
      let profile = try JSONDecoder().decode(
        PrinterProfile.self, from: JSONSerialization.data(withJSONObject: fields))
      try profile.validate(file: file)
      return profile
    } catch let error as PrintingError {
      throw error
    } catch let error as DecodingError {
      throw PrintingError.profile(decoding: error, file: file)
    } catch {
      throw .profile(file: file, field: "(file)", reason: "\(error)")
    }
  }

  /// The fields of a file over those it inherits; `status` and `source` are merged one by one.
  private static func merged(
    _ json: Data, file: String, chain: [String], _ parent: (String) throws(PrintingError) -> Data
  ) throws(PrintingError) -> [String: Any] {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: json)
    } catch {
      throw .profile(file: file, field: "(file)", reason: "is no JSON: \(error.localizedDescription)")
    }
    guard var fields = object as? [String: Any] else {
      throw .profile(file: file, field: "(file)", reason: "is no JSON object")
    }
    try checkNames(fields, file: file)
    if let named = fields["inherits"], !(named is NSNull) {
      guard let id = named as? String, isIdentifier(id) else {
        throw .profile(file: file, field: "inherits", reason: "is not the id of a profile")
      }
      let me = stem(of: file)
      guard id != me, !chain.contains(id) else {
        throw .profile(
          file: file, field: "inherits",
          reason: "goes round in a circle: \((chain + [me, id]).joined(separator: " → "))")
      }
      let folder = file.dropLast(me.count + ".json".count)
      let over: [String: Any]
      do throws(PrintingError) {
        let json = try parent(id)
        over = try merged(json, file: folder + id + ".json", chain: chain + [me], parent)
      } catch {
        guard case .profile(_, "(file)", "cannot be read") = error else { throw error }
        throw .profile(file: file, field: "inherits", reason: "there is no profile “\(id)”")
      }
      for (key, value) in over where !["verified", "id", "name", "inherits"].contains(key) {
        if let mine = fields[key] as? [String: Any], let theirs = value as? [String: Any] {
          fields[key] = theirs.merging(mine) { _, mine in mine }
        } else if fields[key] == nil {
          fields[key] = value
        }
      }
    }
    fields["verified"] = fields["verified"] ?? false
    fields["source"] = fields["source"] ?? [String: Any]()
    return fields
  }

  /// Before anything is inherited: a misspelt name, or a value without a source, is a mistake of this file.
  private static func checkNames(_ fields: [String: Any], file: String) throws(PrintingError) {
    let known = Set(CodingKeys.allCases.map(\.rawValue))
    let choices = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
    for field in fields.keys.sorted() where !known.contains(field) {
      throw .profile(
        file: file, field: field.isEmpty ? "“”" : field,
        reason: "is not a field of a printer profile; those are: \(choices)")
    }
    let abilities = ["dleEot", "asb", "gsH"]
    for field in ((fields["status"] as? [String: Any]) ?? [:]).keys.sorted() where !abilities.contains(field) {
      throw .profile(
        file: file, field: "status.\(field)",
        reason: "is not a field of status; those are: \(abilities.joined(separator: ", "))")
    }
    let source = (fields["source"] as? [String: Any]) ?? [:]
    for field in source.keys.sorted() where !known.contains(String(field.prefix { $0 != "." })) {
      throw .profile(
        file: file, field: "source.\(field)", reason: "is not a field of a printer profile; those are: \(choices)")
    }
    let needless: Set<String> = ["id", "name", "inherits", "dialect", "source", "verified"]
    for field in fields.keys.sorted() where !needless.contains(field) && !(fields[field] is NSNull) {
      guard source.keys.contains(where: { $0 == field || $0.hasPrefix(field + ".") }) else {
        throw .profile(
          file: file, field: field,
          reason: "has no source; say in “source” which manual, page or measurement it is from")
      }
    }
  }

  private static func stem(of file: String) -> String {
    file.split(separator: "/").last.map { String($0.hasSuffix(".json") ? $0.dropLast(5) : $0) } ?? ""
  }

  private static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 60
      && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
  }

  // MARK: - Values

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
    let stem = Self.stem(of: file)
    try require(id == stem, "id", "“\(id)” differs from the file name “\(stem)”")
    try require(Self.isIdentifier(id), "id", "only a–z, 0–9 and hyphens")
    try require(!name.isEmpty, "name", "is empty")
    try require(DriverRegistry.all[dialect] != nil, "dialect", DriverRegistry.unknown(dialect))
    try require(dotsPerLine, in: TicketLayout.widths, "dotsPerLine")
    try require(dpi, in: TicketLayout.resolutions, "dpi")
    // 2303 rows is Epson's limit for GS v 0.
    try require(bandRows, in: 8...2303, "bandRows")
    try require(feedBeforeCutDots, in: 0...500, "feedBeforeCutDots")
    try require(feedUnit, in: 100...1000, "feedUnit")
    try require(marginUnit, in: 100...1000, "marginUnit")
    try require(speed, in: 20...600, "speed")
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
