import Foundation
import OneStop

/// Words of both languages that the daemon makes up itself; everything else the screens take from their word files.
public struct Bilingual: Codable, Hashable, Sendable {
  public var vi: String
  public var en: String
  public init(_ vi: String, _ en: String) {
    self.vi = vi
    self.en = en
  }
}

/// What the hall may see. No names but the officers', no priority, no device faults.
public struct PublicState: Encodable, Sendable {
  public var now: String
  public var day: LocalDay
  public let epoch: Int
  public let build: String
  public let demo: Bool
  public var centre: CentreView
  public var open: OpenView
  public var services: [ServiceState]
  public var counters: [CounterState]
  public var calls: [CallState]

  init(_ state: CentreState, at now: Instant, epoch: Int, build: String, demo: Bool) {
    let hall = state.hall
    self.now = now.iso
    day = hall.day
    self.epoch = epoch
    self.build = build
    self.demo = demo
    centre = CentreView(hall.settings, day: hall.day)
    open = OpenView(hall, at: now)
    services = ServiceState.all(hall, at: now)
    counters = CounterState.all(state)
    calls = hall.calls.reversed().map {
      var call = CallState($0, in: hall)
      call.setEpoch(epoch)
      return call
    }
  }

  mutating func merge(_ patch: PublicPatch) {
    if let new = patch.centre {
      centre = new
      services = patch.services
      counters = patch.counters
    } else {
      for service in patch.services {
        if let i = services.firstIndex(where: { $0.id == service.id }) {
          services[i] = service
        } else {
          services.append(service)
        }
      }
      for counter in patch.counters {
        if let i = counters.firstIndex(where: { $0.number == counter.number }) {
          counters[i] = counter
        } else {
          counters.append(counter)
        }
      }
    }
    if let gone = patch.uncall { calls.removeAll { $0.number == gone.number } }
    if let call = patch.call {
      calls.insert(call, at: 0)
      if calls.count > 12 { calls.removeLast(calls.count - 12) }
    }
    if let new = patch.open {
      open = new
      if day != new.day { calls = [] }
      day = new.day
    }
  }
}

/// A change to the public state.
public struct PublicPatch: Encodable, Sendable {
  public struct Uncall: Encodable, Sendable { var number: String }
  var type: String
  var at: String
  var services: [ServiceState] = []
  var counters: [CounterState] = []
  var call: CallState?
  /// A call that was taken back or needs no following any more.
  var uncall: Uncall?
  var open: OpenView?
  var centre: CentreView?

  init(type: String, at: String) {
    self.type = type
    self.at = at
  }

  mutating func take(_ later: PublicPatch) {
    type = later.type
    at = later.at
    services = later.services + services.filter { mine in !later.services.contains { $0.id == mine.id } }
    counters = later.counters + counters.filter { mine in !later.counters.contains { $0.number == mine.number } }
    call = later.call ?? call
    uncall = later.uncall ?? uncall
    open = later.open ?? open
    centre = later.centre ?? centre
  }
}

public struct CentreView: Encodable, Sendable {
  struct ServiceView: Encodable, Sendable {
    var id: Service.ID
    var prefix, name, boardName, tinyName, examples, nameEn, examplesEn, icon: String
    var guidance, sameDay, collects: Bool
  }
  struct CounterName: Encodable, Sendable {
    var number: Counter.ID
    var name: String
  }
  struct SameDay: Encodable, Sendable {
    var active: Bool
    var text, textEn, until: String
  }
  var id, name, shortName, address, hotline, timezone, followBaseURL: String
  var nameLines: [String]
  public var utcOffsetMinutes: Int
  var services: [ServiceView]
  var counters: [CounterName]
  var priorityGroups: [PriorityGroup]
  var sameDay: SameDay?
  var hours: [OpeningHours.Weekday]
  var targetWaitMinutes: Int
  var returnMinutes: Int
  var board: Board

  init(_ settings: CentreSettings, day: LocalDay) {
    let centre = settings.centre
    (id, name, shortName) = (centre.id, centre.name, centre.shortName)
    (address, hotline, timezone) = (centre.address, centre.hotline, centre.timezone)
    (followBaseURL, nameLines) = (centre.followBaseURL, centre.nameLines)
    utcOffsetMinutes = settings.zone.seconds / 60
    services = settings.services.filter(\.active).map {
      ServiceView(
        id: $0.id, prefix: $0.prefix, name: $0.name, boardName: $0.boardName, tinyName: $0.tinyName,
        examples: $0.examples, nameEn: $0.nameEn, examplesEn: $0.examplesEn, icon: $0.icon, guidance: $0.guidance,
        sameDay: $0.sameDay, collects: $0.collects)
    }
    counters = settings.counters.filter(\.active).map { CounterName(number: $0.number, name: $0.name) }
    priorityGroups = settings.priorityGroups.filter(\.active)
    sameDay = settings.sameDayUntil(on: day).map { until in
      let words = Words.text("sameDay.promise", ["until": until.description])
      return SameDay(active: true, text: words.vi, textEn: words.en, until: until.description)
    }
    hours = settings.hours.week
    targetWaitMinutes = settings.rules.targetWaitMinutes
    returnMinutes = settings.rules.returnMinutes
    board = settings.board
  }
}

public struct OpenView: Encodable, Sendable {
  var state: String
  var takesTickets: Bool
  var opensAt, closesAt, lastTicketAt: String?
  var words: String?
  /// The day this is about; a new one clears the board.
  var day: LocalDay
  var spans: [Span]

