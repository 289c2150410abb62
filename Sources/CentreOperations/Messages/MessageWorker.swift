import CentreStore
import DeviceIO
import Foundation
import GRDB
import Logging
import OneStop
import ServiceLifecycle

/// Sees whom to tell what, hands it to `gammu-smsd` and follows it to its end. Every step is in the file before the next,
/// and each try of a message has one name in the spool: a daemon that comes back finds it there or knows that it never was.
public struct MessageWorker: ServiceLifecycle.Service {
  let desk: CommandDesk
  let alarms: Alarms
  let devices: Devices
  let modem: MessageModem
  let log: Logger

  public init(_ desk: CommandDesk, alarms: Alarms, devices: Devices, modem: MessageModem, log: Logger) {
    self.desk = desk
    self.alarms = alarms
    self.devices = devices
    self.modem = modem
    self.log = log
  }

  /// How often hall and spool are looked at.
  static let every = Duration.seconds(2)
  /// How often dossiers are: there may be thousands of numbers, and whoever puts a slip of the finger right within this
  /// time has told nobody.
  static let dossiersEverySeconds = 20
  /// Minutes in the outbox after which `gammu-smsd` or its modem is not working.
  static let patienceMinutes = 10
  /// So many lie in the outbox at most: what the modem has not taken by the evening has to be looked at by a person, so
  /// the rest stays with us.
  static let inOutbox = 10
  /// After the disk had no room for a file.
  static let retrySeconds = 30

  /// What is known from one round to the next.
  struct Memory {
    var spool: MessageSpool?
    var dossiersAt: Instant?
    /// Why the spool took nothing, and when it is tried again.
    var refused: (why: Bilingual, until: Instant)?
    var watch = MessageWatch()
  }

  public func run() async throws {
    var memory = Memory()
    await repeating(every: Self.every, "messages", log) { try await round(&memory) }
  }

  func round(_ memory: inout Memory) async throws {
    guard !desk.isClosedForClock else { return }
    let now = desk.clock.now
    let settings = try await desk.look { _, state in state.hall.settings }
    if settings.messages.enabled {
      try await review(&memory, at: now)
    } else {
      try await forgetAll()
    }
    let (open, failed) = try await desk.look { db, _ in (try Messages.open(db), try Messages.failed(db)) }
    tell(
      Self.failedAlarm, failed == 0 ? nil : Words.text("alarm.messagesFailed", ["n": "\(failed)"]), .warning, at: now)
    guard settings.messages.enabled || !open.isEmpty else {
      devices.forget(MessageWatch.device)
      return tell(Self.spoolAlarm, nil, .fault, at: now)
    }
    try await deliver(open, settings, &memory, at: now)
  }

  // MARK: Whom to tell

  /// A centre that sends nothing has no purpose for a number.
  private func forgetAll() async throws {
    let left = try await desk.look { db, _ in try Messages.contacts(db) }
    for contact in left {
      try await desk.perform { ledger, _ in try Messages.forget(contact.purpose, in: &ledger, by: .system) }
    }
  }

  private func review(_ memory: inout Memory, at now: Instant) async throws {
    let dossiersToo = memory.dossiersAt.map { now.seconds(since: $0) >= Self.dossiersEverySeconds || now < $0 } ?? true
    if dossiersToo { memory.dossiersAt = now }
    let pressing = try await desk.look { db, state in
      try Messages.contacts(db).filter {
        if case .dossier = $0.purpose, !dossiersToo { return false }
        if case .nothing = try Self.need($0, db, state, at: now) { return false }
        return true
      }.map(\.purpose)
    }
    for purpose in pressing {
      try await desk.perform { ledger, state in
        // Looked at again: it may have been forgotten or handed over since.
        guard let contact = try Messages.contact(for: purpose, ledger.db) else { return }
        switch try Self.need(contact, ledger.db, state, at: ledger.now) {
        case .nothing: break
        case .purposeEnded: try Messages.forget(purpose, in: &ledger, by: .system)
        case .message(let kind):
          var told = contact.told
          if kind != .moved { told.ready = true }
          if case .dossier(let id) = purpose { told.due = try DossierRows.dossier(id, ledger.db)?.due?.day ?? told.due }
          try Messages.queue(kind, to: contact, told: told, in: &ledger)
        }
      }
    }
  }

  private static func need(
    _ contact: Messages.Contact, _ db: Database, _ state: CentreState, at now: Instant
  ) throws -> MessageNeed {
    switch contact.purpose {
    case .dossier(let id): MessageNeed(of: try DossierRows.dossier(id, db), told: contact.told)
    case .ticket(let id):
      MessageNeed(
        waiting: state.hall.visits[id], ahead: state.hall.estimate(for: id, at: now)?.ahead,
        nearAhead: state.hall.settings.messages.nearAhead, toldNear: contact.told.ready)
    }
  }

