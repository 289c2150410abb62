import Foundation
import OneStop
import Testing

/// The page a supervisor leaves open: it tells the same as the figures, and each figure leads to its rows.
@Suite("the live page")
struct LiveTests {
  /// What the run through the API asks of these routes, after a morning with visits and dossiers.
  static func samples(_ centre: TestCentre) async throws {
    let live = try await centre.done("GET", "/api/v1/live")
    let issued = live["today"]["issued"].int ?? 0
    #expect(issued > 0 && live["targets"].array.count == 5)
    #expect(live["dossiers"]["near"].exists)
    let rows = try await centre.done("GET", "/api/v1/live/tickets")
    #expect(rows["total"].int == issued && rows["rows"].array.count == issued)
    let dossiers = try await centre.done("GET", "/api/v1/live/dossiers?from=2026-01-01&to=2026-11-26&only=onTime")
    #expect(dossiers["total"].int ?? 0 > 0)
  }

  @Test("figures and their rows agree, and without data there is no figure")
  func rows() async throws {
    try await TestCentre.run { centre in
      let empty = try await centre.done("GET", "/api/v1/live")
      #expect(empty["today"]["issued"] == 0 && !empty["today"]["medianWaitSeconds"].exists)
      #expect(empty["load"]["weekdays"].array.isEmpty)
      for target in empty["targets"].array {
        #expect(!target["share"].exists && target["outlook"]["kind"] == "noData", "\(target)")
      }
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<3 { try await centre.ticket("ho-tich") }
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "finish")
      let live = try await centre.done("GET", "/api/v1/live")
      #expect(live["today"]["issued"] == 3 && live["today"]["served"] == 1 && live["waiting"] == 2)
      let wait = live["targets"].array.first { $0["figure"] == "WAIT" }
      #expect(wait?["share"]["numerator"] == 1 && wait?["share"]["denominator"] == 1)
      for (query, n) in [
        ("", 3), ("?only=served", 1), ("?only=waiting", 2), ("?only=noShow", 0), ("?only=late", 0),
        ("?service=ho-tich", 3), ("?service=dat-dai", 0), ("?weekday=4", 3), ("?weekday=5", 0), ("?procedure=x", 0),
        ("?from=2026-11-25&to=2026-11-25", 0),
      ] {
        let found = try await centre.done("GET", "/api/v1/live/tickets\(query)")
        #expect(found["total"].int == n, "\(query)")
      }
      let row = try await centre.done("GET", "/api/v1/live/tickets?only=served")["rows"].array[0]
      #expect(row["standing"] == "served" && row["counters"] == [1] && row["late"] == false)
    }
  }

  @Test(
    "a wrong question is refused",
    arguments: [
      "tickets?from=gestern", "tickets?from=2026-11-27&to=2026-11-26", "tickets?from=2020-01-01&to=2026-11-26",
      "tickets?hour=24", "tickets?weekday=0", "tickets?only=all", "dossiers?only=soon", "dossiers?to=x",
    ])
  func refused(path: String) async throws {
    try await TestCentre.run { centre in
      try await centre.refused(400, "bad-request", "GET", "/api/v1/live/\(path)")
    }
  }

  @Test("only a supervisor sees it")
  func access() async throws {
    try await TestCentre.run(.withPINs(at: "2026-11-26 09:00")) { centre in
      let officer = try await centre.signIn("cb01")
      for path in ["live", "live/tickets", "live/dossiers"] {
        try await centre.refused(401, "sign-in-required", "GET", "/api/v1/\(path)")
        try await centre.refused(403, "forbidden", "GET", "/api/v1/\(path)", as: officer)
      }
    }
  }
}
