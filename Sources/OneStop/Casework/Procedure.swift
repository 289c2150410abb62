/// An administrative procedure (thủ tục hành chính) of the commune, as the commune's own list describes it. What the list
/// doesn't say stays nil and is shown as «chưa có»: nothing here is guessed.
public struct Procedure: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Procedure, String>

  /// The code of the national list, `2.000815`: an opaque string.
  public var id: ID
  public var name: String
  /// What people say for it at the counter, «sao y»: found by type-ahead, never shown.
  public var otherNames: [String] = []
  /// Lĩnh vực.
  public var field: String?
  /// The service a citizen takes a number for.
  public var service: Service.ID?
  public var limit: TimeLimit?
  /// The longest time where something has to be verified first.
  public var limitWithVerification: TimeLimit?
  /// How the time limit is counted: a row of `due-rules.csv`.
  public var rule: DueRule.ID?
  public var online: OnlineLevel?
  /// Word for word with all exemptions: a number cut out of «400.000đ, miễn cho…» made people think they had to pay.
  public var fee: String?
  /// What to bring, one entry for each paper; nil is not known, empty is nothing.
  public var documents: [String]?
  public var form: String?
  public var legalBasis: String?
  /// Whether the commune's list for the same-day day has it; nil is not decided.
  public var sameDay: Bool?
  /// Where this row is from.
  public var source: String

  public init(
    id: ID, name: String, field: String? = nil, service: Service.ID? = nil, limit: TimeLimit? = nil,
    limitWithVerification: TimeLimit? = nil, rule: DueRule.ID? = nil, online: OnlineLevel? = nil, fee: String? = nil,
    documents: [String]? = nil, form: String? = nil, legalBasis: String? = nil, sameDay: Bool? = nil, source: String
  ) {
    self.id = id
    self.name = name
    self.field = field
    self.service = service
    self.limit = limit
    self.limitWithVerification = limitWithVerification
    self.rule = rule
    self.online = online
    self.fee = fee
    self.documents = documents
    self.form = form
    self.legalBasis = legalBasis
    self.sameDay = sameDay
    self.source = source
  }

  public enum OnlineLevel: String, Codable, Hashable, Sendable, CaseIterable {
    /// Dịch vụ công trực tuyến toàn trình, một phần, only information.
    case full, partial, information
  }
}

/// The commune's procedures by code.
public struct ProcedureList: Hashable, Sendable {
  public let all: [Procedure]
  private let byCode: [Procedure.ID: Int]

  /// The first of two entries with one code wins; readers refuse such lists beforehand.
  public init(_ procedures: [Procedure]) {
    all = procedures
    byCode = Dictionary(procedures.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public subscript(id: Procedure.ID) -> Procedure? { byCode[id].map { all[$0] } }

  /// Finds `2.000815` also as `2.000815.000.00.00.H17`, the long form some provinces use: the longest listed code that
  /// the written one continues after a dot.
  public func procedure(code: String) -> Procedure? {
    var rest = Substring(code)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    while true {
      if let found = self[Procedure.ID(String(rest))] { return found }
      guard let dot = rest.lastIndex(of: ".") else { return nil }
      rest = rest[..<dot]
    }
  }
}

/// A time limit in the unit the law wrote it in; 8 hours, 1 day and 1 working day are three different things.
public struct TimeLimit: Hashable, Sendable {
  public enum Unit: String, Codable, Hashable, Sendable, CaseIterable {
    /// Within the day of receipt.
    case sameDay
    /// Hours of working time.
    case hours
    case days
    case workingDays
  }
  /// 0 for `sameDay`, else 1 ... 1000.
  public var amount: Int
  public var unit: Unit

  public init(_ amount: Int, _ unit: Unit) {
    self.amount = amount
    self.unit = unit
  }

  public static let sameDay = TimeLimit(0, .sameDay)
  public static func hours(_ amount: Int) -> TimeLimit { TimeLimit(amount, .hours) }
  public static func days(_ amount: Int) -> TimeLimit { TimeLimit(amount, .days) }
  public static func workingDays(_ amount: Int) -> TimeLimit { TimeLimit(amount, .workingDays) }

  /// Reads `trong ngày`, `8 giờ`, `8 giờ làm việc`, `25 ngày`, `03 ngày làm việc`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let plain = PlainLetters.of(text)
    if ["trong ngay", "trong ngay lam viec", "ngay trong ngay"].contains(plain) {
      self = .sameDay
      return
    }
    guard let space = plain.firstIndex(of: " "), let amount = Int(plain[..<space]), (1...1000).contains(amount),
      // Letters and digits only: «1,5 ngày» would else read as 1.
      text.contains(where: { ",./-+–".contains($0) }) == false
    else { return nil }
    switch plain[plain.index(after: space)...] {
    case "gio", "gio lam viec": self.init(amount, .hours)
    case "ngay": self.init(amount, .days)
    case "ngay lam viec": self.init(amount, .workingDays)
    default: return nil
    }
  }
}

extension TimeLimit: Codable, CustomStringConvertible {
  /// As the law writes it; reads back with `init(_:)`.
  public var description: String {
    switch unit {
    case .sameDay: "trong ngày"
    case .hours: "\(padded(amount, 2)) giờ làm việc"
    case .days: "\(padded(amount, 2)) ngày"
    case .workingDays: "\(padded(amount, 2)) ngày làm việc"
    }
  }
  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    guard let limit = TimeLimit(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not a limit like 03 ngày làm việc"))
    }
    self = limit
  }
  public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}
