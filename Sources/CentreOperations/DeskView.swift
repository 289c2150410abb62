import Foundation
import GRDB
import OneStop
import CentreStore

/// What an officer sees at a counter.
public struct DeskView: Encodable, Sendable {
  struct Person: Encodable, Sendable {
    var id: Officer.ID
    var name, title: String
  }
  struct Group: Encodable, Sendable {
    var id: PriorityGroup.ID
    var name, nameEn: String
  }
  struct StepView: Encodable, Sendable {
    var service: Service.ID
    var name, state: String
    var at: String?
  }
  struct Current: Encodable, Sendable {
    var visit: Visit.ID
    var step: Step.ID
    var number: String
    var service: Service.ID
    var serviceName: String
    var priority: Group?
    var needs: [String]
    var sameDay: Bool
    /// Chosen with the number, where a procedure was chosen.
    var procedure: Procedure.ID?
    var language, state, issuedAt: String
    var calledAt, startedAt: String?
    var waitedSeconds, usualSeconds, recalls, copies: Int
    var emergency: Bool
    var steps: [StepView]
  }
  struct Aside: Encodable, Sendable {
    var visit: Visit.ID
    var number: String
    var since: String
  }
  /// Received here on the same-day day and not ready yet.
  struct Promise: Encodable, Sendable {
    var code: String
    /// Closing: then the promise is broken.
    var until: String
    /// Closing is near; the supervisor has been told too.
    var escalated: Bool
  }
  struct Upcoming: Encodable, Sendable {
    var visit: Visit.ID
    var number: String
    var service: Service.ID
    var priority: Group?
    var needs: [String]
    var issuedAt: String
    var waitedSeconds: Int
    var reason: Bilingual?
  }
  struct Refusal: Encodable, Sendable {
    var type, vi, en: String
  }
  struct Last: Encodable, Sendable {
    var type: String
    var number: String?
    var at: String
    var undoUntil: String?
  }
  struct Today: Encodable, Sendable {
    var served, noShow, rated: Int
    var medianServiceSeconds, medianWaitSeconds: Int?
  }
  struct ServiceName: Encodable, Sendable {
    var id: Service.ID
    var prefix: String
    var name: String
  }
  struct CounterName: Encodable, Sendable {
    var number: Counter.ID
    var name: String
    var open: Bool
    var services: [Service.ID]
  }
  struct Targets: Encodable, Sendable {
    var services: [ServiceName]
    var counters: [CounterName]
  }
  struct Levels: Encodable, Sendable {
    var from, to: LocalDay
    var count: Int
    /// Handling of the matter, best level first.
    var counts: [Int]
  }

  var number: Counter.ID
  var name: String
  var now: String
  var state: String
  var since: String?
  var officer: Person?
  var services: [ServiceName]
  var pausedSince: String?
  var pauseReason: String?
  var finishesOnCallNext: Bool
  var current: Current?
  var held: [Aside]
  var noShows: [Aside]
  var waiting: Int
  var next: [Upcoming]
  /// Possible actions have no entry; impossible ones say why.
  var actions: [String: Refusal]
  var last: Last?
  var today: Today
  var ratings: Levels?
  var transferTargets: Targets
  var help: Bool
  /// The earliest received first.
  var promises: [Promise]
  /// What a keypad or scanner of this counter has to say.
  public var notice: CounterNotices.Notice?

