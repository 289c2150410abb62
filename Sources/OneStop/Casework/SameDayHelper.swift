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
}
