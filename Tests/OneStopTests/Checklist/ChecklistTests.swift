import Foundation
import OneStop
import Testing

@Suite("the start-of-day checklist")
struct ChecklistTests {
  static let items = [
    ChecklistItem(id: "seats", name: "Ghế"), ChecklistItem(id: "water", name: "Nước"),
    ChecklistItem(id: "old", name: "Cũ", active: false),
    ChecklistItem(id: "camera", kind: .rtsp, name: "Camera", address: "rtsp://10.0.0.2/"),
  ]
  static let day = LocalDay("2026-11-26")!
  static let now = day.instant(at: TimeOfDay("07:12")!, in: .vietnam)
  static let seen = [CheckLine(kind: "clock", id: "clock", name: "Đồng hồ", outcome: .failed, words: "sai")]

  private func marked(
    _ list: inout ChecklistDay, _ item: ChecklistItem.ID, _ state: ChecklistDay.Marked.State,
    _ excuse: ChecklistExcuse? = nil
  ) throws -> Bool {
    guard let event = try list.mark(item, state, excuse: excuse, among: Self.items) else { return false }
    list.apply(event, by: "cb07", at: Self.now)
    return true
  }

  @Test("finished once every item of a person is ticked or excused; what a machine found broken does not hold it up")
  func whole() throws {
    var list = ChecklistDay(day: Self.day)
    #expect(throws: ChecklistRejection.itemsOpen) { try list.finish(Self.seen, items: Self.items) }
    #expect(try marked(&list, "seats", .done))
    #expect(throws: ChecklistRejection.itemsOpen) { try list.finish(Self.seen, items: Self.items) }
    #expect(try marked(&list, "water", .excused, .broken))
    #expect(list.open(of: Self.items).isEmpty)
    let end = try list.finish(Self.seen, items: Self.items)
    #expect(
      end.lines.map(\.id) == ["clock", "seats", "water"], "inactive items and those of the machine are not ticked")
    #expect(end.lines.map(\.outcome) == [.failed, .ok, .failed])
    #expect(end.lines[2].mark == .init(by: "cb07", at: Self.now, excuse: .broken))
    list.apply(end, by: "cb07", at: Self.now)
    #expect(throws: ChecklistRejection.alreadyFinished) { try list.finish(Self.seen, items: Self.items) }
    #expect(throws: ChecklistRejection.alreadyFinished) {
      try list.mark("seats", .open, excuse: nil, among: Self.items)
    }
  }

  @Test("the same mark again says nothing; another one replaces it; open takes it back")
  func marks() throws {
    var list = ChecklistDay(day: Self.day)
    #expect(try !marked(&list, "seats", .open))
    #expect(try marked(&list, "seats", .done))
    #expect(try !marked(&list, "seats", .done))
    #expect(try marked(&list, "seats", .excused, ChecklistExcuse.none))
    #expect(try marked(&list, "seats", .excused, .notToday))
    #expect(list.manualLines(Self.items).first?.outcome == .excused)
    #expect(try marked(&list, "seats", .open))
    #expect(list.marks.isEmpty)
    #expect(list.manualLines(Self.items).map(\.outcome) == [.unknown, .unknown])
  }

  @Test("only items of a person that are in use can be ticked", arguments: ["camera", "old", "nothing"])
  func unknown(_ item: String) {
    #expect(throws: ChecklistRejection.unknownItem) {
      try ChecklistDay(day: Self.day).mark(.init(item), .done, excuse: nil, among: Self.items)
    }
  }

  @Test("without items of a person a look by the machine is the whole list")
  func none() throws {
    #expect(try ChecklistDay(day: Self.day).finish(Self.seen, items: []).lines == Self.seen)
  }

  @Test("events as they stand in the journal stay readable")
  func golden() throws {
    let marked = #"{"day":"2026-11-26","excuse":"not-today","item":"water","state":"excused"}"#
    let finished =
      #"{"day":"2026-11-26","lines":[{"id":"seats","kind":"manual","mark":{"at":1795651920000,"by":"cb07"},"name":"Ghế","outcome":"ok","words":""}]}"#
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let one = try JSONDecoder().decode(ChecklistDay.Marked.self, from: Data(marked.utf8))
    #expect(one.state == .excused && one.excuse == .notToday && one.item == "water")
    #expect(String(decoding: try encoder.encode(one), as: UTF8.self) == marked)
    let two = try JSONDecoder().decode(ChecklistDay.Finished.self, from: Data(finished.utf8))
    #expect(String(decoding: try encoder.encode(two), as: UTF8.self) == finished)
  }

  /// 23–28 November 2026 is a week from Monday to Saturday; Tuesday the 24th is a day off, Sunday is none of the plan.
  @Test(
    "days with a finished checklist, of the working days up to today",
    arguments: [
      ("2026-11-23", "2026-11-29", "2026-12-31", ["2026-11-23", "2026-11-25"], "2/5"),
      ("2026-11-23", "2026-11-29", "2026-11-26", ["2026-11-23", "2026-11-25"], "2/3"),
      // Somebody came on the day off and on Sunday: good, and not more than all.
      ("2026-11-23", "2026-11-29", "2026-12-31", ["2026-11-24", "2026-11-29"], "0/5"),
      ("2026-11-24", "2026-11-24", "2026-12-31", ["2026-11-24"], "none"),
      ("2026-11-27", "2026-11-28", "2026-11-26", [], "none"),
    ])
  func figure(_ from: String, _ to: String, _ today: String, _ finished: [String], _ wanted: String) {
    let week = (1...6).map {
      OpeningHours.Weekday(weekday: $0, spans: [Span(from: TimeOfDay("07:30")!, to: TimeOfDay("11:30")!)])
    }
    let hours = OpeningHours(week: week, daysOff: [.init(day: LocalDay("2026-11-24")!, words: "")])
    func count(isUsed: Bool) -> ChecklistFigure? {
      ChecklistFigure.count(
        finished: Set(finished.map { LocalDay($0)! }), isUsed: isUsed, from: LocalDay(from)!, to: LocalDay(to)!,
        today: LocalDay(today)!, hours: hours)
    }
    #expect(count(isUsed: true).map { "\($0.finished)/\($0.workingDays)" } ?? "none" == wanted)
    // Before the first one ever there is no 0 of 22.
    #expect(count(isUsed: false) == nil)
  }

  @Test(
    "addresses",
    arguments: [
      (ChecklistItem.Kind.tcp, "tcp://10.0.0.1:443", "10.0.0.1 443 /"), (.tcp, "tcp://[fe80::1]:80", "fe80::1 80 /"),
      (.http, "http://wifi.local", "wifi.local 80 /"), (.http, "http://10.0.0.1:8080/a?b=1", "10.0.0.1 8080 /a?b=1"),
      (.rtsp, "rtsp://10.0.0.2", "10.0.0.2 554 /"), (.rtsp, "rtsp://10.0.0.2:8554/live", "10.0.0.2 8554 /live"),
      (.tcp, "tcp://10.0.0.1", "checklistAddress"), (.tcp, "tcp://10.0.0.1:443/x", "checklistAddress"),
      (.tcp, "10.0.0.1:443", "checklistAddress"), (.http, "https://a", "checklistAddress"),
      (.http, "http://:80/", "checklistAddress"), (.http, "http://a:0/", "checklistAddress"),
      (.http, "http://a/ b", "checklistAddress"), (.http, "http://a/\r\nX: y", "checklistAddress"),
      (.rtsp, "rtsp://admin:1@10.0.0.2/", "checklistPassword"), (.disk, "/var", "none"),
    ])
  func addresses(_ kind: ChecklistItem.Kind, _ address: String, _ wanted: String) {
    let item = ChecklistItem(id: "a", kind: kind, name: "a", address: address)
    do throws(ChecklistItem.Mistake) {
      let target = try item.target()
      #expect(target.map { "\($0.place.host) \($0.place.port) \($0.path)" } ?? "none" == wanted)
    } catch {
      #expect(error.key == wanted)
    }
  }

  @Test("mistakes in the settings are found at their place")
  func settings() {
    var settings = Stage.settings
    settings.checklist = [
      ChecklistItem(id: "Ghế", name: ""), ChecklistItem(id: "a", name: "a", address: "/x"),
      ChecklistItem(id: "a", kind: .disk, name: "d", address: "var", limit: 0),
      ChecklistItem(id: "b", kind: .backup, name: "b", address: "/var"),
      ChecklistItem(id: "c", kind: .rtsp, name: "c", address: "rtsp://u:p@h/"),
    ]
    #expect(
      settings.problems().map { "\($0.path) \($0.key)" } == [
        "checklist[0].id identifier", "checklist[0].name empty", "checklist[1].address checklistManual",
        "checklist[2].id twice", "checklist[2].address checklistAddress", "checklist[2].limit range",
        "checklist[3].limit range", "checklist[4].address checklistPassword",
      ])
  }
}
