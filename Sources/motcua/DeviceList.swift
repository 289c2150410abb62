import ArgumentParser
import CentreOperations
import Foundation

/// How the devices are, as the running daemon sees them: it owns them, so nobody else may ask them.
struct DeviceList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract:
      "Tình trạng thiết bị: máy in, bàn phím, máy quét, hộp đánh giá, đèn. Mã ra 1 nếu có thiết bị cần người xem.")

  @OptionGroup var locations: Locations
  @Flag(help: "In JSON.") var json = false

  func run() async throws {
    _ = try locations.prepare()
    let devices: [Devices.Device] = try Office(locations).get("/api/v1/devices")
    if json {
      print(String(decoding: try ScreenJSON.encoder.encode(devices), as: UTF8.self))
    } else if devices.isEmpty {
      print("chưa khai thiết bị nào")
    } else {
      for device in devices { print(Self.line(device)) }
    }
    // Something that is switched off on purpose needs nobody.
    if devices.contains(where: { $0.state == .fault }) { throw ExitCode(1) }
  }

  private static func line(_ device: Devices.Device) -> String {
    let mark = ["ok": "tốt", "warning": "chú ý", "fault": "lỗi", "off": "tắt"][device.state.rawValue] ?? ""
    var line = "\(mark)\t\(device.kind)\t\(device.id)\t\(device.name): \(device.words.vi)"
    if let opened = device.opened {
      line += " (mở \(opened) lần" + (device.events.map { ", \($0) tín hiệu" } ?? "") + ")"
    }
    if device.state == .ok, let error = device.lastError { line += "\n\tlần trước: \(error)" }
    return line
  }
}
