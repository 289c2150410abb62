import Foundation
import OneStop
import Yams

/// What a centre wants to reach, as data with its source: `centre/targets.yaml`.
public struct TargetList: Sendable {
  public struct Target: Decodable, Hashable, Sendable {
    /// A figure of the scoring table, or `WAIT`: called within the centre's own waiting target.
    public var figure: Figure
    /// Per cent, 1…100.
    public var atLeast: Int
    /// Month and day that are counted last, `11-30`.
    public var until: String
    public var source: String

    public func last(in year: Int) -> LocalDay? { LocalDay("\(padded(year, 4))-\(until)") }
  }

  public var targets: [Target]

  public init(_ targets: [Target] = []) { self.targets = targets }

  public static let wait = Figure("WAIT")
  static let known: Set<Figure> = [wait, "ONTIME", "ONLINE", "DIGITISATION", "SATISFACTION"]

  private struct File: Decodable { var targets: [Target] }

  /// - Throws: `ConfigurationError` with the file and what is wrong in it.
  public static func read(_ file: URL) throws -> TargetList {
    try list(String(contentsOf: file, encoding: .utf8), name: file.path)
  }

  static func list(_ text: String, name: String) throws -> TargetList {
    let list: [Target]
    do {
      list = try YAMLDecoder().decode(File.self, from: text).targets
    } catch {
      throw ConfigurationError(
        name, [.init(line: 1, path: "targets", words: Words.text("targets.unreadable", ["why": "\(error)"]).vi)])
    }
    let wrong = list.filter { target in
      !known.contains(target.figure) || !(1...100).contains(target.atLeast) || target.last(in: 2026) == nil
    }
    guard wrong.isEmpty else {
      throw ConfigurationError(
        name,
        wrong.map {
          .init(line: 1, path: $0.figure.rawValue, words: Words.text("targets.wrong", ["figure": "\($0.figure)"]).vi)
        })
    }
    return TargetList(list)
  }
}
