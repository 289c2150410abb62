import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop
import Testing

/// Letters and their register, without a print server. Printing itself is in Tests/Office.
@Suite("letters get numbers without gaps and keep nobody's name")
struct LetterTests {
  private static func plan(_ plan: TestCentre.Plan = .init()) -> TestCentre.Plan {
    var plan = plan
    plan.adjust = {
      $0.settings.devices = [Device(id: "vp", kind: .officePrinter, name: "Máy in văn phòng", address: "cups:vp")]
    }
    return plan
  }

  private static let name = "Trần Thị Hồng Nhạn"

  private static func handedOver(_ procedure: String, _ centre: TestCentre) async throws -> Int {
    let received = try await centre.done("POST", "/api/v1/dossiers", ["procedure": .string(procedure)], status: 201)
    let id = received["dossiers"].array[0]["id"].whole
    for step in ["finish", "hand-over"] {
      try await centre.done("POST", "/api/v1/dossiers/\(id)/steps", ["step": .string(step)])
    }
    return id
  }

  private static func order(_ centre: TestCentre, _ more: [String: JSON], as guest: Guest = .nobody, key: String? = nil)
    async throws -> Reply
  {
    try await centre.post(
      "/api/v1/office/print", .object(more.merging(["document": "letter"]) { $1 }), as: guest, key: key)
  }

  private static func numbers(_ centre: TestCentre, as guest: Guest = .nobody) async throws -> [Int] {
    try await centre.get("/api/v1/letters", as: guest).json["letters"].array.map { $0["number"].whole }
  }

