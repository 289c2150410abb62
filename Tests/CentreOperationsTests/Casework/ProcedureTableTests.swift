import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("the list of procedures as a file")
struct ProcedureTableTests {
  static let services: Set<Service.ID> = ["ho-tich", "dat-dai"]
  static let rules: Set<DueRule.ID> = ["chung", "chung-thuc"]
  static let heading = "Mã TTHC,Tên thủ tục,Dịch vụ lấy số,Thời hạn,Trả trong ngày,Nguồn\n"

  init() { _ = Checkout.words }

  func read(_ data: Data) throws -> ProcedureList {
    try ProcedureTable.read(csv: data, name: "tthc.csv", services: Self.services, rules: Self.rules)
  }
  func read(_ text: String) throws -> ProcedureList { try read(Data(text.utf8)) }

  /// What is said about a bad file, one `row column key` each.
  func problems(_ data: Data) -> [String] {
    do {
      _ = try read(data)
      return []
    } catch {
      return (error as! TableError).problems.map { "\($0.row ?? 0) \($0.column ?? "-") \($0.key)" }
    }
  }
  func problems(_ text: String) -> [String] { problems(Data(text.utf8)) }

  @Test("the delivered list is read whole, keeps the fee word for word and what is not known empty")
  func delivered() throws {
    let settings = try CentreSeed.read(file: Checkout.exampleFile).settings
    let rules = try CaseworkFolder.read(Checkout.root.appendingPathComponent("centre"), settings: settings)
    #expect(rules.procedures.all.count == 59)
    let copies = try #require(rules.procedures.procedure(code: "2.000815.000.00.00.H17"))
    #expect(copies.limit == .sameDay)
    #expect(copies.fee == "2.000đ/trang; từ trang thứ 3 trở lên thu 1.000đ/trang, tối đa 200.000đ/bản")
    #expect(rules.rule(copies.rule).cutoff == TimeOfDay("15:00"))
    #expect(copies.sameDay == nil, "which procedures are same-day is the commune's decision")
    let foreign = try #require(rules.procedures["2.000779"])
    #expect(foreign.limit == nil && foreign.documents == nil && foreign.form == nil)
    #expect(rules.procedures.all.allSatisfy { !$0.source.isEmpty && $0.service != nil })
    #expect(rules.procedures["1.004884"]?.limitWithVerification == .days(25))
    // 24/11 is off, next year is not whole yet.
    #expect(!rules.calendar.isWorking(LocalDay("2026-11-24")!))
    #expect(rules.calendar.isWorking(LocalDay("2026-08-22")!))
    #expect(!rules.calendar.isWorking(LocalDay("2026-11-28")!), "a Saturday is open but doesn't count")
    #expect(rules.calendar.alarms(on: LocalDay("2026-11-28")!) == [CalendarAlarm(year: 2027, overdue: false)])
  }

  @Test("headings in any order, other names, without marks; semicolons and tabs; line breaks within quotes")
  func headings() throws {
    for separator in [",", ";", "\t"] {
      let text =
        [
          "nguon", "TEN TTHC", "Mã số TTHC", "Giấy tờ mang theo",
        ].joined(separator: separator) + "\r\n"
        + ["QĐ 1", "Đăng ký khai sinh", "1.001193", "\"Giấy chứng sinh\nTờ khai\""].joined(separator: separator)
        + "\r\n"
      let procedure = try #require(try read(text).all.first)
      #expect(procedure.name == "Đăng ký khai sinh")
      #expect(procedure.documents == ["Giấy chứng sinh", "Tờ khai"])
    }
  }

