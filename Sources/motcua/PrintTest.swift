import ArgumentParser
import CentreOperations
import CentreStore
import DeviceIO
import Foundation
import OneStop
import Printing

/// Through the running daemon, which owns the printer; without one, straight to it under the daemon's lock.
struct PrintTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print-test", abstract: "In trang thử: bề rộng, độ đậm, 134 chữ có dấu, mã QR.")

  @OptionGroup var locations: Locations
  @Argument(help: "Mã máy in trong thiết lập, hoặc (với --out) tên kiểu máy trong devices/printers.")
  var printer: String
  @Option(
    help: "Ghi ra tệp thay vì in, không cần máy chủ: .png là hình, tên khác là lệnh của máy in. Dùng được nhiều lần.")
  var out: [String] = []

  private struct Tested: Decodable {
    struct Bilingual: Decodable { var vi: String }
    var words: Bilingual
  }

  func run() async throws {
    let share = try locations.prepare()
    if !out.isEmpty { return try write(share) }
    if let lock = try DataLock.take(in: locations.dataFolder) {
      FileHandle.standardError.write(Data("máy chủ không chạy; in thẳng ra máy in\n".utf8))
      try await printDirectly(share)
      withExtendedLifetime(lock) {}
      return
    }
    let id = printer.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? printer
    let tested: Tested = try await Office(locations).post("/api/v1/printers/\(id)/test", [String: String]())
    print("\(printer): \(tested.words.vi)")
  }

  private func printDirectly(_ share: URL) async throws {
    guard let (known, zone) = try known() else { throw unknown(try? settings()) }
    let profile = try profile(known.profile, share)
    let owner = try PrintWorker.owner(of: known, profile: profile)
    let page = TestPaper.page(of: known, profile: profile, at: .machine, in: zone)
    do {
      let delivery = try await owner.print(bands: try TestPaper.bands(page, for: profile), job: "test")
      await owner.close()
      print("\(printer): \(Words.text("testpage.\(delivery.rawValue)").vi)")
    } catch {
      await owner.close()
      throw Failure("\(known.name) (\(known.address)): \(error)")
    }
  }

  private func write(_ share: URL) throws {
    let page: TestPage
    let profile: PrinterProfile
    if let (known, zone) = try known() {
      profile = try self.profile(known.profile, share)
      page = TestPaper.page(of: known, profile: profile, at: .machine, in: zone)
    } else {
      guard FileManager.default.fileExists(atPath: file(of: printer, share).path) else {
        throw unknown(try? settings())
      }
      profile = try self.profile(printer, share)
      page = TestPaper.page(
        of: .init(id: printer, name: "", profile: printer, address: ""), profile: profile, at: .machine, in: .vietnam)
    }
    for file in out {
      let bytes =
        file.hasSuffix(".png")
        ? try TestPaper.raster(page, for: profile).pngBytes()
        : try TestPaper.bands(page, for: profile).flatMap { $0 }
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        throw Failure("\(file): không ghi được; kiểm tra thư mục và quyền")
      }
      print("\(file): \(bytes.count) byte")
    }
  }

  private func settings() throws -> CentreSettings? {
    guard FileManager.default.fileExists(atPath: locations.database) else { return nil }
    return try CentreDatabase.read(locations.database) { try SettingRows.settings($0) }
  }

  private func known() throws -> (OneStop.Printer, ZoneOffset)? {
    guard let settings = try settings(), let known = settings.printers.first(where: { $0.id == printer }) else {
      return nil
    }
    return (known, settings.zone)
  }

  private func unknown(_ settings: CentreSettings??) -> Failure {
    let ids = (settings ?? nil)?.printers.map(\.id).joined(separator: ", ") ?? ""
    return Failure("không có máy in «\(printer)»" + (ids.isEmpty ? "" : "; có: \(ids)"))
  }

  private func file(of profile: String, _ share: URL) -> URL {
    share.appendingPathComponent("devices/printers/\(profile).json")
  }

  private func profile(_ name: String, _ share: URL) throws -> PrinterProfile {
    do {
      return try PrinterProfile.load(path: file(of: name, share).path)
    } catch {
      throw Failure("\(error)")
    }
  }
}
