import ArgumentParser
import CentreOperations
import DeviceIO
import Foundation
import Glibc

/// Where things are. The same three options for every command.
struct Locations: ParsableArguments {
  @Option(help: "Thư mục chứa kiosk, devices, centre. Mặc định: /usr/share/motcua, hoặc thư mục mã nguồn đang đứng.")
  var share: String?

  @Option(help: "Thư mục dữ liệu. Mặc định: $STATE_DIRECTORY, hoặc /var/lib/motcua.")
  var data: String?

  var dataFolder: URL {
    let path = data ?? ProcessInfo.processInfo.environment["STATE_DIRECTORY"] ?? "/var/lib/motcua"
    return URL(fileURLWithPath: path, isDirectory: true)
  }

  var database: String { dataFolder.appendingPathComponent("centre.sqlite").path }

  /// What sends messages; a centre that starts it with other files names them in the unit.
  static var modem: MessageModem {
    let environment = ProcessInfo.processInfo.environment
    return MessageModem(
      settings: environment["GAMMU_SMSDRC"] ?? "/etc/gammu-smsdrc",
      process: environment["GAMMU_SMSD_PID"] ?? "/run/gammu-smsd.pid")
  }

  /// - Throws: `Failure` where nothing looks like our folder.
  func shareFolder() throws -> URL {
    let files = FileManager.default
    func isShare(_ folder: URL) -> Bool {
      files.fileExists(atPath: folder.appendingPathComponent("kiosk/shared/words.vi.json").path)
    }
    if let share {
      let folder = URL(fileURLWithPath: share, isDirectory: true)
      guard isShare(folder) else { throw Failure("\(share): không có kiosk/shared/words.vi.json; sửa lại --share") }
      return folder
    }
    let installed = URL(fileURLWithPath: "/usr/share/motcua", isDirectory: true)
    if isShare(installed) { return installed }
    var folder = URL(fileURLWithPath: files.currentDirectoryPath, isDirectory: true)
    while folder.path != "/" {
      if isShare(folder) { return folder }
      folder.deleteLastPathComponent()
    }
    throw Failure("không tìm thấy /usr/share/motcua; chỉ chỗ bằng --share THƯ_MỤC")
  }

  /// Finds the folder and reads the daemon's own words, which every command needs for its messages.
  func prepare() throws -> URL {
    let share = try shareFolder()
    try Words.load(from: share.appendingPathComponent("kiosk/shared"))
    return share
  }
}

/// Only one process writes: the daemon, or a command while no daemon runs.
final class DataLock {
  private let fd: Int32

  /// - Returns: nil while another process holds it.
  static func take(in folder: URL) throws -> DataLock? {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
    } catch {
      throw Failure("\(folder.path): không tạo được thư mục dữ liệu; chạy bằng người dùng có quyền hoặc đổi --data")
    }
    let path = folder.appendingPathComponent("motcua.lock").path
    let fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard fd >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    guard flock(fd, LOCK_EX | LOCK_NB) == 0 else {
      close(fd)
      return nil
    }
    return DataLock(fd)
  }

  private init(_ fd: Int32) { self.fd = fd }
  deinit { close(fd) }
}
