import Foundation
import Testing

@testable import DeviceIO

@Suite(.timeLimit(.minutes(1))) struct ThermalPrinterTests {
  static let quick = ThermalPrinter.Patience(
    firstAnswer: .milliseconds(200), laterAnswer: .milliseconds(500), printed: .milliseconds(800))
  /// Four bands without bytes that look like queries.
  static let bands: [[UInt8]] = (0..<4).map { Array(repeating: 0x41 + $0, count: 100) }

  static func printer(
    _ double: PrinterDouble, _ abilities: ThermalPrinter.Abilities = .init(dleEot: true),
    _ patience: ThermalPrinter.Patience = quick
  ) -> ThermalPrinter {
    ThermalPrinter(port: NetworkPrinterPortTests.port(double), abilities: abilities, patience: patience)
  }

  @Test("a job goes out whole and in order, and the printer is asked before, between and after")
  func prints() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double)
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(double.printed == Self.bands.flatMap { $0 })
    let queries = double.received.filter { $0 == 0x10 }.count
    #expect(queries == 4 + 3 * 2 + 4)
    #expect(await printer.lastStatus.ready)
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(double.connections == 1, "one connection for all jobs")
    await double.stop()
  }

  @Test("a printer that is not ready gets nothing")
  func notReady() async throws {
    let double = try await PrinterDouble()
    double.change { $0.realTime[2] = 0x16 }
    let printer = Self.printer(double)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .notReady)
    #expect(error?.status?.coverOpen == true)
    #expect(error?.isMidTicket == false)
    #expect(double.printed.isEmpty)
    double.change { $0.realTime[2] = 0x12 }
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    await double.stop()
  }

  @Test("paper that ends in mid ticket stops the job between two bands, and says which")
  func paperEnds() async throws {
    let double = try await PrinterDouble()
    // 12 bytes of queries, 100 of the first band, 6, half of the second
    double.after(bytes: 170) { $0.realTime[4] = 0x7E }
    let printer = Self.printer(double)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .notReady)
    #expect(error?.progress == .init(bandsSent: 2, bands: 4, begun: true))
    #expect(error?.isMidTicket == true)
    #expect(error?.status?.paperOut == true)
    #expect(double.printed == Self.bands[0] + Self.bands[1])
    await double.stop()
  }

  @Test("a printer that hangs up in mid ticket")
  func hangsUp() async throws {
    var manners = PrinterDouble.Manners()
    manners.closesAfter = 180
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .disconnected)
    #expect(error?.isMidTicket == true)
    #expect(await printer.lastStatus.unreachable)
    double.change { $0.closesAfter = nil }
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(double.printed.suffix(400) == ArraySlice(Self.bands.flatMap { $0 }))
    await double.stop()
  }

  @Test("a connection that died between two jobs is made anew without anybody noticing")
  func stale() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double)
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    double.hangUp()
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(double.connections == 2)
    #expect(double.printed.count == 800)
    await double.stop()
  }

  @Test("a printer without any status is asked once per connection, then printed on")
  func silent() async throws {
    var manners = PrinterDouble.Manners()
    manners.realTime = [:]
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double, .init(dleEot: true), .init(firstAnswer: .seconds(1)))
    let start = ContinuousClock.now
    #expect(try await printer.print(bands: Self.bands) == .sent)
    #expect(try await printer.print(bands: Self.bands) == .sent)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(double.received.filter { $0 == 0x10 }.count == 1)
    #expect(await printer.status() == .unknown)
    await double.stop()
  }

  @Test("a printer that knows only some queries is not asked the others again")
  func partly() async throws {
    var manners = PrinterDouble.Manners()
    manners.realTime = [1: 0x12, 4: 0x1E]
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double)
    let status = await printer.status()
    #expect(status.ready && status.paperNearEnd)
    let before = double.received.count
    #expect(await printer.status() == status)
    #expect(double.received.count - before == 6)
    await double.stop()
  }

  @Test("a printer that answered and falls silent is gone, not status-less")
  func fallsSilent() async throws {
    let double = try await PrinterDouble()
    double.after(bytes: 100) { $0.realTime = [:] }
    let printer = Self.printer(double)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .timeout)
    #expect(error?.progress?.bandsSent == 1)
    #expect(await printer.lastStatus.unreachable)
    await double.stop()
  }

  @Test("a printer that hung and answers again is heard again, on the same connection")
  func speaksAgain() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double)
    #expect(await printer.status().ready)
    let answers = PrinterDouble.Manners().realTime
    double.change { $0.realTime = [:] }
    // Two looks: one for the old connection, one for a new one.
    for _ in 1...2 { #expect(await printer.status().unreachable) }
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.isMidTicket == false)
    double.change { $0.realTime = answers }
    #expect(await printer.status().ready)
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    await double.stop()
  }

  @Test("old answers are not taken for new ones")
  func oldAnswers() async throws {
    var manners = PrinterDouble.Manners()
    manners.greeting = [0x1A, 0x16, 0x7E, 0x18, 0x00]
    let double = try await PrinterDouble(manners)
    let port = NetworkPrinterPortTests.port(double)
    try await port.open()
    try await Task.sleep(for: .milliseconds(100))
    let printer = ThermalPrinter(port: port, abilities: .init(dleEot: true), patience: Self.quick)
    #expect(await printer.status().description == "ready")
    await double.stop()
  }

  @Test("slow answers are waited for")
  func slow() async throws {
    var manners = PrinterDouble.Manners()
    manners.answerDelay = .milliseconds(50)
    let double = try await PrinterDouble(manners)
    #expect(await Self.printer(double).status().ready)
    await double.stop()
  }

  @Test("automatic status in between does not disturb")
  func automaticInBetween() async throws {
    var manners = PrinterDouble.Manners()
    manners.greeting = [0x10, 0x00, 0x00, 0x0F]
    let double = try await PrinterDouble(manners)
    #expect(await Self.printer(double).status().ready)
    await double.stop()
  }

  @Test("GS ( H confirms; without an answer the delivery is only what is known")
  func confirmed() async throws {
    var manners = PrinterDouble.Manners()
    manners.printed = true
    manners.answerDelay = .milliseconds(20)
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double, .init(dleEot: true, gsH: true))
    #expect(try await printer.print(bands: Self.bands) == .confirmed)
    double.change { $0.printed = false }
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    // It is not waited for a second time on this connection.
    let start = ContinuousClock.now
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(ContinuousClock.now - start < .seconds(1.5))
    await double.stop()
  }

  @Test("paper that ends while the last rows are printed is not a confirmed ticket")
  func endsAtTheEnd() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double, .init(dleEot: true, gsH: true))
    // after the status query behind the last band: 2 × 12 + 3 × 6 + 400 bytes, then the 11 of GS ( H
    double.after(bytes: 445) { $0.realTime[4] = 0x72 }
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .notReady)
    #expect(error?.progress?.bandsSent == 4)
    #expect(error?.isMidTicket == true)
    await double.stop()
  }

  @Test("automatic status serves where there is no DLE EOT")
  func automatic() async throws {
    var manners = PrinterDouble.Manners()
    manners.realTime = [:]
    manners.automatic = [0x10, 0, 0x03, 0x0F]
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double, .init(dleEot: false, asb: true))
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    #expect(await printer.lastStatus.paperNearEnd)
    double.change { $0.automatic = [0x38, 0, 0x0C, 0x0F] }
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.status?.description == "paper out, cover open, offline")
    await double.stop()
  }

  @Test("a profile without status is never asked")
  func neverAsked() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double, .init(dleEot: false))
    #expect(try await printer.print(bands: Self.bands) == .sent)
    // Handed over is not yet arrived.
    try await double.waitUntilReceived(400)
    #expect(double.received.count == 400)
    #expect(!double.received.contains(0x10))
    await double.stop()
  }

  @Test("nobody there is unreachable, for jobs and for queries")
  func unreachable() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double)
    await double.stop()
    #expect(await printer.status().unreachable)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .unreachable && error?.isMidTicket == false)
  }

  @Test("jobs of several tasks are not mixed")
  func oneByOne() async throws {
    let double = try await PrinterDouble()
    let printer = Self.printer(double)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for letter in UInt8(0x41)..<0x49 {
        group.addTask {
          let bands = (0..<3).map { _ in Array(repeating: letter, count: 50) }
          _ = try await printer.print(bands: bands)
        }
      }
      try await group.waitForAll()
    }
    let letters = double.printed
    #expect(letters.count == 8 * 150)
    for start in stride(from: 0, to: letters.count, by: 150) { #expect(Set(letters[start..<start + 150]).count == 1) }
    await double.stop()
  }

  @Test("a job that waits for its turn, and one that waits for the printer, can be cancelled")
  func cancelled() async throws {
    var manners = PrinterDouble.Manners()
    manners.answerDelay = .seconds(20)
    let double = try await PrinterDouble(manners)
    let printer = Self.printer(double, .init(dleEot: true), .init(firstAnswer: .seconds(30)))
    let first = Task { try await printer.print(bands: Self.bands) }
    let second = Task { try await printer.print(bands: Self.bands) }
    try await Task.sleep(for: .milliseconds(100))
    let start = ContinuousClock.now
    second.cancel()
    #expect(await #expect(throws: DeviceError.self) { try await second.value }?.code == .cancelled)
    first.cancel()
    let error = await #expect(throws: DeviceError.self) { try await first.value }
    #expect(error?.code == .cancelled && error?.isMidTicket == false)
    #expect(ContinuousClock.now - start < .seconds(20))
    double.change { $0.answerDelay = .zero }
    #expect(try await printer.print(bands: Self.bands) == .sentAndReady)
    await double.stop()
  }

  @Test("the picture a broken connection left open is completed before the next ticket")
  func torn() async throws {
    let port = BreakingPort(atWrite: 2)
    let printer = ThermalPrinter(port: port, abilities: .init(dleEot: false))
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .timeout && error?.isMidTicket == true)
    #expect(try await printer.print(bands: Self.bands) == .sent)
    #expect(try await printer.print(bands: Self.bands) == .sent)
    let job = Self.bands.flatMap { $0 }
    #expect(await port.taken == Self.bands[0] + Array(repeating: 0, count: 100) + job + job)
  }

  @Test("jobs become files: one each, or one after the other")
  func files() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "printer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let printer = ThermalPrinter(
      port: FilePrinterPort(device: "demo", .folder(path: folder.path)), abilities: .init(dleEot: true))
    #expect(try await printer.print(bands: Self.bands, job: "118") == .sent)
    #expect(try await printer.print(bands: Self.bands, job: "118") == .sent)
    #expect(try await printer.print(bands: Self.bands, job: "../119") == .sent)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["---119.escpos", "118-2.escpos", "118.escpos"])
    #expect(try Array(Data(contentsOf: folder.appending(path: "118.escpos"))) == Self.bands.flatMap { $0 })

    let roll = folder.appending(path: "roll.escpos").path
    let second = ThermalPrinter(
      port: FilePrinterPort(device: "demo", .file(path: roll)), abilities: .init(dleEot: true))
    for _ in 0..<3 { _ = try await second.print(bands: Self.bands) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: roll)).count == 1200)
    #expect(await second.status().unknown)
  }

  @Test("a folder that cannot be made is a storage error")
  func noFolder() async throws {
    let printer = ThermalPrinter(
      port: FilePrinterPort(device: "demo", .folder(path: "/dev/null/x")), abilities: .init(dleEot: true))
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: Self.bands) }
    #expect(error?.code == .storage)
  }
}

/// Takes everything except one write, which is lost half-way.
private actor BreakingPort: PrinterPort {
  nonisolated let device = "in-1"
  nonisolated let answers = false
  private(set) var taken: [UInt8] = []
  private var writesLeft: Int

  init(atWrite number: Int) { writesLeft = number }

  func open() async throws(DeviceError) {}
  func write(_ bytes: [UInt8]) async throws(DeviceError) {
    writesLeft -= 1
    guard writesLeft != 0 else { throw DeviceError(.timeout, device: device) }
    taken += bytes
  }
  func read(within timeout: Duration) async throws(DeviceError) -> [UInt8] { [] }
  func drain() async -> [UInt8] { [] }
  func finishJob(_ name: String) async throws(DeviceError) {}
  func close() async {}
}
