import Foundation
import OneStop
import Printing

/// The words on a ticket, from the event that issued it: paper, picture and answer say the same.
public enum TicketPaper {
  /// - Parameter reprintedAt: set on a second print, which must not pass for the first.
  public static func slip(
    _ issued: QueueEvent.TicketIssued, at: Instant, settings: CentreSettings, followBase: String,
    reprintedAt: Instant? = nil
  ) -> TicketSlip {
    let english = issued.language == "en"
    func word(_ key: String, _ places: [String: String] = [:]) -> String {
      let words = Words.text("ticket.\(key)", places)
      return english ? words.en : words.vi
    }
    let service = settings.service(issued.service)
    let zone = settings.zone
    var facts: [TicketSlip.Fact] = []
    if !issued.counters.isEmpty {
      let counters = issued.counters.map(\.description).joined(separator: word("or"))
      facts.append(.init(word("counters"), counters))
    }
    facts.append(.init(word("ahead"), "\(issued.ahead)"))
    let wait = issued.estimatedSeconds.map { minutes($0).map { word("about", ["n": "\($0)"]) } ?? word("soon") }
    facts.append(.init(word("wait"), wait ?? word("unknown")))
    facts.append(.init(word("taken"), "\(TimeOfDay(at, in: zone)) \(date(at, zone))"))
    let name = service.map { english && !$0.nameEn.isEmpty ? $0.nameEn : $0.name } ?? issued.service.rawValue
    return TicketSlip(
      centreLines: settings.centre.nameLines, heading: word("heading"), number: issued.number, service: name,
      facts: facts, priorityMark: issued.priority == nil ? nil : word("priority"),
      sameDayMark: issued.sameDay == true ? word(issued.procedure == nil ? "sameDayDay" : "sameDay") : nil,
      reprintMark: reprintedAt.map { word("reprint", ["time": TimeOfDay($0, in: zone).description]) },
      qr: followBase.isEmpty ? nil : followBase + issued.code, qrTitle: word("followTitle"),
      qrLines: [word("follow"), word("help"), settings.centre.hotline],
      footer: english ? settings.ticket.footerEn : settings.ticket.footer)
  }

  /// Waits are told in steps of five minutes, as on the screens: nobody can promise a single one.
  /// nil for less than five.
  public static func minutes(_ seconds: Int) -> Int? { seconds < 300 ? nil : (seconds + 299) / 300 * 5 }

  /// `26/11/2026`
  public static func date(_ moment: Instant, _ zone: ZoneOffset) -> String {
    let (year, month, day) = LocalDay(moment, in: zone).civil
    return "\(padded(day, 2))/\(padded(month, 2))/\(year)"
  }
}

extension TicketPaper {
  /// The QR code of an address as an SVG picture.
  public static func qr(_ text: String) throws -> String { try QRSymbol(text).svg() }

  /// The picture a printer would make of a job, as PNG.
  public static func picture(
    _ issued: QueueEvent.TicketIssued, at: Instant, settings: CentreSettings, followBase: String,
    reprintedAt: Instant?, width: Int, dpi: Int
  ) throws -> [UInt8] {
    let slip = slip(issued, at: at, settings: settings, followBase: followBase, reprintedAt: reprintedAt)
    return try TicketLayout.draw(slip, width: width, dpi: dpi).pngBytes()
  }
}
