import Foundation
import OneStop
import Testing

@Suite("the rows behind the figures of the scoring sheet")
struct FigureRowsTests {
  static let year = "/api/v1/score/2026"

  /// Of every figure the rows add up to what the sheet shows: share, counts, and each part has its rows.
  static func check(_ figures: [JSON], _ centre: TestCentre) async throws {
    for figure in figures {
      let name = figure["figure"].text
      var (sums, from, total) = ([String: Int](), 0, 1)
      var units: [String: Int] = [:]
      while from < total {
        let page = try await centre.done("GET", "\(year)/figures/\(name)?from=\(from)")
        total = page["total"].int ?? 0
        let keys = page["sums"].array.map(\.["key"].text)
        for sum in page["sums"].array { units[sum["key"].text] = sum["unit"].int }
        for row in page["rows"].array {
          #expect(row["cells"].array.count == page["columns"].array.count)
          for (key, n) in zip(keys, row["adds"].array) { sums[key, default: 0] += n.int ?? 0 }
        }
        if page["rows"].array.isEmpty { break }
        from += page["rows"].array.count
        for sum in page["sums"].array where from == total {
          let key = sum["key"].text
          #expect(sum["n"].int == sums[key, default: 0] / (units[key] ?? 1), "\(name) \(key)")
        }
      }
      #expect(from == total, "\(name)")
      let share = figure["share"]
      #expect(share["numerator"].int ?? 0 == sums["numerator"] ?? 0, "\(name)")
      #expect(share["denominator"].int ?? 0 == sums["denominator"] ?? 0, "\(name)")
      for count in figure["counts"].array {
        let key = count["key"].text
        #expect(count["n"].int == (sums[key] ?? 0) / (units[key] ?? 1), "\(name) \(key)")
      }
      guard total > 0 else { continue }
      for key in units.keys {
        let part = try await centre.done("GET", "\(year)/figures/\(name)?part=\(key)")
        #expect((part["total"].int ?? 0 > 0) == (sums[key] ?? 0 > 0), "\(name) \(key)")
        let file = try await centre.get("\(year)/figures/\(name)?part=\(key)&format=csv")
        #expect(file.text.split(separator: "\r\n").count == 1 + (part["total"].int ?? 0), "\(name) \(key)")
      }
    }
  }

  @Test(
    "what is not there is refused with words",
    arguments: [
      ("404", "unknown-figure", "figures/NOTHING"), ("404", "no-scoring-table", "../2025/figures/ONTIME"),
      ("400", "bad-request", "figures/ONTIME?from=-1"), ("400", "bad-request", "figures/ONTIME?format=xml"),
    ])
  func refused(_ status: String, _ type: String, _ path: String) async throws {
    let full = path.hasPrefix("../") ? "/api/v1/score/" + path.dropFirst(3) : "\(Self.year)/\(path)"
    try await TestCentre.run { centre in
      try await centre.refused(Int(status) ?? 0, type, "GET", full)
    }
  }

  @Test("a figure without data has no rows, and no file but its head")
  func empty() async throws {
    try await TestCentre.run { centre in
      let page = try await centre.done("GET", "\(Self.year)/figures/LETTERS")
      #expect(page["total"] == 0 && page["rows"].array.isEmpty)
      try await #expect(centre.get("\(Self.year)/figures/LETTERS?format=csv").status == 200)
    }
  }

  @Test("dossiers, letters, same-day helpers and counters: all figures of a day add up")
  func day() async throws {
    try await TestCentre.run(.sameDay) { centre in
      for (n, officer) in [(1, "cb01"), (2, "cb02")] {
        try await centre.counter(n, "open", ["officer": .string(officer)])
      }
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "start")
      try await centre.counter(1, "finish")
      try await centre.counter(2, "pause", ["reason": "meeting"])
      var ids: [Int] = []
      for procedure in ["2.000815", "1.001193", "1.000894"] {
        let received = try await centre.done(
          "POST", "/api/v1/dossiers", ["procedure": .string(procedure), "counter": 1], status: 201)
        ids.append(received["dossiers"].array[0]["id"].int ?? 0)
      }
      for id in ids.dropLast() {
        try await centre.done("POST", "/api/v1/dossiers/\(id)/steps", ["step": "finish"])
      }
      try await centre.done("POST", "/api/v1/dossiers/\(ids[1])/steps", ["step": "hand-over"])
      try await centre.done(
        "PUT", "/api/v1/same-day/2026-11-26/helpers",
        [
          "helpers": [
            ["officer": "cb01", "task": "greeter", "helped": 4],
            ["body": "Đoàn Thanh niên", "task": "helper", "helped": 7],
          ]
        ])
      let figures = try await centre.done("GET", Self.year)["figures"].array
      try await Self.check(figures, centre)
      let known = Set(figures.filter { $0["share"].exists || !$0["counts"].array.isEmpty }.map(\.["figure"].text))
      #expect(known.isSuperset(of: ["TICKETS", "COUNTER_LOG", "SUPPORT", "OVERDUE_TWICE", "ONTIME"]), "\(known)")
      try await centre.refused(400, "bad-request", "GET", "\(Self.year)/figures/COUNTER_LOG?part=late")
      let stretches = try await centre.done("GET", "\(Self.year)/figures/COUNTER_LOG?part=pauses")
      #expect(stretches["rows"][0]["cells"][4] == "meeting")
      let helped = try await centre.done("GET", "\(Self.year)/figures/SUPPORT?part=helped")
      #expect(helped["rows"].array.map { $0["adds"][1].int } == [4, 7])
      #expect(helped["names"]["cb01"].exists)
    }
  }
}
