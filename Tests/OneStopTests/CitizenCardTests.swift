import Foundation
import OneStop
import Testing

@Suite struct CitizenCardTests {
  static let card = "001099012345|012345678|Nguyễn Thị Hạnh|01021990|Nữ|Số 1, đường Hồ Sen, Lê Chân, Hải Phòng|15032021"

  @Test("a card of 2021 says who it belongs to")
  func sevenFields() throws {
    let card = try CitizenCard(Self.card)
    #expect(card.number == "001099012345")
    #expect(card.oldNumber == "012345678")
    #expect(card.name == "Nguyễn Thị Hạnh")
    #expect(card.born == LocalDay("1990-02-01"))
    #expect(card.sex == .female)
    #expect(card.residence == "Số 1, đường Hồ Sen, Lê Chân, Hải Phòng")
    #expect(card.issued == LocalDay("2021-03-15"))
  }

  @Test(
    "without an old number, without its field, with an empty field at the end",
    arguments: [
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021",
      "001099012345|Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021",
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021|",
    ])
  func variants(_ text: String) throws {
    let card = try CitizenCard(text)
    #expect(card.oldNumber == nil)
    #expect(card.name == "Nguyễn Thị Hạnh")
  }

  @Test(
    "what is not understood to the last field is refused whole",
    arguments: [
      // Relatives behind the known fields, as in the draft of 2024.
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021|Nguyễn Văn Cha",
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021||001066000001|Nguyễn Văn Cha",
      // Relatives in place of known fields.
      "001099012345|Nguyễn Văn Cha|Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021",
      "001099012345||Nguyễn Thị Hạnh|31021990|Nữ|Hải Phòng|15032021",
      "001099012345||Nguyễn Thị Hạnh|01021990|F|Hải Phòng|15032021",
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15031989",
      "001099012345||12345|01021990|Nữ|Hải Phòng|15032021",
      "001099012345|12|Nguyễn Thị Hạnh|01021990|Nữ|Hải Phòng|15032021",
      "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Hải\u{7}Phòng|15032021",
      "001099012345|",
    ])
  func strict(_ text: String) {
    #expect(throws: CitizenCard.Refusal.unknownLayout) { try CitizenCard(text) }
  }

  @Test("other codes are no cards", arguments: ["", "A012", "00109901234||x", "http://may/t/7KQ2M9XH4TBC", "|||||||"])
  func notACard(_ text: String) {
    #expect(throws: CitizenCard.Refusal.notACard) { try CitizenCard(text) }
  }

  @Test("what is shown on a screen is masked")
  func masks() {
    #expect(Masking.identity("001099012345") == "••••••••2345")
    #expect(Masking.identity("1234") == "••••")
    #expect(Masking.phone("0912 345 678") == "•••••••678")
    #expect(Masking.name("Nguyễn Thị Hạnh") == "N. T. Hạnh")
    #expect(Masking.name("Hạnh") == "Hạnh")
    #expect(Masking.name("  ") == "")
  }

  @Test("any text: refused, or every field keeps its rules")
  func fuzz() {
    let count = ProcessInfo.processInfo.environment["LONG"] == nil ? 20_000 : 1_000_000
    var chance = Chance(seed: 29)
    let corpus = Array(Self.card.unicodeScalars)
    for _ in 0..<count {
      var text = corpus
      for _ in 0..<chance.whole(1...3) {
        let place = chance.whole(0...(text.count - 1))
        switch chance.whole(0...3) {
        case 0: text.insert("|", at: place)
        case 1: text.remove(at: place)
        case 2: text[place] = Unicode.Scalar(UInt32(chance.whole(0...0xD7FF)))!
        default: text.insert(corpus[chance.whole(0...(corpus.count - 1))], at: place)
        }
      }
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: text)
      guard let card = try? CitizenCard(String(scalars)) else { continue }
      let rightNumber = card.number.utf8.count == 12 && card.number.utf8.allSatisfy { (48...57).contains($0) }
      #expect(rightNumber && card.born < card.issued && !card.name.contains("|") && !card.residence.contains("|"))
    }
  }
}
