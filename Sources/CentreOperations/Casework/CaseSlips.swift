import Foundation
import OneStop
import Printing

/// The papers of a dossier: A5 for the file and the citizen, and a short form for the ticket printer.
public struct CaseSlips: Sendable {
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    case receipt, supplement, refusal, apology

    var file: String {
      switch self {
      case .receipt: "giay-tiep-nhan.txt"
      case .supplement: "yeu-cau-bo-sung.txt"
      case .refusal: "tu-choi.txt"
      case .apology: "xin-loi.txt"
      }
    }
  }

  /// `dossier-slip-asked`
  public struct Asked: Codable, Hashable, Sendable {
    public var dossier: Dossier.ID
    public var kind: Kind
    /// The ticket printer that makes the short form.
    public var printer: String
    public init(dossier: Dossier.ID, kind: Kind, printer: String) {
      self.dossier = dossier
      self.kind = kind
      self.printer = printer
    }
  }
  public static let askedType = "dossier-slip-asked"

  var rules: CaseRules
  let templates: [Kind: SlipTemplate]
  /// Ends in `/h/`.
  let lookUpBase: String

  /// - Parameters:
  ///   - folder: `centre/templates`.
  ///   - followBase: address of the follow page, ending in `/t/`; the look-up page lies beside it.
  /// - Throws: `TableError` naming file, line and word.
  public init(folder: URL, rules: CaseRules, followBase: String) throws {
    self.rules = rules
    lookUpBase = Self.lookUpBase(followBase)
    var templates: [Kind: SlipTemplate] = [:]
    for kind in Kind.allCases {
      let text: String
      do {
        text = try String(contentsOf: folder.appendingPathComponent(kind.file), encoding: .utf8)
      } catch {
        throw TableError(kind.file, [TableProblem(nil, nil, "unreadable")])
      }
      templates[kind] = try SlipTemplate(text, name: kind.file)
    }
    self.templates = templates
  }

  public static func lookUpBase(_ followBase: String) -> String {
    followBase.hasSuffix("/t/") ? followBase.dropLast(3) + "/h/" : followBase
  }

  /// Whether a dossier has something to say on such a paper.
  public static func fits(_ kind: Kind, _ dossier: Dossier, on today: LocalDay, in zone: ZoneOffset) -> Bool {
    switch kind {
    case .receipt: dossier.state != .registered && dossier.state != .annulled && dossier.state != .refused
    case .supplement: dossier.supplements > 0
    case .refusal: dossier.state == .refused || dossier.state == .returned
    case .apology:
      !dossier.reappointments.isEmpty || [.overdue, .late].contains(dossier.punctuality(on: today, in: zone))
    }
  }

  /// - Throws: `PrintingError.unprintable` where a word has a letter the font lacks.
  public func pdf(
    _ kind: Kind, _ dossier: Dossier, settings: CentreSettings, officer: String?, at now: Instant
  ) throws -> [UInt8] {
    guard let template = templates[kind] else { throw TableError(kind.file, [TableProblem(nil, nil, "unreadable")]) }
    let time = TimeOfDay(now, in: settings.zone)
    return try PageLayout.pdf(
      template.page(
        fields(kind, dossier, settings, officer, at: now), title: "\(dossier.code.text) \(kind.rawValue)",
        madeAt: "\(LocalDay(now, in: settings.zone))T\(time):00"))
  }

  private func fields(
    _ kind: Kind, _ dossier: Dossier, _ settings: CentreSettings, _ officer: String?, at now: Instant
  ) -> SlipTemplate.Fields {
    let unknown = Words.text("slip.unknown").vi
    let procedure = rules.procedures[dossier.procedure]
    let centre = settings.centre
    let zone = settings.zone
    let (y, m, d) = LocalDay(now, in: zone).civil
    let date = Words.text("slip.date", ["d": padded(d, 2), "m": padded(m, 2), "y": "\(y)"]).vi
    let papers = procedure?.documents ?? []
    let promised = dossier.due.map { Self.due($0, zone) } ?? unknown
    let before = dossier.reappointments.last.map { Self.due($0.from, zone) } ?? promised
    // An apology for a date that nobody has moved yet: the new one is written by hand, never the missed one again.
    let due = Self.isOpen(kind, dossier) ? Self.line : promised
    let values: [String: String] = [
      "ma_ho_so": dossier.code.text,
      "ghi_chu_ma": dossier.code.isProvisional ? Words.text("slip.provisional").vi : "",
      "ten_co_quan": centre.name, "thu_tuc": procedure?.name ?? dossier.procedure.rawValue,
      "ma_thu_tuc": dossier.procedure.rawValue, "linh_vuc": procedure?.field ?? unknown, "stt": "", "giay_to": "",
      "nhan_luc": Self.moment(dossier.receivedAt, zone), "ly_do_han": DueWords.why(dossier, rules).vi,
      "hen_tra": due, "hen_tra_truoc": before,
      "noi_tra": centre.address.isEmpty ? centre.name : centre.address, "phi_le_phi": procedure?.fee ?? unknown,
      "ly_do": reason(kind, dossier) ?? Self.line, "can_cu": procedure?.legalBasis ?? unknown,
      "so_thu": dossier.apologies.last?.number ?? "…………/PXL", "quay": dossier.counter.map { "\($0)" } ?? "",
      "can_bo": officer ?? "", "duong_day_nong": centre.hotline, "dia_chi": centre.address, "ngay": date,
    ]
    return SlipTemplate.Fields(
      values: values, papers: papers.isEmpty ? [Words.text("slip.papers").vi] : papers, lookUp: lookUp(dossier),
      head: .init(agency: centre.name, placeAndDate: date))
  }

  /// To be written on by hand.
  private static let line = String(repeating: "…", count: 22)

  private static func isOpen(_ kind: Kind, _ dossier: Dossier) -> Bool {
    kind == .apology && dossier.reappointments.isEmpty
  }

  private static let plain = CharacterSet(charactersIn: "-._").union(.alphanumerics)

  private func lookUp(_ dossier: Dossier) -> String {
    // A code may have a slash; in an address it must not look like a folder.
    lookUpBase + (dossier.code.text.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? dossier.code.text)
  }

  private func reason(_ kind: Kind, _ dossier: Dossier) -> String? {
    let word = kind == .apology ? dossier.reappointments.last?.reason : dossier.reason
    return word.map { rules.reason($0).name }
  }

  /// The short form: what the citizen needs at home, on the paper of the queue.
  /// On its same-day day it names that day, which is what the citizen was told, and beside it the one the law gives.
  public func short(_ kind: Kind, _ dossier: Dossier, settings: CentreSettings, at now: Instant) -> TicketSlip {
    func word(_ key: String) -> String { Words.text("slip.\(key)").vi }
    let zone = settings.zone
    var facts = [
      TicketSlip.Fact(word("code"), dossier.code.text),
      TicketSlip.Fact(word("received"), Self.moment(dossier.receivedAt, zone)),
    ]
    let today = LocalDay(now, in: zone)
    // A slip that is printed again later promises a past day to nobody.
    let sameDay = kind == .receipt && dossier.sameDay == .promised(today) ? rules.calendar.closing(of: today) : nil
    let promised = dossier.due.map { Self.due($0, zone) } ?? word("unknown")
    switch kind {
    case .refusal: break
    // The clock stands: the date of before would send the citizen here for nothing.
    case .supplement where dossier.state == .awaitingSupplement: facts.append(.init(word("due"), word("dueLater")))
    case .apology where Self.isOpen(kind, dossier): facts.append(.init(word("dueMissed"), promised))
    case .receipt where sameDay != nil:
      facts.append(.init(word("due"), sameDay.map { Self.moment($0, zone) } ?? promised))
      if dossier.due?.day != today { facts.append(.init(word("dueLaw"), promised)) }
    case .receipt, .supplement, .apology: facts.append(.init(word("due"), promised))
    }
    if kind != .receipt, let reason = reason(kind, dossier) { facts.append(.init(word("reason"), reason)) }
    // What is read first from arm's length: the day to come back.
    let day = Self.isOpen(kind, dossier) ? nil : (sameDay == nil ? dossier.due?.day : today)?.civil
    let big = day.map { "\(padded($0.day, 2))/\(padded($0.month, 2))" } ?? ""
    let marks = [
      sameDay.map { _ in Words.text("ticket.sameDay").vi }, dossier.code.isProvisional ? word("provisionalMark") : nil,
    ].compactMap(\.self)
    return TicketSlip(
      centreLines: settings.centre.nameLines, heading: word("heading.\(kind.rawValue)"),
      number: kind == .receipt || kind == .apology ? big : "",
      service: rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue, facts: facts,
      sameDayMark: kind == .receipt && !marks.isEmpty ? marks.joined(separator: " · ") : nil,
      qr: kind == .refusal ? nil : lookUp(dossier), qrTitle: kind == .refusal ? "" : word("qrTitle"),
      qrLines: [word(kind == .refusal ? "helpLine" : "qrLine"), settings.centre.hotline],
      footer: word("footer.\(kind.rawValue)"))
  }

  /// `17:00, 01/12/2026`
  static func due(_ due: Due, _ zone: ZoneOffset) -> String {
    let minutes = due.at.seconds(since: due.day.start(in: zone)) / 60
    return "\(TimeOfDay(minutes: minutes)), \(due.day.onPaper)"
  }

  static func moment(_ moment: Instant, _ zone: ZoneOffset) -> String {
    "\(TimeOfDay(moment, in: zone)), \(LocalDay(moment, in: zone).onPaper)"
  }
}
