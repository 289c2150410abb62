import OneStop

/// The start-of-day checklist on A4: `{"document": "checklist"}`, or with `day` one that is past.
public struct ChecklistDocument: OfficeDocument {
  public static let kind = "checklist"
  public static let isForSupervisors = true
  public var day: LocalDay?

  public var reference: String { day.map { "\($0)" } ?? "today" }

  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard let checklist = office.checklist else { throw OfficeDocumentMistake("document=checklist") }
    let (view, settings) = try await checklist.onPaper(day)
    var paper = OfficePaper(
      title: Words.text("office.document.checklist.of", ["day": view.day.onPaper]).vi,
      pdf: try view.pdf(centre: settings.centre, zone: settings.zone, at: office.desk.clock.now))
    // Printed again tomorrow it is still this day's.
    paper.kept = ChecklistDocument(day: view.day)
    return paper
  }
}
