import CentreStore
import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("reading exports of the provincial register")
struct RegisterReaderTests {
  let rules: CaseRules
  let now = LocalDay("2026-11-26")!.instant(at: TimeOfDay("08:00")!, in: .vietnam)

  init() throws {
    _ = Checkout.words
    rules = try CaseworkDeskTests.rules()
  }

  func read(_ files: (name: String, data: Data)..., at moment: Instant? = nil) throws -> RegisterReading {
    var reader = RegisterReader(rules, at: moment ?? now)
    for file in files {
      let table = try SpreadsheetFile.csv(file.data, file.name)
      let heading = try RegisterHeading.find(in: table, file: file.name, profiles: Register.profiles)
      try reader.read(table, file: file.name, sha256: "", heading)
    }
    return reader.finish()
  }

  func at(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    return LocalDay(parts[0])!.instant(at: TimeOfDay(parts[1])!, in: .vietnam)
  }

  @Test("the follow-up register: title, merged heading of two rows, column numbers, sum and signature")
  func layout() throws {
    var second = Register.Row(code: "h24.19-260302-0002", procedure: "Đăng ký khai sinh cho cháu A", handedOver: "")
    second.note = "nhập bù TAM-260302-0007"
    let reading = try read(("so.csv", Register.csv([Register.Row(), second])))
    #expect(reading.rejects == [])
    #expect(reading.files[0].rows == 2 && reading.files[0].profile == "so-theo-doi-ho-so")
    let entry = try #require(reading.entries.first)
    #expect(entry.procedure == "1.004873")
    #expect(entry.receivedAt == at("2026-03-02 08:15") && entry.handedOverAt == at("2026-03-05 09:00"))
    #expect(entry.due?.day == LocalDay("2026-03-05") && entry.dueFrom == .province && entry.finishedAt == nil)
    #expect(reading.entries[1].procedure == "1.001193" && reading.entries[1].code.text == "H24.19-260302-0002")
    #expect(reading.entries[1].formerCode?.text == "TAM-260302-0007")
    // Nothing of a person is anywhere in what was read.
    #expect(!"\(reading)".contains("Hằng") && !"\(reading)".contains("0912345678") && !"\(reading)".contains("cháu"))
  }

  @Test("a list of one heading row with other columns; words of the system; dates in several hands")
  func list() throws {
    let reading = try read(
      (
        "ds.csv",
        Register.list([
          [
            "H24.19-260302-0001", "1.004873.000.00.00.H24", "2/3/2026", "05-03-2026", "08:30 04/03/2026", "Trực tuyến",
            "ĐÃ TRẢ KẾT QUẢ", "Đã số hóa",
          ],
          [
            "H24.19-260302-0002", "2.000815", "2026-03-02T09:00:00.000", "02.03.2026", "", "Trực tiếp", "Đang xử lý",
            "0",
          ],
        ])
      ))
    #expect(reading.rejects == [])
    #expect(reading.entries[0].state == .handedOver && reading.entries[0].channel == .online)
    #expect(reading.entries[0].digitised == true && reading.entries[1].digitised == false)
    #expect(reading.entries[0].finishedAt == at("2026-03-04 08:30"))
    #expect(reading.entries[1].receivedAt == at("2026-03-02 09:00"))
    #expect(reading.given.isSuperset(of: [.finished, .channel, .state]))
  }

  @Test(
    "a due date that isn't there is counted, and provisional in a year without a list; the province's is taken as it is"
  )
  func calendar() throws {
    let reading = try read(
      ("a.csv", Data("Mã hồ sơ,Mã TTHC,Ngày tiếp nhận\nH24-0001,1.004873,30/12/2026 08:00:00\n".utf8)),
      (
        "b.csv",
        Data("Mã hồ sơ,Mã TTHC,Ngày tiếp nhận,Ngày hẹn trả\nH24-0002,1.004873,26/11/2026,05/01/2027\n".utf8)
      ), at: at("2027-01-04 09:00"))
    #expect(reading.rejects == [])
    #expect(reading.countedDates == 1 && reading.provisionalDates == 1)
    #expect(reading.entries[0].due?.day == LocalDay("2027-01-05") && reading.entries[0].dueFrom == .counted)
    #expect(reading.entries[0].due?.provisional == true)
    // What the province wrote is no count of ours.
    #expect(reading.entries[1].due?.provisional == false)
  }

