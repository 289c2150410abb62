import CentreOperations
import CentreStore
import Foundation
import OneStop
import Testing

/// Reports are made, kept and never overwritten.
@Suite("reports")
struct ReportTests {
  private static let path = "/api/v1/reports"

  private func serve(_ centre: TestCentre, _ count: Int = 1) async throws {
    for _ in 0..<count { try await centre.ticket("ho-tich") }
  }

  @Test("a version is kept as four files; another needs other figures and a reason, and names what changed")
  func versions() async throws {
    try await TestCentre.run { centre in
      try await serve(centre, 3)
      let first = try await centre.done("POST", Self.path, ["period": "2026-11"], status: 201)
      #expect(first["version"] == 1 && first["complete"] == false && first["files"].array.count == 4)
      let pdf = try await centre.get("\(Self.path)/2026-11/versions/1")
      #expect(pdf.status == 200 && pdf.text.hasPrefix("%PDF"))
      try await centre.refused(409, "report-unchanged", "POST", Self.path, ["period": "2026-11", "reason": "thử"])
      try await serve(centre)
      try await centre.refused(422, "report-reason-missing", "POST", Self.path, ["period": "2026-11", "reason": " "])
      let second = try await centre.done(
        "POST", Self.path, ["period": "2026-11", "reason": "nhập thêm sổ"], status: 201)
      #expect(second["version"] == 2 && second["reason"] == "nhập thêm sổ")
      #expect(second["changed"].array.contains { $0["vi"] == "Số đã cấp" })
      // The first is still what it was.
      let again = try await centre.get("\(Self.path)/2026-11/versions/1")
      #expect(again.text == pdf.text)
      let standing = try await centre.done("GET", "\(Self.path)/2026-11")
      #expect(standing["versions"].array.count == 2 && standing["differs"] == false && standing["faults"] == [])
      let event = try await centre.events().last
      #expect(event?.type == "report-made")
    }
  }

  @Test("a kept file that is changed or gone is named and not handed out")
  func changedFile() async throws {
    try await TestCentre.run { centre in
      try await serve(centre)
      try await centre.done("POST", Self.path, ["period": "2026-11-26"], status: 201)
      let folder = centre.folder.appendingPathComponent("reports/2026-11-26/v1")
      var csv = try Data(contentsOf: folder.appendingPathComponent("bao-cao.csv"))
      csv[csv.count - 3] ^= 1
      try csv.write(to: folder.appendingPathComponent("bao-cao.csv"))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("bao-cao.xlsx"))
      let standing = try await centre.done("GET", "\(Self.path)/2026-11-26")
      #expect(standing["faults"] == ["v1/bao-cao.xlsx", "v1/bao-cao.csv"])
      for form in ["csv", "xlsx"] {
        try await centre.refused(
          409, "report-file-changed", "GET", "\(Self.path)/2026-11-26/versions/1?format=\(form)")
      }
      try await centre.get("\(Self.path)/2026-11-26/versions/1?format=pdf")
    }
  }

  @Test("a year without data, an unknown version and what is no period are told so")
  func refusals() async throws {
    try await TestCentre.run { centre in
      try await centre.refused(409, "report-no-data", "POST", Self.path, ["period": "2019"])
      try await centre.refused(409, "report-no-data", "GET", "\(Self.path)/2019-Q1")
      try await centre.refused(404, "unknown-report", "GET", "\(Self.path)/2026/versions/1")
      try await centre.refused(400, "bad-request", "GET", "\(Self.path)/2026-W54")
      try await centre.refused(400, "bad-json", "POST", Self.path, ["period": "tháng mười một"])
      try await centre.refused(400, "bad-request", "GET", "\(Self.path)/2026/versions/1?format=doc")
    }
  }

  @Test(
    "when the day is closed its report is there; after the month's last day that of the month, whole",
    .timeLimit(.minutes(1)))
  func byThemselves() async throws {
    var plan = TestCentre.Plan()
    plan.at = "2026-11-30 09:00"
    plan.services = { desk, parts in
      [
        ReportKeeper(
          ReportOffice(desk, tables: parts.tables, clerk: parts.reports), desk: desk, alarms: parts.alarms,
          log: parts.log)
      ]
    }
    try await TestCentre.run(plan) { centre in
      try await serve(centre, 2)
      try await centre.done("POST", Self.path, ["period": "2026-11"], status: 201)
      _ = try await centre.desk.queue(.closeDay(reason: "test"), by: .system) { _, _, _ in }
      try await centre.kept("2026-11-30", version: 1)
      centre.pass(86_400)
      try await centre.desk.perform { _, _ in }
      // One was made while the month ran; the whole is a version more.
      let month = try await centre.kept("2026-11", version: 2)
      #expect(month.made.complete && !month.made.reason.isEmpty)
    }
  }
}

extension TestCentre {
  /// Waits for a version; every commit rings.
  @discardableResult
  fileprivate func kept(_ id: String, version: Int) async throws -> ReportRows.Kept {
    let period = ReportPeriod(id: id)!
    for await _ in desk.bell.listen() {
      let kept = try await desk.look { db, _ in try ReportRows.latest(period, db) }
      if let kept, kept.made.version >= version { return kept }
    }
    throw CancellationError()
  }
}
