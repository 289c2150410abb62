import CentreStore
import DeviceIO
import Foundation
import GRDB
import Logging
import OneStop
import Synchronization

/// A refusal of an import as a whole; nothing has changed. The raw value is the stable `type` of the API.
public enum RegisterRefusal: String, Error, Sendable, CaseIterable {
  /// Another import is being read or applied.
  case busy = "register-busy"
  case unknownImport = "unknown-register-import"
  /// It isn't waiting to be applied: done, discarded, or ended by a restart.
  case notStaged = "register-not-staged"
  case unknownProfile = "unknown-register-profile"
  case unknownFile = "unknown-register-file"
  case tooManyFiles = "too-many-register-files"
}

/// What an import found and did.
public struct RegisterReport: Codable, Sendable {
  public struct File: Codable, Sendable, Hashable {
    public struct Column: Codable, Sendable, Hashable {
      public var field: RegisterField
      public var heading: String
    }
    public var name, sha256, profile: String
    public var rows: Int
    public var columns: [Column]
    /// Headings of columns that aren't read; nil in a report of before this was told.
    public var unread: [String]?
    /// The last row, where the file may have been cut off in it: a person has to look.
    public var doubtfulEnd: Int?
  }
  public var `import`: Int
  public var state: RegisterRows.State
  public var madeAt: Instant
  public var doneAt: Instant?
  public var files: [File]
  public var rows: Int
  /// Dossiers that would come new, change, or stay as they are; after the end, that did.
  public var added, changed, unchanged: Int
  public var rejected: Int
  public var repeated: Int
  public var provisionalDates: Int
  public var countedDates: Int
  /// Provisional codes of an outage that got their real one.
  public var codesReplaced: Int
  /// Dates promised at the counter that the province's took the place of; nil in a report of before this was counted.
  public var datesReplaced: Int?
  public var support: [RegisterSupport]
  /// Sheets that are no register.
  public var skipped: [String]?
  /// What changes of the first dossiers that change, as the dry run found it.
  public var changes: [RegisterChange]?
  /// The longest time the writer was held, in milliseconds, commit not included.
  public var longestSlice: Int
}

