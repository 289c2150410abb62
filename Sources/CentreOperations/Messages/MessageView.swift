import CentreStore
import GRDB
import OneStop

/// A telephone number given for messages, as screens may show it.
public struct ContactView: Encodable, Sendable {
  /// Whether the centre sends messages of this kind at all.
  public var enabled: Bool
  /// Masked but for three digits; nil: none was given.
  public var phone: String?
  /// The number of ours it stands under.
  public var dossier: Dossier.ID?
  /// Of a ticket: how many people are before it when the turn is told.
  public var ahead: Int?
  /// Of a ticket: its one message is under way or sent, so no other number is taken.
  public var told: Bool?

  public init(for purpose: Messages.Purpose, _ settings: CentreSettings, _ db: Database) throws {
    switch purpose {
    case .dossier(let id):
      enabled = settings.messages.enabled
      dossier = id
    case .ticket:
      enabled = settings.messages.offersNear
      ahead = settings.messages.nearAhead
      told = try Messages.mayHaveLeft(for: purpose, db)
    }
    phone = try Messages.phone(for: purpose, db).map(Masking.phone)
  }
}

/// The outbox as the supervisor sees it.
public struct MessageList: Encodable, Sendable {
  public struct Item: Encodable, Sendable {
    var id: Int64
    var kind: MessageKind
    /// Of the dossier, or the number of the ticket.
    var about: String
    var state: Messages.State
    /// Why it failed or was dropped.
    var reason: Bilingual?
    var phone: String?
    var attempt, parts: Int
    var queuedAt, changedAt: String
    /// Failed, and the number is still there.
    var mayGoAgain: Bool
    /// By modem or network: it surely did not arrive.
    var refused: Bool
  }
  var enabled: Bool
  var from, to: TimeOfDay
  /// Whether messages may leave at this time of the day.
  var openNow: Bool
  var waiting, inModem, failed: Int
  /// Numbers kept at the moment.
  var contacts: Int
  /// Sent since the first of this month, and in the month before.
  var thisMonth, lastMonth: Messages.Bill
  public var items: [Item]

  public init(_ db: Database, _ state: CentreState, at now: Instant) throws {
    let settings = state.hall.settings
    enabled = settings.messages.enabled
    from = settings.messages.from
    to = settings.messages.to
    openNow = settings.messages.isOpen(at: TimeOfDay(now, in: settings.zone))
    let open = try Messages.open(db)
    waiting = open.count { $0.state == .waiting }
    inModem = open.count - waiting
    failed = try Messages.failed(db)
    contacts = try Messages.contacts(db).count
    let month = ReportPeriod(.month, of: state.hall.day)
    let before = ReportPeriod(.month, of: month.first.adding(days: -1))
    let begin = month.first.start(in: settings.zone)
    lastMonth = try Messages.bill(from: before.first.start(in: settings.zone), to: begin, db)
    thisMonth = try Messages.bill(from: begin, to: month.last.adding(days: 1).start(in: settings.zone), db)
    items = try Messages.recent(db, limit: 100).map { row in
      let about =
        switch row.purpose {
        case .dossier(let id): try DossierRows.own(id, db)?.code.text
        case .ticket(let id): state.hall.visits[id]?.number
        }
      return Item(
        id: row.id, kind: row.kind, about: about ?? "", state: row.state,
        reason: row.reason.map { Words.text("message.reason.\($0.rawValue)") }, phone: row.phone.map(Masking.phone),
        attempt: row.attempt, parts: row.parts, queuedAt: row.queuedAt.iso, changedAt: row.changedAt.iso,
        mayGoAgain: row.state == .failed && row.phone != nil, refused: row.state == .failed && row.reason == .modem)
    }
  }
}
