import OneStop
import Testing

@Suite("finding procedures")
struct ProcedureTests {
  static let list = ProcedureList(
    [
      ("1.001193", "Đăng ký khai sinh"), ("1.004884", "Đăng ký lại khai sinh"), ("1.000656", "Đăng ký khai tử"),
      ("1.000894", "Đăng ký kết hôn"), ("1.000593", "Đăng ký kết hôn lưu động"),
      ("2.000815", "Chứng thực bản sao từ bản chính"), ("2.000884", "Chứng thực chữ ký"),
      ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân"), ("2.000908", "Cấp bản sao từ sổ gốc"),
      ("1.001699", "Xác định mức độ khuyết tật"), ("1.004837", "Đăng ký giám hộ"),
    ].map { Procedure(id: Procedure.ID($0.0), name: $0.1, source: "test") })
  let search = ProcedureSearch(Self.list)

  @Test(
    "with or without marks, whole or begun, in any order; the best first",
    arguments: [
      ("dang ky khai sinh", "1.001193"), ("Đăng ký khai sinh", "1.001193"), ("ĐĂNG KÝ KHAI SINH", "1.001193"),
      ("khai s", "1.001193"), ("kh sinh", "1.001193"), ("lai khai sinh", "1.004884"), ("khai tu", "1.000656"),
      ("ket hon", "1.000894"), ("hon luu dong", "1.000593"), ("luu dong hon", "1.000593"),
      ("chung thuc ban", "2.000815"),
      ("ban sao", "2.000908"), ("sao ban", "2.000815"), ("2.000815", "2.000815"),
      ("2.000815.000.00.00.H17", "2.000815"),
      ("000884", "2.000884"), ("2.00081", "2.000815"), ("đăng ký khai sinh", "1.001193"),
      ("đăng ký khai sinh", "1.001193"), ("tình trạng", "1.004873"), ("khuyet", "1.001699"),
    ])
  func finds(typed: String, code: String) { #expect(search.matches(typed).first?.id.rawValue == code) }

  @Test(
    "nothing is found for what isn't there", arguments: ["", "   ", "xyz", "khai sinh xyz", "hon hon hon", "9.9", "00"])
  func nothing(typed: String) { #expect(search.matches(typed).isEmpty) }

  @Test("marks that were typed count: tử before tư, and the one asked for often comes first among equals")
  func ties() {
    #expect(search.matches("dang ky", often: ["1.004837": 12]).first?.id == "1.004837")
    #expect(search.matches("dang ky").first?.id == "1.000656")
    #expect(search.matches("dang ky", limit: 2).count == 2)
  }

  @Test("a long code is found by the part that is listed")
  func suffix() {
    #expect(Self.list.procedure(code: " 2.000815.000.00.00.H17 ")?.id == "2.000815")
    #expect(Self.list.procedure(code: "2.000815")?.id == "2.000815")
    #expect(Self.list.procedure(code: "2.00081") == nil)
    #expect(Self.list.procedure(code: "2.0008150") == nil)
    #expect(Self.list.procedure(code: "") == nil)
  }

  @Test("every letter of Vietnamese loses its marks, composed or not")
  func letters() {
    let upper = "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴDĐ"
    #expect(upper.count == 74)
    let plain = PlainLetters.of(upper)
    #expect(plain.utf8.allSatisfy { (0x61...0x7A).contains($0) } && plain.count == 74)
    #expect(PlainLetters.of(upper.lowercased()) == plain)
    #expect(PlainLetters.of("Hô\u{323} tịch – 12/2026!") == "ho tich 12 2026")
  }
}
