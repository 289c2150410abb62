import CentreStore
import Foundation
import Glibc
import OneStop
import Printing

/// Makes reports and keeps them: `reports/2026-11/v1/` beside the database, never overwritten. The journal has the SHA-256
/// of every file, so that one that vanished or changed is known.
public struct ReportOffice: Sendable {
  let desk: CommandDesk
  let tables: CaseworkTables
  let folder: URL
  private let clerk: ReportClerk

  /// - Parameter clerk: the same for all who make reports of this centre.
  public init(_ desk: CommandDesk, tables: CaseworkTables, clerk: ReportClerk) {
    self.clerk = clerk
    self.desk = desk
    self.tables = tables
    folder = Self.folder(besideDatabase: desk.database.path)
  }

  public static func folder(besideDatabase path: String) -> URL {
    URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("reports")
  }

  /// The figures of a period as they are now, and the last event in them.
  public func draft(_ period: ReportPeriod) async throws -> (report: Report, journal: Int64, settings: CentreSettings) {
    let (settings, officers) = try await desk.look { _, state in (state.hall.settings, state.officers) }
    let rules = tables.current.rules?.adjusted(to: settings)
    let now = desk.clock.now
    // Beside the queue, from a snapshot of its own.
    return try await desk.database.pool.read { db in
      (
        try Report(period, rules: rules, settings: settings, officers: officers, at: now, db), try Journal.head(db).seq,
        settings
      )
    }
  }

  /// Makes a version more.
  /// - Parameter reason: why, from the second version on.
  /// - Throws: `ReportRejection`; `StoreError.full` with nothing kept of it; `PrintingError`, `WorkbookError`.
  public func make(_ period: ReportPeriod, reason: String, by actor: Actor) async throws -> ReportRows.Kept {
    try await clerk.inTurn {
      let (report, journal, settings) = try await draft(period)
      let content = try Self.content(of: report)
      let before = try await desk.database.pool.read { try ReportRows.latest(period, $0) }
      var changed: [String] = []
      if let before {
        guard before.made.content != content else { throw ReportRejection.unchanged }
        guard !reason.allSatisfy(\.isWhitespace) else { throw ReportRejection.reasonMissing }
        changed = self.changed(from: before, to: report)
      }
      let version = (before?.made.version ?? 0) + 1
      let heading = ReportHeading(
        centre: settings.centre, zone: settings.zone, madeAt: desk.clock.now, version: version,
        reason: before == nil ? "" : reason)
      let folder = folder(period, version)
      let files = try await clerk.blocking { try Self.write(report, heading, to: folder) }
      let made = ReportRows.Made(
        period: period, version: version, until: report.until, complete: report.complete, reason: heading.reason,
        content: content, changed: changed, journal: journal, files: files)
      do {
        let kept = try await desk.perform { ledger, _ in try ReportRows.add(made, by: actor, &ledger) }
        // A commit without news for the screens rings nobody.
        desk.bell.ring()
        return kept
      } catch {
        try? FileManager.default.removeItem(at: folder)
        throw error
      }
    }
  }

  private func folder(_ period: ReportPeriod, _ version: Int) -> URL {
    folder.appendingPathComponent(period.id).appendingPathComponent("v\(version)")
  }

  /// SHA-256 of the figures alone.
  public static func content(of report: Report) throws -> String {
    sha256Text(try ScreenJSON.encoder.encode(report))
  }

  /// Lines whose value is another than in the version before; none where its file cannot be read.
  private func changed(from before: ReportRows.Kept, to now: Report) -> [String] {
    guard
      let data = try? Data(
        contentsOf: folder(before.made.period, before.made.version).appendingPathComponent("bao-cao.json")),
      let old = try? JSONDecoder().decode(Report.self, from: data)
    else { return [] }
    let lines = Dictionary(old.sections.flatMap(\.lines).map { ($0.key, $0) }) { $1 }
    return now.sections.flatMap(\.lines).filter { lines[$0.key] != $0 }.map(\.key)
  }

  // MARK: Files

  /// The forms of a report and their names.
  public static let forms = ["pdf", "xlsx", "csv", "json"]

