import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import Glibc
import OneStop

/// The year's folder for the city.
struct Score: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Xuất hồ sơ tự chấm điểm của một năm: phần niêm phong kèm minh chứng, và các bản thảo để sửa.")

  @OptionGroup var locations: Locations
  @Option(help: "Năm chấm điểm.") var year: Int
  @Option(help: "Số liệu đến hết ngày này. Mặc định: 30/11 của năm, hoặc hôm nay nếu chưa đến.") var until: String?
  @Option(help: "Thư mục sẽ tạo; không ghi đè thư mục đã có gì bên trong.") var out: String

  func run() async throws {
    let share = try locations.prepare()
    guard (2000...2200).contains(year) else { throw Failure("--year \(year): viết như 2026") }
    var last: LocalDay?
    if let until {
      guard let day = LocalDay(until) else { throw Failure("--until \(until): viết như \(year)-11-30") }
      last = day
    }
    // Whoever takes a number at the kiosk goes first.
    _ = nice(10)
    let told = try await YearExport(
      database: locations.database, centre: share.appendingPathComponent("centre"), program: Build.version
    ).write(year: year, until: last, to: URL(fileURLWithPath: out, isDirectory: true))
    print("đã xuất \(told.files) tệp niêm phong vào \(out)")
    print("số liệu đến hết ngày \(told.anchor.day), \(told.anchor.seq) sự kiện")
    print("dấu của mục lục: \(told.seal)")
    print("neo: \(told.anchor.text)")
    for name in told.missing {
      print("thiếu: \(name): tệp gốc đã mất hoặc bị thay đổi; gắn lại đúng tệp ở trang Chấm điểm rồi xuất lại")
    }
    if told.isRunning {
      print("lưu ý: ngày \(told.anchor.day) chưa hết; xuất lại sau có thể khác")
    }
  }
}
