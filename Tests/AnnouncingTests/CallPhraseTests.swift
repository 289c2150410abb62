import Announcing
import Testing

@Suite("what is said")
struct CallPhraseTests {
  @Test("a call in Vietnamese: letter and digits one by one, the counter as a number")
  func vietnamese() {
    let phrase = CallPhrase(number: "A012", counter: 3)
    #expect(phrase.sentence == "Mời công dân số a, không, một, hai, đến quầy số ba.")
    #expect(phrase.clips == ["moi-cong-dan-so", "a", "0", "1", "2", "den-quay-so", "so-3"])
  }

  @Test("a call in English")
  func english() {
    let phrase = CallPhrase(number: "B1000", counter: 12, language: .en)
    #expect(phrase.sentence == "Number B one zero zero zero, please go to counter one two.")
    #expect(phrase.clips == ["number", "b", "1", "0", "0", "0", "please-go-to-counter", "so-12"])
  }

  @Test(
    "counters as they are spoken",
    arguments: [
      (1, "một"), (5, "năm"), (9, "chín"), (10, "mười"), (11, "mười một"), (14, "mười bốn"), (15, "mười lăm"),
      (19, "mười chín"), (20, "hai mươi"), (21, "hai mươi mốt"), (24, "hai mươi bốn"), (25, "hai mươi lăm"),
      (31, "ba mươi mốt"), (55, "năm mươi lăm"), (90, "chín mươi"), (91, "chín mươi mốt"), (99, "chín mươi chín"),
      (100, "một không không"),
    ])
  func counters(number: Int, words: String) { #expect(NumberWords.number(number, .vi) == words) }

  @Test("every counter from 1 to 99 has its own words")
  func distinct() {
    for language in CallPhrase.Language.allCases {
      #expect(Set((1...99).map { NumberWords.number($0, language) }).count == 99)
    }
  }

  @Test(
    "letters have their names, digits theirs",
    arguments: [
      ("B", "bê"), ("C", "xê"), ("D", "dê"), ("G", "giê"), ("H", "hát"), ("K", "ca"), ("P", "pê"), ("X", "ích"),
      ("0", "không"), ("7", "bảy"), ("W", "W"),
    ] as [(Character, String)])
  func letters(letter: Character, words: String) { #expect(NumberWords.character(letter, .vi) == words) }

  @Test("one series without letters, and small letters")
  func others() {
    #expect(CallPhrase(number: "045", counter: 1).sentence == "Mời công dân số không, bốn, năm, đến quầy số một.")
    #expect(CallPhrase(number: "a01", counter: 1).clips == CallPhrase(number: "A01", counter: 1).clips)
  }

  @Test(
    "nothing but letters and digits reaches the voice or a file name",
    arguments: ["A0/../1", "A01; rm", "A\u{0301}01", "–v"])
  func hostile(number: String) {
    for clip in CallPhrase(number: number, counter: 1).clips {
      #expect(clip.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    }
  }
}
