import Foundation
import GRDB
import OneStop

/// Telephone numbers given with consent, and the messages that went to them. A number stands in `contact` only: never in
/// an event, a log or a message's row. It goes with the purpose it was given for.
public enum Messages {
  /// What a number was given for.
  public enum Purpose: Hashable, Sendable {
    /// A dossier: that its date is moved, that its result is there.
    case dossier(Dossier.ID)
    /// A number of the queue: that the turn is near.
    case ticket(Visit.ID)

    var word: String { if case .dossier = self { "dossier" } else { "ticket" } }
    var ref: Int {
      switch self {
      case .dossier(let id): id.rawValue
      case .ticket(let id): id.rawValue
      }
    }

    init?(_ word: String, _ ref: Int) {
      switch word {
      case "dossier": self = .dossier(Dossier.ID(ref))
      case "ticket": self = .ticket(Visit.ID(ref))
      default: return nil
      }
    }
  }

  public struct Contact: Sendable, Hashable {
    public var purpose: Purpose
    public var phone: String
    public var told: MessageTold
    /// Given before the file was put back from a copy: what was sent after the copy was made is not known.
    var epoch: Int
  }

  public enum State: String, Codable, Sendable {
    case waiting
    /// It has its name in the outbox of `gammu-smsd`; nobody knows yet whether the file is there.
    case handing
    /// The file is there.
    case handed
    case sent, failed
    /// Not needed any more, or the number is gone.
    case dropped

    public var isOver: Bool { [.sent, .failed, .dropped].contains(self) }
  }

