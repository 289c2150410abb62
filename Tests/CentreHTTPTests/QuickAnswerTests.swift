import CentreOperations
import Foundation
import OneStop
import Testing

@testable import CentreHTTP

@Suite("Answers written by hand")
struct QuickAnswerTests {
  static let answers: [any QuickAnswer] = [
    TicketController.Issued(
      id: 7, number: "A012", service: "ho-tich", serviceName: "Hộ tịch – \"Chứng thực\"", ahead: 3,
      estimatedWaitSeconds: 600, counters: [1, 3], code: "7DTDX67DSG4Y", track: "http://x/t/7DTDX67DSG4Y",
      qr: "/api/v1/qr/7DTDX67DSG4Y.svg", print: .init(state: "queued")),
    TicketController.Issued(
      id: 1, number: "\\\n", service: "x", serviceName: "", ahead: 0, estimatedWaitSeconds: nil, counters: [], code: "",
      track: "", qr: "", print: .init(state: "none")),
    CounterController.Answer(ticket: nil, desk: nil),
    CounterController.Answer(
      ticket: .init(
        id: 7, step: 9, number: "A012", service: "ho-tich", serviceName: "Hộ tịch", priority: "elderly",
        needs: ["collect", "hearing"]), desk: nil),
    CounterController.Answer(
      ticket: .init(id: 7, step: 9, number: "A012", service: "x", serviceName: "x", priority: nil, needs: []), desk: nil
    ),
  ]

  @Test("are the general encoder's, byte for byte", arguments: answers.indices)
  func same(_ index: Int) throws {
    let answer = Self.answers[index]
    let quick = try #require(answer.quick?.finished)
    let general = try ScreenJSON.encoder.encode(answer)
    #expect(String(decoding: quick, as: UTF8.self) == String(decoding: general, as: UTF8.self))
  }

  @Test("codes have twelve letters of the alphabet and do not repeat")
  func codes() {
    let codes = (0..<1000).map { _ in TrackCode.random() }
    #expect(Set(codes).count == 1000)
    #expect(codes.allSatisfy { $0.count == 12 && $0.allSatisfy("23456789ABCDEFGHJKMNPQRSTUVWXYZ".contains) })
  }
}
