/// An identity that cannot be mistaken for another kind of identity. Ids are never used again.
public struct Identifier<Subject, Raw: Hashable & Sendable & Codable>: Hashable, Sendable {
  public let rawValue: Raw
  public init(_ rawValue: Raw) { self.rawValue = rawValue }
}

extension Identifier: Codable {
  public init(from decoder: any Decoder) throws { rawValue = try Raw(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }
}

extension Identifier: Comparable where Raw: Comparable {
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Identifier: CustomStringConvertible {
  public var description: String { "\(rawValue)" }
}

extension Identifier: ExpressibleByUnicodeScalarLiteral where Raw == String {
  public init(unicodeScalarLiteral value: String) { self.init(value) }
}
extension Identifier: ExpressibleByExtendedGraphemeClusterLiteral where Raw == String {
  public init(extendedGraphemeClusterLiteral value: String) { self.init(value) }
}
extension Identifier: ExpressibleByStringLiteral where Raw == String {
  public init(stringLiteral value: String) { self.init(value) }
}
extension Identifier: ExpressibleByIntegerLiteral where Raw == Int {
  public init(integerLiteral value: Int) { self.init(value) }
}
