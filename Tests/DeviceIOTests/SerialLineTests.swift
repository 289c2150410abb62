import Foundation
import Synchronization
import Testing

@testable import DeviceIO

@Suite(.timeLimit(.minutes(1))) struct SerialLineTests {
  static func link() -> String { NSTemporaryDirectory() + "motcua-tty-\(UUID().uuidString)" }

  @Test("bytes go both ways unchanged")
  func bothWays() async throws {
    let cable = try PseudoTerminal(link: Self.link())
    let line = try SerialLine(path: cable.link, device: "quet-1")
    let all = (0...255).map { UInt8($0) }
    try await line.write(all)
    #expect(cable.receive(256) == all)
    cable.send(all)
    var got: [UInt8] = []
    for try await bytes in line.bytes() {
      got += bytes
      if got.count >= 256 { break }
    }
    #expect(got == all)
    cable.unplug()
  }

  @Test("a pulled cable ends the reading with an error, close ends it quietly")
  func ends() async throws {
    let cable = try PseudoTerminal(link: Self.link())
    let line = try SerialLine(path: cable.link, device: "quet-1")
    let reading = Task { for try await _ in line.bytes() {} }
    cable.unplug()
    await #expect(throws: DeviceError.self) { try await reading.value }

    let other = try PseudoTerminal(link: Self.link())
    let open = try SerialLine(path: other.link, device: "quet-1")
    let quiet = Task { for try await _ in open.bytes() {} }
    open.close()
    try await quiet.value
    other.unplug()
  }

  @Test("what cannot be opened says why", arguments: [("/dev/motcua/nothing", ENOENT), ("/dev/null", ENOTTY)])
  func cannotOpen(_ path: String, _ code: Int32) {
    let error = #expect(throws: DeviceError.self) { try SerialLine(path: path, device: "quet-1") }
    #expect(error?.code == .unreachable)
    #expect((error?.cause as? SystemError)?.code == code)
  }

  @Test("a file that is no keyboard is no keypad")
  func noKeyboard() {
    #expect(throws: DeviceError.self) { try KeyReader(path: "/dev/null", device: "phim-1") }
  }

  @Test("a device is opened again as soon as it is plugged in, however long the pause would be")
  func replug() async throws {
    let link = Self.link()
    let first = try PseudoTerminal(link: link)
    let opened = Mutex(0)
    let (heard, hear) = AsyncStream<[UInt8]>.makeStream()
    let keeper = Task {
      // Without the notice of a change the second try would come after ten minutes.
      await DeviceKeeper(
        device: "quet-1", path: link, plug: HotPlug(),
        pause: Backoff(first: .seconds(600), most: .seconds(600), jitter: 0)
      ).run(
        open: { () throws(DeviceError) in try SerialLine(path: link, device: "quet-1") },
        news: { if case .opened = $0 { opened.withLock { $0 += 1 } } },
        use: { line in for try await bytes in line.bytes() { hear.yield(bytes) } })
    }
    var next = heard.makeAsyncIterator()
    // The line drops what came before it was configured, so it is sent until it is heard.
    func talk(_ cable: PseudoTerminal) async -> [UInt8]? {
      let sending = Task {
        while !Task.isCancelled {
          cable.send([65])
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      defer { sending.cancel() }
      return await next.next(isolation: nil)
    }
    #expect(await talk(first)?.first == 65)
    first.unplug()
    let second = try PseudoTerminal(link: link)
    while opened.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(await talk(second)?.first == 65)
    keeper.cancel()
    await keeper.value
    second.unplug()
  }
}
