import OneStop
import Testing

@Suite("addresses of office printers")
struct OfficePrinterAddressTests {
  @Test(
    arguments: [
      ("cups:vanphong", "vanphong", nil, 631), ("cups:a4@10.0.0.5:6310", "a4", "10.0.0.5", 6310),
      ("cups:a4@mayin", "a4", "mayin", 631), ("cups:Phòng_1", "Phòng_1", nil, 631),
    ] as [(String, String, String?, Int)])
  func good(_ text: String, _ queue: String, _ host: String?, _ port: Int) throws {
    let address = try #require(OfficePrinterAddress(text))
    #expect(address.queue == queue && address.host == host && address.port == port)
  }

  @Test(
    arguments: [
      "vanphong", "cups:", "cups:a b", "cups:a/b", "cups:a#b", "cups:a@", "cups:a@h:0", "cups:a@h:70000", "cups:a@h:+1",
      "cups:a@h:1:2", "cups:a@h/x", "cups:\u{7F}", "cups:\(String(repeating: "a", count: 128))",
    ])
  func bad(_ text: String) { #expect(OfficePrinterAddress(text) == nil) }

  @Test("settings name what is wrong")
  func settings() {
    #expect(DeviceSettingsTests.problems(DeviceSettingsTests.device(.officePrinter, address: "cups:a4")) == [])
    #expect(
      DeviceSettingsTests.problems(DeviceSettingsTests.device(.officePrinter, address: "lp0"))
        == ["devices[0].address officeAddress"])
  }
}
