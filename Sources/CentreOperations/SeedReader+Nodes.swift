import OneStop
import Yams

/// Reading of single nodes: what is missing or of the wrong kind becomes a mistake with its line, and a value that lets the
/// reading go on to find the next.
extension SeedReader {
  func mistake(_ path: String, _ key: String, _ places: [String: String] = [:]) {
    mistakes.append(.init(line: line(of: path), path: path, words: Words.text(key, places).vi))
  }

  func note(_ node: Node, _ path: String) { if let mark = node.mark { lines[path] = mark.line } }

  /// The entries of a mapping; a key nobody knows is a mistake, because it is usually a known one misspelt.
  func map(_ node: Node?, _ path: String, keys: [String]) -> [String: Node] {
    guard let node else { return [:] }
    note(node, path)
    guard let mapping = node.mapping else {
      if node.scalar?.string != "" { mistake(path, "settings.wantMapping") }
      return [:]
    }
    var entries: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      let place = path.isEmpty ? name : "\(path).\(name)"
      note(key, place)
      if keys.contains(name) {
        entries[name] = value
      } else {
        mistake(place, "settings.unknownKey", ["value": name, "choices": keys.joined(separator: ", ")])
      }
    }
    return entries
  }

  func list(_ node: Node?, _ path: String) -> [(node: Node, path: String)] {
    guard let node else { return [] }
    if lines[path] == nil { note(node, path) }
    guard let sequence = node.sequence else {
      if node.scalar?.string != "" { mistake(path, "settings.wantList") }
      return []
    }
    return sequence.enumerated().map { i, item in
      note(item, "\(path)[\(i)]")
      return (item, "\(path)[\(i)]")
    }
  }

  func string(_ node: Node, _ path: String) -> String? {
    guard let scalar = node.scalar else {
      mistake(path, "settings.wantText")
      return nil
    }
    return scalar.string.precomposedStringWithCanonicalMapping
  }

  /// A text; a missing one is a mistake unless there is something to take instead.
  func text(_ m: [String: Node], _ path: String, _ key: String, or instead: String?? = .none) -> String? {
    guard let node = m[key] else {
      if case .some(let value) = instead { return value }
      mistake("\(path).\(key)", "settings.missing", ["value": key])
      return nil
    }
    return string(node, "\(path).\(key)")
  }

  func int(_ m: [String: Node], _ path: String, _ key: String, or instead: Int?) -> Int {
    guard let node = m[key] else {
      if let instead { return instead }
      mistake("\(path).\(key)", "settings.missing", ["value": key])
      return 0
    }
    guard let value = node.int else {
      mistake("\(path).\(key)", "settings.wantNumber", ["value": node.scalar?.string ?? ""])
      return instead ?? 0
    }
    return value
  }

  func bool(_ m: [String: Node], _ path: String, _ key: String, or instead: Bool) -> Bool {
    guard let node = m[key] else { return instead }
    guard let value = node.bool else {
      mistake("\(path).\(key)", "settings.wantYesNo", ["value": node.scalar?.string ?? ""])
      return instead
    }
    return value
  }
}
