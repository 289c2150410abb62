import Foundation
import OneStop

/// The yearly list of days off and worked Saturdays, `centre/holidays.csv`. A year is whole when somebody has written the
/// row «trọn năm» for it; until then its dates are provisional.
public enum HolidayTable {
  private static let columns: [ColumnReader.Column] = [
    .init(name: "Ngày", others: ["Năm", "Ngày hoặc năm"], required: true), .init(name: "Loại", required: true),
    .init(name: "Giờ làm"), .init(name: "Tên", others: ["Nội dung"]), .init(name: "Nguồn", required: true),
    .init(name: "Xác nhận"),
  ]

  private enum Kind { case off, worked, whole }

  /// - Parameter usual: working time of a worked day that names none.
  public static func read(csv: Data, name: String, usual: [Span]) throws -> [WorkingCalendar.YearList] {
    var reader = try ColumnReader(try SpreadsheetFile.csv(csv, name), columns, file: name)
    var years: [Int: WorkingCalendar.YearList] = [:]
    var seen: [String: Int] = [:]
    for row in reader.rows {
      let written = reader.required(row, "Ngày")
      _ = reader.required(row, "Nguồn")
      let kind: Kind? = reader.choice(row, "Loại", [("nghỉ", .off), ("làm bù", .worked), ("trọn năm", .whole)])
      if reader.text(row, "Loại") == nil { reader.problem(row, "Loại", "missing") }
      if let earlier = seen.updateValue(row.number, forKey: written), !written.isEmpty {
        reader.problem(row, "Ngày", "twice", ["value": written, "row": "\(earlier)"])
      }
      guard let kind, !written.isEmpty else { continue }
      if kind == .whole {
        guard let year = Int(written), (2000...2200).contains(year) else {
          reader.problem(row, "Ngày", "value", ["value": written, "example": "2027"])
          continue
        }
        years[year, default: .init(year: year, complete: false)].complete = true
        continue
      }
      guard let day = reader.read(row, "Ngày", "24/11/2026", { LocalDay.written($0) }) else { continue }
      let year = day.civil.year
      let spans = reader.read(row, "Giờ làm", "07:30-11:30 13:30-17:00", { Self.spans($0) })
      if kind == .off {
        years[year, default: .init(year: year, complete: false)].daysOff.append(
          .init(day: day, words: reader.text(row, "Tên") ?? ""))
      } else {
        years[year, default: .init(year: year, complete: false)].workedDays.append(
          .init(day: day, spans: spans ?? usual))
      }
    }
    try reader.finish(name)
    return years.values.sorted { $0.year < $1.year }
  }

  static func spans(_ text: String) -> [Span]? {
    let spans = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" }).map { part -> Span? in
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let from = TimeOfDay(ends[0]), let to = TimeOfDay(ends[1]), from < to else { return nil }
      return Span(from: from, to: to)
    }
    guard !spans.isEmpty, !spans.contains(nil) else { return nil }
    let known = spans.compactMap { $0 }
    return zip(known, known.dropFirst()).allSatisfy { $0.to <= $1.from } ? known : nil
  }
}

/// How the families of procedures count their time limits, `centre/due-rules.csv`.
public enum DueRuleTable {
  private static let columns: [ColumnReader.Column] = [
    .init(name: "Mã", required: true), .init(name: "Tên", required: true), .init(name: "Sau giờ này hẹn hôm sau"),
    .init(name: "Giờ này dời cả hạn dài", required: true), .init(name: "Ngoài giờ tính từ hôm sau", required: true),
    .init(name: "Bổ sung", required: true), .init(name: "Nguồn", required: true),
  ]

  public static func read(csv: Data, name: String) throws -> [DueRule] {
    var reader = try ColumnReader(try SpreadsheetFile.csv(csv, name), columns, file: name)
    var rules: [DueRule] = []
    let yesNo = [("có", true), ("không", false)]
    for row in reader.rows {
      let id = reader.required(row, "Mã")
      if rules.contains(where: { $0.id.rawValue == id }) {
        reader.problem(row, "Mã", "twice", ["value": id, "row": "\(row.number - 1)"])
      }
      for column in columns where column.required && reader.text(row, column.name) == nil && column.name != "Mã" {
        reader.problem(row, column.name, "missing")
      }
      rules.append(
        DueRule(
          id: DueRule.ID(id), name: reader.text(row, "Tên") ?? "",
          cutoff: reader.read(row, "Sau giờ này hẹn hôm sau", "15:00") { TimeOfDay($0) },
          cutoffMovesStart: reader.choice(row, "Giờ này dời cả hạn dài", yesNo) ?? false,
          afterHoursMovesStart: reader.choice(row, "Ngoài giờ tính từ hôm sau", yesNo) ?? true,
          supplement: reader.choice(row, "Bổ sung", [("tạm dừng", .pauses), ("tính lại từ đầu", .restarts)]) ?? .pauses,
          source: reader.text(row, "Nguồn") ?? ""))
    }
    try reader.finish(name)
    return rules
  }
}

/// Everything dossiers are decided by, from the folder of a centre.
public struct CaseworkFolder {
  public static let general: DueRule.ID = "chung"

  /// Reads `procedures.csv`, `holidays.csv`, `due-rules.csv` and `reasons.csv`. The rule `chung` has to be there: it holds where a procedure
  /// names none.
  public static func read(_ folder: URL, settings: CentreSettings) throws -> CaseRules {
    func data(_ name: String) throws -> Data { try Self.data(folder, name) }
    let rules = try dueRules(folder)
    guard let general = rules.first(where: { $0.id == Self.general }) else {
      throw TableError("due-rules.csv", [TableProblem(nil, "Mã", "noGeneralRule", ["value": Self.general.rawValue])])
    }
    let usual = settings.hours.week.first?.spans ?? []
    let calendar = WorkingCalendar(
      hours: settings.hours,
      years: try HolidayTable.read(csv: try data("holidays.csv"), name: "holidays.csv", usual: usual),
      zone: settings.zone)
    let procedures = try ProcedureTable.read(
      csv: try data("procedures.csv"), name: "procedures.csv", services: Set(settings.services.map(\.id)),
      rules: Set(rules.map(\.id)))
    let reasons = try ReasonTable.read(csv: try data("reasons.csv"), name: "reasons.csv")
    return CaseRules(
      procedures: procedures, dueRules: rules, generalRule: general, calendar: calendar,
      sameDay: SameDayPlans(settings.sameDay), reasons: reasons)
  }

  /// The same with the letters that go with the results, from `templates/letters`.
  public static func readWithLetters(_ folder: URL, settings: CentreSettings) throws -> CaseRules {
    var rules = try read(folder, settings: settings)
    rules.letters =
      try CaseLetters(folder: folder.appendingPathComponent("templates/letters"), procedures: rules.procedures).offers
    return rules
  }

  static func dueRules(_ folder: URL) throws -> [DueRule] {
    try DueRuleTable.read(csv: try data(folder, "due-rules.csv"), name: "due-rules.csv")
  }

  private static func data(_ folder: URL, _ name: String) throws -> Data {
    do {
      return try Data(contentsOf: folder.appendingPathComponent(name))
    } catch {
      throw TableError(name, [TableProblem(nil, nil, "unreadable")])
    }
  }
}
