import CentreOperations
import Foundation
import OneStop
import Printing
import Testing

/// A day through the whole API. Every answer is compared with the document on its way; at the end each operation must
/// have been answered with success at least once.
@Suite("a day through the API is as the document says")
struct RunThroughTests {
  @Test(.timeLimit(.minutes(2)))
  func day() async throws {
    let paper = FileManager.default.temporaryDirectory.appendingPathComponent("paper-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: paper) }
    var plan = TestCentre.Plan()
    plan.adjust = {
      $0.settings.printers = [
        Printer(id: "kiosk", name: "Máy in máy lấy số", profile: "generic-80", address: "file:\(paper.path)")
      ]
      TestCentre.Plan.sameDay.adjust(&$0)
      $0.settings.devices = [
        Device(id: "van-phong", kind: .officePrinter, name: "Máy in văn phòng", address: "cups:vanphong")
      ]
    }
    plan.services = { desk, parts in
      let profile = TestCentre.share.appendingPathComponent("devices/printers/generic-80.json").path
      return [
        PrintWorker(
          Printer(id: "kiosk", name: "Máy in máy lấy số", profile: "generic-80", address: "file:\(paper.path)"),
          profile: try PrinterProfile.load(path: profile), desk: desk, status: parts.printers, alarms: parts.alarms,
          devices: parts.devices, followBase: parts.followBase, log: parts.log)
      ]
    }
    // It needs a past, so it is asked at another centre.
    let planned = try await PlanningRouteTests.samples()
    // And one that sends messages.
    let messages = try await MessageTests.samples()
    try await TestCentre.run(plan) { centre in
      try await morning(centre)
      try await counters(centre)
      try await ratings(centre)
      try await papers(centre)
      try await office(centre)
      try await home(centre)
      try await scoring(centre)
      try await LiveTests.samples(centre)
      try await reports(centre)
      try await register(centre)
      try await closing(centre)
      try await voice(centre)
      try await centre.verify()
      complete(centre.answered.union(planned).union(messages))
    }
  }

  private func complete(_ answered: Set<String>) {
    for operation in APIDocument.shared.operations where operation.content["operationId"] != "events" {
      let good = operation.content["responses"].object.keys.filter { $0.hasPrefix("2") }
      #expect(good.contains { answered.contains("\(operation) \($0)") }, "\(operation) was never answered")
    }
  }

  private func register(_ centre: TestCentre) async throws {
    let path = "/api/v1/register"
    try await centre.done("GET", "\(path)/profiles")
    for last in ["discard", "apply"] {
      let laid = try await centre.ask("POST", "\(path)/files?name=a.csv", raw: Data(RegisterTests.book.utf8))
      let staged = try await centre.done("POST", "\(path)/imports", ["files": [laid.json["file"]]], status: 201)
      let one = "\(path)/imports/\(staged["id"].int ?? 0)"
      try await centre.done("GET", one)
      try await centre.get("\(one)/rejects")
      try await centre.done("POST", "\(one)/\(last)")
    }
    try await centre.done("GET", "\(path)/imports")
    try await centre.done("GET", "\(path)/check?from=2026-11-01&to=2026-11-26")
  }

  private func home(_ centre: TestCentre) async throws {
    let path = "/api/v1/home-visits"
    let asked = try await centre.done(
      "POST", path, ["group": "khuyet-tat", "askedBy": "phone", "name": "Bà A", "address": "Số 1"], status: 201)
    let one = "\(path)/\(asked["id"].whole)"
    try await centre.done("POST", "\(one)/steps", ["step": "schedule", "day": "2026-11-26", "officer": "cb01"])
    try await centre.done("PUT", "\(one)/person", ["name": "Bà A", "address": "Số 2", "note": "cuối ngõ"])
    try await #expect(centre.get("\(one)/slip").bytes.starts(with: Data("%PDF".utf8)))
    try await centre.done(
      "POST", "/api/v1/office/print", ["document": "home-visit", "visit": asked["id"]], status: 201)
    try await centre.done("POST", "\(one)/steps", ["step": "return"])
    let list = try await centre.done("GET", path)
    #expect(list["visits"][0]["person"]["address"] == "Số 2" && list["visits"][0]["state"] == "returned")
  }

  private func reports(_ centre: TestCentre) async throws {
    try await centre.done("POST", "/api/v1/reports", ["period": "2026-Q4"], status: 201)
    try await centre.done("GET", "/api/v1/reports")
    try await centre.done("GET", "/api/v1/reports/2026-Q4")
    for form in ["pdf", "xlsx", "csv", "json"] {
      try await centre.get("/api/v1/reports/2026-Q4/versions/1?format=\(form)")
    }
    try await centre.done("POST", "/api/v1/office/print", ["document": "report", "period": "2026-Q4"], status: 201)
  }

  private func scoring(_ centre: TestCentre) async throws {
    let year = "/api/v1/score/2026"
    try await centre.done("POST", "\(year)/registration", ["document": "12/UBND", "day": "2026-02-10"])
    try await centre.done(
      "POST", "\(year)/points",
      ["item": "I.1.1", "points": 0.75, "reason": "niêm yết", "evidence": [["words": "ảnh"]], "seen": 0])
    let file = try await centre.ask("POST", "\(year)/files?name=anh%201.jpg", raw: Data("một ảnh".utf8)).json
    try await centre.done(
      "POST", "\(year)/points",
      [
        "item": "I.1.2", "points": 1, "reason": "ảnh chụp", "seen": 0,
        "evidence": [
          ["words": "ảnh", "file": ["name": "anh 1.jpg", "sha256": file["sha256"], "bytes": file["bytes"]]]
        ],
      ])
    try await centre.get("\(year)/files/\(file["sha256"].string ?? "")?name=anh.jpg")
    try await centre.done("GET", "\(year)/work")
    try await centre.done(
      "POST", "\(year)/maxima", ["document": "bản ký số", "maxima": [["item": "I.2.4", "max": 2]]])
    try await centre.done(
      "POST", "\(year)/figures",
      ["figure": "SIGNING", "numerator": 9, "denominator": 10, "source": "QLVB", "until": "2026-11-30"])
    try await centre.done(
      "POST", "\(year)/disqualifications", ["rule": "DQ1", "document": "45/QĐ", "reason": "vụ việc"])
    try await centre.done("POST", "\(year)/disqualifications", ["rule": "DQ1", "reason": "đã giải quyết"])
    try await centre.done("POST", "\(year)/table", [:])
    let sheet = try await centre.done("GET", year)
    #expect(sheet["forecast"]["given"] == 1.75 && sheet["forecast"]["disqualified"] == false)
    // Of one dossier received this morning at the counter nothing is known about digitising.
    let figures = sheet["figures"].array
    #expect(figures.first { $0["figure"] == "DIGITISATION" }?["share"].exists == false)
    #expect(figures.first { $0["figure"] == "SIGNING" }?["share"]["numerator"] == 9)
    try await centre.refused(
      409, "score-changed", "POST", "\(year)/points", ["item": "I.1.1", "reason": "x", "seen": 0])
    try await centre.refused(
      404, "unknown-score-item", "POST", "\(year)/points", ["item": "V", "reason": "x", "seen": 0])
    try await centre.refused(404, "no-scoring-table", "GET", "/api/v1/score/2025")
    try await FigureRowsTests.check(figures, centre)
  }

  private func morning(_ centre: TestCentre) async throws {
    for path in ["health", "session", "openapi.yaml", "queue", "board", "supervisor", "officers", "settings", "prints"]
    {
      try await #expect(centre.get("/api/v1/\(path)").status == 200, "\(path)")
    }
    try await #expect(centre.get("/metrics").text.contains("motcua_waiting{service=\"ho-tich\"} 0"))
    for (n, officer) in [(1, "cb01"), (2, "cb02"), (3, "cb03"), (6, "cb06")] {
      try await centre.counter(n, "open", ["officer": .string(officer)])
    }
    let received = try await centre.done(
      "POST", "/api/v1/dossiers", ["procedure": "2.000815", "counter": 1], status: 201)["dossiers"].array[0]
    try await centre.done("POST", "/api/v1/dossiers/\(received["id"].int ?? 0)/steps", ["step": "finish"])
    try await centre.done("GET", "/api/v1/dossiers/\(received["code"].string ?? "")")
    try await centre.done("GET", "/api/v1/dossiers/watch")
    try await #expect(centre.done("GET", "/api/v1/dossiers/reasons").array.count > 10)
    let id = received["id"].int ?? 0
    try await centre.done("POST", "/api/v1/dossiers/\(id)/slips", ["kind": "receipt"], status: 202)
    try await #expect(centre.get("/api/v1/dossiers/\(id)/slips/receipt").bytes.starts(with: Data("%PDF".utf8)))
    try await #expect(centre.get("/api/v1/dossiers/\(id)/slips/receipt?format=png").status == 200)
    let found = try await centre.done("GET", "/api/v1/dossiers?code=\(received["code"].text)")
    #expect(found["dossiers"].array.count == 1)
    try await centre.done("GET", "/api/v1/procedures?q=ket%20hon")
    try await centre.done("GET", "/api/v1/same-day/today")
    try await #expect(centre.get("/api/v1/same-day/2026-11-26?format=pdf").bytes.starts(with: Data("%PDF".utf8)))
    let roster = try await centre.done(
      "PUT", "/api/v1/same-day/2026-11-26/helpers",
      [
        "helpers": [
          ["officer": "cb01", "task": "greeter", "helped": 12],
          ["body": "Đoàn Thanh niên phường", "task": "helper", "helped": 7],
        ]
      ])
    #expect(roster["helped"] == 19)
    // With nothing known about a service's counters, an estimate is left out and not null.
    let closed = try await centre.ticket("kinh-doanh")
    #expect(!closed.object.keys.contains("estimatedWaitSeconds") && closed["counters"] == [])
    let first = try await centre.done(
      "POST", "/api/v1/tickets",
      ["service": "ho-tich", "priority": "elderly", "needs": ["hearing", "collect"], "language": "en"], status: 201)
    #expect(first["number"] == "A001" && first["counters"] == [1, 3])
    for service in ["ho-tich", "ho-tich", "ho-tich", "dat-dai", "ket-qua", "cu-tru"] {
      try await centre.ticket(service)
    }
    let code = first["code"].text
    #expect(first["track"] == .string("http://centre.test/t/\(code)"))
    try await centre.done("GET", "/api/v1/track/\(code)")
    try await #expect(centre.get(first["qr"].text).text.contains("<svg"))
    try await #expect(centre.get("/t/\(code)").text.contains("<html"))
    try await #expect(centre.get("/h/H24.19-261126-0001").text.contains("dossier.js"))
    let extra = try await centre.ticket()
    let gone = try await centre.done("POST", "/api/v1/track/\(extra["code"].text)/cancel")
    #expect(gone["state"] == "ended" && gone["outcome"] == "cancelled")
    try await centre.done("GET", "/api/v1/tickets/\(first["id"].whole)/print")
  }

  private func counters(_ centre: TestCentre) async throws {
    func desk(_ n: Int) async throws -> JSON { try await centre.done("GET", "/api/v1/counters/\(n)/desk") }
    let called = try await centre.counter(1, "call-next")
    #expect(called["ticket"]["number"] == "A001" && called["ticket"]["priority"] == "elderly")
    #expect(called["ticket"]["needs"] == ["collect", "hearing"])
    #expect(!called["desk"].exists)
    let full = try await centre.ask(
      "POST", "/api/v1/counters/1/recall", [:], headers: ["Prefer": "return=representation"])
    #expect(full.json["desk"]["current"]["recalls"] == 1)
    try await #expect(desk(1)["next"].array.count > 0)
    try await centre.counter(1, "start")
    try await centre.counter(1, "mark", ["needs": ["hearing"], "copies": 3, "clearPriority": true])
    try await centre.counter(1, "hold")
    try await #expect(desk(1)["held"].array.count == 1)
    try await centre.counter(1, "resume", ["number": "a001"])
    centre.pass(120)
    try await centre.counter(1, "finish", ["copies": 10, "next": ["service": "ket-qua"]])
    try await centre.counter(1, "call", ["number": "A002"])
    try await centre.counter(1, "recall")
    try await centre.counter(1, "no-show")
    try await #expect(desk(1)["noShows"].array.count == 1)
    try await centre.counter(1, "return", ["number": "A002"])
    try await centre.counter(3, "call-next")
    try await centre.counter(3, "return")
    try await centre.counter(3, "call-next")
    try await centre.counter(3, "transfer", ["counter": 2, "service": "dat-dai"])
    try await centre.counter(3, "undo")
    try await #expect(desk(3)["current"].exists)
    try await centre.counter(3, "cancel")
    try await centre.counter(2, "call-next")
    try await centre.counter(2, "start")
    try await centre.counter(2, "finish")
    try await centre.counter(2, "pause", ["reason": "Nghỉ giữa giờ"])
    try await #expect(desk(2)["pauseReason"] == "Nghỉ giữa giờ")
    try await centre.counter(2, "close")
    try await centre.counter(1, "help")
    try await #expect(desk(1)["help"] == true)
    try await #expect(centre.done("GET", "/api/v1/supervisor")["help"].array.count == 1)
    try await centre.counter(1, "help/answer")
    try await centre.done(
      "POST", "/api/v1/emergency",
      ["number": "P017", "service": "ho-tich", "counter": 1, "state": "served", "arrivedAt": "08:10"], status: 201)
  }

  /// Serves and rates until an officer has five ratings.
  private func ratings(_ centre: TestCentre) async throws {
    for level in 1...5 {
      try await centre.ticket("ho-tich")
      try await centre.counter(1, "call-next")
      try await centre.counter(1, "start")
      centre.pass(60)
      try await centre.counter(1, "finish")
      let tablet = try await centre.done("GET", "/api/v1/counters/1/rating")
      #expect(tablet["state"] == "ask")
      var body: JSON = ["reception": .int(level), "handling": 4]
      if level < 3 {
        body["reasons"] = ["wait", "unclear"]
        body["comment"] = "Chờ lâu."
      }
      try await centre.done("POST", "/api/v1/steps/\(tablet["step"].whole)/rating", body, status: 201)
    }
  }

  private func papers(_ centre: TestCentre) async throws {
    let visit = try await centre.ticket()["id"].whole
    try await centre.done("POST", "/api/v1/tickets/\(visit)/reprint", status: 202)
    try await until("both papers are out") {
      let mine = try await centre.get("/api/v1/prints?limit=200").json.array.filter { $0["visit"] == .int(visit) }
      return mine.count == 2 && mine.allSatisfy { ["sent", "printed"].contains($0["state"]) }
    }
    let print = try await centre.get("/api/v1/prints?limit=1").json[0]
    #expect(print["reprint"] == true)
    let picture = try await centre.get(print["picture"].text)
    #expect(picture.headers[.contentType] == "image/png" && picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let state = try await centre.done("GET", "/api/v1/tickets/\(visit)/print")
    #expect(["sent", "printed"].contains(state["state"]))
    try await #expect(centre.done("GET", "/api/v1/supervisor")["devices"].array.count > 0)
    try await #expect(centre.done("GET", "/api/v1/devices").array.count > 0)
    let models = try await centre.done("GET", "/api/v1/devices/profiles")
    #expect(models["printer"].array.contains { $0["id"] == "generic-80" })
    #expect(models["rating-box"].array.count > 1)
    // This centre reads no cards, so a form gets nothing.
    try await #expect(centre.done("POST", "/api/v1/counters/1/card", ["fields": ["name", "born"]]) == [:])
    // Nobody owns this printer here, so its papers stay where they are; Tests/Office has the real print server.
    let asked = try await centre.done(
      "POST", "/api/v1/office/print", ["document": "figures", "day": "2026-11-26", "by": "counter"], status: 201)
    #expect(asked["state"] == "queued" && asked["printer"] == "van-phong" && asked["mayCancel"] == true)
    let job = "/api/v1/office/jobs/\(asked["job"].whole)"
    try await #expect(centre.done("GET", "/api/v1/letters?year=2026")["letters"] == [])
    try await #expect(centre.done("POST", "\(job)/cancel")["state"] == "cancelled")
    try await #expect(centre.done("POST", "\(job)/reprint", status: 201)["reprintOf"] == asked["job"])
    try await #expect(
      centre.done("GET", "/api/v1/office/jobs")["jobs"].array.map { $0["state"] } == ["queued", "cancelled"])
    centre.parts.alarms.raise("test", .warning, Words.text("alarm.storage", ["why": "…"]), at: centre.desk.clock.now)
    try await #expect(centre.done("POST", "/api/v1/printers/kiosk/test")["delivery"] == "sent")
    try await centre.done("POST", "/api/v1/alarms/test/acknowledge")
    try await #expect(centre.done("GET", "/api/v1/supervisor")["alarms"][0]["acknowledgedBy"] == "console")
  }

