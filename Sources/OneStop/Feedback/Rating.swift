/// A citizen's answer about one finished step: how they were received, and how the matter was handled. The highest level
/// is the best.
public struct Rating: Codable, Hashable, Sendable {
  public var reception: Int
  public var handling: Int
  /// How many levels there were to choose from: 5, or 3 on a box of three buttons. Three never become five.
  public let scale: Int
  /// Ids of the reasons given for a low level.
  public var reasons: [String]
  public var comment: String

  /// Longest comment in bytes: what fits the sealed box beside the rest.
  public static let commentLimit = 600
  public static let levels = 1...5
  public static let reasonIDs = ["wait", "attitude", "unclear", "again", "late", "other"]

  public init(reception: Int, handling: Int, reasons: [String] = [], comment: String = "") throws(QueueRejection) {
    guard Self.levels.contains(reception), Self.levels.contains(handling),
      reasons.allSatisfy(Self.reasonIDs.contains), Set(reasons).count == reasons.count,
      comment.utf8.count <= Self.commentLimit
    else { throw .badValue }
    self.reception = reception
    self.handling = handling
    self.reasons = reasons
    self.comment = comment
    scale = 5
  }

  /// One press on a box of buttons, which asks one question for both.
  /// - Parameter scale: 3 or 5.
  public init(press level: Int, of scale: Int) throws(QueueRejection) {
    guard [3, 5].contains(scale), (1...scale).contains(level) else { throw .badValue }
    reception = level
    handling = level
    reasons = []
    comment = ""
    self.scale = scale
  }
}

extension Hall {
  /// The step that may be rated at a counter now: the last one finished there, within the asking window, not yet rated.
  public func ratable(_ step: Step.ID, at now: Instant) throws(QueueRejection) -> (visit: Visit, step: Step) {
    guard let visit = visit(step: step), let found = visit.steps.first(where: { $0.id == step }) else {
      throw .unknownStep
    }
    if found.rated { throw .alreadyRated }
    guard found.outcome == .served, let finished = found.finishedAt,
      now.seconds(since: finished) <= settings.rules.ratingMinutes * 60
    else { throw .notRatable }
    return (visit, found)
  }

  /// Notes that a step has been rated; how is nobody's to know here.
  public mutating func markRated(_ step: Step.ID) {
    guard let id = visitOfStep[step], let i = visits[id]?.steps.firstIndex(where: { $0.id == step }) else { return }
    visits[id]!.steps[i].rated = true
    visits[id]!.version += 1
  }
}