  static let mistakes: [(String, @Sendable (inout Register.Row) -> Void, column: String, words: String)] = [
    ("code", { $0.code = "H?" }, "Mã hồ sơ", "không phải mã hồ sơ"),
    ("no code", { $0.code = "" }, "Mã hồ sơ", "không được để trống"),
    ("ours", { $0.code = "TAM-260302-0001" }, "Mã hồ sơ", "mã tạm"),
    ("procedure", { $0.procedure = "Cấp phép bay" }, "Nội dung hồ sơ", "không có thủ tục «Cấp phép bay»"),
    ("near", { $0.procedure = "khai sinh" }, "Nội dung hồ sơ", "gần nhất là «1.001193 Đăng ký khai sinh»"),
    ("day", { $0.received = "31/02/2026" }, "Nhận hồ sơ", "viết như «26/11/2026 08:30:00»"),
    ("month first", { $0.due = "03/25/2026" }, "Hẹn trả", "viết như"),
    ("two digits", { $0.received = "02/03/26" }, "Nhận hồ sơ", "viết như"),
    ("number", { $0.received = "4608334" }, "Nhận hồ sơ", "viết như"),
    ("hour", { $0.received = "02/03/2026 25:00:00" }, "Nhận hồ sơ", "viết như"),
    ("year", { $0.due = "05/03/2206" }, "Hẹn trả", "năm 2206"),
    ("old", { $0.received = "02/03/1926" }, "Nhận hồ sơ", "năm 1926"),
    ("future", { $0.handedOver = "01/12/2026" }, "Ngày nhận kết quả (Trả kết quả)", "tương lai"),
    ("due first", { $0.due = "01/01/2026" }, "Hẹn trả", "sớm hơn «Nhận hồ sơ»"),
    ("over first", { $0.handedOver = "01/01/2026" }, "Ngày nhận kết quả (Trả kết quả)", "sớm hơn"),
    ("formula", { $0.procedure = "=HYPERLINK(\"x\")" }, "Nội dung hồ sơ", "công thức"),
  ]

  @Test("every mistake names its row, column and remedy, and the other rows are read")
  func mistakes() throws {
    for (name, spoil, column, words) in Self.mistakes {
      var bad = Register.Row()
      spoil(&bad)
      // Its due day can only be the day, so that a row with the month first is a slip and not the way of the column.
      let good = Register.Row(code: "H24.19-260302-0009", due: "25/03/2026 17:00:00")
      let reading = try read(("so.csv", Register.csv([good, bad])))
      #expect(reading.entries.map(\.code.text) == ["H24.19-260302-0009"], "\(name)")
      let reject = try #require(reading.rejects.first, "\(name)")
      #expect(reject.row == Register.firstRow + 1 && reject.column == column, "\(name): \(reject)")
      #expect(reject.reason.contains(words), "\(name): \(reject.reason)")
      #expect(!reject.reason.contains("{") && !reject.reason.contains("table."), "\(name): \(reject.reason)")
    }
  }

  @Test("the same code with other content: neither row is taken; word for word the same: once")
  func twice() throws {
    var other = Register.Row()
    other.due = "06/03/2026"
    let third = Register.Row(code: "H24.19-260302-0003")
    let reading = try read(("so.csv", Register.csv([Register.Row(), third, other, third])))
    #expect(reading.entries.map(\.code.text) == ["H24.19-260302-0003"])
    #expect(reading.repeated == 1)
    // Both are named, each with the row of the other.
    #expect(reading.rejects.map(\.row) == [Register.firstRow, Register.firstRow + 2])
    #expect(reading.rejects[0].reason.contains("dòng \(Register.firstRow + 2)"))
    #expect(reading.rejects[1].reason.contains("dòng \(Register.firstRow)"))
    let thrice = try read(("so.csv", Register.csv([Register.Row(), other, Register.Row()])))
    #expect(thrice.rejects.map(\.row) == [8, 9, 10] && thrice.repeated == 0)
    // Between two files that disagree.
    let two = try read(
      ("so.csv", Register.csv([Register.Row(), third])),
      ("ds.csv", Register.list([["H24.19-260302-0001", "1.004873", "02/03/2026", "09/03/2026", "", "", "", ""]])))
    #expect(two.entries.map(\.code.text) == ["H24.19-260302-0003"])
    #expect(two.rejects.map(\.file) == ["so.csv", "ds.csv"])
    #expect(two.rejects[0].row == 8 && two.rejects[0].reason.contains("«05/03/2026 17:00:00» khác với ds.csv, dòng 2"))
    #expect(two.rejects[1].row == 2 && two.rejects[1].reason.contains("«09/03/2026» khác với so.csv, dòng 8"))
  }

