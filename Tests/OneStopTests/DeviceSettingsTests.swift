import OneStop
import Testing

@Suite struct DeviceSettingsTests {
  static func problems(_ device: Device) -> [String] {
    var settings = Stage.settings
    settings.devices = [device]
    return settings.problems().map { "\($0.path) \($0.key)" }
  }

  static func device(
    _ kind: Device.Kind, profile: String = "p", address: String = "/dev/motcua/a", counters: [Counter.ID] = [1],
    terminal: String = ""
  ) -> Device {
    Device(id: "a", kind: kind, name: "A", profile: profile, address: address, counters: counters, terminal: terminal)
  }

  @Test("what a device needs", arguments: [Device.Kind.keypad, .scanner, .ratingBox, .light])
  func needs(_ kind: Device.Kind) {
    #expect(Self.problems(Self.device(kind)) == [])
    #expect(Self.problems(Self.device(kind, profile: "")) == ["devices[0].profile empty"])
    #expect(Self.problems(Self.device(kind, address: "COM3")) == ["devices[0].address deviceAddress"])
    let place = kind == .scanner ? "scannerPlace" : "deviceCounter"
    #expect(Self.problems(Self.device(kind, counters: [])) == ["devices[0].counters \(place)"])
  }

  @Test("a light may have many counters, a scanner a terminal instead of one, a keypad neither")
  func places() {
    #expect(Self.problems(Self.device(.light, counters: [1, 2])) == [])
    #expect(Self.problems(Self.device(.scanner, counters: [], terminal: "kiosk-1")) == [])
    #expect(Self.problems(Self.device(.keypad, counters: [1, 2])) == ["devices[0].counters deviceCounter"])
    #expect(
      Self.problems(Self.device(.keypad, counters: [], terminal: "kiosk-1")) == ["devices[0].counters deviceCounter"])
  }
}
