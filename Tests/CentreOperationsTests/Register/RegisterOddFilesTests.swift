import CentreStore
import Foundation
import Logging
import OneStop
import Testing

@testable import CentreOperations

@Suite("registers as other people's programs write them")
struct RegisterOddFilesTests {
  let centre: TestDesk
  let rules: CaseRules
  let office: RegisterOffice

  init() throws {
    centre = try TestDesk()
    rules = try CaseworkDeskTests.rules()
    office = RegisterOffice(centre.desk)
  }

  func found(_ code: String) async throws -> Dossier? {
    try await centre.desk.look { db, _ in try DossierRows.dossier(code: DossierCode(code)!, db) }
  }

  func said(_ file: (String, Data)) async -> String {
    do {
      _ = try await office.stage([file], rules)
      return "taken"
    } catch { return "\(error)" }
  }

  @Test(
    "a title above the heading says nothing of what stands between the cells",
    arguments: [
      "UBND PHƯỜNG LÊ CHÂN\r\nTừ ngày 01/03/2026, đến ngày 31/03/2026\r\n\r\n", "\"UBND PHƯỜNG; TRUNG TÂM\"\r\n",
      "UBND PHƯỜNG LÊ CHÂN;;\r\n", "",
    ], [",", ";", "\t"])
  func titles(title: String, separator: String) async throws {
    let rows = (1...4).map { "H24.19-260302-000\($0)\(separator)1.004873\(separator)02/03/2026" }
    let heading = ["Mã hồ sơ", "Mã TTHC", "Ngày tiếp nhận"].joined(separator: separator)
    let text = title + ([heading] + rows).map { $0 + "\r\n" }.joined()
    let staged = try await office.stage([("so.csv", Data(text.utf8))], rules)
    #expect(staged.added == 4 && staged.rejected == 0)
  }

  static let moments: [(String, String)] = [
    ("2026-03-02T08:10:00+07:00", "02/03/2026 08:10"), ("2026-03-02T01:10:00.000Z", "02/03/2026 08:10"),
    ("2026-03-02T23:30:00Z", "03/03/2026 06:30"), ("46083.34375", "02/03/2026 08:15"), ("46083", "02/03/2026 00:00"),
    ("02/03/2026 08:10:00 SA", "02/03/2026 08:10"), ("02/03/2026 3:10:00 CH", "02/03/2026 15:10"),
    ("02/03/2026 12:10 AM", "02/03/2026 00:10"), ("02/03/2026 12:10 PM", "02/03/2026 12:10"),
    ("02/03/2026 15:10 CH", "02/03/2026 15:10"),
  ]

  @Test("dates of portals and of spreadsheets that don't know that a cell is a date", arguments: moments)
  func dates(written: String, wanted: String) {
    let moment = RegisterDates.moment(written, in: .vietnam)
    let read = moment.map { "\(LocalDay($0, in: .vietnam).onPaper) \(TimeOfDay($0, in: .vietnam))" }
    #expect(read == wanted)
  }

  @Test(
    "what is no date stays none",
    arguments: [
      "46083.x", "4608334", "99999", "02/03/2026 15:10 SA", "02/03/2026 SA", "02/03/2026 8:10 SA CH",
      "2026-03-02T08:10+7",
    ])
  func none(written: String) { #expect(RegisterDates.moment(written, in: .vietnam) == nil) }

  @Test(
    "a column with the month first is refused as a whole: half of its dates would be read wrongly and nobody would see")
  func monthFirst() async throws {
    let rows = (8...16).map { day in
      [
        "H24.19-260302-10\(day)", "1.004873", "03/\(RegisterText.two(day))/2026 08:00",
        "03/\(RegisterText.two(day + 1))/2026", "", "", "", "",
      ]
    }
    let words = await said(("ds.csv", Register.list(rows)))
    #expect(
      words.contains("ds.csv, dòng 7, cột «Ngày tiếp nhận»: «03/13/2026 08:00» viết tháng trước ngày"), "\(words)")
    // One such date among many of the other kind is a slip of that row.
    var mixed = (13...20).map { day in
      ["H24.19-260302-20\(day)", "1.004873", "\(day)/03/2026", "\(day + 5)/03/2026", "", "", "", ""]
    }
    mixed[3][2] = "03/16/2026"
    let staged = try await office.stage([("ds.csv", Register.list(mixed))], rules)
    #expect(staged.added == 7 && staged.rejected == 1)
  }

