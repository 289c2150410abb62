import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OneStop

/// Every route names who may use it; the API document is checked against this list.
struct Routes: Sendable {
  struct Route: Sendable {
    var method: HTTPRequest.Method
    /// With placeholders as in the API document: `/api/v1/counters/{n}/call-next`.
    var path: String
    var access: Access
    var handler: @Sendable (Request, CentreContext) async throws -> Response
  }

  private(set) var all: [Route] = []

  mutating func add(
    _ method: HTTPRequest.Method, _ path: String, _ access: Access,
    _ handler: @escaping @Sendable (Request, CentreContext) async throws -> Response
  ) {
    all.append(Route(method: method, path: "/api/v1" + path, access: access, handler: handler))
  }

  func register(on router: Router<CentreContext>) {
    for route in all {
      let path = route.path.replacing("{", with: ":").replacing("}", with: "")
      router.on(RouterPath(path), method: route.method) { request, context in
        try route.access.check(context.caller)
        return try await route.handler(request, context)
      }
    }
    for (path, taken) in Dictionary(grouping: all, by: \.path) {
      let allowed = taken.map(\.method)
      for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !allowed.contains(method) {
        router.on(RouterPath(path.replacing("{", with: ":").replacing("}", with: "")), method: method) {
          _, _ -> Response in
          throw Problem(notAllowed: allowed)
        }
      }
    }
  }
}

/// Everything the controllers share.
public struct CentreParts: Sendable {
  public var desk: CommandDesk
  public var alarms: Alarms
  public var devices: Devices
  public var printers: PrinterBoard
  public var announcer: AnnouncerBox
  public var metrics: Metrics
  public var share: URL
  public var followBase: String
  public var demo: Bool
  public var log: Logger
  /// What dossiers are decided by and printed with; changes while the daemon runs.
  public let tables: CaseworkTables
  public let screens = Screens()
  public let checks = CheckBook()
  /// The tables years are scored by; empty where none can be read.
  public var scoring = ScoringTables([])
  public var office = OfficeBoard()
  public let evidence: EvidenceFiles
  /// What was counted of dossiers, day by day.
  public let dossierDays = DossierDays()
  public let reports = ReportClerk()
  let register: RegisterOffice
  let doorBook = DoorBook()

  public init(
    desk: CommandDesk, alarms: Alarms, devices: Devices, printers: PrinterBoard, announcer: AnnouncerBox,
    metrics: Metrics, share: URL, followBase: String, demo: Bool, officeHours: OpeningHours? = nil, log: Logger
  ) {
    self.desk = desk
    tables = CaseworkTables(
      folder: share.appendingPathComponent("centre"), followBase: followBase, officeHours: officeHours)
    register = RegisterOffice(desk)
    evidence = EvidenceFiles(besideDatabase: desk.database.pool.path)
    self.alarms = alarms
    self.devices = devices
    self.printers = printers
    self.announcer = announcer
    self.metrics = metrics
    self.share = share
    self.followBase = followBase
    self.demo = demo
    self.log = log
  }
}

extension CentreParts {
  public var casework: CaseRules? { tables.current.rules }
  public var slips: CaseSlips? { tables.current.slips }
  public var letters: CaseLetters? { tables.current.letters }

  /// The tables of the centre with what its settings say today.
  /// - Throws: `casework-off` where the tables could not be read.
  func caseRules() async throws -> CaseRules {
    guard let rules = casework else { throw Problem(.caseworkOff) }
    return try await desk.look { _, state in rules.adjusted(to: state.hall.settings) }
  }
}

extension CommandDesk {
  /// Carries out a POST once for each idempotency key. `run` decides and answers inside the transaction; the answer is
  /// kept with the key in the same one.
  func answer<Answer: Encodable & Sendable>(
    _ request: Request, _ context: CentreContext, body: Data, status: HTTPResponse.Status = .ok,
    _ run: @escaping @Sendable (inout Ledger, inout CentreState) throws -> Answer
  ) async throws -> Response {
    if isClosedForClock { throw ClockUnsure() }
    guard let key = try request.idempotencyKey else {
      return .json(try await perform(run), status: status)
    }
    let print = Idempotency.fingerprint("\(request.method) \(request.uri.path) \(context.caller.actor.name)", body)
    let kept = try await perform { ledger, state in
      if let kept = try Idempotency.answer(key, request: print, ledger.db) { return kept }
      let answer = Idempotency.Answer(status: status.code, body: try ScreenJSON.data(run(&ledger, &state)))
      try Idempotency.keep(answer, key: key, request: print, at: ledger.now, ledger.db)
      return answer
    }
    return .json(bytes: kept.body, status: .init(code: kept.status))
  }
}
