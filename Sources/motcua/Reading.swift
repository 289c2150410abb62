import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import GRDB
import Glibc
import OneStop

/// Commands that only read; they open the database beside a running daemon.
struct Figures: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Số liệu của một khoảng ngày.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, csv, pdf }

  @OptionGroup var locations: Locations
  @Option(help: "Ngày đầu, ví dụ 2026-11-26.") var from: String
  @Option(help: "Ngày cuối. Mặc định: ngày đầu.") var to: String?
  @Option(help: "all, service, officer, counter, hour.") var by = "all"
  @Option(help: "table, json, csv, pdf (một trang A4, ghi ra tệp bằng > TỆP).") var format = Format.table

  func run() throws {
    _ = try locations.prepare()
    guard let first = LocalDay(from) else { throw Failure("--from \(from): viết như 2026-11-26") }
    guard let last = to.map({ LocalDay($0) }) ?? first else { throw Failure("--to \(to ?? ""): viết như 2026-11-26") }
    guard first <= last else { throw Failure("--from phải trước hoặc bằng --to") }
    guard let breakdown = Breakdown(rawValue: by) else {
      throw Failure("--by \(by): chọn all, service, officer, counter hoặc hour")
    }
    guard format != .pdf || isatty(STDOUT_FILENO) == 0 else {
      throw Failure("PDF không xem được ở đây; thêm > so-lieu.pdf")
    }
    let (report, settings) = try CentreDatabase.read(locations.database) { db in
      guard let settings = try SettingRows.settings(db) else { throw Failure("cơ sở dữ liệu chưa có trung tâm nào") }
      let officers = Dictionary(uniqueKeysWithValues: try People.all(db).map { ($0.id, $0) })
      return (
        try FigureReport(db, from: first, to: last, by: breakdown, settings: settings, officers: officers), settings
      )
    }
    switch format {
    case .table: print(report.table + "\n" + report.checklistWords.vi)
    case .csv: print(report.csv, terminator: "")
    case .pdf:
      let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
      try FileHandle.standardOutput.write(
        contentsOf: report.pdf(centre: settings.centre, zone: settings.zone, at: now))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
  }
}