  @Test("every mistake is named with row and column, and nothing is taken")
  func mistakes() {
    let text =
      Self.heading
      + "1.1,A,ho-tich,03 ngày làm việc,có,QĐ 1\n"
      + "1.1,B,ho-tic,3 tuần,có lẽ,QĐ 1\n"
      + "\n"
      + ",,,,,\n"
      + "1.2,,,,,\n"
      + "1.3,C,,,,QĐ 1,thừa\n"
      + "1 4,=1+1,,,,QĐ 1\n"
    #expect(
      problems(text).sorted() == [
        "3 Dịch vụ lấy số choice", "3 Mã TTHC twice", "3 Thời hạn value", "3 Trả trong ngày choice",
        "6 Nguồn missing", "6 Tên thủ tục missing", "7 - moreCells", "8 Mã TTHC value", "8 Tên thủ tục formulaText",
      ])
    let said =
      (try? read(text)) == nil
      ? TableError("a.csv", [TableProblem(3, "Thời hạn", "value", ["value": "3 tuần", "example": "03 ngày làm việc"])])
        .description : ""
    #expect(said == "a.csv, dòng 3, cột «Thời hạn»: «3 tuần» không đúng; viết như «03 ngày làm việc»")
  }

  @Test("the wrong file is refused as a whole")
  func wrongFile() {
    #expect(problems("") == ["0 - empty"])
    #expect(problems(Self.heading) == ["0 - noRows"])
    #expect(problems("STT,Họ tên\n1,A\n").first == "1 STT unknownColumn")
    #expect(problems("Mã TTHC,Tên thủ tục\n1.1,A\n") == ["1 Nguồn columnMissing"])
    #expect(problems("Mã TTHC,Mã,Tên thủ tục,Nguồn\n1.1,1.1,A,B\n") == ["1 Mã TTHC columnTwice"])
    #expect(problems(Self.heading + "1.1,\"A,ho-tich,,,QĐ") == ["2 - openQuote"])
    #expect(problems(Self.heading + "1.1,A,ho-tich") == ["2 - cutOff"], "cut off just where a cell ends")
    #expect(problems(String(repeating: ",", count: 1_000_000)) == ["1 - tooManyColumns"])
    #expect(problems(Data([0x4D, 0x5A, 0, 0, 1, 2])) == ["0 - binary"])
  }

  @Test("text of any age: BOM, UTF-16, decomposed, CP1258 are read; TCVN3, lost letters and cut files are refused")
  func encodings() async throws {
    let text = Self.heading + "2.000815,Chứng thực bản sao từ bản chính,ho-tich,trong ngày,có,Quyết định số 5\n"
    let name = "Chứng thực bản sao từ bản chính"
    #expect(try read("\u{FEFF}" + text).all[0].name == name)
    #expect(
      try read(text.decomposedStringWithCanonicalMapping).all[0].name.unicodeScalars.elementsEqual(name.unicodeScalars))
    #expect(try read(Data([0xFF, 0xFE]) + text.data(using: .utf16LittleEndian)!).all[0].name == name)
    // As iconv writes CP1258 (base letter, then the tone): the bytes of `iconv -t CP1258`.
    let old = try await iconv(text, to: "CP1258")
    #expect(try read(old).all[0].name == name)
    #expect(problems(Data(text.utf8.dropLast(3)) + [0xE1, 0xBB]) == ["0 - halfWritten"])
    #expect(problems(Data([0xFF, 0xFE, 0x4D])) == ["0 - halfWritten"])
    // «Chứng thực bản sao từ bản chính» typed in a TCVN3 font: as bytes, and as a spreadsheet keeps it.
    let abc: [UInt8] = Array("Chøng thùc b¶n sao tõ b¶n chÝnh giÊy tê".unicodeScalars.map { UInt8($0.value) })
    #expect(problems(Data(Self.heading.utf8) + Data("2.1,".utf8) + Data(abc) + Data(",,,,QD\n".utf8)) == ["0 - tcvn3"])
    #expect(problems(Self.heading + "2.1,Chøng thùc b¶n sao tõ b¶n chÝnh giÊy tê,,,,QD\n") == ["0 - tcvn3"])
    #expect(problems(Self.heading + "2.1,Ch\u{FFFD}ng th\u{FFFD}c,,,,QD\n") == ["0 - lostLetters"])
  }

  private func iconv(_ text: String, to code: String) async throws -> Data {
    let papers = try Papers()
    let file = try papers.write("in.txt", Data(text.utf8))
    return try await Papers.output("iconv", ["-f", "UTF-8", "-t", code, file.path])
  }

  @Test("every letter of Vietnamese comes through CP1258")
  func letters() async throws {
    let small = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵdđ"
    let text = small + small.uppercased()
    #expect(VietnameseBytes.cp1258(try await iconv(text, to: "CP1258")) == text)
  }
}

@Suite("workbooks")
struct WorkbookTests {
  static let table = [
    ["Mã TTHC", "Tên thủ tục", "Phí, lệ phí", "Nguồn"],
    ["1.001193", "Đăng ký khai sinh", "Miễn lệ phí & \"đúng hạn\"", "QĐ 1"], ["", "", "", ""],
    ["2.000815", "Chứng thực bản sao", "2.000đ/trang", "QĐ 1"],
  ]

