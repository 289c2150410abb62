/// Who greets and helps on a same-day day. Officers by id; helpers from elsewhere as the body that sent them («Đoàn Thanh
/// niên phường»), never by name: events are kept for ever.
public struct SameDayHelper: Codable, Hashable, Sendable {
  public enum Task: String, Codable, Hashable, Sendable, CaseIterable { case greeter, helper }
  public var officer: Officer.ID?
  /// At most 60 characters; of several people of one body there are several rows.
  public var body: String?
  public var task: Task
  /// People helped, 0 ... 999.
  public var helped: Int

  public init(officer: Officer.ID? = nil, body: String? = nil, task: Task, helped: Int = 0) {
    self.officer = officer
    self.body = body
    self.task = task
    self.helped = helped
  }

  /// What is wrong with a day's roster, row by row; empty when it can be kept. A coming day may be planned, but nobody has
  /// been helped on it.
  public static func problems(
    in roster: [SameDayHelper], on day: LocalDay, today: LocalDay, isKnown: (Officer.ID) -> Bool
  ) -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    var seen: Set<Officer.ID> = []
    for (i, helper) in roster.enumerated() {
      func check(_ good: Bool, _ field: String, _ key: String, _ places: [String: String] = [:]) {
        if !good { found.append(SettingsProblem("helpers[\(i)].\(field)", key, places)) }
      }
      if let officer = helper.officer {
        check(helper.body == nil, "body", "rosterWho")
        check(isKnown(officer), "officer", "rosterUnknown", ["value": officer.rawValue])
        check(seen.insert(officer).inserted, "officer", "rosterTwice")
      } else {
        let body = helper.body ?? ""
        check(body.contains { !$0.isWhitespace }, "body", "rosterWho")
        check(body.count <= 60, "body", "tooLong", ["max": "60", "is": "\(body.count)"])
      }
      check((0...999).contains(helper.helped), "helped", "range", ["min": "0", "max": "999"])
      check(day <= today || helper.helped == 0, "helped", "rosterAhead")
    }
    return found
  }
}
