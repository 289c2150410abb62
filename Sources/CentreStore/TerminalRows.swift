import GRDB
import OneStop

/// The screens that were given a token.
public enum TerminalRows {
  public struct Terminal: Sendable, Hashable {
    public var name: String
    public var role: Role
    public var counter: Counter.ID?
  }

  public static func all(_ db: Database) throws -> [Terminal] {
    try Row.fetchAll(db, sql: "SELECT name, role, counter FROM terminal ORDER BY role, name").map {
      Terminal(
        name: $0["name"], role: Role(rawValue: $0["role"]) ?? .citizen,
        counter: ($0["counter"] as Int?).map { Counter.ID($0) })
    }
  }
}
