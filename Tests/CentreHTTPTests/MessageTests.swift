import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop
import Synchronization
import Testing

@Suite("numbers for messages over the API")
struct MessageTests {
  private static let phone = "0912 345 678"
  private static let agreed: JSON = ["phone": .string(phone), "consent": true]

  private static func plan(_ plan: TestCentre.Plan = .init()) -> TestCentre.Plan {
    var plan = plan
    plan.adjust = {
      $0.settings.messages.enabled = true
      $0.settings.messages.nearAhead = 3
    }
    return plan
  }

  private static func received(_ centre: TestCentre, as guest: Guest = .nobody) async throws -> Int {
    try await centre.done("POST", "/api/v1/dossiers", ["procedure": "1.004873"], as: guest, status: 201)["dossiers"][0][
      "id"
    ].whole
  }

  /// Every answer at a centre that sends messages, for the run through the API.
  static func samples() async throws -> Set<String> {
    let answered = Mutex<Set<String>>([])
    try await TestCentre.run(plan()) { centre in
      let id = try await received(centre)
      let path = "/api/v1/dossiers/\(id)/contact"
      try await #expect(centre.done("GET", path)["phone"].exists == false)
      let kept = try await centre.done("PUT", path, agreed, key: "ghi-mot-lan")
      #expect(kept["phone"] == "•••••••678" && kept["enabled"] == true)
      try await #expect(centre.done("DELETE", path)["phone"].exists == false)
      let code = try await centre.ticket()["code"].text
      let ticket = "/api/v1/track/\(code)/contact"
      try await #expect(centre.done("GET", ticket)["ahead"] == 3)
      try await #expect(centre.done("PUT", ticket, agreed)["phone"] == "•••••••678")
      try await #expect(centre.done("GET", "/api/v1/messages")["contacts"] == 1)
      try await #expect(centre.done("DELETE", ticket)["phone"].exists == false)
      let message = try await failedMessage(centre, of: id)
      let list = try await centre.done("GET", "/api/v1/messages")
      #expect(
        list["failed"] == 1 && list["items"][0]["mayGoAgain"] == true && list["items"][0]["phone"] == "•••••••678")
      #expect(list["items"][0]["reason"]["vi"].text.contains("Modem"))
      let again = try await centre.done("POST", "/api/v1/messages/\(message)/send-again")
      #expect(again["failed"] == 0 && again["waiting"] == 1 && again["items"][0]["attempt"] == 2)
      try await centre.refused(409, "message-not-again", "POST", "/api/v1/messages/\(message)/send-again")
      try await centre.refused(404, "not-found", "POST", "/api/v1/messages/4711/send-again")
      answered.withLock { $0 = centre.answered }
    }
    return answered.withLock { $0 }
  }

  private static func failedMessage(_ centre: TestCentre, of id: Int) async throws -> Int64 {
    try await centre.done("PUT", "/api/v1/dossiers/\(id)/contact", agreed)
    return try await centre.desk.perform { ledger, _ in
      let contact = try Messages.contact(for: .dossier(Dossier.ID(id)), ledger.db)!
      try Messages.queue(.ready, to: contact, told: MessageTold(ready: true, due: nil), in: &ledger)
      let row = try Messages.recent(ledger.db, limit: 1)[0]
      try Messages.end(row, .failed, .modem, in: &ledger)
      return row.id
    }
  }

  @Test("given, masked, sent again") func answered() async throws { _ = try await Self.samples() }

  @Test("without consent, with a wrong number, for a dossier that is over, or switched off, nothing is kept")
  func refused() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let id = try await Self.received(centre)
      let path = "/api/v1/dossiers/\(id)/contact"
      try await centre.refused(400, "bad-json", "PUT", path, ["phone": .string(Self.phone), "consent": false])
      try await centre.refused(400, "bad-json", "PUT", path, ["phone": .string(Self.phone)])
      for phone in ["", "02438256789", "0912", "0912345678901234", "'; DROP TABLE contact"] {
        try await centre.refused(422, "bad-phone", "PUT", path, ["phone": .string(phone), "consent": true])
      }
      for unknown in ["4711", "-3", "abc"] {
        let path = "/api/v1/dossiers/\(unknown)/contact"
        try await centre.refused(404, "unknown-dossier", "PUT", path, Self.agreed)
        try await centre.refused(404, "unknown-dossier", "DELETE", path)
        try await centre.refused(404, "unknown-dossier", "GET", path)
      }
      try await centre.refused(404, "unknown-code", "PUT", "/api/v1/track/khong-co/contact", Self.agreed)
      for step in ["finish", "hand-over"] {
        try await centre.done("POST", "/api/v1/dossiers/\(id)/steps", ["step": .string(step)])
      }
      try await centre.refused(409, "dossier-not-now", "PUT", path, Self.agreed)
      let ticket = try await centre.ticket()
      try await centre.done("POST", "/api/v1/track/\(ticket["code"].text)/cancel")
      try await centre.refused(
        409, "messages-too-late", "PUT", "/api/v1/track/\(ticket["code"].text)/contact", Self.agreed)
      try await #expect(centre.done("GET", "/api/v1/messages")["contacts"] == 0)
    }
    try await TestCentre.run { centre in
      let id = try await Self.received(centre)
      try await centre.refused(409, "messages-off", "PUT", "/api/v1/dossiers/\(id)/contact", Self.agreed)
      let code = try await centre.ticket()["code"].text
      try await centre.refused(409, "messages-off", "PUT", "/api/v1/track/\(code)/contact", Self.agreed)
      try await #expect(centre.done("GET", "/api/v1/dossiers/\(id)/contact")["enabled"] == false)
    }
  }

  @Test("one message for one number of the queue, whoever holds its paper")
  func onceForATicket() async throws {
    try await TestCentre.run(Self.plan()) { centre in
      let code = try await centre.ticket()["code"].text
      let path = "/api/v1/track/\(code)/contact"
      let purpose = Messages.Purpose.ticket(try await centre.desk.look { _, state in state.hall.lastVisit })
      func other(_ n: Int) -> JSON { ["phone": .string("091234567\(n)"), "consent": true] }
      try await #expect(centre.done("PUT", path, other(1))["told"] == false)
      // Not handed over yet: a wrong digit can be put right.
      let row = try await centre.desk.perform { ledger, _ in
        let contact = try Messages.contact(for: purpose, ledger.db)!
        try Messages.queue(.near, to: contact, told: MessageTold(ready: true, due: nil), in: &ledger)
        return try Messages.recent(ledger.db, limit: 1)[0]
      }
      try await #expect(centre.done("PUT", path, other(2))["told"] == false)
      let again = try await centre.desk.perform { ledger, _ in
        let row = try Messages.row(ledger.db, row.id)!
        #expect(row.phone == "0912345672")
        // The spool refused it, then took it.
        for _ in 0..<2 {
          #expect(try Messages.hand(row, parts: 1, in: &ledger))
          try Messages.takeBack(row, in: &ledger)
        }
        return row
      }
      try await centre.done("PUT", path, other(3))
      try await centre.desk.perform { ledger, _ in
        let row = try Messages.row(ledger.db, again.id)!
        #expect(try Messages.hand(row, parts: 1, in: &ledger))
        try Messages.handed(row, in: &ledger)
      }
      try await centre.refused(409, "message-sent", "PUT", path, other(4))
      try await centre.desk.perform { ledger, _ in
        try Messages.end(Messages.row(ledger.db, again.id)!, .sent, in: &ledger)
      }
      // Its number is gone now, and still no other is taken.
      let after = try await centre.done("GET", path)
      #expect(after["phone"].exists == false && after["told"] == true)
      try await centre.refused(409, "message-sent", "PUT", path, other(5))
      try await #expect(centre.done("GET", "/api/v1/messages")["contacts"] == 0)
    }
  }

  @Test("the number stands in its own table and nowhere else in the file, and is gone from it when it is wiped")
  func apart() async throws {
    try await TestCentre.run(Self.plan(.withPINs())) { centre in
      let officer = try await centre.signIn("cb01")
      let id = try await Self.received(centre, as: officer)
      let path = "/api/v1/dossiers/\(id)/contact"
      let kept = try await centre.ask("PUT", path, Self.agreed, as: officer, key: "ghi-so-0001")
      #expect(kept.status == 200 && !kept.text.contains("912"))
      let places = try await Self.places(of: "912345678", centre)
      #expect(places == ["contact"])
      let event = try #require(try await centre.events().last { $0.type == "message-consent-given" })
      #expect(event.actor.name == "cb01" && event.actor.role == .officer)
      try await centre.done("DELETE", path, as: officer)
      try await #expect(Self.places(of: "912345678", centre) == [])
      try await #expect(centre.get("/api/v1/messages", as: officer).status == 403)
      try await #expect(centre.get(path).status == 401)
      try await centre.verify()
    }
  }

  /// Tables with a text in any of their columns.
  private static func places(of text: String, _ centre: TestCentre) async throws -> [String] {
    try await centre.desk.look { db, _ in
      try db.tables().filter { table in
        try db.rows(of: table).contains { $0.contains(text) }
      }
    }
  }
}

extension Database {
  fileprivate func tables() throws -> [String] {
    try String.fetchAll(self, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
  }

  /// Each row as one text, whatever its columns hold.
  fileprivate func rows(of table: String) throws -> [String] {
    try Row.fetchAll(self, sql: "SELECT * FROM \"\(table)\"").map { row in
      row.databaseValues.map { value in
        switch value.storage {
        case .blob(let data): String(decoding: data, as: UTF8.self)
        case .string(let text): text
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .null: ""
        }
      }.joined(separator: "\u{1}")
    }
  }
}
