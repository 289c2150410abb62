import Testing

@testable import Printing

@Suite struct ESCPOSEncoderTests {
  static func profile(
    width: Int = 576, dpi: Int = 203, bandRows: Int = 128, cut: PrinterProfile.Cut = .partial, feedBefore: Int = 0,
    feedUnit: Int? = nil, marginUnit: Int? = nil, doubling: Bool? = nil
  ) -> PrinterProfile {
    PrinterProfile(
      id: "test", name: "Test", dotsPerLine: width, dpi: dpi, bandRows: bandRows, cut: cut,
      feedBeforeCutDots: feedBefore, feedUnit: feedUnit, marginUnit: marginUnit, doubling: doubling,
      status: .init(dleEot: true, asb: false, gsH: false))
  }

  static func job(_ bands: [ESCPOSEncoder.Band]) -> [UInt8] { bands.flatMap(\.bytes) }

  @Test(
    "every dot comes back where it was",
    arguments: [
      profile(), profile(feedUnit: 203), profile(feedUnit: 406), profile(feedUnit: 360), profile(marginUnit: 203),
      profile(bandRows: 24, feedUnit: 203, marginUnit: 406), profile(marginUnit: 180), profile(doubling: true),
      profile(bandRows: 25, feedUnit: 406, marginUnit: 203, doubling: true),
    ])
  func roundTrip(_ profile: PrinterProfile) throws {
    let raster = try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203)
    let bands = try ESCPOSEncoder(profile).encode(raster)
    let paper = try PaperStrip(Self.job(bands), width: 576, profile: profile)
    #expect(paper.raster(width: 576).crop(x: 0..<raster.width, y: 0..<raster.height) == raster)
    #expect(paper.rows.count == raster.height)
    #expect(paper.cuts == 1)
    #expect(paper.initialised == 1)
    #expect(paper.rasterHeights.max() ?? 0 <= profile.bandRows)
  }

  @Test("the bytes of a ticket are as they were")
  func golden() throws {
    let profile = try PrinterProfile.load(path: PrinterProfileTests.folder + "/generic-80.json")
    let raster = try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203)
    let job = Self.job(try ESCPOSEncoder(profile).encode(raster))
    if Golden.update { try Golden.write(job, "ticket-80mm-reprint.escpos") }
    #expect(Golden.bytes("ticket-80mm-reprint.escpos") == job)
  }

  @Test("bands cover the picture without gap or overlap, each at most bandRows high")
  func bandRows() throws {
    let raster = try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203)
    let bands = try ESCPOSEncoder(Self.profile()).encode(raster)
    #expect(bands.first?.rows.lowerBound == 0)
    #expect(bands.last?.rows.upperBound == raster.height)
    for (one, next) in zip(bands, bands.dropFirst()) { #expect(one.rows.upperBound == next.rows.lowerBound) }
    #expect(bands.allSatisfy { $0.rows.count <= 128 && !$0.rows.isEmpty })
    // Every band stands alone, so a status query may follow it.
    for band in bands { _ = try PaperStrip(band.bytes, width: 640, profile: Self.profile()) }
    #expect(bands.first?.bytes.starts(with: [0x1B, 0x40]) == true)
    #expect(bands.last?.bytes.suffix(4) == [0x1D, 0x56, 66, 0])
  }

  @Test("little of the white is sent", arguments: Samples.all.indices)
  func weight(_ index: Int) throws {
    let sample = Samples.all[index]
    let raster = try TicketLayout.draw(sample.slip, width: sample.width, dpi: sample.dpi)
    let plain = Self.job(try ESCPOSEncoder(Self.profile(width: sample.width, dpi: sample.dpi)).encode(raster)).count
    let profile = Self.profile(width: sample.width, dpi: sample.dpi, feedUnit: sample.dpi, marginUnit: sample.dpi)
    let knowing = Self.job(try ESCPOSEncoder(profile).encode(raster)).count
    // No lossless row format gets below the span from the leftmost to the rightmost dot of each row.
    let spans = (0..<raster.height).reduce(0) { $0 + (raster.inkedBytes(inRow: $1)?.count ?? 0) }
    #expect(plain * 100 <= raster.rows.count * 68)
    #expect(knowing * 100 <= spans * 125)
    #expect(plain <= 60_000)
  }

  @Test("the end of a job follows the profile")
  func ending() throws {
    var raster = Raster(width: 8, height: 1)
    raster[0, 0] = true
    func end(_ profile: PrinterProfile) throws -> [UInt8] {
      Array(Self.job(try ESCPOSEncoder(profile).encode(raster)).dropFirst(2 + 9))
    }
    #expect(try end(Self.profile(cut: .partial)) == [0x1D, 0x56, 66, 0])
    #expect(try end(Self.profile(cut: .full)) == [0x1D, 0x56, 65, 0])
    #expect(try end(Self.profile(cut: .none)) == [])
    #expect(
      try end(Self.profile(cut: .none, feedBefore: 100, feedUnit: 406)) == [0x1B, 0x4A, 200])
    let long = try end(Self.profile(cut: .none, feedBefore: 200, feedUnit: 406))
    #expect(stride(from: 2, to: long.count, by: 3).reduce(0) { $0 + Int(long[$1]) } == 400)
    #expect(
      try end(Self.profile(cut: .none, feedBefore: 130))
        == [0x1D, 0x76, 0x30, 0, 1, 0, 128, 0] + Array(repeating: 0, count: 128) + [
          0x1D, 0x76, 0x30, 0, 1, 0, 2, 0, 0, 0,
        ])
  }

  @Test("an empty picture is a cut and nothing else; one too wide is refused")
  func limits() throws {
    #expect(
      Self.job(try ESCPOSEncoder(Self.profile()).encode(Raster(width: 0, height: 0))) == [
        0x1B, 0x40, 0x1D, 0x56, 66, 0,
      ])
    #expect(throws: PrintingError.rasterTooWide(dots: 577, head: 576)) {
      try ESCPOSEncoder(Self.profile()).encode(Raster(width: 577, height: 1))
    }
  }

  @Test("dots that spell a real-time command get one more dot", arguments: [0x04, 0x05, 0x14] as [UInt8])
  func realTime(_ second: UInt8) throws {
    let raster = Raster(width: 24, height: 1, rows: [0x10, second, 0x01])
    let job = Self.job(try ESCPOSEncoder(Self.profile()).encode(raster))
    #expect(Array(job[10..<13]) == [0x18, second, 0x01])
    let harmless = Raster(width: 24, height: 1, rows: [0x10, 0x06, 0x01])
    #expect(Array(Self.job(try ESCPOSEncoder(Self.profile()).encode(harmless))[10..<13]) == [0x10, 0x06, 0x01])
  }

  @Test("dots in pairs are sent once, and never spell a real-time command")
  func doubled() throws {
    var raster = Raster(width: 64, height: 90)
    let half = (0..<120).map { UInt8(truncatingIfNeeded: $0 * $0 * 7 + 3) }
    raster.stampDoubled(Raster(width: 24, height: 40, rows: half), x: 8, y: 1)
    let profile = Self.profile(doubling: true)
    let job = Self.job(try ESCPOSEncoder(profile).encode(raster))
    let paper = try PaperStrip(job, width: 576, profile: profile)
    #expect(paper.raster(width: 64) == raster)
    #expect(paper.modes.contains(3))

    var risky = Raster(width: 32, height: 40)
    for y in stride(from: 0, to: 40, by: 2) {
      risky.stampDoubled(Raster(width: 16, height: 1, rows: [0x10, 0x04]), x: 0, y: y)
    }
    let bytes = Self.job(try ESCPOSEncoder(profile).encode(risky))
    #expect(!ESCPOS.spellsRealTime(bytes))
    #expect(try PaperStrip(bytes, width: 576, profile: profile).raster(width: 32) == risky)
  }

  @Test("without the profile's word no dot is doubled")
  func plain() throws {
    let raster = try TicketLayout.draw(Samples.reprint, width: 576, dpi: 203)
    let profile = Self.profile()
    let paper = try PaperStrip(Self.job(try ESCPOSEncoder(profile).encode(raster)), width: 576, profile: profile)
    #expect(paper.modes == [0])
  }

  @Test("a random picture comes back bit for bit", arguments: 0..<20)
  func random(_ seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ below: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(below))
    }
    let width = 300 + next(276)
    let height = 1 + next(300)
    var raster = Raster(width: width, height: height)
    for _ in 0..<next(400) {
      // Two dots wide, as letters are: no real-time command can appear among them.
      let x = next(width - 1)
      let y = next(height)
      raster[x, y] = true
      raster[x + 1, y] = true
    }
    let profile = Self.profile(
      bandRows: 8 + next(120), feedUnit: [nil, 203, 406][next(3)], marginUnit: [nil, 203, 180][next(3)],
      doubling: next(2) == 0)
    let paper = try PaperStrip(Self.job(try ESCPOSEncoder(profile).encode(raster)), width: 576, profile: profile)
    #expect(paper.raster(width: 576).crop(x: 0..<width, y: 0..<height) == raster)
    #expect(paper.rows.count == height)
  }
}
