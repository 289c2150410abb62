import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// Somebody or something that sends requests, known by a cookie or not at all.
struct Guest: Sendable {
  var name: String
  var cookie: String?
  var token: String?
  static let nobody = Guest(name: "nobody")
}

struct Reply: Sendable {
  var status: Int
  var headers: HTTPFields
  var bytes: Data
  var json: JSON { (try? JSON(bytes)) ?? .null }
  /// The stable word of a problem.
  var type: String? { json["type"].string }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension TestCentre {
  /// Sends a request. Whatever comes back is compared with the API document.
  @discardableResult
  func ask(
    _ method: String, _ path: String, _ body: JSON? = nil, raw: Data? = nil, as guest: Guest = .nobody,
    key: String? = nil, headers more: [String: String] = [:], at place: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    var headers = HTTPFields()
    if let cookie = guest.cookie { headers[.cookie] = cookie }
    if let token = guest.token { headers[.authorization] = "Bearer \(token)" }
    if let key { headers[HTTPField.Name("Idempotency-Key")!] = key }
    for (name, value) in more { headers[HTTPField.Name(name)!] = value }
    let sent = raw ?? body?.bytes
    let response = try await client.execute(
      uri: path, method: .init(method)!, headers: headers, body: sent.map { ByteBuffer(bytes: $0) })
    let reply = Reply(
      status: response.status.code, headers: response.headers, bytes: Data(buffer: response.body))
    compare(reply, method, path, body, at: place)
    return reply
  }

  private func compare(_ reply: Reply, _ method: String, _ path: String, _ body: JSON?, at place: SourceLocation) {
    let document = APIDocument.shared
    #expect(reply.headers[.contentSecurityPolicy] != nil, "\(path) has no CSP", sourceLocation: place)
    guard reply.status != 303, let operation = document.operation(method, path) else { return }
    var faults = document.faults(operation, reply.status, type: reply.headers[.contentType] ?? "", reply.bytes)
    if reply.status < 300, let body {
      let schema = document.requestSchema(operation)
      if schema.exists {
        faults += document.check.faults(body, schema).map { "\(operation): was accepted although \($0)" }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))", sourceLocation: place)
    note("\(operation) \(reply.status)")
  }

  @discardableResult
  func get(_ path: String, as guest: Guest = .nobody, at place: SourceLocation = #_sourceLocation) async throws -> Reply
  {
    try await ask("GET", path, as: guest, at: place)
  }

  @discardableResult
  func post(
    _ path: String, _ body: JSON = [:], as guest: Guest = .nobody, key: String? = nil,
    at place: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    try await ask("POST", path, body, as: guest, key: key, at: place)
  }

  /// A request that has to succeed.
  @discardableResult
  func done(
    _ method: String = "POST", _ path: String, _ body: JSON = [:], as guest: Guest = .nobody, status: Int = 200,
    key: String? = nil, at place: SourceLocation = #_sourceLocation
  ) async throws -> JSON {
    let reply = try await ask(method, path, method == "GET" ? nil : body, as: guest, key: key, at: place)
    #expect(reply.status == status, "\(method) \(path): \(reply.text)", sourceLocation: place)
    return reply.json
  }

  /// A request that has to be refused with exactly this status and word, and leaves nothing in the journal.
  @discardableResult
  func refused(
    _ status: Int, _ type: String, _ method: String = "POST", _ path: String, _ body: JSON? = [:], raw: Data? = nil,
    as guest: Guest = .nobody, key: String? = nil, at place: SourceLocation = #_sourceLocation
  ) async throws -> Reply {
    let before = try await head()
    let reply = try await ask(
      method, path, method == "GET" || raw != nil ? nil : body, raw: raw, as: guest, key: key, at: place)
    #expect(reply.status == status, "\(method) \(path): \(reply.text)", sourceLocation: place)
    #expect(reply.type == type, "\(method) \(path): \(reply.text)", sourceLocation: place)
    #expect(reply.json["status"].int == status, sourceLocation: place)
    #expect(reply.headers[.contentType] == "application/problem+json; charset=utf-8", sourceLocation: place)
    let title = reply.json["title"].string ?? ""
    // A key instead of a sentence means that the word files have a gap.
    #expect(!title.hasPrefix("problem.") && !title.contains("{"), "\(title)", sourceLocation: place)
    let after = try await head()
    #expect(after == before, "a refusal left something in the journal", sourceLocation: place)
    return reply
  }

  // MARK: Everyday things

  @discardableResult
  func ticket(
    _ service: String = "ho-tich", as guest: Guest = .nobody, at place: SourceLocation = #_sourceLocation
  ) async throws -> JSON {
    try await done("POST", "/api/v1/tickets", ["service": .string(service)], as: guest, status: 201, at: place)
  }

  /// One action at a counter.
  @discardableResult
  func counter(
    _ n: Int, _ action: String, _ body: JSON = [:], as guest: Guest = .nobody,
    at place: SourceLocation = #_sourceLocation
  ) async throws -> JSON {
    try await done("POST", "/api/v1/counters/\(n)/\(action)", body, as: guest, at: place)
  }

  func signIn(_ officer: String, at place: SourceLocation = #_sourceLocation) async throws -> Guest {
    let reply = try await post(
      "/api/v1/session", ["officer": .string(officer), "pin": .string(Self.pin)], at: place)
    #expect(reply.status == 200, "\(reply.text)", sourceLocation: place)
    return Guest(name: officer, cookie: reply.cookie("motcua").map { "motcua=\($0)" })
  }

  func terminal(
    _ name: String, _ role: String, counter: Int? = nil, by guest: Guest, at place: SourceLocation = #_sourceLocation
  ) async throws -> Guest {
    var body: JSON = ["name": .string(name), "role": .string(role)]
    if let counter { body["counter"] = .int(counter) }
    let answer = try await done("POST", "/api/v1/terminals", body, as: guest, status: 201, at: place)
    return Guest(name: name, cookie: "terminal=\(answer["token"].string ?? "")")
  }
}

extension Reply {
  /// The value of a cookie that this answer sets.
  func cookie(_ name: String) -> String? {
    headers[values: .setCookie].lazy.compactMap { line -> String? in
      guard line.hasPrefix("\(name)=") else { return nil }
      return String(line.dropFirst(name.count + 1).prefix { $0 != ";" })
    }.first
  }
}
