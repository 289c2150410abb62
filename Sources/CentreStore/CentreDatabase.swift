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

  /// Opens an existing file for reading only, beside a running daemon.
  public static func reader(path: String) throws -> DatabaseQueue {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path) }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    if try queue.read({ try Migrations.migrator.hasBeenSuperseded($0) }) { throw StoreError.newerVersion(path) }
    return queue
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
    case .missing(let path): "\(path): no such database; start the daemon once, or name another with --data"
    case .newerVersion(let path):
      "\(path): written by a newer version of motcua; install that version or restore an older backup"
    case .notDurable: "the database did not accept synchronous=FULL; commits would not survive a power cut"
    case .full: "the disk is full; nothing was lost, but nothing can be recorded until there is space"
    case .readOnly(let path):
      "\(path): cannot be written; check the owner and the rights of the folder, or whether the disk is mounted read-only"
    case .damaged(let path): "\(path): is damaged or not a database; keep a copy and restore the last backup"
    case .other(let text): text
    }
  }
}