  // MARK: The spool

  private func deliver(
    _ open: [Messages.Row], _ settings: CentreSettings, _ memory: inout Memory, at now: Instant
  ) async throws {
    if memory.spool?.folder != settings.messages.folder {
      memory.spool = MessageSpool(folder: settings.messages.folder)
      memory.refused = nil
    }
    guard let spool = memory.spool else { return }
    do {
      try await spool.check()
      let files = try await spool.list()
      if memory.watch.mayHaveRepeated {
        try await takeOut(open.filter { $0.state != .waiting && files[$0.mark] == .outbox }, spool)
        memory.watch.mayHaveRepeated = false
        return
      }
      let mayLeave = settings.messages.isOpen(at: TimeOfDay(now, in: settings.zone))
      // Also where the clock was put back.
      if let until = memory.refused?.until, now >= until || until.seconds(since: now) > Self.retrySeconds {
        memory.refused = nil
      }
      var inOutbox = open.count { $0.state != .waiting }
      for row in open {
        if row.state != .waiting {
          try await follow(row, files[row.mark], mayLeave, spool, at: now)
        } else if memory.refused == nil, inOutbox < Self.inOutbox, files[row.mark] == nil {
          inOutbox += try await hand(row, mayLeave: mayLeave, spool) ? 1 : 0
        }
      }
      try await sweep(files, spool)
      let late = now.adding(seconds: -60 * Self.patienceMinutes)
      let isStuck = open.contains { $0.state == .handed && files[$0.mark] == .outbox && $0.changedAt < late }
      await memory.watch.look(spool, modem, at: now)
      let refused = try await desk.look { db, _ in try Messages.refusedInARow(db) }
      report(memory, isStuck: isStuck, refused: refused, settings.messages, at: now)
    } catch let error as DeviceError {
      // Whether there is room is seen by trying only; everything else at the next look.
      let pause = error.isFullDisk ? Self.retrySeconds : 0
      memory.refused = (MessageWatch.words(error), now.adding(seconds: pause))
      if error.keepsFromMoving { memory.watch.mayHaveRepeated = true }
      report(memory, isStuck: false, refused: 0, settings.messages, at: now)
    }
  }

  /// Says how folder, gammu-smsd and modem stand: the most certain thing first.
  private func report(
    _ memory: Memory, isStuck: Bool, refused: Int, _ settings: MessageSettings, at now: Instant
  ) {
    let watch = memory.watch
    let seen = watch.words(settings)
    let full = memory.refused.map { Self.waiting($0.why) }
    let silent = isStuck ? seen ?? Words.text("alarm.messagesStuck") : nil
    tell(Self.spoolAlarm, full ?? silent ?? (watch.isLasting ? seen : nil), .fault, at: now)
    let manyRefused =
      refused >= MessageWatch.refusedInARow ? Words.text("message.modem.refuses", ["n": "\(refused)"]) : nil
    let trouble = memory.refused?.why ?? seen ?? silent ?? manyRefused
    devices.report(
      MessageWatch.device, name: Words.text("message.modem").vi, kind: "messages", trouble == nil ? .ok : .fault,
      trouble ?? Words.text("message.modem.ready"), at: now)
  }

  /// Each language with the reason in it.
  private static func waiting(_ why: Bilingual) -> Bilingual {
    Bilingual(
      Words.text("alarm.messagesSpool", ["why": why.vi]).vi, Words.text("alarm.messagesSpool", ["why": why.en]).en)
  }

  /// What gammu-smsd may have sent without being able to move it, so that it would be sent at every look.
  private func takeOut(_ rows: [Messages.Row], _ spool: MessageSpool) async throws {
    for row in rows {
      try await spool.remove(row.mark)
      try await desk.perform { ledger, _ in try Messages.end(row, .failed, .unmovable, in: &ledger) }
    }
  }

  /// - Returns: whether it lies in the outbox now.
  private func hand(_ row: Messages.Row, mayLeave: Bool, _ spool: MessageSpool) async throws -> Bool {
    // Decided and written down in one transaction, so that nothing can happen to the dossier in between.
    let letter = try await desk.perform { ledger, state -> (phone: String, text: String)? in
      guard let row = try Messages.row(ledger.db, row.id), row.state == .waiting else { return nil }
      guard let phone = row.phone else {
        try Messages.end(row, .dropped, .purposeEnded, in: &ledger)
        return nil
      }
      guard let text = try Self.text(row, ledger.db, state, at: ledger.now) else {
        try Messages.end(row, .dropped, .overtaken, in: &ledger)
        return nil
      }
      guard !Messages.isFromCopy(row, in: ledger) else {
        try Messages.end(row, .failed, .restored, in: &ledger)
        return nil
      }
      guard mayLeave, try Messages.hand(row, parts: MessageText.parts(text), in: &ledger) else { return nil }
      return (phone, text)
    }
    guard let letter else { return false }
    do {
      try await spool.put(letter.text, to: letter.phone, mark: row.mark)
    } catch {
      try await desk.perform { ledger, _ in try Messages.takeBack(row, in: &ledger) }
      throw error
    }
    try await desk.perform { ledger, _ in try Messages.handed(row, in: &ledger) }
    return true
  }

