import CentreOperations
import CentreStore
import Crypto
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import OneStop
import Synchronization

/// Who is known to be inside. One for all doors of a daemon: what the command line changes over the socket holds at the
/// port at once.
final class DoorBook: Sendable {
  struct Session: Sendable {
    var officer: Officer.ID
    var seenAt: Instant
    /// When `seenAt` was last written to the file.
    var keptAt: Instant
  }
  struct Contents {
    /// By the hash of the token.
    var sessions: [Data: Session] = [:]
    /// Counts endings of sessions: what was read before one is not put back after it.
    var endings = 0
    var tries: [String: (count: Int, since: ContinuousClock.Instant)] = [:]
    var terminals: [Data: Caller]?
    var people: [Officer.ID: Officer]?
  }
  let contents = Mutex(Contents())
}

/// Knows who comes in: people by a session, terminals by a token, everybody else as a citizen.
final class Doorman: Sendable {
  private let book: DoorBook
  /// A demonstration on loopback, or the daemon's own socket: every door is open.
  let open: Bool
  let desk: CommandDesk
  /// Who somebody is behind an open door.
  private let insider: String

  /// A session unused for so long has ended: a working day with its lunch.
  private static let sessionLasts = 10 * 3600
  private static let triesAllowed = 5
  private static let triesWithin = Duration.seconds(300)

  init(_ parts: CentreParts, open: Bool) {
    desk = parts.desk
    book = parts.doorBook
    self.open = open
    insider = parts.demo ? "demo" : "console"
  }

  func caller(of request: Request) async throws -> Caller {
    let cookies = request.cookies
    if let token = cookies["motcua"]?.value, let officer = try await session(token) {
      return Caller(actor: Actor(officer.id.rawValue, officer.role, terminal: terminal(request)), officer: officer.id)
    }
    if let token = cookies["terminal"]?.value ?? bearer(request), let terminal = try await terminal(token: token) {
      return terminal
    }
    if open { return Caller(actor: Actor(insider, .admin, terminal: terminal(request))) }
    return Caller(actor: .citizen)
  }

  /// Which screen of a person it was, as the screen names itself: for the journal, not for rights.
  private func terminal(_ request: Request) -> String {
    guard let value = request.headers[.terminal] else { return "" }
    return String(value.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40))
  }

  private func bearer(_ request: Request) -> String? {
    guard let value = request.headers[.authorization], value.hasPrefix("Bearer ") else { return nil }
    return String(value.dropFirst(7))
  }

  // MARK: People

  /// - Throws: `wrong-pin`, `too-many-tries` for this officer and address.
  func signIn(_ officer: Officer.ID, pin: String, from peer: String) async throws -> (token: String, officer: Officer) {
    // Tries are kept for those who exist only; any other name would take memory for as long as somebody sends new ones.
    guard try await person(officer) != nil else { throw Problem(.wrongPIN) }
    let tried = "\(officer) \(peer)"
    try book.contents.withLock { contents in
      if let tries = contents.tries[tried], tries.since.duration(to: .now) < Self.triesWithin {
        if tries.count >= Self.triesAllowed { throw Problem(.tooManyTries, places: ["n": "5"]) }
      } else {
        contents.tries[tried] = (0, .now)
      }
      contents.tries[tried]!.count += 1
    }
    // Beside the writer: hashing a PIN is slow on purpose.
    guard let person = try await desk.database.pool.read({ try People.check(pin: pin, of: officer, in: $0) }) else {
      throw Problem(.wrongPIN)
    }
    let token = randomBytes(24).hexText
    let (hash, now) = (Self.hash(token), desk.clock.now)
    try await desk.perform { ledger, _ in
      try ledger.db.execute(
        sql: "DELETE FROM session WHERE seenAt < ?",
        arguments: [now.adding(seconds: -Self.sessionLasts).milliseconds])
      try ledger.db.execute(
        sql: "INSERT INTO session (token, officer, seenAt) VALUES (?, ?, ?)",
        arguments: [hash, person.id.rawValue, now.milliseconds])
    }
    book.contents.withLock { contents in
      contents.tries[tried] = nil
      contents.sessions[hash] = DoorBook.Session(officer: person.id, seenAt: now, keptAt: now)
    }
    return (token, person)
  }

  func signOut(_ request: Request) async throws {
    guard let token = request.cookies["motcua"]?.value else { return }
    let hash = Self.hash(token)
    try await end("token = ?", hash) { $0[hash] = nil }
  }

  /// Ends sessions in the file first and then in the memory; the other way round a request of another tab could read
  /// one back in between.
  private func end(
    _ which: String, _ argument: any DatabaseValueConvertible & Sendable,
    _ forget: (inout [Data: DoorBook.Session]) -> Void
  ) async throws {
    try await desk.perform { ledger, _ in
      try ledger.db.execute(sql: "DELETE FROM session WHERE \(which)", arguments: [argument])
    }
    book.contents.withLock { contents in
      contents.endings += 1
      forget(&contents.sessions)
    }
  }

  private static func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }

  /// The officer behind a token, while the session lasts and the officer is at work.
  private func session(_ token: String) async throws -> Officer? {
    let hash = Self.hash(token)
    let now = desk.clock.now
    let (remembered, endings) = book.contents.withLock { ($0.sessions[hash], $0.endings) }
    var session = remembered
    if session == nil {
      session = try await desk.database.pool.read { db in
        try Row.fetchOne(db, sql: "SELECT officer, seenAt FROM session WHERE token = ?", arguments: [hash]).map {
          let seen = Instant(milliseconds: $0["seenAt"])
          return DoorBook.Session(officer: Officer.ID($0["officer"]), seenAt: seen, keptAt: seen)
        }
      }
    }
    guard var known = session, now.seconds(since: known.seenAt) < Self.sessionLasts else { return nil }
    known.seenAt = now
    // Written down now and then only: it has to outlive a restart, not to be exact.
    let write = now.seconds(since: known.keptAt) > 600
    if write { known.keptAt = now }
    let kept = known
    let stays = book.contents.withLock { contents in
      guard contents.endings == endings || contents.sessions[hash] != nil else { return false }
      contents.sessions[hash] = kept
      return true
    }
    // Somebody has signed out while this was read: maybe this one, and the file knows.
    if !stays { return try await self.session(token) }
    if write {
      try await desk.perform { ledger, _ in
        try ledger.db.execute(
          sql: "UPDATE session SET seenAt = ? WHERE token = ?", arguments: [now.milliseconds, hash])
      }
    }
    return try await person(kept.officer)
  }

  /// Role and name as they are now; kept until people change.
  private func person(_ id: Officer.ID) async throws -> Officer? {
    if let known = book.contents.withLock({ $0.people }) { return known[id].flatMap { $0.active ? $0 : nil } }
    let people = try await desk.look { _, state in state.officers }
    book.contents.withLock { $0.people = people }
    return people[id].flatMap { $0.active ? $0 : nil }
  }

  /// Ends the sessions of an officer whose rights or PIN have changed.
  func forget(_ officer: Officer.ID) async throws {
    peopleChanged()
    try await end("officer = ?", officer.rawValue) { sessions in
      sessions = sessions.filter { $0.value.officer != officer }
    }
  }

  func peopleChanged() { book.contents.withLock { $0.people = nil } }

  // MARK: Terminals

  private func terminal(token: String) async throws -> Caller? {
    let hash = Self.hash(token)
    if let known = book.contents.withLock({ $0.terminals }) { return known[hash] }
    let read = try await desk.database.pool.read { db in
      try Row.fetchAll(db, sql: "SELECT token, name, role, counter FROM terminal").reduce(into: [Data: Caller]()) {
        $0[$1["token"]] = Caller(
          actor: Actor("citizen", Role(rawValue: $1["role"]) ?? .citizen, terminal: $1["name"]),
          counter: ($1["counter"] as Int?).map { Counter.ID($0) })
      }
    }
    book.contents.withLock { $0.terminals = read }
    return read[hash]
  }

  func terminalsChanged() { book.contents.withLock { $0.terminals = nil } }
}

