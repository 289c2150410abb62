import Foundation
import Testing

/// What comes in wrong is refused with an exact word, and leaves nothing behind.
@Suite("bad input")
struct RefusalTests {
  @Test("an unknown service, a service that is switched off, an unknown group")
  func services() async throws {
    var plan = TestCentre.Plan()
    plan.adjust = { seed in
      seed.settings.services[5].active = false
      for i in seed.settings.counters.indices {
        seed.settings.counters[i].ranks = seed.settings.counters[i].ranks.map { $0.filter { $0 != "xay-dung" } }
      }
    }
    try await TestCentre.run(plan) { centre in
      try await centre.refused(404, "unknown-service", "POST", "/api/v1/tickets", ["service": "khong-co"])
      try await centre.refused(409, "service-closed", "POST", "/api/v1/tickets", ["service": "xay-dung"])
      try await centre.refused(
        404, "unknown-group", "POST", "/api/v1/tickets", ["service": "ho-tich", "priority": "vip"])
    }
  }

  @Test(
    "a citizen gets no number outside the hours, an officer may hand one out",
    arguments: [
      ("2026-11-26 06:30", "before"), ("2026-11-26 12:00", "lunch"), ("2026-11-26 16:50", "lastTicketPassed"),
      ("2026-11-26 18:00", "after"), ("2026-11-24 09:00", "dayOff"), ("2026-11-22 09:00", "dayOff"),
    ])
  func hours(at: String, state: String) async throws {
    try await TestCentre.run(.withPINs(at: at)) { centre in
      let supervisor = try await centre.signIn("cb07")
      let kiosk = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      try await centre.refused(409, "centre-closed", "POST", "/api/v1/tickets", ["service": "ho-tich"], as: kiosk)
      let board = try await centre.get("/api/v1/board").json
      #expect(board["open"]["state"] == .string(state) && board["open"]["takesTickets"] == false)
      #expect(board["services"].array.allSatisfy { $0["takes"] == false })
      try await centre.ticket("ho-tich", as: supervisor)
    }
  }

