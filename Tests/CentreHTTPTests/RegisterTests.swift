import CentreOperations
import Foundation
import OneStop
import Testing

@Suite("the register over the API")
struct RegisterTests {
  static let book = """
    SỔ THEO DÕI HỒ SƠ
    STT,Mã hồ sơ,Nội dung hồ sơ,Nhận hồ sơ,Hẹn trả,Ngày nhận kết quả
    1,H24.19-261102-0001,Đăng ký khai sinh,02/11/2026 08:00:00,02/11/2026 17:00:00,02/11/2026 10:00:00
    2,H24.19-261102-0002,Cấp Giấy xác nhận tình trạng hôn nhân,02/11/2026 09:00:00,05/11/2026 17:00:00,
    3,H24.19-261102-0003,Cấp phép bay,02/11/2026 09:00:00,05/11/2026 17:00:00,

    """

  @Test("laid in, read, refused rows named, applied, looked up by code; every door has its rights")
  func whole() async throws {
    try await TestCentre.run { centre in
      func lay(_ text: String) async throws -> JSON {
        let reply = try await centre.ask(
          "POST", "/api/v1/register/files?name=s%E1%BB%95.csv", raw: Data(text.utf8),
          headers: ["Content-Type": "application/octet-stream"])
        #expect(reply.status == 201, "\(reply.text)")
        return reply.json["file"]
      }
      let profiles = try await centre.done("GET", "/api/v1/register/profiles")
      #expect(profiles.array.map { $0["id"].string } == ["danh-sach-ho-so", "so-theo-doi-ho-so"])
      let staged = try await centre.done(
        "POST", "/api/v1/register/imports", ["files": [try await lay(Self.book)]], status: 201)
      #expect(staged["state"] == "staged" && staged["added"] == 2 && staged["rejected"] == 1)
      let online = staged["support"].array.first { $0["figure"] == "online" }
      #expect(online?["level"] == "none")
      #expect(online?["words"]["vi"] == "Tỷ lệ nộp trực tuyến: không tính được, thiếu cột hình thức nộp.")
      let path = "/api/v1/register/imports/\(staged["id"].int ?? 0)"
      let rejects = try await centre.get("\(path)/rejects")
      #expect(rejects.text.hasPrefix("\u{FEFF}Tệp,Dòng,Cột,Lý do và cách sửa,Mã hồ sơ,Nội dung hồ sơ,"))
      #expect(rejects.text.contains("sổ.csv,5,Nội dung hồ sơ,"))
      #expect(rejects.text.contains(",H24.19-261102-0003,Cấp phép bay,02/11/2026 09:00:00,05/11/2026 17:00:00,"))
      #expect(staged["files"].array[0]["unread"].array.map(\.string) == ["STT"])
      try await centre.refused(404, "unknown-dossier", "GET", "/api/v1/dossiers/H24.19-261102-0001")
      let done = try await centre.done("POST", "\(path)/apply")
      #expect(done["state"] == "done" && done["added"] == 2)
      let progress = try await centre.done("GET", "/api/v1/dossiers/H24.19-261102-0001")
      #expect(progress["state"] == "handedOver")
      let watch = try await centre.done("GET", "/api/v1/dossiers/watch")
      #expect(watch["apologiesMissing"] == 1)
      let id = watch["items"].array[0]["dossier"]["id"].int ?? 0
      #expect(id < 0)
      let step = try await centre.done(
        "POST", "/api/v1/dossiers/\(id)/steps", ["step": "record-apology", "number": "01/PXL"])
      #expect(step["id"] == 1 && step["apologies"] == 1)
      try await centre.refused(409, "register-not-staged", "POST", "\(path)/apply")
      let list = try await centre.done("GET", "/api/v1/register/imports")
      #expect(list.array.count == 1)
      #expect(try await centre.done("GET", path) == list.array[0])
      let check = try await centre.done("GET", "/api/v1/register/check?from=2026-11-01&to=2026-11-26")
      #expect(check["registerReaches"] == "2026-11-02" && check["days"].array.count == 1)
      let second = try await centre.done(
        "POST", "/api/v1/register/imports", ["files": [try await lay(Self.book)], "profile": "so-theo-doi-ho-so"],
        status: 201)
      #expect(second["added"] == 0 && second["unchanged"] == 2)
      try await centre.done("POST", "/api/v1/register/imports/\(second["id"].int ?? 0)/discard")
      try await centre.verify()
    }
  }

  @Test("wrong files and wrong hands")
  func refusals() async throws {
    try await TestCentre.run { centre in
      func lay(_ text: String) async throws -> JSON {
        try await centre.ask("POST", "/api/v1/register/files?name=a.csv", raw: Data(text.utf8)).json["file"]
      }
      let imports = "/api/v1/register/imports"
      let refused = try await centre.refused(
        422, "table-refused", "POST", imports, ["files": [try await lay("STT,Họ tên\n1,A\n")]])
      let words = refused.json["problems"].array.first?["vi"].string ?? ""
      #expect(words.contains("a.csv, dòng 1: không phải sổ hồ sơ") && words.contains("STT, Họ tên"))
      try await centre.refused(404, "unknown-register-file", "POST", imports, ["files": ["x"]])
      try await centre.refused(
        404, "unknown-register-profile", "POST", imports, ["files": [try await lay(Self.book)], "profile": "x"])
      try await centre.refused(404, "unknown-register-import", "GET", "\(imports)/7")
      try await centre.refused(404, "unknown-register-import", "GET", "\(imports)/7/rejects")
      try await centre.refused(404, "unknown-register-import", "POST", "\(imports)/7/apply")
      try await centre.refused(404, "unknown-register-import", "POST", "\(imports)/7/discard")
      try await centre.refused(400, "bad-request", "POST", "/api/v1/register/files", raw: Data("x".utf8))
      try await centre.refused(400, "bad-request", "GET", "/api/v1/register/check?from=x&to=2026-11-26")
      for _ in 0..<7 { _ = try await lay("x") }
      try await centre.refused(
        409, "too-many-register-files", "POST", "/api/v1/register/files?name=a.csv", raw: Data("x".utf8))
    }
  }
}
