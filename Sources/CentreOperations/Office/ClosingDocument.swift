import CentreStore
import OneStop
import Printing

/// A day's closing sheet: `{"document": "closing", "day": "2026-11-28"}`. Signed and kept away from the machine it is the
/// anchor by which anybody can tell later whether the journal was rewritten.
public struct ClosingDocument: OfficeDocument {
  public static let kind = "closing"
  public static let isForSupervisors = true
  public var day: LocalDay

  public init(day: LocalDay) { self.day = day }

  public var reference: String { "\(day)" }

  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    let (day, now) = (day, office.desk.clock.now)
    let settings = try await office.desk.look { _, state in state.hall.settings }
    let zone = settings.zone
    let anchor = try await office.desk.database.pool.read { try JournalAnchor(endOf: day, in: zone, $0) }
    guard day <= LocalDay(now, in: zone), let anchor else { throw OfficeDocumentMistake("day=\(day)") }
    return OfficePaper(
      title: Words.text("office.document.closing", ["day": day.onPaper]).vi,
      pdf: try Self.pdf(anchor, centre: settings.centre, zone: zone, at: now))
  }

  private static func pdf(
    _ anchor: JournalAnchor, centre: Centre, zone: ZoneOffset, at now: Instant
  ) throws -> [UInt8] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      Words.text("proof.closing.\(key)", places).vi
    }
    let (today, time) = (LocalDay(now, in: zone), TimeOfDay(now, in: zone))
    return try PageLayout.pdf(
      DocumentPage(
        title: word("title"), madeAt: "\(today)T\(time):00",
        blocks: [
          .paragraph(centre.name, .centre), .title(word("title"), about: anchor.day.onPaper),
          .table(
            .init(
              columns: [
                .init(Words.text("proof.column.what").vi), .init(Words.text("proof.column.content").vi, share: 2),
              ],
              rows: [
                [word("number"), "\(anchor.seq)"], [word("hash"), anchor.groups],
              ], size: 13)),
          .space(4), .code(anchor.text, caption: word("keep")), .space(4),
          .paragraph(word("printed", ["day": today.onPaper, "time": "\(time)"]), .left), .space(4),
          .signatures(left: Words.text("score.page.made").vi, right: word("head")),
        ]))
  }
}
