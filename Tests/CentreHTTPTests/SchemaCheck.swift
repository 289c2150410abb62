import Foundation
import Synchronization

/// Compares values with the JSON Schemas of the API document. It knows the keywords the document uses; any other is a
/// fault, so that nothing is written there that nobody checks.
struct SchemaCheck: Sendable {
  let document: JSON

  private static let notes: Set<String> = ["description", "examples", "default", "format", "contentMediaType"]
  private static let patterns = Patterns()

  /// What is wrong with `value`, place by place; empty when it fits.
  func faults(_ value: JSON, _ schema: JSON, at path: String = "$") -> [String] {
    var faults: [String] = []
    for (keyword, rule) in schema.object where !Self.notes.contains(keyword) {
      switch keyword {
      case "$ref": faults += self.faults(value, resolve(rule.string ?? ""), at: path)
      case "type":
        let types = rule.string.map { [$0] } ?? rule.array.compactMap(\.string)
        if !types.contains(where: { Self.fits(value, type: $0) }) {
          faults.append("\(path): \(value) is not \(types.joined(separator: " or "))")
        }
      case "enum": if !rule.array.contains(value) { faults.append("\(path): \(value) is not one of \(rule.array)") }
      case "properties":
        for (name, inner) in rule.object where value[name].exists || value.object.keys.contains(name) {
          faults += self.faults(value[name], inner, at: "\(path).\(name)")
        }
      case "required":
        guard case .object(let fields) = value else { break }
        for name in rule.array.compactMap(\.string) where fields[name] == nil {
          faults.append("\(path): \(name) is missing")
        }
      case "additionalProperties":
        let known = schema["properties"].object
        for (name, inner) in value.object where known[name] == nil {
          if rule == false {
            faults.append("\(path): \(name) is not documented")
          } else {
            faults += self.faults(inner, rule, at: "\(path).\(name)")
          }
        }
      case "propertyNames":
        for name in value.object.keys { faults += self.faults(.string(name), rule, at: "\(path) (name)") }
      case "items":
        for (i, item) in value.array.enumerated() { faults += self.faults(item, rule, at: "\(path)[\(i)]") }
      case "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "minimum", "maximum", "pattern":
        if let fault = Self.limit(keyword, rule, value) { faults.append("\(path): \(fault)") }
      default: faults.append("\(path): the keyword \(keyword) is not understood here")
      }
    }
    return faults
  }

  func resolve(_ reference: String) -> JSON {
    reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
  }

  private static func fits(_ value: JSON, type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.int, "integer"), (.int, "number"), (.double, "number"),
      (.string, "string"), (.array, "array"), (.object, "object"):
      true
    default: false
    }
  }

  private static func limit(_ keyword: String, _ rule: JSON, _ value: JSON) -> String? {
    let good: Bool
    switch (keyword, value) {
    case ("minItems", .array(let items)): good = items.count >= rule.int!
    case ("maxItems", .array(let items)): good = items.count <= rule.int!
    case ("uniqueItems", .array(let items)): good = Set(items).count == items.count
    case ("minLength", .string(let text)): good = text.unicodeScalars.count >= rule.int!
    case ("maxLength", .string(let text)): good = text.unicodeScalars.count <= rule.int!
    case ("minimum", _): good = value.number.map { $0 >= rule.number! } ?? true
    case ("maximum", _): good = value.number.map { $0 <= rule.number! } ?? true
    case ("pattern", .string(let text)): good = patterns.match(rule.string!, text)
    default: good = true
    }
    return good ? nil : "\(value) against \(keyword) \(rule)"
  }

  /// Regular expressions are made once.
  private final class Patterns: Sendable {
    private let made = Mutex<[String: NSRegularExpression]>([:])
    func match(_ pattern: String, _ text: String) -> Bool {
      made.withLock { made in
        if made[pattern] == nil { made[pattern] = try? NSRegularExpression(pattern: pattern) }
        return made[pattern]?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
      }
    }
  }
}
