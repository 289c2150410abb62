import CentreStore
import Foundation
import OneStop

/// Asking for papers, taking that back, printing them again.
public enum OfficeDesk {
  public enum Refusal: Error, Sendable {
    /// None is set up, or none of that name.
    case noPrinter
    case unknownJob
    /// It is still on its way; cancel it first.
    case open
    /// It has ended already.
    case over
    /// Only supervisors print this one.
    case forSupervisors
  }

  /// 1…20: a typing slip must not empty the tray.
  public static let copies = 1...20

  /// A paper that is set, ready to be ordered in a transaction.
  public struct Draft: Sendable {
    var document: String
    /// What was asked for, without what names a person.
    public var asked: Data
    var request: Data
    var reference: String
    var paper: OfficePaper
  }

  /// - Parameter body: the JSON whose fields the document takes.
  /// - Throws: `OfficeDocumentMistake` for an unknown document, `DecodingError`, `Refusal.forSupervisors`, and what the
  ///   document throws.
  public static func draft(
    _ kind: String, _ body: Data, by role: Role, _ office: OfficeSources
  ) async throws -> Draft {
    guard let type = OfficeDocuments.type(kind) else { throw OfficeDocumentMistake("document=\(kind)") }
    guard !type.isForSupervisors || [.supervisor, .admin].contains(role) else { throw Refusal.forSupervisors }
    let document: any OfficeDocument = try JSONDecoder().decode(type, from: body)
    guard !document.isForSupervisors || [.supervisor, .admin].contains(role) else { throw Refusal.forSupervisors }
    let paper = try await document.paper(office)
    let kept = paper.kept ?? document
    return Draft(
      document: kind, asked: try ScreenJSON.encoder.encode(document), request: try ScreenJSON.encoder.encode(kept),
      reference: kept.reference, paper: paper)
  }

  /// - Parameter printer: id of the device; nil: the first one.
  /// - Throws: `OfficePaper.Stale` where the draft has to be made anew.
  public static func order(
    _ draft: Draft, at printer: String?, copies: Int, reprintOf: Int64? = nil, by actor: Actor, _ ledger: inout Ledger,
    _ state: CentreState
  ) throws -> OfficeJobs.Row {
    let printers = state.hall.settings.devices.filter { $0.kind == .officePrinter && $0.active }
    guard let device = printer.map({ id in printers.first { $0.id.rawValue == id } }) ?? printers.first else {
      throw Refusal.noPrinter
    }
    try draft.paper.enter?(&ledger, state, actor)
    return try OfficeJobs.add(
      .init(
        printer: device.id.rawValue, document: draft.document, title: draft.paper.title, request: draft.request,
        reference: draft.reference, paper: draft.paper.size.rawValue, copies: copies, reprintOf: reprintOf,
        pdf: draft.paper.pdf), in: &ledger, by: actor)
  }

  /// Everybody sees to his own papers, supervisors to all.
  public static func job(_ id: Int64, for actor: Actor, _ ledger: Ledger) throws -> OfficeJobs.Row {
    guard let job = try OfficeJobs.row(ledger.db, id), owner(for: actor).map({ $0 == job.actor }) ?? true else {
      throw Refusal.unknownJob
    }
    return job
  }

  /// Whose papers somebody may see; nil: everybody's.
  public static func owner(for actor: Actor) -> String? {
    [.supervisor, .admin].contains(actor.role) ? nil : actor.name
  }

  public static func cancel(_ id: Int64, by actor: Actor, _ ledger: inout Ledger) throws -> OfficeJobs.Row {
    guard let left = try OfficeJobs.cancel(job(id, for: actor, ledger), in: &ledger, by: actor) else {
      throw Refusal.over
    }
    return left
  }

  /// The alarm of a paper that failed goes once it is printed again.
  public static func alarm(of job: OfficeJobs.Row) -> String { OfficePrintWorker.failedAlarm(job.printer) }
}

/// A paper on the screens.
public struct OfficeJobView: Encodable, Sendable {
  public enum State: String, Encodable, Sendable {
    case queued, waiting, printing, needsPerson, cancelling, printed, cancelled, failed
  }

  var job: Int64
  var printer, printerName: String
  var document, title, paper: String
  var copies: Int
  var at: String
  /// Name of who asked for it.
  var askedBy: String
  var state: State
  var words: Bilingual
  var reprintOf: Int64?
  var mayCancel: Bool
  var mayReprint: Bool

  /// - Parameter again: whether it was printed again later.
  public init(_ row: OfficeJobs.Row, again: Bool = false, _ board: OfficeBoard, _ centre: CentreState) {
    let device = centre.hall.settings.devices.first { $0.id.rawValue == row.printer }
    job = row.job
    printer = row.printer
    printerName = device?.name ?? row.printer
    (document, title, paper, copies) = (row.document, row.title, row.paper, row.copies)
    at = row.askedAt.iso
    askedBy = centre.officers[Officer.ID(row.actor)]?.name ?? row.actor
    reprintOf = row.reprintOf
    var key: String
    switch row.state {
    case .printed: (state, key) = (.printed, "printed")
    case .cancelled: (state, key) = (.cancelled, "cancelled")
    case .failed: (state, key) = (.failed, "failed.\(row.reason)")
    case .queued, .handing, .accepted:
      switch board.standing(of: row.job) {
      case .trouble(let trouble): (state, key) = (.needsPerson, trouble.rawValue)
      case .printing: (state, key) = (.printing, "printing")
      case .waiting: (state, key) = (.waiting, "waiting")
      case nil: (state, key) = (.queued, "queued")
      }
      if row.cancelAsked { (state, key) = (.cancelling, "cancelling") }
    }
    words = Words.text("office.job.\(key)")
    mayCancel = !row.state.isOver && !row.cancelAsked
    mayReprint = row.state.isOver && !again
  }
}
