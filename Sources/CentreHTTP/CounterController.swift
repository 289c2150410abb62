import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop

/// What officers do at their counters, each with one request.
struct CounterController {
  let parts: CentreParts

  init(_ parts: CentreParts) { self.parts = parts }

  private struct Body: Decodable {
    var number: String?
    var service: Service.ID?
    var counter: Counter.ID?
    var next: Destination?
    var copies: Int?
    var needs: [Visit.Need]?
    var priority: PriorityGroup.ID?
    var clearPriority: Bool?
    var reason: String?
    var officer: Officer.ID?
    var takeOver: Bool?

    func destination() throws -> Destination {
      if let counter { return Destination(counter: counter, service: service) }
      if let service { return Destination(service: service) }
      throw Problem(.badJSON, places: ["where": "service"])
    }
  }

  struct Ticket: Encodable, Sendable {
    var id: Visit.ID
    var step: Step.ID
    var number: String
    var service: Service.ID
    var serviceName: String
    var priority: PriorityGroup.ID?
    var needs: [String]
  }

  struct Answer: QuickAnswer {
    var ticket: Ticket?
    /// Only for who asks with `Prefer: return=representation`; screens have it from their stream.
    var desk: DeskView?

    var quick: SortedJSON? {
      guard desk == nil else { return nil }
      var json = SortedJSON()
      guard let ticket else { return json }
      var inner = SortedJSON()
      inner.add("id", ticket.id.rawValue)
      inner.add("needs", ticket.needs.lazy.map { "\"" + $0 + "\"" })
      inner.add("number", ticket.number)
      inner.add("priority", ticket.priority?.rawValue)
      inner.add("service", ticket.service.rawValue)
      inner.add("serviceName", ticket.serviceName)
      inner.add("step", ticket.step.rawValue)
      json.add("ticket", inner)
      return json
    }
  }

  func add(to routes: inout Routes) {
    routes.add(.get, "/counters/{n}/desk", .officer, view)
    command("call-next", &routes) { n, _, _ in .callNext(n) }
    command("call", &routes) { n, body, _ in
      guard let number = body.number else { throw Problem(.badJSON, places: ["where": "number"]) }
      return .call(n, number: number.uppercased())
    }
    command("recall", &routes) { n, _, _ in .recall(n) }
    command("start", &routes) { n, _, _ in .start(n) }
    command("finish", &routes) { n, body, _ in .finish(n, copies: body.copies, next: body.next) }
    command("no-show", &routes) { n, _, _ in .noShow(n) }
    command("hold", &routes) { n, _, _ in .hold(n) }
    command("resume", &routes) { n, body, _ in
      guard let number = body.number else { throw Problem(.badJSON, places: ["where": "number"]) }
      return .resume(n, number: number.uppercased())
    }
    command("return", &routes) { n, body, _ in .returnToQueue(n, number: body.number?.uppercased()) }
    command("transfer", &routes) { n, body, _ in .transfer(n, to: try body.destination()) }
    command("cancel", &routes) { n, body, _ in .cancelAtCounter(n, number: body.number?.uppercased()) }
    command("mark", &routes) { n, body, _ in
      let priority: PriorityGroup.ID?? = body.clearPriority == true ? .some(nil) : body.priority.map { .some($0) }
      return .mark(n, needs: body.needs.map(Set.init), copies: body.copies, priority: priority)
    }
    command("open", &routes) { n, body, context in
      guard let officer = body.officer ?? context.caller.officer else { throw QueueRejection.unknownOfficer }
      // Whoever is signed in opens for oneself; only supervisors open for others.
      if let me = context.caller.officer, me != officer, !Access.supervisor.allows(context.caller.actor.role) {
        throw Problem(.forbidden)
      }
      return .open(n, officer, takeOver: body.takeOver ?? false)
    }
    command("pause", &routes) { n, body, _ in
      let reason = (body.reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      guard (1...60).contains(reason.count) else { throw Problem(.badJSON, places: ["where": "reason"]) }
      return .pause(n, reason: reason)
    }
    command("close", &routes) { n, _, _ in .close(n) }
    command("undo", &routes) { n, _, _ in .undo(n) }
    // From the tablet in front of the citizen: for its own counter, and without a word of who is there.
    command("help", &routes, access: .rating, tells: false) { n, _, context in
      if let bound = context.caller.counter, bound != n { throw Problem(.forbidden) }
      return .askHelp(n)
    }
    command("help/answer", &routes) { n, _, _ in .answerHelp(n) }
  }

  private func view(_ request: Request, _ context: CentreContext) async throws -> Response {
    let n = try context.counter()
    let (now, rules) = (parts.desk.clock.now, parts.casework)
    var view = try await parts.desk.look { db, state in try DeskView(n, state, rules, at: now, db) }
    view.notice = parts.desk.notices.current(n, at: now)
    return .json(view)
  }

  private func command(
    _ name: String, _ routes: inout Routes, access: Access = .officer, tells: Bool = true,
    _ make: @escaping @Sendable (Counter.ID, Body, CentreContext) throws -> QueueCommand
  ) {
    let parts = parts
    routes.add(.post, "/counters/{n}/\(name)", access) { request, context in
      let n = try context.counter()
      let (body, bytes) = try await request.json(Body.self, context)
      let command = try make(n, body, context)
      var actor = context.caller.actor
      if actor.terminal.isEmpty { actor.terminal = "counter-\(n)" }
      let maker = actor
      let full = request.headers[.prefer] == "return=representation"
      let ratings = parts.desk.ratings
      return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
        if case .open(_, let officer, _) = command, state.officers[officer]?.active != true {
          throw QueueRejection.unknownOfficer
        }
        do {
          try CommandDesk.run(command, by: maker, &ledger, &state, ratings)
        } catch QueueRejection.officerElsewhere {
          var problem = Problem(QueueRejection.officerElsewhere)
          if case .open(_, let officer, _) = command {
            problem.counter = state.hall.desks.first { $0.value.officer == officer }?.key
          }
          throw problem
        }
        guard tells else { return Answer() }
        return Answer(
          ticket: state.hall.current(at: n).map { Ticket($0, state.hall) },
          desk: full ? try DeskView(n, state, parts.casework, at: ledger.now, ledger.db) : nil)
      }
    }
  }
}

extension CounterController.Ticket {
  init(_ visit: Visit, _ hall: Hall) {
    self.init(
      id: visit.id, step: visit.step.id, number: visit.number, service: visit.step.service,
      serviceName: hall.settings.service(visit.step.service)?.name ?? visit.step.service.rawValue,
      priority: visit.priority, needs: visit.needs.map(\.rawValue).sorted())
  }
}
