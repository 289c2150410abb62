import Testing

@testable import Printing

/// A ticket at 9600 baud takes a second per kilobyte: what a citizen waits for.
@Suite struct TicketWeightTests {
  static func weight(_ slip: TicketSlip, _ profile: String) throws -> Int {
    let profile = try PrinterProfile.load(path: PrinterProfileTests.folder + "/\(profile).json")
    let raster = try TicketLayout.draw(slip, width: profile.dotsPerLine, dpi: profile.dpi)
    return try ESCPOSEncoder(profile).encode(raster).reduce(0) { $0 + $1.bytes.count }
  }

  @Test("a ticket is at most 25 kB on any 80 mm printer", arguments: Samples.named.indices)
  func weight(_ index: Int) throws {
    let (name, slip) = Samples.named[index]
    let wide = try Self.weight(slip, "generic-80")
    let narrow = try Self.weight(slip, "generic-58")
    print("weight of \(name): \(wide) bytes on 80 mm, \(narrow) on 58 mm")
    #expect(wide <= 25_000)
  }
}
