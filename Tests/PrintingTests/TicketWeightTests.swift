import Testing

@testable import Printing

/// At 9600 baud a kilobyte takes a second: what a citizen waits for.
@Suite struct TicketWeightTests {
  static func weight(_ slip: TicketSlip, _ profile: String) throws -> Int {
    let profile = try PrinterProfile.load(path: PrinterProfileTests.folder + "/\(profile).json")
    let raster = try TicketLayout.draw(slip, width: profile.dotsPerLine, dpi: profile.dpi)
    return try ESCPOSEncoder(profile).encode(raster).reduce(0) { $0 + $1.bytes.count }
  }

  @Test(
    "a ticket is at most 25 kB on 80 mm paper, 28 kB with long names or every mark", arguments: Samples.weights.indices)
  func weight(_ index: Int) throws {
    let (name, slip, most) = Samples.weights[index]
    let wide = try Self.weight(slip, "generic-80")
    let narrow = try Self.weight(slip, "generic-58")
    let plain = try Self.weight(slip, "generic-80-plain")
    print("weight of \(name): \(wide) bytes on 80 mm (\(plain) dot by dot), \(narrow) on 58 mm")
    #expect(wide <= most)
  }
}
