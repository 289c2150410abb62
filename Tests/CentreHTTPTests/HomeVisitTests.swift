import CentreOperations
import CentreStore
import Foundation
import GRDB
import Logging
import OneStop
import Testing

@Suite("visits at home: the address is seen by who needs it and goes when its time is over")
struct HomeVisitTests {
  private static let path = "/api/v1/home-visits"
  private static let address = "Số 7, ngách 12/3 đường Chợ Con"
  private static let request: JSON = [
    "group": "gia-yeu-co-don", "askedBy": "phone", "procedure": "2.000815", "name": "Trần Thị Hồng Nhạn",
    "phone": "0912 345 678", "address": .string(address), "note": "cổng xanh cuối ngách",
  ]
  private static func plan() -> TestCentre.Plan {
    var plan = TestCentre.Plan.withPINs()
    plan.adjust = {
      $0.settings.homeVisits.keepDays = 10
      $0.settings.devices = [Device(id: "vp", kind: .officePrinter, name: "Máy in văn phòng", address: "cups:vp")]
    }
    return plan
  }

  private static func list(_ centre: TestCentre, as guest: Guest) async throws -> JSON {
    try await centre.done("GET", path, as: guest)["visits"]
  }

  private static func print(_ centre: TestCentre, as guest: Guest) async throws -> Reply {
    try await centre.post("/api/v1/office/print", ["document": "home-visit", "visit": 1], as: guest)
  }

  @Test("the officer who is sent and the supervisor see it, nobody else; after its time nobody")
  func address() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let (taker, sent, other) = (
        try await centre.signIn("cb01"), try await centre.signIn("cb02"), try await centre.signIn("cb03")
      )
      var boss = try await centre.signIn("cb07")
      try await centre.refused(401, "sign-in-required", "GET", Self.path)
      let asked = try await centre.ask("POST", Self.path, Self.request, as: taker, key: "de-nghi-mot-lan")
      #expect(asked.status == 201 && asked.json["state"] == "asked")
      // The answer is kept with the key, so it has nobody in it.
      #expect(!asked.text.contains("Nhạn") && !asked.text.contains("Chợ Con"))
      let steps = "\(Self.path)/1/steps"
      let plan: JSON = ["step": "schedule", "day": "2026-11-26", "officer": "cb02"]
      try await centre.refused(403, "home-visit-not-yours", "POST", steps, plan, as: sent)
      let planned = try await centre.done("POST", steps, plan, as: boss)
      #expect(planned["standing"] == "today" && planned["person"].exists == false)

      try await #expect(Self.list(centre, as: sent)[0]["person"]["address"] == .string(Self.address))
      try await #expect(Self.list(centre, as: boss)[0]["person"]["note"] == "cổng xanh cuối ngách")
      let seen = try await Self.list(centre, as: taker)
      #expect(seen.array.count == 1 && seen[0]["person"].exists == false)
      try await #expect(Self.list(centre, as: other) == [])
      for guest in [taker, other] {
        try await centre.refused(403, "home-visit-not-yours", "GET", "\(Self.path)/1/slip", as: guest)
        try await #expect(Self.print(centre, as: guest).type == "home-visit-not-yours")
        try await centre.refused(403, "home-visit-not-yours", "POST", steps, ["step": "visit"], as: guest)
        try await centre.refused(
          403, "home-visit-not-yours", "PUT", "\(Self.path)/1/person", ["name": "A", "address": "B"], as: guest)
      }
      try await #expect(centre.get("\(Self.path)/1/slip", as: sent).status == 200)
      let paper = try await Self.print(centre, as: sent)
      #expect(paper.status == 201 && paper.json["paper"] == "a5" && !paper.text.contains("Nhạn"))
      try await centre.done("POST", "/api/v1/office/jobs/\(paper.json["job"].whole)/cancel", as: sent)

      let dossier = try await centre.done(
        "POST", "/api/v1/dossiers", ["procedure": "2.000815", "channel": "home"], as: sent, status: 201)
      let code = dossier["dossiers"][0]["code"]
      try await centre.refused(404, "unknown-dossier", "POST", steps, ["step": "visit", "code": "H99.0-1"], as: sent)
      try await centre.done("POST", steps, ["step": "visit", "code": code], as: sent)
      try await #expect(Self.list(centre, as: sent)[0]["person"]["code"] == code)
      try await centre.done("POST", steps, ["step": "return"], as: sent)
      // There is no way to go any more.
      try await #expect(Self.list(centre, as: sent)[0]["person"].exists == false)
      let over = try await Self.list(centre, as: boss)[0]
      #expect(over["person"]["address"] == .string(Self.address) && over["knownUntil"] == "2026-12-05")

