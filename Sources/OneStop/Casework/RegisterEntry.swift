/// What the provincial register says of one dossier. Columns differ from export to export, so everything but the code may
/// be unknown: nil is «this export doesn't say», never «no».
public struct RegisterEntry: Codable, Hashable, Sendable {
  public var code: DossierCode
  /// The provisional code of ours that an officer wrote beside it in an outage.
  public var formerCode: DossierCode?
  public var procedure: Procedure.ID?
  public var state: Dossier.State?
  public var channel: Dossier.Channel?
  public var digitised: Bool?
  public var vneid: Bool?
  public var receivedAt: Instant?
  /// Where the register keeps it apart from the receipt (Decree 309/2026, article 17(3)).
  public var clockStart: Instant?
  public var due: Due?
  /// Whether the date is the register's, or counted here because it has none.
  public var dueFrom: Dossier.DueSource?
  public var finishedAt: Instant?
  public var handedOverAt: Instant?
  /// Dates that an earlier export promised and a later one moved, in order.
  public var moves: [Move] = []

  public struct Move: Codable, Hashable, Sendable {
    /// When the import saw it.
    public var at: Instant
    public var from: Due
    public var to: Due

    public init(at: Instant, from: Due, to: Due) {
      self.at = at
      self.from = from
      self.to = to
    }
  }

  public init(code: DossierCode) { self.code = code }

  /// What a move in the register is called among the reasons.
  public static let moveReason = "so-theo-doi"

  /// Joins the same dossier of a second export of the same import.
  /// - Throws: `Conflict` where both say something and not the same: one of the two files is the wrong one.
  public mutating func join(_ other: RegisterEntry, in zone: ZoneOffset) throws(Conflict) {
    formerCode = try same(formerCode, other.formerCode, .note)
    procedure = try same(procedure, other.procedure, .procedure)
    state = try same(state, other.state, .state)
    channel = try same(channel, other.channel, .channel)
    digitised = try same(digitised, other.digitised, .digitised)
    vneid = try same(vneid, other.vneid, .vneid)
    receivedAt = try same(receivedAt, other.receivedAt, .received, zone)
    clockStart = try same(clockStart, other.clockStart, .clockStart, zone)
    finishedAt = try same(finishedAt, other.finishedAt, .finished, zone)
    handedOverAt = try same(handedOverAt, other.handedOverAt, .handedOver, zone)
    // A date that was counted here gives way to a written one.
    if due == nil || dueFrom == .counted && other.due != nil {
      (due, dueFrom) = (other.due, other.dueFrom)
    } else if let theirs = other.due, other.dueFrom != .counted, theirs.day != due?.day {
      throw Conflict(field: .due)
    }
  }

  public struct Conflict: Error, Hashable, Sendable {
    public var field: RegisterField
    public init(field: RegisterField) { self.field = field }
  }

  private func same<T: Equatable>(_ a: T?, _ b: T?, _ field: RegisterField) throws(Conflict) -> T? {
    if let a, let b, a != b { throw Conflict(field: field) }
    return a ?? b
  }

  /// Two moments of one day are the same date: one export has hours and the other has none.
  private func same(
    _ a: Instant?, _ b: Instant?, _ field: RegisterField, _ zone: ZoneOffset
  ) throws(Conflict) -> Instant? {
    guard let a, let b else { return a ?? b }
    guard LocalDay(a, in: zone) == LocalDay(b, in: zone) else { throw Conflict(field: field) }
    return max(a, b)
  }

  /// A later import of the same dossier: what it says holds, what it doesn't say stays.
  public func updated(by newer: RegisterEntry, at moment: Instant) -> RegisterEntry {
    var entry = self
    entry.formerCode = newer.formerCode ?? formerCode
    entry.procedure = newer.procedure ?? procedure
    entry.state = newer.state ?? state
    entry.channel = newer.channel ?? channel
    entry.digitised = newer.digitised ?? digitised
    entry.vneid = newer.vneid ?? vneid
    entry.receivedAt = newer.receivedAt ?? receivedAt
    entry.clockStart = newer.clockStart ?? clockStart
    entry.finishedAt = newer.finishedAt ?? finishedAt
    entry.handedOverAt = newer.handedOverAt ?? handedOverAt
    if let theirs = newer.due, newer.dueFrom != .counted || due == nil || dueFrom == .counted {
      // Moved while a supplement was awaited is no re-appointment: the law lets the clock stand.
      if let due, dueFrom == .province, newer.dueFrom == .province, theirs.day > due.day, state != .awaitingSupplement {
        entry.moves.append(Move(at: moment, from: due, to: theirs))
      }
      entry.due = theirs
      entry.dueFrom = newer.dueFrom
    }
    return entry
  }

