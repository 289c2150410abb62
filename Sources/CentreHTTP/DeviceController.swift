import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import OneStop

/// The devices of the front desk: how they are, and what one of them has just read.
struct DeviceController {
  let parts: CentreParts

  init(_ parts: CentreParts) { self.parts = parts }

  func add(to routes: inout Routes) {
    routes.add(.get, "/devices", .supervisor, list)
    routes.add(.get, "/devices/profiles", .supervisor, profiles)
    routes.add(.post, "/counters/{n}/card", .officer, takeCard)
  }

  private func list(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(parts.devices.list)
  }

  private func profiles(_ request: Request, _ context: CentreContext) async throws -> Response {
    .json(ProfileList.read(parts.share.appendingPathComponent("devices")))
  }

  private struct CardBody: Decodable {
    var fields: [CardTray.Field]
  }

  /// `card-read`: which fields of an identity card a form took; nothing of the card itself.
  struct CardRead: Codable {
    var counter: Counter.ID
    var fields: [CardTray.Field]
  }

  /// Without an idempotency key: the answer would be kept with it, and a card is kept nowhere.
  private func takeCard(_ request: Request, _ context: CentreContext) async throws -> Response {
    let n = try context.counter()
    let (body, _) = try await request.json(CardBody.self, context)
    let fields = Set(body.fields)
    guard !fields.isEmpty else { throw Problem(.badJSON, places: ["where": "fields"]) }
    if parts.desk.isClosedForClock { throw CommandDesk.ClockUnsure() }
    let desk = parts.desk
    var actor = context.caller.actor
    if actor.terminal.isEmpty { actor.terminal = "counter-\(n)" }
    let maker = actor
    let values = try await desk.perform { ledger, state in
      guard state.hall.settings.counter(n) != nil else { throw QueueRejection.unknownCounter }
      guard state.hall.settings.citizenCard == .on, let values = desk.cards.take(fields, n, at: ledger.now) else {
        return [CardTray.Field: String]()
      }
      try ledger.append(
        "card-read", CardRead(counter: n, fields: values.keys.sorted { $0.rawValue < $1.rawValue }), by: maker)
      return values
    }
    return .json(Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) }))
  }
}
