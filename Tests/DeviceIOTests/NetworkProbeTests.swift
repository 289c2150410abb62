import Foundation
import Testing

@testable import DeviceIO

@Suite("looking at network and disks", .timeLimit(.minutes(1)))
struct NetworkProbeTests {
  @Test(
    "what answers, and what it means",
    arguments: [
      (
        NetworkProbe.Question.rtsp(path: "/"), "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n",
        NetworkProbe.Answer.answers
      ),
      (.rtsp(path: "/live"), "RTSP/1.0 401 Unauthorized\r\n\r\n", .answers),
      (.rtsp(path: "/"), "HTTP/1.1 503 Service Unavailable\r\n\r\n", .error(status: 503)),
      (.rtsp(path: "/"), "SSH-2.0-OpenSSH_9.2\r\n", .strange),
      (.http(path: "/"), "HTTP/1.0 302 Found\r\n\r\n", .answers),
      (.http(path: "/"), "HTTP/1.1 501 No\r\n\r\n", .answers),
      (.http(path: "/"), "HTTP/1.1 500 Broken\r\n\r\n", .error(status: 500)),
      (.http(path: "/"), String(repeating: "x", count: 600), .strange), (.listens, "", .answers),
    ])
  func meaning(_ question: NetworkProbe.Question, _ answer: String, _ wanted: NetworkProbe.Answer) async throws {
    let camera = try await Camera(answer)
    let said = await NetworkProbe.ask(question, host: "127.0.0.1", port: camera.port)
    #expect(said == wanted)
    await camera.stop()
  }

  @Test("nobody listens, nobody answers, nobody takes the connection, nobody has the name")
  func silence() async throws {
    let camera = try await Camera(nil)
    let port = camera.port
    let soon = Duration.milliseconds(300)
    #expect(await NetworkProbe.ask(.rtsp(path: "/"), host: "127.0.0.1", port: port, within: soon) == .strange)
    await camera.stop()
    #expect(await NetworkProbe.ask(.listens, host: "127.0.0.1", port: port) == .refuses)
    let full = try FullListener()
    #expect(await NetworkProbe.ask(.listens, host: "127.0.0.1", port: full.port, within: soon) == .silent)
    full.close()
    #expect(await NetworkProbe.ask(.listens, host: "no-such-camera.invalid", port: 554) != .answers)
  }

  @Test("many that hang are all given up in the time of one")
  func together() async throws {
    let camera = try await Camera(nil)
    let port = camera.port
    let began = ContinuousClock.now
    let said = await withTaskGroup(of: NetworkProbe.Answer.self) { group in
      for _ in 0..<20 {
        group.addTask { await NetworkProbe.ask(.rtsp(path: "/"), host: "127.0.0.1", port: port, within: .seconds(1)) }
      }
      return await group.reduce(into: [NetworkProbe.Answer]()) { $0.append($1) }
    }
    #expect(said == Array(repeating: .strange, count: 20))
    // One after the other they would take twenty seconds.
    #expect(began.duration(to: .now) < .seconds(10))
    await camera.stop()
  }

  @Test("free disk, and the newest file that can be a backup")
  func disk() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("probe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("folder"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try await DiskProbe.free(at: folder.path) > 0)
    #expect(try await DiskProbe.newest(in: folder.path) == nil)
    func file(_ name: String, _ text: String, _ time: Double) throws {
      let path = folder.appendingPathComponent(name).path
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: path)
    }
    try file("empty.sqlite", "", 2_000_000_000)
    try file(".half.sqlite", "x", 2_000_000_000)
    #expect(try await DiskProbe.newest(in: folder.path) == nil)
    try file("old.sqlite", "x", 1_700_000_000)
    try file("new.sqlite", "x", 1_700_086_400)
    #expect(try await DiskProbe.newest(in: folder.path) == 1_700_086_400)
    let gone = folder.appendingPathComponent("gone").path
    await #expect(throws: DiskProbe.Unreadable(code: ENOENT)) { try await DiskProbe.free(at: gone) }
    await #expect(throws: DiskProbe.Unreadable(code: ENOENT)) { try await DiskProbe.newest(in: gone) }
  }
}
