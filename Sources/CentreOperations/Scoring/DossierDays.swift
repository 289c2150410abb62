import CentreStore
import GRDB
import OneStop
import Synchronization

/// What the figures of a year count of some dossiers. A sum: days are counted one by one and added up.
struct DossierTally: Sendable {
  /// All of them, whatever became of them.
  var dossiers = 0
  var all = DossierFigures()
  /// Of those whose procedure can be done online from end to end.
  var online = DossierFigures()
  /// Handed over, with a letter in the commune's templates that goes with the result.
  var withLetter: [Dossier] = []
  /// Each has its result or its end: time alone changes none of it.
  var isSettled = true

  init() {}

  init(of dossiers: [Dossier], _ rules: CaseRules, at now: Instant) {
    self.dossiers = dossiers.count
    all = DossierFigures(of: dossiers, rules, at: now)
    online = DossierFigures(of: ScoreFigure.among(dossiers, "ONLINE", rules), rules, at: now)
    withLetter = dossiers.filter { $0.state == .handedOver && rules.letters[$0.procedure] != nil }
    isSettled = dossiers.allSatisfy { $0.finishedAt != nil || $0.state.isOver }
  }

  mutating func add(_ other: DossierTally) {
    dossiers += other.dossiers
    all.add(other.all)
    online.add(other.online)
    withLetter += other.withLetter
    isSettled = isSettled && other.isSettled
  }
}

/// Remembers what was counted of the dossiers of each day of receipt. A year has tens of thousands of dossiers, and from
/// one look at its figures to the next those of a day or two have changed.
public final class DossierDays: Sendable {
  private struct Counted: Sendable {
    var version: Int
    var register: Int
    var on: LocalDay
    var tally: DossierTally
  }
  private struct Kept: Sendable {
    var rules: CaseRules
    var days: [LocalDay: Counted] = [:]
    var register = 0
    var registerDays: Set<LocalDay> = []
  }
  private let kept = Mutex<Kept?>(nil)

  public init() {}

  /// Of each day with a dossier. Reads only the days that have changed, or that time itself has changed.
  func tallies(
    from first: LocalDay, to last: LocalDay, _ rules: CaseRules, at now: Instant, _ db: Database
  ) throws -> [LocalDay: DossierTally] {
    let today = LocalDay(now, in: rules.calendar.zone)
    let versions = try DossierRows.dayVersions(from: first, to: last, db)
    let register = try RegisterRows.lastDone(db)
    var known = kept.withLock { $0.flatMap { $0.rules == rules ? $0 : nil } } ?? Kept(rules: rules)
    if known.register != register {
      (known.register, known.registerDays) = (register, try RegisterRows.receivedDays(db))
    }
    var found: [LocalDay: DossierTally] = [:]
    for day in Set(versions.keys).union(known.registerDays.filter { (first...last).contains($0) }) {
      let version = versions[day] ?? 0
      // Today's promises end at closing time, so today is counted each time; an open dossier gets late at midnight.
      if day < today, let counted = known.days[day], counted.version == version, counted.register == register,
        counted.tally.isSettled || counted.on == today
      {
        found[day] = counted.tally
        continue
      }
      let tally = DossierTally(of: try DossierRows.received(from: day, to: day, db), rules, at: now)
      known.days[day] = Counted(version: version, register: register, on: today, tally: tally)
      found[day] = tally
    }
    let news = known
    kept.withLock { $0 = news }
    return found
  }

  /// The sum of a period.
  func tally(
    from first: LocalDay, to last: LocalDay, _ rules: CaseRules, at now: Instant, _ db: Database
  ) throws -> DossierTally {
    var sum = DossierTally()
    for (_, tally) in try tallies(from: first, to: last, rules, at: now, db).sorted(by: { $0.key < $1.key }) {
      sum.add(tally)
    }
    return sum
  }

  /// Counts what isn't counted yet, a fortnight at a time, so that nobody who asks for a year waits for it.
  func prepare(year: Int, _ rules: CaseRules, at now: Instant, _ desk: CommandDesk) async throws {
    let today = LocalDay(now, in: rules.calendar.zone)
    guard var day = LocalDay(year: year, month: 1, day: 1) else { return }
    while day <= today {
      let (first, last) = (day, min(today, day.adding(days: 13)))
      _ = try await desk.database.pool.read { db in
        try self.tallies(from: first, to: last, rules, at: now, db)
      }
      day = last.adding(days: 1)
    }
  }
}
