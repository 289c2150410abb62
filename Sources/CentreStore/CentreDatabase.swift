import Foundation
import GRDB
import OneStop

/// The centre's one database file. Only the daemon writes to it.
public struct CentreDatabase: Sendable {
  public let pool: DatabasePool
  public let path: String

  /// Opens or creates the file, brings its schema up to date and makes commits durable.
  /// - Throws: `StoreError` for a file from a newer version, a damaged one, or one that cannot be written.
  public init(path: String) throws {
    self.path = path
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.label = "centre"
    configuration.prepareDatabase { db in
      guard !db.configuration.readonly else { return }
      // Before the first table, because neither can be changed later without rewriting the file. Personal data that is
      // erased must not stay readable in free pages.
      try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try db.execute(sql: "PRAGMA secure_delete = ON")
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL once the pool is open, and then a power cut loses commits that were answered. Set FULL, read it back.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw StoreError.notDurable }
      }
      let unknown = try pool.read { try Migrations.migrator.hasBeenSuperseded($0) }
      if unknown { throw StoreError.newerVersion(path) }
      try Migrations.migrator.migrate(pool)
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }

  /// Reads an existing file beside a running daemon, from one snapshot.
  /// - Throws: `StoreError` for a missing, newer or damaged file; whatever `body` throws.
  public static func read<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path) }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      return try DatabaseQueue(path: path, configuration: configuration).read { db in
        if try Migrations.migrator.hasBeenSuperseded(db) { throw StoreError.newerVersion(path) }
        return try body(db)
      }
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }

  /// Copies an existing file, page by page and in key order, so that the copy says nothing the original does not.
  public static func copy(_ path: String, to target: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path) }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      try DatabaseQueue(path: path, configuration: configuration).backup(to: DatabaseQueue(path: target))
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }
}

/// The store is broken or cannot be used. Unlike a rejection, a person has to do something.
public enum StoreError: Error, CustomStringConvertible {
  case missing(String)
  case newerVersion(String)
  case notDurable
  case full
  case readOnly(String)
  case damaged(String)
  case other(String)

  init(_ error: DatabaseError, path: String) {
    switch error.resultCode {
    case .SQLITE_FULL: self = .full
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: self = .readOnly(path)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .damaged(path)
    default: self = .other("\(path): \(error.message ?? error.description)")
    }
  }

  public init(_ error: DatabaseError) { self.init(error, path: "database") }

  public var description: String {
    switch self {
    case .missing(let path): "\(path): chưa có cơ sở dữ liệu; chạy máy chủ một lần, hoặc chỉ chỗ khác bằng --data"
    case .newerVersion(let path):
      "\(path): do phiên bản motcua mới hơn ghi; cài lại phiên bản đó, hoặc khôi phục bản sao lưu cũ hơn"
    case .notDurable: "cơ sở dữ liệu không nhận synchronous=FULL; mất điện sẽ mất dữ liệu nên không chạy"
    case .full: "ổ đĩa đầy; chưa mất gì, nhưng không ghi thêm được cho đến khi có chỗ trống"
    case .readOnly(let path):
      "\(path): không ghi được; kiểm tra chủ sở hữu, quyền của thư mục và ổ đĩa có bị khóa ghi không"
    case .damaged(let path):
      "\(path): bị hỏng hoặc không phải cơ sở dữ liệu; giữ một bản rồi khôi phục bản sao lưu gần nhất"
    case .other(let text): text
    }
  }
}
