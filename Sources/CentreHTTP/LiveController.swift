import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop

/// The page a supervisor leaves open, and the rows behind each of its figures.
struct LiveController {
  let parts: CentreParts
  private let book = LiveBook()
  private let targets: TargetList
  private static let mostListed = 500
  /// A longer list is no list that anybody reads; the figures of a year are on the page of figures.
  private static let mostDays = 400

  init(_ parts: CentreParts) {
    self.parts = parts
    do {
      targets = try TargetList.read(parts.share.appendingPathComponent("centre/targets.yaml"))
    } catch {
      parts.log.error("targets off", metadata: ["error": "\(error)"])
      parts.alarms.raise("targets", .fault, Words.text("alarm.targets", ["why": "\(error)"]), at: parts.desk.clock.now)
      targets = TargetList()
    }
  }

  func add(to routes: inout Routes) {
    routes.add(.get, "/live", .supervisor, live)
    routes.add(.get, "/live/tickets", .supervisor, tickets)
    routes.add(.get, "/live/dossiers", .supervisor, dossiers)
  }

  private func live(_ request: Request, _ context: CentreContext) async throws -> Response {
    let parts = parts
    let now = parts.desk.clock.now
    // A copy of the hall: what follows is counted beside the queue, not on its turn.
    let state = try await parts.desk.look { _, state in state }
    let tables = parts.tables.current
    let key = LivePast.Key(state, tables: tables.version)
    let past = try await book.past(key) {
      try await parts.desk.database.pool.read { db in
        try LivePast(key, rules: tables.rules, state: state, days: parts.dossierDays, at: now, db)
      }
    }
    return .json(
      LiveView(state, past, targets: targets, rules: tables.rules, devices: parts.devices.list, at: now))
  }

  // MARK: Rows

  private func period(_ request: Request) async throws -> (from: LocalDay, to: LocalDay, settings: CentreSettings) {
    let (today, settings) = try await parts.desk.look { _, state in (state.hall.day, state.hall.settings) }
    func day(_ name: String) throws -> LocalDay? {
      guard let text = request.query(name) else { return nil }
      guard let day = LocalDay(text) else { throw Problem(.badRequest, places: ["what": "\(name)=\(text)"]) }
      return day
    }
    let from = try day("from") ?? today
    let to = try day("to") ?? max(from, today)
    guard from <= to, to.number - from.number <= Self.mostDays else {
      throw Problem(.badRequest, places: ["what": "from, to"])
    }
    return (from, to, settings)
  }

  private func tickets(_ request: Request, _ context: CentreContext) async throws -> Response {
    let (from, to, settings) = try await period(request)
    func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
      guard let text = request.query(name) else { return nil }
      guard let value = Int(text), range.contains(value) else {
        throw Problem(.badRequest, places: ["what": "\(name)=\(text)"])
      }
      return value
    }
    var filter = LiveRows.Filter(from: from, to: to)
    filter.service = request.query("service").map { Service.ID($0) }
    filter.procedure = request.query("procedure").map { Procedure.ID($0) }
    filter.hour = try number("hour", 0...23)
    filter.weekday = try number("weekday", 1...7)
    filter.standing = try request.query("only").map { text in
      guard let standing = LiveRows.Filter.Standing(rawValue: text) else {
        throw Problem(.badRequest, places: ["what": "only=\(text)"])
      }
      return standing
    }
    let wanted = filter
    let found = try await parts.desk.database.pool.read { db in
      try LiveRows.visits(wanted, settings: settings, limit: Self.mostListed, db)
    }
    return .json(TicketRowsView(found, settings: settings, rules: parts.casework))
  }

  private func dossiers(_ request: Request, _ context: CentreContext) async throws -> Response {
    let rules = try await parts.caseRules()
    let (from, to, _) = try await period(request)
    let text = request.query("only") ?? "all"
    guard let part = DossierRowsView.Part(rawValue: text) else {
      throw Problem(.badRequest, places: ["what": "only=\(text)"])
    }
    let now = parts.desk.clock.now
    return .json(
      try await parts.desk.database.pool.read { db in
        DossierRowsView(
          try DossierRows.received(from: from, to: to, db), part, rules: rules, at: now, limit: Self.mostListed)
      })
  }
}
