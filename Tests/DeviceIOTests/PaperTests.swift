import Foundation
import Testing

@testable import DeviceIO

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Against a printer that decodes what it gets: `Tests/Paper/escpos_paper.py serve` in a process of its own.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct PaperTests {
  @Test("a ticket lies in the tray bit for bit")
  func ticket() async throws {
    let paper = try await PaperPrinter()
    defer { paper.stop() }
    let printer = ThermalPrinter(port: paper.port, abilities: .init(dleEot: true, gsH: true))
    #expect(try await printer.print(bands: PaperPrinter.bands) == .confirmed)
    #expect(try await printer.print(bands: PaperPrinter.bands) == .confirmed)
    #expect(try await paper.control("GET", "/cuts") == #"["0001", "0002"]"#)
    #expect(try Data(contentsOf: paper.folder.appending(path: "0001.escpos")) == PaperPrinter.job)
    await printer.close()
  }

  @Test("every fault is seen before the first band, and gone when it is mended")
  func faults() async throws {
    let paper = try await PaperPrinter()
    defer { paper.stop() }
    let printer = ThermalPrinter(port: paper.port, abilities: .init(dleEot: true))
    for (fault, words) in [
      ("paper-out", "paper out, offline, paper near end"), ("cover-open", "cover open, offline"),
      ("offline", "offline"), ("cutter", "cutter error, error, offline"), ("near-end", "paper near end"),
    ] {
      _ = try await paper.control("PUT", "/faults/\(fault)")
      #expect(await printer.status().description == words)
      _ = try await paper.control("DELETE", "/faults")
      #expect(await printer.status().description == "ready")
    }
    await printer.close()
  }

  @Test("paper that ends in mid ticket stops within two bands, and the next ticket is whole")
  func midTicket() async throws {
    let paper = try await PaperPrinter()
    defer { paper.stop() }
    let printer = ThermalPrinter(port: paper.port, abilities: .init(dleEot: true))
    _ = try await paper.control("PUT", "/faults/paper-out?afterRows=400")
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: PaperPrinter.bands) }
    #expect(error?.code == .notReady)
    #expect(error?.isMidTicket == true)
    let progress = try #require(error?.progress)
    #expect(progress.bandsSent > 1 && progress.bandsSent < progress.bands)
    _ = try await paper.control("DELETE", "/faults")
    #expect(try await printer.print(bands: PaperPrinter.bands) == .sentAndReady)
    #expect(try await paper.control("GET", "/state").contains(#""error": null"#))
    await printer.close()
  }

  @Test("automatic status and silence")
  func otherWays() async throws {
    let paper = try await PaperPrinter()
    defer { paper.stop() }
    let automatic = ThermalPrinter(port: paper.port, abilities: .init(dleEot: false, asb: true))
    #expect(try await automatic.print(bands: PaperPrinter.bands) == .sentAndReady)
    _ = try await paper.control("PUT", "/faults/cover-open")
    #expect(await automatic.status().coverOpen)
    _ = try await paper.control("DELETE", "/faults")
    #expect(await automatic.status().ready)
    await automatic.close()

    _ = try await paper.control("PUT", "/faults/silent")
    let silent = ThermalPrinter(
      port: paper.port, abilities: .init(dleEot: true), patience: .init(firstAnswer: .milliseconds(200)))
    #expect(try await silent.print(bands: PaperPrinter.bands) == .sent)
    await silent.close()
  }
}

private final class PaperPrinter {
  struct DidNotStart: Error {}
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  static let job: Data =
    (try? Data(contentsOf: tests.appending(path: "PrintingTests/Golden/ticket-80mm-reprint.escpos"))) ?? Data()

  /// The golden job cut where its raster commands begin.
  static let bands: [[UInt8]] = {
    var bands: [[UInt8]] = [Array(job.prefix(2))]
    var at = 2
    let bytes = Array(job)
    while at + 8 <= bytes.count, bytes[at] == 0x1D, bytes[at + 1] == 0x76 {
      let count = 8 + (Int(bytes[at + 4]) | Int(bytes[at + 5]) << 8) * (Int(bytes[at + 6]) | Int(bytes[at + 7]) << 8)
      bands.append(Array(bytes[at..<at + count]))
      at += count
    }
    return bands + [Array(bytes[at...])]
  }()

  let folder = FileManager.default.temporaryDirectory.appending(path: "paper-\(UUID().uuidString)")
  let port: NetworkPrinterPort
  private let process = Process()
  private let controlPort: Int

  init() async throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", Self.tests.appending(path: "Paper/escpos_paper.py").path, "serve", "--port", "0", "--control", "0",
      "--out", folder.path,
    ]
    process.standardOutput = output
    try process.run()
    // "printer on 127.0.0.1:1234, control on http://127.0.0.1:5678"
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let ports = line.matches(of: /127\.0\.0\.1:(\d+)/).compactMap { Int($0.1) }
    guard ports.count == 2 else { throw DidNotStart() }
    port = NetworkPrinterPort(device: "in-1", host: "127.0.0.1", port: ports[0])
    controlPort = ports[1]
  }

  func control(_ method: String, _ path: String) async throws -> String {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(controlPort)\(path)")!)
    request.httpMethod = method
    return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
  }

  func stop() {
    // Not terminate(): a child of a dispatch thread inherits its mask, in which SIGTERM is blocked.
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }
}
