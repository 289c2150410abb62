import CentreStore
import Crypto
import Foundation
import GRDB
import OneStop
import Printing

/// Writes a year's folder for the city. The centre's database is read in one snapshot beside the queue and everything else
/// happens in a copy, so a day at the counters does not notice it.
public struct YearExport: Sendable {
  let database: String
  /// The folder with the centre's tables.
  let centre: URL
  let program: String

  public init(database: String, centre: URL, program: String) {
    (self.database, self.centre, self.program) = (database, centre, program)
  }

  public struct Told: Sendable {
    public var files: Int
    public var anchor: JournalAnchor
    /// SHA-256 of the manifest.
    public var seal: String
    /// The last day is today: more may happen in it.
    public var isRunning: Bool
    /// Attached files that are gone or changed at the centre, by their name in the folder.
    public var missing: [String]
  }

  public enum Refusal: Error, CustomStringConvertible {
    case folderTaken(String)
    /// The day has not begun yet.
    case notYet(LocalDay, today: LocalDay)
    case beforeYear(LocalDay, year: Int)
    case unwritable(String, String)

    public var description: String {
      switch self {
      case .folderTaken(let path): Words.text("proof.folderTaken", ["path": path]).vi
      case .notYet(let day, let today):
        Words.text("proof.notYet", ["day": "\(day)", "today": "\(today)"]).vi
      case .beforeYear(let day, let year): Words.text("proof.beforeYear", ["day": "\(day)", "year": "\(year)"]).vi
      case .unwritable(let path, let why): Words.text("proof.unwritable", ["path": path, "why": why]).vi
      }
    }
  }

  /// - Parameters:
  ///   - until: figures up to the end of this day; nil: 30 November, the last day in time for «trước ngày 01/12»
  ///     (Decision 5049/QĐ-UBND, step 2), or today where that has not come.
  ///   - out: is made; must not exist, or be empty.
  public func write(year: Int, until: LocalDay?, to out: URL) async throws -> Told {
    let files = FileManager.default
    if files.fileExists(atPath: out.path) {
      guard try files.contentsOfDirectory(atPath: out.path).isEmpty else { throw Refusal.folderTaken(out.path) }
    }
    let replay = try ReplayDatabase()
    let (last, today) = try take(year, until, into: replay)
    let part = out.deletingLastPathComponent().appendingPathComponent(".\(out.lastPathComponent).dang-ghi-\(getpid())")
    do {
      try? files.removeItem(at: part)
      let sealed = part.appendingPathComponent(SealedName.folder)
      let writer = try SealedWriter(sealed)
      try writeTables(writer)
      try Self.writeSources(writer, replay)
      let record = try SealedYear(
        replay, year: year, until: last, tables: sealed.appendingPathComponent(SealedName.tables))
      let sealedFiles = SealedFiles(year: record)
      try sealedFiles.each { try writer.write($0, $1) }
      let kept = EvidenceFiles(besideDatabase: database)
      let missing = try sealedFiles.attachments.filter { try !writer.copy($0, from: kept.url($0.sha256)) }.map(\.name)
      let seal = try Self.writeManifest(writer, record, program, missing)
      try await DraftFolder(record, seal: seal, templates: centre.appendingPathComponent("templates"))
        .write(to: part.appendingPathComponent(SealedName.drafts))
      if files.fileExists(atPath: out.path) { try files.removeItem(at: out) }
      try files.moveItem(at: part, to: out)
      return Told(
        files: writer.files.count + 2, anchor: JournalAnchor(day: last, record.head), seal: seal,
        isRunning: last == today, missing: missing)
    } catch {
      try? files.removeItem(at: part)
      throw error
    }
  }

  /// Takes over what had happened by the end of the last day.
  private func take(
    _ year: Int, _ until: LocalDay?, into replay: ReplayDatabase
  ) throws -> (last: LocalDay, today: LocalDay) {
    try CentreDatabase.read(database) { db in
      let head = try Journal.head(db)
      guard let settings = try SettingRows.settings(db), let first = LocalDay(year: year, month: 1, day: 1),
        let usual = LocalDay(year: year, month: 11, day: 30)
      else { throw SealedYear.Refusal.noData(year: year, until: until ?? LocalDay(head.at, in: .vietnam)) }
      // A machine whose clock is behind still has the days of its journal.
      let today = LocalDay(max(head.at, .machine), in: settings.zone)
      let last = until ?? min(usual, today)
      guard last >= first else { throw Refusal.beforeYear(last, year: year) }
      guard last <= today else { throw Refusal.notYet(last, today: today) }
      let count = try replay.take(db, before: last.adding(days: 1).start(in: settings.zone))
      guard count > 0 else { throw SealedYear.Refusal.noData(year: year, until: last) }
      return (last, today)
    }
  }