/// Imports of the provincial register: files are laid in, read and staged (which is the dry run), then applied or put
/// away. One import at a time. The journal's writer is never held for longer than a slice, so the queue doesn't wait.
public actor RegisterOffice {
  /// Time of the writer that a slice aims at, and that no slice should pass, in milliseconds.
  static let aim = 8.0
  public static let longest = 50
  /// So many changes are shown one by one: what somebody can look through.
  static let mostChanges = 100

  let desk: CommandDesk
  private var laid: [String: (url: URL, name: String, at: Instant)] = [:]
  var working = false
  private let folder: URL
  private var tidied = false
  /// Tests stop an import in the middle here.
  var afterSlice: @Sendable (Int) throws -> Void = { _ in }

  public init(_ desk: CommandDesk) {
    self.desk = desk
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-register-\(randomBytes(6).hexText)")
  }

  func interrupt(_ body: @escaping @Sendable (Int) throws -> Void) { afterSlice = body }

  // MARK: Files

  static let mostFiles = 8

  /// Keeps a file until it is read; at most an hour.
  public func lay(_ data: Data, name: String) throws -> String {
    let now = desk.clock.now
    for (id, file) in laid where now.seconds(since: file.at) > 3600 { remove(id, file.url) }
    guard laid.count < Self.mostFiles else { throw RegisterRefusal.tooManyFiles }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let id = randomBytes(8).hexText
    let url = folder.appendingPathComponent(id)
    try data.write(to: url)
    laid[id] = (url, name, now)
    return id
  }

  private func remove(_ id: String, _ url: URL) {
    laid[id] = nil
    try? FileManager.default.removeItem(at: url)
  }

  // MARK: Reading

  /// Reads laid files and stages what they hold: the dry run. An import that was staged before is put away.
  public func stage(
    _ ids: [String], profile: String?, profiles: [RegisterProfile], rules: CaseRules, by actor: Actor
  ) async throws -> RegisterReport {
    guard !working else { throw RegisterRefusal.busy }
    working = true
    defer { working = false }
    try await tidy()
    var profiles = profiles
    if let profile {
      profiles = profiles.filter { $0.id == profile }
      guard !profiles.isEmpty else { throw RegisterRefusal.unknownProfile }
    }
    let files = try ids.map { id in
      guard let file = laid[id] else { throw RegisterRefusal.unknownFile }
      return (id: id, url: file.url, name: file.name)
    }
    guard !files.isEmpty else { throw RegisterRefusal.unknownFile }
    defer { for file in files { remove(file.id, file.url) } }
    for open in try await desk.database.pool.read({ try RegisterRows.unfinished($0) }) { try await undo(open) }

    var books: [Book] = []
    for file in files {
      let sha = sha256Text(try Data(contentsOf: file.url, options: .mappedIfSafe))
      books.append(
        Book(
          name: file.name, sha256: sha,
          sheets: try await SpreadsheetFile.sheets(file.url, dates: "%d/%m/%Y %H:%M:%S", called: file.name)))
    }
    let now = desk.clock.now
    let reading = try await Self.read(books, profiles, rules, now)
    if reading.entries.isEmpty, reading.rejects.isEmpty {
      throw TableError(files[0].name, [TableProblem(nil, nil, "noRows")])
    }
    return try await write(reading, rules, at: now, by: actor)
  }

  private struct Book: Sendable {
    var name, sha256: String
    var sheets: [SpreadsheetFile.Sheet]
  }

  /// Every sheet that is a register is read; the others are named. A book without any is refused by its first sheet.
  /// Beside the cooperative pool: a register of 100,000 rows takes seconds.
  private static func read(
    _ books: [Book], _ profiles: [RegisterProfile], _ rules: CaseRules, _ now: Instant
  ) async throws -> RegisterReading {
    try await withUnsafeThrowingContinuation { reply in
      DispatchQueue.global(qos: .utility).async {
        reply.resume(
          with: Result {
            var reader = RegisterReader(rules, at: now)
            var skipped: [String] = []
            for book in books {
              var refusals: [TableError] = []
              for sheet in book.sheets where !sheet.table.rows.isEmpty || book.sheets.count == 1 {
                let name = book.sheets.count > 1 ? SpreadsheetFile.label(book.name, sheet.name ?? "") : book.name
                do {
                  let heading = try RegisterHeading.find(in: sheet.table, file: name, profiles: profiles)
                  try reader.read(sheet.table, file: name, sha256: book.sha256, heading)
                } catch let error as TableError where error.problems.first?.key == "notRegister" {
                  // Any other mistake is one of a register, and no sheet to pass over.
                  refusals.append(error)
                }
              }
              if let first = refusals.first, refusals.count == book.sheets.count { throw first }
              skipped += refusals.map(\.file)
            }
            reader.skip(skipped)
            return reader.finish()
          })
      }
    }
  }

  private func write(
    _ reading: RegisterReading, _ rules: CaseRules, at now: Instant, by actor: Actor
  ) async throws -> RegisterReport {
    var reading = reading
    var report = RegisterReport(
      import: 0, state: .staging, madeAt: now, doneAt: nil,
      files: reading.files.map { file in
        .init(
          name: file.name, sha256: file.sha256, profile: file.profile, rows: file.rows,
          columns: RegisterField.allCases.compactMap { field in
            file.columns[field].map { .init(field: field, heading: $0) }
          }, unread: file.unread,
          doubtfulEnd: file.doubtfulEnd)
      }, rows: reading.files.reduce(0) { $0 + $1.rows }, added: 0, changed: 0, unchanged: 0, rejected: 0,
      repeated: reading.repeated, provisionalDates: reading.provisionalDates, countedDates: reading.countedDates,
      codesReplaced: 0, support: RegisterSupport.of(reading.given, reading.entries),
      skipped: reading.skipped, longestSlice: 0)
    let blank = try Self.text(report)
    let id = try await desk.perform { ledger, _ in try RegisterRows.begin(report: blank, ledger.db) }
    report.import = id
    let zone = rules.calendar.zone

    // What is too little to be a dossier and isn't known from before, or contradicts what the counter received.
    let (entries, places) = (reading.entries, reading.places)
    let (good, bad) = try await desk.database.pool.read { db in try Self.sift(entries, places, db) }
    reading.rejects += bad
    report.rejected = reading.rejects.count
    try await slices(good.count, &report) { ledger, range in
      try RegisterRows.stage(good[range], of: id, in: zone, ledger.db)
    }
    let rejects = reading.rejects
    try await slices(rejects.count, &report) { ledger, range in
      try RegisterRows.keep(rejects[range], of: id, ledger.db)
    }
    // The dry run reads only; a reader beside the writer holds nobody up.
    let total = try await desk.database.pool.read { db in
      var total = RegisterRows.Slice()
      var after = 0
      while true {
        let slice = try RegisterRows.preview(
          id, after: after, limit: 2000, at: now, changes: Self.mostChanges - total.changes.count, in: zone, db)
        total.added += slice.added
        total.changed += slice.changed
        total.unchanged += slice.unchanged
        total.datesReplaced += slice.datesReplaced
        total.changes += slice.changes
        guard let last = slice.last else { return total }
        after = last
      }
    }
    (report.added, report.changed, report.unchanged) = (total.added, total.changed, total.unchanged)
    report.datesReplaced = total.datesReplaced
    report.changes = total.changes
    report.state = .staged
    let text = try Self.text(report)
    try await desk.perform { ledger, _ in try RegisterRows.set(id, .staged, report: text, ledger.db) }
    return report
  }

  private static func sift(
    _ entries: [RegisterEntry], _ places: [DossierCode: RegisterReading.Place], _ db: Database
  ) throws -> (good: [RegisterEntry], bad: [RegisterRows.Reject]) {
    var bad: [RegisterRows.Reject] = []
    let good = try entries.filter { entry in
      var key: String?
      var says: [String: String] = [:]
      if let own = try DossierRows.own(code: entry.code, db) {
        if let theirs = entry.procedure, theirs != own.procedure {
          (key, says) = ("otherProcedure", ["is": theirs.rawValue, "known": own.procedure.rawValue])
        }
      } else if !entry.isWhole {
        let known = try RegisterRows.entry(code: entry.code, db)?.entry
        if known?.isWhole != true { key = entry.procedure == nil ? "noProcedure" : "noReceipt" }
      }
      guard let key else { return true }
      let place = places[entry.code]
      let words = TableProblem(place?.row, nil, key, says).words
      bad.append(
        .init(
          file: place?.file ?? "", row: place?.row ?? 0, column: "", code: entry.code.text, value: "", reason: words.vi,
          reasonEn: words.en, cells: RegisterRows.Reject.cells(place?.cells() ?? [:])))
      return false
    }
    return (good, bad)
  }

  // MARK: Putting away

  public func discard(_ id: Int) async throws {
    guard !working else { throw RegisterRefusal.busy }
    working = true
    defer { working = false }
    guard let found = try await desk.database.pool.read({ try RegisterRows.state(id, $0) }) else {
      throw RegisterRefusal.unknownImport
    }
    guard found.state == .staged else { throw RegisterRefusal.notStaged }
    try await undo(id)
  }

  /// Takes back what a stop in the middle left. Nobody ever saw it.
  public func tidy() async throws {
    guard !tidied else { return }
    tidied = true
    for id in try await desk.database.pool.read({ try RegisterRows.unfinished($0) }) { try await undo(id) }
  }

  func undo(_ id: Int) async throws {
    var size = 100
    var longest = 0
    while true {
      let limit = size
      let (more, took) = try await desk.perform { ledger, _ in
        let begun = ContinuousClock.now
        return (try RegisterRows.undo(id, limit: limit, ledger.db), ContinuousClock.now - begun)
      }
      size = Self.next(size, took, &longest)
      if !more { break }
      try await Self.stepAside(took)
    }
    try await desk.perform { ledger, _ in
      let kept = try RegisterRows.state(id, ledger.db)?.report
      var report = try kept.map { try JSONDecoder().decode(RegisterReport.self, from: Data($0.utf8)) }
      report?.state = .discarded
      try RegisterRows.set(id, .discarded, report: try report.map(Self.text), ledger.db)
    }
  }

  // MARK: Slices

  private func slices(
    _ count: Int, _ report: inout RegisterReport,
    _ body: @escaping @Sendable (inout Ledger, Range<Int>) throws -> Void
  ) async throws {
    var from = 0
    var size = 100
    while from < count {
      let range = from..<min(from + size, count)
      let took = try await desk.perform { ledger, _ in
        let begun = ContinuousClock.now
        try body(&ledger, range)
        return ContinuousClock.now - begun
      }
      from = range.upperBound
      size = Self.next(size, took, &report.longestSlice)
      try await Self.stepAside(took)
    }
  }

  /// Leaves the writer to the queue for as long as a slice had it: whoever presses meanwhile waits for one slice at most,
  /// and usually for none.
  static func stepAside(_ took: Duration) async throws {
    try await Task.sleep(for: min(took, .milliseconds(longest)))
  }

  /// The size of the next slice from the time of the last; never more than double, because rows differ.
  static func next(_ size: Int, _ took: Duration, _ longest: inout Int) -> Int {
    let milliseconds = Double(took.components.seconds) * 1000 + Double(took.components.attoseconds) / 1e15
    longest = max(longest, Int(milliseconds.rounded(.up)))
    return max(10, min(2000, min(size * 2, Int(Double(size) * aim / max(milliseconds, 0.1)))))
  }

  static func text(_ report: RegisterReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }

  // MARK: Reading what was done

  public func reports(limit: Int = 20) async throws -> [RegisterReport] {
    try await desk.database.pool.read { db in
      try RegisterRows.imports(limit: limit, db).map { try Self.report($0.state, $0.report, $0.id) }
    }
  }

  public func report(_ id: Int) async throws -> RegisterReport {
    guard let found = try await desk.database.pool.read({ try RegisterRows.state(id, $0) }) else {
      throw RegisterRefusal.unknownImport
    }
    return try Self.report(found.state, found.report, id)
  }

  private static func report(_ state: RegisterRows.State, _ text: String, _ id: Int) throws -> RegisterReport {
    var report = try JSONDecoder().decode(RegisterReport.self, from: Data(text.utf8))
    report.state = state
    report.import = id
    return report
  }
}
