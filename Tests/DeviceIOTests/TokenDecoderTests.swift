import Testing

@testable import DeviceIO

@Suite struct TokenDecoderTests {
  @Test("buttons are found between noise, in pieces and together")
  func tokens() {
    var decoder = TokenDecoder([[0x31]: 3, [0x02, 0x41]: 2, [0x02, 0x42]: 1])
    #expect(decoder.feed([0xFF, 0x31, 0x00, 0x02]) == [3])
    #expect(decoder.feed([0x41, 0x02]) == [2])
    #expect(decoder.feed([0x31]) == [3])
    #expect(decoder.feed([0x02, 0x02, 0x42]) == [1])
  }
}
