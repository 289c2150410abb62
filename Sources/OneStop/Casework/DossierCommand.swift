/// What somebody wants to happen with a dossier. It may be refused.
public enum DossierCommand: Hashable, Sendable {
  case receive(Receipt)
  /// Filed online and seen, not yet accepted.
  case register(code: DossierCode, procedure: Procedure.ID)
  case accept(Dossier.ID, clockStart: Instant? = nil, due: PromisedDay? = nil)
  case refuse(Dossier.ID, reason: String)
  case pass(Dossier.ID)
  case askSupplement(Dossier.ID, reason: String)
  case supply(Dossier.ID)
  case askPayment(Dossier.ID)
  case paid(Dossier.ID)
  case stop(Dossier.ID, reason: String)
  case resume(Dossier.ID)
  /// Counts a provisional date anew, now that the year's list is there.
  case settleDue(Dossier.ID)
  case returnDossier(Dossier.ID, reason: String)
  case withdraw(Dossier.ID)
  case finish(Dossier.ID)
  case handOver(Dossier.ID)
  case reappoint(Dossier.ID, to: LocalDay, reason: String)
  /// What another system did: recorded whatever the number, so that a second one is seen.
  case recordReappointment(Dossier.ID, to: LocalDay, reason: String)
  case recordApology(Dossier.ID, number: String)
  /// The real code of a dossier received in an outage.
  case replaceCode(Dossier.ID, with: DossierCode)
  case explainSameDay(Dossier.ID, reason: String)
  /// Entered by mistake.
  case annul(Dossier.ID, reason: String)

  /// One key: everything that isn't said is defaulted.
  public struct Receipt: Hashable, Sendable {
    /// nil: the provincial system is away or gives none; a provisional code is drawn.
    public var code: DossierCode?
    public var procedure: Procedure.ID
    /// 1 ... 50 of the same; more than one only without a code.
    public var copies: Int
    public var channel: Dossier.Channel
    public var digitised: Bool?
    public var vneid: Bool?
    public var visit: Visit.ID?
    public var counter: Counter.ID?
    public var officer: Officer.ID?
    /// When the clock starts, where that isn't now.
    public var clockStart: Instant?
    /// Needs verification: the longer limit holds.
    public var verification: Bool
    public var due: PromisedDay?
    /// Done and handed over at once.
    public var atOnce: Bool

    public init(
      code: DossierCode? = nil, procedure: Procedure.ID, copies: Int = 1, channel: Dossier.Channel = .counter,
      digitised: Bool? = nil, vneid: Bool? = nil, visit: Visit.ID? = nil, counter: Counter.ID? = nil,
      officer: Officer.ID? = nil, clockStart: Instant? = nil, verification: Bool = false, due: PromisedDay? = nil,
      atOnce: Bool = false
    ) {
      self.code = code
      self.procedure = procedure
      self.copies = copies
      self.channel = channel
      self.digitised = digitised
      self.vneid = vneid
      self.visit = visit
      self.counter = counter
      self.officer = officer
      self.clockStart = clockStart
      self.verification = verification
      self.due = due
      self.atOnce = atOnce
    }
  }

  /// The dossier it is about; nil for those that begin one.
  public var dossier: Dossier.ID? {
    switch self {
    case .receive, .register: nil
    case .accept(let id, _, _), .refuse(let id, _), .pass(let id), .askSupplement(let id, _), .supply(let id),
      .askPayment(let id), .paid(let id), .stop(let id, _), .resume(let id), .settleDue(let id),
      .returnDossier(let id, _), .withdraw(let id), .finish(let id), .handOver(let id), .reappoint(let id, _, _),
      .recordReappointment(let id, _, _), .recordApology(let id, _), .replaceCode(let id, _),
      .explainSameDay(let id, _), .annul(let id, _):
      id
    }
  }

  /// The same about another dossier: one that was known from the register only got a number of its own.
  public func of(_ id: Dossier.ID) -> DossierCommand {
    switch self {
    case .receive, .register: self
    case .accept(_, let start, let due): .accept(id, clockStart: start, due: due)
    case .refuse(_, let reason): .refuse(id, reason: reason)
    case .pass: .pass(id)
    case .askSupplement(_, let reason): .askSupplement(id, reason: reason)
    case .supply: .supply(id)
    case .askPayment: .askPayment(id)
    case .paid: .paid(id)
    case .stop(_, let reason): .stop(id, reason: reason)
    case .resume: .resume(id)
    case .settleDue: .settleDue(id)
    case .returnDossier(_, let reason): .returnDossier(id, reason: reason)
    case .withdraw: .withdraw(id)
    case .finish: .finish(id)
    case .handOver: .handOver(id)
    case .reappoint(_, let day, let reason): .reappoint(id, to: day, reason: reason)
    case .recordReappointment(_, let day, let reason): .recordReappointment(id, to: day, reason: reason)
    case .recordApology(_, let number): .recordApology(id, number: number)
    case .replaceCode(_, let code): .replaceCode(id, with: code)
    case .explainSameDay(_, let reason): .explainSameDay(id, reason: reason)
    case .annul(_, let reason): .annul(id, reason: reason)
    }
  }

  /// The code it brings, which has to be free.
  public var code: DossierCode? {
    switch self {
    case .receive(let receipt): receipt.code
    case .register(let code, _), .replaceCode(_, let code): code
    default: nil
    }
  }

  /// A day somebody else fixed.
  public struct PromisedDay: Hashable, Sendable {
    public var day: LocalDay
    /// `province` or `agreed`.
    public var source: Dossier.DueSource
    public init(_ day: LocalDay, _ source: Dossier.DueSource) {
      self.day = day
      self.source = source
    }
  }
}

/// A command about dossiers that was understood and is refused. Nothing has changed. The raw value is the stable `type`
/// of the API, the words stand in the word files.
public enum DossierRejection: String, Error, Codable, Hashable, Sendable, CaseIterable {
  case unknownDossier = "unknown-dossier"
  case unknownProcedure = "unknown-procedure"
  /// Not a code: too short, too long, or with other characters.
  case badCode = "bad-dossier-code"
  /// The code belongs to another dossier already.
  case codeTaken = "dossier-code-taken"
  /// Somebody scanned an identity card instead of the slip.
  case identityCard = "identity-card-scanned"
  /// The real code is known already.
  case codeKnown = "dossier-code-known"
  /// The state doesn't allow it.
  case notNow = "dossier-not-now"
  case alreadySupplemented = "already-supplemented"
  case alreadyReappointed = "already-reappointed"
  /// There is no date that could be moved or missed.
  case noDueDate = "no-due-date"
  /// A new date has to be a working day after the present one, and within a year.
  case badDate = "bad-date"
  /// A day somebody else fixed lies before the start of the clock or more than a year after it.
  case badPromise = "bad-promised-day"
  /// The calendar has no working day at all.
  case noCalendar = "no-working-calendar"
  /// A reason is a word of the centre's list, not free text: events are kept for ever.
  case badReason = "bad-reason"
  case noSameDayPromise = "no-same-day-promise"
  case badCopies = "bad-copies"
  /// The clock starts so far from now that it must be a slip of typing.
  case badStart = "bad-clock-start"
}
