/// Everything a commune decides about its centre, except people. `centre.yaml` seeds it; later changes are events.
public struct CentreSettings: Codable, Hashable, Sendable {
  public var centre: Centre
  public var services: [Service]
  public var counters: [Counter]
  public var hours: OpeningHours
  public var priorityGroups: [PriorityGroup]
  public var rules: Rules
  public var board: Board
  public var ticket: TicketWords
  public var printers: [Printer]
  public var devices: [Device]
  public var citizenCard = CardReading.off
  /// The weekly day without appointment and without waiting: all plans the commune ever had, so that past weeks keep theirs.
  public var sameDay: [SameDayPlan] = []
  /// What is looked at before opening, besides the devices.
  public var checklist: [ChecklistItem] = []
  public var messages = MessageSettings()
  /// A dossier is on the supervisor's list so many working days before it is due; 0 is the day itself. One to five of 0…30.
  public var dossierWarnings = [3, 1, 0]
  /// Id of the office printer that gets the closing sheet of the journal when a day is closed; empty: a person prints it.
  public var closingPrinter = ""
  /// Whom the centre goes to, and how long it knows where they live.
  public var homeVisits = HomeSettings()

  public init(
    centre: Centre, services: [Service], counters: [Counter], hours: OpeningHours,
    priorityGroups: [PriorityGroup] = [], rules: Rules = Rules(), board: Board = Board(),
    ticket: TicketWords = TicketWords(), printers: [Printer] = [], devices: [Device] = []
  ) {
    self.centre = centre
    self.services = services
    self.counters = counters
    self.hours = hours
    self.priorityGroups = priorityGroups
    self.rules = rules
    self.board = board
    self.ticket = ticket
    self.printers = printers
    self.devices = devices
  }

  /// Set from `centre.timezone` where the settings are read; not part of the stored value.
  public var zone = ZoneOffset.vietnam

  private enum CodingKeys: String, CodingKey {
    case centre, services, counters, hours, daysOff, workedDays, priorityGroups, rules, board, ticket, printers,
      devices, citizenCard, sameDay, checklist, dossierWarnings, closingPrinter,
      homeVisits, messages
  }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    centre = try box.decode(Centre.self, forKey: .centre)
    services = try box.decode([Service].self, forKey: .services)
    counters = try box.decode([Counter].self, forKey: .counters)
    hours = OpeningHours(
      week: try box.decode([OpeningHours.Weekday].self, forKey: .hours),
      daysOff: try box.decodeIfPresent([OpeningHours.DayOff].self, forKey: .daysOff) ?? [],
      workedDays: try box.decodeIfPresent([OpeningHours.WorkedDay].self, forKey: .workedDays) ?? [])
    priorityGroups = try box.decodeIfPresent([PriorityGroup].self, forKey: .priorityGroups) ?? []
    rules = try box.decodeIfPresent(Rules.self, forKey: .rules) ?? Rules()
    board = try box.decodeIfPresent(Board.self, forKey: .board) ?? Board()
    ticket = try box.decodeIfPresent(TicketWords.self, forKey: .ticket) ?? TicketWords()
    printers = try box.decodeIfPresent([Printer].self, forKey: .printers) ?? []
    devices = try box.decodeIfPresent([Device].self, forKey: .devices) ?? []
    citizenCard = try box.decodeIfPresent(CardReading.self, forKey: .citizenCard) ?? .off
    sameDay = try box.decodeIfPresent([SameDayPlan].self, forKey: .sameDay) ?? []
    checklist = try box.decodeIfPresent([ChecklistItem].self, forKey: .checklist) ?? []
    messages = try box.decodeIfPresent(MessageSettings.self, forKey: .messages) ?? MessageSettings()
    dossierWarnings = try box.decodeIfPresent([Int].self, forKey: .dossierWarnings) ?? dossierWarnings
    closingPrinter = try box.decodeIfPresent(String.self, forKey: .closingPrinter) ?? ""
    homeVisits = try box.decodeIfPresent(HomeSettings.self, forKey: .homeVisits) ?? homeVisits
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.container(keyedBy: CodingKeys.self)
    try box.encode(centre, forKey: .centre)
    try box.encode(services, forKey: .services)
    try box.encode(counters, forKey: .counters)
    try box.encode(hours.week, forKey: .hours)
    try box.encode(hours.daysOff, forKey: .daysOff)
    try box.encode(hours.workedDays, forKey: .workedDays)
    try box.encode(priorityGroups, forKey: .priorityGroups)
    try box.encode(rules, forKey: .rules)
    try box.encode(board, forKey: .board)
    try box.encode(ticket, forKey: .ticket)
    try box.encode(printers, forKey: .printers)
    try box.encode(devices, forKey: .devices)
    try box.encode(citizenCard, forKey: .citizenCard)
    try box.encode(sameDay, forKey: .sameDay)
    try box.encode(checklist, forKey: .checklist)
    try box.encode(messages, forKey: .messages)
    try box.encode(dossierWarnings, forKey: .dossierWarnings)
    try box.encode(closingPrinter, forKey: .closingPrinter)
    try box.encode(homeVisits, forKey: .homeVisits)
  }

  public func service(_ id: Service.ID) -> Service? { services.first { $0.id == id } }
  public func counter(_ number: Counter.ID) -> Counter? { counters.first { $0.number == number } }
  /// Whether a ticket may have this group from now on.
  public func offers(_ group: PriorityGroup.ID) -> Bool { priorityGroups.contains { $0.id == group && $0.active } }
  public func day(of moment: Instant) -> LocalDay { LocalDay(moment, in: zone) }
}

