import DeviceIO
import OneStop
import ServiceLifecycle

/// Brings up what was scanned on the screen of the scanner's counter. What a scan says is never logged or journalled.
public struct ScannerWorker: ServiceLifecycle.Service {
  let input: InputDevice
  let profile: ScannerProfile
  /// nil at a máy lấy số.
  let counter: Counter.ID?

  public func run() async throws {
    let prefix = profile.prefixBytes
    await input.run(profile.link, profile.serial) { handle in
      switch handle {
      case .keys(let reader):
        var decoder = KeyScanDecoder(prefix: prefix)
        for try await event in reader.events() { if let scan = decoder.feed(event) { await take(scan) } }
      case .line(let line):
        var decoder = ScanDecoder(suffixes: profile.suffixBytes, prefix: prefix)
        for try await bytes in line.bytes() { for scan in decoder.feed(bytes) { await take(scan) } }
      }
    }
  }

  func take(_ scan: Scan) async {
    input.count()
    let desk = input.desk
    let now = desk.clock.now
    guard let counter else {
      desk.kioskScans.put(.init(scan), at: input.device.terminal)
      return desk.tail.bell.ring()
    }
    let notices = desk.notices
    switch scan {
    case .unreadable: notices.put(counter, .scan, Words.text("notice.unreadable"), at: now)
    case .text(let text):
      do {
        let (hall, cards) = try await desk.look { _, state in (state.hall, state.hall.settings.citizenCard) }
        if let visit = Self.visit(text, in: hall) {
          notices.put(
            counter, .ticket,
            Words.text("notice.ticket", ["number": visit.number, "state": visit.words(at: now).vi]).with(
              en: Words.text("notice.ticket", ["number": visit.number, "state": visit.words(at: now).en]).en),
            number: visit.number, callable: visit.isCallable && hall.desk(counter).isOpen, at: now)
        } else if let code = try? DossierCode(scanned: text) {
          notices.put(
            counter, .dossier, Words.text("notice.dossier", ["code": code.text]), scanned: code.text, at: now)
        } else {
          card(text, counter, cards, at: now)
        }
      } catch {
        input.log.error("scan not looked up", metadata: ["device": "\(input.id)", "error": "\(error)"])
        notices.put(counter, .scan, Words.text("notice.unreadable"), at: now)
      }
    }
    desk.bell.ring()
  }

  private func card(_ text: String, _ counter: Counter.ID, _ reading: CardReading, at now: Instant) {
    let desk = input.desk
    do throws(CitizenCard.Refusal) {
      let card = try CitizenCard(text)
      guard reading == .on else {
        return desk.notices.put(counter, .scan, Words.text("notice.cardOff"), at: now)
      }
      desk.cards.put(card, counter, at: now)
      let places = ["name": Masking.name(card.name), "number": Masking.identity(card.number)]
      desk.notices.put(counter, .card, Words.text("notice.card", places), at: now)
    } catch {
      let key =
        switch error {
        case .notACard: "notice.otherCode"
        case .unknownLayout: reading == .on ? "notice.cardUnknown" : "notice.cardOff"
        }
      desk.notices.put(counter, .scan, Words.text(key), at: now)
    }
  }

  /// By the address of the ticket's QR code, its code, or its number.
  static func visit(_ text: String, in hall: Hall) -> Visit? {
    // Whatever the address in front of it was: the code is what counts.
    let last = text.split(separator: "/").last.map(String.init) ?? text
    return hall.visit(code: last) ?? hall.visit(number: text.uppercased())
  }
}

extension Bilingual {
  fileprivate func with(en: String) -> Bilingual { Bilingual(vi, en) }
}

extension Visit {
  fileprivate var isCallable: Bool {
    switch standing {
    case .waiting, .noShow: true
    case .called, .serving, .held, .ended: false
    }
  }

  /// Where a visit stands, for the officer who scanned its ticket.
  fileprivate func words(at now: Instant) -> Bilingual {
    switch standing {
    case .waiting: Words.text("standing.waiting", ["minutes": "\(max(0, now.seconds(since: step.queuedAt)) / 60)"])
    case .called(let counter): Words.text("standing.called", ["counter": "\(counter)"])
    case .serving(let counter): Words.text("standing.serving", ["counter": "\(counter)"])
    case .held(let counter, _): Words.text("standing.held", ["counter": "\(counter)"])
    case .noShow: Words.text("standing.noShow")
    case .ended: Words.text("standing.ended")
    }
  }
}