  /// Why a message did not arrive, or was not sent; a sentence of the word files each.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// The modem or the network refused it.
    case modem
    /// Its file vanished: sent or not, nobody knows.
    case spoolEmptied
    /// Its folder could not be written to while it lay there, so that nobody could say that it was sent.
    case unmovable
    /// Nothing had taken it when the hours of messages were over.
    case evening
    /// The file was put back from a copy, and it may have been sent since that was made.
    case restored
    case purposeEnded
    /// What it says was no longer true.
    case overtaken
  }

  public struct Row: Sendable, Hashable {
    public var id: Int64
    public var kind: MessageKind
    public var purpose: Purpose
    public var state: State
    public var reason: Reason?
    /// Which try this is, from 1; each has a file of its own.
    public var attempt: Int
    /// Of its text as it was sent; 0: never handed over.
    public var parts: Int
    public var queuedAt: Instant
    public var changedAt: Instant
    /// nil once it was wiped.
    public var phone: String?
    var epoch: Int

    /// What its file in the outbox is known by. With the epoch, because ids come again after a file was put back from a copy.
    public var mark: String { "m\(epoch)x\(id)x\(attempt)" }
  }

  /// `message-consent-given`, `message-consent-ended`: that somebody agreed, not with which number.
  private struct Consent: Codable {
    var purpose: String
    var ref: Int
    init(_ purpose: Purpose) { (self.purpose, ref) = (purpose.word, purpose.ref) }
  }

  /// `message-queued`
  private struct Queued: Codable {
    var purpose: String
    var ref: Int
    var kind: MessageKind
  }

  /// `message-ended`
  private struct Ended: Codable {
    var message: Int64
    var outcome: State
    var reason: Reason?
  }

  /// `message-again`
  private struct Again: Codable { var message: Int64 }

  static let schema = """
    -- Erasable, apart from everything that is kept.
    CREATE TABLE contact (
      purpose TEXT NOT NULL CHECK (purpose IN ('dossier', 'ticket')),
      ref INTEGER NOT NULL,
      phone TEXT NOT NULL,
      -- Who wrote it down, and when.
      actor TEXT NOT NULL,
      at INTEGER NOT NULL,
      toldReady INTEGER NOT NULL,
      toldDue INTEGER,
      epoch INTEGER NOT NULL,
      PRIMARY KEY (purpose, ref)
    ) STRICT;
    -- Numbered by the event that queued it.
    CREATE TABLE message (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      purpose TEXT NOT NULL,
      ref INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'handing', 'handed', 'sent', 'failed', 'dropped')),
      reason TEXT,
      attempt INTEGER NOT NULL,
      parts INTEGER NOT NULL,
      queuedAt INTEGER NOT NULL,
      changedAt INTEGER NOT NULL,
      epoch INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX message_of ON message (purpose, ref);
    CREATE INDEX message_open ON message (id) WHERE state IN ('waiting', 'handing', 'handed');
    """

  // MARK: Consent

  /// - Parameter told: what is known already; a number that is only corrected keeps what was told before, and what has not
  ///   arrived at the wrong one goes to the right one.
  public static func agree(
    _ phone: PhoneNumber, for purpose: Purpose, told: MessageTold, in ledger: inout Ledger, by actor: Actor
  ) throws {
    let before = try Self.phone(for: purpose, ledger.db)
    try ledger.append("message-consent-given", Consent(purpose), by: actor)
    try ledger.db.execute(
      sql: """
        INSERT INTO contact (purpose, ref, phone, actor, at, toldReady, toldDue, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (purpose, ref) DO UPDATE SET phone = excluded.phone, actor = excluded.actor, at = excluded.at
        """,
      arguments: [
        purpose.word, purpose.ref, phone.digits, actor.name, ledger.now.milliseconds, told.ready, told.due?.number,
        ledger.epoch,
      ])
    guard let before, before != phone.digits else { return }
    for row in try rows(of: purpose, in: [.waiting, .handing, .handed, .failed], ledger.db) {
      _ = try anew(row, from: [row.state], in: &ledger, by: actor)
    }
  }

  /// Whether a message of this purpose may have gone out, to whichever number.
  public static func mayHaveLeft(for purpose: Purpose, _ db: Database) throws -> Bool {
    try rows("m.purpose = ? AND m.ref = ? AND m.parts > 0", [purpose.word, purpose.ref], db).isEmpty == false
  }

  /// The number is wiped and what hasn't left for it does not leave. Without a number nothing happens.
  public static func forget(_ purpose: Purpose, in ledger: inout Ledger, by actor: Actor) throws {
    try ledger.db.execute(
      sql: "DELETE FROM contact WHERE purpose = ? AND ref = ?", arguments: [purpose.word, purpose.ref])
    guard ledger.db.changesCount > 0 else { return }
    try ledger.append("message-consent-ended", Consent(purpose), by: actor)
    for row in try rows(of: purpose, in: [.waiting], ledger.db) {
      try end(row, .dropped, .purposeEnded, in: &ledger)
    }
  }

  public static func phone(for purpose: Purpose, _ db: Database) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT phone FROM contact WHERE purpose = ? AND ref = ?"),
      arguments: [purpose.word, purpose.ref])
  }

  public static func contact(for purpose: Purpose, _ db: Database) throws -> Contact? {
    try contacts("WHERE purpose = ? AND ref = ?", [purpose.word, purpose.ref], db).first
  }

  public static func contacts(_ db: Database) throws -> [Contact] { try contacts("ORDER BY purpose, ref", [], db) }

  private static func contacts(_ rest: String, _ arguments: StatementArguments, _ db: Database) throws -> [Contact] {
    try GRDB.Row.fetchAll(db, sql: "SELECT * FROM contact \(rest)", arguments: arguments).compactMap { row in
      Purpose(row["purpose"], row["ref"]).map {
        Contact(
          purpose: $0, phone: row["phone"],
          told: MessageTold(ready: row["toldReady"], due: (row["toldDue"] as Int?).map { LocalDay(number: $0) }),
          epoch: row["epoch"])
      }
    }
  }

  // MARK: The outbox

  /// Writes a message down, and with it that its citizen knows, in one transaction: so once.
  /// - Parameter told: what is known once it has arrived.
  public static func queue(
    _ kind: MessageKind, to contact: Contact, told: MessageTold, in ledger: inout Ledger
  ) throws {
    let purpose = contact.purpose
    // An earlier one that has not left, or never arrived, tells what is no longer true.
    for row in try rows(of: purpose, in: [.waiting, .failed], ledger.db) {
      try end(row, .dropped, .overtaken, in: &ledger)
    }
    let id = try ledger.append(
      "message-queued", Queued(purpose: purpose.word, ref: purpose.ref, kind: kind), by: .system)
    let now = ledger.now.milliseconds
    try ledger.db.execute(
      sql: """
        INSERT INTO message (id, kind, purpose, ref, state, reason, attempt, parts, queuedAt, changedAt, epoch)
        VALUES (?, ?, ?, ?, 'waiting', NULL, 1, 0, ?, ?, ?)
        """,
      arguments: [id, kind.rawValue, purpose.word, purpose.ref, now, now, contact.epoch])
    try ledger.db.execute(
      sql: "UPDATE contact SET toldReady = ?, toldDue = ?, epoch = ? WHERE purpose = ? AND ref = ?",
      arguments: [told.ready, told.due?.number, ledger.epoch, purpose.word, purpose.ref])
  }

  /// Whether a message was queued, or its number given, before the file was put back from a copy.
  public static func isFromCopy(_ row: Row, in ledger: Ledger) -> Bool { row.epoch != ledger.epoch }

  /// From now on its file may lie in the outbox.
  /// - Returns: false where it isn't waiting any more.
  public static func hand(_ row: Row, parts: Int, in ledger: inout Ledger) throws -> Bool {
    try change(row, to: .handing, from: [.waiting], parts: parts, in: &ledger)
  }

  public static func handed(_ row: Row, in ledger: inout Ledger) throws {
    _ = try change(row, to: .handed, from: [.handing], in: &ledger)
  }

  /// It never came to lie in the outbox.
  public static func takeBack(_ row: Row, in ledger: inout Ledger) throws {
    _ = try change(row, to: .waiting, from: [.handing], parts: 0, in: &ledger)
  }

  /// After the last message of a purpose its number is wiped.
  public static func end(_ row: Row, _ outcome: State, _ reason: Reason? = nil, in ledger: inout Ledger) throws {
    let from: [State] = [.waiting, .handing, .handed] + (outcome == .dropped ? [.failed] : [])
    guard try change(row, to: outcome, from: from, reason: reason, in: &ledger) else { return }
    try ledger.append("message-ended", Ended(message: row.id, outcome: outcome, reason: reason), by: .system)
    if outcome == .sent, row.kind.isLast { try forget(row.purpose, in: &ledger, by: .system) }
  }

  /// Another try of one that failed: a person has decided that it may go out, even where nobody knows whether it did.
  /// - Returns: false where it hasn't failed, or its number is gone.
  public static func again(_ row: Row, in ledger: inout Ledger, by actor: Actor) throws -> Bool {
    guard row.phone != nil else { return false }
    return try anew(row, from: [.failed], in: &ledger, by: actor)
  }

  /// Begins again, under a name of its own: a file of before is none of its and is swept away.
  private static func anew(
    _ row: Row, from states: [State], in ledger: inout Ledger, by actor: Actor
  ) throws -> Bool {
    guard try change(row, to: .waiting, from: states, attempt: row.attempt + 1, in: &ledger) else { return false }
    try ledger.db.execute(sql: "UPDATE message SET epoch = ? WHERE id = ?", arguments: [ledger.epoch, row.id])
    try ledger.append("message-again", Again(message: row.id), by: actor)
    return true
  }

  private static func change(
    _ row: Row, to state: State, from allowed: [State], reason: Reason? = nil, parts: Int? = nil, attempt: Int? = nil,
    in ledger: inout Ledger
  ) throws -> Bool {
    try ledger.db.execute(
      sql: """
        UPDATE message SET state = ?, reason = ?, parts = coalesce(?, parts), attempt = coalesce(?, attempt), changedAt = ?
        WHERE id = ? AND attempt = ? AND state IN (\(list(allowed)))
        """,
      arguments: [
        state.rawValue, reason?.rawValue, parts, attempt, ledger.now.milliseconds, row.id, row.attempt,
      ])
    return ledger.db.changesCount > 0
  }

  private static func list(_ states: [State]) -> String {
    states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  // MARK: Reading

  public static func row(_ db: Database, _ id: Int64) throws -> Row? { try rows("m.id = ?", [id], db).first }

  /// Those that are not over, oldest first.
  public static func open(_ db: Database) throws -> [Row] {
    try rows("m.state IN ('waiting', 'handing', 'handed')", [], db)
  }

  private static func rows(of purpose: Purpose, in states: [State], _ db: Database) throws -> [Row] {
    try rows("m.purpose = ? AND m.ref = ? AND m.state IN (\(list(states)))", [purpose.word, purpose.ref], db)
  }

  /// Those that failed and could be sent again: somebody still waits for them.
  public static func failed(_ db: Database) throws -> Int {
    try rows("m.state = 'failed' AND c.phone IS NOT NULL", [], db).count
  }

  /// Newest first.
  public static func recent(_ db: Database, limit: Int) throws -> [Row] {
    try rows("1", [], order: "m.id DESC LIMIT \(limit)", db)
  }

  private static func rows(
    _ condition: String, _ arguments: StatementArguments, order: String = "m.id", _ db: Database
  ) throws -> [Row] {
    try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT m.*, c.phone FROM message m LEFT JOIN contact c ON c.purpose = m.purpose AND c.ref = m.ref
        WHERE \(condition) ORDER BY \(order)
        """, arguments: arguments
    ).compactMap(Row.init)
  }
}

extension Messages.Row {
  fileprivate init?(_ row: GRDB.Row) {
    // A kind of a later version that was taken back: not ours to send.
    guard let kind = MessageKind(rawValue: row["kind"]), let state = Messages.State(rawValue: row["state"]),
      let purpose = Messages.Purpose(row["purpose"], row["ref"])
    else { return nil }
    self.init(
      id: row["id"], kind: kind, purpose: purpose, state: state,
      reason: (row["reason"] as String?).flatMap(Messages.Reason.init), attempt: row["attempt"], parts: row["parts"],
      queuedAt: Instant(milliseconds: row["queuedAt"]), changedAt: Instant(milliseconds: row["changedAt"]),
      phone: row["phone"], epoch: row["epoch"])
  }
}
