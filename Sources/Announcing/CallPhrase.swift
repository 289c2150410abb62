/// What is said when a number is called, as the words of a recorded voice and as a sentence for a synthetic one.
public struct CallPhrase: Hashable, Sendable {
  public enum Language: String, Sendable, CaseIterable { case vi, en }

  public var language: Language
  /// Clip names in order, for example `moi-cong-dan-so`, `a`, `0`, `1`, `2`, `den-quay-so`, `so-3`.
  public var clips: [String]
  /// What is said in each clip: `Mời công dân số`, `a`, `không` …
  public var said: [String]
  /// `Mời công dân số A, không, một, hai, đến quầy số ba.`
  public var sentence: String

  /// Digits are said one by one: read as a whole, "A012" becomes something nobody listens for.
  public init(number: String, counter: Int, language: Language = .vi) {
    self.language = language
    let characters = number.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let said = characters.map { NumberWords.character($0, language) }
    let counterWord = NumberWords.number(counter, language)
    switch language {
    case .vi: sentence = "Mời công dân số \(said.joined(separator: ", ")), đến quầy số \(counterWord)."
    case .en: sentence = "Number \(said.joined(separator: " ")), please go to counter \(counterWord)."
    }
    clips =
      [language == .vi ? "moi-cong-dan-so" : "number"] + characters.map { String($0).lowercased() }
      + [language == .vi ? "den-quay-so" : "please-go-to-counter", "so-\(counter)"]
    self.said =
      [language == .vi ? "Mời công dân số" : "Number"] + said
      + [language == .vi ? "đến quầy số" : "please go to counter", counterWord]
  }
}

/// Numbers as they are spoken.
public enum NumberWords {
  static let digits: [CallPhrase.Language: [String]] = [
    .vi: ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"],
    .en: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  ]

  /// Names of letters as taught in northern schools; the others are read by the voice itself.
  static let letters: [Character: String] = [
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "E": "e", "G": "giê", "H": "hát", "K": "ca", "L": "lờ", "M": "mờ",
    "N": "nờ", "P": "pê", "Q": "quy", "R": "rờ", "S": "sờ", "T": "tê", "U": "u", "V": "vê", "X": "ích", "Y": "i",
  ]

  public static func character(_ character: Character, _ language: CallPhrase.Language) -> String {
    if let digit = character.wholeNumberValue { return digits[language]![digit] }
    return language == .vi ? letters[character] ?? String(character) : String(character)
  }

  /// 1…99; beyond that digit by digit.
  public static func number(_ number: Int, _ language: CallPhrase.Language) -> String {
    let digits = digits[language]!
    guard language == .vi, (10...99).contains(number) else {
      return String(number).compactMap(\.wholeNumberValue).map { digits[$0] }.joined(separator: " ")
    }
    let (tens, ones) = (number / 10, number % 10)
    let head = tens == 1 ? "mười" : digits[tens] + " mươi"
    switch ones {
    case 0: return head
    case 1 where tens > 1: return head + " mốt"
    case 5: return head + " lăm"
    default: return head + " " + digits[ones]
    }
  }
}
