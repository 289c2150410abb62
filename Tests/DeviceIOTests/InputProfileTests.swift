import Foundation
import Testing

@testable import DeviceIO

@Suite struct InputProfileTests {
  static let devices = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("devices")

  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: devices.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  static func all<Profile: InputProfile>(_ kind: Profile.Type) throws -> [Profile] {
    try names(kind.folder).map { try Profile.load($0, from: devices) }
  }

  @Test("every profile there is can be read")
  func everyFile() throws {
    #expect(try Self.all(KeypadProfile.self).count >= 3)
    #expect(try Self.all(ScannerProfile.self).count >= 3)
    #expect(try Set(Self.all(RatingBoxProfile.self).map(\.scale)) == [3, 5])
    #expect(try Self.all(LightProfile.self).count >= 2)
  }

  @Test("every profile says where its values come from, and whether anybody has seen it work")
  func sources() throws {
    for folder in ["keypads", "scanners", "rating-boxes", "lights"] {
      for name in try Self.names(folder) {
        let data = try Data(contentsOf: Self.devices.appendingPathComponent("\(folder)/\(name).json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((file["source"] as? [String: String])?.isEmpty == false, "\(folder)/\(name)")
        #expect(file["verified"] is Bool, "\(folder)/\(name)")
      }
    }
  }

  @Test("a key by the kernel's name")
  func codes() throws {
    let keypad = try KeypadProfile.load("usb-numeric", from: Self.devices)
    #expect(try keypad.codes()[96] == .callNext)
    #expect(try keypad.codes()[79] == .digit(1))
  }

  static func keypad(_ more: String) -> Data {
    Data(#"{"id":"x","name":"x","link":"keyboard","source":{},"verified":false,\#(more)}"#.utf8)
  }

  @Test(
    "mistakes name the file, the place and the choices",
    arguments: [
      (#""keys":{"KEY_KPENTER":"call-next"},"lmap":"numlock""#, "unknown key \"lmap\""),
      (#""keys":{"KEY_FOO":"call-next"}"#, "keys.KEY_FOO: no key of that name"),
      (#""keys":{"KEY_KPENTER":"call-nxt"}"#, "\"call-nxt\"; known are call-next"),
      (#""keys":{"KEY_KP1":"1"}"#, "no key calls the next citizen"),
      (#""keys":5"#, "keys: "), (#""lamp":"numlock""#, "keys is missing"),
      (#""keys":{"KEY_KPENTER":"call-next"},"lamp":"scroll""#, "known is numlock"),
    ])
  func mistakes(_ more: String, _ words: String) {
    let mistake = #expect(throws: ProfileMistake.self) {
      try KeypadProfile.read(Self.keypad(more), "devices/keypads/x.json")
    }
    #expect(mistake?.description.hasPrefix("devices/keypads/x.json: ") == true)
    #expect(mistake?.description.contains(words) == true, "\(mistake?.description ?? "")")
  }

  @Test("bytes of which one begins another can't be told apart")
  func ambiguous() {
    let data = Data(
      #"{"id":"x","link":"serial","serial":{"baud":9600},"scale":3,"keys":{"31":"1","31 32":"2","33":"3"}}"#.utf8)
    let mistake = #expect(throws: ProfileMistake.self) { try RatingBoxProfile.read(data, "x") }
    #expect(mistake?.description.contains("can't be told apart") == true)
  }

  @Test("a profile that is not there names those that are")
  func missing() {
    let mistake = #expect(throws: ProfileMistake.self) { try ScannerProfile.load("usb-cmo", from: Self.devices) }
    #expect(mistake?.description.contains("there are keyboard, rs232, usb-com") == true)
    #expect(throws: ProfileMistake.self) { try ScannerProfile.load("../keypads/usb-numeric", from: Self.devices) }
  }
}
