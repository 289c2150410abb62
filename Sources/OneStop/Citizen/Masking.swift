/// What of a person's data may stand on a screen that others can see.
public enum Masking {
  /// The last four digits of an identity number: `••••••••2345`.
  public static func identity(_ number: String) -> String { tail(number, 4) }

  /// The last three digits of a telephone number.
  public static func phone(_ number: String) -> String { tail(number.filter { $0 != " " }, 3) }

  /// The given name, which is last in Vietnamese, and initials before it: `N. T. Hạnh`.
  public static func name(_ name: String) -> String {
    let words = name.split(separator: " ")
    guard let last = words.last else { return "" }
    return (words.dropLast().map { "\($0.prefix(1))." } + [String(last)]).joined(separator: " ")
  }

  private static func tail(_ text: String, _ shown: Int) -> String {
    // A text as short as what may be shown of it would be shown whole.
    guard text.count > shown else { return String(repeating: "•", count: text.count) }
    return String(repeating: "•", count: text.count - shown) + text.suffix(shown)
  }
}
