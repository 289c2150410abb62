public enum HomeVisitCommand: Hashable, Sendable {
  case ask(HomeGroup.ID, by: HomeVisit.AskedBy, procedure: Procedure.ID? = nil)
  /// Who goes when. Also moves a visit, and says when the result is brought once it was received.
  case schedule(HomeVisit.ID, on: LocalDay, officer: Officer.ID)
  case visit(HomeVisit.ID)
  /// Also of a visit that brought a result only, or took in and gave back at once.
  case giveBack(HomeVisit.ID)
  case cancel(HomeVisit.ID, HomeVisit.CancelReason)
  /// The name, the telephone, the address or the dossier's code were bettered.
  case correct(HomeVisit.ID)

  /// The visit it is about; nil for the one that begins one.
  public var visit: HomeVisit.ID? {
    switch self {
    case .ask: nil
    case .schedule(let id, _, _), .visit(let id), .giveBack(let id), .cancel(let id, _), .correct(let id): id
    }
  }
}

/// What has happened with a visit at home. No personal data: a group alone, without a dossier's code, leads to nobody.
public enum HomeVisitEvent: Hashable, Sendable {
  case asked(Asked)
  case scheduled(Scheduled)
  case visited(About)
  case returned(About)
  case cancelled(Cancelled)
  case corrected(About)

  public struct Asked: Codable, Hashable, Sendable {
    public var visit: HomeVisit.ID
    public var group: HomeGroup.ID
    public var askedBy: HomeVisit.AskedBy
    public var procedure: Procedure.ID?
  }
  public struct Scheduled: Codable, Hashable, Sendable {
    public var visit: HomeVisit.ID
    public var day: LocalDay
    public var officer: Officer.ID
  }
  public struct About: Codable, Hashable, Sendable {
    public var visit: HomeVisit.ID
  }
  public struct Cancelled: Codable, Hashable, Sendable {
    public var visit: HomeVisit.ID
    public var reason: HomeVisit.CancelReason
  }

  public var visit: HomeVisit.ID {
    switch self {
    case .asked(let it): it.visit
    case .scheduled(let it): it.visit
    case .visited(let it), .returned(let it), .corrected(let it): it.visit
    case .cancelled(let it): it.visit
    }
  }

  public static let types = Kind.allCases.map(\.rawValue)

  enum Kind: String, CaseIterable {
    case asked = "home-visit-asked"
    case scheduled = "home-visit-scheduled"
    case visited = "home-visit-visited"
    case returned = "home-visit-returned"
    case cancelled = "home-visit-cancelled"
    case corrected = "home-visit-corrected"
  }

  private var told: (kind: Kind, payload: any Codable & Sendable) {
    switch self {
    case .asked(let it): (.asked, it)
    case .scheduled(let it): (.scheduled, it)
    case .visited(let it): (.visited, it)
    case .returned(let it): (.returned, it)
    case .cancelled(let it): (.cancelled, it)
    case .corrected(let it): (.corrected, it)
    }
  }
  public var type: String { told.kind.rawValue }
  public var payload: any Codable & Sendable { told.payload }

  /// nil: an event of something else.
  public init?(type: String, decode: QueueEvent.PayloadDecoder) throws {
    switch Kind(rawValue: type) {
    case .asked: self = .asked(try decode(Asked.self))
    case .scheduled: self = .scheduled(try decode(Scheduled.self))
    case .visited: self = .visited(try decode(About.self))
    case .returned: self = .returned(try decode(About.self))
    case .cancelled: self = .cancelled(try decode(Cancelled.self))
    case .corrected: self = .corrected(try decode(About.self))
    case nil: return nil
    }
  }
}

/// A command about visits at home that was understood and is refused. The raw value is the stable `type` of the API.
public enum HomeVisitRejection: String, Error, Codable, Hashable, Sendable, CaseIterable {
  case unknownVisit = "unknown-home-visit"
  case unknownGroup = "unknown-home-group"
  case unknownProcedure = "unknown-procedure"
  case unknownOfficer = "unknown-officer"
  /// The state doesn't allow it.
  case notNow = "home-visit-not-now"
  /// A day that has passed, or one further away than a year: a slip of typing.
  case badDate = "home-visit-bad-date"
  /// It is planned for a later day: give it another day first.
  case early = "home-visit-early"
  /// Only who goes there and who is responsible.
  case notYours = "home-visit-not-yours"
  /// Name and address were deleted when their time was over.
  case forgotten = "home-person-deleted"
}

/// What visits are decided by.
public struct HomeVisitRules: Sendable {
  /// Those that may be asked for now.
  public var groups: Set<HomeGroup.ID>
  /// nil: the list of procedures cannot be read, so any is taken.
  public var procedures: Set<Procedure.ID>?
  /// Who can be sent.
  public var officers: Set<Officer.ID>
  public var zone: ZoneOffset

  public init(
    groups: Set<HomeGroup.ID>, procedures: Set<Procedure.ID>?, officers: Set<Officer.ID>, zone: ZoneOffset
  ) {
    self.groups = groups
    self.procedures = procedures
    self.officers = officers
    self.zone = zone
  }
}

/// Visits at home: rebuilt by applying events, like the dossiers.
public struct HomeVisits: Hashable, Sendable {
  public internal(set) var visits: [HomeVisit.ID: HomeVisit]
  public internal(set) var lastID: HomeVisit.ID