  @Test("the heading of the form of the circular, and one in other words and another order")
  func headings() async throws {
    func row(_ number: Int) -> [String] {
      [
        "\(number)", "H24.19-260302-300\(number)", "Đăng ký khai sinh", "1", "A", "B", "UBND", "02/03/2026 08:00:00",
        "03/03/2026 17:00:00", "", "02/03/2026 15:00:00", "02/03/2026 16:00:00", "Trực tiếp", "", "",
      ]
    }
    let form = [
      [
        "STT", "Mã hồ sơ", "Tên thủ tục hành chính", "Số lượng hồ sơ (bộ)", "Tên cá nhân, tổ chức", "Địa chỉ",
        "Cơ quan chủ trì giải quyết", "Ngày, tháng, năm", "", "", "", "Trả kết quả", "", "", "Ghi chú",
      ],
      [
        "", "", "", "", "", "", "", "Nhận hồ sơ", "Hẹn trả kết quả", "Chuyển hồ sơ đến cơ quan giải quyết",
        "Nhận kết quả từ cơ quan giải quyết", "Ngày, tháng, năm", "Phương thức nhận kết quả", "Ký nhận", "",
      ], row(1), row(2),
    ]
    let staged = try await office.run([("so.csv", Register.csv(form))], rules)
    #expect(staged.added == 2 && staged.rejected == 0)
    let dossier = try #require(try await found("H24.19-260302-3001"))
    #expect(dossier.due?.day == LocalDay("2026-03-03") && dossier.finishedAt != nil && dossier.handedOverAt != nil)
    #expect(dossier.finishedAt != dossier.handedOverAt)
    #expect(staged.files[0].unread?.contains("Số lượng hồ sơ (bộ)") == true)
    let other = [
      ["Thời gian", "", "", "Hồ sơ", ""], ["Trả kết quả", "Hẹn trả", "Tiếp nhận", "Thủ tục", "Mã số"],
      ["02/03/2026", "03/03/2026", "02/03/2026", "Đăng ký khai sinh", "H24.19-260302-3003"],
    ]
    #expect(try await office.run([("a.csv", Register.csv(other))], rules).added == 1)
  }

  @Test("every sheet that is a register is read, the others are named, hidden ones are left alone")
  func sheets() async throws {
    let papers = try Papers()
    func list(_ n: Int) -> [[String]] {
      [Register.listHeads, ["H24.19-260302-400\(n)", "1.004873", "02/03/2026", "05/03/2026", "", "", "", ""]]
    }
    let book = try await papers.book(
      "so.xlsx",
      [
        ("Hướng dẫn", [["Cách điền"]], false), ("Tháng 2", list(1), false), ("Tháng 3", list(2), false),
        ("Nháp", list(3), true),
      ])
    let staged = try await office.run([("so.xlsx", try Data(contentsOf: book))], rules)
    #expect(staged.added == 2)
    #expect(staged.files.map(\.name) == ["so.xlsx [Tháng 2]", "so.xlsx [Tháng 3]"])
    #expect(staged.skipped == ["so.xlsx [Hướng dẫn]"])
    let wrong = try await papers.book("sai.xlsx", [("Một", [["Cách điền"]], false), ("Hai", [["Lương"]], false)])
    let words = await said(("sai.xlsx", try Data(contentsOf: wrong)))
    #expect(words.contains("sai.xlsx [Một], dòng 1: không phải sổ hồ sơ"), "\(words)")
  }

  @Test("a book that unpacks to more than its list of contents says is damaged, and is not unpacked to its end")
  func bomb() async throws {
    let papers = try Papers()
    let cells = Papers.rows(Register.rows([Register.Row()])) + String(repeating: " ", count: 3 << 20)
    var data = try Data(contentsOf: await papers.workbook("b.xlsx", sheet: cells))
    let parts = try #require(ZipContents(data)).parts
    let size = try #require(parts.first { $0.name == "xl/worksheets/sheet1.xml" }).size
    let (real, lie) = (withUnsafeBytes(of: UInt32(size).littleEndian, { Data($0) }), Data([100, 0, 0, 0]))
    while let place = data.range(of: real) { data.replaceSubrange(place, with: lie) }
    #expect(await said(("b.xlsx", data)).contains("b.xlsx: tệp bị hỏng"))
  }

