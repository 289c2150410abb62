import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Many screens at once, and how long an event takes to all of them.
enum Screens {
  static func run(port: Int, connections: Int, events: Int, token: String) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let seen = Receipts()
    var channels: [any Channel] = []
    for _ in 0..<connections {
      let channel = try await ClientBootstrap(group: group)
        .channelInitializer { $0.pipeline.addHandler(Screen(seen)) }
        .connect(host: "127.0.0.1", port: port).get()
      try await channel.writeAndFlush(
        ByteBuffer(string: "GET /api/v1/events?audience=public HTTP/1.1\r\nHost: localhost\r\n\r\n")
      ).get()
      channels.append(channel)
    }
    while seen.snapshots < connections { try await Task.sleep(for: .milliseconds(20)) }
    let kiosk = try await ClientBootstrap(group: group)
      .channelInitializer { $0.pipeline.addHandler(Drain()) }
      .connect(host: "127.0.0.1", port: port).get()
    let body = "{\"service\":\"s1\"}"
    let request =
      "POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    // 50 a second, as in a full hall at its busiest and then some.
    for _ in 0..<events {
      try await kiosk.writeAndFlush(ByteBuffer(string: request)).get()
      try await Task.sleep(for: .milliseconds(20))
    }
    try await Task.sleep(for: .milliseconds(500))
    let all = seen.latencies.sorted()
    func share(_ p: Double) -> Int64 { all.isEmpty ? -1 : all[min(all.count - 1, Int(p * Double(all.count)))] }
    print("{\"receipts\":\(all.count),\"p50\":\(share(0.5)),\"p99\":\(share(0.99)),\"max\":\(all.last ?? -1)}")
    for channel in channels { try? await channel.close() }
  }

  final class Receipts: Sendable {
    private let kept = Mutex<(snapshots: Int, latencies: [Int64])>((0, []))
    var snapshots: Int { kept.withLock { $0.snapshots } }
    var latencies: [Int64] { kept.withLock { $0.latencies } }
    func snapshot() { kept.withLock { $0.snapshots += 1 } }
    func took(_ milliseconds: Int64) { kept.withLock { $0.latencies.append(milliseconds) } }
  }

  final class Drain: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
  }

  /// Finds `"at":"…Z"` of change messages; the daemon stamps it just before the commit, on the same machine's clock.
  final class Screen: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let seen: Receipts
    /// What came of a message whose end is still on its way.
    private let rest = Mutex("")
    init(_ seen: Receipts) { self.seen = seen }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let now = Int64(Date().timeIntervalSince1970 * 1000)
      let came = String(buffer: unwrapInboundIn(data))
      let text = rest.withLock { rest in
        let all = rest + came
        guard let end = all.range(of: "\n\n", options: .backwards) else {
          rest = all
          return ""
        }
        rest = String(all[end.upperBound...])
        return String(all[..<end.upperBound])
      }
      if text.contains("event: snapshot") { seen.snapshot() }
      for part in text.components(separatedBy: "event: change").dropFirst() where part.contains("\"ticket-issued\"") {
        guard let start = part.range(of: "\"at\":\""),
          let end = part.range(of: "Z\"", range: start.upperBound..<part.endIndex)
        else { continue }
        if let at = Self.milliseconds(String(part[start.upperBound..<end.lowerBound])) { seen.took(now - at) }
      }
    }

    /// `2026-11-26T02:24:31.123`
    static func milliseconds(_ text: String) -> Int64? {
      let numbers = text.split(whereSeparator: { "-T:.".contains($0) }).compactMap { Int64($0) }
      guard numbers.count == 7 else { return nil }
      var date = DateComponents()
      date.timeZone = TimeZone(secondsFromGMT: 0)
      (date.year, date.month, date.day) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]))
      let day = Calendar(identifier: .gregorian).date(from: date).map { Int64($0.timeIntervalSince1970) }
      return day.map { ($0 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]) * 1000 + numbers[6] }
    }
  }
}
