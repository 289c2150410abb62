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

    init(_ key: String, _ n: Int) { (self.key, self.n) = (key, n) }
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

  /// All figures of a year's table.
  public static func all(_ source: FigureSource, _ db: Database) throws -> [ScoreFigure] {
    let (first, last, now, rules) = (source.first, source.last, source.now, source.rules)
    let (sheet, settings) = (source.sheet, source.settings)
    let tally = try FigureRows.figures(db, from: first, to: last, by: .all, settings: settings)[.all]
    let levels = try BatchLevels.given(db, from: first, through: last)
    let (book, online) = (source.tally.all, source.tally.online)

    let support = try SameDayRosterRows.support(from: first, to: last, db)
    let hours = try CounterLogRows.hours(from: first, to: last, at: now, db)

    let homes = try source.homeVisits(db)
    let letters = try LetterFigures(of: sheet.year, source.tally.withLetter, rules, db)
    let checklist = try ChecklistRows.figure(
      from: first, to: last, today: source.until, hours: settings.hours, db)

    func made(_ figure: Figure) -> ScoreFigure {
      func from(_ source: Source, _ share: Share? = nil, _ counts: [Count] = []) -> ScoreFigure {
        let known = share.flatMap { $0.denominator > 0 ? $0 : nil }
        let any = known != nil || counts.contains { $0.n > 0 }
        return ScoreFigure(figure: figure, source: source, share: known, counts: any ? counts : [], until: last)
      }
      switch figure.rawValue {
      case "TICKETS":
        return from(
          .daemon, nil,
          [Count("issued", tally.issued), Count("served", tally.served), Count("noShow", tally.noShow)])
      case "SATISFACTION":
        guard let levels else { return from(.daemon) }
        let satisfied = levels.handling.prefix(2).reduce(0, +)
        return from(
          .daemon, Share(satisfied, of: levels.count),
          [Count("receptionSatisfied", levels.reception.prefix(2).reduce(0, +))])
      case "CHECKLIST":
        return from(.daemon, checklist.map { Share($0.finished, of: $0.workingDays) })
      case "COUNTER_LOG":
        return from(
          .daemon, nil,
          [
            Count("openHours", hours.openSeconds / CounterLog.secondsPerHour), Count("pauses", hours.pauses),
            Count("pauseHours", hours.pauseSeconds / CounterLog.secondsPerHour),
          ])
      case "SUPPORT":
        return from(.daemon, nil, [Count("supportTurns", support.turns), Count("helped", support.helped)])
      case "LETTERS": return from(.daemon, letters.share, letters.counts)
      // A commune that keeps its visits elsewhere enters them.
      case "HOME" where !homes.isEmpty:
        let book = HomeVisitFigures(of: homes)
        return from(.daemon, Share(book.returned, of: book.asked), homeCounts(book))
      case "QR" where source.linked > 0:
        return from(.daemon, Share(source.linked, of: rules?.procedures.all.count ?? 0))
      case _ where countsDossiers(figure):
        return from(.register, share(figure, of: figure == "ONLINE" ? online : book), counts(figure, of: book))
      default:
        guard let entered = sheet.entered[figure]?.last else { return from(.later) }
        return ScoreFigure(
          figure: figure, source: .entered, share: entered.share, until: entered.until, origin: entered.source)
      }
    }
    var seen: Set<Figure> = []
    return sheet.table.allItems.flatMap { $0.figures ?? [] }.filter { seen.insert($0).inserted }.map(made)
  }

  /// Requests by the six groups of Decision 5049, in its order; `homeOther` are groups the commune has besides.
  static let homeGroups: KeyValuePairs<String, HomeGroup.ID> = [
    "homeInvalid": "thuong-binh", "homeSoldier": "benh-binh-nang", "homeDisabled": "khuyet-tat", "homeSick": "om-dau",
    "homeCritical": "benh-hiem-ngheo", "homeFrail": "gia-yeu-co-don",
  ]

  static func homeCounts(_ book: HomeVisitFigures) -> [Count] {
    let six = homeGroups.map { Count($0.key, book.groups[$0.value] ?? 0) }
    return six + [
      Count("homeOther", book.asked - six.reduce(0) { $0 + $1.n }), Count("homeCancelled", book.cancelled),
    ]
  }

  static func countsDossiers(_ figure: Figure) -> Bool { share(figure, of: DossierFigures()) != nil }

  /// The share of a figure that counts dossiers, of many or of one; nil: it counts something else.
  static func share(_ figure: Figure, of book: DossierFigures) -> Share? {
    switch figure.rawValue {
    case "ONTIME": book.onTimeOfDue
    case "OVERDUE_TWICE": Share(book.reappointedTwice, of: book.received)
    case "ONLINE": book.online
    case "DIGITISATION": book.digitised
    case "VNEID": book.vneid
    case "APOLOGY": book.apologies
    case "SAMEDAY": book.sameDay
    default: nil
    }
  }

  /// What belongs beside that share, of many dossiers or of one.
  static func counts(_ figure: Figure, of book: DossierFigures) -> [Count] {
    switch figure.rawValue {
    case "ONTIME":
      [
        Count("early", book.count(.early)), Count("onDay", book.count(.onDay)), Count("late", book.count(.late)),
        Count("overdue", book.count(.overdue)),
      ]
    case "OVERDUE_TWICE": [Count("reappointed", book.reappointed)]
    case "SAMEDAY":
      [
        Count("sameDayReady", book.sameDayReady), Count("sameDayBroken", book.sameDayBroken.values.reduce(0, +)),
        Count("afterCutoff", book.sameDayAfterCutoff),
      ]
    default: []
    }
  }

  /// The dossiers a figure is about: of those filed online, only whose procedure can be done online from end to end.
  static func among(_ dossiers: [Dossier], _ figure: Figure, _ rules: CaseRules) -> [Dossier] {
    guard figure == "ONLINE" else { return dossiers }
    let full = Set(rules.procedures.all.filter { $0.online == .full }.map(\.id))
    return dossiers.filter { full.contains($0.procedure) }
  }
}

extension FigureSource {
  /// Asked for in the year; without those entered by mistake.
  func homeVisits(_ db: Database) throws -> [HomeVisit] {
    let zone = settings.zone
    return try HomeVisitRows.asked(
      from: first.start(in: zone), before: last.adding(days: 1).start(in: zone), db
    ).filter { $0.reason != .mistake }
  }

  /// A procedure has its code where the commune's list has a link for it.
  static func isLinked(_ procedure: Procedure) -> Bool { procedure.form?.hasPrefix("http") == true }
  var linked: Int { rules?.procedures.all.count(where: Self.isLinked) ?? 0 }
}
