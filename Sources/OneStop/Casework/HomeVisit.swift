/// Receipt or return at a citizen's home, for who cannot come to the centre. Name, telephone, address and the dossier's
/// code lie apart from it, are seen by who needs them and are deleted after the time the centre set; here and in the
/// events stands nothing that leads to a person.
public struct HomeVisit: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<HomeVisit, Int>

  public let id: ID
  public let group: HomeGroup.ID
  public let askedBy: AskedBy
  public let procedure: Procedure.ID?
  public let askedAt: Instant
  /// Who wrote the request down.
  public let taker: String
  /// The day of the next way to the citizen: to receive, and after that to bring the result.
  public internal(set) var day: LocalDay?
  public internal(set) var officer: Officer.ID?
  public internal(set) var visitedAt: Instant?
  public internal(set) var returnedAt: Instant?
  public internal(set) var cancelledAt: Instant?
  public internal(set) var reason: CancelReason?
  public internal(set) var state: State

  public enum State: String, Codable, Hashable, Sendable, CaseIterable {
    case asked, scheduled, visited, returned, cancelled
  }
  public enum AskedBy: String, Codable, Hashable, Sendable, CaseIterable { case phone, counter }

  /// Why it came to nothing. A closed list: free text in an event could name a person for ever.
  public enum CancelReason: String, Codable, Hashable, Sendable, CaseIterable {
    /// The citizen came to the centre, or somebody for them.
    case came
    case notNeeded = "not-needed"
    /// Nobody was at home, again and again.
    case notFound = "not-found"
    /// Not of a group that is visited.
    case notEntitled = "not-entitled"
    /// The dossier ended without a result.
    case noResult = "no-result"
    /// Entered by mistake: it stands in no figure.
    case mistake
  }

  public init(
    id: ID, group: HomeGroup.ID, askedBy: AskedBy, procedure: Procedure.ID?, askedAt: Instant, taker: String
  ) {
    self.id = id
    self.group = group
    self.askedBy = askedBy
    self.procedure = procedure
    self.askedAt = askedAt
    self.taker = taker
    state = .asked
  }

  public var endedAt: Instant? { returnedAt ?? cancelledAt }
  public var isOpen: Bool { endedAt == nil }

  /// What an officer has to know first.
  public enum Standing: String, Codable, Hashable, Sendable, CaseIterable {
    /// Its day passed without a result.
    case late
    case today
    /// Nobody has given it a day yet.
    case unplanned
    case coming, over
  }

  public func standing(on today: LocalDay) -> Standing {
    guard isOpen else { return .over }
    guard let day else { return .unplanned }
    return day < today ? .late : day == today ? .today : .coming
  }

  /// Days after which a request without a date was most likely forgotten, and its address with it. No law names one; a week
  /// would be too long for who is ill.
  public static let planWithin = 3

  public func isForgotten(on today: LocalDay, in zone: ZoneOffset) -> Bool {
    standing(on: today) == .unplanned && LocalDay(askedAt, in: zone).adding(days: Self.planWithin) < today
  }

  /// Whether this person needs the name, the telephone and the address: who goes there, as long as there is a way to go,
  /// and who is responsible.
  public func showsPerson(to actor: Actor) -> Bool {
    actor.isResponsible || (isOpen && officer?.rawValue == actor.name)
  }

  /// Whether name and address have to go: so many whole days after the result was returned or the visit cancelled.
  public func isToBeForgotten(after days: Int, on today: LocalDay, in zone: ZoneOffset) -> Bool {
    endedAt.map { LocalDay($0, in: zone).adding(days: days) <= today } ?? false
  }
}

extension Actor {
  var isResponsible: Bool { role == .supervisor || role == .admin }
}

/// Whom the centre goes to. Data of the commune: one that was used stays known.
public struct HomeGroup: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<HomeGroup, String>
  public var id: ID
  public var name: String
  public var nameEn: String
  public var active: Bool

  public init(id: ID, name: String, nameEn: String = "", active: Bool = true) {
    self.id = id
    self.name = name
    self.nameEn = nameEn
    self.active = active
  }

  /// The six groups of Decision 5049/QĐ-UBND (Hải Phòng, 11/12/2025), II.2, in its words.
  public static let of5049 = [
    HomeGroup(id: "thuong-binh", name: "Thương binh", nameEn: "War invalid"),
    HomeGroup(id: "benh-binh-nang", name: "Bệnh binh nặng", nameEn: "Severely ill ex-soldier"),
    HomeGroup(id: "khuyet-tat", name: "Người khuyết tật", nameEn: "Person with a disability"),
    HomeGroup(id: "om-dau", name: "Người ốm đau", nameEn: "Sick person"),
    HomeGroup(id: "benh-hiem-ngheo", name: "Người mắc bệnh hiểm nghèo", nameEn: "Person with a critical illness"),
    HomeGroup(
      id: "gia-yeu-co-don", name: "Người già yếu cô đơn không nơi nương tựa",
      nameEn: "Frail old person with nobody to turn to"),
  ]
}

/// What a commune decided about visits at home.
public struct HomeSettings: Codable, Hashable, Sendable {
  public var groups = HomeGroup.of5049
  /// Name, telephone and address are deleted so many days after the result was returned or the visit cancelled. 1…365.
  public var keepDays = 30
  public init() {}

  public func group(_ id: HomeGroup.ID) -> HomeGroup? { groups.first { $0.id == id } }
}

extension CentreSettings {
  func homeProblems() -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    func check(_ good: Bool, _ path: String, _ key: String, _ places: [String: String] = [:]) {
      if !good { found.append(SettingsProblem("homeVisits.\(path)", key, places)) }
    }
    check((1...365).contains(homeVisits.keepDays), "keepDays", "range", ["min": "1", "max": "365"])
    check((1...20).contains(homeVisits.groups.count), "groups", "count", ["min": "1", "max": "20"])
    var seen: Set<HomeGroup.ID> = []
    for (i, group) in homeVisits.groups.enumerated() {
      let path = "groups[\(i)]"
      check(Self.isIdentifier(group.id.rawValue), "\(path).id", "identifier", ["value": group.id.rawValue])
      check(seen.insert(group.id).inserted, "\(path).id", "twice", ["value": group.id.rawValue])
      check(!group.name.isEmpty, "\(path).name", "empty")
      for (name, text) in [("name", group.name), ("nameEn", group.nameEn)] {
        check(text.count <= 80, "\(path).\(name)", "tooLong", ["max": "80", "is": "\(text.count)"])
      }
    }
    return found
  }
}
