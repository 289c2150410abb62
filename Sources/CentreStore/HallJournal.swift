import Foundation
import GRDB
import OneStop

/// The hall rebuilt from the journal.
public enum HallJournal {
  /// `day-began`: the queue events after it belong to this day. Carries the highest ids, so that none is used again.
  public struct DayBegan: Codable, Hashable, Sendable {
    public var day: LocalDay
    public var lastVisit: Visit.ID
    public var lastStep: Step.ID
    public init(day: LocalDay, lastVisit: Visit.ID, lastStep: Step.ID) {
      self.day = day
      self.lastVisit = lastVisit
      self.lastStep = lastStep
    }
  }

  /// `rated`: that a step was rated, and the hash of the sealed answer. Never the answer.
  public struct Rated: Codable, Hashable, Sendable {
    public var step: Step.ID
    public var officer: Officer.ID?
    public var batch: String
    public var box: String
  }

  /// The hall of the last day that began; nil for a file in which no day began yet.
  public static func lastDay(_ db: Database) throws -> Hall? {
    guard let first = try Int64.fetchOne(db, sql: "SELECT firstSeq FROM day ORDER BY day DESC LIMIT 1") else {
      return nil
    }
    guard let settings = try SettingRows.settings(db, asOf: first) else { return nil }
    var player = HallPlayer(settings: settings)
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal WHERE seq >= ? ORDER BY seq", arguments: [first])
    while let row = try rows.next() { try player.play(JournalEntry(row)) }
    return player.finish()
  }

  /// Replays the whole journal and hands over each day's hall as it ended.
  public static func days(_ db: Database, _ body: (Hall) throws -> Void) throws {
    var player = HallPlayer(settings: nil, keepsClosing: true)
    var late = try LateNumbers.all(db)
    func handOut(_ ended: Hall) throws {
      var hall = ended
      for entry in late.removeValue(forKey: hall.day) ?? [] { hall.add(entry.late, enteredAt: entry.at) }
      try body(hall)
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY seq")
    while let row = try rows.next() {
      let entry = JournalEntry(row)
      if entry.type == "day-began", let ended = player.finish() { try handOut(ended) }
      try player.play(entry)
    }
    if let last = player.finish() { try handOut(last) }
    // Days that never began: there is nothing of them but what was entered later.
    for (day, entries) in late.sorted(by: { $0.key < $1.key }) {
      guard let settings = try SettingRows.settings(db, asOf: entries[0].seq) else { continue }
      try handOut(Hall(day: day, settings: settings))
    }
  }
}

/// Plays journal entries into a hall, one command at a time.
struct HallPlayer {
  private var settings: CentreSettings?
  /// A closed day keeps the settings of its closing: a waiting target changed in the evening is tomorrow's.
  private let keepsClosing: Bool
  private var hall: Hall?
  private var pending: (events: [QueueEvent], at: Instant, seq: Int64, cause: Int64)?

  init(settings: CentreSettings?, keepsClosing: Bool = false) {
    self.settings = settings
    self.keepsClosing = keepsClosing
  }

  mutating func play(_ entry: JournalEntry) throws {
    if let event = try entry.queueEvent() {
      // Events of one command are applied together: an undo takes all of them back.
      if let before = pending, before.cause == entry.cause {
        pending!.events.append(event)
      } else {
        flush()
        pending = ([event], entry.at, entry.seq, entry.cause)
      }
      return
    }
    flush()
    switch entry.type {
    case "settings-changed":
      let new = try CentreSettings.read(entry.payload)
      settings = new
      if !(keepsClosing && hall?.closed == true) { hall?.settings = new }
    case "day-began":
      let began = try entry.decode(HallJournal.DayBegan.self)
      guard let settings else { throw StoreError.damaged("journal: day-began without settings at event \(entry.seq)") }
      hall = Hall(day: began.day, settings: settings, lastVisit: began.lastVisit, lastStep: began.lastStep)
    case LateNumbers.type: hall?.passOver(try entry.decode(LateNumber.self))
    case "rated":
      hall?.markRated(try entry.decode(HallJournal.Rated.self).step)
    default: break
    }
  }

  mutating func finish() -> Hall? {
    flush()
    return hall
  }

  private mutating func flush() {
    guard let command = pending else { return }
    pending = nil
    hall?.apply(command.events, at: command.at, seq: command.seq)
    // Open again, and no longer by the settings of the closing that was taken back.
    if keepsClosing, let settings, hall?.closed == false { hall?.settings = settings }
  }
}

extension CentreSettings {
  /// Reads settings as they stand in the journal, and works out the zone.
  public static func read(_ data: Data) throws -> CentreSettings {
    var settings = try JSONDecoder().decode(CentreSettings.self, from: data)
    settings.zone = try ZoneOffset(timezone: settings.centre.timezone)
    return settings
  }
}

extension ZoneOffset {
  public struct Unusable: Error, CustomStringConvertible {
    public var description: String
  }

  /// - Throws: for an unknown zone, and for one with summer time: a queue's day must not have 23 or 25 hours.
  public init(timezone name: String) throws {
    guard let zone = TimeZone(identifier: name) else {
      throw Unusable(description: "\"\(name)\" is not a time zone; Vietnam is \"Asia/Ho_Chi_Minh\"")
    }
    if zone.nextDaylightSavingTimeTransition != nil {
      throw Unusable(description: "\"\(name)\" changes its clock in summer, which is not supported")
    }
    self.init(seconds: zone.secondsFromGMT())
  }
}

public enum SettingRows {
  /// The settings in force at an event; their version is the number of the event that set them.
  public static func settings(_ db: Database, asOf seq: Int64 = .max) throws -> CentreSettings? {
    try Data.fetchOne(
      db, sql: "SELECT body FROM setting WHERE version <= ? ORDER BY version DESC LIMIT 1", arguments: [seq]
    ).map(CentreSettings.read)
  }

  public static func version(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT max(version) FROM setting") ?? 0
  }
}

extension Ledger {
  /// Journals new settings and makes them the ones in force.
  public mutating func change(settings: CentreSettings, by actor: Actor) throws {
    let seq = try append("settings-changed", settings, by: actor)
    try db.execute(
      sql: "INSERT INTO setting (version, at, body) VALUES (?, ?, ?)",
      arguments: [seq, now.milliseconds, try Ledger.encoder.encode(settings)])
  }

  /// Journals the start of a day.
  public mutating func begin(day: LocalDay, after hall: Hall?) throws {
    let ids = try hall.map { ($0.lastVisit, $0.lastStep) } ?? HallRows.lastIDs(db)
    let seq = try append(
      "day-began", HallJournal.DayBegan(day: day, lastVisit: ids.0, lastStep: ids.1), by: .system)
    try db.execute(sql: "INSERT INTO day (day, firstSeq) VALUES (?, ?)", arguments: [day.number, seq])
  }
}
