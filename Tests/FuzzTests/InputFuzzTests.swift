import Foundation
import Testing

@testable import DeviceIO
@testable import OneStop

/// Keypads, scanners, rating boxes, lights and cards: whatever bytes or keys come, a reading within its bounds or nothing.
@Suite(.serialized) struct InputFuzzTests {
  @Test("the text of a card is read whole and within its bounds, or refused, and the refusal carries nothing of it")
  func card() throws {
    let words = ["|", "||", "Nam", "Nữ", "001099012345", "01021990", "29021991", "\u{301}", "\u{202E}"]
    try Fuzz("citizen-card").run(words: words.map { Array($0.utf8) }) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let card = try? CitizenCard(text) else { return nil }
      guard card.number.utf8.count == 12, card.born < card.issued, (2...100).contains(card.name.count),
        card.residence.count <= 300, text.hasPrefix(card.number)
      else { return "accepted: \(card)" }
      return nil
    }
  }

  @Test("a scanner's bytes: every reading is short, composed and without control characters")
  func scanner() throws {
    var decoder = ScanDecoder(prefix: [2])
    try Fuzz("scanner").run(words: [[2], [13], [10], [9], [0xCC, 0x81], [0xE1, 0xBB]]) { bytes in
      for case .text(let text) in decoder.feed(bytes) {
        guard !text.isEmpty, text.utf8.count <= 3 * ScanDecoder.limit,
          text.unicodeScalars.allSatisfy({ $0.value >= 32 })
        else { return "read \(text.debugDescription)" }
      }
      return nil
    }
  }

  /// Three bytes are one event of evdev: key, up or down, and now and then the kernel's overflow.
  private static func events(_ bytes: [UInt8]) -> [KeyEvent] {
    stride(from: 0, to: bytes.count - 1, by: 2).map {
      bytes[$0] == 0xFF ? .overflow : .key(UInt16(bytes[$0] % 121), down: bytes[$0 + 1] & 1 == 1)
    }
  }

  @Test("the keys of a scanner in keyboard mode: no endless reading, nothing empty")
  func keyboardScanner() throws {
    var decoder = KeyScanDecoder()
    try Fuzz("evdev").run(words: [[0xFF, 0], [28, 1], [28, 0], [56, 1], [56, 0], [79, 1]]) { bytes in
      for event in Self.events(bytes) {
        if case .text(let text) = decoder.feed(event), text.isEmpty || text.count > 3 * ScanDecoder.limit {
          return "read \(text.count) letters"
        }
      }
      return nil
    }
  }

  @Test("any keys in any order: a transfer is always to 1…99, and a plain key works again after at most one refusal")
  func keypad() throws {
    let keys: [KeypadKey] = [.callNext, .recall, .finish, .undo, .transfer, .clear] + (0...9).map { .digit($0) }
    var time = Duration.zero
    try Fuzz("keypad").run { bytes in
      var decoder = KeypadDecoder()
      for byte in bytes {
        time += .milliseconds(Int(byte) * 24)
        if byte == 0xFF { decoder.forget() }
        if case .transfer(let counter) = decoder.feed(keys[Int(byte) % keys.count], at: time),
          !(1...99).contains(counter)
        {
          return "transfer to \(counter)"
        }
      }
      _ = decoder.feed(.recall, at: time)
      return decoder.feed(.recall, at: time) == .recall ? nil : "a plain key is refused twice"
    }
  }

  @Test("a rating box's bytes: what comes out was in the map, and it works again after it forgot")
  func ratingBox() throws {
    var decoder = TokenDecoder([[0x31]: 3, [0x02, 0x41, 0x03]: 2, [0x02, 0x42]: 1])
    try Fuzz("rating-box").run(words: [[0x31], [2, 0x41, 3], [2, 0x42], [2, 2, 0x41]], longest: 64) { bytes in
      guard decoder.feed(bytes).allSatisfy({ (1...3).contains($0) }) else { return "a level that is not in the map" }
      decoder.forget()
      return decoder.feed([0x31]) == [3] ? nil : "it stays confused"
    }
  }

  @Test("any template text and any number: a mistake or a frame, never a crash")
  func lightFrame() throws {
    let words = ["{address}", "{number:4}", "{bcd:2}", "{xor}", "{crc16}", "{lrc}", "\"x\"", "02 "]
    try Fuzz("light-frame", usually: 30_000).run(words: words.map { Array($0.utf8) }, longest: 120) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let template = try? FrameTemplate(text) else { return nil }
      let frame = template.frame(address: -1, counter: 100, number: text)
      return frame.count < 4096 ? nil : "\(frame.count) bytes"
    }
  }

  /// JSON is slow to read in a debug build.
  @Test("the file of an input device: a profile, or a mistake that names the file")
  func profile() throws {
    let words = ["\"keys\"", "\"link\"", "\"serial\"", "\"baud\"", "null", "{}", "[]", "1e400", "-1", "\\u0000"]
    try Fuzz("input-profile", usually: 5_000).run(words: words.map { Array($0.utf8) }, longest: 3000) { bytes in
      let data = Data(bytes)
      for read: (Data, String) throws -> Void in [
        { _ = try KeypadProfile.read($0, $1) }, { _ = try RatingBoxProfile.read($0, $1) },
        { _ = try LightProfile.read($0, $1) }, { _ = try ScannerProfile.read($0, $1) },
      ] {
        do { try read(data, "x") } catch let mistake as ProfileMistake {
          guard mistake.description.contains("x") else { return "no file in: \(mistake)" }
        } catch { return "\(error)" }
      }
      return nil
    }
  }
}
