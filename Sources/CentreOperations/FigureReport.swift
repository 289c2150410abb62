import CentreStore
import Foundation
import GRDB
import OneStop

/// The figures of a period as every reader gets them: page, API, CSV and command line.
public struct FigureReport: Codable, Sendable, Hashable {
  /// Percentiles by nearest rank, in whole seconds; absent without values.
  public struct Times: Codable, Sendable, Hashable {
    public var n: Int
    public var medianSeconds, p90Seconds, maxSeconds: Int?

    init(_ histogram: Histogram) {
      n = histogram.total
      medianSeconds = histogram.percentile(0.5)
      p90Seconds = histogram.percentile(0.9)
      maxSeconds = histogram.longest
    }
  }

  /// How many gave each level, best first. Only of closed days and from five ratings up.
  public struct Levels: Codable, Sendable, Hashable {
    public var n: Int
    public var reception, handling: [Int]
  }

  public struct Row: Codable, Sendable, Hashable {
    public var key: String
    public var name: String
    public var issued, visitsServed, served, copies, transferred, noShow, cancelled, unserved, unfinished: Int
    public var emergency, rated, withinTarget: Int
    public var waits, services: Times
    public var levels: Levels?
    /// Of boxes of three buttons: best, middle, worst. Their own scale, never added to the five levels.
    public var threeButtons: [Int]?

    init(
      _ key: String, _ name: String, _ tally: Tally, _ given: (levels: Levels?, threeButtons: [Int]?)
    ) {
      self.key = key
      self.name = name
      (issued, visitsServed, served) = (tally.issued, tally.visitsServed, tally.served)
      (copies, transferred, noShow) = (tally.copies, tally.transferred, tally.noShow)
      (cancelled, unserved, unfinished) = (tally.cancelled, tally.unserved, tally.unfinished)
      (emergency, rated, withinTarget) = (tally.emergency, tally.rated, tally.withinTarget)
      waits = Times(tally.waits)
      services = Times(tally.services)
      levels = given.levels
      threeButtons = given.threeButtons
    }
  }

  public var from: LocalDay
  public var to: LocalDay
  public var by: Breakdown
  /// `withinTarget` of `waits.n` were called within so many seconds; the centre's own aim.
  public var targetSeconds: Int
  /// Every day of the period is closed: the numbers are final, but for numbers entered late.
  public var closed: Bool
  public var total: Row
  public var rows: [Row]
  /// Working days with a finished start-of-day checklist; absent where the centre never finished one.
  public var checklist: ChecklistFigure?

  public init(
    _ db: Database, from: LocalDay, to: LocalDay, by breakdown: Breakdown, settings: CentreSettings,
    officers: [Officer.ID: Officer]
  ) throws {
    self.from = from
    self.to = to
    by = breakdown
    targetSeconds = settings.rules.targetWaitMinutes * 60
    closed = try FigureRows.openDays(db, from: from, to: to).isEmpty
    let figures = try FigureRows.figures(db, from: from, to: to, by: breakdown, settings: settings)
    // The last day that began is today, or the day the figures stand still at.
    let today = try Int.fetchOne(db, sql: "SELECT max(day) FROM day").map { LocalDay(number: $0) } ?? to
    checklist = try ChecklistRows.figure(from: from, to: to, today: today, hours: settings.hours, db)
    total = Row(
      "", "", figures[.all],
      Self.given(
        try BatchLevels.given(db, from: from, through: to), try BatchLevels.given(db, scale: 3, from: from, through: to)
      ))
    let byOfficer = breakdown == .officer
    let five = byOfficer ? try BatchLevels.givenByOfficer(db, from: from, through: to) : [:]
    let three = byOfficer ? try BatchLevels.givenByOfficer(db, scale: 3, from: from, through: to) : [:]
    rows = figures.tallies.filter { $0.key.dimension == breakdown && breakdown != .all }
      .sorted { Self.place($0.key, settings) < Self.place($1.key, settings) }
      .map { key, tally in
        let officer = breakdown == .officer ? Officer.ID(key.value) : nil
        return Row(
          key.value, Self.name(key, settings, officers), tally,
          officer.map { Self.given(five[$0], three[$0]) } ?? (nil, nil))
      }
  }

  private static func given(_ five: BatchLevels?, _ three: BatchLevels?) -> (levels: Levels?, threeButtons: [Int]?) {
    (five.map { Levels(n: $0.count, reception: $0.reception, handling: $0.handling) }, three?.handling)
  }

  /// Services in the centre's own order, everything else by its key.
  private static func place(_ key: DayFigures.Key, _ settings: CentreSettings) -> (Int, Int, String) {
    let order = key.dimension == .service ? settings.services.firstIndex { $0.id.rawValue == key.value } : nil
    return (order ?? .max, key.value.count, key.value)
  }