  public static func bytes(_ report: Report, _ heading: ReportHeading) throws -> [(name: String, data: Data)] {
    [
      ("bao-cao.pdf", Data(try report.pdf(heading))), ("bao-cao.xlsx", Data(try report.xlsx(heading))),
      ("bao-cao.csv", Data(report.csv.utf8)), ("bao-cao.json", try ScreenJSON.encoder.encode(report)),
    ]
  }

  /// Into a folder beside the final one, which gets its name when everything is on the disk.
  private static func write(_ report: Report, _ heading: ReportHeading, to folder: URL) throws -> [ReportRows.Made.File]
  {
    let files = FileManager.default
    let parts = try bytes(report, heading)
    let making = folder.appendingPathExtension("dang-lap")
    do {
      if files.fileExists(atPath: making.path) { try files.removeItem(at: making) }
      if files.fileExists(atPath: folder.path) {
        // Of a power cut, or of a time before a restore: the journal knows nothing of it, but it is not ours to delete.
        let aside = folder.appendingPathExtension("khong-ro-\(heading.madeAt.milliseconds)")
        try files.moveItem(at: folder, to: aside)
      }
      try files.createDirectory(
        at: making, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
      for part in parts { try durably(part.data, making.appendingPathComponent(part.name)) }
      try files.moveItem(at: making, to: folder)
      try sync(folder.deletingLastPathComponent())
    } catch {
      try? files.removeItem(at: making)
      throw Self.store(error, folder)
    }
    return parts.map { .init(name: $0.name, bytes: $0.data.count, sha256: sha256Text($0.data)) }
  }

  private static func durably(_ data: Data, _ file: URL) throws {
    try data.write(to: file)
    try sync(file)
  }

  private static func sync(_ place: URL) throws {
    let fd = open(place.path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    defer { close(fd) }
    guard fsync(fd) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  private static func store(_ error: any Error, _ folder: URL) -> any Error {
    let cocoa = error as? CocoaError
    if cocoa?.code == .fileWriteOutOfSpace || (error as? POSIXError)?.code == .ENOSPC { return StoreError.full }
    if cocoa?.code == .fileWriteNoPermission { return StoreError.readOnly(folder.path) }
    return error
  }

  /// A kept file as it was made.
  /// - Throws: `ReportRejection.unknown`; `fileChanged` where it is gone or is another.
  public func file(_ period: ReportPeriod, version: Int, form: String) async throws -> Data {
    let kept = try await desk.database.pool.read { try ReportRows.all(of: period, $0) }
      .first { $0.made.version == version }
    guard let file = kept?.made.files.first(where: { $0.name.hasSuffix(".\(form)") }) else {
      throw ReportRejection.unknown
    }
    let place = folder(period, version).appendingPathComponent(file.name)
    return try await clerk.blocking {
      guard let data = try? Data(contentsOf: place), sha256Text(data) == file.sha256 else {
        throw ReportRejection.fileChanged
      }
      return data
    }
  }

  /// Names of files of a kept version that are gone or no longer what they were.
  public func faults(_ kept: ReportRows.Kept) async -> [String] {
    let folder = folder(kept.made.period, kept.made.version)
    return await clerk.blocking {
      kept.made.files.filter { file in
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(file.name)) else { return true }
        return sha256Text(data) != file.sha256
      }.map(\.name)
    }
  }
}

/// One report at a time, on a thread of its own: pages and files are written while the queue goes on.
public actor ReportClerk {
  private let lane = ReportLane()
  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  public init() {}

  /// Runs one after the other, also across what is awaited.
  func inTurn<Answer: Sendable>(_ body: @Sendable () async throws -> Answer) async rethrows -> Answer {
    if isBusy { await withCheckedContinuation { waiting.append($0) } }
    isBusy = true
    defer { if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() } }
    return try await body()
  }

  func blocking<Answer: Sendable>(_ body: @Sendable () throws -> Answer) rethrows -> Answer { try body() }
}

/// A thread for reports: setting pages takes longer than the cooperative pool may be held.
private final class ReportLane: SerialExecutor {
  private let queue = DispatchQueue(label: "reports", qos: .utility)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