      let keeper = HomeVisitKeeper(desk: centre.desk, alarms: centre.parts.alarms, log: Logger(label: "test"))
      centre.pass(9 * 86_400)
      try await #expect(keeper.forget() == 0)
      centre.pass(86_400)
      try await #expect(keeper.forget() == 1)
      boss = try await centre.signIn("cb07")
      try await #expect(keeper.forget() == 0)
      try await #expect(Self.list(centre, as: boss)[0]["person"].exists == false)
      try await centre.refused(409, "home-person-deleted", "GET", "\(Self.path)/1/slip", as: boss)
      try await #expect(centre.events().last?.type == HomeVisitRows.deletedType)
      // Not in the journal, not with a key, not in a paper; not even in a page of the file that was given back.
      try await centre.database.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
      let file = try Data(contentsOf: centre.folder.appendingPathComponent("centre.sqlite"))
      for word in ["Hồng Nhạn", "Chợ Con", "0912 345 678", "cổng xanh"] {
        #expect(file.range(of: Data(word.utf8)) == nil, "\(word)")
      }
      try await #expect(centre.desk.look { db, _ in try Rebuild.differences(db) } == [])
    }
  }

  @Test("events tell the whole way and nothing of the person; replay gives the same rows and the same figure")
  func replay() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let boss = try await centre.signIn("cb07")
      for group in ["om-dau", "khuyet-tat", "khuyet-tat", "om-dau"] {
        var request = Self.request
        request["group"] = .string(group)
        try await centre.done("POST", Self.path, request, as: boss, status: 201)
      }
      func step(_ n: Int, _ body: JSON) async throws {
        try await centre.done("POST", "\(Self.path)/\(n)/steps", body, as: boss)
      }
      try await step(1, ["step": "schedule", "day": "2026-11-26", "officer": "cb01"])
      try await step(1, ["step": "return"])
      try await step(2, ["step": "schedule", "day": "2026-11-27", "officer": "cb01"])
      try await centre.refused(409, "home-visit-early", "POST", "\(Self.path)/2/steps", ["step": "visit"], as: boss)
      try await step(3, ["step": "cancel", "reason": "came"])
      try await step(4, ["step": "cancel", "reason": "mistake"])
      for entry in try await centre.events() {
        let payload = String(decoding: entry.payload, as: UTF8.self)
        #expect(!payload.contains("Nhạn") && !payload.contains("0912") && !payload.contains("Chợ Con"), "\(payload)")
      }
      let replay = try ReplayDatabase()
      let now = centre.desk.clock.now.adding(seconds: 1)
      let rows = try await centre.database.pool.read { db in
        _ = try replay.take(db, before: now)
        return try HomeVisitRows.told(db).visits
      }
      let again = try await replay.queue.write { db in
        _ = try ReplayDatabase.rebuild(db)
        return try HomeVisitRows.open(db) + HomeVisitRows.ended(since: Instant(milliseconds: 0), db)
      }
      #expect(again.count == 4 && again.allSatisfy { rows[$0.id] == $0 })
      try await #expect(centre.desk.look { db, _ in try Rebuild.differences(db) } == [])

      let sheet = try await centre.done("GET", "/api/v1/score/2026", as: boss)
      let figure = try #require(sheet["figures"].array.first { $0["figure"] == "HOME" })
      #expect(figure["source"] == "daemon")
      #expect(figure["share"]["numerator"] == 1 && figure["share"]["denominator"] == 3)
      let counts = Dictionary(uniqueKeysWithValues: figure["counts"].array.map { ($0["key"].text, $0["n"].whole) })
      #expect(counts["homeSick"] == 1 && counts["homeDisabled"] == 2 && counts["homeCancelled"] == 1)
      #expect(counts["homeOther"] == 0)
      let page = try await centre.done("GET", "/api/v1/score/2026/figures/HOME", as: boss)
      #expect(page["rows"].array.count == 3)
    }
  }

  @Test("a visit whose day passed without a result is an alarm until it has one")
  func late() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      var boss = try await centre.signIn("cb07")
      let keeper = HomeVisitKeeper(desk: centre.desk, alarms: centre.parts.alarms, log: Logger(label: "test"))
      func stands() async throws -> Bool {
        try await keeper.watch()
        return centre.parts.alarms.standing.contains { $0.id == HomeVisitKeeper.lateAlarm }
      }
      try await centre.done("POST", Self.path, Self.request, as: boss, status: 201)
      let steps = "\(Self.path)/1/steps"
      try await centre.done("POST", steps, ["step": "schedule", "day": "2026-11-26", "officer": "cb01"], as: boss)
      try await #expect(!stands())
      centre.pass(86_400)
      boss = try await centre.signIn("cb07")
      try await #expect(stands())
      try await #expect(Self.list(centre, as: boss)[0]["standing"] == "late")
      try await centre.done("POST", steps, ["step": "visit"], as: boss)
      try await #expect(stands())
      try await centre.done("POST", steps, ["step": "schedule", "day": "2026-12-01", "officer": "cb01"], as: boss)
      try await #expect(!stands())
    }
  }

  @Test("a request nobody gives a date is an alarm after three days, so its address is not kept for ever")
  func unplanned() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      var boss = try await centre.signIn("cb07")
      let keeper = HomeVisitKeeper(desk: centre.desk, alarms: centre.parts.alarms, log: Logger(label: "test"))
      func stands() async throws -> Bool {
        try await keeper.watch()
        return centre.parts.alarms.standing.contains { $0.id == HomeVisitKeeper.unplannedAlarm }
      }
      try await centre.done("POST", Self.path, Self.request, as: boss, status: 201)
      centre.pass(3 * 86_400)
      try await #expect(!stands())
      centre.pass(86_400)
      try await #expect(stands())
      boss = try await centre.signIn("cb07")
      try await centre.done("POST", "\(Self.path)/1/steps", ["step": "cancel", "reason": "came"], as: boss)
      try await #expect(!stands())
    }
  }

  @Test("correcting name or address keeps the dossier's code, until another is given")
  func corrected() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let boss = try await centre.signIn("cb07")
      var codes: [JSON] = []
      for _ in 0..<2 {
        let made = try await centre.done(
          "POST", "/api/v1/dossiers", ["procedure": "2.000815", "channel": "home"], as: boss, status: 201)
        codes.append(made["dossiers"][0]["code"])
      }
      var body = Self.request
      body["code"] = codes[0]
      try await centre.done("POST", Self.path, body, as: boss, status: 201)
      func person() async throws -> JSON { try await Self.list(centre, as: boss)[0]["person"] }
      try await #expect(person()["code"] == codes[0])
      body["code"] = ""
      body["address"] = "Số 9"
      try await centre.done("PUT", "\(Self.path)/1/person", body, as: boss)
      let kept = try await person()
      #expect(kept["code"] == codes[0] && kept["address"] == "Số 9")
      body["code"] = codes[1]
      try await centre.done("PUT", "\(Self.path)/1/person", body, as: boss)
      try await #expect(person()["code"] == codes[1])
    }
  }

  @Test("a slip that still waits for its printer goes with the visit, and any paper after a week")
  func papers() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let boss = try await centre.signIn("cb07")
      try await centre.done("POST", Self.path, Self.request, as: boss, status: 201)
      func kept() async throws -> [String] {
        try await centre.database.pool.read {
          try String.fetchAll(
            $0, sql: "SELECT document || ' ' || state || CASE WHEN pdf IS NULL THEN '' ELSE ' pdf' END FROM officeJob")
        }
      }
      let slip = try await Self.print(centre, as: boss).json["job"].whole
      // Interrupted between its number on the print server and its paper: who knows where the server is today.
      try await centre.database.pool.write {
        try $0.execute(sql: "UPDATE officeJob SET state = 'handing', number = 7 WHERE id = ?", arguments: [slip])
      }
      _ = try await Self.print(centre, as: boss)
      let letter: JSON = ["document": "letter", "kind": "thanks", "name": "Trần Thị Hồng Nhạn"]
      try await centre.done("POST", "/api/v1/office/print", letter, as: boss, status: 201)
      try await #expect(kept() == ["home-visit handing pdf", "home-visit queued pdf", "letter queued pdf"])
      try await centre.done(
        "POST", "\(Self.path)/1/steps", ["step": "cancel", "reason": "came"], as: boss)
      try await #expect(kept() == ["home-visit handing", "home-visit cancelled", "letter queued pdf"])
      let keeper = OfficePaperKeeper(centre.desk, board: centre.parts.office, log: Logger(label: "test"))
      centre.pass(OfficePaperKeeper.keepDays * 86_400 - 1)
      try await #expect(keeper.takeBack() == 0)
      centre.pass(2)
      try await #expect(keeper.takeBack() == 1)
      try await #expect(keeper.takeBack() == 0)
      try await #expect(kept() == ["home-visit handing", "home-visit cancelled", "letter cancelled"])
    }
  }

  @Test("the same key with another name or code is the same request: no hash of a person is kept")
  func keys() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let boss = try await centre.signIn("cb07")
      var body = Self.request
      let first = try await centre.ask("POST", Self.path, body, as: boss, key: "de-nghi-mot")
      body["name"] = "Người khác"
      let again = try await centre.ask("POST", Self.path, body, as: boss, key: "de-nghi-mot")
      #expect(again.status == 201 && again.text == first.text)
      body["group"] = "om-dau"
      try await #expect(
        centre.ask("POST", Self.path, body, as: boss, key: "de-nghi-mot").type == "idempotency-key-reused")
      func letter(_ kind: JSON, _ name: JSON) async throws -> Reply {
        try await centre.ask(
          "POST", "/api/v1/office/print", ["document": "letter", "kind": kind, "name": name], as: boss,
          key: "thu-thu-nhat")
      }
      let one = try await letter("thanks", "Trần Thị Hồng Nhạn")
      let two = try await letter("thanks", "Người khác")
      #expect(one.status == 201 && two.text == one.text)
      try await #expect(letter("birth", "Người khác").type == "idempotency-key-reused")
    }
  }

  @Test("a text that is too long is named, a group that is switched off is not offered")
  func input() async throws {
    var plan = Self.plan()
    plan.adjust = { $0.settings.homeVisits.groups[0].active = false }
    try await TestCentre.run(plan) { centre in
      let boss = try await centre.signIn("cb07")
      for (field, length) in [
        ("name", 81), ("phone", 31), ("address", 201), ("note", 201), ("name", 0), ("address", 0),
      ] {
        var body = Self.request
        body[field] = .string(String(repeating: "a", count: length))
        let reply = try await centre.refused(400, "bad-length", "POST", Self.path, body, as: boss)
        let words = ["name": "Họ và tên", "phone": "Điện thoại", "address": "Địa chỉ", "note": "Chỉ đường"][field]!
        #expect(reply.json["title"].text.hasPrefix("\(words): cần từ "), "\(reply.text)")
        #expect(reply.json["title"].text.hasSuffix("đang có \(length)"), "\(reply.text)")
      }
      // What no slip can show is told to who has the citizen on the telephone; a pasted address becomes one line.
      var odd = Self.request
      odd["name"] = "Trần 😀 Nhạn 李"
      let reply = try await centre.refused(400, "unprintable", "POST", Self.path, odd, as: boss)
      #expect(reply.json["title"].text.contains("«😀», «李»"))
      odd["name"] = "Trần  Nhạn"
      odd["address"] = "Số 7,\r\n ngách 12/3"
      try await centre.done("POST", Self.path, odd, as: boss, status: 201)
      let kept = try await Self.list(centre, as: boss)[0]["person"]
      #expect(kept["name"] == "Trần Nhạn" && kept["address"] == "Số 7, ngách 12/3")
      var body = Self.request
      body["group"] = "thuong-binh"
      try await centre.refused(404, "unknown-home-group", "POST", Self.path, body, as: boss)
      body["group"] = "om-dau"
      body["procedure"] = "9.999999"
      try await centre.refused(404, "unknown-procedure", "POST", Self.path, body, as: boss)
      try await centre.refused(404, "unknown-home-visit", "POST", "\(Self.path)/7/steps", ["step": "visit"], as: boss)
      try await centre.refused(404, "unknown-home-visit", "GET", "\(Self.path)/x/slip", as: boss)
    }
  }
}
