import Testing

@testable import Printing

@Suite struct LineBreakerTests {
  /// Every character one unit wide.
  func lines(_ text: String, _ room: Int) -> [String] {
    LineBreaker(room: room) { $0.count }.lines(of: text).map { $0.replacing("\u{A0}", with: "~") }
  }

  @Test(
    "breaks after dashes first, then commas, then words",
    arguments: [
      ("Hộ tịch", 20, ["Hộ tịch"]),
      ("Hộ tịch – Chứng thực", 20, ["Hộ tịch – Chứng thực"]),
      ("Hộ tịch – Chứng thực", 19, ["Hộ tịch~–", "Chứng thực"]),
      ("Hộ tịch – Chứng thực – Xác nhận hôn nhân", 22, ["Hộ tịch~– Chứng thực~–", "Xác nhận hôn nhân"]),
      ("sử dụng đất, quyền sở hữu nhà", 18, ["sử dụng đất,", "quyền sở hữu nhà"]),
      ("một hai ba bốn", 8, ["một hai", "ba bốn"]),
    ])
  func order(_ text: String, _ room: Int, _ expected: [String]) {
    #expect(lines(text, room) == expected)
  }

  @Test("nothing is lost and every line fits", arguments: 1...40)
  func complete(_ room: Int) {
    let text = "Đất\u{A0}đai – Cấp giấy chứng\u{A0}nhận quyền sử\u{A0}dụng đất, quyền sở\u{A0}hữu nhà ở – Đăngkýlầnđầu"
    let lines = lines(text, room)
    #expect(lines.allSatisfy { $0.count <= max(room, 3) })
    #expect(
      lines.joined().filter { $0 != " " && $0 != "~" } == text.filter { $0 != " " && $0 != "\u{A0}" })
  }

  @Test("newlines are kept, blanks are not")
  func newlines() {
    #expect(lines("một\nhai  ba ", 20) == ["một", "hai ba"])
    #expect(lines("  ", 20) == [])
    #expect(lines("– đầu", 20) == ["– đầu"])
  }
}
