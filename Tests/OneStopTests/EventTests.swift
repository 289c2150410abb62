import Foundation
import OneStop
import Testing

/// What has been released stays readable: these lines stand in journals.
@Suite("events as they stand in the journal")
struct EventTests {
  private static let golden: [(type: String, payload: String)] = [
    (
      "ticket-issued",
      #"{"ahead":2,"code":"xyz","counters":[1,2],"day":"2026-11-26","estimatedSeconds":360,"language":"vi","needs":["hearing"],"number":"A012","ordinal":12,"priority":"elderly","series":"A","service":"ho-tich","step":9,"visit":7}"#
    ),
    (
      "ticket-issued",
      #"{"ahead":0,"code":"e","counters":[],"day":"2026-11-26","emergency":{"arrivedAt":1795660800000,"counter":3,"officer":"cb01","served":true},"language":"vi","needs":[],"number":"P001","service":"ho-tich","step":9,"visit":7}"#
    ),
    (
      "ticket-issued",
      #"{"ahead":0,"code":"xyz","counters":[1],"day":"2026-11-26","language":"vi","needs":[],"number":"A013","ordinal":13,"procedure":"2.000815","sameDay":true,"series":"A","service":"ho-tich","step":9,"visit":7}"#
    ),
    ("called", #"{"counter":3,"how":"next","officer":"cb01","reason":"afterPriorityRow","step":9,"visit":7}"#),
    ("called", #"{"counter":3,"how":"number","step":9,"visit":7}"#),
    ("recalled", #"{"counter":3,"step":9,"visit":7}"#),
    ("started", #"{"counter":3,"step":9,"visit":7}"#),
    ("finished", #"{"copies":10,"counter":3,"officer":"cb01","step":9,"visit":7}"#),
    (
      "finished",
      #"{"copies":1,"counter":3,"next":{"counter":4,"front":false,"service":"ket-qua","since":1795660800000,"step":10},"step":9,"visit":7}"#
    ),
    ("no-show", #"{"counter":3,"step":9,"visit":7}"#),
    ("held", #"{"counter":3,"step":9,"visit":7}"#),
    ("resumed", #"{"counter":3,"step":9,"visit":7}"#),
    (
      "transferred",
      #"{"counter":3,"next":{"front":true,"service":"dat-dai","since":1795660800000,"step":10},"officer":"cb01","step":9,"visit":7}"#
    ),
    ("returned", #"{"counter":3,"since":1795660800000,"step":9,"visit":7}"#),
    ("cancelled", #"{"counter":3,"step":9,"visit":7}"#),
    ("cancelled", #"{"step":9,"visit":7}"#),
    ("marked", #"{"copies":2,"counter":3,"needs":["collect","hearing"],"priority":"merit","visit":7}"#),
    ("counter-opened", #"{"counter":3,"officer":"cb01"}"#),
    ("counter-paused", #"{"counter":3,"reason":"lunch"}"#),
    ("counter-closed", #"{"counter":3,"why":"officer"}"#),
    ("undone", #"{"counter":3}"#),
    ("help-asked", #"{"counter":3}"#),
    ("help-answered", #"{"counter":3}"#),
    ("day-closed", #"{"day":"2026-11-26","noShows":[3],"reason":"midnight","unfinished":[2],"unserved":[1]}"#),
    ("day-reopened", #"{"day":"2026-11-26"}"#),
  ]

  @Test("each golden event is read, and written to the byte", arguments: golden.indices)
  func bytes(index: Int) throws {
    let (type, payload) = Self.golden[index]
    let event = try #require(
      try QueueEvent(type: type, decode: .init { try JSONDecoder().decode($0, from: Data(payload.utf8)) }))
    #expect(event.type == type)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(String(decoding: try encoder.encode(event.payload), as: UTF8.self) == payload)
  }

  @Test("what is no event of the queue is nobody's") func foreign() throws {
    #expect(try QueueEvent(type: "rated", decode: .init { try JSONDecoder().decode($0, from: Data("{}".utf8)) }) == nil)
  }

  @Test("no event holds a name: only ids, numbers and codes of the ticket")
  func noNames() {
    for (_, payload) in Self.golden { #expect(!payload.contains("name")) }
  }
}

@Suite("chance that is the same for the same seed")
struct ChanceTests {
  @Test("the same seed gives the same, another seed another")
  func same() {
    func draw(_ seed: UInt64) -> [Int] {
      var chance = Chance(seed: seed)
      return (0..<50).map { _ in chance.whole(0...1000) }
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
  }

  @Test("durations have about the mean asked for")
  func duration() {
    var chance = Chance(seed: 4)
    let values = (0..<20_000).map { _ in chance.duration(mean: 600) }
    let mean = values.reduce(0, +) / values.count
    #expect((570...630).contains(mean))
    #expect(values.allSatisfy { (100...2000).contains($0) })
  }
}
