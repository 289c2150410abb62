import Foundation
import GRDB
import OneStop
import CentreStore

/// What a supervisor reads at a glance about the running day.
public struct SupervisorView: Encodable, Sendable {
  struct Target: Encodable, Sendable {
    var yes, of, targetSeconds: Int
  }
  struct Totals: Encodable, Sendable {
    var issued, waiting: Int
    var longestWaitSeconds: Int?
    var longestNumber: String?
    var served, noShow, cancelled, transferred, openCounters, counters: Int
    var withinTarget: Target
    var rated, ratable, emergency: Int
  }
  public struct Slot: Encodable, Sendable {
    var slot: String
    var medianSeconds, p90Seconds: Int?
    var n: Int
  }
  struct ServiceRow: Encodable, Sendable {
    var id: Service.ID
    var prefix, name: String
    var waiting: Int
    var longestWaitSeconds: Int?
    var issued, served: Int
    var medianWaitSeconds: Int?
  }
  struct CounterRow: Encodable, Sendable {
    var number: Counter.ID
    var officer: String?
    var services: [String]
    var state: String
    var ticket: String?
    var since: String?
    var served: Int
    var help: Bool
    var pauseReason: String?
  }
  struct Rated: Encodable, Sendable {
    var rated, ratable: Int
  }
  struct Levels: Encodable, Sendable {
    var day: LocalDay
    var n: Int
    var counts, reception: [Int]
  }
  struct Ratings: Encodable, Sendable {
    var today: Rated
    var lastClosed: Levels?
  }
  struct Help: Encodable, Sendable {
    var counter: Counter.ID
    var at: String
  }
  struct Emergency: Encodable, Sendable {
    var entered: Int
    var prefix: String
    var count: Int
  }
  struct Unsure: Encodable, Sendable {
    var job: Int64
    var visit: Visit.ID
    var number, at: String
    var why: Bilingual
  }
  struct Prints: Encodable, Sendable { var needsPerson: [Unsure] }

  var now: String
  var day: LocalDay
  var open: OpenView
  var alarms: [Alarms.Alarm]
  var totals: Totals
  var waits: [Slot]
  var lastWeek: [Slot]
  var lunch: [Span]
  var services: [ServiceRow]
  var counters: [CounterRow]
  var ratings: Ratings
  var devices: [Devices.Device]
  var help: [Help]
  var prints: Prints
  var emergency: Emergency

  public init(
    _ state: CentreState, at now: Instant, _ db: Database, alarms: [Alarms.Alarm], devices: [Devices.Device],
    lastWeek: [Slot]
  ) throws {
    let hall = state.hall
    let settings = hall.settings
    let figures = DayFigures(of: hall.visits.values, settings: settings)
    let all = figures[.all]
    let target = settings.rules.targetWaitMinutes * 60
    self.now = now.iso
    day = hall.day
    open = OpenView(hall, at: now)
    self.alarms = alarms
    self.devices = devices
    self.lastWeek = lastWeek
    let longest = settings.services.compactMap { hall.longestWait(for: $0.id, at: now) }.max { $0.seconds < $1.seconds }
    totals = Totals(
      issued: all.issued, waiting: hall.waitingCount, longestWaitSeconds: longest?.seconds,
      longestNumber: longest?.number, served: all.visitsServed, noShow: all.noShow, cancelled: all.cancelled,
      transferred: all.transferred, openCounters: settings.counters.count { hall.desk($0.number).isOpen },
      counters: settings.counters.count(where: \.active),
      withinTarget: Target(yes: all.withinTarget, of: all.waits.total, targetSeconds: target), rated: all.rated,
      ratable: all.served, emergency: all.emergency)
    waits = Self.slots(hall.visits.values, settings)
    let spans = settings.hours.spans(on: hall.day)
    lunch = zip(spans, spans.dropFirst()).map { Span(from: $0.to, to: $1.from) }
    services = settings.services.filter(\.active).map { service in
      let tally = figures[.service, service.id.rawValue]
      return ServiceRow(
        id: service.id, prefix: service.prefix, name: service.boardName, waiting: hall.waiting(for: service.id),
        longestWaitSeconds: hall.longestWait(for: service.id, at: now)?.seconds, issued: tally.issued,
        served: tally.served, medianWaitSeconds: tally.waits.percentile(0.5))
    }
    counters = settings.counters.filter(\.active).map { counter in
      let desk = hall.desk(counter.number)
      let current = hall.current(at: counter.number)
      var reason: String?
      if case .paused(let why) = desk.state { reason = why }
      return CounterRow(
        number: counter.number, officer: desk.officer.flatMap { state.officers[$0]?.name },
        services: counter.ranks.flatMap { $0 }.compactMap { settings.service($0)?.boardName },
        state: current?.standing.word ?? desk.state.word, ticket: current?.number,
        since: (current.map { $0.step.startedAt ?? $0.step.lastCalledAt } ?? desk.since)?.iso,
        served: figures[.counter, "\(counter.number)"].served, help: hall.help[counter.number] != nil,
        pauseReason: reason)
    }
    ratings = Ratings(
      today: Rated(rated: all.rated, ratable: all.served), lastClosed: try Self.lastLevels(db, before: hall))
    help = hall.help.map { Help(counter: $0.key, at: $0.value.iso) }.sorted { $0.at < $1.at }
    prints = Prints(
      needsPerson: try PrintJobs.needingPerson(db, on: hall.day).map {
        Unsure(
          job: $0.job, visit: $0.visit, number: $0.number, at: $0.changedAt.iso, why: Words.text("print.\($0.reason)"))
      })
    emergency = Emergency(
      entered: all.emergency, prefix: settings.rules.emergency.prefix, count: settings.rules.emergency.count)
  }

  /// Medians of the waits that ended in each quarter of an hour.
  public static func slots(_ visits: some Sequence<Visit>, _ settings: CentreSettings) -> [Slot] {
    var histograms: [Int: Histogram] = [:]
    for visit in visits where !visit.emergency {
      for step in visit.steps {
        guard let called = step.calledAt, let wait = DayFigures.wait(of: step, settings) else { continue }
        histograms[TimeOfDay(called, in: settings.zone).minutes / 15, default: Histogram()].add(wait)
      }
    }
    return histograms.sorted { $0.key < $1.key }.map { quarter, histogram in
      Slot(
        slot: TimeOfDay(minutes: quarter * 15).description, medianSeconds: histogram.percentile(0.5),
        p90Seconds: histogram.percentile(0.9), n: histogram.total)
    }
  }

  /// Levels of the last closed day with five ratings or more.
  private static func lastLevels(_ db: Database, before hall: Hall) throws -> Levels? {
    let days = try Int.fetchAll(
      db,
      sql: """
        SELECT closedDay FROM ratingBatch WHERE closedDay IS NOT NULL AND scale = 5 GROUP BY closedDay HAVING sum(count) >= 5
        ORDER BY closedDay DESC LIMIT 1
        """)
    guard let number = days.first else { return nil }
    let day = LocalDay(number: number)
    return try BatchLevels.given(db, from: day, through: day).map {
      Levels(day: day, n: $0.count, counts: $0.handling, reception: $0.reception)
    }
  }
}
