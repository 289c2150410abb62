import Foundation
import Testing

@testable import OneStop

@Suite("messages: numbers, parts, and what is still true")
struct MessageTests {
  @Test(
    "a mobile number as a citizen says it",
    arguments: [
      ("0912345678", "0912345678"), ("0912 345 678", "0912345678"), ("0912.345.678", "0912345678"),
      ("+84 912-345-678", "0912345678"), (" 0387654321 ", "0387654321"), ("84912345678", "0912345678"),
      ("0084 912 345 678", "0912345678"), ("+84 (0)912 345 678", "0912345678"),
      ("0912\u{A0}345\u{202F}678", "0912345678"),
      ("0912\u{2013}345\u{2011}678", "0912345678"), ("\u{202A}0912345678\u{202C}", "0912345678"),
    ])
  func phone(said: String, digits: String) { #expect(PhoneNumber(said)?.digits == digits) }

  @Test(
    "anything else is refused, landlines too",
    arguments: [
      "", "0", "912345678", "09123456789", "091234567", "02438256789", "0123456789", "+85 912345678", "09123a5678",
      "0912_345678", "0912345678/..", "٠٩١٢٣٤٥٦٧٨", "0912+345678", "++84912345678", "0912\n345678", "8491234567",
      "+84 225 3700 100", "0084",
    ])
  func noPhone(said: String) { #expect(PhoneNumber(said) == nil) }

  @Test(
    "70 characters a part with diacritics, 67 of several; 160 and 153 without",
    arguments: [
      ("ồ", 70, 1), ("ồ", 71, 2), ("ồ", 134, 2), ("ồ", 135, 3), ("a", 160, 1), ("a", 161, 2), ("a", 306, 2),
      ("a", 307, 3),
    ])
  func parts(letter: String, count: Int, parts: Int) {
    #expect(MessageText.parts(String(repeating: letter, count: count)) == parts)
  }

  @Test("without diacritics every letter stays a letter and everything else as it was")
  func plain() {
    #expect(
      MessageText.plain("Một cửa Phường Đồng Tâm: hồ sơ H24.19 – 50%, mời ĐẾN!")
        == "Mot cua Phuong Dong Tam: ho so H24.19 - 50%, moi DEN!")
    #expect(MessageText.plain("hồ".decomposedStringWithCanonicalMapping) == "ho")
  }

  @Test(
    "messages leave by day only",
    arguments: [("06:59", false), ("07:00", true), ("19:59", true), ("20:00", false), ("02:30", false)])
  func hours(time: String, open: Bool) { #expect(MessageSettings().isOpen(at: TimeOfDay(time)!) == open) }

  @Test("hours the wrong way round, a folder that is none, too many people: each is named")
  func settings() {
    var settings = Stage.settings
    settings.messages.from = TimeOfDay("20:00")!
    settings.messages.to = TimeOfDay("07:00")!
    settings.messages.folder = "spool"
    settings.messages.nearAhead = 21
    #expect(settings.messageProblems().map(\.path) == ["messages.to", "messages.folder", "messages.nearAhead"])
  }

  @Test("a result is told once, a moved date each time, and what is over ends the purpose")
  func needs() throws {
    var desk = CaseDesk("2026-11-26 08:00")
    let id = try desk.receive("H24.19-261126-0001")
    var told = MessageTold(at: desk.load[id]!)
    #expect(MessageNeed(of: desk.load[id], told: told) == .nothing)
    desk.at("2026-11-27 08:00")
    try desk.ask(.reappoint(id, to: Office.day("2026-12-09"), reason: "cho-xac-minh"))
    #expect(MessageNeed(of: desk.load[id], told: told) == .message(.moved))
    #expect(MessageNeed.isTrue(.moved, desk.load[id]))
    told.due = Office.day("2026-12-09")
    #expect(MessageNeed(of: desk.load[id], told: told) == .nothing)
    try desk.ask(.finish(id))
    #expect(MessageNeed(of: desk.load[id], told: told) == .message(.ready))
    // The date says nothing any more to who can collect the result.
    #expect(!MessageNeed.isTrue(.moved, desk.load[id]) && MessageNeed.isTrue(.ready, desk.load[id]))
    told.ready = true
    #expect(MessageNeed(of: desk.load[id], told: told) == .nothing)
    try desk.ask(.handOver(id))
    #expect(MessageNeed(of: desk.load[id], told: told) == .purposeEnded)
    #expect(!MessageNeed.isTrue(.ready, desk.load[id]))
    #expect(MessageNeed(of: nil, told: told) == .purposeEnded)
  }
}
