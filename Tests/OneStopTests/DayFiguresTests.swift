import OneStop
import Testing

@Suite("figures of a day")
struct DayFiguresTests {
  /// Counted the slow way: one question at a time over lists.
  private struct Naive {
    var settings: CentreSettings
    var visits: [Visit]

    func hour(_ at: Instant) -> String { padded(TimeOfDay(at, in: settings.zone).minutes / 60, 2) }

    func visits(_ dimension: Breakdown, _ value: String) -> [Visit] {
      visits.filter {
        switch dimension {
        case .all: true
        case .procedure: $0.procedure?.rawValue == value
        case .service: $0.steps[0].service.rawValue == value
        case .hour: hour($0.issuedAt) == value
        case .officer, .counter: false
        }
      }
    }

    func steps(_ dimension: Breakdown, _ value: String) -> [(visit: Visit, step: Step)] {
      visits.flatMap { visit in visit.steps.map { (visit, $0) } }.filter { visit, step in
        switch dimension {
        case .all: true
        case .procedure: visit.procedure?.rawValue == value
        case .service: step.service.rawValue == value
        case .hour: hour(step.queuedAt) == value
        case .officer: step.officer?.rawValue == value
        case .counter: step.counter.map { "\($0)" } == value
        }
      }
    }

    func tally(_ dimension: Breakdown, _ value: String) -> Tally {
      let visits = visits(dimension, value)
      let steps = steps(dimension, value)
      func ended(_ outcome: Visit.Outcome) -> Int {
        visits.count { if case .ended(outcome, _) = $0.standing { true } else { false } }
      }
      func outcome(_ outcome: Step.Outcome) -> [Step] { steps.map(\.step).filter { $0.outcome == outcome } }
      let measured = steps.filter { !$0.visit.emergency }.map(\.step)
      let waits = measured.compactMap { step -> Int? in
        guard let called = step.calledAt else { return nil }
        let whole = Int((called.milliseconds - step.queuedAt.milliseconds) / 1000)
        guard !settings.rules.lunchRunsThrough else { return whole }
        return whole - Int(settings.hours.breakMilliseconds(from: step.queuedAt, to: called, in: settings.zone) / 1000)
      }
      let services = measured.filter { $0.outcome == .served }.compactMap(\.serviceSeconds)
      var tally = Tally()
      tally.issued = visits.count
      tally.visitsServed = ended(.served)
      tally.cancelled = ended(.cancelled)
      tally.unserved = ended(.unserved)
      tally.emergency = visits.count(where: \.emergency)
      tally.served = outcome(.served).count
      tally.copies = outcome(.served).reduce(0) { $0 + $1.copies }
      tally.transferred = outcome(.transferred).count
      tally.unfinished = outcome(.unfinished).count
      tally.noShow = steps.count { visit, step in
        if step.outcome == .noShow { return true }
        if case .noShow = visit.standing { return step.id == visit.steps.last?.id }
        return false
      }
      tally.rated = steps.count(where: \.step.rated)
      tally.withinTarget = waits.count { $0 <= settings.rules.targetWaitMinutes * 60 }
      for wait in waits { tally.waits.add(wait) }
      for service in services { tally.services.add(service) }
      return tally
    }
  }

  @Test("figures are those of a slow count, by every breakdown", arguments: 1...24 as ClosedRange<UInt64>)
  func naive(seed: UInt64) throws {
    var day = RandomDay(seed: seed)
    day.stage.hall.settings.rules.lunchRunsThrough = seed.isMultiple(of: 2)
    day.stage.hall.settings.rules.targetWaitMinutes = 5
    day.stage.now = day.stage.now.adding(seconds: Int(seed % 3) * 5400)
    for i in 0..<400 {
      day.step()
      if i % 9 == 0, let step = day.stage.hall.lastFinished(at: 1),
        (try? day.stage.hall.ratable(step, at: day.stage.now)) != nil
      {
        day.stage.hall.markRated(step)
      }
    }
    if seed % 3 != 0, day.stage.refusal(.closeDay(reason: "t")) == nil { try day.stage.run(.closeDay(reason: "t")) }
    let hall = day.stage.hall
    let figures = DayFigures(of: hall.visits.values, settings: hall.settings)
    let naive = Naive(settings: hall.settings, visits: hall.visits.values.sorted { $0.id < $1.id })
    let values: [(Breakdown, [String])] = [
      (.all, [""]), (.service, hall.settings.services.map(\.id.rawValue)),
      (.officer, (1...5).map { "cb0\($0)" }), (.counter, hall.settings.counters.map { "\($0.number)" }),
      (.hour, (0...23).map { padded($0, 2) }),
    ]
    for (dimension, values) in values {
      for value in values {
        #expect(figures[dimension, value] == naive.tally(dimension, value), "\(dimension) \(value)")
      }
      let known = Set(values)
      #expect(figures.tallies.keys.filter { $0.dimension == dimension }.allSatisfy { known.contains($0.value) })
    }
  }

