import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop

struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sao lưu cơ sở dữ liệu, kể cả khi máy chủ đang chạy. Khóa của hòm phiếu đánh giá không nằm trong bản sao."
  )

  /// The folder of attached files stands beside the copy.
  static let evidence = ".minh-chung"
  /// The folder of kept reports too.
  static let reports = ".bao-cao"

  @OptionGroup var locations: Locations
  @Argument(help: "Tệp sẽ tạo.") var file: String

  func run() throws {
    _ = try locations.prepare()
    guard !FileManager.default.fileExists(atPath: file) else { throw Failure("\(file): tệp đã có; chọn tên khác") }
    let part = file + ".part"
    try? FileManager.default.removeItem(atPath: part)
    do {
      try CentreDatabase.copy(locations.database, to: part)
      guard rename(part, file) == 0 else { throw Failure("\(file): \(String(cString: strerror(errno)))") }
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw error
    }
    let evidence = EvidenceFiles(besideDatabase: locations.database).folder
    if FileManager.default.fileExists(atPath: evidence.path) {
      try FileManager.default.copyItem(atPath: evidence.path, toPath: file + Self.evidence)
      print("tệp minh chứng: \(file)\(Self.evidence)")
    }
    let reports = ReportOffice.folder(besideDatabase: locations.database)
    if FileManager.default.fileExists(atPath: reports.path) {
      try FileManager.default.copyItem(atPath: reports.path, toPath: file + Self.reports)
      print("báo cáo đã giữ: \(file)\(Self.reports)")
    }
    let head = try CentreDatabase.read(file) { try Journal.head($0) }
    print("đã sao lưu đến sự kiện \(head.seq)")
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Khôi phục từ bản sao lưu. Máy chủ phải đang dừng; dữ liệu cũ được giữ bên cạnh.")

  @OptionGroup var locations: Locations
  @Argument(help: "Bản sao lưu.") var file: String

  func run() throws {
    _ = try locations.prepare()
    let data = locations.dataFolder
    guard let lock = try DataLock.take(in: data) else {
      throw Failure("máy chủ đang chạy; dừng nó trước khi khôi phục")
    }
    let verdict = try CentreDatabase.read(file) { try Journal.verify($0) }
    guard verdict.faults.isEmpty else { throw Failure("\(file): nhật ký không khớp: \(verdict.faults[0])") }
    let target = locations.database
    let files = FileManager.default
    let reports = ReportOffice.folder(besideDatabase: target)
    if files.fileExists(atPath: target) {
      let old = target + ".truoc-khoi-phuc-\(Instant.machine.milliseconds / 1000)"
      for suffix in ["", "-wal", "-shm"] where files.fileExists(atPath: target + suffix) {
        try files.moveItem(atPath: target + suffix, toPath: old + suffix)
      }
      if files.fileExists(atPath: reports.path), files.fileExists(atPath: file + Backup.reports) {
        try files.moveItem(atPath: reports.path, toPath: old + Backup.reports)
      }
      print("dữ liệu cũ: \(old)")
    }
    try files.copyItem(atPath: file, toPath: target)
    if files.fileExists(atPath: file + Backup.reports), !files.fileExists(atPath: reports.path) {
      try files.copyItem(atPath: file + Backup.reports, toPath: reports.path)
    }
    let evidence = EvidenceFiles(besideDatabase: target)
    if let kept = try? files.contentsOfDirectory(atPath: file + Backup.evidence) {
      try files.createDirectory(at: evidence.folder, withIntermediateDirectories: true)
      for name in kept where !files.fileExists(atPath: evidence.url(name).path) {
        try files.copyItem(atPath: "\(file)\(Backup.evidence)/\(name)", toPath: evidence.url(name).path)
      }
    }
    let database = try CentreDatabase(path: target)
    // Screens must not take the new numbering of events for the old one.
    let epoch = try database.pool.write { db in
      let epoch = (try Meta.value(db, "epoch").flatMap(Int.init) ?? 1) + 1
      try Meta.set(db, "epoch", "\(epoch)")
      return epoch
    }
    try database.pool.close()
    print("đã khôi phục \(verdict.events) sự kiện, kỷ nguyên \(epoch)")
    withExtendedLifetime(lock) {}
  }
}

/// Sets a PIN: the first one of a supervisor, or a forgotten one.
struct Pin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Đặt mã PIN cho một cán bộ. Mã được hỏi, không viết trên dòng lệnh.")

  @OptionGroup var locations: Locations
  @Argument(help: "Mã cán bộ, như trong centre.yaml. Bỏ trống: liệt kê.") var officer: String?

  func run() async throws {
    _ = try locations.prepare()
    guard let officer else {
      let all = try CentreDatabase.read(locations.database) { try People.all($0) }
      for person in all { print("\(person.id)\t\(person.role.rawValue)\t\(person.name)") }
      return
    }
    guard let pin = getpass("Mã PIN mới (4–12 chữ số): ").map({ String(cString: $0) }), (4...12).contains(pin.count),
      pin.allSatisfy(\.isNumber)
    else { throw Failure("mã PIN phải có 4 đến 12 chữ số") }
    try await Office(locations).put("/api/v1/officers/\(officer)", ["pin": pin])
    print("đã đặt mã PIN cho \(officer)")
  }
}

/// Gives a screen its token.
struct Terminal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Thêm một màn hình (máy lấy số, bảng, máy đánh giá) và in địa chỉ để mở trên màn hình đó.")

  @OptionGroup var locations: Locations
  @Argument(help: "Tên, ví dụ may-lay-so-1.") var name: String
  @Option(help: "kiosk, board hoặc rating.") var role: String
  @Option(help: "Quầy, cho máy đánh giá.") var counter: Int?

  func run() async throws {
    _ = try locations.prepare()
    struct Answer: Decodable {
      var token: String
      var address: String
    }
    let answer: Answer = try await Office(locations).post(
      "/api/v1/terminals", TerminalBody(name: name, role: role, counter: counter))
    let page = role == "rating" ? "/rating/?n=\(counter ?? 1)&" : "/\(role)/?"
    print("Mở trên màn hình đó: \(answer.address)\(page)token=\(answer.token)")
  }

  struct TerminalBody: Encodable {
    var name: String
    var role: String
    var counter: Int?
  }
}