  private func follow(
    _ row: Messages.Row, _ place: MessageSpool.Place?, _ mayLeave: Bool, _ spool: MessageSpool, at now: Instant
  ) async throws {
    var why: Messages.Reason?
    if place == .outbox {
      why = try await desk.look { db, state in
        if row.phone == nil { return .purposeEnded }
        if try Self.text(row, db, state, at: now) == nil { return .overtaken }
        return mayLeave ? nil : .evening
      }
      // The modem works at them; what it has not taken after this long it does not take.
      if why == .evening, now.seconds(since: row.changedAt) < 60 * Self.patienceMinutes { why = nil }
      // It may be sent at this very moment, so nothing sends it again by itself.
      if why != nil { try await spool.remove(row.mark) }
    }
    let reason = why
    try await desk.perform { ledger, _ in
      switch (place, reason) {
      case (.outbox, nil): try Messages.handed(row, in: &ledger)
      case (.outbox, .evening): try Messages.end(row, .failed, .evening, in: &ledger)
      case (.outbox, let reason): try Messages.end(row, .dropped, reason, in: &ledger)
      case (.sent, _): try Messages.end(row, .sent, in: &ledger)
      case (.error, _): try Messages.end(row, .failed, .modem, in: &ledger)
      // Ended between its name and its file.
      case (nil, _) where row.state == .handing: try Messages.takeBack(row, in: &ledger)
      // Somebody took the file away: sent or not, nobody knows, so it is not sent again by itself.
      case (nil, _): try Messages.end(row, .failed, .spoolEmptied, in: &ledger)
      }
    }
    if place == .error { log.warning("message refused by the modem", metadata: ["message": "\(row.id)"]) }
  }

  /// What has ended leaves nothing in the spool: the name of a file carries a number.
  private func sweep(_ files: [String: MessageSpool.Place], _ spool: MessageSpool) async throws {
    guard !files.isEmpty else { return }
    let over = try await desk.look { db, _ in
      try files.keys.filter { mark in
        let row = try mark.split(separator: "x").dropFirst().first.flatMap { Int64($0) }.flatMap {
          try Messages.row(db, $0)
        }
        // One nobody knows was written before the file was put back from a copy.
        return row?.mark != mark || row?.state.isOver != false
      }
    }
    for mark in over { try await spool.remove(mark) }
  }

  private func tell(_ id: String, _ words: Bilingual?, _ level: Alarms.Alarm.Level, at now: Instant) {
    if let words { alarms.raise(id, level, words, at: now) } else { alarms.clear(id) }
  }

  // MARK: What the citizen reads

  /// nil: it is no longer true.
  private static func text(
    _ row: Messages.Row, _ db: Database, _ state: CentreState, at now: Instant
  ) throws -> String? {
    let settings = state.hall.settings
    switch row.purpose {
    case .dossier(let id):
      guard let dossier = try DossierRows.dossier(id, db), MessageNeed.isTrue(row.kind, dossier) else { return nil }
      return MessageWords.text(
        row.kind.rawValue, ["code": dossier.code.text, "day": dossier.due?.day.onPaper ?? ""], settings, language: "vi")
    case .ticket(let id):
      guard let visit = state.hall.visits[id], case .waiting = visit.standing,
        let ahead = state.hall.estimate(for: id, at: now)?.ahead
      else { return nil }
      return MessageWords.text(
        ahead == 0 ? "next" : "near", ["number": visit.number, "n": "\(ahead)"], settings, language: visit.language)
    }
  }

  static let spoolAlarm = "messages"
  static let failedAlarm = "messages-failed"
}

/// The sentences of messages, from the word files.
enum MessageWords {
  /// Parts a message may have.
  static let mostParts = 2

  /// At most two parts: a short form without diacritics is taken where the full one would make a third.
  static func text(
    _ key: String, _ places: [String: String], _ settings: CentreSettings, language: String
  ) -> String {
    let places = places.merging(["centre": settings.centre.shortName, "phone": settings.centre.hotline]) { own, _ in own
    }
    func write(_ key: String) -> String {
      let words = Words.text("message.\(key)", places)
      let text = language == "en" ? words.en : words.vi
      return settings.messages.plain ? MessageText.plain(text) : text
    }
    let text = write(key)
    return MessageText.parts(text) <= mostParts ? text : write("\(key).short")
  }
}