  /// The state it is in: as written, or what the dates show.
  public var standing: Dossier.State {
    state ?? (handedOverAt != nil ? .handedOver : finishedAt != nil ? .finished : .received)
  }

  /// Enough to be a dossier of its own.
  public var isWhole: Bool { procedure != nil && receivedAt != nil }
}

/// What a column of an export can mean.
public enum RegisterField: String, Codable, Hashable, Sendable, CaseIterable {
  case code, procedureCode, procedure, received, clockStart, due, finished, handedOver, state, channel, digitised, vneid
  case note
}

extension Dossier {
  /// A dossier known from the register only. nil where the register says too little.
  public init?(id: ID, _ entry: RegisterEntry) {
    guard let procedure = entry.procedure, let receivedAt = entry.receivedAt else { return nil }
    self.init(
      id: id, code: entry.code, procedure: procedure, state: entry.standing, channel: entry.channel ?? .unknown,
      receivedAt: receivedAt, clockStart: entry.clockStart ?? receivedAt, dueFrom: .none)
    take(entry)
  }

  /// Brings in what the register says. The register is the record of the province, so its dates of finishing and handing
  /// over and its due date hold; what happened at our own counter (receipt, visit, supplement, letters) stays. Taking the
  /// same entry twice changes nothing.
  /// - Parameter moment: when it was taken over for good; nil where it is only looked at.
  public mutating func take(_ entry: RegisterEntry, at moment: Instant? = nil) {
    if formerCode == nil, let former = entry.formerCode, former != code { formerCode = former }
    channel = entry.channel ?? channel
    digitised = entry.digitised ?? digitised
    vneid = entry.vneid ?? vneid
    finishedAt = entry.finishedAt ?? finishedAt
    handedOverAt = entry.handedOverAt ?? handedOverAt
    if entry.standing.progress > state.progress {
      state = entry.standing
      if state.isOver || state == .finished, let last = pauses.indices.last, pauses[last].to == nil {
        pauses[last].to = entry.finishedAt ?? entry.handedOverAt ?? pauses[last].from
      }
    }
    // It was asked for in the other system; by the law that is the one time.
    if entry.standing == .awaitingSupplement, supplements == 0 { supplements = 1 }
    takeDue(entry, at: moment)
  }

  /// The event that says that the register's date takes the place of the one counted here; nil where it doesn't.
  public func dueReplacement(by entry: RegisterEntry) -> DossierEvent? {
    guard let ours = due, let theirs = entry.due, entry.dueFrom == .province, dueFrom == .counted,
      reappointments.isEmpty, theirs.day != ours.day
    else { return nil }
    return .dueReplaced(.init(dossier: id, from: ours, due: theirs))
  }

  mutating func replaceDue(_ from: Due, by theirs: Due, at moment: Instant) {
    // What was promised here first stays so: the figures hold it against the centre.
    firstDue = firstDue ?? from
    (due, dueFrom) = (theirs, .province)
    replacement = .init(at: moment, from: from, to: theirs)
  }

  private mutating func takeDue(_ entry: RegisterEntry, at moment: Instant?) {
    guard let theirs = entry.due else { return }
    guard let ours = due, dueFrom != .none, dueFrom != .counted || !reappointments.isEmpty else {
      if due != nil, entry.dueFrom == .counted { return }
      if let moment, case .dueReplaced(let e) = dueReplacement(by: entry) {
        replaceDue(e.from, by: e.due, at: moment)
      }
      firstDue = firstDue ?? entry.moves.first?.from ?? theirs
      due = theirs
      dueFrom = entry.dueFrom ?? .province
      for move in entry.moves { moved(at: move.at, from: move.from, to: move.to) }
      return
    }
    for move in entry.moves where move.to.day > ours.day { moved(at: move.at, from: move.from, to: move.to) }
    if entry.dueFrom == .province, theirs.day > (due ?? ours).day {
      moved(at: entry.moves.last?.at ?? receivedAt, from: due ?? ours, to: theirs)
      due = theirs
    }
  }

  private mutating func moved(at moment: Instant, from: Due, to: Due) {
    if reappointments.contains(where: { $0.to.day == to.day }) { return }
    reappointments.append(
      .init(at: moment, from: from, to: to, reason: RegisterEntry.moveReason, elsewhere: true))
    due = to
  }
}

extension Dossier.State {
  /// How far along: the register moves a dossier on and never back, because an export is hours old.
  var progress: Int {
    switch self {
    case .registered: 0
    case .received: 1
    case .processing, .awaitingSupplement, .awaitingPayment, .stopped: 2
    case .finished: 3
    case .refused, .withdrawn, .returned, .handedOver: 4
    case .annulled: 5
    }
  }
}
