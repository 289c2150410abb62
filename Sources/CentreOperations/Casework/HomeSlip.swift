import CentreStore
import Foundation
import OneStop
import Printing

/// The paper an officer takes along: it has the name and the address, because the officer has to get there.
public struct HomeSlip: Sendable {
  static let file = "phieu-tai-nha.txt"
  public static let names = [
    "so_luot", "ho_ten", "dien_thoai", "dia_chi_nha", "chi_dan", "nhom", "thu_tuc", "ma_thu_tuc", "stt", "giay_to",
    "ma_ho_so", "ngay_den", "can_bo", "ten_co_quan", "duong_day_nong", "dia_chi", "ngay",
  ]

  let template: SlipTemplate

  /// - Parameter folder: `centre/templates`.
  /// - Throws: `TableError` naming file, line and word.
  public init(folder: URL) throws {
    let text: String
    do {
      text = try String(contentsOf: folder.appendingPathComponent(Self.file), encoding: .utf8)
    } catch {
      throw TableError(Self.file, [TableProblem(nil, nil, "unreadable")])
    }
    template = try SlipTemplate(
      text, name: Self.file,
      .init(names: Self.names, needed: "dia_chi_nha", why: "templateNeedsAddress", isLetter: false))
  }

  /// - Parameter officer: name of who goes.
  /// - Throws: `PrintingError.unprintable` where a word has a letter the font lacks.
  public func pdf(
    _ visit: HomeVisit, _ person: HomePerson, officer: String?, _ rules: CaseRules?, settings: CentreSettings,
    at now: Instant
  ) throws -> [UInt8] {
    let centre = settings.centre
    let zone = settings.zone
    let dots = "……………………………………"
    let procedure = visit.procedure.flatMap { rules?.procedures[$0] }
    let (y, m, d) = LocalDay(now, in: zone).civil
    let date = Words.text("slip.date", ["d": padded(d, 2), "m": padded(m, 2), "y": "\(y)"]).vi
    func or(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? dots }
    let values: [String: String] = [
      "so_luot": "\(visit.id)", "ho_ten": person.name, "dien_thoai": or(person.phone), "dia_chi_nha": person.address,
      "chi_dan": or(person.note), "nhom": settings.homeVisits.group(visit.group)?.name ?? visit.group.rawValue,
      "thu_tuc": or(procedure?.name ?? visit.procedure?.rawValue), "ma_thu_tuc": visit.procedure?.rawValue ?? "",
      "stt": "", "giay_to": "", "ma_ho_so": or(person.code?.text), "ngay_den": or(visit.day?.onPaper),
      "can_bo": or(officer), "ten_co_quan": centre.name, "duong_day_nong": centre.hotline, "dia_chi": centre.address,
      "ngay": date,
    ]
    let papers = procedure?.documents ?? []
    return try PageLayout.pdf(
      template.page(
        SlipTemplate.Fields(
          values: values, papers: papers.isEmpty ? [Words.text("slip.papers").vi] : papers, lookUp: "",
          head: .init(agency: centre.name, placeAndDate: date)),
        // Nobody's name in what a viewer shows above the page.
        title: "home visit \(visit.id)",
        madeAt: "\(LocalDay(now, in: zone))T\(TimeOfDay(now, in: zone)):00"))
  }
}
