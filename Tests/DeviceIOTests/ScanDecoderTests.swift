import Testing

@testable import DeviceIO

@Suite struct ScanDecoderTests {
  static let card = "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Số 1, Hồ Sen|15032021"

  @Test("CR, LF, both or Tab end a reading", arguments: ["\r", "\n", "\r\n", "\t"])
  func suffixes(_ suffix: String) {
    var decoder = ScanDecoder()
    #expect(decoder.feed(Array("A012\(suffix)A013\(suffix)".utf8)) == [.text("A012"), .text("A013")])
  }

  @Test("a reading may come in pieces, with prefix, in decomposed letters")
  func pieces() {
    var decoder = ScanDecoder(prefix: [2])
    var scans: [Scan] = []
    for byte in [2] + Array("Nguye\u{302}\u{303}n\r".utf8) { scans += decoder.feed([byte]) }
    #expect(scans == [.text("Nguyễn")])
    if case .text(let text) = scans[0] { #expect(text.unicodeScalars.count == 6) }
  }

  @Test("too long, not UTF-8 or with control characters is unreadable, and the next one is read")
  func unreadable() {
    var decoder = ScanDecoder()
    #expect(decoder.feed(Array(repeating: 65, count: 5000) + [13]) == [.unreadable])
    #expect(decoder.feed([0xC3, 0x28, 13]) == [.unreadable])
    #expect(decoder.feed([65, 7, 66, 13]) == [.unreadable])
    #expect(decoder.feed([13, 10, 32, 13]) == [])
    #expect(decoder.feed(Array("A012\r".utf8)) == [.text("A012")])
  }

  // MARK: Keyboards

  static let rows: [(UInt16, String, String)] = [
    (2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
  ]
  static let pad: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]

  static func press(_ key: UInt16) -> [KeyEvent] { [.key(key, down: true), .key(key, down: false)] }

  /// What a scanner in keyboard mode types; `alt` says how letters are sent that a US keyboard lacks.
  static func typed(_ text: String, alt: (Unicode.Scalar) -> [Int] = { [Int($0.value)] }) -> [KeyEvent] {
    var events: [KeyEvent] = []
    for scalar in text.unicodeScalars {
      let character = Character(scalar)
      if character == " " {
        events += press(57)
      } else if let (first, plain, _) = rows.first(where: { $0.1.contains(character) }) {
        events += press(first + UInt16(plain.distance(from: plain.startIndex, to: plain.firstIndex(of: character)!)))
      } else if let (first, _, shifted) = rows.first(where: { $0.2.contains(character) }) {
        let key = first + UInt16(shifted.distance(from: shifted.startIndex, to: shifted.firstIndex(of: character)!))
        events += [.key(42, down: true)] + press(key) + [.key(42, down: false)]
      } else {
        for number in alt(scalar) {
          events += [.key(56, down: true)]
          for digit in "0\(number)" { events += press(pad[digit.wholeNumberValue!]) }
          events += [.key(56, down: false)]
        }
      }
    }
    return events + press(28)
  }

  static func read(_ events: [KeyEvent]) -> [Scan] {
    var decoder = KeyScanDecoder()
    return events.compactMap { decoder.feed($0) }
  }

  @Test("a ticket's address typed on a US keyboard")
  func address() {
    let text = "http://192.168.1.10:8080/t/7KQ2M9XH4TBC"
    #expect(Self.read(Self.typed(text)) == [.text(text)])
  }

  @Test("Vietnamese through Alt: numbers of characters, or bytes of UTF-8")
  func alt() {
    #expect(Self.read(Self.typed(Self.card)) == [.text(Self.card)])
    let bytes = Self.typed(Self.card) { String($0).utf8.map { Int($0) } }
    #expect(Self.read(bytes) == [.text(Self.card)])
    // A character of Latin 1 by its number.
    #expect(Self.read(Self.typed("Lê")) == [.text("Lê")])
  }

  @Test("after lost keys the reading is worth nothing, the next one is")
  func overflow() {
    let events = Array(Self.typed("A012").prefix(5)) + [.overflow] + Self.press(28) + Self.typed("A013")
    #expect(Self.read(events) == [.unreadable, .text("A013")])
  }
}
