import Testing

@testable import DeviceIO

@Suite(.timeLimit(.minutes(1))) struct NetworkPrinterPortTests {
  static func port(
    _ double: PrinterDouble, connect: Duration = .seconds(2), write: Duration = .seconds(10)
  ) -> NetworkPrinterPort {
    NetworkPrinterPort(
      device: "in-1", host: "127.0.0.1", port: double.port, connectTimeout: connect, writeTimeout: write)
  }

  @Test("bytes go there and answers come back")
  func roundTrip() async throws {
    let double = try await PrinterDouble()
    let port = Self.port(double)
    try await port.open()
    try await port.open()
    try await port.write([0x10, 0x04, 0x01])
    #expect(try await port.read(within: .seconds(2)) == [0x12])
    #expect(try await port.read(within: .milliseconds(20)) == [])
    #expect(double.connections == 1)
    await port.close()
    await double.stop()
  }

  @Test("nobody listening is unreachable")
  func refused() async throws {
    let double = try await PrinterDouble()
    let port = Self.port(double)
    await double.stop()
    let error = await #expect(throws: DeviceError.self) { try await port.open() }
    #expect(error?.code == .unreachable)
    #expect(error?.device == "in-1")
  }

  @Test("used before opening it says so")
  func notOpen() async throws {
    let port = NetworkPrinterPort(device: "in-1", host: "127.0.0.1")
    #expect(await #expect(throws: DeviceError.self) { try await port.write([1]) }?.code == .notOpen)
    #expect(await #expect(throws: DeviceError.self) { try await port.read(within: .seconds(1)) }?.code == .notOpen)
    #expect(await port.drain() == [])
  }

  @Test("a printer that hangs up ends a waiting read at once")
  func hangUp() async throws {
    let double = try await PrinterDouble()
    let port = Self.port(double)
    try await port.open()
    try await port.write([0x41])
    async let read = port.read(within: .seconds(30))
    try await Task.sleep(for: .milliseconds(50))
    double.hangUp()
    do {
      _ = try await read
      Issue.record("read after the end")
    } catch let error as DeviceError {
      #expect(error.code == .disconnected)
    }
    // and it can be opened again
    try await port.open()
    try await port.write([0x10, 0x04, 0x01])
    #expect(try await port.read(within: .seconds(2)) == [0x12])
    #expect(double.connections == 2)
    await double.stop()
  }

  @Test("a read ends when its task is cancelled")
  func cancelRead() async throws {
    let double = try await PrinterDouble()
    let port = Self.port(double)
    try await port.open()
    let reading = Task { try await port.read(within: .seconds(30)) }
    try await Task.sleep(for: .milliseconds(50))
    let start = ContinuousClock.now
    reading.cancel()
    #expect(await #expect(throws: DeviceError.self) { try await reading.value }?.code == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
    await double.stop()
  }

  @Test("a printer that takes nothing ends a write by time-out or cancellation", arguments: [false, true])
  func stalled(_ cancels: Bool) async throws {
    var manners = PrinterDouble.Manners()
    manners.stalls = true
    let double = try await PrinterDouble(manners)
    let port = Self.port(double, write: cancels ? .seconds(30) : .milliseconds(300))
    try await port.open()
    // More than all socket buffers on the way hold.
    let writing = Task { try await port.write(Array(repeating: 0x41, count: 32 << 20)) }
    try await Task.sleep(for: .milliseconds(100))
    if cancels { writing.cancel() }
    let start = ContinuousClock.now
    let error = await #expect(throws: DeviceError.self) { try await writing.value }
    #expect(error?.code == (cancels ? .cancelled : .timeout))
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(await #expect(throws: DeviceError.self) { try await port.write([1]) }?.code == .notOpen)
    await double.stop()
  }

  @Test("connecting into the void ends by time-out or cancellation", arguments: [false, true])
  func void(_ cancels: Bool) async throws {
    // A listener whose queue is full neither accepts nor refuses.
    let full = try FullListener()
    let port = NetworkPrinterPort(
      device: "in-1", host: "127.0.0.1", port: full.port, connectTimeout: cancels ? .seconds(30) : .milliseconds(300))
    let opening = Task { try await port.open() }
    try await Task.sleep(for: .milliseconds(100))
    if cancels { opening.cancel() }
    let start = ContinuousClock.now
    let error = await #expect(throws: DeviceError.self) { try await opening.value }
    #expect(error?.code == (cancels ? .cancelled : .unreachable))
    #expect(ContinuousClock.now - start < .seconds(20))
    full.close()
  }
}
