import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import Glibc
import OneStop

/// A draft of a report from the figures as they are now; the daemon makes and keeps the real ones.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Báo cáo của một kỳ: PDF, XLSX, CSV, JSON vào một thư mục.")

  @OptionGroup var locations: Locations
  @Option(help: "day, week, month, quarter, half-year, year.") var period = "month"
  @Option(help: "Một ngày trong kỳ, ví dụ 2026-11-26. Mặc định: hôm nay.") var of: String?
  @Option(help: "Thư mục để ghi; tệp đã có không bị ghi đè.") var out: String

  func run() throws {
    let share = try locations.prepare()
    guard let kind = ReportPeriod.Kind(rawValue: period) else {
      throw Failure("--period \(period): chọn day, week, month, quarter, half-year hoặc year")
    }
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let asked = try of.map { text in
      guard let day = LocalDay(text) else { throw Failure("--of \(text): viết như 2026-11-26") }
      return day
    }
    let (report, settings) = try CentreDatabase.read(locations.database) { db in
      guard let settings = try SettingRows.settings(db) else { throw Failure("cơ sở dữ liệu chưa có trung tâm nào") }
      let officers = Dictionary(uniqueKeysWithValues: try People.all(db).map { ($0.id, $0) })
      let rules = try CaseworkFolder.read(share.appendingPathComponent("centre"), settings: settings)
      let period = ReportPeriod(kind, of: asked ?? LocalDay(now, in: settings.zone))
      do {
        return (try Report(period, rules: rules, settings: settings, officers: officers, at: now, db), settings)
      } catch let rejection as ReportRejection {
        throw Failure("\(period.words.vi): \(rejection.words.vi)")
      }
    }
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let heading = ReportHeading(centre: settings.centre, zone: settings.zone, madeAt: now)
    for (name, data) in try ReportOffice.bytes(report, heading) {
      let file = folder.appendingPathComponent("\(report.period.id)_\(name)")
      do {
        try data.write(to: file, options: .withoutOverwriting)
      } catch let error as CocoaError where error.code == .fileWriteFileExists {
        throw Failure("\(file.path): đã có; chọn thư mục khác, báo cáo cũ không bị ghi đè")
      } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw Failure("\(file.path): ổ đĩa đầy")
      }
      print(file.path)
    }
  }
}
