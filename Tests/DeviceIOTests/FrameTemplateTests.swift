import Testing

@testable import DeviceIO

@Suite struct FrameTemplateTests {
  @Test(
    "frames byte for byte",
    arguments: [
      (
        "02 {address} {number:4} {xor} 03",
        [0x02, 5, 0x41, 0x30, 0x31, 0x32, 0x02 ^ 5 ^ 0x41 ^ 0x30 ^ 0x31 ^ 0x32, 0x03]
      ),
      ("\"$\" {counter:2} {digits:4}", [0x24, 0x30, 0x35, 0x30, 0x30, 0x31, 0x32]),
      ("{address:2} {number:6}", [0x30, 0x35, 0x20, 0x20, 0x41, 0x30, 0x31, 0x32]),
      ("{number:2}", [0x31, 0x32]),
      ("AA {from} 01 02 {sum}", [0xAA, 1, 2, 3]),
      ("01 02 {lrc}", [1, 2, 0xFD]),
      // Check values of CRC-16/MODBUS (4B37) and CRC-16/CCITT-FALSE (29B1).
      ("\"123456789\" {crc16}", Array("123456789".utf8) + [0x37, 0x4B]),
      ("\"123456789\" {ccitt}", Array("123456789".utf8) + [0x29, 0xB1]),
      ("{address} 06 00 00 {bcd:2}", [5, 6, 0, 0, 0, 0x12]),
    ] as [(String, [UInt8])])
  func frames(_ template: String, _ bytes: [UInt8]) throws {
    #expect(try FrameTemplate(template).frame(address: 5, counter: 5, number: "A012") == bytes)
  }

  @Test(
    "what is no template says which word",
    arguments: ["{adress}", "2", "GG", "{number}", "{number:99}", "{bcd:x}", "\"ế\"", "{", "{}"])
  func mistakes(_ text: String) {
    let mistake = #expect(throws: FrameTemplate.Mistake.self) { try FrameTemplate("02 \(text) 03") }
    #expect(mistake?.word == text)
  }
}
