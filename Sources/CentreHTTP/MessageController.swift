import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop

/// Numbers for messages, given by citizens at the counter or on the page of their ticket, and what became of the messages.
struct MessageController {
  let parts: CentreParts
  /// Whoever guesses codes of tickets is slowed here as on the page itself.
  private let tries = RateLimit(perMinute: 20)

  init(parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.get, "/dossiers/{d}/contact", .officer, contact)
    routes.add(.put, "/dossiers/{d}/contact", .officer, agree)
    routes.add(.delete, "/dossiers/{d}/contact", .officer, forget)
    routes.add(.get, "/track/{code}/contact", .everyone, ticketContact)
    routes.add(.put, "/track/{code}/contact", .everyone, agreeForTicket)
    routes.add(.delete, "/track/{code}/contact", .everyone, forgetTicket)
    routes.add(.get, "/messages", .supervisor, list)
    routes.add(.post, "/messages/{m}/send-again", .supervisor, sendAgain)
  }

  private struct Agreed: Decodable {
    var phone: String
    /// The citizen was asked and said yes. Without it nothing is kept.
    var consent: Bool
  }

  private func agreed(_ request: Request, _ context: CentreContext) async throws -> PhoneNumber {
    let (body, _) = try await request.json(Agreed.self, context)
    guard body.consent else { throw Problem(.badJSON, places: ["where": "consent"]) }
    guard let phone = PhoneNumber(body.phone) else { throw Problem(.badPhone) }
    return phone
  }

  // MARK: At the counter

  private func dossier(_ context: CentreContext) throws -> Dossier.ID {
    guard let id = context.parameters.get("d", as: Int.self) else { throw DossierRejection.unknownDossier }
    return Dossier.ID(id)
  }

  private func contact(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try dossier(context)
    return .json(
      try await parts.desk.look { db, state in
        guard try DossierRows.dossier(id, db) != nil else { throw DossierRejection.unknownDossier }
        return try ContactView(for: .dossier(id), state.hall.settings, db)
      })
  }

  private func agree(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let asked = try dossier(context)
    let phone = try await agreed(request, context)
    let actor = context.caller.actor
    // The answer is kept with its key for a day, the request is not: a hash of ten digits gives them away.
    return try await parts.desk.answer(request, context, body: Data()) { ledger, state in
      guard state.hall.settings.messages.enabled else { throw Problem(.messagesOff) }
      guard let known = try DossierRows.dossier(asked, ledger.db) else { throw DossierRejection.unknownDossier }
      guard !known.state.isOver else { throw DossierRejection.notNow }
      let id = try CaseworkDesk.takeOver(asked, rules, by: actor, &ledger)
      try Messages.agree(phone, for: .dossier(id), told: MessageTold(at: known), in: &ledger, by: actor)
      return try ContactView(for: .dossier(id), state.hall.settings, ledger.db)
    }
  }

  private func forget(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = try dossier(context)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: Data()) { ledger, state in
      guard try DossierRows.dossier(id, ledger.db) != nil else { throw DossierRejection.unknownDossier }
      try Messages.forget(.dossier(id), in: &ledger, by: actor)
      return try ContactView(for: .dossier(id), state.hall.settings, ledger.db)
    }
  }

  // MARK: On the page of a ticket

  private static func purpose(_ context: CentreContext, _ hall: Hall) throws -> Messages.Purpose {
    guard let visit = hall.visit(code: context.parameters.get("code") ?? "") else { throw QueueRejection.unknownCode }
    return .ticket(visit.id)
  }

  private func ticketContact(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try tries.count(context.peer) }
    return .json(
      try await parts.desk.look { db, state in
        try ContactView(for: Self.purpose(context, state.hall), state.hall.settings, db)
      })
  }

  private func agreeForTicket(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try tries.count(context.peer) }
    let phone = try await agreed(request, context)
    return try await parts.desk.answer(request, context, body: Data()) { ledger, state in
      guard state.hall.settings.messages.offersNear else { throw Problem(.messagesOff) }
      let purpose = try Self.purpose(context, state.hall)
      guard let visit = state.hall.visit(code: context.parameters.get("code") ?? ""), case .waiting = visit.standing
      else { throw Problem(.messagesTooLate) }
      // One message for one number of the queue: who holds the paper could have it sent to anybody, again and again.
      guard try !Messages.mayHaveLeft(for: purpose, ledger.db) else { throw Problem(.messageSent) }
      try Messages.agree(
        phone, for: purpose, told: MessageTold(ready: false, due: nil), in: &ledger, by: .citizen)
      return try ContactView(for: purpose, state.hall.settings, ledger.db)
    }
  }

  private func forgetTicket(_ request: Request, _ context: CentreContext) async throws -> Response {
    if !parts.demo { try tries.count(context.peer) }
    return try await parts.desk.answer(request, context, body: Data()) { ledger, state in
      let purpose = try Self.purpose(context, state.hall)
      try Messages.forget(purpose, in: &ledger, by: .citizen)
      return try ContactView(for: purpose, state.hall.settings, ledger.db)
    }
  }

  // MARK: The supervisor

  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    let now = parts.desk.clock.now
    return .json(try await parts.desk.look { db, state in try MessageList(db, state, at: now) })
  }

  private func sendAgain(_ request: Request, _ context: CentreContext) async throws -> Response {
    guard let id = context.parameters.get("m", as: Int64.self) else { throw Problem(.notFound) }
    let (_, bytes) = try await request.json(Nothing.self, context)
    let actor = context.caller.actor
    return try await parts.desk.answer(request, context, body: bytes) { ledger, state in
      guard let row = try Messages.row(ledger.db, id) else { throw Problem(.notFound) }
      guard try Messages.again(row, in: &ledger, by: actor) else { throw Problem(.messageNotAgain) }
      return try MessageList(ledger.db, state, at: ledger.now)
    }
  }
}
