import CentreHTTP
import CentreOperations
import CentreStore
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import OneStop
import ServiceLifecycle
import Synchronization
import Testing

/// The centre of `centre/centre.yaml` on a working day, with a database file of its own in a temporary folder.
final class TestCentre: Sendable {
  static let share = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let words: Void = {
    do { try Words.load(from: share.appendingPathComponent("kiosk/shared")) } catch { fatalError("\(error)") }
  }()

  /// What a test may ask for.
  struct Plan {
    /// At the centre; a Thursday.
    var at = "2026-11-26 09:00"
    /// Everybody has `TestCentre.pin`.
    var pins = false
    /// Every door open, as in a demonstration and on the daemon's own socket.
    var open = true
    var demo = false
    /// A server on loopback too.
    var live = false
    var adjust: @Sendable (inout CentreSeed) -> Void = { _ in }
    var services: @Sendable (CommandDesk, CentreParts) throws -> [any ServiceLifecycle.Service] = { _, _ in [] }
    /// Instead of a new folder, which is removed at the end.
    var folder: URL?
  }

  /// PIN of every officer of a test.
  static let pin = "2580"

  /// Hashing a PIN is slow on purpose, so it is done once.
  private static let hashed: (salt: Data, pin: Data) = {
    do {
      let database = try DatabaseQueue()
      return try database.write { db in
        try db.execute(
          sql: "CREATE TABLE officer (id, name, title, boardTitle, phone, role, active, salt, pin)")
        try db.execute(
          sql: "CREATE TABLE journal (seq, epoch, type, version, at, cause, actor, role, terminal, payload, hash)")
        try db.execute(sql: "CREATE TABLE meta (name, value)")
        var ledger = try Ledger(opening: db, at: .machine)
        try People.put(Officer(id: "cb01", name: "", title: ""), pin: pin, in: &ledger, by: .system)
        let row = try Row.fetchOne(db, sql: "SELECT salt, pin FROM officer")!
        return (row["salt"], row["pin"])
      }
    } catch {
      fatalError("\(error)")
    }
  }()

  let folder: URL
  let database: CentreDatabase
  let desk: CommandDesk
  let parts: CentreParts
  let routes: [(method: String, path: String, access: String)]
  let client: any TestClientProtocol
  let group: ServiceGroup
  let wall: WallClock
  let port: Int
  private let observed = Mutex<Set<String>>([])

  /// Every centre waits for its disk at each commit; more of them at once only make each other late.
  private static let seats = Seats(3)

  private init(
    folder: URL, desk: CommandDesk, parts: CentreParts, routes: [(method: String, path: String, access: String)],
    client: any TestClientProtocol,
    group: ServiceGroup, wall: WallClock, port: Int
  ) {
    self.folder = folder
    database = desk.database
    self.desk = desk
    self.parts = parts
    self.routes = routes
    self.client = client
    self.group = group
    self.wall = wall
    self.port = port
  }

