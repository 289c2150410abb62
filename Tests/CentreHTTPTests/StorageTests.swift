import CentreStore
import Foundation
import GRDB
import Glibc
import Testing

@Suite("a disk that takes no more")
struct StorageTests {
  private func pragma(_ centre: TestCentre, _ text: String) async throws {
    try await centre.database.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA \(text)") }
  }

  /// Every command is refused with the word, everything can still be read, and nothing that was answered is lost.
  private func refusesAll(_ centre: TestCentre, _ status: Int, _ type: String) async throws {
    func refused(_ path: String, _ body: JSON = [:], _ method: String = "POST") async throws {
      try await centre.refused(status, type, method, "/api/v1/\(path)", body)
    }
    try await refused("tickets", ["service": "ho-tich"])
    try await refused("counters/1/call-next")
    try await refused("counters/3/open", ["officer": "cb03"])
    try await refused("officers", ["name": "Yến"])
    try await refused("terminals", ["name": "kiosk-1", "role": "kiosk"])
    let settings = try await centre.get("/api/v1/settings").json
    try await refused("settings", settings, "PUT")
    let health = try await centre.get("/api/v1/health")
    #expect(health.status == 503 && health.json["status"] == "degraded")
    for path in ["queue", "board", "supervisor", "counters/1/desk", "figures/today"] {
      try await #expect(centre.get("/api/v1/\(path)").status == 200)
    }
  }

  /// Commands work again, number on where they stopped, and the chain is whole.
  private func recovers(_ centre: TestCentre, next number: JSON) async throws {
    try await #expect(centre.ticket()["number"] == number)
    try await centre.counter(1, "call-next")
    try await #expect(centre.get("/api/v1/health").status == 200)
    try await centre.verify()
    let fresh = try await centre.database.pool.read { try HallJournal.lastDay($0) }
    let hall = try await centre.desk.look { _, state in state.hall }
    #expect(fresh?.visits == hall.visits && fresh?.waitingCount == hall.waitingCount)
  }

  @Test("full: 507, and after there is space again it goes on")
  func full() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<3 { try await centre.ticket() }
      let pages = try await centre.database.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }!
      try await pragma(centre, "max_page_count = \(pages)")
      // What is left in half-empty pages is used up first, by those with a key and then by the smaller ones without.
      var last = 3
      for key in ["5e9f8a1c", nil] {
        var reply: Reply
        repeat {
          reply = try await centre.post("/api/v1/tickets", ["service": "ho-tich"], key: key.map { "\($0)-\(last)" })
          if reply.status == 201 { last = Int(reply.json["number"].text.dropFirst()) ?? last }
        } while reply.status == 201 && last < 500
        #expect(reply.status == 507 && reply.type == "storage-full", "\(reply.text)")
      }
      let head = try await centre.head()
      for _ in 0..<5 {
        try await centre.refused(507, "storage-full", "POST", "/api/v1/tickets", ["service": "ho-tich"])
      }
      try await #expect(centre.head() == head)
      let issued = try await centre.events().count { $0.type == "ticket-issued" }
      #expect(issued == last, "every answered number is there, and no other")
      try await pragma(centre, "max_page_count = 1073741823")
      try await recovers(
        centre, next: .string("A" + String(repeating: "0", count: 3 - "\(last + 1)".count) + "\(last + 1)"))
    }
  }

  @Test("full while many press at once: each is told the truth")
  func fullTogether() async throws {
    try await TestCentre.run { centre in
      let pages = try await centre.database.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }!
      try await pragma(centre, "max_page_count = \(pages + 3)")
      let answers = try await withThrowingTaskGroup(of: Reply.self) { group in
        for _ in 0..<200 { group.addTask { try await centre.post("/api/v1/tickets", ["service": "ho-tich"]) } }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      let numbers = answers.filter { $0.status == 201 }.compactMap { $0.json["number"].string }
      #expect(answers.allSatisfy { $0.status == 201 || $0.type == "storage-full" })
      #expect(answers.contains { $0.status == 507 } && Set(numbers).count == numbers.count)
      try await pragma(centre, "max_page_count = 1073741823")
      let issued = try await centre.events().filter { $0.type == "ticket-issued" }
        .compactMap { try? $0.decode(JSON.self)["number"].string }
      #expect(Set(issued) == Set(numbers))
      try await centre.ticket()
      try await centre.verify()
    }
  }

  @Test("read-only: 503, and afterwards it goes on")
  func readOnly() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<2 { try await centre.ticket() }
      try await pragma(centre, "query_only = 1")
      try await refusesAll(centre, 503, "read-only")
      try await pragma(centre, "query_only = 0")
      try await recovers(centre, next: "A003")
    }
  }

  /// The real thing: a file system of two megabytes that somebody else has filled. Only root may mount one.
  @Test("a file system without space", .enabled(if: geteuid() == 0 && SmallDisk.possible))
  func disk() async throws {
    let disk = try SmallDisk()
    defer { disk.remove() }
    var plan = TestCentre.Plan()
    plan.folder = disk.folder.appendingPathComponent("data")
    try await TestCentre.run(plan) { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      for _ in 0..<2 { try await centre.ticket() }
      try disk.fill()
      var reply = try await centre.post("/api/v1/tickets", ["service": "ho-tich"])
      var last = 2
      while reply.status == 201, last < 500 {
        last = Int(reply.json["number"].text.dropFirst()) ?? last
        reply = try await centre.post("/api/v1/tickets", ["service": "ho-tich"])
      }
      #expect(reply.status == 507 && reply.type == "storage-full", "\(reply.text)")
      try await refusesAll(centre, 507, "storage-full")
      disk.free()
      try await recovers(
        centre, next: .string("A" + String(repeating: "0", count: 3 - "\(last + 1)".count) + "\(last + 1)"))
    }
  }
}

/// A tmpfs of two megabytes.
struct SmallDisk {
  let folder: URL
  private var filler: URL { folder.appendingPathComponent("filler") }

  static let possible: Bool = {
    guard let disk = try? SmallDisk() else { return false }
    disk.remove()
    return true
  }()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("small-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=2m") == 0 else {
      try? FileManager.default.removeItem(at: folder)
      throw POSIXError(.EPERM)
    }
  }

  func fill() throws {
    let fd = open(filler.path, O_CREAT | O_WRONLY, 0o600)
    defer { close(fd) }
    let block = [UInt8](repeating: 1, count: 4096)
    while write(fd, block, block.count) > 0 {}
  }

  func free() { unlink(filler.path) }

  func remove() {
    umount(folder.path)
    try? FileManager.default.removeItem(at: folder)
  }
}
