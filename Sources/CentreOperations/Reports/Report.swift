import CentreStore
import GRDB
import OneStop

/// A period's report as values: the same for paper, workbook, CSV and screen. Every line has its definition in the word
/// files under `report.line.KEY.how`; a line without data has no value, never 0% or 100%.
public struct Report: Codable, Sendable, Hashable {
  public struct Line: Codable, Sendable, Hashable {
    public var key: String
    /// So many, where it is no share.
    public var number: Int?
    public var share: Share?
    /// Seconds.
    public var seconds: Int?
    /// Points by a law's own rule, to one decimal, as tenths.
    public var tenths: Int?
    public var mostTenths: Int?
    /// Per cent that the commune has to reach.
    public var target: Int?

    public var isKnown: Bool { number != nil || share != nil || seconds != nil || tenths != nil }
  }

  public struct Section: Codable, Sendable, Hashable {
    public var key: String
    public var lines: [Line]
  }

  public struct ServiceRow: Codable, Sendable, Hashable {
    public var name: String
    public var issued, served, noShow, cancelled, withinTarget, waited: Int
    public var waitMedian, serviceMedian: Int?
  }

  public var period: ReportPeriod
  /// The last day counted; before the period's last day while it runs.
  public var until: LocalDay
  /// The period is over and every day of it closed.
  public var complete: Bool
  public var targetMinutes: Int
  public var sections: [Section]
  public var services: [ServiceRow]
  /// Numbers handed out by hour of the day.
  public var hours: [String: Int]
  /// Best level first; nil where fewer than five were given.
  public var reception, handling: [Int]?

  /// - Throws: `ReportRejection.noData` where no day of the period ever began.
  public init(
    _ period: ReportPeriod, rules: CaseRules?, settings: CentreSettings, officers: [Officer.ID: Officer],
    at now: Instant, _ db: Database
  ) throws {
    let today = LocalDay(now, in: settings.zone)
    let began = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM day WHERE day BETWEEN ? AND ?",
      arguments: [period.first.number, period.last.number])
    guard began ?? 0 > 0 else { throw ReportRejection.noData }
    self.period = period
    until = min(period.last, today)
    targetMinutes = settings.rules.targetWaitMinutes
    let byService = try FigureReport(
      db, from: period.first, to: until, by: .service, settings: settings, officers: officers)
    let byHour = try FigureRows.figures(db, from: period.first, to: until, by: .hour, settings: settings)
    let openDays = try FigureRows.openDays(db, from: period.first, to: until)
    complete = openDays.isEmpty && period.last <= today
    services = byService.rows.map {
      ServiceRow(
        name: $0.name, issued: $0.issued, served: $0.served, noShow: $0.noShow, cancelled: $0.cancelled,
        withinTarget: $0.withinTarget, waited: $0.waits.n, waitMedian: $0.waits.medianSeconds,
        serviceMedian: $0.services.medianSeconds)
    }
    hours = Dictionary(
      uniqueKeysWithValues: byHour.tallies.filter { $0.key.dimension == .hour }.map { ($0.key.value, $0.value.issued) })
    let levels = byService.total.levels
    (reception, handling) = (levels?.reception, levels?.handling)

