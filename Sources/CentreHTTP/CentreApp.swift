import CentreOperations
import CentreStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OneStop

/// The whole web side of a centre; tests build the same one.
public struct CentreApp {
  public let parts: CentreParts
  let doorman: Doorman
  let routes: Routes

  /// - Parameter open: every role open, for a demonstration on loopback and for the daemon's own socket.
  public init(_ parts: CentreParts, open: Bool) {
    self.parts = parts
    doorman = Doorman(parts, open: open)
    let stream = EventStream(parts: parts)
    var routes = Routes()
    TicketController(parts).add(to: &routes)
    CounterController(parts).add(to: &routes)
    DossierController(parts).add(to: &routes)
    MessageController(parts: parts).add(to: &routes)
    SlipController(parts: parts).add(to: &routes)
    LetterController(parts: parts).add(to: &routes)
    SameDayController(parts: parts).add(to: &routes)
    HomeVisitController(parts: parts).add(to: &routes)
    ScoreController(parts).add(to: &routes)
    LiveController(parts).add(to: &routes)
    ReportController(parts: parts).add(to: &routes)
    PlanningController(parts).add(to: &routes)
    RegisterController(parts: parts).add(to: &routes)
    ScreenController(parts, stream).add(to: &routes)
    OfficeController(parts: parts, doorman: doorman).add(to: &routes)
    DeviceController(parts).add(to: &routes)
    PrinterController(parts: parts).add(to: &routes)
    ChecklistController(parts).add(to: &routes)
    OfficePrintController(parts: parts).add(to: &routes)
    stream.add(to: &routes)
    self.routes = routes
  }

  /// Method and path of every route, for the check of the API document.
  public var routeList: [(method: String, path: String, access: String)] {
    routes.all.map { ($0.method.rawValue, $0.path, $0.access.rawValue) }
  }

  func router() -> Router<CentreContext> {
    let router = Router(context: CentreContext.self)
    router.add(middleware: PageSecurity())
    router.add(middleware: RejectionMiddleware(log: parts.log))
    router.add(middleware: CountingMiddleware(metrics: parts.metrics))
    router.add(middleware: CallerMiddleware(doorman: doorman))
    router.add(
      middleware: FileMiddleware(
        parts.share.appendingPathComponent("kiosk").path, searchForIndexHtml: true, logger: parts.log
      ).withAdditionalMediaType(.init(type: .text, subType: "javascript"), mappedToFileExtension: "mjs"))
    routes.register(on: router)
    let parts = parts
    router.get("/metrics") { _, _ in try await MetricsPage(parts: parts).response() }
    // The page that follows a number: its code is in the address, the page itself is always the same.
    let phone = parts.share.appendingPathComponent("kiosk/phone/index.html")
    router.get("/t/:code") { _, _ in
      Response.bytes(Array(try Data(contentsOf: phone)), type: "text/html; charset=utf-8", cache: "no-cache")
    }
    let dossier = parts.share.appendingPathComponent("kiosk/phone/dossier.html")
    for path in ["/h", "/h/:code"] as [RouterPath] {
      router.get(path) { _, _ in
        Response.bytes(Array(try Data(contentsOf: dossier)), type: "text/html; charset=utf-8", cache: "no-cache")
      }
    }
    return router
  }

  /// A connection on which nothing is asked for, or half a request stands, for so long is closed. Streams are not: they
  /// are being answered.
  private static let longestSilence = TimeAmount.minutes(2)

  /// - Parameter ready: called with the port once it is open.
  public func application(
    on address: BindAddress, ready: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    // What the server says of its own shutdown only hides the one line that says why.
    var quiet = parts.log
    quiet.logLevel = .critical
    return Application(
      router: router(), server: .http1(configuration: .init(idleTimeout: Self.longestSilence)),
      configuration: .init(address: address, serverName: nil, backlog: 512),
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) }, logger: quiet)
  }
}

/// Counts answers by status class.
struct CountingMiddleware: RouterMiddleware {
  typealias Context = CentreContext
  let metrics: Metrics
  func handle(
    _ request: Request, context: CentreContext, next: (Request, CentreContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    metrics.add("http_\(response.status.code / 100)xx")
    return response
  }
}

/// `/metrics` in the text format of Prometheus.
struct MetricsPage {
  let parts: CentreParts

  func response() async throws -> Response {
    let desk = parts.desk
    let (hall, seq) = try await desk.look { db, state in (state.hall, try Journal.head(db).seq) }
    var lines: [String] = []
    func gauge(_ name: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
      lines.append("# HELP motcua_\(name) \(help)")
      lines.append("# TYPE motcua_\(name) gauge")
      for sample in samples { lines.append("motcua_\(name)\(sample.labels) \(sample.value)") }
    }
    gauge(
      "waiting", "Citizens waiting, by service.",
      hall.settings.services.filter(\.active).map { ("{service=\"\($0.id)\"}", hall.waiting(for: $0.id)) })
    gauge("counters_open", "Open counters.", [("", hall.desks.values.count { $0.isOpen })])
    gauge("journal_events", "Events in the journal.", [("", Int(seq))])
    gauge("streams", "Connected screens.", [("", desk.tail.bell.listeners + desk.bell.listeners)])
    gauge("alarms", "Standing alarms.", [("", parts.alarms.standing.count)])
    gauge(
      "device_ok", "1 when a device works.",
      parts.devices.list.map {
        ("{device=\"\($0.id)\",kind=\"\($0.kind)\"}", [.ok, .warning].contains($0.state) ? 1 : 0)
      })
    let kept = parts.devices.list.filter { $0.address != nil }
    gauge(
      "device_opened", "Times a device could be opened since the start.",
      kept.map { ("{device=\"\($0.id)\",kind=\"\($0.kind)\"}", $0.opened ?? 0) })
    gauge(
      "device_events", "Presses, scans, frames and papers since the start.",
      kept.compactMap { device in
        device.events.map { ("{device=\"\(device.id)\",kind=\"\(device.kind)\"}", $0) }
      })
    lines.append("# HELP motcua_http_responses_total Answers by class.")
    lines.append("# TYPE motcua_http_responses_total counter")
    for (name, value) in parts.metrics.all.sorted(by: { $0.key < $1.key }) {
      lines.append("motcua_http_responses_total{class=\"\(name.dropFirst(5))\"} \(value)")
    }
    return .bytes(Array((lines.joined(separator: "\n") + "\n").utf8), type: "text/plain; version=0.0.4; charset=utf-8")
  }
}