/// Whether scanners at counters read the QR code of identity cards. A queue needs no identity, so they don't unless the
/// centre decides it.
public enum CardReading: String, Codable, Hashable, Sendable, CaseIterable { case off, on }

/// The rules of the queue. Every number is the commune's to set.
public struct Rules: Codable, Hashable, Sendable {
  public var numbering = Numbering()
  /// After so many priority tickets in a row one ordinary ticket is next. 1…20.
  public var priorityInRow = 3
  /// Once an ordinary ticket has waited so many minutes, ordinary and priority alternate. 0 switches it off.
  public var overdueMinutes = 30
  /// Recalls before a no-show may be entered. 0…10.
  public var recallsBeforeNoShow = 1
  /// Calling the next citizen also finishes the current one.
  public var callNextFinishes = true
  /// A transferred citizen keeps the place of the time of arrival; otherwise goes first.
  public var transferKeepsPlace = true
  /// Waiting runs through the lunch break: its minutes count in the figures and in the wait a citizen is told.
  public var lunchRunsThrough = true
  /// Numbers are handed out during the lunch break too.
  public var ticketsAtLunch = false
  public var firstTicketMinutesBeforeOpen = 15
  public var lastTicketMinutesBeforeClose = 15
  /// The centre's own aim: called within so many minutes. No law sets one.
  public var targetWaitMinutes = 15
  public var undoSeconds = 10
  /// A citizen who missed the call may come back within so many minutes without a new number.
  public var returnMinutes = 30
  public var afterClosing = AfterClosing.serve
  public var emergency = EmergencyNumbers()
  /// A tablet left alone for so long counts as not rated.
  public var ratingSilenceSeconds = 30
  /// A finished step may be rated for so long.
  public var ratingMinutes = 3

  public init() {}

  public struct Numbering: Codable, Hashable, Sendable {
    /// One series for each service (A001, B001), or one for the whole centre (001, 002).
    public var perService = true
    /// Least digits of a number, 1…6; the thousandth ticket simply has one more.
    public var width = 3
    public init() {}
  }

  public enum AfterClosing: String, Codable, Hashable, Sendable {
    /// Whoever holds a number is served; what is left at midnight is closed with a reason.
    case serve
    /// At closing time whoever still waits is closed with a reason, and counted.
    case close
  }

  /// Numbers printed beforehand for a power cut, `P001`…`P200`.
  public struct EmergencyNumbers: Codable, Hashable, Sendable {
    public var prefix = "P"
    public var count = 200
    public init() {}
  }
}

/// How the hall is told.
public struct Board: Codable, Hashable, Sendable {
  /// Each call stays on the big panel at least so long, also when several come at once.
  public var minSecondsPerCall = 6
  public var voice = Voice.board
  /// The one board that speaks (`/board/?name=main`), where `voice` is `board`.
  public var voiceBoard = "main"
  /// English after Vietnamese.
  public var english = false
  /// Loudness of announcements in percent, 0…100.
  public var volume = 100
  /// No announcements in these times of every day, for example during a meeting hour in the same hall.
  public var quietHours: [Span] = []

  public init() {}

  public enum Voice: String, Codable, Hashable, Sendable { case board, server, off }

  /// Settings stored before `volume` and `quietHours` existed are read as loud and never quiet.
  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    minSecondsPerCall = try box.decode(Int.self, forKey: .minSecondsPerCall)
    voice = try box.decode(Voice.self, forKey: .voice)
    voiceBoard = try box.decode(String.self, forKey: .voiceBoard)
    english = try box.decode(Bool.self, forKey: .english)
    volume = try box.decodeIfPresent(Int.self, forKey: .volume) ?? 100
    quietHours = try box.decodeIfPresent([Span].self, forKey: .quietHours) ?? []
  }

  /// Whether announcements are silent at a time of the day; the end of a span is not part of it.
  public func isQuiet(at time: TimeOfDay) -> Bool { quietHours.contains { $0.from <= time && time < $0.to } }
}

public struct TicketWords: Codable, Hashable, Sendable {
  public var footer = "Lỡ lượt, mời báo cán bộ tại quầy."
  public var footerEn = "Missed your turn? Please tell an officer."
  public init() {}
}

/// A ticket printer of the centre.
public struct Printer: Codable, Hashable, Sendable {
  public var id: String
  public var name: String
  /// File name in `devices/printers` without `.json`.
  public var profile: String
  /// See `PrinterAddress`.
  public var address: String
  /// Terminals (kiosks) whose tickets it prints; empty: all.
  public var terminals: [String]
  /// The printer that takes over tickets not yet begun while this one cannot print; empty: they wait.
  public var standIn: String

  public init(
    id: String, name: String, profile: String, address: String, terminals: [String] = [], standIn: String = ""
  ) {
    self.id = id
    self.name = name
    self.profile = profile
    self.address = address
    self.terminals = terminals
    self.standIn = standIn
  }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    id = try box.decode(String.self, forKey: .id)
    name = try box.decode(String.self, forKey: .name)
    profile = try box.decode(String.self, forKey: .profile)
    address = try box.decode(String.self, forKey: .address)
    terminals = try box.decode([String].self, forKey: .terminals)
    // Settings stored before there were stand-ins have none.
    standIn = try box.decodeIfPresent(String.self, forKey: .standIn) ?? ""
  }
}
