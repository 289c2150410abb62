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

  @Test("any bytes: what comes out was in the map, what stays is short")
  func fuzz() {
    var decoder = TokenDecoder([[0x31]: 3, [0x02, 0x41, 0x03]: 2, [0x02, 0x42]: 1])
    Fuzz.inputs(seed: 19, corpus: [[0x31], [2, 0x41, 3], [2, 0x42], [2, 2, 0x41]]) { input in
      #expect(decoder.feed(input).allSatisfy { (1...3).contains($0) })
    }
    decoder.forget()
    #expect(decoder.feed([0x31]) == [3])
  }
}
