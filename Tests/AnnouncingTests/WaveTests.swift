import Announcing
import Testing

@Suite("sounds")
struct WaveTests {
  private let tone = Wave(rate: 22_050, samples: (0..<2205).map { Int16(truncatingIfNeeded: $0 &* 977) })

  @Test("a file is read as it was written")
  func roundTrip() throws {
    #expect(try Wave(file: tone.file) == tone)
    #expect(tone.file.count == 44 + 2 * 2205)
    #expect(tone.seconds == 0.1)
    let extremes = Wave(rate: 8000, samples: [.min, -1, 0, 1, .max])
    #expect(try Wave(file: extremes.file) == extremes)
  }

  @Test(
    "lengths that a program on a pipe could not fill in mean: to the end",
    arguments: [
      [0xFF, 0xFF, 0xFF, 0xFF], [0x00, 0xF0, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0x7F],
    ] as [[UInt8]])
  func placeholder(length: [UInt8]) throws {
    var file = tone.file
    file.replaceSubrange(4..<8, with: length)
    file.replaceSubrange(40..<44, with: length)
    #expect(try Wave(file: file) == tone)
    // And what is written anew has its true lengths.
    #expect(try Wave(file: file).file == tone.file)
  }

  @Test("other chunks are passed over, also of odd length")
  func chunks() throws {
    var file = tone.file
    file.insert(contentsOf: Array("LIST".utf8) + [3, 0, 0, 0] + [1, 2, 3, 0], at: 12)
    #expect(try Wave(file: file) == tone)
  }

  @Test(
    "what is no sound we can use is refused with a way out",
    arguments: [
      ("text", Array("not a wave file at all".utf8)), ("nothing", []), ("no data", Array("RIFF....WAVE".utf8)),
      ("a chunk cut off", Array("RIFF....WAVEfmt ".utf8)),
    ] as [(String, [UInt8])])
  func unusable(what: String, bytes: [UInt8]) { #expect(throws: Wave.Unusable.self) { try Wave(file: bytes) } }

  @Test("stereo, 8 bit and compressed sound are refused", arguments: [(20, 3), (22, 2), (34, 8)] as [(Int, UInt8)])
  func format(at: Int, value: UInt8) {
    var file = tone.file
    file[at] = value
    let error = #expect(throws: Wave.Unusable.self) { try Wave(file: file) }
    #expect(error?.description.contains("16-bit mono") == true)
  }

  @Test("a file cut off anywhere is refused or shorter, never fatal")
  func cut() {
    let file = tone.file
    for length in 0..<200 { _ = try? Wave(file: Array(file.prefix(length))) }
  }

  @Test("joined clips have a pause between them and none at the ends")
  func joined() throws {
    let a = Wave(rate: 1000, samples: [1, 2])
    let b = Wave(rate: 1000, samples: [3])
    #expect(try Wave.joined([a, b, a], pause: 0.003).samples == [1, 2, 0, 0, 0, 3, 0, 0, 0, 1, 2])
    #expect(try Wave.joined([a], pause: 1) == a)
    #expect(throws: Wave.Unusable.self) { try Wave.joined([], pause: 1) }
    #expect(throws: Wave.Unusable.self) { try Wave.joined([a, Wave(rate: 8000, samples: [1])], pause: 0) }
  }
}
