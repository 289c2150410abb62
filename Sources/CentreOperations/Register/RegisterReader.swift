import Foundation
import CentreStore
import OneStop

/// What the files of one import hold: rows that can be used, and each row that can't with its reason.
struct RegisterReading: Sendable {
  struct File: Codable, Sendable, Hashable {
    var name: String
    var sha256: String
    var profile: String
    var rows: Int
    /// The headings found, in words of the file.
    var columns: [RegisterField: String]
    /// Headings of columns that mean nothing to the profile: names and addresses, and whatever nobody has told it of.
    var unread: [String]
    /// The last row, where the file may have been cut off in it.
    var doubtfulEnd: Int?
  }
  /// Sheets of a book that are no register.
  var skipped: [String] = []
  var files: [File] = []
  var entries: [RegisterEntry] = []
  /// The first row of each code, as a spreadsheet numbers it.
  var places: [DossierCode: Place] = [:]
  var rejects: [RegisterRows.Reject] = []
  /// The same row once more.
  var repeated = 0
  /// Dates that reach into a year without a list of days off.
  var provisionalDates = 0
  /// Due dates that the files don't have, counted from the procedure's time limit.
  var countedDates = 0

  var given: Set<RegisterField> { Set(files.flatMap(\.columns.keys)) }

  struct Place: Sendable {
    var file: String
    var row: Int
    /// What the row has in the columns that are read.
    var cells: @Sendable () -> [RegisterField: String]
  }
}

/// Reads exports of the provincial register. Pure but for its input: the clock and the rules come from outside. Names,
/// addresses and phone numbers are never looked at: only columns with a meaning are read.
struct RegisterReader {
  let rules: CaseRules
  let now: Instant
  private(set) var reading = RegisterReading()
  /// Where the entry of a code stands, and the rows it is from, the first one first.
  private var places: [DossierCode: (index: Int, rows: [(file: Int, line: Line)])] = [:]
  private var spoiled: Set<DossierCode> = []
  private var names: [String: Procedure.ID] = [:]
  private var resolved: [String: Procedure.ID] = [:]

  init(_ rules: CaseRules, at now: Instant) {
    self.rules = rules
    self.now = now
    for procedure in rules.procedures.all { names[PlainLetters.of(procedure.name)] = procedure.id }
  }

  private var zone: ZoneOffset { rules.calendar.zone }

  /// - Throws: `TableError` where a column writes the month before the day: every other date of it would be read wrongly.
  mutating func read(
    _ table: SheetTable, file: String, sha256: String, _ heading: RegisterHeading
  ) throws(TableError) {
    try refuseMonthFirst(table, file, heading)
    let number = reading.files.count
    reading.files.append(
      .init(
        name: file, sha256: sha256, profile: heading.profile.id, rows: 0, columns: heading.names,
        unread: heading.unread, doubtfulEnd: table.doubtfulEnd))
    resolved = [:]
    var words = Words(heading.profile)
    for (name, code) in heading.profile.procedures { words.procedures[PlainLetters.of(name)] = code }
    for row in table.rows.dropFirst(heading.firstRow) {
      let line = Line(row: row, heading: heading)
      if line.isEmpty || line.isColumnNumbers { continue }
      reading.files[number].rows += 1
      do {
        let entry = try entry(line, words)
        try keep(entry, line, number)
      } catch {
        reject(error, line, file)
      }
    }
  }

  mutating func skip(_ sheets: [String]) { reading.skipped += sheets }

  /// Ends the reading: what is left incomplete or contradicts itself is rejected.
  /// - Parameter known: codes that earlier imports or the counter brought, for second exports that hold a part only.
  mutating func finish() -> RegisterReading {
    if !spoiled.isEmpty { reading.entries.removeAll { spoiled.contains($0.code) } }
    reading.places = places.compactMapValues { place in
      place.rows.first.map { first in
        .init(file: reading.files[first.file].name, row: first.line.row.number, cells: { first.line.cells })
      }
    }
    return reading
  }

  // MARK: A row

  /// Why a row can't be used.
  struct Mistake: Error {
    var field: RegisterField
    var key: String
    var places: [String: String] = [:]
  }

  private struct Line {
    var row: SheetTable.Row
    var heading: RegisterHeading

    /// nil also for what systems write where they have nothing.
    func text(_ field: RegisterField) -> String? {
      guard let place = heading.columns[field], place < row.cells.count else { return nil }
      let text = row.cells[place]
      return text.isEmpty || ["-", "–", "—", "--", "null", "NULL"].contains(text) ? nil : text
    }
    /// What is read of the row, for whoever mends it. Of a note, which may hold anything, only a provisional code.
    var cells: [RegisterField: String] {
      var cells: [RegisterField: String] = [:]
      for field in heading.columns.keys {
        let text = field == .note ? self.text(.note).flatMap(RegisterReader.provisional)?.text : self.text(field)
        cells[field] = text.map { String($0.prefix(200)) }
      }
      return cells
    }
    /// Nothing in the columns that are read: a signature, a sum, an empty line.
    var isEmpty: Bool {
      heading.columns.allSatisfy { $0.value >= row.cells.count || row.cells[$0.value].isEmpty }
        || text(.code) == nil && heading.columns.count { text($0.key) != nil } < 2
    }
    /// «(1) (2) (3)» under the heading.
    var isColumnNumbers: Bool {
      let cells = row.cells.filter { !$0.isEmpty }
      return cells.count >= 3
        && cells.allSatisfy { cell in
          let inner = cell.trimmingCharacters(in: ["(", ")", "[", " ", "]"])
          return inner.count <= 2 && Int(inner) != nil
        }
    }
  }

