import CentreHTTP
import CentreOperations
import CentreStore
import Foundation
import Glibc
import Logging

private struct Ignored: Decodable {}

/// What of a problem is shown at a terminal.
private struct Refusal: Decodable {
  struct Detail: Decodable { var vi: String }
  var title: String
  var problems: [Detail]?
}

/// How a command changes something: through the running daemon's socket. Without a daemon the command becomes one for a
/// moment, with the same lock.
struct Office {
  let locations: Locations

  init(_ locations: Locations) { self.locations = locations }

  func put(_ path: String, _ body: some Encodable) async throws {
    let _: Ignored = try await send("PUT", path, body)
  }

  func post<Answer: Decodable>(_ path: String, _ body: some Encodable) async throws -> Answer {
    try await send("POST", path, body)
  }

  /// What only the running daemon knows.
  func get<Answer: Decodable>(_ path: String) throws -> Answer { try ofDaemon("GET", path, Data()) }

  /// What only the running daemon can find out.
  func ask<Answer: Decodable>(_ path: String) throws -> Answer { try ofDaemon("POST", path, Data("{}".utf8)) }

  private func ofDaemon<Answer: Decodable>(_ method: String, _ path: String, _ body: Data) throws -> Answer {
    let data = locations.dataFolder
    if let lock = try DataLock.take(in: data) {
      withExtendedLifetime(lock) {}
      throw Failure("máy chủ không chạy")
    }
    return try Self.answer(try Self.talk(data.appendingPathComponent("motcua.sock").path, method, path, body))
  }

  private func send<Answer: Decodable>(_ method: String, _ path: String, _ body: some Encodable) async throws -> Answer
  {
    let data = locations.dataFolder
    let socket = data.appendingPathComponent("motcua.sock").path
    let bytes = try JSONEncoder().encode(body)
    let reply: Data
    if let lock = try DataLock.take(in: data) {
      FileHandle.standardError.write(Data("máy chủ không chạy; ghi thẳng vào cơ sở dữ liệu\n".utf8))
      reply = try await withoutDaemon { try Self.talk(socket, method, path, bytes) }
      withExtendedLifetime(lock) {}
    } else {
      reply = try Self.talk(socket, method, path, bytes)
    }
    return try Self.answer(reply)
  }

  /// Several requests one after the other, also without a daemon to the same one for the moment.
  struct Call: Sendable {
    fileprivate let socket: String

    func answer<Answer: Decodable>(_ method: String, _ path: String, _ body: Data) throws -> Answer {
      try JSONDecoder().decode(Answer.self, from: bytes(method, path, body))
    }
    func bytes(_ method: String, _ path: String, _ body: Data) throws -> Data {
      try Office.body(try Office.talk(socket, method, path, body))
    }
  }

  func session<Answer: Sendable>(_ body: @escaping @Sendable (Call) throws -> Answer) async throws -> Answer {
    let data = locations.dataFolder
    let call = Call(socket: data.appendingPathComponent("motcua.sock").path)
    guard let lock = try DataLock.take(in: data) else { return try body(call) }
    FileHandle.standardError.write(Data("máy chủ không chạy; làm thẳng trên cơ sở dữ liệu\n".utf8))
    let answer = try await withoutDaemon { try body(call) }
    withExtendedLifetime(lock) {}
    return answer
  }

  private static func answer<Answer: Decodable>(_ reply: Data) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: body(reply))
  }

  /// The body of an answer; a refusal becomes its words.
  private static func body(_ reply: Data) throws -> Data {
    let parts = String(decoding: reply, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
    guard parts.count == 2, let status = parts[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failure("máy chủ không trả lời")
    }
    let answer = Data(parts[1].utf8)
    if status >= 400 {
      let problem = try? JSONDecoder().decode(Refusal.self, from: answer)
      throw Failure(([problem?.title ?? "lỗi \(status)"] + (problem?.problems ?? []).map(\.vi)).joined(separator: "\n"))
    }
    return answer
  }

  private func withoutDaemon<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    let database = try CentreDatabase(path: locations.database)
    let desk = try CommandDesk(
      database: database, clock: CentreClock(),
      ratings: RatingBoxes(folder: locations.dataFolder.appendingPathComponent("ballot")), seed: nil)
    var log = Logger(label: "motcua")
    log.logLevel = .error
    return try await Daemon(
      share: try locations.shareFolder(), data: locations.dataFolder, host: "127.0.0.1", port: 0, log: log, desk: desk
    ).onlySocket(body)
  }

  /// One request over the socket, which is closed after the answer.
  private static func talk(_ path: String, _ method: String, _ target: String, _ body: Data) throws -> Data {
    let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw Failure(String(cString: strerror(errno))) }
    defer { close(fd) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Failure("\(path): đường dẫn quá dài") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      throw Failure("không nối được với máy chủ (\(path)): \(String(cString: strerror(errno)))")
    }
    let head =
      "\(method) \(target) HTTP/1.1\r\nHost: motcua\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    let request = Data(head.utf8) + body
    var sent = 0
    while sent < request.count {
      let n = request.withUnsafeBytes { write(fd, $0.baseAddress! + sent, request.count - sent) }
      guard n > 0 else { throw Failure(String(cString: strerror(errno))) }
      sent += n
    }
    var reply = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let n = read(fd, &buffer, buffer.count)
      guard n > 0 else { return reply }
      reply.append(contentsOf: buffer[0..<n])
    }
  }
}
