import CentreStore
import Foundation
import GRDB
import OneStop

/// Fills a database with simulated days, or lives through one on the running daemon.
public struct Simulator: Sendable {
  let desk: CommandDesk
  let seed: UInt64
  let habits: CentreSimulation.Habits

  public init(_ desk: CommandDesk, seed: UInt64, habits: CentreSimulation.Habits = .init()) {
    self.desk = desk
    self.seed = seed
    self.habits = habits
  }

  /// The dossiers of this centre; nil: it has no supervisor.
  public func casework(
    _ rules: CaseRules, habits: CaseworkSimulation.Habits = .init()
  ) async throws -> CaseworkSimulation? {
    let seed = seed
    return try await desk.look { _, state in CaseworkSimulation(rules: rules, state, seed: seed, habits: habits) }
  }

  /// Simulates one whole day in one transaction, at the day's own times. Days without opening hours pass empty.
  public func day(_ day: LocalDay) async throws {
    var none: CaseworkSimulation?
    try await self.day(day, &none)
  }

  /// The same with the dossiers of the centre, which go on from day to day. Days off of their calendar pass empty.
  public func day(_ day: LocalDay, _ casework: inout CaseworkSimulation?) async throws {
    let (seed, habits, ratings) = (seed, habits, desk.ratings)
    let settings = try await desk.look { _, state in state.hall.settings }
    guard !settings.hours.spans(on: day).isEmpty, casework?.isOpen(day) ?? true else { return }
    desk.clock.set(day.instant(at: TimeOfDay(minutes: 6 * 60), in: settings.zone))
    let before = casework
    casework = try await desk.perform { ledger, state in
      var casework = before
      casework?.begin(day)
      // What the daemon does at night.
      if casework != nil { try HomeVisitKeeper.forget(settings, in: &ledger) }
      var simulation = CentreSimulation(
        day: day, settings: settings, officers: Self.seats(state), seed: seed, habits: habits)
      let midnight = day.adding(days: 1).start(in: settings.zone)
      while true {
        let (queue, cases) = (simulation.nextAt, casework?.nextAt.flatMap { $0 < midnight ? $0 : nil })
        if let cases, cases <= queue ?? cases {
          ledger.advance(to: cases)
          try casework?.carryOut(&ledger, state)
          continue
        }
        guard let queue else { break }
        ledger.advance(to: queue)
        switch simulation.next(in: state.hall) {
        case nil: continue
        case .command(let command, let actor):
          let result: Result<[QueueEvent], QueueRejection>
          do {
            result = .success(try CommandDesk.run(command, by: actor, &ledger, &state, ratings))
          } catch let refusal as QueueRejection {
            result = .failure(refusal)
          }
          simulation.happened(result, in: state.hall, at: ledger.now)
          if case .success(let events) = result { casework?.happened(events, in: state.hall, at: ledger.now) }
        case .rate(let step, let reception, let handling):
          try? ratings.seal(
            Rating(reception: reception, handling: handling), step: step, in: &ledger, &state.hall, by: .citizen)
        }
      }
      try CommandDesk.run(.closeDay(reason: "simulated"), by: .system, &ledger, &state, ratings)
      ledger.notes.removeAll()
      return casework
    }
    try await ratings.destroyOrphans(desk.database)
  }

  /// Lives through today in the clock's own time, from now on, until cancelled.
  public func live(alwaysOpenFrom start: Instant?, _ casework: CaseworkSimulation? = nil) async throws {
    var round: UInt64 = 0
    var casework = casework
    casework?.begin(try await desk.look { _, state in state.hall.settings.day(of: desk.clock.now) })
    while !Task.isCancelled {
      try await liveOnce(alwaysOpenFrom: start.map { _ in desk.clock.now }, round: round, &casework)
      round += 1
    }
  }

