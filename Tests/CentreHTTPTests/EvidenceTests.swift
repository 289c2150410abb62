import CentreOperations
import CentreStore
import Foundation
import Testing

@Suite("files that prove a score")
struct EvidenceTests {
  private let year = "/api/v1/score/2026"

  @Test("laid in, attached, given back; vanished and changed ones are named, and nothing else is lost")
  func life() async throws {
    try await TestCentre.run { centre in
      let data = Data("%PDF-1.7 một bản quét".utf8)
      let laid = try await centre.ask(
        "POST", "\(year)/files?name=b%E1%BA%A3ng%20ni%C3%AAm%20y%E1%BA%BFt.pdf", raw: data)
      #expect(laid.status == 201 && laid.json["name"] == "bảng niêm yết.pdf")
      let hash = try #require(laid.json["sha256"].string)
      let again = try await centre.ask("POST", "\(year)/files?name=khac.pdf", raw: data)
      #expect(again.json["sha256"].string == hash)

      let file: JSON = ["name": laid.json["name"], "sha256": laid.json["sha256"], "bytes": laid.json["bytes"]]
      try await centre.done(
        "POST", "\(year)/points",
        ["item": "I.1.1", "points": 1, "reason": "đã xem", "seen": 0, "evidence": [["words": "ảnh", "file": file]]])
      /// How the file stands, and whether the row wants it again.
      func standing() async throws -> (String?, again: Bool) {
        let row = try await centre.done("GET", year)["rows"].array.first { $0["id"] == "I.1.1" }
        return (
          row?["history"][0]["evidence"][0]["file"]["standing"].string,
          row?["missing"].array.contains("file") ?? false
        )
      }
      #expect(try await standing() == ("kept", false))
      let back = try await centre.get("\(year)/files/\(hash)?name=a.pdf")
      #expect(back.text == "%PDF-1.7 một bản quét")

      // One letter changed by somebody at the disk, the length as before.
      let path = EvidenceFiles(besideDatabase: centre.desk.database.pool.path).url(hash)
      var other = data
      other[9] ^= 1
      try other.write(to: path)
      #expect(try await standing() == ("changed", true))
      try await centre.refused(409, "evidence-changed", "GET", "\(year)/files/\(hash)")
      try FileManager.default.removeItem(at: path)
      #expect(try await standing() == ("missing", true))
      try await centre.refused(404, "evidence-missing", "GET", "\(year)/files/\(hash)")
      // Laid in once more it is whole again, at the same score.
      _ = try await centre.ask("POST", "\(year)/files?name=ni%C3%AAm%20y%E1%BA%BFt.pdf", raw: data)
      #expect(try await standing() == ("kept", false))
    }
  }

  @Test("names, types and empty files are refused with words; a score takes no file that isn't here")
  func refusals() async throws {
    try await TestCentre.run { centre in
      let data = Data("x".utf8)
      for (name, type) in [
        "": "evidence-name", "khong-duoi": "evidence-name", "a%2Fb.pdf": "evidence-name", "phim.mp4": "evidence-type",
        "trang.html": "evidence-type",
      ] {
        try await centre.refused(422, type, "POST", "\(year)/files?name=\(name)", raw: data)
      }
      try await centre.refused(422, "evidence-empty", "POST", "\(year)/files?name=a.pdf", raw: Data())
      let file: JSON = ["name": "a.pdf", "sha256": .string(String(repeating: "0", count: 64)), "bytes": 1]
      try await centre.refused(
        404, "evidence-missing", "POST", "\(year)/points",
        ["item": "I.1.1", "points": 1, "reason": "x", "seen": 0, "evidence": [["words": "x", "file": file]]])
      let folder = EvidenceFiles(besideDatabase: centre.desk.database.pool.path).folder
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }

  @Test("a gigabyte is refused by its announced length, before any of it is kept")
  func gigabyte() async throws {
    var plan = TestCentre.Plan()
    plan.live = true
    try await TestCentre.run(plan) { centre in
      let wire = try Wire(port: centre.port)
      let head = "POST \(year)/files?name=phim.pdf HTTP/1.1\r\nHost: centre\r\nContent-Length: \(1 << 30)\r\n\r\n"
      _ = try await wire.send(Data(head.utf8), within: 5)
      var buffer = Data()
      let answer = try await wire.read(&buffer) { Wire.answer($0) }
      #expect(answer.status == 413)
      #expect(try JSON(answer.body)["type"] == "evidence-too-large")
      let folder = EvidenceFiles(besideDatabase: centre.desk.database.pool.path).folder
      #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
  }

  @Test("what is missing, by the unit whose work it is, on the screen and as a list")
  func work() async throws {
    try await TestCentre.run { centre in
      let all = try await centre.done("GET", "\(year)/work")["owners"].array
      let first = try #require(all.first?["name"].string)
      let items = try #require(all.first?["items"].array)
      #expect(items.contains { $0["id"] == "I.1.2" && $0["missing"].array.contains("points") })
      try await centre.done(
        "POST", "\(year)/points", ["item": "I.1.2", "points": 1, "reason": "đã xem", "seen": 0])
      let only = first.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let after = try await centre.done("GET", "\(year)/work?owner=\(only)")["owners"].array
      #expect(after.count == 1)
      let row = after[0]["items"].array.first { $0["id"] == "I.1.2" }
      #expect(row?["missing"].array.contains("points") != true)
      let paper = try await centre.get("\(year)/work?format=pdf&owner=\(only)")
      #expect(paper.bytes.starts(with: Data("%PDF".utf8)))
    }
  }
}
