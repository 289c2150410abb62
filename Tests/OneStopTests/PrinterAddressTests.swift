import Testing

@testable import OneStop

@Suite struct PrinterAddressTests {
  @Test(
    "where a printer is",
    arguments: [
      ("tcp://192.168.1.50:9100", PrinterAddress.tcp(host: "192.168.1.50", port: 9100)),
      ("tcp://may-in.local", .tcp(host: "may-in.local", port: 9100)),
      ("tcp://[fe80::1%eth0]:9101", .tcp(host: "fe80::1%eth0", port: 9101)),
      ("tcp://[::1]", .tcp(host: "::1", port: 9100)),
      ("usb:/dev/usb/lp0", .usb(path: "/dev/usb/lp0")), ("usb:/dev/motcua/phieu", .usb(path: "/dev/motcua/phieu")),
      ("serial:/dev/ttyS0?baud=115200", .serial(path: "/dev/ttyS0", baud: 115_200, hardwareFlow: true)),
      ("serial:/dev/ttyUSB0?flow=none&baud=9600", .serial(path: "/dev/ttyUSB0", baud: 9600, hardwareFlow: false)),
      ("file:/var/lib/motcua/paper", .folder(path: "/var/lib/motcua/paper")),
    ])
  func good(_ text: String, _ address: PrinterAddress) throws {
    #expect(try PrinterAddress(text) == address)
  }

  @Test(
    "what is wrong with an address is named",
    arguments: [
      ("", "printerAddress"), ("192.168.1.50", "printerAddress"), ("file:", "printerAddress"),
      ("tcp://", "printerHost"),
      ("tcp://a b", "printerHost"), ("tcp://host:0", "printerPort"), ("tcp://host:99999", "printerPort"),
      ("tcp://host:abc", "printerPort"), ("usb:lp0", "printerDevice"), ("usb:/dev/../etc/passwd", "printerDevice"),
      ("usb:/dev/usb/lp 0", "printerDevice"), ("serial:COM1?baud=9600", "printerDevice"),
      ("serial:/dev/ttyS0", "printerBaud"), ("serial:/dev/ttyS0?baud=115201", "printerBaud"),
      ("serial:/dev/ttyS0?baud=9600&parity=even", "printerOption"), ("serial:/dev/ttyS0?", "printerOption"),
      ("serial:/dev/ttyS0?baud=9600&flow=maybe", "printerOption"),
    ])
  func bad(_ text: String, _ key: String) {
    #expect(throws: PrinterAddress.Mistake.self) { try PrinterAddress(text) }
    do { _ = try PrinterAddress(text) } catch { #expect(error.key == key) }
  }
}
