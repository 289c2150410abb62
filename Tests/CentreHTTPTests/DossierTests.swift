import CentreOperations
import Foundation
import OneStop
import Testing

@Suite("dossiers over the API")
struct DossierTests {
  @Test("a slip scanned, a supplement asked for once, looked up by code only, handed over")
  func morning() async throws {
    try await TestCentre.run { centre in
      let answer = try await centre.done(
        "POST", "/api/v1/dossiers",
        [
          "scanned": "https://tra-cuu.example.vn/?maHoSo=H24.19-261126-0001", "procedure": "1.004873.000.00.00.H24",
          "counter": 1,
        ],
        status: 201)
      let dossier = answer["dossiers"].array[0]
      #expect(dossier["code"] == "H24.19-261126-0001")
      #expect(dossier["due"]["day"] == "2026-12-01" && dossier["due"]["provisional"] == false)
      let steps = "/api/v1/dossiers/\(dossier["id"].int ?? 0)/steps"
      try await centre.refused(
        422, "bad-reason", "POST", steps, ["step": "ask-supplement", "reason": "Bà Lan thiếu giấy"])
      try await centre.done("POST", steps, ["step": "ask-supplement", "reason": "thieu-giay-to"])
      try await centre.done("POST", steps, ["step": "supply"])
      try await centre.refused(
        409, "already-supplemented", "POST", steps, ["step": "ask-supplement", "reason": "thieu-giay-to"])
      try await centre.done("POST", steps, ["step": "reappoint", "day": "2026-12-03", "reason": "cho-xac-minh"])
      try await centre.refused(
        409, "already-reappointed", "POST", steps, ["step": "reappoint", "day": "2026-12-04", "reason": "cho-xac-minh"])
      try await centre.refused(400, "bad-json", "POST", steps, ["step": "dance"])
      try await centre.refused(400, "bad-json", "POST", steps, ["step": "reappoint", "reason": "cho-xac-minh"])
      try await centre.done("POST", steps, ["step": "finish"])
      let progress = try await centre.done("GET", "/api/v1/dossiers/h24.19-261126-0001")
      #expect(Set(progress.object.keys) == ["code", "state", "due", "ready"])
      #expect(progress["ready"] == true)
      try await centre.done("POST", steps, ["step": "hand-over"])
      try await centre.refused(409, "dossier-not-now", "POST", steps, ["step": "hand-over"])
      try await centre.verify()
    }
  }

  @Test("one key ×5, wrong codes and wrong hands")
  func refusals() async throws {
    try await TestCentre.run { centre in
      let path = "/api/v1/dossiers"
      let five = try await centre.done(
        "POST", path, ["procedure": "2.000815", "copies": 5, "counter": 1, "atOnce": true], status: 201)
      #expect(five["dossiers"].array.map { $0["code"].string } == (1...5).map { "TAM-261126-000\($0)" })
      try await centre.refused(404, "unknown-procedure", "POST", path, ["procedure": "9.9"])
      try await centre.refused(422, "bad-copies", "POST", path, ["procedure": "2.000815", "copies": 100])
      try await centre.refused(422, "bad-dossier-code", "POST", path, ["procedure": "2.000815", "code": "?"])
      try await centre.refused(
        422, "identity-card-scanned", "POST", path,
        ["procedure": "2.000815", "scanned": "031090001234||Nguyễn Văn A|01011990|Nam|Hải Phòng|01012021"])
      try await centre.refused(
        422, "bad-promised-day", "POST", path,
        ["procedure": "2.000815", "due": ["day": "2026-11-25", "source": "province"]])
      try await centre.refused(404, "unknown-counter", "POST", path, ["procedure": "2.000815", "counter": 77])
      try await centre.refused(404, "unknown-ticket", "POST", path, ["procedure": "2.000815", "visit": 99_999])
      try await centre.refused(404, "unknown-dossier", "POST", "\(path)/99/steps", ["step": "pass"])
      try await centre.refused(404, "unknown-dossier", "POST", "\(path)/x/steps", ["step": "pass"])
      let common = try await centre.done("GET", "/api/v1/procedures?counter=1")
      #expect(common.array.map { $0["code"].string } == ["2.000815"])
      let found = try await centre.done("GET", "/api/v1/procedures?q=khai%20sinh")
      #expect(found.array.first?["code"] == "1.001193")
      try await centre.refused(400, "bad-request", "GET", "/api/v1/procedures?counter=a")
    }
  }

  @Test("what is due soon is listed, and a press that is repeated acts once")
  func watch() async throws {
    try await TestCentre.run { centre in
      let body: JSON = ["procedure": "1.004873"]
      let key = "mot-lan-bam-1"
      let first = try await centre.done("POST", "/api/v1/dossiers", body, status: 201, key: key)
      let again = try await centre.done("POST", "/api/v1/dossiers", body, status: 201, key: key)
      #expect(first == again)
      let list = try await centre.done("GET", "/api/v1/dossiers/watch")
      #expect(list["items"].array.count == 1)
      #expect(list["items"].array[0]["level"] == "soon" && list["items"].array[0]["workingDaysLeft"] == 3)
      #expect(list["apologiesMissing"] == 0)
      centre.pass(6 * 86_400)
      let late = try await centre.done("GET", "/api/v1/dossiers/watch")
      #expect(late["items"].array[0]["level"] == "overdue" && late["apologiesMissing"] == 1)
    }
  }

  @Test("guessing codes is slow, and citizens see nothing else")
  func guessing() async throws {
    try await TestCentre.run(.init(pins: true, open: false)) { centre in
      for n in 1...20 {
        try await centre.refused(404, "unknown-dossier", "GET", "/api/v1/dossiers/H24.19-261126-\(1000 + n)")
      }
      try await centre.refused(429, "rate-limited", "GET", "/api/v1/dossiers/H24.19-261126-1021")
      try await centre.refused(401, "sign-in-required", "GET", "/api/v1/dossiers/watch")
      try await centre.refused(401, "sign-in-required", "POST", "/api/v1/dossiers", ["procedure": "2.000815"])
      let officer = try await centre.signIn("cb01")
      try await centre.done("POST", "/api/v1/dossiers", ["procedure": "2.000815"], as: officer, status: 201)
    }
  }
}
