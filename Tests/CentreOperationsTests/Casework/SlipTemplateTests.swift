import Foundation
import OneStop
import Printing
import Testing

@testable import CentreOperations

@Suite("papers of a dossier from replaceable templates")
struct SlipTemplateTests {
  private static func problems(_ text: String) -> [String] {
    do {
      _ = try SlipTemplate(text, name: "mau.txt")
      return []
    } catch {
      return (error as? TableError)?.problems.map { "\($0.row ?? 0) \($0.key)" } ?? ["\(error)"]
    }
  }

  @Test(
    "a mistake in a template is named with its line",
    arguments: [
      ("Mã {ma_ho_so}\n", []),
      ("Mã {ma_ho_so}\nKính gửi {ho_ten}", ["2 templateField"]),
      ("@kho a3\n{ma_ho_so}", ["1 templatePaper"]), ("@anh x\n{ma_ho_so}", ["1 templateMark"]),
      ("{ma_ho_so\n{ma_ho_so}", ["1 templateBrace"]), ("không có mã", ["0 templateNeeds"]),
      ("{ma_ho_so}\n\n// {gi_cung_duoc}\n| {stt} | {giay_to} | {sai} |", ["4 templateField"]),
    ])
  func mistakes(_ text: String, _ expected: [String]) { #expect(Self.problems(text) == expected) }

  @Test("the message names the field that isn't there and those that are")
  func message() throws {
    _ = Checkout.words
    let error = #expect(throws: TableError.self) { try SlipTemplate("{ma_ho_so} {ho_ten}", name: "xin-loi.txt") }
    let said = error?.description ?? ""
    #expect(said.contains("xin-loi.txt") && said.contains("{ho_ten}") && said.contains("{hen_tra}"))
  }

  @Test("the delivered papers are read and make a page each; what is not known says so")
  func delivered() async throws {
    let desk = try TestDesk()
    let settings = try await desk.desk.look { _, state in state.hall.settings }
    let centre = Checkout.root.appendingPathComponent("centre")
    let rules = try CaseworkDeskTests.rules()
    let slips = try CaseSlips(
      folder: centre.appendingPathComponent("templates"), rules: rules, followBase: "http://10.0.0.2:8080/t/")
    let officer = Actor("cb01", .officer)
    let dossier = try await desk.desk.perform { ledger, _ in
      let code = DossierCode("H24.19-261126-0007")
      let first = try CaseworkDesk.run(.receive(.init(code: code, procedure: "1.004873")), rules, by: officer, &ledger)[
        0]
      try CaseworkDesk.run(.askSupplement(first.id, reason: "thieu-giay-to"), rules, by: officer, &ledger)
      try CaseworkDesk.run(.supply(first.id), rules, by: officer, &ledger)
      let due = first.due!.day
      return try CaseworkDesk.run(
        .reappoint(first.id, to: rules.calendar.workingDay(after: due)!, reason: "cho-xac-minh"), rules, by: officer,
        &ledger)[0]
    }
    for kind in CaseSlips.Kind.allCases {
      let pdf = try slips.pdf(
        kind, dossier, settings: settings, officer: "Nguyễn Thị Minh Hạnh", at: desk.desk.clock.now)
      #expect(pdf.starts(with: Array("%PDF".utf8)) && pdf.count > 5000)
    }
    let short = slips.short(.receipt, dossier, settings: settings, at: desk.desk.clock.now)
    #expect(short.qr == "http://10.0.0.2:8080/h/H24.19-261126-0007")
    #expect(short.facts.contains { $0.value == "H24.19-261126-0007" })
    let apology = slips.short(.apology, dossier, settings: settings, at: desk.desk.clock.now)
    #expect(apology.facts.contains { $0.value == "Cần thêm thời gian xác minh" })
    let supplement = slips.short(.supplement, dossier, settings: settings, at: desk.desk.clock.now)
    #expect(supplement.facts.contains { $0.value == "Thiếu giấy tờ trong thành phần hồ sơ" })
  }

  @Test("no paper names a day that doesn't hold any more, and none without a code asks for it to be scanned")
  func onlyWhatHolds() async throws {
    let desk = try TestDesk()
    let settings = try await desk.desk.look { _, state in state.hall.settings }
    let rules = try CaseworkDeskTests.rules()
    let slips = try CaseSlips(
      folder: Checkout.root.appendingPathComponent("centre/templates"), rules: rules, followBase: "http://10.0.0.2/t/")
    let officer = Actor("cb01", .officer)
    let (waiting, late) = try await desk.desk.perform { ledger, _ in
      let ids = try (1...2).map { n in
        try CaseworkDesk.run(
          .receive(.init(code: DossierCode("H24.19-261126-000\(n)"), procedure: "1.004873")), rules, by: officer,
          &ledger)[
            0]
      }
      return (
        try CaseworkDesk.run(.askSupplement(ids[0].id, reason: "thieu-giay-to"), rules, by: officer, &ledger)[0], ids[1]
      )
    }
    let promised = CaseSlips.due(try #require(late.due), settings.zone)
    func values(_ kind: CaseSlips.Kind, _ dossier: Dossier) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: slips.short(kind, dossier, settings: settings, at: desk.desk.clock.now).facts.map {
          ($0.label, $0.value)
        })
    }
    #expect(values(.receipt, late)["Hẹn trả"] == promised)
    #expect(values(.supplement, waiting)["Hẹn trả"] == "Tính lại khi bổ sung đủ")
    let apology = values(.apology, late)
    #expect(apology["Hẹn trả"] == nil && apology["Đã hẹn trả"] == promised && apology["Lý do"] == nil)
    #expect(slips.short(.apology, late, settings: settings, at: desk.desk.clock.now).number.isEmpty)
    let refusal = slips.short(.refusal, late, settings: settings, at: desk.desk.clock.now)
    #expect(refusal.qr == nil && refusal.qrTitle.isEmpty && !refusal.qrLines.contains { $0.contains("Quét") })
  }