  @Test("the parts add up to the whole: services and hours, issued to ended")
  func addsUp() throws {
    var day = RandomDay(seed: 99)
    for _ in 0..<500 { day.step() }
    if day.stage.refusal(.closeDay(reason: "t")) == nil { try day.stage.run(.closeDay(reason: "t")) }
    let figures = DayFigures(of: day.stage.hall.visits.values, settings: day.stage.hall.settings)
    let all = figures[.all]
    for dimension in [Breakdown.service, .hour] {
      var sum = Tally()
      for (key, tally) in figures.tallies where key.dimension == dimension { sum.merge(tally) }
      #expect(sum == all)
    }
    let visitsUnfinished = day.stage.hall.visits.values.count {
      if case .ended(.unfinished, _) = $0.standing { true } else { false }
    }
    #expect(all.issued == all.visitsServed + all.cancelled + all.unserved + all.noShow + visitsUnfinished)
  }

  @Test("days merged are a period")
  func merge() {
    var whole: [Visit] = []
    var merged = DayFigures()
    for seed in 1...5 as ClosedRange<UInt64> {
      var day = RandomDay(seed: seed)
      for _ in 0..<200 { day.step() }
      whole += day.stage.hall.visits.values
      merged.merge(DayFigures(of: day.stage.hall.visits.values, settings: Stage.settings))
    }
    #expect(merged == DayFigures(of: whole, settings: Stage.settings))
  }

  @Test("minutes of lunch are waiting only where the centre decided so", arguments: [(true, 7800), (false, 600)])
  func lunch(runsThrough: Bool, seconds: Int) throws {
    var stage = Stage(at: "11:25") { $0.rules.lunchRunsThrough = runsThrough }
    try stage.issue("a")
    stage.at("11:29")
    try stage.open(1)
    stage.now = .local("2026-11-26 13:35")
    try stage.run(.callNext(1))
    let figures = DayFigures(of: stage.hall.visits.values, settings: stage.hall.settings)
    #expect(figures[.all].waits.longest == seconds)
    #expect(figures[.all].withinTarget == (runsThrough ? 0 : 1))
    #expect(figures[.hour, "11"].issued == 1)
  }

  @Test("a no-show who came back and was served is no no-show")
  func cameBack() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    try stage.run(.callNext(1))
    try stage.run(.recall(1))
    try stage.run(.noShow(1))
    #expect(DayFigures(of: stage.hall.visits.values, settings: stage.hall.settings)[.all].noShow == 1)
    try stage.run(.returnToQueue(1, number: "A001"))
    try stage.run(.callNext(1))
    try stage.run(.finish(1))
    let all = DayFigures(of: stage.hall.visits.values, settings: stage.hall.settings)[.all]
    #expect(all.noShow == 0)
    #expect(all.visitsServed == 1)
    #expect(all.waits.total == 1, "the wait ended at the first call")
  }

  @Test("the target counts up to the very second", arguments: [(900, 1), (901, 0)])
  func target(seconds: Int, within: Int) throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("a")
    stage.pass(seconds - 1)
    try stage.run(.callNext(1))
    #expect(DayFigures(of: stage.hall.visits.values, settings: stage.hall.settings)[.all].withinTarget == within)
  }
}
