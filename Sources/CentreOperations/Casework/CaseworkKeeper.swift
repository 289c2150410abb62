import CentreStore
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// What becomes due by the calendar alone: a table of the centre that somebody changed is taken, provisional dates are
/// settled once their year's list is there, and what a person has to do stands as an alarm.
public struct CaseworkKeeper: ServiceLifecycle.Service {
  let tables: CaseworkTables
  /// Kept ready for the pages that show a year; nil: nobody asks for one.
  let days: DossierDays?
  let desk: CommandDesk
  let alarms: Alarms
  let log: Logger

  public init(
    _ tables: CaseworkTables, days: DossierDays? = nil, desk: CommandDesk, alarms: Alarms, log: Logger
  ) {
    self.tables = tables
    self.days = days
    self.desk = desk
    self.alarms = alarms
    self.log = log
  }

  /// The files are looked at so often, which opens none of them: a changed table is in force after two looks.
  static let look = Duration.seconds(1)
  /// Nothing else here is due to the second.
  static let every = Duration.seconds(20)

  public func run() async throws {
    var settled: LocalDay?
    var kept: ContinuousClock.Instant?
    await repeating(every: Self.look, "casework keeping", log) {
      let now = desk.clock.now
      let settings = try await desk.look { _, state in state.hall.settings }
      if tables.hasChanged(settings) {
        let before = tables.current.version
        tables.read(settings, alarms: alarms, log: log, at: now)
        if tables.current.version != before {
          log.notice("centre's tables read again")
          (settled, kept) = (nil, nil)
        }
      }
      guard let rules = tables.current.rules?.adjusted(to: settings) else { return }
      if let kept, ContinuousClock.now - kept < Self.every { return }
      kept = .now
      // At the first look after midnight, when the daemon starts, and with a new list.
      let today = LocalDay(now, in: rules.calendar.zone)
      if settled != today, !desk.isClosedForClock {
        let count = try await settle(rules)
        if count > 0 { log.notice("provisional dates settled", metadata: ["n": "\(count)"]) }
        try await forgetRejects(before: now)
        settled = today
      }
      try await watch(rules, hours: settings.hours, at: now)
      try await days?.prepare(year: today.civil.year, rules, at: now, desk)
    }
  }

  /// Counts every provisional date anew whose years are known now. A slice at a time, so that the queue never waits long.
  /// - Returns: how many became firm.
  @discardableResult
  func settle(_ rules: CaseRules) async throws -> Int {
    let known = rules.calendar.years.filter(\.complete).map(\.year)
    guard let first = known.min(), let from = LocalDay(year: first, month: 1, day: 1) else { return 0 }
    let open = try await desk.look { db, _ in
      try DossierRows.openDue(from: from, db).filter { $0.due?.provisional == true && $0.state.isRunning }.map(\.id)
    }
    var count = 0
    for slice in stride(from: 0, to: open.count, by: 20).map({ open[$0..<min($0 + 20, open.count)] }) {
      count += try await desk.perform { ledger, _ in
        var done = 0
        for id in slice {
          do {
            try CaseworkDesk.run(.settleDue(id), rules, by: .system, &ledger)
            done += 1
          } catch is DossierRejection {
            // Still provisional: another year it reaches into has no list.
          }
        }
        return done
      }
    }
    return count
  }

  /// So long the rows an import refused can be fetched, mended and brought again.
  public static let rejectDays = 30

  func forgetRejects(before now: Instant) async throws {
    let moment = now.adding(seconds: -Self.rejectDays * 86_400)
    // Looked for first, so that nothing is written where there is nothing to forget.
    guard try await desk.look({ db, _ in try RegisterRows.hasRejects(madeBefore: moment, db) }) else { return }
    while try await desk.perform({ ledger, _ in
      try RegisterRows.forgetRejects(madeBefore: moment, limit: 500, ledger.db)
    }) {}
  }

  static let hoursAlarm = "hoursDiffer"

  func watch(_ rules: CaseRules, hours: OpeningHours, at now: Instant) async throws {
    let calendar = rules.calendar.alarms(on: LocalDay(now, in: rules.calendar.zone))
    for id in alarms.standing.map(\.id) where id.hasPrefix("calendar-") {
      if !calendar.contains(where: { id == "calendar-\($0.year)" }) { alarms.clear(id) }
    }
    for missing in calendar {
      alarms.raise("calendar-\(missing.year)", missing.overdue ? .fault : .warning, missing.words, at: now)
    }
    let today = LocalDay(now, in: rules.calendar.zone)
    if let differs = rules.calendar.differs(from: hours, on: today) {
      alarms.raise(Self.hoursAlarm, .warning, differs.sentence, at: now)
    } else {
      alarms.clear(Self.hoursAlarm)
    }
    let (late, promised) = try await desk.look { db, _ in
      (
        try CaseworkDesk.watch(rules, at: now, db).count { $0.watch.apology == .missing },
        try DossierRows.sameDay(from: today.adding(days: -Self.chasedDays), to: today, db)
      )
    }
    alarms.tell("apologies", .warning, count: late, at: now)
    var open: [String] = []
    var unexplained: [LocalDay] = []
    for dossier in promised {
      switch dossier.sameDayStanding(at: now, rules.sameDay, rules.calendar) {
      case .escalated: open.append(dossier.code.text)
      case .broken(reason: nil): unexplained.append(dossier.sameDay?.day ?? today)
      default: break
      }
    }
    let codes = open.prefix(3).joined(separator: ", ") + (open.count > 3 ? "…" : "")
    alarms.tell("sameDayOpen", .fault, count: open.count, ["codes": codes], at: now)
    let first = unexplained.min().map(\.onPaper) ?? ""
    alarms.tell("sameDayUnexplained", .warning, count: unexplained.count, ["day": first], at: now)
  }

  /// So long somebody is asked why a promise of the same-day day was broken; after that it stays in the figures without a
  /// reason.
  static let chasedDays = 28
}

extension WorkingCalendar.HoursDiffer {
  /// Which day, and where to put it right.
  var sentence: Bilingual {
    let name = words.isEmpty ? "" : " (\(words))"
    return Words.text(isOff ? "alarm.openOnDayOff" : "alarm.closedOnWorkedDay", ["day": day.onPaper, "name": name])
  }
}

extension CalendarAlarm {
  /// Which year, and whose job the list is.
  public var words: Bilingual {
    Words.text(overdue ? "alarm.calendarOverdue" : "alarm.calendar", ["year": "\(year)"])
  }
}