/// Finds out who asks, and takes a terminal's token out of the address into a cookie.
struct CallerMiddleware: RouterMiddleware {
  typealias Context = CentreContext
  let doorman: Doorman

  func handle(
    _ request: Request, context: CentreContext, next: (Request, CentreContext) async throws -> Response
  ) async throws -> Response {
    if request.method == .get, let token = request.query("token") {
      var response = Response(status: .seeOther)
      // One slash: two would lead to another host.
      response.headers[.location] = "/" + request.uri.path.drop { $0 == "/" } + Self.rest(of: request)
      // A cookie cannot hold just anything, and a line break in one would be a header of its own.
      if (1...100).contains(token.count), token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
        response.setCookie(
          Cookie(
            name: "terminal", value: token, maxAge: 10 * 365 * 86_400, path: "/", httpOnly: true, sameSite: .strict))
      }
      return response
    }
    var context = context
    context.caller = try await doorman.caller(of: request)
    return try await next(request, context)
  }

  /// The query without the token, which must not stay in an address line or a log.
  private static func rest(of request: Request) -> String {
    let rest = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("token=") }
    return rest.isEmpty ? "" : "?" + rest.joined(separator: "&")
  }
}

/// What a browser may do with our pages: no inline script, nothing from elsewhere, no frames.
struct PageSecurity: RouterMiddleware {
  typealias Context = CentreContext
  func handle(
    _ request: Request, context: CentreContext, next: (Request, CentreContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = """
      default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; \
      form-action 'self'; frame-ancestors 'none'
      """
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    // Screens run for weeks; after an update they must not keep old parts.
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
    return response
  }
}

/// So many requests of one kind from one address within a minute; guessing codes has to be slow.
final class RateLimit: Sendable {
  private let seen = Mutex<(minute: Int64, counts: [String: Int])>((0, [:]))
  let perMinute: Int

  init(perMinute: Int) { self.perMinute = perMinute }

  /// - Throws: `rate-limited`.
  func count(_ peer: String, at now: ContinuousClock.Instant = .now) throws {
    let minute = Int64((ContinuousClock.now - Self.start).components.seconds / 60)
    let count = seen.withLock { seen in
      if seen.minute != minute { seen = (minute, [:]) }
      seen.counts[peer, default: 0] += 1
      return seen.counts[peer]!
    }
    if count > perMinute { throw Problem(.rateLimited) }
  }

  private static let start = ContinuousClock.now
}