  /// Opens a centre, runs `body` in it and closes it.
  static func run(_ plan: Plan = Plan(), _ body: @Sendable (TestCentre) async throws -> Void) async throws {
    _ = words
    await seats.take()
    defer { Task { await seats.give() } }
    let folder =
      plan.folder
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("centre-http-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { if plan.folder == nil { try? FileManager.default.removeItem(at: folder) } }
    var seed = try CentreSeed.read(file: share.appendingPathComponent("centre/centre.yaml"))
    plan.adjust(&seed)
    let parts = plan.at.split(separator: " ")
    let start = LocalDay(parts[0])!.instant(at: TimeOfDay(parts[1])!, in: seed.settings.zone)
    let wall = WallClock(at: start)
    let database = try CentreDatabase(path: folder.appendingPathComponent("centre.sqlite").path)
    let desk = try CommandDesk(
      database: database, clock: CentreClock(source: { wall.now }),
      ratings: RatingBoxes(folder: folder.appendingPathComponent("ballot")), seed: seed, build: "test",
      demo: plan.demo)
    if plan.pins {
      try await database.pool.write { db in
        try db.execute(sql: "UPDATE officer SET salt = ?, pin = ?", arguments: [hashed.salt, hashed.pin])
      }
    }
    try await inside(folder, desk, wall, plan, body)
    try database.pool.close()
  }

  private static func inside(
    _ folder: URL, _ desk: CommandDesk, _ wall: WallClock, _ plan: Plan,
    _ body: @Sendable (TestCentre) async throws -> Void
  ) async throws {
    var log = Logger(label: "test")
    log.logLevel = .critical
    var parts = CentreParts(
      desk: desk, alarms: Alarms { desk.bell.ring() }, devices: Devices { desk.bell.ring() },
      printers: PrinterBoard {
        desk.bell.ring()
        desk.tail.bell.ring()
      },
      announcer: AnnouncerBox(clips: nil), metrics: Metrics(), share: share, followBase: "http://centre.test/t/",
      demo: plan.demo, log: log)
    let settings = try await desk.look { _, state in state.hall.settings }
    parts.tables.read(settings, alarms: parts.alarms, log: log, at: desk.clock.now)
    if let wrong = parts.alarms.standing.first { throw TablesRefused(words: wrong.words.vi) }
    parts.scoring = try ScoringTables.read(share.appendingPathComponent("centre/scoring"))
    let centreParts = parts
    let app = CentreApp(centreParts, open: plan.open)
    var services: [any ServiceLifecycle.Service] = [desk.tail] + (try plan.services(desk, centreParts))
    let (ports, opened) = AsyncStream<Int>.makeStream()
    if plan.live {
      services.append(app.application(on: .hostname("127.0.0.1", port: 0)) { opened.yield($0) })
    } else {
      opened.yield(0)
    }
    let group = ServiceGroup(
      configuration: .init(services: services.map { .init(service: $0) }, logger: log))
    let running = Task { try await group.run() }
    let port = await ports.first { _ in true } ?? 0
    let routes = app.routeList
    do {
      try await app.application(on: .hostname("127.0.0.1", port: 0)).test(.router) { client in
        try await body(
          TestCentre(
            folder: folder, desk: desk, parts: centreParts, routes: routes, client: client, group: group, wall: wall,
            port: port))
      }
    } catch {
      await group.triggerGracefulShutdown()
      _ = try? await running.value
      throw error
    }
    await group.triggerGracefulShutdown()
    try await running.value
  }

  /// Operation and status of every answer.
  var answered: Set<String> { observed.withLock { $0 } }
  func note(_ answer: String) { observed.withLock { _ = $0.insert(answer) } }

  // MARK: Time

  /// Lets time pass at once.
  func pass(_ seconds: Int) {
    wall.set(desk.clock.now.adding(seconds: seconds))
    try? desk.clock.confirm(lastEvent: Instant(milliseconds: 0))
  }

  // MARK: The journal

  func head() async throws -> Journal.Head { try await desk.look { db, _ in try Journal.head(db) } }

  func events(after seq: Int64 = 0) async throws -> [JournalEntry] {
    try await desk.look { db, _ in try Journal.entries(db, after: seq, limit: 100_000) }
  }

  func verify() async throws { #expect(try await desk.look { db, _ in try Journal.verify(db) }.faults.isEmpty) }
}

/// So many at once; whoever comes later waits.
actor Seats {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  init(_ count: Int) { free = count }

  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// A machine's clock that a test can set; otherwise it runs like the real one.
final class WallClock: Sendable {
  private let offset: Mutex<Int64>
  init(at start: Instant) { offset = Mutex(start.milliseconds - Instant.machine.milliseconds) }
  var now: Instant { Instant.machine.adding(milliseconds: offset.withLock { $0 }) }
  func set(_ now: Instant) { offset.withLock { $0 = now.milliseconds - Instant.machine.milliseconds } }
}

struct TablesRefused: Error { var words: String }
