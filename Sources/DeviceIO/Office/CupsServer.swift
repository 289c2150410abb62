import CCups
import Synchronization

/// A CUPS server, over IPP. Every call opens a connection of its own and ends it, so that a server that was restarted in
/// between is no trouble. libcups blocks, hence the lane.
///
/// A job is handed over in two steps, its number first: whoever keeps the number before `send` finds the job again after
/// a crash at any moment, and nothing is printed twice.
public actor CupsServer {
  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private let lane: Lane
  private let device: String
  private let host: String?
  private let port: Int32
  private let ended = Atomic<Bool>(false)

  /// Milliseconds; the server is this machine or one in the house.
  private static let connectPatience: Int32 = 3000
  /// Seconds without an answer after which a call is given up.
  private static let answerPatience = 10

  /// - Parameters:
  ///   - device: id of the device, for errors.
  ///   - host: nil: the one libcups names by `CUPS_SERVER` or `client.conf`, else this machine's.
  public init(device: String, host: String? = nil, port: Int32 = 631) {
    self.device = device
    self.host = host
    self.port = port
    lane = Lane("cups \(device)")
  }

  /// Ends the call that is under way within a second, and all later ones at once; also from outside while it blocks.
  public nonisolated func end() { ended.store(true, ordering: .relaxed) }

  /// Names of the queues of the server, sorted.
  /// - Throws: `unreachable`, `timeout`, `notReady` with a `CupsRefusal`.
  public func queues() throws(DeviceError) -> [String] {
    let link = try connect()
    defer { link.close() }
    let request = Self.request(IPP_OP_CUPS_GET_PRINTERS, queue: nil)
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", nil, "printer-name")
    let answer: OpaquePointer
    do {
      answer = try ask(link, request)
    } catch  where error.refusal?.isNotFound == true {
      // So says CUPS of a server without any queue.
      return []
    }
    defer { ippDelete(answer) }
    var names: [String] = []
    var attribute = ippFindAttribute(answer, "printer-name", IPP_TAG_NAME)
    while attribute != nil {
      if let name = ippGetString(attribute, 0, nil) { names.append(String(cString: name)) }
      attribute = ippFindNextAttribute(answer, "printer-name", IPP_TAG_NAME)
    }
    return names.sorted()
  }

  /// - Throws: as `queues`; `CupsRefusal.isNotFound` where there is no such queue.
  public func queue(_ name: String) throws(DeviceError) -> OfficeQueue {
    let link = try connect()
    defer { link.close() }
    return try queue(name, link)
  }

  private func queue(_ name: String, _ link: Link) throws(DeviceError) -> OfficeQueue {
    let answer = try ask(link, Self.request(IPP_OP_GET_PRINTER_ATTRIBUTES, queue: name))
    defer { ippDelete(answer) }
    let reasons = ippFindAttribute(answer, "printer-state-reasons", IPP_TAG_KEYWORD)
    return OfficeQueue(
      name: name,
      accepting: ippGetBoolean(ippFindAttribute(answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN), 0) != 0,
      stopped: ippGetInteger(ippFindAttribute(answer, "printer-state", IPP_TAG_ENUM), 0) == Self.stoppedState,
      reasons: (0..<ippGetCount(reasons)).compactMap { i in
        ippGetString(reasons, i, nil).map { String(cString: $0) }
      }.filter { $0 != "none" })
  }

  /// RFC 8011, 5.4.11.
  private static let stoppedState: Int32 = 5

  /// Gives a job a number on the server, without a document. Nothing is printed of one that never gets it.
  /// - Parameters:
  ///   - title: what people see in the queue; no names of citizens.
  ///   - media: PWG name of the paper, such as `iso_a4_210x297mm`.
  ///   - copies: 1 or more.
  /// - Throws: as `queue`; `CupsRefusal.isNotAccepting` where the queue takes nothing.
  public func openJob(title: String, queue: String, media: String, copies: Int) throws(DeviceError) -> Int32 {
    let link = try connect()
    defer { link.close() }
    let request = Self.request(IPP_OP_CREATE_JOB, queue: queue)
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", nil, title)
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", nil, media)
    ippAddInteger(request, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", Int32(copies))
    let answer = try ask(link, request)
    defer { ippDelete(answer) }
    let number = ippGetInteger(ippFindAttribute(answer, "job-id", IPP_TAG_INTEGER), 0)
    guard number > 0 else { throw refused(IPP_STATUS_ERROR_INTERNAL, "no job-id") }
    return number
  }

  /// Hands over the job's only document. Once this returns it lies in the server's spool and survives a restart of either.
  /// - Throws: as `queue`; `CupsRefusal.isBadDocument` where the queue does not print PDF.
  public func send(_ pdf: [UInt8], job: Int32, queue: String) throws(DeviceError) {
    let link = try connect()
    defer { link.close() }
    let request = Self.request(IPP_OP_SEND_DOCUMENT, queue: queue, job: job)
    defer { ippDelete(request) }
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nil, "application/pdf")
    ippAddBoolean(request, IPP_TAG_OPERATION, "last-document", 1)
    let path = "/printers/\(queue)"
    var status = cupsSendRequest(link.http, request, path, ippLength(request) + pdf.count)
    var sent = 0
    pdf.withUnsafeBytes { bytes in
      // In pieces: an answer that refuses the rest is seen only between two of them.
      while status == HTTP_STATUS_CONTINUE, sent < bytes.count {
        let piece = min(65_536, bytes.count - sent)
        status = cupsWriteRequestData(
          link.http, bytes.baseAddress!.advanced(by: sent).assumingMemoryBound(to: CChar.self), piece)
        sent += piece
      }
    }
    guard status == HTTP_STATUS_CONTINUE else { throw failure(link) }
    ippDelete(try checked(cupsGetResponse(link.http, path), link))
  }

  /// - Returns: nil where the server does not know the job (any more).
  /// - Throws: as `queue`.
  public func report(_ job: Int32, queue: String) throws(DeviceError) -> OfficeJobReport? {
    let link = try connect()
    defer { link.close() }
    let answer: OpaquePointer
    do {
      answer = try ask(link, Self.request(IPP_OP_GET_JOB_ATTRIBUTES, queue: queue, job: job))
    } catch  where error.refusal?.isNotFound == true {
      return nil
    }
    defer { ippDelete(answer) }
    let number = ippGetInteger(ippFindAttribute(answer, "job-state", IPP_TAG_ENUM), 0)
    guard let state = OfficeJobReport.State(rawValue: number) else {
      throw refused(IPP_STATUS_ERROR_INTERNAL, "job-state \(number)")
    }
    let documents = ippFindAttribute(answer, "number-of-documents", IPP_TAG_INTEGER)
    return OfficeJobReport(
      state: state, documents: documents == nil ? 1 : Int(ippGetInteger(documents, 0)),
      queue: try self.queue(queue, link))
  }

  /// - Returns: false where the job had ended before, or is not known.
  /// - Throws: as `queue`.
  public func cancel(_ job: Int32, queue: String) throws(DeviceError) -> Bool {
    let link = try connect()
    defer { link.close() }
    do {
      ippDelete(try ask(link, Self.request(IPP_OP_CANCEL_JOB, queue: queue, job: job)))
      return true
    } catch  where error.refusal?.isOver == true {
      return false
    }
  }

  /// Wipes what the server keeps of a job that is over: its paper, by default for a day (`PreserveJobFiles`), and its
  /// history.
  /// - Throws: as `queue`; a job that is not known is forgotten already.
  public func forget(_ job: Int32, queue: String) throws(DeviceError) {
    let link = try connect()
    defer { link.close() }
    let request = Self.request(IPP_OP_CANCEL_JOB, queue: queue, job: job)
    ippAddBoolean(request, IPP_TAG_OPERATION, "purge-job", 1)
    do {
      ippDelete(try ask(link, request))
    } catch  where error.refusal?.isNotFound == true {
      return
    }
  }

  // MARK: libcups

  private static func request(_ operation: ipp_op_t, queue: String?, job: Int32? = nil) -> OpaquePointer? {
    let request = ippNewRequest(operation)
    if let queue {
      ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nil, "ipp://localhost/printers/\(queue)")
    }
    if let job { ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job) }
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nil, cupsUser())
    return request
  }

  /// A connection, and when to give it up.
  private final class Link {
    let http: OpaquePointer
    private let limit: Unmanaged<Limit>

    init(_ http: OpaquePointer, _ limit: Limit) {
      self.http = http
      self.limit = .passRetained(limit)
      // libcups asks each second that passes without a byte whether to wait on.
      httpSetTimeout(
        http, 1, { _, limit in Unmanaged<Limit>.fromOpaque(limit!).takeUnretainedValue().waitsOn ? 1 : 0 },
        self.limit.toOpaque())
    }

    var gaveUp: Bool { !limit.takeUnretainedValue().waitsOn }

    func close() {
      httpClose(http)
      limit.release()
    }
  }

  private final class Limit: Sendable {
    private let until: ContinuousClock.Instant
    private let server: CupsServer

    init(_ server: CupsServer) {
      self.server = server
      until = .now + .seconds(CupsServer.answerPatience)
    }

    var waitsOn: Bool { !server.ended.load(ordering: .relaxed) && .now < until }
  }

  private func connect() throws(DeviceError) -> Link {
    if ended.load(ordering: .relaxed) { throw DeviceError(.cancelled, device: device) }
    // For each thread, and lanes change theirs: without it libcups would ask for a password on the terminal.
    cupsSetPasswordCB2({ _, _, _, _, _ in nil }, nil)
    let name = host ?? String(cString: cupsServer())
    guard
      let http = httpConnect2(
        name, host == nil ? ippPort() : port, nil, AF_UNSPEC, HTTP_ENCRYPTION_IF_REQUESTED, 1, Self.connectPatience, nil
      )
    else {
      throw DeviceError(.unreachable, device: device, cause: Self.lastRefusal())
    }
    return Link(http, Limit(self))
  }

  private func ask(_ link: Link, _ request: OpaquePointer?) throws(DeviceError) -> OpaquePointer {
    // The request is libcups' from here on, also when it fails.
    try checked(cupsDoRequest(link.http, request, "/"), link)
  }

  private func checked(_ answer: OpaquePointer?, _ link: Link) throws(DeviceError) -> OpaquePointer {
    guard let answer else { throw failure(link) }
    let status = ippGetStatusCode(answer)
    guard status.rawValue < IPP_STATUS_ERROR_BAD_REQUEST.rawValue else {
      let error = refused(status, String(cString: cupsLastErrorString()))
      ippDelete(answer)
      throw error
    }
    return answer
  }

  private func failure(_ link: Link) -> DeviceError {
    if ended.load(ordering: .relaxed) { return DeviceError(.cancelled, device: device) }
    let refusal = Self.lastRefusal()
    if link.gaveUp { return DeviceError(.timeout, device: device, cause: refusal) }
    // An HTTP error stands for a server that went away or cannot work now; only IPP knows refusals.
    return DeviceError(
      cupsLastError() == IPP_STATUS_ERROR_SERVICE_UNAVAILABLE ? .unreachable : .notReady, device: device, cause: refusal
    )
  }

  private func refused(_ status: ipp_status_t, _ words: String) -> DeviceError {
    DeviceError(.notReady, device: device, cause: CupsRefusal(status: status.rawValue, words: words))
  }

  /// libcups keeps its last error for each thread: only to be called in the function whose call failed.
  private static func lastRefusal() -> CupsRefusal {
    CupsRefusal(status: cupsLastError().rawValue, words: String(cString: cupsLastErrorString()))
  }
}

/// What CUPS gave as its reason.
public struct CupsRefusal: Error, Sendable, CustomStringConvertible {
  /// IPP status (RFC 8011, appendix B).
  public var status: Int32
  public var words: String
  public var description: String { words }

  public var isNotFound: Bool { status == IPP_STATUS_ERROR_NOT_FOUND.rawValue }
  public var isNotAccepting: Bool { status == IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS.rawValue }
  public var isBadDocument: Bool {
    status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED.rawValue
      || status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR.rawValue
  }
  /// Of a job: it is over already, or not known.
  var isOver: Bool { status == IPP_STATUS_ERROR_NOT_POSSIBLE.rawValue || isNotFound }
}

extension DeviceError {
  public var refusal: CupsRefusal? { cause as? CupsRefusal }
}
