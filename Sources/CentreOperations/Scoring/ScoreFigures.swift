import CentreStore
import GRDB
import OneStop

/// The figures of the scoring sheet, each defined here and nowhere else; the formula in words stands in the word files
/// under `figure.NAME`. A figure without data has none: never 0% or 100%.
public struct ScoreFigure: Encodable, Sendable, Hashable {
  public enum Source: String, Encodable, Sendable {
    /// This centre's own records.
    case daemon
    /// Dossiers taken in here or imported.
    case register
    /// Somebody entered it.
    case entered
    /// The part of the programme that will record it isn't there yet.
    case later
  }

  public struct Count: Encodable, Sendable, Hashable {
    public var key: String
    public var n: Int
  }

  public var figure: Figure
  public var source: Source
  /// nil: no data, or not a share.
  public var share: Share?
  /// Numbers that are no share, and those that belong beside it.
  public var counts: [Count] = []
  /// The last day it covers.
  public var until: LocalDay
  /// Where an entered figure comes from.
  public var origin: String?
}

extension ScoreFigure {
  /// Nobody recorded it, and a person can.
  var isMissing: Bool { source == .later }

  /// All figures of a table for a year, up to a day.
  public static func all(
    of sheet: ScoreSheet, until: LocalDay, at now: Instant, rules: CaseRules?, settings: CentreSettings, _ db: Database
  ) throws -> [ScoreFigure] {
    let first = LocalDay(year: sheet.year, month: 1, day: 1) ?? until
    let last = min(until, LocalDay(year: sheet.year, month: 12, day: 31) ?? until)
    let tally = try FigureRows.figures(db, from: first, to: last, by: .all, settings: settings)[.all]
    let levels = try BatchLevels.given(db, from: first, through: last)
    let dossiers = try rules == nil ? [] : DossierRows.received(from: first, to: last, db)
    let book = rules.map { DossierFigures(of: dossiers, $0, at: now) } ?? DossierFigures()
    let online = rules.map { Self.online(dossiers, $0, at: now) } ?? Share(0, of: 0)

    let support = try SameDayRosterRows.support(from: first, to: last, db)
    let counters = try CounterLogRows.log(from: first, to: last, db).stretches
    let open = counters.filter { $0.pause == nil }
    let pauses = counters.filter { $0.pause != nil }
    func hours(_ stretches: [CounterLog.Stretch]) -> Int {
      Int(stretches.reduce(0) { $0 + $1.milliseconds(at: now) } / 3_600_000)
    }
    // A procedure has its code where the commune's list has a link for it.
    let linked = rules?.procedures.all.count { $0.form?.hasPrefix("http") == true } ?? 0

    let letters = try LetterFigures(of: sheet.year, dossiers, rules, db)
    let checklist = try ChecklistRows.figure(from: first, to: last, today: until, hours: settings.hours, db)

    func made(_ figure: Figure) -> ScoreFigure {
      func from(_ source: Source, _ share: Share? = nil, _ counts: KeyValuePairs<String, Int> = [:]) -> ScoreFigure {
        let known = share.flatMap { $0.denominator > 0 ? $0 : nil }
        let any = known != nil || counts.contains { $0.value > 0 }
        return ScoreFigure(
          figure: figure, source: source, share: known,
          counts: any ? counts.map { Count(key: $0.key, n: $0.value) } : [], until: last)
      }
      let share = Self.share(figure, of: book, online: online)
      switch figure.rawValue {
      case "TICKETS":
        return from(.daemon, nil, ["issued": tally.issued, "served": tally.served, "noShow": tally.noShow])
      case "SATISFACTION":
        guard let levels else { return from(.daemon) }
        let satisfied = levels.handling.prefix(2).reduce(0, +)
        return from(
          .daemon, Share(satisfied, of: levels.count), ["receptionSatisfied": levels.reception.prefix(2).reduce(0, +)])
      case "ONTIME":
        return from(
          .register, share,
          [
            "early": book.count(.early), "onDay": book.count(.onDay), "late": book.count(.late),
            "overdue": book.count(.overdue),
          ])
      case "OVERDUE_TWICE":
        return from(.register, share, ["reappointed": book.reappointed])
      case "ONLINE", "DIGITISATION", "VNEID", "APOLOGY": return from(.register, share)
      case "CHECKLIST":
        return from(.daemon, checklist.map { Share($0.finished, of: $0.workingDays) })
      case "SAMEDAY": return from(.register, share, ["afterCutoff": book.sameDayAfterCutoff])
      case "COUNTER_LOG":
        return from(
          .daemon, nil, ["openHours": hours(open), "pauses": pauses.count, "pauseHours": hours(pauses)])
      case "SUPPORT": return from(.daemon, nil, ["supportTurns": support.turns, "helped": support.helped])
      case "LETTERS": return from(.daemon, letters.share, letters.counts)
      case "QR" where linked > 0: return from(.daemon, Share(linked, of: rules?.procedures.all.count ?? 0))
      default:
        guard let entered = sheet.entered[figure]?.last else { return from(.later) }
        return ScoreFigure(
          figure: figure, source: .entered, share: entered.share, until: entered.until, origin: entered.source)
      }
    }
    var seen: Set<Figure> = []
    return sheet.table.allItems.flatMap { $0.figures ?? [] }.filter { seen.insert($0).inserted }.map(made)
  }

  /// The share of a figure that counts dossiers, of many or of one; nil: it counts something else.
  static func share(_ figure: Figure, of book: DossierFigures, online: Share) -> Share? {
    switch figure.rawValue {
    case "ONTIME": book.onTimeOfDue
    case "OVERDUE_TWICE": Share(book.reappointedTwice, of: book.received)
    case "ONLINE": online
    case "DIGITISATION": book.digitised
    case "VNEID": book.vneid
    case "APOLOGY": book.apologies
    case "SAMEDAY": book.sameDay
    default: nil
    }
  }

  /// Filed online, of all dossiers whose procedure can be done online from end to end.
  static func online(_ dossiers: [Dossier], _ rules: CaseRules, at now: Instant) -> Share {
    let full = Set(rules.procedures.all.filter { $0.online == .full }.map(\.id))
    return DossierFigures(of: dossiers.filter { full.contains($0.procedure) }, rules, at: now).online
  }
}