  private static func name(_ key: DayFigures.Key, _ settings: CentreSettings, _ officers: [Officer.ID: Officer])
    -> String
  {
    switch key.dimension {
    case .all: ""
    case .service: settings.service(Service.ID(key.value))?.name ?? key.value
    case .officer: officers[Officer.ID(key.value)]?.name ?? key.value
    case .counter, .procedure: key.value
    case .hour: "\(key.value):00"
    }
  }

  private typealias Column = (head: String, value: @Sendable (Row) -> String)

  private static let countColumns: [Column] = [
    ("khoa", { $0.key }), ("ten", { $0.name }), ("so_da_cap", { "\($0.issued)" }),
    ("luot_hoan_thanh", { "\($0.visitsServed)" }), ("buoc_hoan_thanh", { "\($0.served)" }),
    ("so_ban", { "\($0.copies)" }), ("chuyen", { "\($0.transferred)" }), ("vang_mat", { "\($0.noShow)" }),
    ("huy", { "\($0.cancelled)" }), ("chua_phuc_vu", { "\($0.unserved)" }), ("dang_do", { "\($0.unfinished)" }),
    ("so_khan_cap", { "\($0.emergency)" }), ("duoc_danh_gia", { "\($0.rated)" }),
    ("trong_chi_tieu_cho", { "\($0.withinTarget)" }), ("so_lan_do_cho", { "\($0.waits.n)" }),
    ("cho_trung_vi_giay", { text($0.waits.medianSeconds) }), ("cho_p90_giay", { text($0.waits.p90Seconds) }),
    ("cho_lau_nhat_giay", { text($0.waits.maxSeconds) }), ("so_lan_do_phuc_vu", { "\($0.services.n)" }),
    ("phuc_vu_trung_vi_giay", { text($0.services.medianSeconds) }),
    ("phuc_vu_p90_giay", { text($0.services.p90Seconds) }),
    ("phuc_vu_lau_nhat_giay", { text($0.services.maxSeconds) }),
  ]

  /// Ratings of closed days; empty where fewer than five were given.
  private static var levelColumns: [Column] {
    func column(_ head: String, _ value: @escaping @Sendable (Row) -> Int?) -> Column {
      let say: @Sendable (Row) -> String = { text(value($0)) }
      return (head, say)
    }
    return (0..<5).map { i in column("tiep_don_\(5 - i)") { $0.levels?.reception[i] } }
      + (0..<5).map { i in column("giai_quyet_\(5 - i)") { $0.levels?.handling[i] } }
      + (0..<3).map { i in column("ba_nut_\(3 - i)") { $0.threeButtons?[i] } }
  }

  private static let columns = countColumns + levelColumns

  private static func text(_ number: Int?) -> String { number.map(String.init) ?? "" }

  /// RFC 4180 with a byte order mark, because that is how spreadsheets recognise UTF-8. The last row is the total.
  public var csv: String {
    var sum = total
    sum.name = Words.text("figures.total").vi
    return "\u{FEFF}" + CSV.line(Self.columns.map(\.head))
      + (rows + [sum]).map { row in CSV.line(Self.columns.map { $0.value(row) }) }.joined()
  }

  /// Columns aligned for a terminal.
  public var table: String {
    let heads = [
      "", "số", "xong", "chuyển", "vắng", "hủy", "chờ tv", "chờ p90", "chờ max", "đạt", "pv tv", "pv p90", "pv max",
      "đg",
      "mức 5-4-3-2-1",
    ]
    func cells(_ row: Row, _ name: String) -> [String] {
      [
        String(name.prefix(40)), "\(row.issued)", "\(row.served)", "\(row.transferred)", "\(row.noShow)",
        "\(row.cancelled)", Self.minutes(row.waits.medianSeconds), Self.minutes(row.waits.p90Seconds),
        Self.minutes(row.waits.maxSeconds),
        row.waits.n == 0 ? "–" : "\(row.withinTarget)/\(row.waits.n)", Self.minutes(row.services.medianSeconds),
        Self.minutes(row.services.p90Seconds), Self.minutes(row.services.maxSeconds), "\(row.rated)",
        row.levels.map { $0.handling.map(String.init).joined(separator: "-") } ?? "–",
      ]
    }
    let lines =
      [heads] + rows.map { cells($0, $0.name.isEmpty ? $0.key : $0.name) }
      + [cells(total, Words.text("figures.total").vi)]
    let widths = heads.indices.map { i in lines.map { $0[i].count }.max() ?? 0 }
    return lines.map { line in
      line.enumerated().map { i, cell in
        let fill = String(repeating: " ", count: widths[i] - cell.count)
        return i == 0 ? cell + fill : fill + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n") + "\n"
  }

  /// "Days with a finished checklist: 20 of 22 working days", or that there is nothing to tell yet.
  public var checklistWords: Bilingual {
    guard let checklist else { return Words.text("figures.checklist.none") }
    return Words.text("figures.checklist", ["n": "\(checklist.finished)", "of": "\(checklist.workingDays)"])
  }
}
