import CentreOperations
import CentreStore
import DeviceIO
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OneStop
import Printing

/// A refusal or failure as RFC 9457 `application/problem+json`.
struct Problem: Error {
  /// Those that are not rejections of the rules.
  enum Kind: String {
    case badJSON = "bad-json"
    case badRequest = "bad-request"
    case badLength = "bad-length"
    case unprintable
    case tooLarge = "too-large"
    case keyReused = "idempotency-key-reused"
    case signIn = "sign-in-required"
    case forbidden
    case wrongPIN = "wrong-pin"
    case tooManyTries = "too-many-tries"
    case settingsInvalid = "settings-invalid"
    case settingsChanged = "settings-changed"
    case clockUnsure = "clock-unsure"
    case clockBehind = "clock-behind"
    case officerServing = "officer-serving"
    case adminsOnly = "admins-only"
    case lastAdmin = "last-admin"
    case storageFull = "storage-full"
    case readOnly = "read-only"
    case storage = "storage-fault"
    case deviceFault = "device-fault"
    case printerFault = "printer-fault"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case rateLimited = "rate-limited"
    case caseworkOff = "casework-off"
    case noPrinter = "no-printer"
    case noOfficePrinter = "no-office-printer"
    case officeJobOpen = "office-job-open"
    case officeJobOver = "office-job-over"
    case planningBusy = "planning-busy"
    case planningTooLong = "planning-too-long"
    case tooLittlePast = "too-little-past"
    case badPhone = "bad-phone"
    case messagesOff = "messages-off"
    case messagesTooLate = "messages-too-late"
    case messageSent = "message-sent"
    case messageNotAgain = "message-not-again"
    case notSameDayDay = "not-same-day-day"
    case rosterInvalid = "roster-invalid"
    case rejectsGone = "rejects-gone"
    case broken = "internal-error"

    var status: HTTPResponse.Status {
      switch self {
      case .badJSON, .badRequest, .badLength, .unprintable: .badRequest
      case .tooLarge: .contentTooLarge
      case .keyReused, .settingsInvalid, .tooLittlePast, .badPhone, .notSameDayDay, .rosterInvalid:
        .unprocessableContent
      case .signIn, .wrongPIN: .unauthorized
      case .forbidden, .adminsOnly: .forbidden
      case .tooManyTries, .rateLimited: .tooManyRequests
      case .settingsChanged, .clockBehind, .officerServing, .lastAdmin, .noPrinter, .noOfficePrinter, .officeJobOpen,
        .officeJobOver, .planningBusy, .messagesOff, .messagesTooLate, .messageSent, .messageNotAgain:
        .conflict
      case .clockUnsure, .readOnly, .storage, .deviceFault, .printerFault, .caseworkOff, .planningTooLong:
        .serviceUnavailable
      case .storageFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
      case .notFound: .notFound
      case .rejectsGone: .gone
      case .methodNotAllowed: .methodNotAllowed
      case .broken: .internalServerError
      }
    }
  }

  struct Detail: Encodable {
    var path: String
    var vi: String
    var en: String
  }

  var type: String
  var status: HTTPResponse.Status
  var words: Bilingual
  var problems: [Detail]?
  /// The counter that is in the way, where one is.
  var counter: Counter.ID?
  /// The methods an address takes instead.
  private var allow: [HTTPRequest.Method] = []

  init(notAllowed allowed: [HTTPRequest.Method]) {
    self.init(.methodNotAllowed)
    allow = allowed
  }

  init(_ kind: Kind, places: [String: String] = [:], problems: [Detail]? = nil) {
    type = kind.rawValue
    status = kind.status
    words = Words.text("problem.\(kind.rawValue)", places)
    self.problems = problems
  }

  /// A text that is too long, or missing.
  init(length: Int, of field: Bilingual, between least: Int, and most: Int) {
    self.init(.badLength)
    func fill(_ words: String, _ field: String) -> String {
      [("field", field), ("is", "\(length)"), ("min", "\(least)"), ("max", "\(most)")].reduce(words) {
        $0.replacing("{\($1.0)}", with: $1.1)
      }
    }
    words = Bilingual(fill(words.vi, field.vi), fill(words.en, field.en))
  }

