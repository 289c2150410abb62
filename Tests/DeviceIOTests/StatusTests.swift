import Testing

@testable import DeviceIO

@Suite struct StatusTests {
  @Test(
    "every bit of DLE EOT 1–4",
    arguments: [
      (1, 0b0000_1000, "offline"), (1, 0b0010_0000, "offline"), (1, 0b0100_0000, "offline"), (1, 0b0000_0100, "ready"),
      (2, 0b0000_0100, "cover open"), (2, 0b0000_1000, "offline"), (2, 0b0010_0000, "paper out"),
      (2, 0b0100_0000, "error"),
      (3, 0b0000_0100, "error"), (3, 0b0000_1000, "cutter error"), (3, 0b0010_0000, "error"),
      (3, 0b0100_0000, "error"),
      (4, 0b0000_1100, "paper near end"), (4, 0b0000_0100, "paper near end"),
      (4, 0b0110_0000, "paper out"), (4, 0b0100_0000, "paper out"), (4, 0b0110_1100, "paper out, paper near end"),
    ] as [(UInt8, UInt8, String)])
  func realTime(_ n: UInt8, _ bits: UInt8, _ expected: String) {
    var status = PrinterStatus()
    status.take(realTime: 0x12 | bits, query: n)
    #expect(status.description == expected)
    #expect(status.ready == (expected == "ready" || expected == "paper near end"))
  }

  @Test("answers add up")
  func sum() {
    var status = PrinterStatus()
    for (n, byte) in [(1, 0x1A), (2, 0x36), (3, 0x1A), (4, 0x7E)] as [(UInt8, UInt8)] {
      status.take(realTime: byte, query: n)
    }
    #expect(status.description == "paper out, cover open, cutter error, offline, paper near end")
    #expect(!status.mayPrint && !status.ready)
    #expect(PrinterStatus.unknown.mayPrint && !PrinterStatus.unknown.ready)
    #expect(!PrinterStatus.unreachable.mayPrint)
  }

  @Test(
    "every bit of automatic status",
    arguments: [
      ([0x10, 0, 0, 0], "ready"), ([0x14, 0, 0, 0], "ready"), ([0x18, 0, 0, 0], "offline"),
      ([0x30, 0, 0, 0], "cover open"), ([0x50, 0, 0, 0], "offline"), ([0x10, 0x01, 0, 0], "offline"),
      ([0x10, 0x02, 0, 0], "ready"), ([0x10, 0x04, 0, 0], "error"), ([0x10, 0x08, 0, 0], "cutter error"),
      ([0x10, 0x20, 0, 0], "error"), ([0x10, 0x40, 0, 0], "error"), ([0x10, 0, 0x03, 0], "paper near end"),
      ([0x10, 0, 0x0C, 0], "paper out"), ([0x18, 0, 0x0F, 0x0F], "paper out, offline, paper near end"),
    ] as [([UInt8], String)])
  func automatic(_ bytes: [UInt8], _ expected: String) {
    #expect(PrinterStatus(automatic: bytes)?.description == expected)
  }

  @Test(
    "what is not automatic status is not taken for it",
    arguments: [[0x12, 0, 0, 0], [0x10, 0, 0], [0x10, 0x10, 0, 0], [0x10, 0, 0, 0x80], []] as [[UInt8]])
  func notAutomatic(_ bytes: [UInt8]) {
    #expect(PrinterStatus(automatic: bytes) == nil)
  }

  @Test("DLE EOT answers, automatic status, GS ( H and flow control are told apart, in any pieces", arguments: 1...9)
  func apart(_ piece: Int) {
    let stream: [UInt8] =
      [0x12] + [0x18, 0x00, 0x0C, 0x0F] + [0x11] + [0x37, 0x22, 0x32, 0x30, 0x31, 0x32, 0x00] + [0x7E]
      + [0x10, 0x00, 0x13, 0x00, 0x0F] + [0xFF] + [0x37, 0x16]
    var reader = StatusReader()
    var replies: [StatusReader.Reply] = []
    for start in stride(from: 0, to: stream.count, by: piece) {
      replies += reader.feed(stream[start..<min(stream.count, start + piece)])
    }
    #expect(
      replies == [
        .realTime(0x12), .automatic([0x18, 0, 0x0C, 0x0F]), .flow(0x11), .printed(Array("2012".utf8)), .realTime(0x7E),
        .flow(0x13), .automatic([0x10, 0, 0, 0x0F]), .other(0xFF), .other(0x37), .realTime(0x16),
      ])
  }

  @Test("an answer that came in half is forgotten by the next query")
  func half() {
    var reader = StatusReader()
    #expect(reader.feed([0x10, 0x00]) == [])
    reader.reset()
    #expect(reader.feed([0x00, 0x0F, 0x12]) == [.other(0), .other(0x0F), .realTime(0x12)])
  }

  @Test("no byte makes the reader stumble")
  func anyByte() {
    var reader = StatusReader()
    for first in UInt8.min...UInt8.max { for second in UInt8.min...UInt8.max { _ = reader.feed([first, second]) } }
    reader.reset()
    #expect(reader.feed([0x12]) == [.realTime(0x12)])
  }
}

@Suite struct BackoffTests {
  @Test("pauses double up to the longest, within the jitter")
  func grows() {
    var backoff = Backoff(first: .seconds(1), most: .seconds(30), jitter: 0.25, seed: 7)
    for full in [1, 2, 4, 8, 16, 30, 30, 30] {
      let pause = backoff.next()
      #expect(pause <= .seconds(full) && pause >= .seconds(full) * 0.75)
    }
    backoff.reset()
    #expect(backoff.next() <= .seconds(1))
    for _ in 0..<100 { #expect(backoff.next() <= .seconds(30)) }
  }

  @Test("the same seed gives the same pauses, another seed others")
  func seeded() {
    func pauses(_ seed: UInt64) -> [Duration] {
      var backoff = Backoff(seed: seed)
      return (0..<6).map { _ in backoff.next() }
    }
    #expect(pauses(1) == pauses(1))
    #expect(pauses(1) != pauses(2))
  }
}