  /// - Parameter rules: nil without casework.
  /// - Throws: `unknown-counter`.
  public init(
    _ number: Counter.ID, _ state: CentreState, _ rules: CaseRules?, at now: Instant, _ db: Database
  ) throws {
    let hall = state.hall
    guard let counter = hall.settings.counter(number) else { throw QueueRejection.unknownCounter }
    let desk = hall.desk(number)
    self.number = number
    name = counter.name
    self.now = now.iso
    self.state = desk.state.word
    since = desk.since?.iso
    let officer = desk.officer.flatMap { state.officers[$0] }
    self.officer = officer.map { Person(id: $0.id, name: $0.name, title: $0.title) }
    services = counter.ranks.flatMap { $0 }.compactMap { id in
      hall.settings.service(id).map { ServiceName(id: id, prefix: $0.prefix, name: $0.name) }
    }
    if case .paused(let reason) = desk.state {
      pausedSince = desk.since?.iso
      pauseReason = reason
    }
    finishesOnCallNext = hall.settings.rules.callNextFinishes
    current = hall.current(at: number).map { Current($0, hall) }
    held = desk.held.compactMap { hall.visits[$0] }.map {
      guard case .held(_, let since) = $0.standing else {
        return Aside(visit: $0.id, number: $0.number, since: now.iso)
      }
      return Aside(visit: $0.id, number: $0.number, since: since.iso)
    }
    noShows = hall.visits.values.compactMap { visit in
      guard case .noShow(let at, let missed) = visit.standing,
        at == number || counter.rank(of: visit.step.service) != nil
      else { return nil }
      return Aside(visit: visit.id, number: visit.number, since: missed.iso)
    }.sorted { $0.since > $1.since }
    let mine = Set(counter.ranks.flatMap { $0 })
    waiting = mine.reduce(hall.counterLines[number]?.count ?? 0) { $0 + hall.waiting(for: $1) }
    next = CallingPolicy(hall.settings.rules).upcoming(
      5, for: counter, own: hall.counterLines[number], lines: hall.lines, at: now
    ).compactMap { pick in hall.visits[pick.place.visit].map { Upcoming($0, pick.reason, hall, now) } }
    actions = Self.refusals(counter, hall, at: now)
    if let action = desk.lastAction {
      let until = action.at.adding(seconds: hall.settings.rules.undoSeconds)
      last = Last(type: action.type, number: action.number, at: action.at.iso, undoUntil: until > now ? until.iso : nil)
    }
    today = Today(served: 0, noShow: 0, rated: 0)
    if let officer {
      var tally = Tally()
      for visit in hall.visits.values where visit.steps.contains(where: { $0.officer == officer.id }) {
        let figures = DayFigures(of: CollectionOfOne(visit), settings: hall.settings)
        tally.merge(figures[.officer, officer.id.rawValue])
      }
      today = Today(
        served: tally.served, noShow: tally.noShow, rated: tally.rated,
        medianServiceSeconds: tally.services.percentile(0.5), medianWaitSeconds: tally.waits.percentile(0.5))
      let from = hall.day.adding(days: -30)
      ratings = try BatchLevels.given(db, to: officer.id, from: from, through: hall.day).map {
        Levels(from: from, to: hall.day, count: $0.count, counts: $0.handling)
      }
    }
    transferTargets = Targets(
      services: hall.settings.services.filter(\.active).map {
        ServiceName(id: $0.id, prefix: $0.prefix, name: $0.name)
      },
      counters: hall.settings.counters.filter { $0.active && $0.number != number }.map {
        CounterName(
          number: $0.number, name: $0.name, open: hall.desk($0.number).isOpen, services: $0.ranks.flatMap { $0 })
      })
    help = hall.help[number] != nil
    // Most centres have no such day, and a counter's view is made at every key.
    if let rules, !hall.settings.sameDay.isEmpty {
      promises = try Self.promises(at: number, rules.adjusted(to: hall.settings), at: now, db)
    } else {
      promises = []
    }
  }

  private static func promises(
    at counter: Counter.ID, _ rules: CaseRules, at now: Instant, _ db: Database
  ) throws -> [Promise] {
    let day = LocalDay(now, in: rules.calendar.zone)
    // A promise stands also where the plan was ended after it was made.
    guard let closing = rules.calendar.closing(of: day) else { return [] }
    return try DossierRows.sameDayOpen(at: counter, on: day, db).compactMap { dossier in
      switch dossier.sameDayStanding(at: now, rules.sameDay, rules.calendar) {
      case .running: Promise(code: dossier.code.text, until: closing.iso, escalated: false)
      case .escalated: Promise(code: dossier.code.text, until: closing.iso, escalated: true)
      default: nil
      }
    }
  }

