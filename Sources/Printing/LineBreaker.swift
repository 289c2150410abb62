/// Chooses where a text that is too long for one line is broken. Pure: the caller measures.
///
/// A break after a spaced dash ("Hộ tịch – Chứng thực – Xác nhận …") is free, after a comma cheap, between
/// words dear; an additional line costs half a break between words, and among equals the lines are made as
/// even as can be. A dash never begins a line. Two-syllable words ("tình trạng") stay together when they are
/// bound by a no-break space.
struct LineBreaker {
  /// Room on a line, in the unit of `measure`.
  var room: Int
  var measure: (String) -> Int

  private struct Piece {
    var text: String
    /// What joins it to the next piece when both stand on one line.
    var joint: String
    /// Price of ending a line after it.
    var price: Double
  }

  private static let noBreakSpace = "\u{A0}"
  private static let dashes = ["–", "-", "—"]
  private static let wordBreak = 20.0
  private static let commaBreak = 8.0
  private static let lineEnd = 10.0
  private static let unevenness = 4.0

  /// The lines, in order; none for an empty text.
  func lines(of text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).flatMap { wrap(String($0)) }
  }

  private func wrap(_ paragraph: String) -> [String] {
    let words = paragraph.split(separator: " ").map(String.init)
    guard !words.isEmpty else { return [] }
    let whole = words.joined(separator: " ")
    if measure(whole) <= room { return [whole] }

    let pieces = fitting(words)
    // best[i]: the cheapest way to set the pieces before i, and where its last line begins.
    var best: [(cost: Double, from: Int)] = [(0, 0)]
    for end in 1...pieces.count {
      var choice = (cost: Double.infinity, from: end - 1)
      for start in stride(from: end - 1, through: 0, by: -1) {
        let width = measure(joined(pieces[start..<end]))
        if width > room && start < end - 1 { break }
        let slack = Double(max(0, room - width)) / Double(max(1, room))
        var cost = best[start].cost + LineBreaker.lineEnd + LineBreaker.unevenness * slack * slack
        if end < pieces.count { cost += pieces[end - 1].price }
        if cost < choice.cost { choice = (cost, start) }
      }
      best.append(choice)
    }
    var lines: [String] = []
    var end = pieces.count
    while end > 0 {
      let start = best[end].from
      lines.insert(joined(pieces[start..<end]), at: 0)
      end = start
    }
    return lines
  }

  private func joined(_ pieces: ArraySlice<Piece>) -> String {
    var text = ""
    for (offset, piece) in pieces.enumerated() {
      text += piece.text
      if offset < pieces.count - 1 { text += piece.joint }
    }
    return text
  }

  /// Words as pieces that each fit a line: dashes bound to the word before them, and what is still too
  /// wide cut first at its no-break spaces, then between characters.
  private func fitting(_ words: [String]) -> [Piece] {
    var pieces: [Piece] = []
    for word in bound(words) {
      let price = price(after: word)
      if measure(word) <= room {
        pieces.append(Piece(text: word, joint: " ", price: price))
        continue
      }
      for part in word.split(separator: Character(LineBreaker.noBreakSpace)) {
        for run in runs(of: String(part)) {
          pieces.append(Piece(text: run, joint: "", price: LineBreaker.wordBreak))
        }
        pieces[pieces.count - 1].joint = LineBreaker.noBreakSpace
      }
      pieces[pieces.count - 1].joint = " "
      pieces[pieces.count - 1].price = price
    }
    return pieces
  }

  private func bound(_ words: [String]) -> [String] {
    var bound: [String] = []
    for word in words {
      if LineBreaker.dashes.contains(word), let last = bound.indices.last {
        bound[last] += LineBreaker.noBreakSpace + word
      } else {
        bound.append(word)
      }
    }
    return bound
  }

  private func price(after word: String) -> Double {
    if LineBreaker.dashes.contains(where: { word.hasSuffix(LineBreaker.noBreakSpace + $0) }) { return 0 }
    return word.hasSuffix(",") ? LineBreaker.commaBreak : LineBreaker.wordBreak
  }

  /// One word cut into the longest runs of characters that fit.
  private func runs(of word: String) -> [String] {
    var runs: [String] = []
    var run = ""
    for character in word {
      if !run.isEmpty, measure(run + String(character)) > room {
        runs.append(run)
        run = ""
      }
      run.append(character)
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }
}
