import Foundation
import Testing

@Suite("settings")
struct SettingsTests {
  private static let path = "/api/v1/settings"

  private func current(_ centre: TestCentre) async throws -> JSON {
    try await centre.done("GET", Self.path)
  }

  @Test("whoever saves second is told that somebody else did")
  func version() async throws {
    try await TestCentre.run { centre in
      var mine = try await current(centre)
      var theirs = mine
      theirs["settings"]["centre"]["hotline"] = "0225 1"
      try await centre.done("PUT", Self.path, theirs)
      mine["settings"]["centre"]["hotline"] = "0225 2"
      try await centre.refused(409, "settings-changed", "PUT", Self.path, mine)
      for version in [0, -1, 1_000_000] {
        mine["version"] = .int(version)
        try await centre.refused(409, "settings-changed", "PUT", Self.path, mine)
      }
      let now = try await current(centre)
      #expect(now["settings"]["centre"]["hotline"] == "0225 1")
    }
  }

  @Test("two who save at once: one is told")
  func together() async throws {
    try await TestCentre.run { centre in
      let read = try await current(centre)
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for i in 0..<6 {
          group.addTask {
            var mine = read
            mine["settings"]["centre"]["hotline"] = .string("0225 \(i)")
            return try await centre.ask("PUT", Self.path, mine).status
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(answers.count { $0 == 200 } == 1 && answers.count { $0 == 409 } == 5)
    }
  }

  private struct Mistake: Sendable {
    var path: String
    var words: String
    var make: @Sendable (inout JSON) -> Void
    init(_ path: String, _ words: String, _ make: @escaping @Sendable (inout JSON) -> Void) {
      (self.path, self.words, self.make) = (path, words, make)
    }
  }

  private static let mistakes: [Mistake] = [
    .init("services[2].prefix", "Hộ tịch") { $0["services"][2]["prefix"] = "A" },
    .init("services[0].prefix", "chữ in hoa") { $0["services"][0]["prefix"] = "a1" },
    .init("services[0].prefix", "số khẩn cấp") { $0["services"][0]["prefix"] = "P" },
    .init("services[1].id", "hai lần") { $0["services"][1]["id"] = "ho-tich" },
    .init("services[0].name", "trống") { $0["services"][0]["name"] = "" },
    .init("services[3].usualMinutes", "từ 1 đến 240") { $0["services"][3]["usualMinutes"] = 0 },
    .init("counters[0].ranks", "khong-co") { $0["counters"][0]["ranks"] = [["khong-co"]] },
    .init("counters[1].number", "hai lần") { $0["counters"][1]["number"] = 1 },
    .init("rules.undoSeconds", "từ 0 đến 60") { $0["rules"]["undoSeconds"] = 61 },
    .init("rules.numbering.width", "từ 1 đến 6") { $0["rules"]["numbering"]["width"] = 0 },
    .init("hours[0].spans", "chồng nhau") { $0["hours"][0]["spans"] = [["07:30", "11:30"], ["11:00", "17:00"]] },
    .init("centre.timezone", "múi giờ") { $0["centre"]["timezone"] = "Asia/Atlantis" },
    .init("printers[0].address", "tcp://") {
      $0["printers"] = [["id": "p", "name": "P", "profile": "generic-80", "address": "usb", "terminals": []]]
    },
    .init("services", "Hộ tịch") {
      let services = Array($0["services"].array.dropFirst())
      $0["services"] = .array(services)
    },
  ]

  @Test("every mistake is told with its path and what would be right; nothing is saved")
  func invalid() async throws {
    try await TestCentre.run { centre in
      let before = try await current(centre)
      for mistake in Self.mistakes {
        var body = before
        mistake.make(&body["settings"])
        let reply = try await centre.refused(422, "settings-invalid", "PUT", Self.path, body)
        let told = reply.json["problems"].array.filter { $0["path"] == .string(mistake.path) }
        #expect(
          told.contains { $0["vi"].text.contains(mistake.words) && !$0["vi"].text.contains("{") },
          "\(mistake.path): \(reply.text)")
        #expect(told.allSatisfy { $0["en"].text != $0["vi"].text })
      }
      try await #expect(current(centre) == before)
    }
  }

  @Test("a service people wait for stays, and so does a counter that is open")
  func inUse() async throws {
    try await TestCentre.run { centre in
      try await centre.ticket("dat-dai")
      try await centre.counter(4, "open", ["officer": "cb04"])
      var body = try await current(centre)
      body["settings"]["services"][1]["active"] = false
      body["settings"]["counters"][3]["active"] = false
      let reply = try await centre.refused(422, "settings-invalid", "PUT", Self.path, body)
      let words = reply.json["problems"].array.compactMap { $0["vi"].string }.joined(separator: "\n")
      #expect(words.contains("còn 1 người chờ Đất đai") && words.contains("quầy 4 đang mở"), "\(words)")
    }
  }

  @Test("a change holds at once: a service is switched off, an hour moved, a priority group added")
  func change() async throws {
    try await TestCentre.run { centre in
      var body = try await current(centre)
      body["settings"]["services"][5]["active"] = false
      body["settings"]["services"][1]["name"] = "Đất đai – Môi trường"
      body["settings"]["priorityGroups"] = .array(
        body["settings"]["priorityGroups"].array + [["id": "teacher", "name": "Nhà giáo", "nameEn": "Teachers"]])
      try await centre.done("PUT", Self.path, body)
      try await centre.refused(409, "service-closed", "POST", "/api/v1/tickets", ["service": "xay-dung"])
      let ticket = try await centre.done(
        "POST", "/api/v1/tickets", ["service": "dat-dai", "priority": "teacher"], status: 201)
      #expect(ticket["serviceName"] == "Đất đai – Môi trường")
      try await until("the board knows") {
        let board = try await centre.get("/api/v1/board").json
        return board["services"].array.count == 8 && board["centre"]["services"][1]["name"] == "Đất đai – Môi trường"
      }
      try await centre.verify()
    }
  }

  @Test(
    "same-day day: past weeks stay, a day whose marked numbers are out stays, and no service promises what isn't listed"
  )
  func sameDay() async throws {
    try await TestCentre.run(.sameDay) { centre in
      func refused(_ change: (inout JSON) -> Void) async throws -> [String?] {
        var body = try await current(centre)
        change(&body)
        let reply = try await centre.refused(422, "settings-invalid", "PUT", Self.path, body)
        return reply.json["problems"].array.map { "\($0["path"].text) \($0["vi"].text.prefix(45))" }
      }
      #expect(
        try await refused { $0["settings"]["sameDay"][0]["weekday"] = 3 }
          == ["sameDay[0] thứ, giờ chốt và số phút của ngày 01/11/2026 "])
      #expect(
        try await refused { $0["settings"]["services"][1]["sameDay"] = true }
          == ["services[1].sameDay không có thủ tục nào của dịch vụ này trong da"])
      // Ended yesterday: yesterday was none, so nothing is rewritten, until a number of today carries the mark.
      let other: JSON = [
        "weekday": 4, "procedures": ["2.000815"], "document": "QĐ 13", "from": "2026-11-26", "waitMinutes": 30,
        "cutoff": "15:00", "escalateMinutes": 60,
      ]
      func next(_ from: String) -> (inout JSON) -> Void {
        { body in
          var plan = other
          plan["from"] = .string(from)
          body["settings"]["sameDay"] = .array(body["settings"]["sameDay"].array + [plan])
        }
      }
      try await centre.ticket("ho-tich")
      #expect(try await refused(next("2026-11-26")) == ["sameDay[1] thứ, giờ chốt và số phút của ngày 26/11/2026 "])
      var body = try await current(centre)
      body["settings"]["sameDay"][0]["until"] = "2026-11-26"
      next("2026-11-27")(&body)
      try await centre.done("PUT", Self.path, body)
    }
  }

  @Test("settings may be as large as a centre needs, not larger")
  func size() async throws {
    try await TestCentre.run { centre in
      var body = try await current(centre)
      body["settings"]["daysOff"] = .array(
        (0..<3000).map { ["day": "2027-01-01", "words": .string("Ngày nghỉ bù thứ \($0) của trung tâm")] })
      try await centre.done("PUT", Self.path, body)
      body["settings"]["daysOff"] = .array(
        (0..<9000).map { ["day": "2027-01-01", "words": .string("Ngày nghỉ bù thứ \($0) của trung tâm")] })
      try await centre.refused(413, "too-large", "PUT", Self.path, body)
    }
  }
}
