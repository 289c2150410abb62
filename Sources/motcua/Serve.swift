import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import OneStop

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Chạy máy chủ của trung tâm.")

  @OptionGroup var locations: Locations
  @Option(help: "Tệp mô tả trung tâm, chỉ dùng cho lần chạy đầu. Mặc định: /etc/motcua/centre.yaml, hoặc bản mẫu.")
  var config: String?
  @Option(help: "Địa chỉ mạng để nghe.") var host = "0.0.0.0"
  @Option(help: "Cổng.") var port = 8080
  @Flag(help: "Ghi nhật ký chi tiết.") var verbose = false

  func run() async throws {
    let share = try locations.prepare()
    let log = Daemon.logger(verbose: verbose)
    let data = locations.dataFolder
    guard let lock = try DataLock.take(in: data) else {
      throw Failure("\(data.path): một máy chủ khác đang dùng thư mục này; dừng nó trước, hoặc chọn --data khác")
    }
    let database = try CentreDatabase(path: locations.database)
    let known = try await database.pool.read { try SettingRows.version($0) > 0 }
    var seed: CentreSeed?
    var mistake: ConfigurationError?
    do {
      seed = try CentreSeed.read(file: configFile(share))
    } catch let error as ConfigurationError {
      // Only the first start needs the file. Later the last accepted settings run on, and somebody is told.
      guard known else { throw error }
      mistake = error
    }
    let desk = try CommandDesk(
      database: database, clock: CentreClock(), ratings: RatingBoxes(folder: data.appendingPathComponent("ballot")),
      seed: seed, build: Build.version)
    if let mistake {
      log.warning("centre.yaml has mistakes; the last accepted settings run on", metadata: ["file": "\(mistake)"])
    }
    var daemon = Daemon(share: share, data: data, host: host, port: port, log: log, desk: desk)
    daemon.configMistake = mistake
    try await daemon.run()
    withExtendedLifetime(lock) {}
  }

  private func configFile(_ share: URL) -> URL {
    if let config { return URL(fileURLWithPath: config) }
    let etc = URL(fileURLWithPath: "/etc/motcua/centre.yaml")
    return FileManager.default.fileExists(atPath: etc.path) ? etc : share.appendingPathComponent("centre/centre.yaml")
  }
}
