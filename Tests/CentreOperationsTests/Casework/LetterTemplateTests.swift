import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("letters in the commune's own words")
struct LetterTemplateTests {
  private static func problems(_ text: String, _ kind: Letter.Kind) throws -> [String] {
    do {
      _ = try CaseLetters.template(text, kind, try CaseworkDeskTests.rules().procedures)
      return []
    } catch let error as TableError {
      return error.problems.map { "\($0.row ?? 0) \($0.key)" }
    }
  }

  @Test(
    "a mistake is named with its line",
    arguments: [
      ("@dau Số: {so}/TCM", .marriage, []), ("Thân gửi {ten}", .marriage, ["0 letterNeeds"]),
      ("{so}\n{ma_ho_so}", .marriage, ["2 templateField"]), ("{so}\n{ma_ho_so}", .apology, []),
      ("{so}\n{vi_viec}", .thanks, []), ("{so}\n@giữa x", .thanks, ["2 letterMark"]),
      ("{so}\n\n@khi 1.000894 9.999999", .marriage, ["3 letterProcedure"]), ("{so} {ten", .birth, ["1 templateBrace"]),
    ] as [(String, Letter.Kind, [String])])
  func mistakes(_ text: String, _ kind: Letter.Kind, _ expected: [String]) throws {
    _ = Checkout.words
    #expect(try Self.problems(text, kind) == expected)
  }

  @Test("the message names file, field and those that may be used")
  func message() throws {
    _ = Checkout.words
    let rules = try CaseworkDeskTests.rules()
    let error = #expect(throws: TableError.self) {
      try CaseLetters.template("{so} {ho_ten}", .birth, rules.procedures)
    }
    let said = error?.description ?? ""
    #expect(said.contains("letters/khai-sinh.txt, dòng 1") && said.contains("{ho_ten}") && said.contains("{ten}"))
  }

  @Test("the delivered letters are read, make one page each, and know their procedures")
  func delivered() async throws {
    _ = Checkout.words
    var rules = try CaseworkDeskTests.rules()
    let folder = Checkout.root.appendingPathComponent("centre/templates/letters")
    let letters = try CaseLetters(folder: folder, procedures: rules.procedures)
    rules.letters = letters.offers
    #expect(letters.offers["1.000894"] == .marriage && letters.offers["1.001193"] == .birth)
    #expect(letters.offers["1.000656"] == .condolence)
    let desk = try TestDesk()
    let settings = try await desk.desk.look { _, state in state.hall.settings }
    let (asked, now) = (rules, desk.desk.clock.now)
    let dossier = try await desk.desk.perform { ledger, _ in
      let by = Actor("cb01", .officer)
      let code = DossierCode("H24.19-261126-0007")
      let first = try CaseworkDesk.run(.receive(.init(code: code, procedure: "1.004873")), asked, by: by, &ledger)[0]
      let later = asked.calendar.workingDay(after: first.due!.day)!
      return try CaseworkDesk.run(.reappoint(first.id, to: later, reason: "cho-xac-minh"), asked, by: by, &ledger)[0]
    }
    for (i, kind) in Letter.Kind.allCases.enumerated() {
      let words = CaseLetters.Words(
        name: "Nguyễn Văn Khuỷnh và Đặng Thị Quỳnh Nhường", deed: "hiến 20 m² đất mở rộng ngõ 12 đường Hồ Sen")
      let pdf = try letters.pdf(
        Letter(year: 2026, number: i + 1, kind: kind), words, dossier: kind == .apology ? dossier : nil, rules: rules,
        settings: settings, at: now)
      #expect(pdf.starts(with: Array("%PDF".utf8)))
      // A page object each; the tree of pages is of another type.
      let text = String(decoding: pdf, as: Unicode.ASCII.self)
      #expect(text.ranges(of: "/Type /Page\n").count + text.ranges(of: "/Type /Page ").count <= 1, "\(kind)")
      if let place = ProcessInfo.processInfo.environment["LETTERS_TO"] {
        try Data(pdf).write(to: URL(fileURLWithPath: place).appendingPathComponent("\(kind.rawValue).pdf"))
      }
    }
  }
}
