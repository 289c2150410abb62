/// Receipt or return at a citizen's home, for the six groups of Decision 5049 who cannot come. The address lies apart,
/// seen by who needs it and deleted after the time the centre set; here is only a reference to it.
public struct HomeVisit: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<HomeVisit, Int>

  public let id: ID
  public internal(set) var group: HomeGroup
  public internal(set) var askedBy: AskedBy
  public internal(set) var procedure: Procedure.ID?
  public internal(set) var askedAt: Instant
  public internal(set) var day: LocalDay?
  public internal(set) var officer: Officer.ID?
  public internal(set) var visitedAt: Instant?
  public internal(set) var dossier: Dossier.ID?
  public internal(set) var returnedAt: Instant?
  public internal(set) var state: State

  public enum State: String, Codable, Hashable, Sendable, CaseIterable {
    case asked, scheduled, visited, resultReturned, cancelled
  }
  public enum AskedBy: String, Codable, Hashable, Sendable, CaseIterable { case phone, counter }

  /// A group that may ask. Which groups there are is data: six in Decision 5049.
  public typealias HomeGroup = Identifier<HomeVisit, String>

  public init(id: ID, group: HomeGroup, askedBy: AskedBy, procedure: Procedure.ID?, askedAt: Instant) {
    self.id = id
    self.group = group
    self.askedBy = askedBy
    self.procedure = procedure
    self.askedAt = askedAt
    state = .asked
  }

  /// The six groups of Decision 5049/QĐ-UBND (11/12/2025), II.2, in its words; a commune may keep other ones.
  public static let groupsOf5049: [(id: HomeGroup, words: String)] = [
    ("thuong-binh", "Thương binh"), ("benh-binh-nang", "Bệnh binh nặng"), ("khuyet-tat", "Người khuyết tật"),
    ("om-dau", "Người ốm đau"), ("benh-hiem-ngheo", "Người mắc bệnh hiểm nghèo"),
    ("gia-yeu-co-don", "Người già yếu cô đơn không nơi nương tựa"),
  ]
}

public enum HomeVisitCommand: Hashable, Sendable {
  case ask(HomeVisit.HomeGroup, by: HomeVisit.AskedBy, procedure: Procedure.ID? = nil)
  /// Also moves a visit that is scheduled already.
  case schedule(HomeVisit.ID, on: LocalDay, officer: Officer.ID)
  case visited(HomeVisit.ID, dossier: Dossier.ID? = nil)
  case returnResult(HomeVisit.ID)
  case cancel(HomeVisit.ID, reason: String)
}

public enum HomeVisitEvent: Codable, Hashable, Sendable {
  case asked(HomeVisit.ID, HomeVisit.HomeGroup, HomeVisit.AskedBy, Procedure.ID?)
  case scheduled(HomeVisit.ID, LocalDay, Officer.ID)
  case visited(HomeVisit.ID, Dossier.ID?)
  case resultReturned(HomeVisit.ID)
  case cancelled(HomeVisit.ID, reason: String)
}

public enum HomeVisitRejection: String, Error, Codable, Hashable, Sendable, CaseIterable {
  case unknownVisit = "unknown-home-visit"
  case unknownGroup = "unknown-home-group"
  case unknownProcedure = "unknown-procedure"
  case notNow = "home-visit-not-now"
  case badDate = "bad-date"
  case badReason = "bad-reason"
}

/// The home visits of a centre: rebuilt by applying events, like the dossiers.
public struct HomeVisits: Hashable, Sendable {
  public var groups: Set<HomeVisit.HomeGroup>
  public internal(set) var visits: [HomeVisit.ID: HomeVisit] = [:]
  public internal(set) var lastID: HomeVisit.ID

  public init(
    groups: Set<HomeVisit.HomeGroup> = Set(HomeVisit.groupsOf5049.map(\.id)), lastID: HomeVisit.ID = 0
  ) {
    self.groups = groups
    self.lastID = lastID
  }

  public func decide(
    _ command: HomeVisitCommand, _ rules: CaseRules, at now: Instant
  ) throws(HomeVisitRejection) -> HomeVisitEvent {
    switch command {
    case .ask(let group, let by, let procedure):
      guard groups.contains(group) else { throw .unknownGroup }
      if let procedure, rules.procedures[procedure] == nil { throw .unknownProcedure }
      return .asked(HomeVisit.ID(lastID.rawValue + 1), group, by, procedure)
    case .schedule(let id, let day, let officer):
      try check(id, [.asked, .scheduled])
      guard day >= LocalDay(now, in: rules.calendar.zone) else { throw .badDate }
      return .scheduled(id, day, officer)
    case .visited(let id, let dossier):
      try check(id, [.scheduled])
      return .visited(id, dossier)
    case .returnResult(let id):
      try check(id, [.visited])
      return .resultReturned(id)
    case .cancel(let id, let reason):
      try check(id, [.asked, .scheduled])
      guard (1...40).contains(reason.count),
        reason.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
      else { throw .badReason }
      return .cancelled(id, reason: reason)
    }
  }

  public mutating func apply(_ event: HomeVisitEvent, at moment: Instant) {
    switch event {
    case .asked(let id, let group, let by, let procedure):
      visits[id] = HomeVisit(id: id, group: group, askedBy: by, procedure: procedure, askedAt: moment)
      lastID = max(lastID, id)
    case .scheduled(let id, let day, let officer):
      visits[id]?.state = .scheduled
      visits[id]?.day = day
      visits[id]?.officer = officer
    case .visited(let id, let dossier):
      visits[id]?.state = .visited
      visits[id]?.visitedAt = moment
      visits[id]?.dossier = dossier
    case .resultReturned(let id):
      visits[id]?.state = .resultReturned
      visits[id]?.returnedAt = moment
    case .cancelled(let id, _): visits[id]?.state = .cancelled
    }
  }

  private func check(_ id: HomeVisit.ID, _ allowed: Set<HomeVisit.State>) throws(HomeVisitRejection) {
    guard let visit = visits[id] else { throw .unknownVisit }
    guard allowed.contains(visit.state) else { throw .notNow }
  }
}
