import CentreStore
import Foundation
import GRDB
import Logging
import OneStop
import ServiceLifecycle

/// Prints the closing sheet of a day once it is closed, where the settings name a printer for it: the head of the journal
/// leaves the machine every evening without anybody thinking of it. One sheet for each closing; whether there was one
/// stands in the file of papers, so neither a restart nor a person who printed it by hand brings a second one.
public struct ClosingSheetKeeper: ServiceLifecycle.Service {
  static let alarm = "closing-sheet"
  let office: OfficeSources
  let board: OfficeBoard
  let alarms: Alarms
  let log: Logger

  public init(_ office: OfficeSources, board: OfficeBoard, alarms: Alarms, log: Logger) {
    self.office = office
    self.board = board
    self.alarms = alarms
    self.log = log
  }

  public func run() async throws {
    var done: Int64?
    await atEachRing(of: office.desk.bell, "closing sheet", log) {
      let seen = done
      guard let closing = try await office.desk.database.pool.read({ try Closing($0, after: seen) }) else { return }
      if closing.isWanted {
        do { try await printSheet(of: closing) } catch {
          // The daemon's end is no fault of the printer.
          guard !Task.isCancelled, !Task.isShuttingDownGracefully else { throw error }
          let why = Self.words(error, closing)
          alarms.raise(
            Self.alarm, .warning, Words.text("alarm.closingSheet", ["day": closing.day.onPaper, "why": why]),
            at: office.desk.clock.now)
          throw error
        }
      }
      alarms.clear(Self.alarm)
      done = closing.seq
    }
  }

  /// The last day that was closed.
  struct Closing: Sendable {
    var day: LocalDay
    /// Of the event that closed it; a day that was opened again and closed again has a new one, and a new head.
    var seq: Int64
    /// Id of the printer, as the settings name it now; empty: they no longer do.
    var printer: String
    /// Named when the day was closed, and not printed since.
    var isWanted: Bool

    /// - Parameter seen: number of the closing that was dealt with.
    /// - Returns: nil where nothing was closed since.
    init?(_ db: Database, after seen: Int64?) throws {
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT day, closedSeq FROM day WHERE closedSeq IS NOT NULL ORDER BY day DESC LIMIT 1"),
        row[1] != seen
      else { return nil }
      (day, seq) = (LocalDay(number: row[0]), row[1])
      let then = try SettingRows.settings(db, asOf: seq)?.closingPrinter ?? ""
      printer = try SettingRows.settings(db)?.closingPrinter ?? ""
      isWanted = try !then.isEmpty && !printer.isEmpty && !Self.isPrinted(day, after: seq, db)
    }

    static func isPrinted(_ day: LocalDay, after seq: Int64, _ db: Database) throws -> Bool {
      try Data.fetchAll(
        db, sql: "SELECT request FROM officeJob WHERE document = ? AND id > ?",
        arguments: [ClosingDocument.kind, seq]
      ).contains { try JSONDecoder().decode(ClosingDocument.self, from: $0).day == day }
    }
  }

  private func printSheet(of closing: Closing) async throws {
    let draft = try await OfficeDesk.draft(
      ClosingDocument.kind, ScreenJSON.encoder.encode(ClosingDocument(day: closing.day)), by: .supervisor, office)
    let job = try await office.desk.perform { ledger, state in
      // Somebody may just have printed it by hand.
      try Closing.isPrinted(closing.day, after: closing.seq, ledger.db)
        ? nil : OfficeDesk.order(draft, at: closing.printer, copies: 1, by: .system, &ledger, state)
    }
    board.bell.ring()
    if let job { log.notice("closing sheet ordered", metadata: ["day": "\(closing.day)", "job": "\(job.job)"]) }
  }

  private static func words(_ error: any Error, _ closing: Closing) -> String {
    guard let refusal = error as? OfficeDesk.Refusal, case .noPrinter = refusal else { return "\(error)" }
    return Words.text("alarm.closingSheet.noPrinter", ["value": closing.printer]).vi
  }
}