  /// Each action is tried against the rules themselves, so that a button never promises what the rules refuse.
  private static func refusals(_ counter: Counter, _ hall: Hall, at now: Instant) -> [String: Refusal] {
    let n = counter.number
    let heldNumber = hall.desk(n).held.first.flatMap { hall.visits[$0]?.number } ?? ""
    let officer = hall.desk(n).officer ?? ""
    let service = counter.ranks.first?.first ?? ""
    let commands: [(String, QueueCommand)] = [
      ("call-next", .callNext(n)), ("recall", .recall(n)), ("start", .start(n)), ("finish", .finish(n)),
      ("no-show", .noShow(n)), ("hold", .hold(n)), ("resume", .resume(n, number: heldNumber)),
      ("transfer", .transfer(n, to: .init(service: service))), ("return", .returnToQueue(n)),
      ("cancel", .cancelAtCounter(n)), ("mark", .mark(n)), ("pause", .pause(n, reason: "")), ("close", .close(n)),
      ("undo", .undo(n)), ("open", .open(n, officer)),
    ]
    var refusals: [String: Refusal] = [:]
    for (name, command) in commands {
      do {
        _ = try hall.decide(command, by: .system, at: now)
      } catch {
        let words = error.words
        refusals[name] = Refusal(type: error.rawValue, vi: words.vi, en: words.en)
      }
    }
    // An open counter needs no opening; a paused or closed one cannot call by number.
    if hall.desk(n).isOpen {
      refusals["open"] = Refusal(.counterOpen)
    } else if officer.rawValue.isEmpty {
      refusals["open"] = nil
    }
    if !hall.desk(n).isOpen { refusals["call"] = Refusal(hall.desk(n).isClosed ? .counterClosed : .counterPaused) }
    if heldNumber.isEmpty { refusals["resume"] = Refusal(.notHeld) }
    return refusals
  }
}

extension DeskView.Refusal {
  init(_ rejection: QueueRejection) {
    let words = rejection.words
    self.init(type: rejection.rawValue, vi: words.vi, en: words.en)
  }
}

extension DeskView.Current {
  init(_ visit: Visit, _ hall: Hall) {
    let step = visit.step
    let known = hall.settings.service(step.service)
    self.visit = visit.id
    self.step = step.id
    number = visit.number
    service = step.service
    serviceName = known?.name ?? step.service.rawValue
    priority = DeskView.Group(visit.priority, hall)
    needs = visit.needs.map(\.rawValue).sorted()
    sameDay = visit.sameDay
    procedure = visit.procedure
    language = visit.language
    state = visit.standing.word
    issuedAt = visit.issuedAt.iso
    calledAt = step.lastCalledAt?.iso
    startedAt = step.startedAt?.iso
    waitedSeconds = step.waitSeconds ?? 0
    usualSeconds = Int(hall.pace[step.service]?.seconds ?? Double((known?.usualMinutes ?? 8) * 60))
    recalls = step.recalls
    copies = step.copies
    emergency = visit.emergency
    steps = visit.steps.enumerated().map { i, each in
      DeskView.StepView(
        service: each.service, name: hall.settings.service(each.service)?.tinyName ?? each.service.rawValue,
        state: i == visit.steps.count - 1 ? "now" : "done", at: each.calledAt?.iso)
    }
  }
}

extension DeskView.Group {
  init?(_ id: PriorityGroup.ID?, _ hall: Hall) {
    guard let id else { return nil }
    let group = hall.settings.priorityGroups.first { $0.id == id }
    self.init(id: id, name: group?.name ?? id.rawValue, nameEn: group?.nameEn ?? id.rawValue)
  }
}

extension DeskView.Upcoming {
  init(_ visit: Visit, _ why: CallingPolicy.Reason?, _ hall: Hall, _ now: Instant) {
    self.visit = visit.id
    number = visit.number
    service = visit.step.service
    priority = DeskView.Group(visit.priority, hall)
    needs = visit.needs.map(\.rawValue).sorted()
    issuedAt = visit.issuedAt.iso
    waitedSeconds = now.seconds(since: visit.step.queuedAt)
    reason = why.flatMap { $0.words(number: visit.number, hall.settings.rules) }
  }
}
