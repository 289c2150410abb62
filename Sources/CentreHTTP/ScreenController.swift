import Announcing
import CentreOperations
import CentreStore
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import OneStop

/// What screens read, and what they say back: views, voice, ratings, prints, alarms.
struct ScreenController {
  let parts: CentreParts
  let stream: EventStream
  private let sayings = RateLimit(perMinute: 60)

  init(_ parts: CentreParts, _ stream: EventStream) {
    self.parts = parts
    self.stream = stream
  }

  func add(to routes: inout Routes) {
    routes.add(.get, "/queue", .everyone, queue)
    routes.add(.get, "/board", .everyone, board)
    routes.add(.get, "/supervisor", .supervisor, supervisor)
    routes.add(.get, "/counters/{n}/rating", .rating, ratingView)
    routes.add(.post, "/steps/{id}/rating", .rating, rate)
    routes.add(.get, "/voice/call.wav", .everyone, callVoice)
    routes.add(.get, "/voice/say", .everyone, say)
    routes.add(.get, "/prints", .supervisor, prints)
    routes.add(.get, "/prints/{job}", .supervisor, picture)
    routes.add(.post, "/alarms/{id}/acknowledge", .supervisor, acknowledge)
    routes.add(.post, "/day/close", .supervisor, closeDay)
    routes.add(.post, "/day/reopen", .supervisor, reopenDay)
    routes.add(.post, "/clock/confirm", .supervisor, confirmClock)
  }

  private struct Queue: Encodable {
    var services: [ServiceState]
    var counters: [CounterState]
  }

  private func queue(_ request: Request, _ context: CentreContext) async throws -> Response {
    let state = parts.desk.tail.state(at: parts.desk.clock.now)
    return .json(Queue(services: state.services.map { $0.named(in: state.centre) }, counters: state.counters))
  }

  private func board(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(parts.desk.tail.state(at: parts.desk.clock.now))
  }

  private func supervisor(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (parts, lastWeek) = (parts, stream.lastWeek)
    let now = parts.desk.clock.now
    return .json(try await parts.desk.look { db, state in try lastWeek.view(state, at: now, db, parts) })
  }

  // MARK: Ratings

  private func ratingView(_ request: Request, _ context: CentreContext) async throws -> Response {
    let n = try context.counter()
    let now = parts.desk.clock.now
    return .json(try await parts.desk.look { _, state in try RatingView(n, state, at: now) })
  }

  private struct RatingBody: Decodable {
    var reception: Int
    var handling: Int
    var reasons: [String]?
    var comment: String?
  }

  /// Without an idempotency key: neither the answer nor a hash of it may be kept. The step itself is the key.
  private func rate(_ request: Request, _ context: CentreContext) async throws -> Response {
    guard let id = context.parameters.get("id", as: Int.self) else { throw QueueRejection.unknownStep }
    let (body, _) = try await request.json(RatingBody.self, context)
    let rating = try Rating(
      reception: body.reception, handling: body.handling, reasons: body.reasons ?? [], comment: body.comment ?? "")
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    let (ratings, bound) = (parts.desk.ratings, context.caller.counter)
    let actor = Actor("citizen", .rating, terminal: context.caller.actor.terminal)
    try await parts.desk.perform { ledger, state in
      // A tablet rates what was done at its own counter.
      if let bound, state.hall.lastFinished(at: bound)?.rawValue != id { throw QueueRejection.notRatable }
      try ratings.seal(rating, step: Step.ID(id), in: &ledger, &state.hall, by: actor)
    }
    return .json(Nothing(), status: .created)
  }

  // MARK: Voice

  private func callVoice(_ request: Request, _ context: CentreContext) async throws -> Response {
    let number = (request.query("number") ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard (1...8).contains(number.count), let counter = request.query("counter").flatMap({ Int($0) }),
      (1...99).contains(counter)
    else { throw Problem(.badRequest, places: ["what": "number, counter"]) }
    let volume = Int(request.query("volume") ?? "100") ?? -1
    guard (0...100).contains(volume) else { throw Problem(.badRequest, places: ["what": "volume"]) }
    return try await sound {
      try await parts.announcer.call(
        number: number, counter: counter, languages: request.query("lang") ?? "vi", volume: volume)
    }
  }

  private func say(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try sayings.count(context.peer) }
    let text = request.query("text") ?? ""
    guard (1...300).contains(text.count) else { throw Problem(.badRequest, places: ["what": "text"]) }
    return try await sound { try await parts.announcer.say(text, language: request.query("lang") ?? "vi") }
  }

