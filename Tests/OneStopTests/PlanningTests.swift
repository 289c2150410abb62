import OneStop
import Testing

@Suite("what if a counter more were open")
struct PlanningTests {
  /// Thursdays of a centre whose counters cannot keep up before noon, made by the simulator and taken as the past.
  private static let past: [Planning.Day] = (0..<6).map { thursday(Stage.day.adding(days: -7 - 7 * $0), visits: 230) }

  private static let settings: CentreSettings = {
    var settings = Stage.settings
    settings.rules.targetWaitMinutes = 15
    return settings
  }()

  private static func thursday(_ day: LocalDay, visits: Double) -> Planning.Day {
    var habits = CentreSimulation.Habits()
    habits.visitsPerDay = visits
    let officers: [Counter.ID: Officer.ID] = [1: "cb01", 2: "cb02", 3: "cb03", 4: "cb04"]
    var simulation = CentreSimulation(
      day: day, settings: settings, officers: officers, seed: UInt64(day.number), habits: habits)
    var hall = Hall(day: day, settings: settings)
    var log = CounterLog()
    var seq: Int64 = 1
    while let at = simulation.nextAt {
      guard case .command(let command, let actor) = simulation.next(in: hall) else { continue }
      do {
        let events = try hall.decide(command, by: actor, at: at)
        hall.apply(events, at: at, seq: seq)
        seq += Int64(events.count)
        for event in events { log.apply(event, at: at) }
        simulation.happened(.success(events), in: hall, at: at)
      } catch {
        simulation.happened(.failure(error), in: hall, at: at)
      }
    }
    return Planning.Day(
      day: day, visits: Array(hall.visits.values),
      seats: log.stretches.compactMap { stretch in
        stretch.pause == nil ? stretch.until.map { .init(counter: stretch.counter, from: stretch.from, to: $0) } : nil
      })
  }

  private func question(_ counters: Int = 1, from: String = "08:00", to: String = "11:00") -> Planning.Question {
    Planning.Question(
      weekday: 4, services: Self.settings.services.filter(\.active).map(\.id), from: TimeOfDay(from)!,
      to: TimeOfDay(to)!,
      counters: counters)
  }

  private func answer(_ question: Planning.Question, runs: UInt64 = 12) throws -> PlanningAnswer {
    let planning = try Planning(question, days: Self.past, settings: Self.settings)
    return PlanningAnswer(planning, (0..<runs).map { planning.pair(seed: $0) })
  }

  @Test("a counter more makes the waits shorter, two more shorter still, and the same seeds say the same")
  func shorter() throws {
    let one = try answer(question())
    let two = try answer(question(2))
    let (before, after, least) = try (
      #require(one.hoursWithout), #require(one.hoursWith), #require(two.hoursWith)
    )
    #expect(before.median > after.median && after.median >= least.median, "\(before) \(after) \(least)")
    #expect(before.low <= before.median && before.median <= before.high)
    #expect(one.better >= one.runs * 3 / 4)
    #expect(two.hoursWithout == before, "without is the same whatever is asked")
    #expect(try answer(question()) == one)
    // What it fits: the centre as it was, within the range of the runs or near it.
    let measured = try #require(one.measuredSeconds)
    #expect(
      Double(before.low) * 0.5 <= Double(measured) && Double(measured) <= Double(before.high) * 1.5,
      "\(measured) \(before)")
  }

  @Test("hours in which nobody comes change nothing, and say nothing")
  func nobody() throws {
    let quiet = try answer(question(from: "19:00", to: "20:00"), runs: 4)
    #expect(quiet.hoursWithout == nil && quiet.hoursWith == nil && quiet.better == 0)
    #expect(quiet.slots.allSatisfy { $0.without == $0.with })
    #expect(quiet.withinWithout == quiet.withinWith)
  }

  @Test("with too little past it is said, not guessed", arguments: 0..<4)
  func tooLittle(days: Int) {
    #expect(throws: Planning.Refusal.tooLittlePast(days: days)) {
      try Planning(question(), days: Array(Self.past.prefix(days)), settings: Self.settings)
    }
  }

  @Test("days on which nobody came or no counter was open are no past")
  func useless() {
    var days = Self.past
    for i in 0..<2 { days[i].seats = [] }
    days[2].visits = []
    #expect(throws: Planning.Refusal.tooLittlePast(days: 3)) {
      try Planning(question(), days: days, settings: Self.settings)
    }
  }
}