  private func liveOnce(
    alwaysOpenFrom start: Instant?, round: UInt64, _ casework: inout CaseworkSimulation?
  ) async throws {
    let clock = desk.clock
    let begun = try await desk.look { _, state in state }
    var simulation = CentreSimulation(
      day: begun.hall.day, settings: begun.hall.settings, officers: Self.seats(begun), seed: seed &+ round,
      habits: habits, alwaysOpenFrom: start)
    while let at = simulation.nextAt {
      let cases = casework?.nextAt.flatMap { $0 <= at ? $0 : nil }
      let ahead = (cases ?? at).milliseconds - clock.now.milliseconds
      if ahead > 0 { try await Task.sleep(for: .milliseconds(Double(ahead) / clock.speed)) }
      try Task.checkCancellation()
      if cases != nil {
        let before = casework
        casework = try await desk.perform { ledger, state in
          var casework = before
          try casework?.carryOut(&ledger, state)
          return casework
        }
        continue
      }
      let hall = try await desk.look { _, state in state.hall }
      // A new day: those who were planned for the old one stay at home.
      if hall.day != simulation.day { return }
      switch simulation.next(in: hall) {
      case nil: continue
      case .command(let command, let actor):
        do {
          let events = try await desk.queue(command, by: actor) { _, events, _ in events }
          let after = try await desk.look { _, state in state.hall }
          simulation.happened(.success(events), in: after, at: clock.now)
          casework?.happened(events, in: after, at: clock.now)
        } catch let refusal as QueueRejection {
          simulation.happened(.failure(refusal), in: hall, at: clock.now)
        }
      case .rate(let step, let reception, let handling):
        let ratings = desk.ratings
        try? await desk.perform { ledger, state in
          try ratings.seal(
            Rating(reception: reception, handling: handling), step: step, in: &ledger, &state.hall, by: .citizen)
        }
      }
    }
  }

  /// One officer for each counter, in order.
  static func seats(_ state: CentreState) -> [Counter.ID: Officer.ID] {
    let officers = state.officers.values.filter { $0.active && $0.role == .officer }.map(\.id).sorted()
    return Dictionary(
      uniqueKeysWithValues: zip(state.hall.settings.counters.filter(\.active).map(\.number), officers).map { ($0, $1) })
  }
}

extension CaseworkSimulation {
  /// With the people of a centre.
  init?(rules: CaseRules, _ state: CentreState, seed: UInt64, habits: Habits) {
    guard let boss = state.officers.values.filter({ $0.active && $0.role == .supervisor }).map(\.id).min() else {
      return nil
    }
    self.init(
      rules: rules, settings: state.hall.settings, seats: Simulator.seats(state), supervisor: boss, seed: seed,
      habits: habits)
  }

  /// Carries the next deed out, by the rules everybody works by.
  mutating func carryOut(_ ledger: inout Ledger, _ state: CentreState) throws {
    let now = ledger.now
    switch next() {
    case .dossier(let command, let actor):
      do {
        happened(.success(try CaseworkDesk.run(command, rules, by: actor, &ledger)), at: now)
      } catch let refusal as DossierRejection {
        happened(.failure(refusal), at: now)
      }
    case .letter(let kind, let id, let actor):
      let day = LocalDay(now, in: rules.calendar.zone)
      let dossier = try id.flatMap { try DossierRows.dossier($0, ledger.db) }
      if let dossier {
        guard rules.letters(for: dossier, on: day).contains(kind) else { return }
        let isNew =
          try kind == .apology
          ? dossier.wantsApology(on: day, in: rules.calendar.zone)
          : LetterRows.latest(kind, for: dossier, ledger.db) == nil
        guard isNew else { return }
      }
      let year = day.civil.year
      let letter = Letter(
        year: year, number: try LetterRows.next(in: year, ledger.db), kind: kind, dossier: dossier?.id,
        code: dossier?.code)
      try LetterDocument.enter(letter, rules, by: actor, &ledger)
    case .tick(let item, let mark, let excuse, let actor):
      try ChecklistDesk.mark(item, mark, excuse: excuse, by: actor, &ledger, state)
    case .finishChecklist(let actor):
      // Nothing is connected to a simulated centre: only what people ticked stands on the paper.
      try ChecklistDesk.finish(.init(at: now, results: []), by: actor, &ledger, state)
    case .roster(let helpers, let actor):
      try SameDayRosterRows.put(helpers, on: state.hall.day, by: actor, &ledger)
    case .home(let command, let actor):
      let next = try HomeVisitRows.lastID(ledger.db).rawValue + 1
      do {
        let visit = try HomeVisitDesk.run(
          command, person: command.visit == nil ? .invented(next) : nil, HomeVisitDesk.rules(rules, state), by: actor,
          &ledger)
        happened(.success(visit), at: now)
      } catch let refusal as HomeVisitRejection {
        happened(.failure(refusal), at: now)
      }
    }
  }

  /// Dossiers come of visits that were served.
  mutating func happened(_ events: [QueueEvent], in hall: Hall, at now: Instant) {
    for case .finished(let e) in events {
      guard let step = hall.visits[e.visit]?.steps.first(where: { $0.id == e.step }) else { continue }
      served(e.visit, step.service, at: e.counter, by: e.officer, on: hall.day, now)
    }
  }
}