  private func sound(_ make: () async throws -> [UInt8]) async throws -> Response {
    do {
      return .bytes(try await make(), type: "audio/wav", cache: "public, max-age=86400")
    } catch {
      parts.log.warning("no voice", metadata: ["error": "\(error)"])
      throw Problem(.deviceFault, places: ["device": Words.text("device.voice").vi])
    }
  }

  // MARK: Prints

  private struct PrintView: Encodable, Sendable {
    var job: Int64
    var visit: Visit.ID
    var number: String
    var at: String
    var state: String
    var reprint: Bool
    var reason: String
    var picture: String
  }

  private func prints(_ request: Request, _ context: CentreContext) async throws -> Response {
    let limit = min(max(request.query("limit").flatMap { Int($0) } ?? 40, 1), 200)
    return .json(
      try await parts.desk.look { db, _ in
        try PrintJobs.recent(db, limit: limit).map {
          PrintView(
            job: $0.job, visit: $0.visit, number: $0.number, at: $0.queuedAt.iso, state: $0.state.rawValue,
            reprint: $0.reprint, reason: $0.reason, picture: "/api/v1/prints/\($0.job).png")
        }
      })
  }

  private func picture(_ request: Request, _ context: CentreContext) async throws -> Response {
    let name = (context.parameters.get("job") ?? "").replacing(".png", with: "")
    guard let id = Int64(name) else { throw Problem(.notFound) }
    let found = try await parts.desk.look { db, state in
      try PrintJobs.job(db, id).flatMap { job in
        try Journal.entries(db, after: job.issued - 1, limit: 1).first.map { (job, $0, state.hall.settings) }
      }
    }
    guard let (job, entry, settings) = found else { throw Problem(.notFound) }
    let png = try TicketPaper.picture(
      entry.decode(QueueEvent.TicketIssued.self), at: entry.at, settings: settings, followBase: parts.followBase,
      reprintedAt: job.reprint ? job.queuedAt : nil, width: 576, dpi: 203)
    return .bytes(png, type: "image/png", cache: "private, max-age=86400")
  }

  // MARK: The day

  private func acknowledge(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = (context.parameters.get("id") ?? "").removingPercentEncoding ?? ""
    guard parts.alarms.acknowledge(id, by: context.caller.actor.name) else { throw Problem(.notFound) }
    return .json(Nothing())
  }

  private struct CloseBody: Decodable { var reason: String? }

  private func closeDay(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(CloseBody.self, context)
    guard (body.reason ?? "supervisor").count <= 200 else { throw Problem(.badJSON, places: ["where": "reason"]) }
    let (actor, ratings) = (context.caller.actor, parts.desk.ratings)
    let response = try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      try CommandDesk.run(.closeDay(reason: body.reason ?? "supervisor"), by: actor, &ledger, &state, ratings)
      return Nothing()
    }
    try await parts.desk.ratings.destroyOrphans(parts.desk.database)
    return response
  }

  private func reopenDay(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (_, bytes) = try await request.json(Nothing.self, context)
    let (actor, ratings) = (context.caller.actor, parts.desk.ratings)
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      try CommandDesk.run(.reopenDay, by: actor, &ledger, &state, ratings)
      return Nothing()
    }
  }

  private func confirmClock(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (last, zone) = try await parts.desk.look { db, state in (try Journal.head(db).at, state.hall.settings.zone) }
    do {
      try parts.desk.clock.confirm(lastEvent: last)
    } catch {
      func words(_ moment: Instant) -> String { "\(TimeOfDay(moment, in: zone)) \(TicketPaper.date(moment, zone))" }
      throw Problem(.clockBehind, places: ["now": words(error.wall), "last": words(error.last)])
    }
    let actor = context.caller.actor
    _ = try await parts.desk.perform { ledger, _ in try ledger.append("clock-confirmed", Nothing(), by: actor) }
    try await parts.desk.refreshScreens()
    return .json(Nothing())
  }
}
