import CentreStore
import Foundation
import GRDB
import OneStop
import Yams

/// What `centre.yaml` says: the settings and the people a centre starts with.
public struct CentreSeed: Sendable {
  public var settings: CentreSettings
  public var officers: [(officer: Officer, pin: String?)]

  public init(settings: CentreSettings, officers: [(officer: Officer, pin: String?)]) {
    self.settings = settings
    self.officers = officers
  }

  /// - Throws: `ConfigurationError` with every mistake: file, line, what is wrong, what would be right.
  public static func read(file: URL) throws -> CentreSeed {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw ConfigurationError(file.path, [.init(line: 1, path: "", words: Words.text("settings.unreadable").vi)])
    }
    return try read(text, name: file.path)
  }

  public static func read(_ text: String, name: String) throws -> CentreSeed {
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw ConfigurationError(name, [.init(line: 1, path: "", words: Words.text("settings.emptyFile").vi)])
      }
      root = node
    } catch let error as YamlError {
      throw ConfigurationError(
        name, [.init(line: error.line, path: "", words: Words.text("settings.yaml", ["why": error.problem]).vi)])
    }
    let reader = SeedReader(root)
    let seed = reader.seed()
    var mistakes = reader.mistakes
    if mistakes.isEmpty {
      mistakes = seed.settings.problems().map {
        // The file says `services` where the settings have ranks.
        .init(
          line: reader.line(of: $0.path), path: $0.path.replacingOccurrences(of: ".ranks", with: ".services"),
          words: Words.text("settings.\($0.key)", $0.places).vi)
      }
    }
    guard mistakes.isEmpty else { throw ConfigurationError(name, mistakes.sorted { $0.line < $1.line }) }
    return seed
  }

  /// Writes the seed into a file that has no settings yet; leaves any other alone.
  func plant(in database: CentreDatabase, at now: Instant) throws {
    try database.pool.write { db in
      guard try SettingRows.settings(db) == nil else { return }
      try Meta.set(db, "centre", settings.centre.id)
      try Meta.set(db, "epoch", "1")
      var ledger = try Ledger(opening: db, at: now)
      try ledger.change(settings: settings, by: .system)
      for (officer, pin) in officers { try People.put(officer, pin: pin, in: &ledger, by: .system) }
      try ledger.begin(day: settings.day(of: ledger.now), after: nil)
    }
  }
}

/// Mistakes in `centre.yaml`.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
  public struct Mistake: Hashable, Sendable {
    public var line: Int
    public var path: String
    public var words: String
  }
  public var file: String
  public var mistakes: [Mistake]

  init(_ file: String, _ mistakes: [Mistake]) {
    self.file = file
    self.mistakes = mistakes
  }

  /// One line each: `centre.yaml:12: services[2].prefix: …`
  public var description: String {
    mistakes.map { "\(file):\($0.line): \($0.path.isEmpty ? "" : "\($0.path): ")\($0.words)" }.joined(separator: "\n")
  }
}

extension YamlError {
  /// The parser's own words, in one line.
  var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    default: "\(self)".split(separator: "\n").first.map(String.init) ?? ""
    }
  }

  var line: Int {
    switch self {
    case .reader, .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping: 1
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    }
  }
}