  func problems(_ file: URL) async -> [String] {
    do {
      _ = try await ProcedureTable.read(file: file, services: [], rules: [])
      return []
    } catch {
      return (error as! TableError).problems.map { "\($0.row ?? 0) \($0.column ?? "-") \($0.key)" }
    }
  }

  @Test("a workbook is read through xlsx2csv, and a mistake is named by the row of the sheet")
  func reads() async throws {
    let papers = try Papers()
    let file = try await papers.workbook("danh muc ; $(x).xlsx", sheet: Papers.rows(Self.table))
    let list = try await ProcedureTable.read(file: file, services: [], rules: [])
    #expect(list.all.map(\.id) == ["1.001193", "2.000815"])
    #expect(list.all[0].fee == "Miễn lệ phí & \"đúng hạn\"")
    var bad = Self.table
    bad[3][3] = ""
    #expect(await problems(try await papers.workbook("b.xlsx", sheet: Papers.rows(bad))) == ["4 Nguồn missing"])
  }

  @Test("macros, formulas, cut files, other archives, old Excel and web pages are refused by name")
  func refused() async throws {
    let papers = try Papers()
    let sheet = Papers.rows(Self.table)
    #expect(
      await problems(try await papers.workbook("m.xlsx", sheet: sheet, more: ["xl/vbaProject.bin": "x"])) == [
        "0 - macros"
      ])
    let formula = sheet + "<row r=\"5\"><c r=\"C5\"><f>SUM(A1:A2)</f><v>3</v></c></row>"
    let file = try await papers.workbook("f.xlsx", sheet: formula)
    #expect(await problems(file) == ["0 - formula"])
    await #expect { try await SpreadsheetFile.table(file) } throws: { ($0 as! TableError).description.contains("ô C5") }
    let whole = try Data(contentsOf: try await papers.workbook("w.xlsx", sheet: sheet))
    for length in [20, whole.count / 2, whole.count - 1] {
      #expect(
        await problems(try papers.write("h.xlsx", whole.prefix(length))) == ["0 - halfWritten"], "\(length) bytes")
    }
    let docx = try await papers.workbook("d.docx", sheet: sheet)
    var bytes = try Data(contentsOf: docx)
    while let range = bytes.range(of: Data("xl/workbook.xml".utf8)) {
      bytes.replaceSubrange(range, with: Data("xx/workbook.xml".utf8))
    }
    #expect(await problems(try papers.write("d.docx", bytes)) == ["0 - notExcel"])
    #expect(await problems(try papers.write("o.xls", Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]))) == ["0 - oldExcel"])
    #expect(await problems(try papers.write("w.xls", Data("<html><table></table></html>".utf8))) == ["0 - webPage"])
    #expect(await problems(try papers.write("e.csv", Data())) == ["0 - empty"])
    #expect(await problems(papers.folder.appendingPathComponent("không có.csv")) == ["0 - unreadable"])
  }

  @Test("a workbook far too wide is refused, and soon")
  func wide() async throws {
    let papers = try Papers()
    let sheet = Papers.rows(Self.table) + "<row r=\"6\"><c r=\"XFD6\" t=\"inlineStr\"><is><t>x</t></is></c></row>"
    let found = await problems(try await papers.workbook("wide.xlsx", sheet: sheet))
    #expect(found.count == 1 && found[0].hasSuffix("- tooManyColumns"), "\(found)")
  }
}

@Suite("calendar and rules as files")
struct CalendarTableTests {
  init() { _ = Checkout.words }

  func years(_ text: String) throws -> [WorkingCalendar.YearList] {
    try HolidayTable.read(csv: Data(text.utf8), name: "holidays.csv", usual: [])
  }

  @Test("days off, worked days with their hours, and years that are whole")
  func reads() throws {
    let years = try years(
      "Ngày,Loại,Giờ làm,Tên,Nguồn\n2027,trọn năm,,,TB 1\n01/01/2027,nghỉ,,Tết,TB 1\n2027-02-20,làm bù,07:30-11:30,,TB 1\n2/9/2028,nghỉ,,,TB 2\n"
    )
    #expect(years.map(\.year) == [2027, 2028])
    #expect(years.map(\.complete) == [true, false])
    #expect(years[0].workedDays[0].spans == [Span(from: TimeOfDay("07:30")!, to: TimeOfDay("11:30")!)])
    #expect(years[1].daysOff[0].day == LocalDay("2028-09-02"))
  }