  init(_ hall: Hall, at now: Instant) {
    let open = hall.settings.openState(at: now)
    state = hall.closed ? "after" : open.word
    takesTickets = !hall.closed && hall.settings.takesTickets(at: now)
    opensAt = (hall.closed ? hall.settings.hours.nextOpening(after: now, in: hall.settings.zone) : open.opens)?.iso
    day = hall.day
    spans = hall.settings.hours.spans(on: hall.day)
    switch open {
    case .open(let closes, let last): (closesAt, lastTicketAt) = (closes.iso, last.iso)
    case .lastTicketPassed(let closes, _): closesAt = closes.iso
    case .dayOff(let reason, _): words = reason
    case .before, .lunch, .after: break
    }
  }
}

public struct ServiceState: Encodable, Sendable, Equatable {
  var id: Service.ID
  /// Only for who asks for the queue by itself; a stream has them from its snapshot.
  var name, prefix: String?
  var waiting: Int
  var priorityWaiting: Int
  var estimatedWaitSeconds: Int?
  var priorityEstimatedWaitSeconds: Int?
  var takes: Bool
  var reason: String?
  var resumesAt: String?
  /// Open counters that take it.
  var counters: [Counter.ID]

  init(_ service: Service, in hall: Hall, at now: Instant) {
    id = service.id
    let line = hall.lines[service.id]
    waiting = line?.count ?? 0
    priorityWaiting = line?.priority.count ?? 0
    estimatedWaitSeconds = hall.estimate(for: service.id, at: now).seconds
    priorityEstimatedWaitSeconds = hall.estimate(for: service.id, priority: true, at: now).seconds
    counters = hall.openCounters(for: service.id)
    takes = !hall.closed && hall.settings.takesTickets(at: now)
    if !takes {
      let open = hall.settings.openState(at: now)
      reason = open.word == "lunch" ? "lunch" : "closed"
      resumesAt = open.opens?.iso
    }
  }

  /// With the names of the centre.
  public func named(in centre: CentreView) -> ServiceState {
    var named = self
    let service = centre.services.first { $0.id == id }
    (named.name, named.prefix) = (service?.name, service?.prefix)
    return named
  }

  static func all(_ hall: Hall, at now: Instant) -> [ServiceState] {
    hall.settings.services.filter(\.active).map { ServiceState($0, in: hall, at: now) }
  }
}

public struct CounterState: Encodable, Sendable {
  struct OfficerView: Encodable, Sendable { var name, title, phone: String }
  struct TicketView: Encodable, Sendable {
    var number, state: String
    var stays: Bool
  }
  var number: Counter.ID
  var state: String
  var services: [Service.ID]
  var officer: OfficerView?
  var ticket: TicketView?
  var since: String?

  init(_ counter: Counter, in state: CentreState) {
    number = counter.number
    // What the counter is there for; what it helps out with is nothing the hall has to read.
    services = counter.ranks.first ?? []
    let desk = state.hall.desk(counter.number)
    self.state = desk.state.word
    since = desk.since?.iso
    officer = desk.officer.flatMap { state.officers[$0] }.map {
      OfficerView(name: $0.name, title: $0.boardTitle, phone: $0.phone)
    }
    ticket = state.hall.current(at: counter.number).map {
      TicketView(number: $0.number, state: $0.standing.word, stays: $0.needs.contains(.hearing))
    }
  }

  static func all(_ state: CentreState) -> [CounterState] {
    state.hall.settings.counters.filter(\.active).map { CounterState($0, in: state) }
  }
}

public struct CallState: Encodable, Sendable {
  var id: String
  var number: String
  var counter: Counter.ID
  var at: String
  var again: Bool
  var stays: Bool
  /// What the citizen came for is handed back today; absent otherwise.
  var sameDay: Bool?
  /// Where the board finds the announcement.
  var voice: String
  private let seq: Int64

  private enum CodingKeys: CodingKey { case id, number, counter, at, again, stays, sameDay, voice }

  init(_ record: Hall.CallRecord, in hall: Hall) {
    seq = record.seq
    id = ""
    number = record.number
    counter = record.counter
    at = record.at.iso
    again = record.again
    stays = record.stays
    sameDay = hall.visits[record.visit]?.sameDay == true ? true : nil
    // Vietnamese always; English after it for who chose English, or where the centre wants both.
    let board = hall.settings.board
    let both = record.language == "en" || board.english
    guard !board.isQuiet(at: TimeOfDay(record.at, in: hall.settings.zone)) else {
      voice = ""
      return
    }
    // The volume is part of the address, because browsers keep what they have fetched.
    voice =
      "/api/v1/voice/call.wav?number=\(record.number)&counter=\(record.counter)&lang=\(both ? "vi,en" : "vi")&volume=\(board.volume)"
  }

  mutating func setEpoch(_ epoch: Int) { id = "\(epoch):\(seq)" }
}

extension Hall.Desk.State {
  var word: String {
    switch self {
    case .closed: "closed"
    case .open: "open"
    case .paused: "paused"
    }
  }
}

extension Visit.Standing {
  var word: String {
    switch self {
    case .waiting: "waiting"
    case .called: "called"
    case .serving: "serving"
    case .held: "held"
    case .noShow: "noShow"
    case .ended: "ended"
    }
  }
}