  @Test("on the same-day day a slip promises that day beside the law's; printed again later it promises nothing past")
  func sameDay() async throws {
    let desk = try TestDesk()
    let settings = try await desk.desk.look { _, state in state.hall.settings }
    var adjusted = try CaseworkDeskTests.rules()
    adjusted.sameDay = SameDayPlans([
      SameDayPlan(weekday: 4, procedures: ["1.004873"], document: "QĐ 12", from: LocalDay("2026-03-01")!)
    ])
    let rules = adjusted
    let slips = try CaseSlips(
      folder: Checkout.root.appendingPathComponent("centre/templates"), rules: rules, followBase: "http://10.0.0.2/t/")
    let dossier = try await desk.desk.perform { ledger, _ in
      try CaseworkDesk.run(.receive(.init(procedure: "1.004873")), rules, by: TestDesk.officer, &ledger)[0]
    }
    func slip() -> (TicketSlip, [String: String]) {
      let slip = slips.short(.receipt, dossier, settings: settings, at: desk.desk.clock.now)
      return (slip, Dictionary(uniqueKeysWithValues: slip.facts.map { ($0.label, $0.value) }))
    }
    let (today, facts) = slip()
    #expect(today.number == "26/11" && today.sameDayMark == "TRẢ TRONG NGÀY · MÃ TẠM")
    #expect(facts["Hẹn trả"] == "17:00, 26/11/2026" && facts["Hạn theo luật"] == "17:00, 01/12/2026")
    desk.at("08:00", day: LocalDay("2026-11-27")!)
    let (later, laterFacts) = slip()
    #expect(later.number == "01/12" && later.sameDayMark == "MÃ TẠM")
    #expect(laterFacts["Hẹn trả"] == "17:00, 01/12/2026" && laterFacts["Hạn theo luật"] == nil)
  }
}