  @Test("the wrong file says what it has; unknown words and wrong profiles are named")
  func wrong() throws {
    func said(_ text: String) -> String {
      do {
        _ = try read(("danh muc.csv", Data(text.utf8)))
        return ""
      } catch { return "\(error)" }
    }
    let words = said("STT,Họ tên,Lương\n1,A,2\n")
    #expect(words.contains("danh muc.csv, dòng 1: không phải sổ hồ sơ") && words.contains("STT, Họ tên, Lương"))
    #expect(said("Mã hồ sơ,Mã số hồ sơ,Ngày nhận\n1,2,3\n").contains("hai lần"))
    #expect(said(String(repeating: ",", count: 1_000_000)).contains("quá 200 cột"))
    #expect(said("Mã hồ sơ,Ngày nhận\nH24-0001,\"02/03").contains("dấu ngoặc kép"))
    let reading = try read(
      ("ds.csv", Register.list([["H24-00001", "1.004873", "02/03/2026", "", "", "Bồ câu", "", ""]])))
    #expect(reading.rejects[0].reason.contains("danh-sach-ho-so.yaml"))
    let papers = try Papers()
    _ = try papers.write("a.yaml", Data("name: A\nsource: B\ncolumns: { codes: [x] }\n".utf8))
    #expect { try RegisterProfile.load(from: papers.folder) } throws: {
      "\($0)".contains("a.yaml") && "\($0)".contains("«codes»")
    }
    _ = try papers.write("a.yaml", Data("name: A\nsource: B\ncolumns: {}\nstate: {}\n".utf8))
    #expect { try RegisterProfile.load(from: papers.folder) } throws: { "\($0)".contains("«state»") }
  }

  @Test("a register of 5,000 rows with 60 broken ones: each is named, and no other")
  func large() throws {
    var rows: [Register.Row] = []
    var wanted: [Int: String] = [:]
    for n in 0..<5000 {
      let day = LocalDay("2026-01-05")!.adding(days: n % 200)
      let text = RegisterText.day(day)
      var row = Register.Row(
        code: "H24.19-26\(RegisterText.two(n % 12 + 1))-\(10_000 + n)", received: "\(text) 08:15:00",
        due: "\(RegisterText.day(day.adding(days: 5))) 17:00:00",
        handedOver: "\(RegisterText.day(day.adding(days: n % 9))) 09:00:00")
      // Every 83rd row has one of the mistakes in turn, 60 in all.
      if n % 83 == 11, wanted.count < 60 {
        let mistake = Self.mistakes[wanted.count % Self.mistakes.count]
        mistake.1(&row)
        wanted[Register.firstRow + n] = mistake.words
      }
      rows.append(row)
    }
    let reading = try read(("so.csv", Register.csv(rows)))
    #expect(wanted.count == 60)
    #expect(Set(reading.rejects.map(\.row)) == Set(wanted.keys))
    #expect(reading.rejects.filter { !$0.reason.contains(wanted[$0.row] ?? "?") }.map(\.reason) == [])
    #expect(reading.entries.count == 4940)
  }
}

enum RegisterText {
  static func two(_ n: Int) -> String { padded(n, 2) }
  static func day(_ day: LocalDay) -> String {
    let (y, m, d) = day.civil
    return "\(two(d))/\(two(m))/\(y)"
  }
}