  public init(_ visits: [HomeVisit] = [], lastID: HomeVisit.ID = 0) {
    self.visits = Dictionary(uniqueKeysWithValues: visits.map { ($0.id, $0) })
    self.lastID = lastID
  }

  /// A visit is planned at most so many days ahead.
  public static let farthest = 366

  public func decide(
    _ command: HomeVisitCommand, _ rules: HomeVisitRules, by actor: Actor, at now: Instant
  ) throws(HomeVisitRejection) -> HomeVisitEvent {
    let today = LocalDay(now, in: rules.zone)
    guard let id = command.visit else {
      guard case .ask(let group, let by, let procedure) = command else { throw .notNow }
      guard rules.groups.contains(group) else { throw .unknownGroup }
      if let procedure, let known = rules.procedures, !known.contains(procedure) { throw .unknownProcedure }
      return .asked(
        .init(visit: HomeVisit.ID(lastID.rawValue + 1), group: group, askedBy: by, procedure: procedure))
    }
    guard let visit = visits[id] else { throw .unknownVisit }
    guard Self.allows(command, visit, actor) else { throw .notYours }
    guard Self.fits(command, visit) else { throw .notNow }
    // Before its day nobody was there yet: most likely the wrong line. Bringing the result sooner than planned is no error.
    func wasThere() throws(HomeVisitRejection) {
      if visit.state == .scheduled, let day = visit.day, today < day { throw .early }
    }
    switch command {
    case .ask: throw .notNow
    case .schedule(_, let day, let officer):
      guard rules.officers.contains(officer) else { throw .unknownOfficer }
      guard (today...today.adding(days: Self.farthest)).contains(day) else { throw .badDate }
      return .scheduled(.init(visit: id, day: day, officer: officer))
    case .visit:
      try wasThere()
      return .visited(.init(visit: id))
    case .giveBack:
      try wasThere()
      return .returned(.init(visit: id))
    case .cancel(_, let reason): return .cancelled(.init(visit: id, reason: reason))
    case .correct: return .corrected(.init(visit: id))
    }
  }

  /// Who plans is responsible; what happened tells who was there; the call that it isn't needed any more is taken by who
  /// took the first one.
  private static func allows(_ command: HomeVisitCommand, _ visit: HomeVisit, _ actor: Actor) -> Bool {
    if actor.isResponsible { return true }
    switch command {
    case .ask: return true
    case .schedule: return false
    case .visit, .giveBack: return visit.officer?.rawValue == actor.name
    case .cancel, .correct:
      return visit.officer?.rawValue == actor.name || (visit.state == .asked && visit.taker == actor.name)
    }
  }

  private static func fits(_ command: HomeVisitCommand, _ visit: HomeVisit) -> Bool {
    switch command {
    case .ask: false
    case .schedule, .cancel, .correct: visit.isOpen
    case .visit: visit.state == .scheduled
    case .giveBack: visit.state == .scheduled || visit.state == .visited
    }
  }

  /// What this person can do with a visit now, in the words of the API.
  public static func steps(_ visit: HomeVisit, by actor: Actor, on today: LocalDay) -> [Step] {
    Step.allCases.filter { step in
      let command: HomeVisitCommand =
        switch step {
        case .schedule: .schedule(visit.id, on: today, officer: "")
        case .visit: .visit(visit.id)
        case .giveBack: .giveBack(visit.id)
        case .cancel: .cancel(visit.id, .mistake)
        }
      let early = visit.state == .scheduled && visit.day.map { today < $0 } ?? false
      return allows(command, visit, actor) && fits(command, visit) && !(early && [.visit, .giveBack].contains(step))
    }
  }

  public enum Step: String, Codable, Hashable, Sendable, CaseIterable {
    case schedule, visit
    case giveBack = "return"
    case cancel
  }

  /// - Parameter taker: name of the actor of the event.
  public mutating func apply(_ event: HomeVisitEvent, by taker: String, at moment: Instant) {
    if case .asked(let it) = event {
      visits[it.visit] = HomeVisit(
        id: it.visit, group: it.group, askedBy: it.askedBy, procedure: it.procedure, askedAt: moment, taker: taker)
      lastID = max(lastID, it.visit)
      return
    }
    guard var visit = visits[event.visit] else { return }
    switch event {
    case .asked, .corrected: return
    case .scheduled(let it):
      if visit.state == .asked { visit.state = .scheduled }
      (visit.day, visit.officer) = (it.day, it.officer)
    case .visited:
      (visit.state, visit.visitedAt) = (.visited, moment)
    case .returned:
      (visit.state, visit.returnedAt) = (.returned, moment)
      visit.visitedAt = visit.visitedAt ?? moment
    case .cancelled(let it):
      (visit.state, visit.cancelledAt, visit.reason) = (.cancelled, moment, it.reason)
    }
    visits[visit.id] = visit
  }
}

/// How the requests of a period went. What was entered by mistake is none.
public struct HomeVisitFigures: Hashable, Sendable {
  public private(set) var asked = 0
  public private(set) var returned = 0
  public private(set) var cancelled = 0
  /// Requests by group.
  public private(set) var groups: [HomeGroup.ID: Int] = [:]

  public init(of visits: some Sequence<HomeVisit> = EmptyCollection()) {
    for visit in visits where visit.reason != .mistake {
      asked += 1
      if visit.state == .returned { returned += 1 }
      if visit.state == .cancelled { cancelled += 1 }
      groups[visit.group, default: 0] += 1
    }
  }
}