  @Test("offered when its result was handed over; printed again it keeps its number")
  func offered() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let received = try await centre.done("POST", "/api/v1/dossiers", ["procedure": "1.000894"], status: 201)
      let early = received["dossiers"].array[0]
      #expect(early["letters"] == [])
      let refused = try await Self.order(centre, ["kind": "marriage", "dossier": .int(early["id"].whole)])
      #expect(refused.status == 409 && refused.type == "dossier-not-now")
      let id = try await Self.handedOver("1.000894", centre)
      let other = try await Self.order(centre, ["kind": "birth", "dossier": .int(id)])
      #expect(other.status == 409 && other.type == "dossier-not-now")
      let first = try await Self.order(centre, ["kind": "marriage", "dossier": .int(id), "name": .string(Self.name)])
      #expect(first.status == 201 && first.json["title"].text == "Thư chúc mừng kết hôn 01/2026")
      let again = try await Self.order(centre, ["kind": "marriage", "dossier": .int(id)])
      #expect(again.json["title"] == first.json["title"])
      let register = try await centre.get("/api/v1/letters").json
      #expect(register["letters"].array.count == 1)
      #expect(register["letters"][0]["dossier"] == .int(id) && register["letters"][0]["kind"] == "marriage")
      // From the list of papers too.
      let job = "/api/v1/office/jobs/\(first.json["job"].whole)"
      try await centre.done("POST", "\(job)/cancel")
      let reprint = try await centre.done("POST", "\(job)/reprint", status: 201)
      #expect(reprint["title"] == first.json["title"])
      try await #expect(Self.numbers(centre) == [1])
    }
  }

  @Test("the name stands in the paper that waits and nowhere else")
  func names() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let reply = try await Self.order(
        centre, ["kind": "thanks", "name": .string(Self.name), "deed": "hiến đất mở rộng ngõ Chợ Con"])
      #expect(reply.status == 201)
      for word in ["Nhạn", "Chợ Con"] {
        let found = try await centre.desk.look { db, _ in
          try ["SELECT payload FROM journal", "SELECT request FROM officeJob", "SELECT title FROM officeJob"].flatMap {
            try Row.fetchAll(db, sql: $0).map { row in String(decoding: row[0] as Data, as: UTF8.self) }
          }.filter { $0.contains(word) }
        }
        #expect(found == [])
        #expect(!reply.text.contains(word))
      }
    }
  }

  @Test("five clerks at once get five numbers; one key asks once")
  func race() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<5 { group.addTask { try await Self.order(centre, ["kind": "thanks"]).status } }
        for try await status in group { #expect(status == 201) }
      }
      for _ in 0..<2 {
        let reply = try await Self.order(centre, ["kind": "commendation"], key: "in-mot-lan")
        #expect(reply.json["title"].text.hasSuffix("06/2026"))
      }
      try await #expect(Self.numbers(centre) == Array((1...6).reversed()))
      try await #expect(centre.desk.look { db, _ in try Rebuild.differences(db) } == [])
    }
  }

  @Test("two clerks with one dossier get one letter")
  func together() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let id = try await Self.handedOver("1.001193", centre)
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<4 {
          group.addTask { try await Self.order(centre, ["kind": "birth", "dossier": .int(id)]).json["title"].text }
        }
        for try await title in group { #expect(title == "Thư chúc mừng khai sinh 01/2026") }
      }
      try await #expect(Self.numbers(centre) == [1])
    }
  }

  @Test("what no dossier asks for is the supervisor's; without a printer no number is used up")
  func roles() async throws {
    try await TestCentre.run(Self.plan(.withPINs())) { centre in
      let officer = try await centre.signIn("cb01")
      let boss = try await centre.signIn("cb07")
      try await #expect(Self.order(centre, ["kind": "thanks"], as: officer).status == 403)
      try await #expect(centre.get("/api/v1/letters", as: officer).status == 403)
      let nowhere = try await Self.order(centre, ["kind": "thanks", "printer": "khac"], as: boss)
      #expect(nowhere.status == 409 && nowhere.type == "no-office-printer")
      try await #expect(Self.order(centre, ["kind": "apology"], as: boss).status == 400)
      try await #expect(Self.order(centre, ["kind": "thơ"], as: boss).status == 400)
      try await #expect(Self.order(centre, ["kind": "thanks", "number": 7], as: boss).status == 400)
      let long = String(repeating: "a", count: 121)
      try await #expect(Self.order(centre, ["kind": "thanks", "name": .string(long)], as: boss).status == 400)
      let unprintable = try await Self.order(centre, ["kind": "thanks", "name": "漢"], as: boss)
      #expect(unprintable.status == 400 && unprintable.type == "unprintable")
      try await #expect(Self.numbers(centre, as: boss) == [])
      try await #expect(Self.order(centre, ["kind": "thanks"], as: boss).status == 201)
      try await #expect(Self.numbers(centre, as: boss) == [1])
    }
  }

  @Test("a moved date has its apology, which takes it off the supervisor's list; the next one is not offered")
  func apology() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let received = try await centre.done("POST", "/api/v1/dossiers", ["procedure": "1.004873"], status: 201)
      let dossier = received["dossiers"].array[0]
      let id = dossier["id"].whole
      let moved = try await centre.done(
        "POST", "/api/v1/dossiers/\(id)/steps",
        ["step": "reappoint", "reason": "cho-xac-minh", "day": "2026-12-18"])
      #expect(moved["letters"] == ["apology"])
      try await #expect(centre.get("/api/v1/letters").json["apologiesMissing"] == 1)
      for _ in 0..<2 {
        let reply = try await Self.order(centre, ["kind": "apology", "dossier": .int(id)])
        #expect(reply.json["title"].text == "Thư xin lỗi 01/2026")
      }
      let register = try await centre.get("/api/v1/letters").json
      #expect(register["apologiesMissing"] == 0)
      #expect(register["letters"][0]["code"] == dossier["code"])
      let found = try await centre.done("GET", "/api/v1/dossiers?code=\(dossier["code"].text)")
      #expect(found["dossiers"][0]["apologies"] == 1)
      let figures = try await centre.done("GET", "/api/v1/score/2026")["figures"].array
      let letters = figures.first { $0["figure"] == "LETTERS" }
      #expect(letters?["counts"].array.contains { $0["key"] == "letterApology" && $0["n"] == 1 } == true)
    }
  }
}