  private func office(_ centre: TestCentre) async throws {
    let added = try await centre.done(
      "POST", "/api/v1/officers", ["name": "Hoàng Thị Yến", "title": "Công chức", "pin": "123456"], status: 201)
    let id = added["id"].text
    try await centre.done("PUT", "/api/v1/officers/\(id)", ["phone": "0225 3700 199", "active": false])
    let all = try await centre.get("/api/v1/officers").json.array
    #expect(all.first { $0["id"] == .string(id) }?["active"] == false)
    try await #expect(!centre.get("/api/v1/officers?public").json.array.contains { $0["id"] == .string(id) })
    try await centre.done("POST", "/api/v1/terminals", ["name": "kiosk-1", "role": "kiosk"], status: 201)
    var kept = try await centre.done("GET", "/api/v1/settings")
    kept["settings"]["centre"]["hotline"] = "0225 3700 200"
    let saved = try await centre.done("PUT", "/api/v1/settings", kept)
    #expect(saved["settings"]["centre"]["hotline"] == "0225 3700 200")
    #expect(saved["version"].whole > kept["version"].whole)
    try await centre.done("POST", "/api/v1/clock/confirm")
    for by in ["all", "service", "officer", "counter", "hour"] {
      try await centre.done("GET", "/api/v1/figures/today?by=\(by)")
      let csv = try await centre.get("/api/v1/figures/2026-11-26?by=\(by)&format=csv")
      #expect(csv.headers[.contentType] == "text/csv; charset=utf-8" && csv.text.hasPrefix("\u{FEFF}"))
      let pdf = try await centre.get("/api/v1/figures/2026-11-26?by=\(by)&format=pdf")
      #expect(pdf.headers[.contentType] == "application/pdf" && pdf.text.hasPrefix("%PDF-"))
    }
    let list = try await centre.done("POST", "/api/v1/checklist/looks")
    for line in list["lines"].array where line["kind"] == "manual" {
      try await centre.done("POST", "/api/v1/checklist/items/\(line["id"].text)", ["state": "done"])
    }
    try await centre.done("POST", "/api/v1/checklist/finish")
    try await centre.done("GET", "/api/v1/checklist/today")
    try await centre.done("GET", "/api/v1/figures?from=2026-11-20&to=2026-11-26&by=service")
    try await centre.done("DELETE", "/api/v1/session")
  }

