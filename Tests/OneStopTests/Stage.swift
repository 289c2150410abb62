import OneStop

/// A small centre that lives in memory: commands are decided and applied, and kept so that a day can be played again.
struct Stage {
  static let zone = ZoneOffset.vietnam
  /// A Thursday.
  static let day = LocalDay("2026-11-26")!
  static let officer = Actor("cb01", .officer, terminal: "counter-1")
  static let kiosk = Actor("citizen", .kiosk, terminal: "kiosk-1")

  /// The events of one command, as the journal keeps them.
  struct Done {
    var events: [QueueEvent]
    var at: Instant
    var seq: Int64
  }

  var hall: Hall
  var now: Instant
  private(set) var seq: Int64 = 1
  private(set) var done: [Done] = []
  private var codes = 0

  init(
    day: LocalDay = Stage.day, at time: String = "08:00", _ adjust: (inout CentreSettings) -> Void = { _ in }
  ) {
    var settings = Self.settings
    adjust(&settings)
    hall = Hall(day: day, settings: settings)
    now = day.instant(at: TimeOfDay(time)!, in: Self.zone)
  }

  // MARK: Acting

  @discardableResult
  mutating func run(_ command: QueueCommand, by actor: Actor = Stage.officer) throws(QueueRejection) -> [QueueEvent] {
    let events = try hall.decide(command, by: actor, at: now)
    hall.apply(events, at: now, seq: seq)
    done.append(Done(events: events, at: now, seq: seq))
    seq += Int64(events.count)
    return events
  }

  /// Why a command is refused now; nil where it would be accepted.
  func refusal(_ command: QueueCommand, by actor: Actor = Stage.officer) -> QueueRejection? {
    do {
      _ = try hall.decide(command, by: actor, at: now)
      return nil
    } catch {
      return error
    }
  }

  mutating func pass(_ seconds: Int) { now = now.adding(seconds: seconds) }

  mutating func at(_ time: String) { now = hall.day.instant(at: TimeOfDay(time)!, in: Self.zone) }

  /// A ticket for each letter: `a` ordinary, `A` with priority. A second passes between two.
  @discardableResult
  mutating func issue(_ letters: String) throws -> [String] {
    try letters.map { letter in
      codes += 1
      let events = try run(
        .issue(
          Service.ID(letter.lowercased()), priority: letter.isUppercase ? "elderly" : nil, code: "code-\(codes)"),
        by: Self.kiosk)
      pass(1)
      guard case .ticketIssued(let event) = events[0] else { return "" }
      return event.number
    }
  }

  mutating func open(_ counters: Counter.ID...) throws {
    for counter in counters { try run(.open(counter, Officer.ID("cb0\(counter)"))) }
  }

  /// The number that call-next gives a counter.
  @discardableResult
  mutating func next(_ counter: Counter.ID) throws -> String {
    try run(.callNext(counter))
    return hall.current(at: counter)!.number
  }

  func visit(_ number: String) -> Visit { hall.visit(number: number)! }

  /// The hall that comes out when the same commands' events are applied once more from the start.
  func replayed() -> Hall {
    var again = Hall(day: hall.day, settings: hall.settings)
    for command in done { again.apply(command.events, at: command.at, seq: command.seq) }
    return again
  }

  // MARK: The centre

  static let settings: CentreSettings = {
    func spans(_ texts: String...) -> [Span] {
      texts.map { text in
        let ends = text.split(separator: "-")
        return Span(from: TimeOfDay(ends[0])!, to: TimeOfDay(ends[1])!)
      }
    }
    var settings = CentreSettings(
      centre: Centre(
        id: "test", name: "Trung tâm thử", shortName: "Thử", nameLines: ["Trung tâm thử"], address: "", hotline: ""),
      services: [
        Service(id: "a", prefix: "A", name: "Hộ tịch", usualMinutes: 6),
        Service(id: "b", prefix: "B", name: "Đất đai", usualMinutes: 12),
        Service(id: "c", prefix: "C", name: "Chứng thực", usualMinutes: 4),
        Service(id: "k", prefix: "K", name: "Nhận kết quả", usualMinutes: 3, collects: true),
        Service(id: "x", prefix: "X", name: "Đã bỏ", active: false),
      ],
      counters: [
        Counter(number: 1, ranks: [["a"]]),
        Counter(number: 2, ranks: [["a"], ["b"]]),
        Counter(number: 3, ranks: [["b", "c"]]),
        Counter(number: 4, ranks: [["k"], ["a", "b"]]),
        Counter(number: 9, ranks: [["a"]], active: false),
      ],
      hours: OpeningHours(
        week: (1...5).map { .init(weekday: $0, spans: spans("07:30-11:30", "13:30-17:00")) } + [
          .init(weekday: 6, spans: spans("07:30-11:30"))
        ]),
      priorityGroups: [
        PriorityGroup(id: "elderly", name: "Người cao tuổi"), PriorityGroup(id: "merit", name: "Người có công"),
      ])
    settings.zone = zone
    return settings
  }()
}

extension Instant {
  /// `2026-11-26 07:29:59` at the centre.
  static func local(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    let clock = parts[1].split(separator: ":")
    let day = LocalDay(parts[0])!
    return day.instant(at: TimeOfDay("\(clock[0]):\(clock[1])")!, in: .vietnam)
      .adding(seconds: clock.count > 2 ? Int(clock[2])! : 0)
  }
}
