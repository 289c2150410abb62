import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import GRDB
import Hummingbird
import OneStop

/// Numbers: taken at the kiosk, followed on the phone, printed again.
struct TicketController {
  let parts: CentreParts
  private let lookups = RateLimit(perMinute: 120)

  init(_ parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.post, "/tickets", .kiosk, issue)
    routes.add(.get, "/track/{code}", .everyone, track)
    routes.add(.post, "/track/{code}/cancel", .everyone, cancel)
    routes.add(.get, "/tickets/{id}/print", .everyone, printState)
    routes.add(.post, "/tickets/{id}/reprint", .officer, reprint)
    routes.add(.post, "/emergency", .officer, emergency)
    routes.add(.get, "/qr/{code}", .everyone, qr)
  }

  private struct IssueBody: Decodable {
    var service: Service.ID?
    var procedure: String?
    var priority: PriorityGroup.ID?
    var needs: [Visit.Need]?
    var language: String?
  }

  struct Issued: QuickAnswer {
    struct Print: Encodable, Sendable { var state: String }
    var id: Visit.ID
    var number: String
    var service: Service.ID
    var serviceName: String
    var ahead: Int
    var estimatedWaitSeconds: Int?
    var counters: [Counter.ID]
    var code: String
    var track: String
    var qr: String
    var print: Print

    var quick: SortedJSON? {
      var json = SortedJSON()
      json.add("ahead", ahead)
      json.add("code", code)
      json.add("counters", counters.lazy.map { String($0.rawValue) })
      json.add("estimatedWaitSeconds", estimatedWaitSeconds)
      json.add("id", id.rawValue)
      json.add("number", number)
      var paper = SortedJSON()
      paper.add("state", print.state)
      json.add("print", paper)
      json.add("qr", qr)
      json.add("service", service.rawValue)
      json.add("serviceName", serviceName)
      json.add("track", track)
      return json
    }
  }

  private func issue(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(IssueBody.self, context)
    let procedure = try body.procedure.map { text in
      guard let known = parts.casework?.procedures.procedure(code: text) else {
        throw DossierRejection.unknownProcedure
      }
      return known
    }
    // What the list doesn't say under which service it is queued, the asker has to.
    guard let service = body.service ?? procedure?.service else {
      throw Problem(.badJSON, places: ["where": "service"])
    }
    guard ["vi", "en"].contains(body.language ?? "vi") else { throw Problem(.badJSON, places: ["where": "language"]) }
    // The kiosk's own rights and rules, also when an open demonstration would allow more.
    var actor = context.caller.actor
    if parts.demo, context.caller.officer == nil {
      actor = Actor("citizen", .kiosk, terminal: actor.terminal.isEmpty ? "kiosk-1" : actor.terminal)
    }
    let code = TrackCode.random()
    let (ratings, followBase) = (parts.desk.ratings, parts.followBase)
    let maker = actor
    return try await parts.desk.answer(request, context, body: bytes, status: .created) { ledger, state in
      let events = try CommandDesk.run(
        .issue(
          service, priority: body.priority, needs: Set(body.needs ?? []), language: body.language ?? "vi", code: code,
          procedure: procedure?.id),
        by: maker, &ledger, &state, ratings)
      guard case .ticketIssued(let ticket) = events.first else { throw Problem(.broken) }
      let settings = state.hall.settings
      return Issued(
        id: ticket.visit, number: ticket.number, service: service,
        serviceName: settings.service(service)?.name ?? service.rawValue, ahead: ticket.ahead,
        estimatedWaitSeconds: ticket.estimatedSeconds, counters: ticket.counters, code: ticket.code,
        track: followBase + ticket.code, qr: "/api/v1/qr/\(ticket.code).svg",
        print: .init(state: PrinterBoard.printer(for: maker.terminal, in: settings) == nil ? "none" : "queued"))
    }
  }

  private func track(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try lookups.count(context.peer) }
    let code = context.parameters.get("code") ?? ""
    let now = parts.desk.clock.now
    return .json(try await parts.desk.look { _, state in try TrackView(code: code, state, at: now) })
  }

  private func cancel(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try lookups.count(context.peer) }
    let code = context.parameters.get("code") ?? ""
    let (_, bytes) = try await request.json(Nothing.self, context)
    let ratings = parts.desk.ratings
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      try CommandDesk.run(.cancel(code: code), by: .citizen, &ledger, &state, ratings)
      return try TrackView(code: code, state, at: ledger.now)
    }
  }

  private func qr(_ request: Request, _ context: CentreContext) async throws -> Response {
    let code = (context.parameters.get("code") ?? "").replacing(".svg", with: "")
    guard (6...40).contains(code.count), code.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw QueueRejection.unknownCode
    }
    let svg = try TicketPaper.qr(parts.followBase + code)
    return .bytes(Array(svg.utf8), type: "image/svg+xml", cache: "public, max-age=86400")
  }

  private func visit(_ context: CentreContext) throws -> Visit.ID {
    guard let id = context.parameters.get("id", as: Int.self) else { throw QueueRejection.unknownTicket }
    return Visit.ID(id)
  }

  private struct PrintStateBody: Encodable, Sendable {
    var state: String
    var reason: String
  }

  private func printState(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try visit(context)
    return .json(
      try await parts.desk.look { db, state in
        guard let visit = state.hall.visits[id] else { throw QueueRejection.unknownTicket }
        if let job = try PrintJobs.last(db, of: id) {
          return PrintStateBody(state: job.state.rawValue, reason: job.reason)
        }
        let hasPrinter = try Self.issued(visit, state, db).printer != nil && !visit.emergency
        return PrintStateBody(state: hasPrinter ? "queued" : "none", reason: "")
      })
  }

  private func reprint(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try visit(context)
    let (_, bytes) = try await request.json(Nothing.self, context)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes, status: .accepted) { ledger, state in
      guard let visit = state.hall.visits[id] else { throw QueueRejection.unknownTicket }
      // Its paper was printed beforehand.
      if visit.emergency { throw QueueRejection.emergencyNumber }
      let issued = try Self.issued(visit, state, ledger.db)
      guard issued.printer != nil else { throw Problem(Problem.Kind.noPrinter) }
      let seq = try ledger.append("reprint-asked", PrintJobs.ReprintAsked(visit: id, issued: issued.seq), by: actor)
      return ["job": seq]
    }
  }

  /// The event a number was issued by, and the printer of the máy lấy số it came from.
  private static func issued(_ visit: Visit, _ state: CentreState, _ db: Database) throws -> (
    seq: Int64, printer: Printer?
  ) {
    guard let seq = try PrintJobs.issuedEvent(db, of: visit),
      let entry = try Journal.entries(db, after: seq - 1, limit: 1).first
    else { throw QueueRejection.unknownTicket }
    return (seq, PrinterBoard.printer(for: entry.actor.terminal, in: state.hall.settings))
  }

  private struct EmergencyBody: Decodable {
    var number: String
    var service: Service.ID
    var counter: Counter.ID?
    var state: String
    var arrivedAt: TimeOfDay?
    /// The day on the slip; absent: today.
    var day: LocalDay?
  }

  private struct Entered: Encodable, Sendable {
    var id: Visit.ID
    var day: LocalDay
    var number: String
    var state: String
  }

  private func emergency(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (body, bytes) = try await request.json(EmergencyBody.self, context)
    guard ["waiting", "served"].contains(body.state) else { throw Problem(.badJSON, places: ["where": "state"]) }
    let actor = context.caller.actor
    let ratings = parts.desk.ratings
    let code = TrackCode.random()
    return try await parts.desk.answer(request, context, body: bytes, status: .created) { ledger, state in
      let day = body.day ?? state.hall.day
      let number = body.number.uppercased()
      let served = body.state == "served"
      let arrived = body.arrivedAt.map { day.instant(at: $0, in: state.hall.settings.zone) }
      if day != state.hall.day {
        let late = try CommandDesk.enterLate(
          number, of: day, service: body.service, counter: body.counter, served: served, arrivedAt: arrived,
          code: code, by: actor, &ledger, &state)
        return Entered(id: late.visit, day: day, number: late.number, state: body.state)
      }
      let events = try CommandDesk.run(
        .enterEmergency(
          number: number, service: body.service, counter: body.counter, served: served, arrivedAt: arrived, code: code),
        by: actor, &ledger, &state, ratings)
      guard case .ticketIssued(let ticket) = events.first else { throw Problem(.broken) }
      return Entered(id: ticket.visit, day: day, number: ticket.number, state: body.state)
    }
  }
}

/// A body that says nothing.
struct Nothing: Codable, Sendable {}

/// Twelve letters and digits without those that look alike: about 58 bits, beyond guessing within a day.
enum TrackCode {
  private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ".utf8)
  static func random() -> String {
    // One draw for all twelve: each would be a call of the kernel by itself. 31^12 < 2^60, so the bias is below 2^-68.
    var draw = UInt128.random(in: .min ... .max)
    return String(unsafeUninitializedCapacity: 12) { bytes in
      for i in 0..<12 {
        bytes[i] = alphabet[Int(draw % UInt128(alphabet.count))]
        draw /= UInt128(alphabet.count)
      }
      return 12
    }
  }
}
