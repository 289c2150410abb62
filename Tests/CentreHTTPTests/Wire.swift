import Foundation
import Glibc

/// A connection as it is on the wire, for what no HTTP client lets one do: half a body, a stream that does not end.
final class Wire: Sendable {
  struct Closed: Error {}
  struct TimedOut: Error { var after: String }

  private let fd: Int32

  init(port: Int) throws {
    fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Closed() }
    _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
  }

  deinit { Glibc.close(fd) }

  /// Says that no more will come, as a browser does that goes away.
  func hangUp() { shutdown(fd, Int32(SHUT_RDWR)) }

  /// - Returns: how many bytes the other side took before it closed or stopped taking any.
  @discardableResult
  func send(_ data: Data, within seconds: Double = 10) async throws -> Int {
    let end = ContinuousClock.now + .seconds(seconds)
    var sent = 0
    while sent < data.count {
      let n = data.withUnsafeBytes {
        Glibc.send(fd, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      if n > 0 {
        sent += n
      } else if errno == EAGAIN {
        if ContinuousClock.now > end { return sent }
        try await Task.sleep(for: .milliseconds(2))
      } else {
        return sent
      }
    }
    return sent
  }

  /// Reads until `enough` finds something in all that came. - Throws: `Closed`, `TimedOut`.
  func read<Found>(
    _ buffer: inout Data, within seconds: Double = 10, until enough: (Data) -> Found?
  ) async throws -> Found {
    let end = ContinuousClock.now + .seconds(seconds)
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let found = enough(buffer) { return found }
      let n = recv(fd, &chunk, chunk.count, 0)
      if n > 0 {
        buffer.append(contentsOf: chunk[0..<n])
      } else if n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) {
        throw Closed()
      } else {
        guard ContinuousClock.now < end else {
          throw TimedOut(after: String(decoding: buffer.suffix(500), as: UTF8.self))
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    }
  }

  /// One request and its answer, which has a Content-Length.
  func ask(
    _ method: String, _ path: String, headers: [String: String] = [:], body: Data = Data(), claim: Int? = nil
  ) async throws -> (status: Int, head: String, body: Data) {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: centre\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if method != "GET" { head += "Content-Length: \(claim ?? body.count)\r\n" }
    try await send(Data((head + "\r\n").utf8) + body)
    var buffer = Data()
    return try await read(&buffer) { Self.answer($0) }
  }

  static func answer(_ data: Data) -> (status: Int, head: String, body: Data)? {
    guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: data[..<end.lowerBound], as: UTF8.self)
    let status = Int(head.split(separator: " ")[1]) ?? 0
    let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
    let body = data[end.upperBound...]
    return body.count >= length ? (status, head, Data(body.prefix(length))) : nil
  }
}

/// A stream of server-sent events, read as a screen reads it.
final class EventReader {
  struct Message: Sendable, Equatable {
    var id: String?
    var event = "message"
    var data = ""
    var comment: String?
    var json: JSON { (try? JSON(Data(data.utf8))) ?? .null }
  }

  private let wire: Wire
  private var raw = Data()
  private var text = Data()
  private var started = false
  let status: Int
  /// What came instead of a stream.
  let refusal: JSON

  init(port: Int, _ query: String, cookie: String? = nil, after last: String? = nil) async throws {
    wire = try Wire(port: port)
    var head = "GET /api/v1/events?\(query) HTTP/1.1\r\nHost: centre\r\nAccept: text/event-stream\r\n"
    if let cookie { head += "Cookie: \(cookie)\r\n" }
    if let last { head += "Last-Event-ID: \(last)\r\n" }
    try await wire.send(Data((head + "\r\n").utf8))
    let end = try await wire.read(&raw) { $0.range(of: Data("\r\n\r\n".utf8)) }
    let lines = String(decoding: raw[..<end.lowerBound], as: UTF8.self)
    status = Int(lines.split(separator: " ")[1]) ?? 0
    if status == 200 {
      guard lines.lowercased().contains("content-type: text/event-stream") else { throw Wire.Closed() }
      refusal = .null
    } else {
      refusal = try JSON(try await wire.read(&raw) { Wire.answer($0) }.body)
    }
    raw = Data(raw[end.upperBound...])
  }

  func hangUp() { wire.hangUp() }

  /// The next message, comments included. nil: the stream has ended as it should, not been cut off.
  func next(within seconds: Double = 10) async throws -> Message? {
    while true {
      while let chunk = try takeChunk() {
        if chunk.isEmpty { return nil }
        text.append(chunk)
      }
      if let end = text.range(of: Data("\n\n".utf8)) {
        let block = String(decoding: text[..<end.lowerBound], as: UTF8.self)
        text = Data(text[end.upperBound...])
        return Self.message(block)
      }
      let before = raw.count
      try await wire.read(&raw, within: seconds) { $0.count > before ? () : nil }
    }
  }

  /// The next message that is an event, checked against the document.
  func event(within seconds: Double = 10) async throws -> Message? {
    while let message = try await next(within: seconds) { if message.comment == nil { return message } }
    return nil
  }

  /// The next event of a name; others are read over.
  func event(_ name: String, within seconds: Double = 10, where fits: (JSON) -> Bool = { _ in true }) async throws
    -> Message
  {
    while let message = try await event(within: seconds) {
      if message.event == name, fits(message.json) { return message }
    }
    throw Wire.Closed()
  }

  /// One chunk of the transfer coding; an empty one is the end.
  private func takeChunk() throws -> Data? {
    guard let line = raw.range(of: Data("\r\n".utf8)) else { return nil }
    guard let size = Int(String(decoding: raw[..<line.lowerBound], as: UTF8.self), radix: 16) else {
      throw Wire.Closed()
    }
    guard raw.count >= raw.distance(from: raw.startIndex, to: line.upperBound) + size + 2 else { return nil }
    let chunk = Data(raw[line.upperBound...].prefix(size))
    raw = Data(raw[line.upperBound...].dropFirst(size + 2))
    return chunk
  }

  private static func message(_ block: String) -> Message {
    var message = Message()
    for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(":") {
        message.comment = line.dropFirst().trimmingCharacters(in: .whitespaces)
      } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        switch line[..<colon] {
        case "id": message.id = String(value)
        case "event": message.event = String(value)
        case "data": message.data += value
        default: break
        }
      }
    }
    return message
  }
}
