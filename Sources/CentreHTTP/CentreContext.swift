import CentreOperations
import Foundation
import Hummingbird
import HTTPTypes
import NIOCore
import OneStop

/// Who asks, from where.
struct CentreContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Set by `Doorman`.
  var caller = Caller(actor: .citizen)
  let peer: String
  /// Whoever sends more is refused before it is read. Settings are the largest thing anybody sends.
  var maxUploadSize: Int { 512 * 1024 }

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? "local"
  }
}

/// A signed-in person, a terminal, or anybody.
struct Caller: Sendable {
  var actor: Actor
  /// The officer behind a session.
  var officer: Officer.ID?
  /// The counter a terminal is bound to.
  var counter: Counter.ID?
}

/// Who may use a route.
enum Access: String, Sendable, CaseIterable {
  case everyone, kiosk, rating, officer, supervisor

  func allows(_ role: Role) -> Bool {
    switch self {
    case .everyone: true
    case .kiosk: [.kiosk, .officer, .supervisor, .admin].contains(role)
    case .rating: [.rating, .supervisor, .admin].contains(role)
    case .officer: [.officer, .supervisor, .admin].contains(role)
    case .supervisor: [.supervisor, .admin].contains(role)
    }
  }

  /// - Throws: `sign-in-required` for who is nobody yet, `forbidden` for who is the wrong one.
  func check(_ caller: Caller) throws {
    if !allows(caller.actor.role) { throw Problem(caller.actor.role == .citizen ? .signIn : .forbidden) }
  }
}

extension Request {
  /// The body as JSON; an empty body is an empty object.
  /// - Throws: `Problem` `bad-json` with the place, `too-large`.
  func json<T: Decodable>(_ type: T.Type, _ context: CentreContext) async throws -> (value: T, bytes: Data) {
    let bytes = Data(buffer: try await collected(context))
    do {
      return (try JSONDecoder().decode(type, from: bytes.isEmpty ? Data("{}".utf8) : bytes), bytes)
    } catch let error as DecodingError {
      throw Problem(.badJSON, places: ["where": error.place ?? bytes.placeThatIsNotJSON])
    }
  }

  func collected(_ context: CentreContext) async throws -> ByteBuffer {
    do {
      return try await body.collect(upTo: context.maxUploadSize)
    } catch is NIOTooManyBytesError {
      throw Problem(.tooLarge, places: ["max": "\(context.maxUploadSize / 1024)"])
    }
  }

  func query(_ name: String) -> String? { uri.queryParameters[Substring(name)].map(String.init) }

  var idempotencyKey: String? {
    get throws {
      guard let key = headers[.idempotencyKey] else { return nil }
      guard (8...200).contains(key.count), key.allSatisfy({ $0.isASCII && !$0.isNewline }) else {
        throw Problem(.badRequest, places: ["what": "Idempotency-Key"])
      }
      return key
    }
  }
}

extension CentreContext {
  func counter() throws -> Counter.ID {
    guard let number = parameters.get("n", as: Int.self) else { throw QueueRejection.unknownCounter }
    return Counter.ID(number)
  }
}

extension DecodingError {
  /// Path of the value that is missing or of the wrong kind, as in `services[2].prefix`; nil for the whole.
  var place: String? {
    let keys: [any CodingKey]
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      keys = context.codingPath
    case .keyNotFound(let key, let context): keys = context.codingPath + [key]
    @unknown default: return nil
    }
    guard !keys.isEmpty else { return nil }
    return keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}

extension Data {
  /// Line and column where this stops being JSON; only `JSON` where it is some, but not what was asked for.
  var placeThatIsNotJSON: String {
    do {
      _ = try JSONSerialization.jsonObject(with: self, options: .fragmentsAllowed)
      return "JSON"
    } catch {
      // Foundation tells the byte in words only, "Invalid value around character 35.", and for a missing end not at all.
      let why = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
      let offset = why.firstMatch(of: /(?:character|at) (\d+)\.?$/).flatMap { Int($0.1) } ?? count
      let lines = prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return "JSON \(Swift.max(lines.count, 1)):\((lines.last?.count ?? 0) + 1)"
    }
  }
}
