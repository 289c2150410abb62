import ArgumentParser
import CentreOperations
import Foundation

/// Dossiers: so far what comes from the provincial register.
struct Dossiers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hồ sơ: nhập sổ theo dõi, đối chiếu với số thứ tự.", subcommands: [Import.self, Check.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Nhập sổ hồ sơ của tỉnh (CSV, XLSX). Nhiều tệp được ghép theo mã hồ sơ.",
      discussion: """
        Nhập lại cùng tệp không thay đổi gì. Dòng sai bị loại và được nêu từng dòng; các dòng đúng vẫn được nhập, tất cả
        cùng lúc. Họ tên, địa chỉ, điện thoại trong sổ không được đọc.
        """)

    @OptionGroup var locations: Locations
    @Argument(help: "Tệp CSV hoặc XLSX.") var files: [String]
    @Option(
      name: [.customLong("map"), .long],
      help: "Mẫu sổ trong centre/registers, ví dụ so-theo-doi-ho-so. Mặc định: tự nhận.") var profile: String?
    @Flag(help: "Chỉ cho biết sẽ thay đổi gì.") var dryRun = false
    @Option(help: "Ghi các dòng bị loại và lý do ra tệp CSV này.") var rejects: String?

    private struct Laid: Decodable { var file: String }
    private struct Staging: Encodable {
      var files: [String]
      var profile: String?
    }
    private struct Report: Decodable {
      struct File: Decodable {
        struct Column: Decodable { var heading: String }
        var name, profile: String
        var rows: Int
        var columns: [Column]
        var unread: [String]?
        var doubtfulEnd: Int?
      }
      struct Change: Decodable {
        var code: String
        var field: Support.Words
        var from, to: Support.Words?
      }
      struct Support: Decodable {
        struct Words: Decodable { var vi: String }
        var level: String
        var words: Words
      }
      var id, rows, added, changed, unchanged, rejected, repeated, provisionalDates, countedDates, codesReplaced,
        datesReplaced: Int
      var files: [File]
      var support: [Support]
      var skipped: [String]
      var changes: [Change]
    }

    func run() async throws {
      _ = try locations.prepare()
      let contents = try files.map { path in
        do {
          return (
            name: URL(fileURLWithPath: path).lastPathComponent, data: try Data(contentsOf: URL(fileURLWithPath: path))
          )
        } catch {
          throw Failure("\(path): không đọc được tệp; kiểm tra đường dẫn và quyền đọc")
        }
      }
      if let rejects, FileManager.default.fileExists(atPath: rejects) {
        throw Failure("\(rejects): đã có tệp này; chọn tên khác để không ghi đè")
      }
      let (profile, dryRun, wanted) = (profile, dryRun, rejects)
      let (staged, done, table) = try await Office(locations).session { call in
        var ids: [String] = []
        for file in contents {
          let name = file.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "tep"
          let laid: Laid = try call.answer("POST", "/api/v1/register/files?name=\(name)", file.data)
          ids.append(laid.file)
        }
        let staged: Report = try call.answer(
          "POST", "/api/v1/register/imports", try JSONEncoder().encode(Staging(files: ids, profile: profile)))
        let table = wanted == nil ? nil : try call.bytes("GET", "/api/v1/register/imports/\(staged.id)/rejects", Data())
        let path = "/api/v1/register/imports/\(staged.id)/\(dryRun ? "discard" : "apply")"
        let done: Report = try call.answer("POST", path, Data())
        return (staged, done, table)
      }
      if let rejects, let table { try table.write(to: URL(fileURLWithPath: rejects)) }
      show(dryRun ? staged : done)
      // Somebody has to look at what was refused; a script should see it too.
      if staged.rejected > 0 { throw ExitCode(2) }
    }

    private func show(_ report: Report) {
      for file in report.files {
        print(
          "\(file.name): \(file.rows) dòng, mẫu \(file.profile), cột: \(file.columns.map(\.heading).joined(separator: ", "))"
        )
        if let unread = file.unread, !unread.isEmpty { print("  cột không đọc: \(unread.joined(separator: ", "))") }
        if let row = file.doubtfulEnd {
          print("  chú ý: \(Words.text("reg.doubtfulEnd", ["name": file.name, "row": "\(row)"]).vi)")
        }
      }
      for sheet in report.skipped { print("\(sheet): không phải sổ hồ sơ, bỏ qua") }
      print(dryRun ? "Sẽ thay đổi (chưa ghi gì):" : "Đã nhập:")
      print("  hồ sơ mới: \(report.added)")
      print("  hồ sơ thay đổi: \(report.changed)")
      for change in report.changes.prefix(20) {
        let values = "\(change.from?.vi ?? "trống") → \(change.to?.vi ?? "trống")"
        print("    \(change.code): \(change.field.vi) \(values)")
      }
      if report.changes.count > 20 { print("    … xem thêm ở trang nhập sổ") }
      print("  giữ nguyên: \(report.unchanged)")
      if report.repeated > 0 { print("  dòng lặp y hệt: \(report.repeated)") }
      if report.codesReplaced > 0 { print("  mã tạm được thay bằng mã thật: \(report.codesReplaced)") }
      if report.datesReplaced > 0 {
        print("  ngày hẹn ở quầy khác ngày của tỉnh, theo ngày của tỉnh: \(report.datesReplaced)")
      }
      if report.countedDates > 0 { print("  ngày hẹn không có trong sổ, tính từ thời hạn: \(report.countedDates)") }
      if report.provisionalDates > 0 {
        print("  ngày hẹn tạm tính vì năm đó chưa có lịch nghỉ: \(report.provisionalDates)")
      }
      print(
        "  dòng bị loại: \(report.rejected)\(rejects.map { ", xem \($0)" } ?? (report.rejected > 0 ? "; thêm --rejects TỆP để xem từng dòng" : ""))"
      )
      print("Số liệu tính được từ các cột này:")
      for item in report.support { print("  \(item.words.vi)") }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Đối chiếu số thứ tự với hồ sơ, theo ngày.")

    @OptionGroup var locations: Locations
    @Option(help: "Ngày đầu, ví dụ 2026-11-01.") var from: String
    @Option(help: "Ngày cuối. Mặc định: ngày đầu.") var to: String?

    private struct Answer: Decodable {
      struct Day: Decodable {
        var day: String
        var visits, visitsWithoutDossier, dossiers, dossiersWithoutVisit, registerOnly, notInRegister: Int
      }
      var days: [Day]
      var registerReaches: String?
    }

    func run() async throws {
      _ = try locations.prepare()
      let path = "/api/v1/register/check?from=\(from)&to=\(to ?? from)"
      let answer = try await Office(locations).session { call in
        try call.answer("GET", path, Data()) as Answer
      }
      print("ngày        lượt  lượt không hồ sơ  hồ sơ  hồ sơ không lượt  chỉ có trong sổ  không có trong sổ")
      for day in answer.days {
        func cell(_ n: Int, _ width: Int) -> String {
          String(repeating: " ", count: max(0, width - "\(n)".count)) + "\(n)"
        }
        print(
          day.day + cell(day.visits, 6) + cell(day.visitsWithoutDossier, 18) + cell(day.dossiers, 7)
            + cell(day.dossiersWithoutVisit, 18) + cell(day.registerOnly, 17) + cell(day.notInRegister, 19))
      }
      print("sổ đã nhập đến ngày: \(answer.registerReaches ?? "chưa có")")
    }
  }
}
