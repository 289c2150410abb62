/// Type-ahead over the procedures, with or without diacritics. Built once for a list, then asked at each key.
public struct ProcedureSearch: Sendable {
  private struct Entry: Sendable {
    var procedure: Procedure
    var code: String
    var name: String
    var words: [Substring]
    var marked: String
  }
  private let entries: [Entry]

  public init(_ list: ProcedureList) {
    entries = list.all.flatMap { procedure in
      ([procedure.name] + procedure.otherNames).map { written in
        let name = PlainLetters.of(written)
        return Entry(
          procedure: procedure, code: procedure.id.rawValue.lowercased(), name: name, words: name.split(separator: " "),
          marked: written.lowercased())
      }
    }
  }

  /// The best first: the code itself, names that begin so, names with the words in this order, names with all the words.
  /// What people say for it counts as its name. Every typed word must begin a word of the name; the last may be unfinished and the others too («kh s»: khai sinh).
  /// Ties go to those asked for most (`often`: how many dossiers lately), then to the shorter name, then by code.
  public func matches(_ typed: String, often: [Procedure.ID: Int] = [:], limit: Int = 10) -> [Procedure] {
    let wanted = PlainLetters.words(typed)
    guard !wanted.isEmpty, limit > 0 else { return [] }
    let phrase = wanted.joined(separator: " ")
    let code = typed.lowercased().filter { !$0.isWhitespace }
    let marked = typed.lowercased()
    var seen: Set<Procedure.ID> = []
    return entries.compactMap { entry -> (rank: (Int, Int, Int, Int, String), procedure: Procedure)? in
      guard let place = place(of: entry, wanted, phrase, code) else { return nil }
      // Somebody who typed the marks meant them: «mà» is not «mã».
      let exact = entry.marked.contains(marked) ? 0 : 1
      let count = often[entry.procedure.id] ?? 0
      return ((place, exact, -count, entry.name.count, entry.procedure.id.rawValue), entry.procedure)
    }
    .sorted { $0.rank < $1.rank }.map(\.procedure).filter { seen.insert($0.id).inserted }.prefix(limit).map(\.self)
  }

  private func place(of entry: Entry, _ wanted: [Substring], _ phrase: String, _ code: String) -> Int? {
    if entry.code == code { return 0 }
    // A long form typed or scanned whole still means this procedure.
    if code.hasPrefix(entry.code + ".") { return 1 }
    if code.contains("."), entry.code.hasPrefix(code) { return 2 }
    if entry.name.hasPrefix(phrase) { return 3 }
    var from = 0
    var inOrder = true
    for word in wanted {
      if let at = entry.words[from...].firstIndex(where: { $0.hasPrefix(word) }) {
        from = at + 1
      } else {
        inOrder = false
        break
      }
    }
    if inOrder { return (" " + entry.name).contains(" " + phrase) ? 4 : 5 }
    // Each typed word needs a word of its own, or «an an» would find one «an».
    var free = entry.words
    for word in wanted.sorted(by: { $0.count > $1.count }) {
      guard let at = free.firstIndex(where: { $0.hasPrefix(word) }) else {
        // The digits of a code, without the dot typed.
        return wanted.count == 1 && word.count >= 3 && entry.code.filter(\.isNumber).contains(word) ? 7 : nil
      }
      free.remove(at: at)
    }
    return 6
  }
}
