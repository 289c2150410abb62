import Foundation
import GRDB
import Hummingbird
import Logging

/// What the libraries can do at best: Hummingbird, GRDB, one insert in one transaction with synchronous=FULL.
enum Floor {
  static func run(port: Int, file: String) async throws {
    let pool = try DatabasePool(path: file)
    try await pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { fatalError("not FULL") }
      try db.execute(sql: "CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    }
    let router = Router()
    router.post("/insert") { _, _ in
      let id = try await pool.write { db in
        try db.cachedStatement(sql: "INSERT INTO row (text) VALUES (?)").execute(arguments: ["A012"])
        return db.lastInsertedRowID
      }
      return Response(
        status: .created, headers: [.contentType: "application/json"],
        body: .init(byteBuffer: ByteBuffer(string: "{\"id\":\(id)}")))
    }
    var log = Logger(label: "floor")
    log.logLevel = .error
    try await Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: log
    )
    .runService()
  }
}
