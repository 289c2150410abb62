import Foundation
import Testing

@testable import DeviceIO

@Suite("gammu-smsd as it is seen from outside")
struct MessageModemTests {
  private final class Machine {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("smsd-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: root) }

    func set(_ name: String, _ text: String?) throws {
      let file = root.appendingPathComponent(name)
      guard let text else { return try FileManager.default.removeItem(at: file) }
      try Data(text.utf8).write(to: file)
    }

    func standing() async -> MessageModem.Standing {
      await MessageSpool(folder: root.path).standing(
        of: MessageModem(
          settings: root.appendingPathComponent("smsdrc").path, process: root.appendingPathComponent("pid").path))
    }
  }

  private static func settings(port: String, outbox: String, service: String = "files") -> String {
    """
    # port = /dev/ttyUSB9
    [gammu]
      Port = \(port)
    connection = at115200
    [smsd]
    ; outboxpath = /nowhere/
    Service = \(service)
    OutboxPath=\(outbox)
    """
  }

  @Test("not installed, as the package brings it, of another backend, another folder, unplugged, ended, running")
  func all() async throws {
    let machine = try Machine()
    let root = machine.root.path
    #expect(await machine.standing() == .notInstalled)
    try machine.set("pid", "\(ProcessInfo.processInfo.processIdentifier)\n")
    try machine.set("smsdrc", Self.settings(port: "/dev/null", outbox: "\(root)/outbox/"))
    #expect(await machine.standing() == .notSetUp)
    try machine.set("smsdrc", Self.settings(port: "/dev/zero", outbox: "\(root)/outbox/", service: "sql"))
    #expect(await machine.standing() == .notSetUp)
    try machine.set("smsdrc", Self.settings(port: "/dev/zero", outbox: "/var/spool/other/"))
    #expect(await machine.standing() == .otherFolder("/var/spool/other/"))
    try machine.set("smsdrc", Self.settings(port: "/dev/no-modem", outbox: "\(root)/outbox/"))
    #expect(await machine.standing() == .unplugged(port: "/dev/no-modem"))
    // The modem's name is no file, as with Bluetooth.
    try machine.set("smsdrc", Self.settings(port: "00:11:22:33:44:55", outbox: "\(root)/outbox"))
    #expect(await machine.standing() == .ready)
    try machine.set("pid", "0\n")
    #expect(await machine.standing() == .notRunning)
    // A number nobody has: above the highest the kernel gives out.
    try machine.set("pid", "4194305")
    #expect(await machine.standing() == .notRunning)
    try machine.set("pid", "x")
    #expect(await machine.standing() == .notRunning)
    try machine.set("pid", nil)
    #expect(await machine.standing() == .notRunning)
    try machine.set("pid", "1")
    #expect(await machine.standing() == .ready)
  }

  @Test("what is handed out with us is understood")
  func ours() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("systemd/gammu-smsdrc")
    let keys = MessageModem.keys(try String(contentsOf: file, encoding: .utf8))
    #expect(keys["gammu.port"] == "/dev/ttyUSB0" && keys["smsd.service"] == "files")
    #expect(keys["smsd.outboxpath"] == "/var/spool/gammu/outbox/" && keys["smsd.logfile"] == "/dev/null")
  }
}
