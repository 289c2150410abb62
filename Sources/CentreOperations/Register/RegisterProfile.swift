import Foundation
import OneStop
import Yams

/// How the exports of one system look: which headings mean what, and what its words mean. A file of `centre/registers/`;
/// a new system is a new file.
public struct RegisterProfile: Decodable, Sendable, Hashable {
  public var id = ""
  public var name: String
  /// Where the headings are from.
  public var source: String
  var columns: [String: [String]]
  var states: [String: Dossier.State]
  var channels: [String: Dossier.Channel]
  var yes: [String]
  var no: [String]
  /// What this system calls a procedure, where that isn't the name in `procedures.csv`.
  var procedures: [String: String]

  private enum Key: String, CodingKey, CaseIterable {
    case name, source, columns, states, channels, yes, no, procedures
  }
  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let written = try decoder.container(keyedBy: AnyKey.self)
    for key in written.allKeys where Key(rawValue: key.stringValue) == nil {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: written,
        debugDescription: "«\(key.stringValue)»: " + Key.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let all = try decoder.container(keyedBy: Key.self)
    name = try all.decode(String.self, forKey: .name)
    source = try all.decode(String.self, forKey: .source)
    columns = try all.decode([String: [String]].self, forKey: .columns)
    for key in columns.keys where RegisterField(rawValue: key) == nil {
      throw DecodingError.dataCorruptedError(
        forKey: .columns, in: all,
        debugDescription: "«\(key)»: " + RegisterField.allCases.map(\.rawValue).joined(separator: ", "))
    }
    states = try all.decodeIfPresent([String: Dossier.State].self, forKey: .states) ?? [:]
    channels = try all.decodeIfPresent([String: Dossier.Channel].self, forKey: .channels) ?? [:]
    yes = try all.decodeIfPresent([String].self, forKey: .yes) ?? []
    no = try all.decodeIfPresent([String].self, forKey: .no) ?? []
    procedures = try all.decodeIfPresent([String: String].self, forKey: .procedures) ?? [:]
  }

  /// - Throws: `TableError` naming the file and what is wrong in it.
  public static func load(from folder: URL) throws -> [RegisterProfile] {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    return try files.map { file in
      do {
        var profile = try YAMLDecoder().decode(RegisterProfile.self, from: String(contentsOf: file, encoding: .utf8))
        profile.id = file.deletingPathExtension().lastPathComponent
        return profile
      } catch {
        let why =
          switch error as? DecodingError {
          case .dataCorrupted(let context): context.debugDescription
          case .keyNotFound(let key, _): "«\(key.stringValue)»"
          case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
          default: "\(error)"
          }
        throw TableError(file.lastPathComponent, [TableProblem(nil, nil, "profile", ["why": why])])
      }
    }
  }

  /// Folded heading to its meaning.
  var fields: [String: RegisterField] {
    var fields: [String: RegisterField] = [:]
    for (key, names) in columns {
      guard let field = RegisterField(rawValue: key) else { continue }
      for name in names { fields[PlainLetters.of(name)] = field }
    }
    return fields
  }

  /// What the first name of a field is, for messages.
  func heading(of field: RegisterField) -> String { columns[field.rawValue]?.first ?? field.rawValue }
}

/// Where the columns of an export stand: the heading may be two rows with merged cells, below a title of several lines.
struct RegisterHeading {
  var profile: RegisterProfile
  /// Place in `SheetTable.rows` of the first row of data.
  var firstRow: Int
  var columns: [RegisterField: Int]
  /// The heading as it is written, for messages.
  var names: [RegisterField: String]
  /// The headings of the other columns.
  var unread: [String] = []

  /// Nobody writes more lines of title above a register.
  private static let deepest = 30

  /// - Throws: `TableError` that says what is missing for the profile that fits best.
  static func find(in table: SheetTable, file: String, profiles: [RegisterProfile]) throws -> RegisterHeading {
    var best: RegisterHeading?
    var doubled: TableProblem?
    var isTwo = false
    for profile in profiles {
      let fields = profile.fields
      for (place, row) in table.rows.prefix(deepest).enumerated() {
        for two in [false, true] where !two || place + 1 < table.rows.count {
          let lower = two ? table.rows[place + 1].cells : row.cells
          let texts = two ? merged(row.cells, lower) : row.cells.map { [$0] }
          var heading = RegisterHeading(profile: profile, firstRow: place + (two ? 2 : 1), columns: [:], names: [:])
          var twice: TableProblem?
          for (column, candidates) in texts.enumerated() {
            guard
              let (field, text) = candidates.lazy.compactMap({ text in
                fields[PlainLetters.of(text)].map { ($0, text) }
              }).first
            else {
              if let text = candidates.last { heading.unread.append(text) }
              continue
            }
            if heading.columns[field] != nil {
              twice = TableProblem(row.number, text, "columnTwice")
            } else {
              heading.columns[field] = column
              heading.names[field] = text
            }
          }
          // A title above a heading of one row is no heading of two.
          let (more, most) = (heading.columns.count, best?.columns.count ?? 0)
          if more > most || more == most && isTwo && !two {
            best = heading
            doubled = twice
            isTwo = two
          }
        }
      }
    }
    if let doubled { throw TableError(file, [doubled]) }
    guard let best, best.columns[.code] != nil, best.columns.count >= 2 else {
      let found = table.rows.prefix(deepest).max { $0.cells.count { !$0.isEmpty } < $1.cells.count { !$0.isEmpty } }
      let shown = (found?.cells ?? []).filter { !$0.isEmpty }.prefix(12).joined(separator: ", ")
      let profile = best?.profile ?? profiles.first
      throw TableError(
        file,
        [
          TableProblem(
            found?.number, nil, "notRegister",
            ["code": profile?.heading(of: .code) ?? "", "found": String(shown.prefix(300))])
        ])
    }
    return best
  }

  /// A merged cell of the upper row stands over several of the lower one: only the first has its text.
  private static func merged(_ upper: [String], _ lower: [String]) -> [[String]] {
    var over = ""
    return (0..<max(upper.count, lower.count)).map { i in
      let top = i < upper.count ? upper[i] : ""
      let under = i < lower.count ? lower[i] : ""
      if !top.isEmpty { over = top }
      if under.isEmpty { return top.isEmpty ? [] : [top] }
      // «Hồ sơ» over «Mã số» is «Mã số hồ sơ», «Trả kết quả» over «Ngày» is «Trả kết quả ngày».
      return [under, "\(under) \(over)", "\(over) \(under)"]
    }
  }
}
