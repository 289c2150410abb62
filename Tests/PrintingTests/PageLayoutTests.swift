import Foundation
import Subprocess
import Testing

@testable import Printing

/// What a page says is asked of poppler, which reads the PDF as a printer would.
@Suite struct PageLayoutTests {
  private static func poppler(_ tool: String, _ pdf: [UInt8], _ arguments: [String]) async throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pdf")
    try Data(pdf).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try await run(
      .name(tool), arguments: Arguments(arguments.map { $0 == "FILE" ? file.path : $0 }),
      output: .string(limit: 1 << 20),
      error: .discarded)
    try #require(result.terminationStatus.isSuccess)
    return result.standardOutput
  }

  private static func words(_ pdf: [UInt8]) async throws -> String {
    try await poppler("pdftotext", pdf, ["-layout", "FILE", "-"]).precomposedStringWithCanonicalMapping
  }

  static let letter = DocumentPage(
    title: "Thư xin lỗi", madeAt: "2026-11-28T00:00:00",
    blocks: [
      .head(
        .init(
          superior: "UBND phường Lê Chân", agency: "Trung tâm Phục vụ hành chính công", number: "Số: 12/TXL-TTPVHCC",
          placeAndDate: "Lê Chân, ngày 28 tháng 11 năm 2026")),
      .title("Thư xin lỗi", about: "Về việc giải quyết hồ sơ quá hạn"),
      .paragraph(
        "Ặ ẵ ỗ ữ ợ ỹ đ Đ – “Nghiêng nghiêng” quỹ, thửa, khuỷu, tuyển, ngoằn ngoèo. Trung tâm xin lỗi công dân vì đã giải quyết hồ sơ chậm hơn ngày hẹn trả kết quả, và hẹn lại ngày trả như sau.",
        .justified),
      .heading("1. Ngày hẹn"),
      .table(
        .init(
          columns: [.init("Hồ sơ", share: 2), .init("Hẹn cũ", .centre), .init("Hẹn mới", .centre)],
          rows: [["H27.12-261101-0001", "24/11/2026", "30/11/2026"]])),
      .signature(office: "Giám đốc", name: "Nguyễn Thị Tuyết Nhung"),
    ])

  @Test func everyWordOfALetterIsReadBackWithItsMarks() async throws {
    // Blanks and line ends alike: where a line ends is not asked here.
    let text = try await Self.words(try PageLayout.pdf(Self.letter)).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    for words in [
      "UBND PHƯỜNG LÊ CHÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
      "Số: 12/TXL-TTPVHCC", "Lê Chân, ngày 28 tháng 11 năm 2026", "THƯ XIN LỖI", "Ặ ẵ ỗ ữ ợ ỹ đ Đ", "ngoằn ngoèo",
      "1. Ngày hẹn", "H27.12-261101-0001", "30/11/2026", "GIÁM ĐỐC", "Nguyễn Thị Tuyết Nhung",
    ] {
      #expect(text.contains(words), "\(words) in\n\(text)")
    }
  }

  @Test func fontsAreInTheFile() async throws {
    let fonts = try await Self.poppler("pdffonts", try PageLayout.pdf(Self.letter), ["FILE"]).split(separator: "\n")
      .dropFirst(2)
    #expect(fonts.count >= 3)  // upright, bold, italic
    for font in fonts {
      // As wide as the Times New Roman of Decree 30.
      #expect(font.contains("LiberationSerif") || font.contains("TimesNewRoman"))
      // Columns from the right: object (two numbers), uni, sub, emb.
      #expect(font.split(separator: " ").suffix(5).first == "yes", "\(font)")
    }
  }

  /// Sizes in half points, as the file has them.
  @Test func sizesAreThoseOfDecree30() async throws {
    var page = Self.letter
    page.size = 14
    page.blocks.append(
      .closing(recipients: ["Như trên;", "Lưu: VT."], office: "Chủ tịch", name: "Nguyễn Thị Tuyết Nhung"))
    let xml = try await Self.poppler(
      "pdftohtml", try PageLayout.pdf(page), ["-xml", "-i", "-zoom", "2", "-stdout", "FILE"]
    ).precomposedStringWithCanonicalMapping
    var sizes: [Substring: Int] = [:]
    for font in xml.matches(of: /<fontspec id="(\d+)" size="(\d+)"/) { sizes[font.1] = Int(font.2) }
    var found: [String: Int] = [:]
    for line in xml.matches(of: /<text [^>]*font="(\d+)"[^>]*>(.*?)<\/text>/) {
      found[line.2.replacing(/<[^>]+>/, with: "").trimmingCharacters(in: .whitespaces)] = sizes[line.1]
    }
    // A line comes in pieces: letters with two marks are of another part of the font.
    for (words, range) in [
      ("UBND PH", 24...26), ("TRUNG TÂM PH", 24...26), (": 12/TXL-TTPVHCC", 26...26), ("NG HÒA XÃ H", 24...26),
      ("do - H", 26...28), ("Lê Chân, ngày 28 tháng 11 n", 26...28), ("XIN L", 26...28), ("quá h", 26...28),
      ("Trung tâm xin l", 26...28), ("GIÁM", 26...28), ("n:", 24...24), ("- L", 22...22),
    ] {
      let size = try #require(found[words], "\(words) in \(found.keys.sorted())")
      #expect(range.contains(size), "\(words): \(size)")
    }
  }

  @Test func sameValuesSameBytes() async throws {
    #expect(try PageLayout.pdf(Self.letter) == PageLayout.pdf(Self.letter))
  }

  @Test(
    "size of the sheet",
    arguments: [
      (DocumentPage.Paper.a4, false, "595.276 x 841.89 pts (A4)"), (.a4, true, "841.89 x 595.276 pts (A4)"),
      (.a5, false, "419.528 x 595.276 pts (A5)"),
    ])
  func paper(_ paper: DocumentPage.Paper, _ landscape: Bool, _ size: String) async throws {
    var page = Self.letter
    page.paper = paper
    page.isLandscape = landscape
    let info = try await Self.poppler("pdfinfo", try PageLayout.pdf(page), ["FILE"])
    #expect(info.contains(size.replacingOccurrences(of: " (A5)", with: "")), "\(info)")
    #expect(info.contains("Thư xin lỗi"))
  }

  @Test func aLongTableRepeatsItsHeadsAndLosesNoRow() async throws {
    let table = DocumentPage.Table(
      columns: [.init("Thứ tự"), .init("Đầu cột lặp lại", share: 3)], rows: (1...150).map { ["\($0)", "dòng-\($0)."] })
    let pdf = try PageLayout.pdf(DocumentPage(title: "Bảng", madeAt: "2026-11-28T00:00:00", blocks: [.table(table)]))
    let pages = try await Self.words(pdf).split(separator: "\u{C}").map(String.init)
    #expect(pages.count > 2)
    for (i, page) in pages.enumerated() {
      #expect(page.contains("Đầu cột lặp lại"))
      let first = page.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) }
      if i > 0 { #expect(first == "\(i + 1)") }
    }
    let all = pages.joined()
    for i in 1...150 { #expect(all.components(separatedBy: "dòng-\(i).").count == 2) }
  }

  @Test func aCellHigherThanAPageGoesOnOnTheNext() async throws {
    let long = (1...900).map { "từ-\($0)." }.joined(separator: " ")
    let table = DocumentPage.Table(columns: [.init("A"), .init("B")], rows: [["ngắn", long], ["sau", "cùng"]])
    let text = try await Self.words(
      try PageLayout.pdf(DocumentPage(title: "Ô dài", madeAt: "2026-11-28T00:00:00", blocks: [.table(table)])))
    for i in 1...900 { #expect(text.contains("từ-\(i).")) }
    #expect(text.contains("cùng"))
  }

  @Test func aLetterTheFontLacksIsNamed() {
    let page = DocumentPage(
      title: "x", madeAt: "2026-11-28T00:00:00", blocks: [.paragraph("chữ 漢 lạ", .left)])
    #expect(throws: PrintingError.unprintable(characters: ["漢"], text: "chữ 漢 lạ")) { try PageLayout.pdf(page) }
  }

  @Test func marginsWithoutRoomAreRefused() {
    var page = Self.letter
    page.margins = .init(top: 20, bottom: 20, left: 120, right: 80)
    #expect(throws: PrintingError.self) { try PageLayout.pdf(page) }
  }

  /// `PAGES_DIR=/somewhere swift test --filter PageLayout` leaves the letter there to be looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["PAGES_DIR"] != nil))
  func pictures() async throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PAGES_DIR"])
    try Data(try PageLayout.pdf(Self.letter)).write(to: URL(fileURLWithPath: folder + "/letter.pdf"))
  }
}
