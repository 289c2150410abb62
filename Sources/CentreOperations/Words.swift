import Foundation
import OneStop
import Synchronization

/// The daemon's own sentences, from the same word files as the screens: a third language is a file.
public enum Words {
  private static let table = Mutex<[String: Bilingual]>([:])

  /// Reads section `daemon` of `words.vi.json` and `words.en.json`, and the definitions of the figures, which screens and
  /// papers share. Called once at start.
  public static func load(from folder: URL) throws {
    func section(_ language: String) throws -> [String: String] {
      let file = folder.appendingPathComponent("words.\(language).json")
      let all = try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: file))
      let figures = (all["supervisor"] ?? [:]).filter { $0.key.hasPrefix("figure.") }
      return (all["daemon"] ?? [:]).merging(figures) { own, _ in own }
    }
    let vi = try section("vi")
    let en = try section("en")
    table.withLock {
      $0 = Dictionary(uniqueKeysWithValues: vi.map { ($0.key, Bilingual($0.value, en[$0.key] ?? $0.value)) })
    }
  }

  /// The sentence behind a key with its `{places}` filled; the key itself where there is none, so that a gap is seen.
  public static func text(_ key: String, _ places: [String: String] = [:]) -> Bilingual {
    guard var words = table.withLock({ $0[key] }) else { return Bilingual(key, key) }
    for (name, value) in places {
      words.vi = words.vi.replacingOccurrences(of: "{\(name)}", with: value)
      words.en = words.en.replacingOccurrences(of: "{\(name)}", with: value)
    }
    return words
  }
}

extension QueueRejection {
  public var words: Bilingual { Words.text("problem.\(rawValue)") }
}

extension CallingPolicy.Reason {
  /// Only what needs an explanation at the counter.
  func words(number: String, _ rules: Rules) -> Bilingual? {
    switch self {
    case .afterPriorityRow: Words.text("reason.afterPriorityRow", ["number": number, "k": "\(rules.priorityInRow)"])
    case .overdue: Words.text("reason.overdue", ["number": number, "m": "\(rules.overdueMinutes)"])
    case .front: Words.text("reason.front", ["number": number])
    case .priority: nil
    }
  }
}