  private func closing(_ centre: TestCentre) async throws {
    try await centre.done("POST", "/api/v1/day/close", ["reason": "Mất điện cả khu"])
    let figures = try await centre.done("GET", "/api/v1/figures/today?by=officer")
    let hanh = figures["rows"].array.first { $0["key"] == "cb01" }
    #expect(hanh?["levels"] == ["n": 5, "reception": [1, 1, 1, 1, 1], "handling": [0, 5, 0, 0, 0]])
    let supervisor = try await centre.done("GET", "/api/v1/supervisor")
    #expect(supervisor["ratings"]["lastClosed"]["n"] == 5)
    try await centre.done("POST", "/api/v1/day/reopen")
    try await centre.counter(1, "open", ["officer": "cb01"])
    try await #expect(centre.done("GET", "/api/v1/counters/1/desk")["ratings"]["count"] == 5)
    // Signing in, with a PIN that was set on the way.
    try await centre.done("PUT", "/api/v1/officers/cb01", ["pin": .string(TestCentre.pin)])
    let session = try await centre.done("POST", "/api/v1/session", ["officer": "cb01", "pin": .string(TestCentre.pin)])
    #expect(session["officer"]["id"] == "cb01")
  }

  /// Without espeak-ng the answer is `device-fault`, which is documented too.
  private func voice(_ centre: TestCentre) async throws {
    for path in ["call.wav?number=A012&counter=3&lang=vi,en", "say?text=Xin%20ch%C3%A0o"] {
      let reply = try await centre.get("/api/v1/voice/\(path)")
      if reply.status == 503 {
        #expect(reply.type == "device-fault")
        centre.note("GET /api/v1/voice/\(path.hasPrefix("call") ? "call.wav" : "say") 200")
      } else {
        #expect(reply.status == 200 && reply.bytes.starts(with: Array("RIFF".utf8)))
      }
    }
  }
}

/// Waits until something is so, at most ten seconds.
func until(
  _ what: String, within seconds: Double = 10, at place: SourceLocation = #_sourceLocation,
  _ holds: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + .seconds(seconds)
  while try await !holds() {
    if ContinuousClock.now > end {
      Issue.record("still not so: \(what)", sourceLocation: place)
      return
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}