  private func writeTables(_ writer: SealedWriter) throws {
    func files(_ folder: String, _ ending: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: centre.appendingPathComponent(folder).path)
        .filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }
    let names = try files("scoring", ".yaml") + files("templates/letters", ".txt")
    for name in ["procedures.csv", "due-rules.csv", "holidays.csv", "reasons.csv"] + names {
      try writer.write(
        "\(SealedName.tables)/\(name)", try Data(contentsOf: centre.appendingPathComponent(name)))
    }
  }

  private static func writeSources(_ writer: SealedWriter, _ replay: ReplayDatabase) throws {
    try replay.queue.inDatabase { db in
      try writer.stream(SealedName.journal) { put in
        try ReplayDatabase.lines(db) { try put(try JournalLines.line($0)) }
      }
      try writer.stream(SealedName.ratings) { put in
        try ReplayDatabase.ratings(db) { rating in
          try put(
            JournalLines.fields([
              rating.batch, rating.key.hexText, rating.officer, "\(rating.reception)", "\(rating.handling)",
              rating.reasons, rating.comment,
            ]))
        }
      }
      try writer.stream(SealedName.register) { put in
        try ReplayDatabase.register(db) { try put(JournalLines.fields(["\($0)", $1])) }
      }
    }
  }

  private static func writeManifest(
    _ writer: SealedWriter, _ record: SealedYear, _ program: String, _ missing: [String]
  ) throws -> String {
    var manifest = try SealedManifest(record, program: program, files: writer.files)
    manifest.missing = missing
    let bytes = try SealedFiles.json(manifest)
    let seal = sha256Text(bytes)
    try writer.write(SealedName.manifest, bytes)
    try writer.write(SealedName.seal, Data("\(seal)  \(SealedName.manifest)\n".utf8))
    return seal
  }
}

extension SealedManifest {
  init(_ record: SealedYear, program: String, files: [File]) throws {
    self.init(
      program: program, typesetter: PageLayout.typesetter, centre: record.settings.centre.name,
      chain: try record.database.queue.inDatabase { try Meta.value($0, "centre") ?? "" }, year: record.year,
      until: record.until, events: record.head.seq, head: record.head.hash.hexText,
      files: files.sorted { $0.name < $1.name })
  }
}

/// Writes files below a folder and keeps account of them.
final class SealedWriter {
  let folder: URL
  private(set) var files: [SealedManifest.File] = []

  init(_ folder: URL) throws {
    self.folder = folder
    try Self.make(folder)
  }

  private static func make(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw YearExport.Refusal.unwritable(folder.path, error.localizedDescription)
    }
  }

  private func place(_ name: String) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try Self.make(file.deletingLastPathComponent())
    return file
  }

  func write(_ name: String, _ bytes: Data) throws {
    let file = try place(name)
    do { try bytes.write(to: file) } catch {
      throw YearExport.Refusal.unwritable(file.path, error.localizedDescription)
    }
    files.append(.init(name: name, bytes: bytes.count, sha256: sha256Text(bytes)))
  }

  /// Takes the last file back.
  func dropLast() {
    guard let file = files.popLast() else { return }
    try? FileManager.default.removeItem(at: folder.appendingPathComponent(file.name))
  }

  /// Writes a large file piece by piece.
  func stream(_ name: String, _ body: (_ put: (Data) throws -> Void) throws -> Void) throws {
    let file = try place(name)
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw YearExport.Refusal.unwritable(file.path, String(cString: strerror(errno))) }
    defer { try? handle.close() }
    var sha = SHA256()
    var (buffer, count) = (Data(), 0)
    func flush() throws {
      sha.update(data: buffer)
      do { try handle.write(contentsOf: buffer) } catch {
        throw YearExport.Refusal.unwritable(file.path, error.localizedDescription)
      }
      count += buffer.count
      buffer.removeAll(keepingCapacity: true)
    }
    try body { piece in
      buffer.append(piece)
      if buffer.count >= 1 << 20 { try flush() }
    }
    try flush()
    files.append(.init(name: name, bytes: count, sha256: sha.finalize().hexText))
  }
}
