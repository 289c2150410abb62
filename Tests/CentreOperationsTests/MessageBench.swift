import CentreStore
import DeviceIO
import Foundation
import GRDB
import Logging
import OneStop
import Testing

@testable import CentreOperations

/// A centre that sends messages, and a spool whose files the test moves as gammu-smsd does.
final class MessageBench {
  let centre: TestDesk
  let spool: URL
  let rules: CaseRules
  let alarms = Alarms {}
  let devices = Devices {}
  var memory = MessageWorker.Memory()
  var worker: MessageWorker {
    MessageWorker(
      centre.desk, alarms: alarms, devices: devices, modem: modem,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
  /// Installed and running, as far as can be seen.
  var modem: MessageModem {
    MessageModem(
      settings: spool.appendingPathComponent("gammu-smsdrc").path, process: spool.appendingPathComponent("pid").path)
  }

  init(at time: String = "09:00", folders: Bool = true) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")
    spool = root
    centre = try TestDesk(at: time) {
      $0.messages.enabled = true
      $0.messages.nearAhead = 1
      $0.messages.folder = root.path
    }
    rules = try CaseworkDeskTests.rules()
    if folders { try makeFolders() }
  }

  deinit { try? FileManager.default.removeItem(at: spool) }

  func makeFolders() throws {
    for name in ["outbox", "sent", "error"] {
      try FileManager.default.createDirectory(
        at: spool.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try set(
      "gammu-smsdrc", "[gammu]\nport = \(spool.path)\n[smsd]\nservice = files\noutboxpath = \(spool.path)/outbox/\n")
    try set("pid", "\(ProcessInfo.processInfo.processIdentifier)\n")
  }

  func set(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: spool.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: spool.appendingPathComponent(name), encoding: .utf8)
  }

  func later(seconds: Int) { centre.desk.clock.set(centre.desk.clock.now.adding(seconds: seconds)) }

  /// What the supervisor reads of the modem.
  var told: String { devices.list.first { $0.id == "messages" }?.words.vi ?? "" }

  /// A round as if dossiers had not been looked at for a while.
  func round() async throws {
    memory.dossiersAt = nil
    try await worker.round(&memory)
  }

  /// The daemon ended and came back.
  func restart() { memory = .init() }

  func files(_ place: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: spool.appendingPathComponent(place).path).sorted()
  }

  /// What gammu-smsd does with all it finds.
  func modem(_ place: String = "sent") throws {
    for name in try files("outbox") {
      try FileManager.default.moveItem(
        at: spool.appendingPathComponent("outbox/\(name)"), to: spool.appendingPathComponent("\(place)/\(name)"))
    }
  }

  func text(_ name: String, in place: String = "outbox") throws -> String {
    let bytes = try Data(contentsOf: spool.appendingPathComponent("\(place)/\(name)"))
    return String(data: bytes.dropFirst(2), encoding: .utf16LittleEndian) ?? ""
  }

  func dossier(_ code: String = "H24.19-261126-0001", phone: String? = "0912345678") async throws -> Dossier.ID {
    let dossier = try await centre.desk.perform { [rules] ledger, _ in
      try CaseworkDesk.run(
        .receive(.init(code: DossierCode(code), procedure: "1.004873", counter: 1)), rules, by: TestDesk.officer,
        &ledger)[0]
    }
    if let phone { try await agree(dossier, phone) }
    return dossier.id
  }

  func agree(_ dossier: Dossier, _ phone: String) async throws {
    try await centre.desk.perform { ledger, _ in
      try Messages.agree(
        PhoneNumber(phone)!, for: .dossier(dossier.id), told: MessageTold(at: dossier), in: &ledger,
        by: TestDesk.officer)
    }
  }

  func agree(_ id: Dossier.ID, _ phone: String) async throws {
    let dossier = try await centre.desk.look { db, _ in try DossierRows.dossier(id, db) }
    try await agree(#require(dossier), phone)
  }

  func step(_ command: DossierCommand) async throws {
    _ = try await centre.desk.perform { [rules] ledger, _ in
      try CaseworkDesk.run(command, rules, by: TestDesk.officer, &ledger)
    }
  }

  func messages() async throws -> [Messages.Row] {
    try await centre.desk.look { db, _ in try Messages.recent(db, limit: 100).reversed() }
  }

  func states() async throws -> [Messages.State] { try await messages().map(\.state) }
  func reasons() async throws -> [Messages.Reason?] { try await messages().map(\.reason) }
  func contacts() async throws -> Int { try await centre.desk.look { db, _ in try Messages.contacts(db).count } }
  var standing: [String] { alarms.standing.map(\.id) }

  /// The supervisor sends the first one again.
  @discardableResult
  func again() async throws -> Bool {
    try await centre.desk.perform { ledger, _ in
      try Messages.again(Messages.recent(ledger.db, limit: 1)[0], in: &ledger, by: TestDesk.officer)
    }
  }

  /// The same file, opened anew.
  func reopened() throws -> CommandDesk {
    let now = centre.desk.clock.now
    return try CommandDesk(
      database: CentreDatabase(path: centre.desk.database.path), clock: CentreClock(start: now, source: { now }),
      ratings: RatingBoxes(folder: centre.folder.appendingPathComponent("ballot")), seed: nil)
  }

  /// Everything that is kept for ever.
  func keptText() async throws -> String {
    try await centre.desk.look { db, _ in
      try ["SELECT payload FROM journal", "SELECT kind || purpose || coalesce(reason, '') FROM message"].flatMap {
        try GRDB.Row.fetchAll(db, sql: $0).map { String(decoding: $0[0] as Data, as: UTF8.self) }
      }.joined()
    }
  }
}
