import OneStop
import Testing

@Suite("histograms of whole seconds")
struct HistogramTests {
  private func histogram(_ values: [Int]) -> Histogram {
    var histogram = Histogram()
    for value in values { histogram.add(value) }
    return histogram
  }

  @Test(
    "percentiles by nearest rank",
    arguments: [
      ([7], 7, 7, 7), ([1, 2], 1, 2, 2), ([1, 2, 3], 2, 3, 3), ([5, 5, 5, 9], 5, 9, 9),
      (Array(1...10), 5, 9, 10), (Array(1...100), 50, 90, 100), ([0, 0, 0], 0, 0, 0),
    ])
  func percentile(values: [Int], median: Int, p90: Int, longest: Int) {
    let h = histogram(values)
    #expect(h.percentile(0.5) == median)
    #expect(h.percentile(0.9) == p90)
    #expect(h.percentile(1) == longest)
    #expect(h.percentile(0) == values.min())
    #expect(h.longest == longest)
    #expect(h.total == values.count)
  }

  @Test("percentiles are those of the sorted list, for any number of values")
  func percentileOfMany() {
    var chance = Chance(seed: 3)
    for count in 1...400 {
      let values = (0..<count).map { _ in chance.whole(0...900) }
      let sorted = values.sorted()
      let h = histogram(values)
      for (share, percent) in [(0.1, 10), (0.5, 50), (0.9, 90), (0.99, 99)] {
        // Nearest rank in whole numbers: the smallest r with 100 r >= percent × n.
        let rank = max(1, (percent * count + 99) / 100)
        #expect(h.percentile(share) == sorted[rank - 1], "\(percent)% of \(count)")
      }
      #expect(h.count(upTo: 300) == sorted.count { $0 <= 300 })
    }
  }

  @Test("an empty one has no percentile and no longest value")
  func empty() {
    #expect(Histogram().percentile(0.5) == nil)
    #expect(Histogram().longest == nil)
    #expect(Histogram().bytes == [])
    #expect(Histogram(bytes: []) == Histogram())
  }

  @Test("times beyond twelve hours count as twelve hours, before zero as zero")
  func limits() {
    let h = histogram([-5, 43_199, 43_200, 43_201, 1_000_000])
    #expect(h.percentile(0.01) == 0)
    #expect(h.longest == 43_200)
    #expect(h.total == 5)
  }

  @Test("merged, two are what one of all values would be; in any order")
  func merge() {
    var chance = Chance(seed: 5)
    for _ in 0..<200 {
      let a = (0..<chance.whole(0...50)).map { _ in chance.whole(0...5000) }
      let b = (0..<chance.whole(0...50)).map { _ in chance.whole(0...100) }
      var ab = histogram(a)
      ab.merge(histogram(b))
      var ba = histogram(b)
      ba.merge(histogram(a))
      #expect(ab == histogram(a + b))
      #expect(ab == ba)
    }
  }

  @Test("bytes come back as they were")
  func bytes() {
    var chance = Chance(seed: 9)
    for _ in 0..<300 {
      var h = Histogram()
      for _ in 0..<chance.whole(0...40) { h.add(chance.whole(0...43_200), times: chance.whole(1...100_000)) }
      #expect(Histogram(bytes: h.bytes) == h)
    }
  }

  @Test(
    "damaged bytes are refused, not guessed and not fatal",
    arguments: [
      [0x80], [0x05], [0x05, 0x01, 0x05], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x01],
      // A second beyond the limit.
      [0xC1, 0xD1, 0x02, 0x01],
      // A count that does not fit: 2³⁵ − 1, 2³².
      [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x01, 0x80, 0x80, 0x80, 0x80, 0x10],
      // A count of nothing, and the same second twice.
      [0x05, 0x00], [0x05, 0x01, 0x00, 0x01],
    ] as [[UInt8]])
  func damaged(bytes: [UInt8]) { #expect(Histogram(bytes: bytes) == nil) }

  @Test("no bytes at all are fatal, and what is read is written alike")
  func fuzz() {
    var chance = Chance(seed: 77)
    for _ in 0..<20_000 {
      let bytes = (0..<chance.whole(0...12)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
      if let h = Histogram(bytes: bytes) { #expect(Histogram(bytes: h.bytes) == h) }
    }
  }
}
