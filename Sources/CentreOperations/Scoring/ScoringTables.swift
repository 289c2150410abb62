import Foundation
import OneStop
import Yams

/// The scoring tables of `centre/scoring/`, one file for each version the city has issued.
public struct ScoringTables: Sendable {
  /// Newest first.
  private let tables: [ScoringTable]

  public init(_ tables: [ScoringTable]) { self.tables = tables.sorted { $0.from > $1.from } }

  /// - Throws: `ConfigurationError` with file and every mistake; a table whose sums don't fit is not scored by.
  public static func read(_ folder: URL) throws -> ScoringTables {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    return ScoringTables(try files.map { try table(String(contentsOf: $0, encoding: .utf8), name: $0.path) })
  }

  static func table(_ text: String, name: String) throws -> ScoringTable {
    let table: ScoringTable
    do {
      table = try YAMLDecoder().decode(ScoringTable.self, from: text)
    } catch let error as YamlError {
      throw ConfigurationError(
        name, [.init(line: error.line, path: "", words: Words.text("settings.yaml", ["why": error.problem]).vi)])
    } catch let DecodingError.keyNotFound(key, context) {
      throw mistake(name, text, context.codingPath + [key], "scoring.missing")
    } catch let DecodingError.typeMismatch(_, context) {
      throw mistake(name, text, context.codingPath, "scoring.type")
    } catch let DecodingError.valueNotFound(_, context) {
      throw mistake(name, text, context.codingPath, "scoring.missing")
    } catch let DecodingError.dataCorrupted(context) {
      throw mistake(name, text, context.codingPath, "scoring.type")
    }
    let faults = table.faults()
    guard faults.isEmpty else {
      throw ConfigurationError(
        name,
        faults.map { fault in
          let row = fault.item?.rawValue ?? table.id.rawValue
          return .init(
            line: line(of: row, in: text), path: row,
            words: Words.text("scoring.\(fault.key)", fault.places.merging(["item": row]) { $1 }).vi)
        })
    }
    return table
  }

  private static func mistake(
    _ name: String, _ text: String, _ path: [any CodingKey], _ key: String
  ) -> ConfigurationError {
    let words = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return ConfigurationError(name, [.init(line: 1, path: words, words: Words.text(key, ["item": words]).vi)])
  }

  private static func line(of row: String, in text: String) -> Int {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.firstIndex { $0.hasSuffix("id: \(row)") } ?? 0) + 1
  }

  /// What a year is scored by; nil before the first table.
  public func table(for year: Int) -> ScoringTable? { tables.first { $0.from <= year } }
}