  @Test("the rejected rows, mended in their own table, are brought as a register")
  func mended() async throws {
    var bad = Register.Row(code: "H24.19-260302-5002", due: "31/02/2026")
    bad.note = "điện thoại 0912345678, nhập bù TAM-260302-0007"
    let other = Register.Row(code: "H24.19-260302-5003", procedure: "Cấp phép bay")
    let first = try await office.run(
      [("so.csv", Register.csv([Register.Row(code: "H24.19-260302-5001", due: "25/03/2026"), bad, other]))], rules)
    #expect(first.added == 1 && first.rejected == 2)
    let table = try #require(try await office.rejects(first.import))
    #expect(!table.contains("0912345678") && !table.contains("Hằng"), "nothing of a person is kept")
    let mended = table.replacing("31/02/2026", with: "05/03/2026")
      .replacing(",Cấp phép bay,", with: ",Đăng ký khai sinh,")
    let second = try await office.run([("dong-bi-loai.csv", Data(mended.utf8))], rules)
    #expect(second.added == 2 && second.rejected == 0)
    let dossier = try #require(try await found("H24.19-260302-5002"))
    #expect(dossier.due?.day == LocalDay("2026-03-05") && dossier.formerCode?.text == "TAM-260302-0007")
    #expect(try await found("H24.19-260302-5003")?.procedure == "1.001193")
    // After a month they are gone; a younger import keeps its own.
    let keeper = CaseworkKeeper(
      CaseworkTables(.init(rules: rules), folder: centre.folder), desk: centre.desk, alarms: Alarms {},
      log: Logger(label: "test"))
    try await keeper.forgetRejects(before: centre.desk.clock.now.adding(seconds: 29 * 86_400))
    #expect(try await office.rejects(first.import) != nil)
    try await keeper.forgetRejects(before: centre.desk.clock.now.adding(seconds: 31 * 86_400))
    #expect(try await office.rejects(first.import) == nil)
    #expect(try await office.rejects(second.import) != nil, "nothing was refused, so nothing is missing")
  }

  @Test("the dry run says of each dossier what would change")
  func changes() async throws {
    let code = "H24.19-260302-6001"
    func list(_ due: String, _ channel: String, _ state: String) -> (String, Data) {
      ("ds.csv", Register.list([[code, "1.004873", "02/03/2026 08:00", due, "", channel, state, ""]]))
    }
    _ = try await office.run([list("05/03/2026", "", "Đang xử lý")], rules)
    let staged = try await office.stage([list("09/03/2026", "Trực tuyến", "Đã xử lý xong")], rules)
    let said = (staged.changes ?? []).map { "\($0.field) \($0.from?.words.vi ?? "-") > \($0.to?.words.vi ?? "-")" }
    #expect(said == ["due 05/03/2026 > 09/03/2026", "state đang giải quyết > đã có kết quả", "channel - > trực tuyến"])
    #expect(staged.changed == 1)
  }

  @Test("a column that is there but empty carries no figure, and one that is empty in part carries it in part")
  func blanks() async throws {
    func level(_ channels: [String], _ figure: RegisterSupport.Figure) async throws -> RegisterSupport? {
      let rows = channels.enumerated().map { n, channel in
        ["H24.19-260302-70\(n)0", "1.004873", "02/03/2026", "05/03/2026", "", channel, "Đang xử lý", ""]
      }
      return try await office.stage([("ds.csv", Register.list(rows))], rules).support.first { $0.figure == figure }
    }
    #expect(try await level(["Trực tuyến", "Trực tiếp"], .online)?.level == .whole)
    #expect(try await level(["", ""], .online)?.level == RegisterSupport.Level.none)
    let part = try await level(["Trực tuyến", "-", ""], .online)
    #expect(part?.level == .partly && part?.blank == 2)
    #expect(
      part?.words.vi
        == "Tỷ lệ nộp trực tuyến: chỉ tính được một phần. 2 hồ sơ để trống hình thức nộp và không được tính vào.")
    // Two files: the list has a channel for one dossier of three.
    let book = Register.csv((0..<3).map { Register.Row(code: "H24.19-260302-800\($0)", due: "25/03/2026") })
    let list = Register.list([["H24.19-260302-8000", "", "", "", "04/03/2026", "Trực tuyến", "", ""]])
    let both = try await office.stage([("so.csv", book), ("ds.csv", list)], rules)
    #expect(both.support.first { $0.figure == .online }?.blank == 2)
    #expect(both.support.first { $0.figure == .onTime }?.blank == 2)
  }
}
