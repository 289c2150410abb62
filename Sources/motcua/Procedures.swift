import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import Glibc
import OneStop

/// The commune's list of procedures.
struct Procedures: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Danh mục thủ tục hành chính của xã.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Thay danh mục thủ tục bằng bảng của xã (CSV, XLSX).",
      discussion: """
        Tên cột như trong centre/procedures.csv. Có một ô sai thì không nhận gì cả và nêu từng ô. Ô trống là «chưa có».
        Danh mục cũ được giữ bên cạnh, tên có ngày giờ.
        """)

    @OptionGroup var locations: Locations
    @Argument(help: "Tệp CSV hoặc XLSX.") var file: String
    @Flag(help: "Chỉ kiểm tra và cho biết sẽ thay đổi gì.") var dryRun = false

    func run() async throws {
      let folder = try locations.prepare().appendingPathComponent("centre")
      let settings = try CentreDatabase.read(locations.database) { try SettingRows.settings($0) }
      guard let settings else { throw Failure("cơ sở dữ liệu chưa có trung tâm nào; chạy motcua serve trước") }
      let plan = try await ProcedureImport(URL(fileURLWithPath: file), over: folder, settings: settings)
      print(
        "\(plan.list.all.count) thủ tục: \(plan.added.count) mới, \(plan.changed.count) thay đổi, "
          + "\(plan.unchanged.count) giữ nguyên, \(plan.dropped.count) không còn")
      if !plan.dropped.isEmpty {
        print("không còn: \(plan.dropped.map(\.rawValue).joined(separator: ", "))")
      }
      for (column, count) in plan.unknown { print("«\(column)» chưa có ở \(count) thủ tục") }
      if let row = plan.doubtfulEnd {
        let name = URL(fileURLWithPath: file).lastPathComponent
        print("chú ý: \(Words.text("reg.doubtfulEnd", ["name": name, "row": "\(row)"]).vi)")
      }
      if dryRun { return }
      let old: String
      do {
        old = try plan.install(in: folder, at: .machine, zone: settings.zone)
      } catch let error as FileNotWritten {
        throw Failure("\(error.path): \(error.why). Danh mục đang dùng không đổi")
      }
      print("đã ghi \(folder.appendingPathComponent("procedures.csv").path); danh mục cũ: \(old)")
      print("máy chủ đang chạy tự dùng danh mục mới trong vài giây, không cần khởi động lại")
    }
  }
}

extension FileNotWritten {
  /// What is wrong, and what to do about it.
  fileprivate var why: String {
    switch code {
    case ENOSPC, EDQUOT: "đĩa đầy; xóa bớt tệp trên ổ này rồi chạy lại"
    case EACCES, EPERM: "người dùng \(NSUserName()) không có quyền ghi thư mục này; chạy bằng sudo"
    case EROFS: "ổ này chỉ đọc; gắn lại để ghi được, hoặc chỉ thư mục khác bằng --share"
    case ENOENT, ENOTDIR: "không có thư mục hoặc tệp này; sửa lại --share"
    default: "không ghi được: \(String(cString: strerror(code)))"
    }
  }
}
