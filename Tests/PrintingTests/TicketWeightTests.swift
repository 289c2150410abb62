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
    "a ticket is at most 25 kB on 80 mm paper, 27 kB with long names or every mark", arguments: Samples.weights.indices)
  func weight(_ index: Int) throws {
    let (name, slip, most) = Samples.weights[index]
    let wide = try Self.weight(slip, "generic-80")
    let narrow = try Self.weight(slip, "generic-58")
    let plain = try Self.weight(slip, "generic-80-plain")
    print("weight of \(name): \(wide) bytes on 80 mm (\(plain) dot by dot), \(narrow) on 58 mm")
    #expect(wide <= most)
  }

  @Test("at 115200 baud the number is out within a second, the whole ticket within 2.5", arguments: Samples.weights)
  func seconds(_ sample: (name: String, slip: TicketSlip, most: Int)) throws {
    // A start and a stop bit with every eight.
    let bytesPerSecond = 115_200 / 10
    let profile = try PrinterProfile.load(path: PrinterProfileTests.folder + "/generic-80.json")
    let layout = try TicketLayout(sample.slip, width: profile.dotsPerLine, dpi: profile.dpi)
    let number = layout.items.compactMap { item in
      if case .doubled(sample.slip.number, _, _, let baseline, _) = item { baseline } else { nil }
    }
    let foot = try #require(number.first)
    let bands = try ESCPOSEncoder(profile).encode(layout.draw())
    let half = bands.prefix { $0.rows.lowerBound < foot }.reduce(0) { $0 + $1.bytes.count }
    #expect(half <= bytesPerSecond)
    #expect(bands.reduce(0) { $0 + $1.bytes.count } * 2 <= bytesPerSecond * 5)
  }
}