  @Test("text that is not JSON is refused with the line and column")
  func malformed() async throws {
    try await TestCentre.run { centre in
      let broken = Data("{\"service\": \"ho-tich\",\n  \"needs\": [}".utf8)
      let reply = try await centre.refused(400, "bad-json", "POST", "/api/v1/tickets", raw: broken)
      #expect(reply.json["title"].text.contains("«JSON 2:13»"), "\(reply.text)")
      for text in [
        "{", "[]", "\"ho-tich\"", "null", "{\"service\": \u{1}}", "{'service': 'a'}", "{\"service\": \"\\u12\"}",
      ] {
        try await centre.refused(400, "bad-json", "POST", "/api/v1/tickets", raw: Data(text.utf8))
      }
      try await centre.refused(400, "bad-json", "POST", "/api/v1/tickets", raw: Data([0x7B, 0xFF, 0xFE, 0x7D]))
      let deep = Data((String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000)).utf8)
      try await centre.refused(400, "bad-json", "POST", "/api/v1/tickets", raw: deep)
      try await centre.ticket()
    }
  }

  @Test("the place of a wrong value is named")
  func places() async throws {
    try await TestCentre.run { centre in
      func place(_ body: JSON, _ path: String = "/api/v1/tickets") async throws -> String {
        try await centre.refused(400, "bad-json", "POST", path, body).json["titleEn"].string ?? ""
      }
      try await #expect(place(["service": 3]).contains("service"))
      try await #expect(place([:]).contains("service"))
      try await #expect(place(["service": "ho-tich", "needs": ["hearing", 7]]).contains("needs[1]"))
      try await #expect(place(["service": "ho-tich", "needs": ["deaf"]]).contains("needs[0]"))
      try await #expect(place(["service": "ho-tich", "language": "fr"]).contains("language"))
      var settings = try await centre.get("/api/v1/settings").json
      settings["settings"]["services"][2]["usualMinutes"] = "mười"
      let reply = try await centre.refused(400, "bad-json", "PUT", "/api/v1/settings", settings)
      #expect(reply.json["title"].text.contains("settings.services[2].usualMinutes"), "\(reply.text)")
    }
  }

  /// Driven by the document: what it calls required is required, and a value of another type is refused.
  @Test("every required field is required, every wrong type is refused, at every operation")
  func fields() async throws {
    try await TestCentre.run { centre in
      let document = APIDocument.shared
      let samples = try await samples(centre)
      var tried = 0
      for operation in document.operations {
        let schema = flat(document.requestSchema(operation), document)
        let fields = schema["properties"].object
        guard !fields.isEmpty else { continue }
        let id = operation.path.contains("/steps/") ? "1" : "cb01"
        let path = operation.path.replacing("{n}", with: "1").replacing("{id}", with: id)
          .replacing("{d}", with: "1").replacing("{v}", with: "1").replacing("{day}", with: "2026-11-26").replacing(
            "{year}", with: "2026")
        let good = try #require(samples[operation.content["operationId"].text], "no sample for \(operation)")
        #expect(document.check.faults(good, schema) == [], "\(operation)")
        for name in schema["required"].array.compactMap(\.string) {
          var body = good
          body[name] = .null
          let reply = try await centre.refused(400, "bad-json", operation.method, path, body)
          #expect(reply.json["title"].text.contains(name), "\(operation) without \(name): \(reply.text)")
          tried += 1
        }
        for (name, field) in fields {
          var body = good
          let type = flat(field, document)["type"]
          body[name] = type == "string" ? 7 : type == "array" ? "x" : type == "boolean" ? "true" : "1"
          let reply = try await centre.refused(400, "bad-json", operation.method, path, body)
          #expect(reply.json["title"].text.contains(name), "\(operation) with a wrong \(name): \(reply.text)")
          tried += 1
        }
      }
      #expect(tried > 50)
    }
  }

  private func flat(_ schema: JSON, _ document: APIDocument) -> JSON {
    guard let reference = schema["$ref"].string else { return schema }
    var whole = flat(document.check.resolve(reference), document).object
    for (key, value) in schema.object where key != "$ref" { whole[key] = value }
    return .object(whole)
  }

  private func samples(_ centre: TestCentre) async throws -> [String: JSON] {
    [
      "issueTicket": ["service": "ho-tich"], "receiveDossier": ["procedure": "2.000815"],
      "stepDossier": ["step": "finish"], "printSlip": ["kind": "receipt"], "sameDayHelpers": ["helpers": []],
      "askHomeVisit": ["group": "om-dau", "askedBy": "phone", "name": "Bà A", "address": "Số 1"],
      "stepHomeVisit": ["step": "visit"], "correctHomePerson": ["name": "Bà A", "address": "Số 1"],
      "agreeDossierContact": ["phone": "0912345678", "consent": true],
      "agreeTicketContact": ["phone": "0912345678", "consent": true], "makeReport": ["period": "2026-11"],
      "plan": ["weekday": 4, "services": ["ho-tich"], "from": "08:00", "to": "10:00", "counters": 1],
      "givePoints": ["item": "I.1.1", "reason": "niêm yết", "seen": 0],
      "completeMaxima": ["document": "bản ký số", "maxima": [["item": "I.2.4", "max": 2]]],
      "registerYear": ["document": "12/UBND", "day": "2026-02-10"],
      "flagDisqualification": ["rule": "DQ1", "document": "45/QĐ", "reason": "vụ việc"],
      "enterFigure": ["figure": "SIGNING", "numerator": 9, "denominator": 10, "source": "QLVB", "until": "2026-11-30"],
      "enterEmergency": ["number": "P001", "service": "ho-tich", "state": "waiting"],
      "callNumber": ["number": "A001"], "resume": ["number": "A001"], "returnToQueue": ["number": "A001"],
      "cancelAtCounter": ["number": "A001"], "finish": ["copies": 2], "transfer": ["service": "ket-qua"],
      "mark": ["copies": 2], "open": ["officer": "cb01"], "pause": ["reason": "Nghỉ"],
      "rate": ["reception": 5, "handling": 5], "closeDay": ["reason": "Mất điện"],
      "printPaper": ["document": "figures", "day": "2026-11-26"], "signIn": ["officer": "cb01", "pin": "0000"],
      "addOfficer": ["name": "Yến"], "changeOfficer": ["name": "Yến"],
      "takeCard": ["fields": ["name"]], "addTerminal": ["name": "kiosk-1", "role": "kiosk"],
      "markChecklist": ["state": "done"], "stageRegister": ["files": ["a"], "profile": "so-theo-doi-ho-so"],
      "changeSettings": try await centre.get("/api/v1/settings").json,
    ]
  }

  @Test("numbers out of range, reasons that say nothing, places in the address that are none")
  func values() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      for copies in [0, -1, 1000] {
        try await centre.refused(
          422, "bad-value", "POST", "/api/v1/counters/1/finish", ["copies": .int(copies)])
        try await centre.refused(422, "bad-value", "POST", "/api/v1/counters/1/mark", ["copies": .int(copies)])
      }
      for raw in ["{\"copies\": 1.5}", "{\"copies\": 1e40}", "{\"copies\": 99999999999999999999}"] {
        try await centre.refused(400, "bad-json", "POST", "/api/v1/counters/1/finish", raw: Data(raw.utf8))
      }
      for reason in ["", "   ", String(repeating: "a", count: 61)] {
        try await centre.refused(400, "bad-json", "POST", "/api/v1/counters/1/pause", ["reason": .string(reason)])
      }
      try await centre.refused(
        400, "bad-json", "POST", "/api/v1/day/close", ["reason": .string(String(repeating: "a", count: 201))])
      try await centre.refused(400, "bad-json", "POST", "/api/v1/counters/1/transfer", [:])
      try await centre.refused(404, "unknown-service", "POST", "/api/v1/counters/1/finish", ["next": [:]])
      try await centre.refused(404, "unknown-group", "POST", "/api/v1/counters/1/mark", ["priority": "vip"])
      for n in ["0", "7", "100", "-1", "x", "99999999999999999999"] {
        try await centre.refused(404, "unknown-counter", "POST", "/api/v1/counters/\(n)/call-next")
        try await centre.refused(404, "unknown-counter", "GET", "/api/v1/counters/\(n)/desk")
        try await centre.refused(404, "unknown-counter", "GET", "/api/v1/counters/\(n)/rating")
      }
      for id in ["0", "77", "x", "-5"] {
        try await centre.refused(404, "unknown-ticket", "GET", "/api/v1/tickets/\(id)/print")
        try await centre.refused(404, "unknown-ticket", "POST", "/api/v1/tickets/\(id)/reprint")
        try await centre.refused(404, "not-found", "GET", "/api/v1/prints/\(id).png")
      }
      try await centre.refused(404, "not-found", "POST", "/api/v1/alarms/none/acknowledge")
      try await centre.refused(404, "unknown-code", "GET", "/api/v1/qr/%22%3E%3Cscript%3E.svg")
      try await centre.refused(404, "unknown-code", "GET", "/api/v1/qr/abc.svg")
    }
  }

  @Test(
    "parameters in the address",
    arguments: [
      "figures/2026-13-01", "figures/yesterday", "figures/today?by=mood", "figures/today?format=docx",
      "figures?from=26-11-2026", "figures?from=2026-11-26&to=2026-11-25", "figures?to=x", "voice/call.wav",
      "voice/call.wav?number=A012", "voice/call.wav?number=A012&counter=100", "voice/call.wav?number=&counter=1",
      "voice/call.wav?number=A012&counter=1&volume=101",
      "voice/say", "voice/say?text=", "events?audience=everybody", "letters?year=26",
    ])
  func addresses(path: String) async throws {
    try await TestCentre.run { centre in
      try await centre.refused(400, "bad-request", "GET", "/api/v1/\(path)")
    }
  }

  @Test("an unknown address and a method an address does not take are problems too")
  func routes() async throws {
    try await TestCentre.run { centre in
      for path in ["/api/v1/nothing", "/api/v1", "/api/v2/tickets", "/nothing.html", "/api/v1/tickets/1/x"] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
          let reply = try await centre.ask(method, path)
          #expect(reply.status == 404 && reply.type == "not-found", "\(method) \(path): \(reply.status) \(reply.text)")
        }
      }
      for (method, path, allow) in [
        ("GET", "/api/v1/tickets", "POST"), ("DELETE", "/api/v1/tickets", "POST"),
        ("PUT", "/api/v1/counters/1/call-next", "POST"), ("POST", "/api/v1/queue", "GET"),
        ("PATCH", "/api/v1/officers", "GET, POST"), ("PUT", "/api/v1/session", "GET, POST, DELETE"),
      ] {
        let reply = try await centre.refused(405, "method-not-allowed", method, path)
        #expect(reply.headers[.allow] == allow)
      }
    }
  }
}
