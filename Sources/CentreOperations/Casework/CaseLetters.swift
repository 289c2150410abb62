import Foundation
import OneStop
import Printing

/// The letters of the centre, in the commune's own words: `centre/templates/letters/*.txt`.
public struct CaseLetters: Sendable {
  /// Who it is to and what for: printed, and kept nowhere. Empty: a dotted line to write on.
  public struct Words: Sendable {
    public var name: String
    public var deed: String

    public init(name: String = "", deed: String = "") {
      self.name = name
      self.deed = deed
    }
  }

  static let common = ["so", "nam", "ten", "ten_co_quan", "dia_chi", "duong_day_nong", "ngay"]

  let templates: [Letter.Kind: SlipTemplate]
  /// Which letter goes with the result of which procedure.
  public let offers: [Procedure.ID: Letter.Kind]

  /// - Parameters:
  ///   - folder: `centre/templates/letters`.
  ///   - procedures: the commune's list; a template may name only its codes.
  /// - Throws: `TableError` naming file, line and word.
  public init(folder: URL, procedures: ProcedureList) throws {
    var templates: [Letter.Kind: SlipTemplate] = [:]
    var offers: [Procedure.ID: Letter.Kind] = [:]
    for kind in Letter.Kind.allCases {
      let text: String
      do {
        text = try String(contentsOf: folder.appendingPathComponent(kind.file), encoding: .utf8)
      } catch {
        throw TableError("letters/\(kind.file)", [TableProblem(nil, nil, "unreadable")])
      }
      let template = try Self.template(text, kind, procedures)
      for (line, procedure) in template.offeredAfter {
        if let other = offers.updateValue(kind, forKey: procedure) {
          throw TableError(
            "letters/\(kind.file)",
            [TableProblem(line, nil, "letterTwice", ["value": procedure.rawValue, "file": other.file])])
        }
      }
      templates[kind] = template
    }
    self.templates = templates
    self.offers = offers
  }

  static func template(_ text: String, _ kind: Letter.Kind, _ procedures: ProcedureList) throws -> SlipTemplate {
    let template = try SlipTemplate(
      text, name: "letters/\(kind.file)",
      .init(names: kind.fields, needed: "so", why: "letterNeeds", isLetter: true))
    let unknown = template.offeredAfter.filter { procedures[$0.procedure] == nil }
    guard unknown.isEmpty else {
      throw TableError(
        template.name,
        unknown.map { TableProblem($0.line, nil, "letterProcedure", ["value": $0.procedure.rawValue]) })
    }
    return template
  }

  /// - Parameter dossier: what it is about; an apology has one always.
  /// - Throws: `PrintingError.unprintable` where a word has a letter the font lacks.
  func pdf(
    _ letter: Letter, _ words: Words, dossier: Dossier?, rules: CaseRules, settings: CentreSettings, at now: Instant
  ) throws -> [UInt8] {
    guard let template = templates[letter.kind] else {
      throw TableError("letters/\(letter.kind.file)", [TableProblem(nil, nil, "unreadable")])
    }
    let (centre, zone) = (settings.centre, settings.zone)
    let day = LocalDay(now, in: zone)
    let (y, m, d) = day.civil
    let date = CentreOperations.Words.text("slip.date", ["d": padded(d, 2), "m": padded(m, 2), "y": "\(y)"]).vi
    let dots = String(repeating: ".", count: 60)
    var values = [
      // Decree 30: numbers below 10 have a 0 before them.
      "so": padded(letter.number, 2), "nam": "\(letter.year)", "ten": words.name.isEmpty ? dots : words.name,
      "vi_viec": words.deed.isEmpty ? dots + dots : words.deed, "ten_co_quan": centre.name, "dia_chi": centre.address,
      "duong_day_nong": centre.hotline, "ngay": date,
    ]
    if let dossier { values.merge(Self.fields(of: dossier, rules, zone)) { $1 } }
    return try PageLayout.pdf(
      template.page(
        SlipTemplate.Fields(
          values: values, papers: [], lookUp: "", head: .init(agency: centre.name, placeAndDate: date)),
        title: "\(letter.kind.rawValue) \(letter.number)/\(letter.year)",
        madeAt: "\(day)T\(TimeOfDay(now, in: zone)):00"))
  }

  private static func fields(of dossier: Dossier, _ rules: CaseRules, _ zone: ZoneOffset) -> [String: String] {
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      CentreOperations.Words.text("letter.\(key)", places).vi
    }
    let unknown = CentreOperations.Words.text("slip.unknown").vi
    let move = dossier.reappointments.last
    let due = dossier.due.map { CaseSlips.due($0, zone) } ?? unknown
    let promise =
      dossier.finishedAt != nil || dossier.state == .handedOver
      ? word("ready") : move != nil ? word("newDay", ["due": due]) : word("soon")
    return [
      "ma_ho_so": dossier.code.text, "thu_tuc": rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue,
      "nhan_luc": CaseSlips.moment(dossier.receivedAt, zone), "hen_tra": due,
      "hen_tra_truoc": move.map { CaseSlips.due($0.from, zone) } ?? due,
      "cau_ly_do": move.map { word("because", ["reason": rules.reason($0.reason).name]) } ?? "", "cau_hen_lai": promise,
    ]
  }
}

extension Letter.Kind {
  var file: String {
    switch self {
    case .marriage: "ket-hon.txt"
    case .birth: "khai-sinh.txt"
    case .condolence: "chia-buon.txt"
    case .thanks: "cam-on.txt"
    case .commendation: "bieu-duong.txt"
    case .apology: "xin-loi.txt"
    }
  }

  /// What its template may use.
  var fields: [String] {
    switch self {
    case .marriage, .birth, .condolence: CaseLetters.common
    case .thanks, .commendation: CaseLetters.common + ["vi_viec"]
    case .apology:
      CaseLetters.common + [
        "ma_ho_so", "thu_tuc", "nhan_luc", "hen_tra", "hen_tra_truoc", "cau_ly_do", "cau_hen_lai",
      ]
    }
  }
}
