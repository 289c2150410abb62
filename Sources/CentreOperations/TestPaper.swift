import CentreStore
import DeviceIO
import Foundation
import OneStop
import Printing

/// The page of `motcua print-test`: width, density, all accented letters, a code.
public enum TestPaper {
  public static func page(
    of printer: OneStop.Printer, profile: PrinterProfile, at now: Instant, in zone: ZoneOffset
  ) -> TestPage {
    func word(_ key: String, _ places: [String: String] = [:]) -> String { Words.text("testpage.\(key)", places).vi }
    let time = "\(TimeOfDay(now, in: zone)) \(TicketPaper.date(now, zone))"
    return TestPage(
      title: word("title"),
      facts: [
        printer.name, "\(profile.name) (\(profile.id))", printer.address,
        word("head", ["dots": "\(profile.dotsPerLine)", "dpi": "\(profile.dpi)"]), time,
      ].filter { !$0.isEmpty },
      rulerWords: word("ruler", ["mm": "\((profile.dotsPerLine * 254 + profile.dpi * 5) / (profile.dpi * 10))"]),
      densityWords: word("density"), lettersWords: word("letters"), codeWords: word("code"),
      code: "motcua print-test \(printer.id) \(now.iso)")
  }

  /// - Throws: `PrintingError`.
  public static func raster(_ page: TestPage, for profile: PrinterProfile) throws -> Raster {
    try page.draw(width: profile.dotsPerLine, dpi: profile.dpi)
  }

  public static func bands(_ page: TestPage, for profile: PrinterProfile) throws -> [[UInt8]] {
    try DriverRegistry.encoder(for: profile).encode(try raster(page, for: profile)).map(\.bytes)
  }

  /// `print-tested`
  public struct Tested: Codable, Hashable, Sendable {
    public var printer: String
    /// `sent`, `sentAndReady`, `confirmed`, or the code of the failure.
    public var outcome: String
  }

  /// Prints the page through the printer's owner, between two tickets, and writes it down.
  /// - Returns: nil where no such printer runs.
  /// - Throws: `DeviceError`, `PrintingError`, and what the store throws.
  public static func print(
    at printer: String, board: PrinterBoard, desk: CommandDesk, by actor: Actor
  ) async throws -> ThermalPrinter.Delivery? {
    guard let known = board.owner(of: printer) else { return nil }
    let zone = try await desk.look { _, state in state.hall.settings.zone }
    let bands = try bands(
      page(of: known.printer, profile: known.profile, at: desk.clock.now, in: zone), for: known.profile)
    func note(_ outcome: String) async throws {
      _ = try await desk.perform { ledger, _ in
        try ledger.append("print-tested", Tested(printer: printer, outcome: outcome), by: actor)
      }
    }
    do {
      let delivery = try await known.print(bands, "test")
      try await note(delivery.rawValue)
      return delivery
    } catch let error as DeviceError {
      try await note(error.code.rawValue)
      throw error
    }
  }
}
