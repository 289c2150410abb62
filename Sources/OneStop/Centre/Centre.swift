/// What a commune calls its centre and how citizens reach it.
public struct Centre: Codable, Hashable, Sendable {
  public var id: String
  public var name: String
  public var shortName: String
  /// The name in the two lines of a kiosk's head and of a ticket.
  public var nameLines: [String]
  public var address: String
  /// As written on the ticket, for example `0225 3700 100`.
  public var hotline: String
  /// IANA name, for example `Asia/Ho_Chi_Minh`.
  public var timezone: String
  /// Where a phone finds the page that follows a number, ending in `/t/`. Empty: the address the kiosk itself used.
  public var followBaseURL: String

  public init(
    id: String, name: String, shortName: String, nameLines: [String], address: String, hotline: String,
    timezone: String = "Asia/Ho_Chi_Minh", followBaseURL: String = ""
  ) {
    self.id = id
    self.name = name
    self.shortName = shortName
    self.nameLines = nameLines
    self.address = address
    self.hotline = hotline
    self.timezone = timezone
    self.followBaseURL = followBaseURL
  }
}

/// A field of work that citizens queue for (lĩnh vực / nhóm dịch vụ).
public struct Service: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Service, String>
  public var id: ID
  /// First letters of its numbers: `A` in `A012`.
  public var prefix: String
  /// At most 56 characters; the board and the small cards have shorter ones (24 and 11).
  public var name: String
  public var boardName: String
  public var tinyName: String
  public var examples: String
  public var nameEn: String
  public var examplesEn: String
  public var icon: String
  /// Minutes a step of this service usually takes; the estimate starts from it until the day has its own pace.
  public var usualMinutes: Int
  /// The guidance desk, for who doesn't know what to choose.
  public var guidance: Bool
  /// Has procedures returned on the spot on the same-day day.
  public var sameDay: Bool
  /// Citizens come for a finished result only: no form, quick call.
  public var collects: Bool
  public var active: Bool

  public init(
    id: ID, prefix: String, name: String, boardName: String? = nil, tinyName: String? = nil, examples: String = "",
    nameEn: String = "", examplesEn: String = "", icon: String = "file", usualMinutes: Int = 8,
    guidance: Bool = false, sameDay: Bool = false, collects: Bool = false, active: Bool = true
  ) {
    self.id = id
    self.prefix = prefix
    self.name = name
    self.boardName = boardName ?? name
    self.tinyName = tinyName ?? name
    self.examples = examples
    self.nameEn = nameEn
    self.examplesEn = examplesEn
    self.icon = icon
    self.usualMinutes = usualMinutes
    self.guidance = guidance
    self.sameDay = sameDay
    self.collects = collects
    self.active = active
  }
}

/// A counter (quầy) and the services it takes, in ranks: the second rank is served only when nobody waits in the first.
public struct Counter: Codable, Hashable, Sendable {
  public typealias ID = Identifier<Counter, Int>
  public var number: ID
  public var name: String
  public var ranks: [[Service.ID]]
  public var active: Bool

  public init(number: ID, name: String = "", ranks: [[Service.ID]], active: Bool = true) {
    self.number = number
    self.name = name
    self.ranks = ranks
    self.active = active
  }

  public func rank(of service: Service.ID) -> Int? { ranks.firstIndex { $0.contains(service) } }
}

/// A person who serves. Name, title and phone live in an erasable table of their own, not in the journal.
public struct Officer: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Officer, String>
  public var id: ID
  public var name: String
  public var title: String
  /// Title for the board, which cuts off what is longer than about 16 characters.
  public var boardTitle: String
  public var phone: String
  public var role: Role
  public var active: Bool

  /// Most characters of each text.
  public static let longest = (name: 60, title: 80, boardTitle: 16, phone: 30)

  public init(
    id: ID, name: String, title: String, boardTitle: String? = nil, phone: String = "", role: Role = .officer,
    active: Bool = true
  ) {
    self.id = id
    self.name = name
    self.title = title
    self.boardTitle = boardTitle ?? title
    self.phone = phone
    self.role = role
    self.active = active
  }
}

/// Who may do what. Terminals (kiosk, board, rating) sign in by token, people by PIN.
public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
  case citizen, kiosk, board, rating, officer, supervisor, admin, system
}

/// Who did something, from where; stands in every event.
public struct Actor: Codable, Hashable, Sendable {
  /// Officer id, `citizen`, or the name of the part of the daemon.
  public var name: String
  public var role: Role
  public var terminal: String

  public init(_ name: String, _ role: Role, terminal: String = "") {
    self.name = name
    self.role = role
    self.terminal = terminal
  }

  public static let system = Actor("motcua", .system)
  public static let citizen = Actor("citizen", .citizen)
}

/// People who are called sooner. Which groups, and from which age, each commune decides; no proof is asked at the kiosk.
public struct PriorityGroup: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<PriorityGroup, String>
  public var id: ID
  public var name: String
  public var nameEn: String
  /// One that was used stays known, so that an old ticket's group never comes to mean another one.
  public var active: Bool

  public init(id: ID, name: String, nameEn: String = "", active: Bool = true) {
    self.id = id
    self.name = name
    self.nameEn = nameEn
    self.active = active
  }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    id = try box.decode(ID.self, forKey: .id)
    name = try box.decode(String.self, forKey: .name)
    nameEn = try box.decode(String.self, forKey: .nameEn)
    active = try box.decodeIfPresent(Bool.self, forKey: .active) ?? true
  }
}
