import Foundation
import Testing

@testable import DeviceIO
@testable import OneStop
@testable import Printing

@Suite(.serialized) struct PrinterFuzzTests {
  @Test("what a printer sends back, whole or in pieces, is told apart the same way and never lost or made up")
  func status() throws {
    try Fuzz("printer-status", usually: 1_000_000).run(
      words: [[0x12], [0x16], [0x7E], [0x10, 0, 0, 0x0F], [0x37, 0x22, 0x30, 0x30, 0x30, 0x31, 0], [0x11, 0x13]],
      longest: 64
    ) { bytes in
      var whole = StatusReader()
      let replies = whole.feed(bytes)
      var parts = StatusReader()
      var pieces: [StatusReader.Reply] = []
      var at = 0
      while at < bytes.count {
        let end = min(bytes.count, at + 1 + Int(bytes[at]) % 5)
        pieces += parts.feed(bytes[at..<end])
        at = end
      }
      guard pieces == replies else { return "in pieces it reads \(pieces), whole \(replies)" }
      let told = replies.reduce(0) { sum, reply in
        switch reply {
        case .realTime, .flow, .other: sum + 1
        case .automatic(let four): sum + four.count
        case .printed(let id): sum + id.count
        }
      }
      guard told <= bytes.count else { return "more told than came" }
      var status = PrinterStatus()
      for reply in replies {
        switch reply {
        case .realTime(let byte):
          for n: UInt8 in 0...5 { status.take(realTime: byte, query: n) }
        case .automatic(let four):
          guard PrinterStatus(automatic: four) != nil else { return "\(four) is automatic, and is not" }
        default: break
        }
      }
      // A healthy printer's bytes alone never make a fault.
      if bytes.allSatisfy({ $0 == 0x12 }), !status.ready { return "0x12 alone says \(status)" }
      return nil
    }
  }

  @Test("a profile file is read into values within their ranges, or refused with file and field")
  func profile() throws {
    let words = [
      "\"inherits\"", "\"generic-80\"", "null", "{}", "[]", "1e400", "-1", "\"status\"", "\\u0000", "\"source\"",
    ]
    let generic = try Data(contentsOf: Self.root.appending(path: "devices/printers/generic-80.json"))
    try Fuzz("printer-profile", usually: 200_000).run(words: words.map { Array($0.utf8) }, longest: 2000) { bytes in
      do throws(PrintingError) {
        let profile = try PrinterProfile(json: Data(bytes), file: "x/model.json") { id throws(PrintingError) in
          guard id == "generic-80" else { throw .profile(file: id, field: "(file)", reason: "cannot be read") }
          return generic
        }
        guard TicketLayout.widths.contains(profile.dotsPerLine), TicketLayout.resolutions.contains(profile.dpi),
          (8...2303).contains(profile.bandRows), (0...500).contains(profile.feedBeforeCutDots), profile.id == "model",
          DriverRegistry.all[profile.dialect] != nil
        else { return "accepted: \(profile)" }
        return nil
      } catch {
        guard case .profile(let file, let field, let reason) = error else { return "\(error)" }
        return file.hasPrefix("x/") && !field.isEmpty && !reason.isEmpty ? nil : "refused without saying what: \(error)"
      }
    }
  }

  @Test("an address is understood, or refused with a sentence that exists")
  func address() throws {
    let words = try JSONSerialization.jsonObject(
      with: Data(contentsOf: Self.root.appending(path: "kiosk/shared/words.vi.json")))
    let sentences = (words as? [String: [String: String]])?["daemon"] ?? [:]
    try Fuzz("printer-address", usually: 1_000_000).run(
      words: ["tcp://", "usb:/dev/", "serial:/dev/", "?baud=", "&flow=none", "[::1]", ":9100"].map { Array($0.utf8) }
    ) { bytes in
      do throws(PrinterAddress.Mistake) {
        switch try PrinterAddress(String(decoding: bytes, as: UTF8.self)) {
        case .tcp(let host, let port): return host.isEmpty || !(1...65_535).contains(port) ? "\(host) \(port)" : nil
        case .usb(let path): return path.hasPrefix("/dev/") ? nil : path
        case .serial(let path, let baud, _):
          return path.hasPrefix("/dev/") && SerialLine.Settings.speeds[baud] != nil ? nil : "\(path) \(baud)"
        case .folder(let path): return path.isEmpty ? "no path" : nil
        }
      } catch {
        return sentences["settings.\(error.key)"] == nil ? "no sentence for \(error.key)" : nil
      }
    }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
