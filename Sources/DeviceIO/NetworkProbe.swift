import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether something on the network is there: a camera, the access point of the public wifi, a server on the internet.
public enum NetworkProbe {
  public enum Question: Sendable, Hashable {
    /// Somebody takes the connection.
    case listens
    /// `HEAD` of a path. Any answer will do but an error of the server's own: a page that wants a password is there too.
    case http(path: String)
    /// `OPTIONS` (RFC 2326, 10.1), which cameras answer without a password.
    case rtsp(path: String)
  }

  public enum Answer: Sendable, Hashable {
    case answers
    /// It answers with an error of its own, 500…599.
    case error(status: Int)
    /// Connected, and then nothing that looks like an answer came in time, or something else speaks there.
    case strange
    /// The machine is there and nobody listens at this port.
    case refuses
    case unknownName
    /// Nothing came back in time, or there is no way to it.
    case silent
  }

  /// Looking up the name, connecting and asking, all of it within `limit`.
  public static func ask(
    _ question: Question, host: String, port: Int, within limit: Duration = .seconds(3)
  ) async -> Answer {
    let deadline = ContinuousClock.now + limit
    // A plain connection with a time limit on each of its steps is the same for a printer and a camera.
    let link = NetworkPrinterPort(device: host, host: host, port: port, connectTimeout: limit, writeTimeout: limit)
    let answer = await ask(question, link, host: host, port: port, until: deadline)
    await link.close()
    return answer
  }

  private static func ask(
    _ question: Question, _ link: NetworkPrinterPort, host: String, port: Int, until deadline: ContinuousClock.Instant
  ) async -> Answer {
    do {
      try await link.open()
    } catch {
      return why(error)
    }
    let request: String
    let name = host.contains(":") ? "[\(host)]" : host
    switch question {
    case .listens: return .answers
    case .http(let path):
      request = "HEAD \(path) HTTP/1.1\r\nHost: \(name):\(port)\r\nUser-Agent: motcua\r\nConnection: close\r\n\r\n"
    case .rtsp(let path):
      request = "OPTIONS rtsp://\(name):\(port)\(path) RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: motcua\r\n\r\n"
    }
    do {
      try await link.write(Array(request.utf8))
      var line: [UInt8] = []
      while !line.contains(UInt8(ascii: "\n")) {
        let left = deadline - .now
        guard left > .zero, line.count < 512 else { return .strange }
        let more = try await link.read(within: left)
        if more.isEmpty { return .strange }
        line += more
      }
      return meaning(of: line)
    } catch {
      return .strange
    }
  }

  /// `HTTP/1.1 200 OK`, `RTSP/1.0 401 Unauthorized`.
  static func meaning(of bytes: [UInt8]) -> Answer {
    let words = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1.") || words[0].hasPrefix("RTSP/1."),
      let status = Int(words[1].filter { $0 != "\r" }), (100...599).contains(status)
    else { return .strange }
    // 501: it is there and has never heard of the question.
    return status >= 500 && status != 501 ? .error(status: status) : .answers
  }

  private static func why(_ error: DeviceError) -> Answer {
    guard let cause = error.cause as? NIOConnectionError else { return .silent }
    let codes = cause.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
    if codes.contains(ECONNREFUSED) { return .refuses }
    if cause.connectionErrors.isEmpty, cause.dnsAError != nil || cause.dnsAAAAError != nil { return .unknownName }
    return .silent
  }
}
