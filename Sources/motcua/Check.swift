import ArgumentParser
import CentreOperations
import Foundation
import OneStop

/// The start-of-day checklist, through the running daemon: it owns the devices.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Kiểm tra đầu ngày: máy in, thiết bị, màn hình, mạng, đĩa, sao lưu. Mã ra 1 nếu máy chủ không chạy hoặc có mục không đạt; mục do người kiểm không tính vào mã ra."
  )

  @OptionGroup var locations: Locations
  @Flag(help: "In JSON.") var json = false

  func run() throws {
    _ = try locations.prepare()
    let view: ChecklistView = try Office(locations).ask("/api/v1/checklist/looks")
    if json {
      print(String(decoding: try ScreenJSON.encoder.encode(view), as: UTF8.self))
    } else {
      for line in view.lines {
        print("\(Words.text("checklist.page.outcome.\(line.outcome.rawValue)").vi)\t\(line.name.vi): \(line.words.vi)")
      }
      print(
        view.finished.map { Words.text("checklist.finishedBy", ["name": $0.by]).vi }
          ?? Words.text("checklist.stillOpen", ["n": "\(view.open)"]).vi)
    }
    if !view.failed.isEmpty { throw ExitCode(1) }
  }
}
