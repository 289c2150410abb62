import CentreOperations
import CentreStore
import Foundation
import OneStop
import Testing

/// Asking for papers, without a print server: what is refused, and who sees what. Printing itself is in Tests/Office.
@Suite("papers for the office printers")
struct OfficePrintTests {
  private static let printers: @Sendable (inout CentreSeed) -> Void = {
    $0.settings.devices = [
      Device(id: "mot", kind: .officePrinter, name: "Máy in phòng một", address: "cups:mot"),
      Device(id: "hai", kind: .officePrinter, name: "Máy in phòng hai", address: "cups:hai", active: false),
    ]
  }

  @Test("without an office printer, and at one that is switched off or unknown, nothing is recorded")
  func noPrinter() async throws {
    try await TestCentre.run { centre in
      let reply = try await centre.post("/api/v1/office/print", ["document": "figures", "day": "2026-11-26"])
      #expect(reply.status == 409 && reply.json["type"] == "no-office-printer")
    }
    var plan = TestCentre.Plan()
    plan.adjust = Self.printers
    try await TestCentre.run(plan) { centre in
      for printer in ["hai", "ba"] {
        let reply = try await centre.post(
          "/api/v1/office/print", ["document": "figures", "day": "2026-11-26", "printer": .string(printer)])
        #expect(reply.status == 409 && reply.json["type"] == "no-office-printer")
      }
      try await #expect(centre.get("/api/v1/office/jobs").json["jobs"] == [])
    }
  }

  @Test(
    "what makes no sense is named",
    arguments: [
      (["document": "thơ", "day": "2026-11-26"], "bad-request", "document=thơ"),
      (["document": "figures"], "bad-json", "from"),
      (["document": "figures", "day": "2026-13-26"], "bad-json", "day"),
      (["document": "figures", "from": "2026-11-26", "to": "2026-11-25"], "bad-request", "from > to"),
      (["document": "figures", "day": "2026-11-26", "by": "moon"], "bad-json", "by"),
      (["document": "figures", "day": "2026-11-26", "copies": 21], "bad-request", "copies=21"),
      (["document": "figures", "day": "2026-11-26", "copies": 0], "bad-request", "copies=0"),
      ([:], "bad-json", "document"),
    ] as [(JSON, String, String)])
  func mistakes(_ body: JSON, _ type: String, _ place: String) async throws {
    var plan = TestCentre.Plan()
    plan.adjust = Self.printers
    try await TestCentre.run(plan) { centre in
      let reply = try await centre.post("/api/v1/office/print", body)
      #expect(reply.status == 400 && reply.json["type"] == .string(type))
      #expect(reply.json["title"].text.contains(place), "\(reply.json["title"])")
    }
  }

  @Test("an officer sees and cancels his own papers, a supervisor all; every step is journalled with who did it")
  func owners() async throws {
    var plan = TestCentre.Plan.withPINs()
    plan.adjust = Self.printers
    try await TestCentre.run(plan) { centre in
      let first = try await centre.signIn("cb01")
      let second = try await centre.signIn("cb02")
      let boss = try await centre.signIn("cb07")
      let asked = try await centre.post(
        "/api/v1/office/print", ["document": "figures", "day": "2026-11-26"], as: first)
      #expect(asked.status == 201)
      let job = "/api/v1/office/jobs/\(asked.json["job"].whole)"
      try await #expect(centre.get("/api/v1/office/jobs", as: second).json["jobs"] == [])
      for command in ["cancel", "reprint"] {
        try await #expect(centre.post("\(job)/\(command)", as: second).status == 404)
      }
      try await #expect(centre.get("/api/v1/office/jobs", as: boss).json["jobs"][0]["job"] == asked.json["job"])
      let early = try await centre.post("\(job)/reprint", as: boss)
      #expect(early.status == 409 && early.json["type"] == "office-job-open")
      try await #expect(centre.post("\(job)/cancel", as: boss).json["state"] == "cancelled")
      let late = try await centre.post("\(job)/cancel", as: first)
      #expect(late.status == 409 && late.json["type"] == "office-job-over")
      let again = try await centre.post("\(job)/reprint", as: first)
      #expect(again.status == 201 && again.json["reprintOf"] == asked.json["job"])
      // What was printed again is not offered a second time.
      let list = try await centre.get("/api/v1/office/jobs", as: first).json["jobs"]
      #expect(list[1]["mayReprint"] == false && list[0]["mayCancel"] == true)

      let events = try await centre.desk.look { db, _ in
        try Journal.entries(
          db, after: 0, types: ["office-job-asked", "office-cancel-asked", "office-job-ended"]
        ).map { "\($0.type) \($0.actor.name) \($0.actor.role.rawValue)" }
      }
      #expect(
        events == [
          "office-job-asked cb01 officer", "office-cancel-asked cb07 supervisor", "office-job-ended motcua system",
          "office-job-asked cb01 officer",
        ])
      // The paper itself is kept only while somebody waits for it.
      let papers = try await centre.desk.look { db, _ in
        try OfficeJobs.recent(db, by: nil, limit: 9).map { try OfficeJobs.pdf(db, $0.job)?.prefix(4) }
      }
      #expect(papers == [Array("%PDF".utf8)[...], nil])
    }
  }

  @Test("the same key prints once")
  func once() async throws {
    var plan = TestCentre.Plan()
    plan.adjust = Self.printers
    try await TestCentre.run(plan) { centre in
      for _ in 0..<2 {
        let reply = try await centre.post(
          "/api/v1/office/print", ["document": "figures", "day": "2026-11-26"], key: "in-mot-lan")
        #expect(reply.status == 201)
      }
      try await #expect(centre.get("/api/v1/office/jobs").json["jobs"].array.count == 1)
    }
  }

  @Test("every document has words in both languages and stands in the API document")
  func documents() {
    let documented = APIDocument.shared.root["components"]["schemas"]["PaperRequest"]["properties"]["document"]["enum"]
    #expect(Set(documented.array.compactMap(\.string)) == Set(OfficeDocuments.all.map { $0.kind }))
    for type in OfficeDocuments.all { #expect(Words.text("office.document.\(type.kind)").vi.first != "o") }
  }
}
