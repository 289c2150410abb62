import CentreOperations
import CentreStore
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import NIOCore
import OneStop
import ServiceLifecycle
import Synchronization

/// What happens, as it happens: one stream for each screen, each with what its audience may see.
struct EventStream: Sendable {
  let parts: CentreParts
  let lastWeek = LastWeek()
  private let lookups = RateLimit(perMinute: 120)

  init(parts: CentreParts) { self.parts = parts }

  /// A screen that hears nothing for twelve seconds takes the connection for lost, so it hears something every five.
  static let heartbeat = Duration.seconds(5)

  func add(to routes: inout Routes) {
    routes.add(.get, "/events", .everyone, open)
  }

  private func open(_ request: Request, _ context: CentreContext) async throws -> Response {
    let counter = request.query("counter").flatMap { Int($0) }.map { Counter.ID($0) }
    let parts = parts
    let screen = screen(request, context)
    switch request.query("audience") ?? "public" {
    case "public":
      return patches(request, screen, printer: nil)
    case "kiosk":
      let terminal = context.caller.actor.terminal.isEmpty ? "kiosk-1" : context.caller.actor.terminal
      return patches(request, screen, printer: terminal)
    case "desk":
      try Access.officer.check(context.caller)
      guard let counter else { throw QueueRejection.unknownCounter }
      let notices = parts.desk.notices
      return try await frames(request, screen, "desk", rest: .milliseconds(20)) { db, state, now in
        var view = try DeskView(counter, state, parts.casework, at: now, db)
        view.notice = notices.current(counter, at: now)
        return try ScreenJSON.encoder.encode(view)
      }
    case "rating":
      try Access.rating.check(context.caller)
      guard let counter else { throw QueueRejection.unknownCounter }
      return try await frames(request, screen, "rating", rest: .milliseconds(20), onlyChanges: true) { _, state, now in
        try ScreenJSON.encoder.encode(RatingView(counter, state, at: now))
      }
    case "supervisor":
      try Access.supervisor.check(context.caller)
      let lastWeek = lastWeek
      return try await frames(request, screen, "supervisor", rest: .milliseconds(400)) { db, state, now in
        try ScreenJSON.encoder.encode(lastWeek.view(state, at: now, db, parts))
      }
    case "track":
      if !parts.demo { try lookups.count(context.peer) }
      let code = request.query("code") ?? ""
      return try await frames(request, screen, "track", rest: .milliseconds(500), onlyChanges: true) { _, state, now in
        try ScreenJSON.encoder.encode(TrackView(code: code, state, at: now))
      }
    default:
      throw Problem(.badRequest, places: ["what": "audience"])
    }
  }

