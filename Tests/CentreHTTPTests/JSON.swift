import Foundation
import Yams

/// Any JSON value, also one read from YAML.
enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  init(_ bytes: Data) throws { self = try JSONDecoder().decode(JSON.self, from: bytes) }

  init(yaml text: String) throws { self = JSON(any: try Yams.load(yaml: text)) }

  private init(any value: Any?) {
    switch value {
    case let value as Bool: self = .bool(value)
    case let value as Int: self = .int(value)
    case let value as Double: self = .double(value)
    case let value as String: self = .string(value)
    case let value as [Any]: self = .array(value.map { JSON(any: $0) })
    case let value as [AnyHashable: Any]:
      self = .object(Dictionary(uniqueKeysWithValues: value.map { ("\($0.key)", JSON(any: $0.value)) }))
    default: self = .null
    }
  }

  subscript(key: String) -> JSON {
    get { if case .object(let fields) = self { fields[key] ?? .null } else { .null } }
    set {
      guard case .object(var fields) = self else { return }
      fields[key] = newValue == .null ? nil : newValue
      self = .object(fields)
    }
  }

  subscript(index: Int) -> JSON {
    get { if case .array(let items) = self, items.indices.contains(index) { items[index] } else { .null } }
    set {
      guard case .array(var items) = self, items.indices.contains(index) else { return }
      items[index] = newValue
      self = .array(items)
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var int: Int? { if case .int(let number) = self { number } else { nil } }
  /// For values a test goes on with; one that is not there fails later on, and not by a crash.
  var text: String { string ?? "" }
  var whole: Int { int ?? -1 }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var array: [JSON] { if case .array(let items) = self { items } else { [] } }
  var object: [String: JSON] { if case .object(let fields) = self { fields } else { [:] } }
  var exists: Bool { self != .null }

  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  var bytes: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)) ?? Data()
  }
}

extension JSON: Codable {
  init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if box.decodeNil() {
      self = .null
    } else if let value = try? box.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? box.decode(Int.self) {
      self = .int(value)
    } else if let value = try? box.decode(Double.self) {
      self = .double(value)
    } else if let value = try? box.decode(String.self) {
      self = .string(value)
    } else if let value = try? box.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try box.decode([String: JSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    switch self {
    case .null: try box.encodeNil()
    case .bool(let value): try box.encode(value)
    case .int(let value): try box.encode(value)
    case .double(let value): try box.encode(value)
    case .string(let value): try box.encode(value)
    case .array(let value): try box.encode(value)
    case .object(let value): try box.encode(value)
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(floatLiteral value: Double) { self = .double(value) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(uniqueKeysWithValues: elements))
  }
}