  private struct Words {
    var states: [String: Dossier.State]
    var channels: [String: Dossier.Channel]
    var flags: [String: Bool]
    var procedures: [String: String] = [:]

    init(_ profile: RegisterProfile) {
      func folded<T>(_ words: [String: T]) -> [String: T] {
        Dictionary(words.map { (PlainLetters.of($0.key), $0.value) }, uniquingKeysWith: { a, _ in a })
      }
      states = folded(profile.states)
      channels = folded(profile.channels)
      flags = folded(
        Dictionary(profile.yes.map { ($0, true) } + profile.no.map { ($0, false) }, uniquingKeysWith: { a, _ in a }))
    }
  }

  private mutating func entry(_ line: Line, _ words: Words) throws -> RegisterEntry {
    for field in line.heading.columns.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      if let cell = line.text(field), isFormula(cell) {
        throw Mistake(field: field, key: "formulaText", places: ["value": String(cell.prefix(40))])
      }
    }
    guard let written = line.text(.code) else { throw Mistake(field: .code, key: "missing") }
    guard let code = DossierCode(written) else {
      throw Mistake(field: .code, key: "dossierCode", places: ["value": String(written.prefix(64))])
    }
    // Ours, of an outage: the register has real ones.
    if code.isProvisional { throw Mistake(field: .code, key: "provisionalCode", places: ["value": code.text]) }
    var entry = RegisterEntry(code: code)
    entry.procedure = try procedure(line, words)
    entry.receivedAt = try date(line, .received)
    entry.clockStart = try date(line, .clockStart)
    entry.finishedAt = try date(line, .finished)
    entry.handedOverAt = try date(line, .handedOver)
    entry.state = try choice(line, .state, words.states)
    entry.channel = try choice(line, .channel, words.channels)
    entry.digitised = try choice(line, .digitised, words.flags)
    entry.vneid = try choice(line, .vneid, words.flags)
    entry.formerCode = line.text(.note).flatMap(Self.provisional)
    let due = try date(line, .due)
    try order(entry, due, line)
    try settleDue(&entry, due)
    return entry
  }

  /// A provisional code somewhere in a note.
  static func provisional(in note: String) -> DossierCode? {
    note.firstMatch(of: /TAM-\d{6}-\d{4,}/).flatMap { DossierCode(String($0.output)) }
  }

  private mutating func procedure(_ line: Line, _ words: Words) throws -> Procedure.ID? {
    if let code = line.text(.procedureCode) {
      guard let found = rules.procedures.procedure(code: code) else {
        throw Mistake(field: .procedureCode, key: "unknownProcedure", places: ["value": String(code.prefix(80))])
      }
      return found.id
    }
    guard let text = line.text(.procedure) else { return nil }
    let found = resolved[text] ?? named(text, words)
    guard let found else {
      let near = ProcedureSearch(rules.procedures).matches(String(text.prefix(60)), limit: 1).first
      throw Mistake(
        field: .procedure, key: near == nil ? "unknownProcedure" : "unknownProcedureNear",
        places: ["value": String(text.prefix(80)), "near": near.map { "\($0.id) \($0.name)" } ?? ""])
    }
    resolved[text] = found
    return found
  }

  /// «1.001193 - Đăng ký khai sinh», the name alone, or the name and then what it is about.
  private func named(_ text: String, _ words: Words) -> Procedure.ID? {
    if let code = text.firstMatch(of: /\d\.\d{6}(\.[0-9A-Za-z.]+)?/).map({ String($0.output.0) }),
      let found = rules.procedures.procedure(code: code)
    {
      return found.id
    }
    let folded = PlainLetters.of(text)
    if let code = words.procedures[folded] { return rules.procedures.procedure(code: code)?.id }
    if let exact = names[folded] { return exact }
    // The longest name that the text begins with: «đăng ký khai sinh kết hợp nhận cha, mẹ, con» is not a birth alone.
    return names.filter { folded.hasPrefix($0.key + " ") }.max { $0.key.count < $1.key.count }?.value
  }

  private func choice<T>(_ line: Line, _ field: RegisterField, _ words: [String: T]) throws -> T? {
    guard let text = line.text(field) else { return nil }
    if let found = words[PlainLetters.of(text)] { return found }
    throw Mistake(
      field: field, key: "registerWord",
      places: ["value": String(text.prefix(60)), "profile": "\(line.heading.profile.id).yaml"])
  }

  // MARK: Dates

  private func date(_ line: Line, _ field: RegisterField) throws -> Instant? {
    guard let text = line.text(field) else { return nil }
    guard let moment = RegisterDates.moment(text, in: zone) else {
      throw Mistake(
        field: field, key: "value", places: ["value": String(text.prefix(60)), "example": "26/11/2026 08:30:00"])
    }
    let year = LocalDay(moment, in: zone).civil.year
    guard (2000...LocalDay(now, in: zone).civil.year + 6).contains(year) else {
      throw Mistake(field: field, key: "year", places: ["value": text, "year": "\(year)"])
    }
    return moment
  }

  /// What can't have happened in this order is a slip of whoever typed it; which of the two is wrong, nobody knows.
  private func order(_ entry: RegisterEntry, _ due: Instant?, _ line: Line) throws {
    func day(_ moment: Instant) -> LocalDay { LocalDay(moment, in: zone) }
    let today = LocalDay(now, in: zone)
    for (field, moment) in [
      (RegisterField.received, entry.receivedAt), (.finished, entry.finishedAt), (.handedOver, entry.handedOverAt),
    ] {
      if let moment, day(moment) > today {
        throw Mistake(field: field, key: "future", places: ["value": line.text(field) ?? ""])
      }
    }
    let steps: [(RegisterField, Instant?, RegisterField, Instant?)] = [
      (.received, entry.receivedAt, .due, due), (.received, entry.receivedAt, .finished, entry.finishedAt),
      (.received, entry.receivedAt, .handedOver, entry.handedOverAt),
      (.finished, entry.finishedAt, .handedOver, entry.handedOverAt),
    ]
    for (first, a, second, b) in steps {
      if let a, let b, day(b) < day(a) {
        throw Mistake(
          field: second, key: "before",
          places: [
            "value": line.text(second) ?? "", "other": line.heading.names[first] ?? "",
            "otherValue": line.text(first) ?? "",
          ])
      }
    }
  }

  private mutating func settleDue(_ entry: inout RegisterEntry, _ due: Instant?) throws {
    let dates = DueDate(rules.calendar)
    if let due {
      entry.due = dates.promised(LocalDay(due, in: zone))
      entry.dueFrom = .province
    } else if let procedure = entry.procedure.flatMap({ rules.procedures[$0] }), let limit = procedure.limit,
      let start = entry.clockStart ?? entry.receivedAt
    {
      entry.due = dates.due(limit, from: start, rule: rules.rule(procedure.rule))
      entry.dueFrom = .counted
      if entry.due != nil { reading.countedDates += 1 }
    }
    if entry.due?.provisional == true { reading.provisionalDates += 1 }
  }

  // MARK: The same code again

  private mutating func keep(_ entry: RegisterEntry, _ line: Line, _ file: Int) throws {
    guard let earlier = places[entry.code] else {
      places[entry.code] = (reading.entries.count, [(file, line)])
      reading.entries.append(entry)
      return
    }
    let first = earlier.rows[0]
    if first.file == file {
      if !spoiled.contains(entry.code), reading.entries[earlier.index] == entry {
        reading.repeated += 1
        return
      }
      // Which of the two is right, nobody here can tell: neither is taken.
      func mistake(_ other: Line) -> Mistake {
        Mistake(field: .code, key: "codeTwice", places: ["value": entry.code.text, "row": "\(other.row.number)"])
      }
      spoil(entry.code) { _ in mistake(line) }
      throw mistake(first.line)
    }
    do throws(RegisterEntry.Conflict) {
      if spoiled.contains(entry.code) { throw RegisterEntry.Conflict(field: .code) }
      try reading.entries[earlier.index].join(entry, in: zone)
      places[entry.code]?.rows.append((file, line))
    } catch {
      let names = (reading.files[file].name, reading.files[first.file].name)
      func mistake(_ its: Line, _ name: String, _ other: Line) -> Mistake {
        Mistake(
          field: error.field, key: "filesDiffer",
          places: ["value": its.text(error.field) ?? entry.code.text, "file": name, "row": "\(other.row.number)"])
      }
      spoil(entry.code) { mistake($0, names.0, line) }
      throw mistake(line, names.1, first.line)
    }
  }

  /// The rows of a code that were good until now go to the rejects too: who mends the register has to see both.
  private mutating func spoil(_ code: DossierCode, _ mistake: (Line) -> Mistake) {
    guard spoiled.insert(code).inserted else { return }
    for (file, line) in places[code]?.rows ?? [] { reject(mistake(line), line, reading.files[file].name) }
  }

  private mutating func reject(_ error: any Error, _ line: Line, _ file: String) {
    let mistake = error as? Mistake ?? Mistake(field: .code, key: "unreadable")
    let words = TableProblem(line.row.number, nil, mistake.key, mistake.places).words
    reading.rejects.append(
      .init(
        file: file, row: line.row.number,
        column: line.heading.names[mistake.field] ?? line.heading.profile.heading(of: mistake.field),
        code: String((line.text(.code) ?? "").prefix(64)), value: String((line.text(mistake.field) ?? "").prefix(120)),
        reason: words.vi, reasonEn: words.en, cells: RegisterRows.Reject.cells(line.cells)))
  }
}
