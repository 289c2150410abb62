import Foundation
import Testing

@Suite("bodies that are too large, on the wire")
struct LargeBodyTests {
  private var plan: TestCentre.Plan {
    var plan = TestCentre.Plan()
    plan.live = true
    return plan
  }

  @Test("ten megabytes are refused, the connection ends or goes on cleanly, and the next request is answered")
  func tenMegabytes() async throws {
    try await TestCentre.run(plan) { centre in
      let before = try await centre.head()
      let wire = try Wire(port: centre.port)
      let body = Data("{\"service\": \"".utf8) + Data(repeating: UInt8(ascii: "a"), count: 10 << 20) + Data("\"}".utf8)
      let head = "POST /api/v1/tickets HTTP/1.1\r\nHost: centre\r\nContent-Length: \(body.count)\r\n\r\n"
      async let sent = wire.send(Data(head.utf8) + body, within: 5)
      var buffer = Data()
      let answer = try await wire.read(&buffer) { Wire.answer($0) }
      #expect(answer.status == 413)
      let type = try JSON(answer.body)["type"]
      #expect(type == "too-large")
      #expect(answer.head.lowercased().contains("content-type: application/problem+json"))
      let taken = try await sent
      // What is left of the body must never be read as the next request.
      do {
        let rest = try await wire.ask("GET", "/api/v1/health")
        #expect(taken >= body.count && rest.status == 200)
      } catch is Wire.Closed {
        #expect(taken < head.utf8.count + body.count + 1)
      }
      let next = try await Wire(port: centre.port).ask(
        "POST", "/api/v1/tickets", body: Data("{\"service\": \"ho-tich\"}".utf8))
      #expect(next.status == 201)
      try await #expect(centre.events(after: before.seq).map(\.type) == ["ticket-issued"])
    }
  }

  @Test("a body without a length is counted as it comes")
  func chunked() async throws {
    try await TestCentre.run(plan) { centre in
      let wire = try Wire(port: centre.port)
      try await wire.send(
        Data("POST /api/v1/tickets HTTP/1.1\r\nHost: centre\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
      async let sending: Void = {
        let chunk = Data("10000\r\n".utf8) + Data(repeating: UInt8(ascii: " "), count: 0x10000) + Data("\r\n".utf8)
        for _ in 0..<160 where try await wire.send(chunk, within: 2) < chunk.count { return }
      }()
      var buffer = Data()
      let answer = try await wire.read(&buffer) { Wire.answer($0) }
      #expect(answer.status == 413)
      try await sending
      try await #expect(Wire(port: centre.port).ask("GET", "/api/v1/queue").status == 200)
    }
  }

  @Test("one byte more than allowed is too much, exactly as much is not")
  func edge() async throws {
    try await TestCentre.run(plan) { centre in
      func body(_ size: Int) -> Data {
        let core = Data("{\"service\": \"ho-tich\"}".utf8)
        return core + Data(repeating: UInt8(ascii: " "), count: size - core.count)
      }
      let wire = try Wire(port: centre.port)
      try await #expect(wire.ask("POST", "/api/v1/tickets", body: body(512 * 1024)).status == 201)
      try await centre.refused(413, "too-large", "POST", "/api/v1/tickets", raw: body(512 * 1024 + 1))
    }
  }

  @Test("half a request, a request that is none, a thousand connections that say nothing: the next one is answered")
  func rude() async throws {
    try await TestCentre.run(plan) { centre in
      let before = try await centre.head()
      var silent: [Wire] = []
      for _ in 0..<200 { silent.append(try Wire(port: centre.port)) }
      let half = try Wire(port: centre.port)
      try await half.send(
        Data("POST /api/v1/tickets HTTP/1.1\r\nHost: centre\r\nContent-Length: 24\r\n\r\n{\"service\"".utf8))
      half.hangUp()
      for text in [
        "\u{16}\u{3}\u{1}\u{2}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
      ] {
        let wire = try Wire(port: centre.port)
        try await wire.send(Data(text.utf8))
        wire.hangUp()
      }
      try await #expect(Wire(port: centre.port).ask("GET", "/api/v1/health").status == 200)
      try await #expect(centre.head() == before)
      withExtendedLifetime(silent) {}
    }
  }
}
