import Foundation
@testable import OneStop
import Testing

@Suite("Payloads written by hand")
struct QuickPayloadTests {
  static let events: [QueueEvent] = [
    .ticketIssued(
      .init(
        visit: 12, step: 13, day: LocalDay("2026-11-26")!, number: "A012", series: "A", ordinal: 12, service: "ho-tich",
        priority: nil, needs: [], language: "vi", code: "7DTDX67DSG4Y", ahead: 11, estimatedSeconds: 1800,
        counters: [1, 3])),
    .ticketIssued(
      .init(
        visit: 1, step: 1, day: LocalDay("2026-01-01")!, number: "\"Đ/\\\n\u{1}", series: "", ordinal: 1000,
        service: "x", priority: "elderly", needs: [.collect, .hearing], language: "en", code: "", ahead: 0,
        estimatedSeconds: nil, counters: [])),
    .called(.init(visit: 1, step: 2, counter: 3, officer: "cb01", how: .next, reason: .overdue)),
    .called(.init(visit: 1, step: 2, counter: 3, officer: nil, how: .number, reason: nil)),
    .finished(.init(visit: 1, step: 2, counter: 3, officer: "cb01", copies: 10, next: nil)),
    .started(.init(visit: 1, step: 2, counter: 3)), .recalled(.init(visit: 1, step: 2, counter: 3)),
    .noShow(.init(visit: 1, step: 2, counter: 3)), .held(.init(visit: 1, step: 2, counter: 3)),
    .resumed(.init(visit: 1, step: 2, counter: 3)),
  ]

  @Test("are the general encoder's, byte for byte", arguments: events)
  func same(_ event: QueueEvent) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let quick = try #require(event.quickPayload)
    let general = try encoder.encode(event.payload)
    #expect(String(decoding: quick, as: UTF8.self) == String(decoding: general, as: UTF8.self))
  }
}