  @Test("wrong dates, kinds, hours and doubles are named")
  func mistakes() {
    let text =
      "Ngày,Loại,Giờ làm,Nguồn\n31/02/2027,nghỉ,,TB\n01/01/2027,lễ,,TB\n02/01/2027,làm bù,11:30-07:30,TB\n03/01/2027,nghỉ,,TB\n03/01/2027,nghỉ,,TB\n27,trọn năm,,TB\n04/01/2027,,,\n"
    do {
      _ = try years(text)
      Issue.record("read")
    } catch {
      let found = (error as! TableError).problems.map { "\($0.row ?? 0) \($0.column ?? "-") \($0.key)" }
      #expect(
        found.sorted() == [
          "2 Ngày value", "3 Loại choice", "4 Giờ làm value", "6 Ngày twice", "7 Ngày value", "8 Loại missing",
          "8 Nguồn missing",
        ])
    }
  }

  @Test("rules of counting, and their mistakes")
  func rules() throws {
    let heading = "Mã,Tên,Sau giờ này hẹn hôm sau,Giờ này dời cả hạn dài,Ngoài giờ tính từ hôm sau,Bổ sung,Nguồn\n"
    let rules = try DueRuleTable.read(
      csv: Data((heading + "a,A,15:00,có,không,tính lại từ đầu,NĐ\nb,B,,không,có,tạm dừng,NĐ\n").utf8), name: "r.csv")
    #expect(rules[0].cutoff == TimeOfDay("15:00"))
    #expect(rules[0].cutoffMovesStart && !rules[0].afterHoursMovesStart && rules[0].supplement == .restarts)
    #expect(rules[1].cutoff == nil)
    #expect(throws: TableError.self) {
      try DueRuleTable.read(csv: Data((heading + "a,A,3h chiều,có,không,tạm dừng,NĐ\n").utf8), name: "r.csv")
    }
    #expect(throws: TableError.self) {
      try DueRuleTable.read(csv: Data((heading + "a,A,,,không,tạm dừng,NĐ\n").utf8), name: "r.csv")
    }
  }

  @Test("every refusal about dossiers has its words in both languages")
  func words() {
    for rejection in DossierRejection.allCases {
      let words = rejection.words
      #expect(words.vi != "problem.\(rejection.rawValue)" && words.en != words.vi)
    }
  }

  @Test("a list that the commune brings is set against the one in use; what it says reads back the same")
  func brought() async throws {
    let papers = try Papers()
    let folder = Checkout.root.appendingPathComponent("centre")
    let settings = try CentreSeed.read(file: Checkout.exampleFile).settings
    let now = try CaseworkFolder.read(folder, settings: settings).procedures
    // As it is, through a spreadsheet: nothing changes.
    let same = try await ProcedureImport(
      folder.appendingPathComponent("procedures.csv"), over: folder, settings: settings)
    #expect(same.added.isEmpty && same.changed.isEmpty && same.dropped.isEmpty && same.unchanged.count == now.all.count)
    let again = try ProcedureTable.read(
      csv: same.csv, name: "x", services: Set(settings.services.map(\.id)),
      rules: Set(now.all.compactMap(\.rule)))
    #expect(again == now)
    let sheet = Papers.rows([
      ["Mã TTHC", "Tên thủ tục", "Mức độ trực tuyến", "Nguồn"],
      ["1.001193", "Đăng ký khai sinh", "toàn trình", "QĐ 1"], ["9.999999.000.00.00.H17", "Thủ tục mới", "", "QĐ 1"],
    ])
    let brought = try await ProcedureImport(
      await papers.workbook("danh-muc.xlsx", sheet: sheet), over: folder, settings: settings)
    #expect(brought.added == ["9.999999.000.00.00.H17"] && brought.changed == ["1.001193"])
    #expect(brought.dropped.count == now.all.count - 1)
    #expect(brought.unknown.first { $0.column == "Mức độ trực tuyến" }?.count == 1)
    #expect(brought.list["1.001193"]?.online == .full)
    await #expect(throws: TableError.self) {
      let wrong = Papers.rows([["Mã TTHC", "Tên thủ tục", "Nguồn"], ["1.001193", "", "QĐ 1"]])
      _ = try await ProcedureImport(await papers.workbook("x.xlsx", sheet: wrong), over: folder, settings: settings)
    }
  }
}
