import Foundation
import Testing

@testable import DeviceIO

@Suite("the folders of gammu-smsd")
struct MessageSpoolTests {
  private final class Folders {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")
    init() throws {
      for name in ["outbox", "sent", "error"] {
        try FileManager.default.createDirectory(
          at: root.appendingPathComponent(name), withIntermediateDirectories: true)
      }
    }
    deinit { try? FileManager.default.removeItem(at: root) }

    func names(_ place: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(place).path).sorted()
    }
  }

  @Test("a message is one file under its mark, in UTF-16 with its byte order mark, for the group only")
  func put() async throws {
    let folders = try Folders()
    let spool = MessageSpool(folder: folders.root.path)
    try await spool.check()
    try await spool.put("Hồ sơ", to: "0912345678", mark: "m1x17x1")
    let name = "OUTC00000000_000000_00_0912345678_m1x17x1.txt"
    #expect(try folders.names("outbox") == [name])
    let file = folders.root.appendingPathComponent("outbox/\(name)")
    let bytes = try Data(contentsOf: file)
    #expect(bytes.starts(with: [0xFF, 0xFE]))
    #expect(String(data: bytes.dropFirst(2), encoding: .utf16LittleEndian) == "Hồ sơ")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o660)
    #expect(try await spool.list() == ["m1x17x1": .outbox])
    // The same again is the same file.
    try await spool.put("Hồ sơ", to: "0912345678", mark: "m1x17x1")
    #expect(try folders.names("outbox") == [name])
    // gammu-smsd copies before it deletes: between the two it counts as sent.
    try FileManager.default.copyItem(at: file, to: folders.root.appendingPathComponent("sent/\(name)"))
    #expect(try await spool.list() == ["m1x17x1": .sent])
    try await spool.remove("m1x17x1")
    #expect(try folders.names("outbox") == [] && folders.names("sent") == [])
  }

  @Test("files of others stay; what a crash left half-written goes")
  func others() async throws {
    let folders = try Folders()
    let spool = MessageSpool(folder: folders.root.path)
    let others = [
      "OUT0912345678.txt", "OUTA20261126_080000_00_0912345678_xpq.txtd", "OUTC1_0912345678_m1.txt", "ghi-chu.txt",
    ]
    for name in others + [".motcua-m1x5x1"] {
      try Data("x".utf8).write(to: folders.root.appendingPathComponent("outbox/\(name)"))
    }
    #expect(try await spool.list() == [:])
    #expect(try folders.names("outbox") == others.sorted())
  }

  @Test("a folder that is missing, or in whose place something else stands, is named")
  func missing() async throws {
    let folders = try Folders()
    let sent = folders.root.appendingPathComponent("sent")
    try FileManager.default.removeItem(at: sent)
    let spool = MessageSpool(folder: folders.root.path)
    await #expect { try await spool.check() } throws: {
      ($0 as? DeviceError)?.device == sent.path && ($0 as? DeviceError)?.code == .storage
    }
    let outbox = folders.root.appendingPathComponent("outbox")
    try FileManager.default.removeItem(at: outbox)
    try Data().write(to: outbox)
    await #expect(throws: DeviceError.self) { try await spool.put("x", to: "0912345678", mark: "m1x1x1") }
    await #expect(throws: DeviceError.self) { try await spool.list() }
  }
}