  init(_ rejection: QueueRejection) {
    type = rejection.rawValue
    words = rejection.words
    switch rejection {
    case .unknownService, .unknownCounter, .unknownTicket, .unknownCode, .unknownStep, .unknownOfficer, .unknownGroup:
      status = .notFound
    case .badValue, .emergencyNumber, .lateDay: status = .unprocessableContent
    default: status = .conflict
    }
  }

  var response: Response {
    struct Body: Encodable {
      var type, title, titleEn: String
      var status: Int
      var problems: [Detail]?
      var counter: Counter.ID?
    }
    let body = Body(
      type: type, title: words.vi, titleEn: words.en, status: status.code, problems: problems,
      counter: counter)
    var response = Response.json(body, status: status)
    response.headers[.contentType] = "application/problem+json; charset=utf-8"
    if !allow.isEmpty { response.headers[.allow] = allow.map(\.rawValue).joined(separator: ", ") }
    return response
  }
}

/// An answer given two hundred times a day by each counter: it writes its own JSON. A test holds it against the general
/// encoder's, byte for byte.
protocol QuickAnswer: Encodable, Sendable {
  /// nil: the general encoder has to do it.
  var quick: SortedJSON? { get }
}

extension ScreenJSON {
  static func data(_ value: some Encodable) throws -> Data {
    if let quick = (value as? any QuickAnswer)?.quick { return Data(quick.finished) }
    return try encoder.encode(value)
  }
}

extension HTTPField.Name {
  static let prefer = Self("Prefer")!
  static let idempotencyKey = Self("Idempotency-Key")!
  static let terminal = Self("X-Terminal")!
  static let referrerPolicy = Self("Referrer-Policy")!
}

extension Response {
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    let bytes = (try? ScreenJSON.data(value)) ?? Data("{}".utf8)
    return json(bytes: bytes, status: status)
  }

  static func json(bytes: Data, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func bytes(_ bytes: [UInt8], type: String, cache: String = "no-store") -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: cache],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

/// Turns every error into a problem in one place; handlers throw and choose no status codes.
struct RejectionMiddleware: RouterMiddleware {
  typealias Context = CentreContext
  let log: Logger

  func handle(
    _ request: Request, context: CentreContext, next: (Request, CentreContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      // What was not read of a body would be taken for the next request on this connection.
      var response = Self.problem(of: error, log: log, request).response
      if request.method == .post || request.method == .put { response.headers[.connection] = nil }
      return response
    }
  }

  static func problem(of error: any Error, log: Logger, _ request: Request) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let rejection as QueueRejection: return Problem(rejection)
    case let refusal as Staff.Refusal: return Problem(refusal == .adminsOnly ? .adminsOnly : .lastAdmin)
    case let rejection as DossierRejection: return Problem(rejection)
    case let rejection as HomeVisitRejection: return Problem(rejection)
    case let rejection as ChecklistRejection: return Problem(rejection)
    case let rejection as ScoreRejection: return Problem(rejection)
    case let refusal as EvidenceRefusal: return Problem(refusal)
    case let rejection as ReportRejection: return Problem(rejection)
    case let refusal as RegisterRefusal: return Problem(refusal)
    case let error as TableError: return Problem(error)
    // A font that is not there is the machine's; a letter it lacks is told.
    case PrintingError.unprintable(let characters, _):
      return Problem(.unprintable, places: ["letters": characters.map { "«\($0)»" }.joined(separator: ", ")])
    // Who asked has gone or is cut off because the daemon ends: nobody reads the answer, and nothing is wrong.
    case is CancellationError: return Problem(.broken)
    case is CommandDesk.ClockUnsure: return Problem(.clockUnsure)
    case is Idempotency.Reused: return Problem(.keyReused)
    // A read that fails comes as it is; a command's failure has been through the store.
    case let error as DatabaseError: return problem(of: StoreError(error), log: log, request)
    case let error as StoreError:
      log.error("store", metadata: ["error": "\(error)"])
      switch error {
      case .full: return Problem(.storageFull)
      case .readOnly: return Problem(.readOnly)
      default: return Problem(.storage)
      }
    case let error as DeviceError: return Problem(.deviceFault, places: ["device": error.device])
    case let error as HTTPError:
      switch error.status {
      case .notFound: return Problem(.notFound)
      case .methodNotAllowed: return Problem(.methodNotAllowed)
      case .contentTooLarge: return Problem(.tooLarge, places: ["max": "512"])
      default: return Problem(.badRequest, places: ["what": request.uri.path])
      }
    default:
      log.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Problem(.broken)
    }
  }
}