  /// The name under which a screen counts as connected: that of its token, or the one a board without a token gives itself.
  private func screen(_ request: Request, _ context: CentreContext) -> String {
    let terminal = context.caller.actor.terminal
    guard terminal.isEmpty, let name = request.query("screen") else { return terminal }
    return String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40))
  }

  /// A stream that ends when the screen goes away; its loop ends by itself when the daemon stops.
  private func response(
    _ request: Request, _ screen: String,
    _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    let (screens, clock) = (parts.screens, parts.desk.clock)
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
      body: .init { writer in
        let ticket = screen.isEmpty ? nil : screens.enter(screen, at: clock.now)
        defer { if let ticket { screens.leave(ticket) } }
        do {
          try await request.body.consumeWithCancellationOnInboundClose { _ in try await write(&writer) }
        } catch is CancellationError {}
        try await writer.finish(nil)
      })
  }

  // MARK: Public

  /// Snapshot, then every change, each encoded once for all screens. A kiosk also hears of its own printer.
  private func patches(_ request: Request, _ screen: String, printer terminal: String?) -> Response {
    let (tail, clock, printers, desk) = (parts.desk.tail, parts.desk.clock, parts.printers, parts.desk)
    let last = request.headers[.init("Last-Event-ID")!]
    return response(request, screen) { writer in
      let bell = tail.bell.listen().cancelOnGracefulShutdown()
      var (bytes, cursor) = tail.open(after: last, at: clock.now)
      if bytes.isEmpty { bytes = Array(": resumed\n\n".utf8) }
      try await writer.write(ByteBuffer(bytes: Hello.frame(desk) + bytes))
      var known = -1
      var scanned = terminal.map { desk.kioskScans.place(of: $0) } ?? 0
      var quiet = ContinuousClock.now
      for await _ in bell {
        var out = [UInt8]()
        if let news = tail.next(after: &cursor) {
          out = news
        } else {
          (out, cursor) = tail.open(after: nil, at: clock.now)
        }
        if let terminal, printers.version != known {
          known = printers.version
          let settings = try await desk.look { _, state in state.hall.settings }
          out += Tail.frame(
            "change", id: "\(tail.epoch):\(tail.seq)",
            json: PrinterPatch(at: clock.now.iso, printer: printers.view(for: terminal, in: settings)))
        }
        if let terminal, let reading = desk.kioskScans.newer(than: &scanned, at: terminal) {
          out += Tail.frame("scan", id: "\(tail.epoch):\(tail.seq)", json: reading)
        }
        if out.isEmpty {
          guard quiet.duration(to: .now) > Self.heartbeat * 0.8 else { continue }
          out = Array(": tick\n\n".utf8)
        }
        quiet = .now
        try await writer.write(ByteBuffer(bytes: out))
      }
    }
  }

  private struct PrinterPatch: Encodable {
    var type = "printer"
    var at: String
    var printer: PrinterBoard.View
  }

  // MARK: Frames

  /// A view, whole, each time something may have changed in it.
  private func frames(
    _ request: Request, _ screen: String, _ name: String, rest: Duration, onlyChanges: Bool = false,
    _ view: @escaping @Sendable (Database, CentreState, Instant) throws -> Data
  ) async throws -> Response {
    let desk = parts.desk
    // Taken before the first look: what changes between the two would otherwise be shown only with the next change.
    let heard = desk.bell.pulse
    // Refusals (unknown code, unknown counter) are answered before the stream begins.
    let first = try await desk.look { db, state in try view(db, state, desk.clock.now) }
    return response(request, screen) { writer in
      var last = first
      var quiet = ContinuousClock.now
      var pulse = heard
      let bell = desk.bell.listen().cancelOnGracefulShutdown()
      try await writer.write(ByteBuffer(bytes: Hello.frame(desk)))
      try await writer.write(Self.frame(name, last, desk))
      for await _ in bell {
        let beat = desk.bell.pulse
        // Waits grow by themselves, so a view is refreshed now and then even when nothing happens.
        let due = beat != pulse || quiet.duration(to: .now) > .seconds(15)
        if due {
          pulse = beat
          let now = try await desk.look { db, state in try view(db, state, desk.clock.now) }
          if !onlyChanges || now != last {
            last = now
            quiet = .now
            try await writer.write(Self.frame(name, now, desk))
            try await Task.sleep(for: rest)
            continue
          }
        }
        if quiet.duration(to: .now) > Self.heartbeat * 0.8 {
          quiet = .now
          try await writer.write(ByteBuffer(string: ": tick\n\n"))
        }
      }
    }
  }

  private static func frame(_ name: String, _ data: Data, _ desk: CommandDesk) -> ByteBuffer {
    var buffer = ByteBuffer(string: "id: \(desk.tail.epoch):\(desk.tail.seq)\nevent: \(name)\ndata: ")
    buffer.writeBytes(data)
    buffer.writeString("\n\n")
    return buffer
  }
}

/// First on every stream: what a screen needs to show the centre's time, and the build it belongs to.
private struct Hello: Encodable {
  var now: String
  var speed: Double
  var utcOffsetMinutes: Int
  var build: String

  static func frame(_ desk: CommandDesk) -> [UInt8] {
    let now = desk.clock.now
    let state = desk.tail.state(at: now)
    let hello = Hello(
      now: now.iso, speed: desk.clock.speed, utcOffsetMinutes: state.centre.utcOffsetMinutes, build: state.build)
    let json = (try? ScreenJSON.encoder.encode(hello)) ?? Data("{}".utf8)
    return Array("event: hello\ndata: ".utf8) + json + Array("\n\n".utf8)
  }
}

/// The waits of the same weekday a week ago, read once a day.
final class LastWeek: Sendable {
  private let kept = Mutex<(day: LocalDay, slots: [SupervisorView.Slot])?>(nil)

  func view(_ state: CentreState, at now: Instant, _ db: Database, _ parts: CentreParts) throws -> SupervisorView {
    let day = state.hall.day
    var slots: [SupervisorView.Slot] = []
    if let known = kept.withLock({ $0 }), known.day == day {
      slots = known.slots
    } else {
      let before = day.adding(days: -7)
      slots = SupervisorView.slots(try HallRows.visits(db, from: before, to: before), state.hall.settings)
      let read = slots
      kept.withLock { $0 = (day, read) }
    }
    return try SupervisorView(
      state, at: now, db, alarms: parts.alarms.standing, devices: parts.devices.list, lastWeek: slots)
  }
}