    let dossiers = try rules == nil ? [] : DossierRows.received(from: period.first, to: until, db)
    let book = rules.map { DossierFigures(of: dossiers, $0, at: now) }
    sections = [
      Self.queue(byService.total, days: began ?? 0), Self.ratings(levels), Self.casework(book),
      try Self.sameDay(book, rules, from: period.first, to: until, at: now, db), Self.checklist(byService.checklist),
      Self.circular01(book, rules), Self.decision766(book),
    ]
  }

  public func line(_ key: String) -> Line? { sections.lazy.flatMap(\.lines).first { $0.key == key } }

  // MARK: Sections

  private static func share(_ key: String, _ share: Share?, target: Int? = nil) -> Line {
    Line(key: key, share: share.flatMap { $0.denominator > 0 ? $0 : nil }, target: target)
  }

  private static func queue(_ total: FigureReport.Row, days: Int) -> Section {
    Section(
      key: "queue",
      lines: [
        Line(key: "days", number: days), Line(key: "issued", number: total.issued),
        Line(key: "served", number: total.served), Line(key: "transferred", number: total.transferred),
        share("noShow", Share(total.noShow, of: total.issued)), Line(key: "cancelled", number: total.cancelled),
        Line(key: "unserved", number: total.unserved), Line(key: "emergency", number: total.emergency),
        Line(key: "waitMedian", seconds: total.waits.medianSeconds),
        Line(key: "waitP90", seconds: total.waits.p90Seconds),
        share("withinTarget", Share(total.withinTarget, of: total.waits.n)),
        Line(key: "serviceMedian", seconds: total.services.medianSeconds),
        Line(key: "serviceP90", seconds: total.services.p90Seconds),
      ])
  }

  private static func ratings(_ levels: FigureReport.Levels?) -> Section {
    func satisfied(_ given: [Int]?) -> Share? { given.map { Share($0[0] + $0[1], of: $0.reduce(0, +)) } }
    return Section(
      key: "ratings",
      lines: [
        Line(key: "rated", number: levels?.n), share("satisfiedReception", satisfied(levels?.reception)),
        share("satisfiedHandling", satisfied(levels?.handling), target: 90),
      ])
  }

  private static func casework(_ book: DossierFigures?) -> Section {
    // Without a single dossier nothing is known: an import may be missing.
    let known = book.flatMap { $0.received + $0.registered + $0.refused > 0 ? $0 : nil }
    func count(_ key: String, _ value: (DossierFigures) -> Int) -> Line { Line(key: key, number: known.map(value)) }
    return Section(
      key: "casework",
      lines: [
        count("received") { $0.received }, count("refused") { $0.refused },
        count("finished") { $0.count(.early) + $0.count(.onDay) + $0.count(.late) },
        count("early") { $0.count(.early) }, count("onDay") { $0.count(.onDay) }, count("late") { $0.count(.late) },
        count("overdue") { $0.count(.overdue) }, count("undue") { $0.undue },
        share("onTime", known?.onTimeOfDue, target: 100),
        share("onTimeOfFinished", known?.onTimeOfFinished), count("movedTwice") { $0.reappointedTwice },
        count("dateReplaced") { $0.replaced }, count("dateReplacedLater") { $0.replacedLater },
        count("supplemented") { $0.supplemented + $0.supplementedOnline },
        share("apologies", known?.apologies, target: 100), share("online", known?.online),
        share("digitised", known?.digitised, target: 90), share("vneid", known?.vneid),
      ])
  }

  private static func sameDay(
    _ book: DossierFigures?, _ rules: CaseRules?, from: LocalDay, to: LocalDay, at now: Instant, _ db: Database
  ) throws -> Section {
    var weeks: Share?
    if let rules {
      let promised = try DossierRows.promisedDays(from: from, to: to, db)
      let counted = rules.sameDay.weeks(from: from, to: to, promisedOn: promised, rules.calendar, at: now)
      weeks = Share(counted.held, of: counted.elapsed)
    }
    let known = book.flatMap { $0.sameDayPromised + $0.sameDayAfterCutoff > 0 ? $0 : nil }
    return Section(
      key: "sameDay",
      lines: [
        share("sameDayWeeks", weeks), share("sameDayKept", known?.sameDay),
        Line(key: "sameDayAfterCutoff", number: known?.sameDayAfterCutoff),
      ])
  }

  private static func checklist(_ figure: ChecklistFigure?) -> Section {
    Section(key: "checklist", lines: [share("checklistDays", figure.map { Share($0.finished, of: $0.workingDays) })])
  }

  /// The nine indicators of Circular 01/2018/TT-VPCP, article 13. Two of them follow from dossiers; the others need what
  /// no part of this programme records, and say so.
  private static func circular01(_ book: DossierFigures?, _ rules: CaseRules?) -> Section {
    var lines = (1...9).map { Line(key: "tt01.\($0)") }
    for i in lines.indices { lines[i].mostTenths = 20 }
    if let book {
      // Article 13(1) and 15: shorter than the limit 2, equal 1, longer 0; the mean, rounded to one decimal.
      let (early, onDay) = (book.count(.early), book.count(.onDay))
      let all = early + onDay + book.count(.late) + book.count(.overdue)
      if all > 0 { lines[0].tenths = ((2 * early + onDay) * 100 / all + 5) / 10 }
      if let rules { lines[8].tenths = onlineService(book, rules) }
    }
    return Section(key: "tt01", lines: lines)
  }

  /// Article 13(9): 2 with at least 20% of procedures and 30% of dossiers online and none overdue, 1 with 15–30%.
  private static func onlineService(_ book: DossierFigures, _ rules: CaseRules) -> Int? {
    let online = book.online
    let all = rules.procedures.all
    guard online.denominator > 0, !all.isEmpty else { return nil }
    let offered = all.count { $0.online == .full }
    let none = book.count(.late) + book.count(.overdue) == 0
    if offered * 100 >= 20 * all.count, online.numerator * 100 >= 30 * online.denominator, none { return 20 }
    return online.numerator * 100 >= 15 * online.denominator ? 10 : 0
  }

  /// Groups of Decision 766/QĐ-TTg. The national portal computes them; what is known here is a look ahead, not the result.
  private static func decision766(_ book: DossierFigures?) -> Section {
    let onTime = book.flatMap { book in
      book.received > 0 ? Share(book.count(.early) + book.count(.onDay), of: book.received) : nil
    }
    var progress = share("qd766.progress", onTime)
    // 20 × on time / received.
    if let onTime { progress.tenths = onTime.numerator * 200 / onTime.denominator }
    progress.mostTenths = 200
    return Section(
      key: "qd766",
      lines: [
        Line(key: "qd766.transparency", mostTenths: 180), progress, share("qd766.online", book?.online),
        share("qd766.digitised", book?.digitised), Line(key: "qd766.payment", mostTenths: 100),
        Line(key: "qd766.satisfaction", mostTenths: 180),
      ])
  }
}

/// A wish about reports that was understood and is refused. The raw value is the stable `type` of the API.
public enum ReportRejection: String, Error, Hashable, Sendable, CaseIterable {
  /// No day of the period was recorded.
  case noData = "report-no-data"
  /// The same figures are kept already.
  case unchanged = "report-unchanged"
  /// A version more needs a reason.
  case reasonMissing = "report-reason-missing"
  case unknown = "unknown-report"
  /// The kept file is gone or is no longer what it was.
  case fileChanged = "report-file-changed"

  public var words: Bilingual { Words.text("problem.\(rawValue)") }
}
