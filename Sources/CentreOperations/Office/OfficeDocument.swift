import CentreStore
import Foundation
import OneStop
import Printing

/// A paper that can be sent to an office printer.
///
/// **To add one**: a struct in a file of its own that conforms to this, one line in `OfficeDocuments.all`, the words
/// `office.document.KIND` in section `daemon` of both word files, and in `PaperRequest` of `kiosk/openapi.yaml` its word in
/// the list of `document` and a line for its fields. Nothing else: asking, printing, following, cancelling and printing again are the same for all.
///
/// Its stored properties are the fields of `POST /api/v1/office/print` beside `document`, `printer` and `copies`. They are
/// kept with the job so that it can be printed again, so they are references (a day, a dossier's number) and nothing of a
/// person.
public protocol OfficeDocument: Codable, Sendable {
  /// The word of it in `document`.
  static var kind: String { get }
  /// Whether an officer at a counter may not print it; by default everybody who is signed in may.
  static var isForSupervisors: Bool { get }
  /// The same of this one; by default as of all of its kind.
  var isForSupervisors: Bool { get }
  /// Whether the paper has a citizen's name on it, so that the print server must not keep it; by default none has.
  static var namesSomebody: Bool { get }
  /// What it is about, in the journal: `2026-11-28 service`. Nothing of a person.
  var reference: String { get }
  /// Sets the paper.
  /// - Throws: rejections of the rules as they are (`QueueRejection`, `DossierRejection`), `OfficeDocumentMistake`,
  ///   `PrintingError.unprintable`; each becomes an answer to whoever asked.
  func paper(_ office: OfficeSources) async throws -> OfficePaper
}

extension OfficeDocument {
  public static var isForSupervisors: Bool { false }
  public var isForSupervisors: Bool { Self.isForSupervisors }
  public static var namesSomebody: Bool { false }
}

/// The papers that can be printed.
public enum OfficeDocuments {
  public static let all: [any OfficeDocument.Type] = [
    FiguresDocument.self, SameDayDocument.self, SlipDocument.self, LetterDocument.self, ChecklistDocument.self,
    ReportDocument.self, ClosingDocument.self, HomeVisitDocument.self,
  ]

  public static func type(_ kind: String) -> (any OfficeDocument.Type)? { all.first { $0.kind == kind } }
}

/// What papers are made from.
public struct OfficeSources: Sendable {
  public var desk: CommandDesk
  public var tables: CaseworkTables
  public var checklist: ChecklistDesk?
  /// The folder with `centre/` and `kiosk/`.
  public var share: URL
  /// Who wants the paper, where not everybody may have it.
  public var asker: Actor

  public init(
    desk: CommandDesk, tables: CaseworkTables, checklist: ChecklistDesk? = nil, share: URL,
    asker: Actor = .system
  ) {
    self.desk = desk
    self.tables = tables
    self.checklist = checklist
    self.share = share
    self.asker = asker
  }
}

extension OfficeSources {
  var casework: CaseRules? { tables.current.rules }
  var slips: CaseSlips? { tables.current.slips }
  var letters: CaseLetters? { tables.current.letters }
}

/// A paper that is set.
public struct OfficePaper: Sendable {
  /// What people see on the screens and in the queue of the printer; no names of citizens.
  public var title: String
  public var size: DocumentPage.Paper
  public var pdf: [UInt8]
  /// What is kept with the job instead of what was asked for, where setting it has found out more.
  var kept: (any OfficeDocument)?
  /// Written in the transaction that orders it, such as its number in a register.
  /// - Throws: `Stale` where it has to be set anew.
  var enter: (@Sendable (inout Ledger, CentreState, Actor) throws -> Void)?

  /// What it was made from has changed before it was ordered.
  public struct Stale: Error, Sendable {}

  public init(title: String, size: DocumentPage.Paper = .a4, pdf: [UInt8]) {
    self.title = title
    self.size = size
    self.pdf = pdf
  }
}

/// A field that makes no sense.
public struct OfficeDocumentMistake: Error, Sendable {
  /// As in `from > to`.
  public var what: String
  public init(_ what: String) { self.what = what }
}

/// The tables or templates of dossiers cannot be read.
public struct CaseworkIsOff: Error, Sendable {}

/// The figures of a day or a period: `{"document": "figures", "day": "2026-11-28", "by": "service"}`, or `from` and `to`.
public struct FiguresDocument: OfficeDocument {
  public static let kind = "figures"
  public var from: LocalDay
  public var to: LocalDay
  public var by: Breakdown

  private enum Keys: String, CodingKey { case day, from, to, by }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    if let day = try fields.decodeIfPresent(LocalDay.self, forKey: .day) {
      (from, to) = (day, day)
    } else {
      from = try fields.decode(LocalDay.self, forKey: .from)
      to = try fields.decodeIfPresent(LocalDay.self, forKey: .to) ?? from
    }
    by = try fields.decodeIfPresent(Breakdown.self, forKey: .by) ?? .service
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode(from, forKey: .from)
    try fields.encode(to, forKey: .to)
    try fields.encode(by, forKey: .by)
  }

  public var reference: String { "\(from == to ? "\(from)" : "\(from)/\(to)") \(by.rawValue)" }

  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard from <= to else { throw OfficeDocumentMistake("from > to") }
    let (settings, officers) = try await office.desk.look { _, state in (state.hall.settings, state.officers) }
    let (from, to, by) = (from, to, by)
    // Beside the queue, from a snapshot of its own.
    let report = try await office.desk.database.pool.read { db in
      try FigureReport(db, from: from, to: to, by: by, settings: settings, officers: officers)
    }
    let now = office.desk.clock.now
    return OfficePaper(
      title: Words.text(
        "office.document.figures",
        ["by": Words.text("figures.page.by.\(by.rawValue)").vi, "period": report.periodWords]
      ).vi,
      pdf: try report.pdf(centre: settings.centre, zone: settings.zone, at: now))
  }
}
