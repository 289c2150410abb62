/// What somebody wants to happen in the queue. It may be refused.
public enum QueueCommand: Hashable, Sendable {
  /// `code` is drawn at random by the caller, so that the rules stay without chance.
  case issue(
    Service.ID, priority: PriorityGroup.ID? = nil, needs: Set<Visit.Need> = [], language: String = "vi", code: String,
    procedure: Procedure.ID? = nil)
  case callNext(Counter.ID)
  /// Out of turn, by number: a waiting visit or one that missed its call.
  case call(Counter.ID, number: String)
  case recall(Counter.ID)
  case start(Counter.ID)
  /// `next`: the visit goes on there under the same number.
  case finish(Counter.ID, copies: Int? = nil, next: Destination? = nil)
  case noShow(Counter.ID)
  case hold(Counter.ID)
  case resume(Counter.ID, number: String)
  /// The citizen goes elsewhere without the step having been done here.
  case transfer(Counter.ID, to: Destination)
  /// Back to the queue, with the place by arrival: the current one, or a no-show by number.
  case returnToQueue(Counter.ID, number: String? = nil)
  case cancelAtCounter(Counter.ID, number: String? = nil)
  case mark(Counter.ID, needs: Set<Visit.Need>? = nil, copies: Int? = nil, priority: PriorityGroup.ID?? = nil)
  case open(Counter.ID, Officer.ID, takeOver: Bool = false)
  case pause(Counter.ID, reason: String)
  case close(Counter.ID, why: String = "officer")
  case undo(Counter.ID)
  case cancel(code: String)
  case enterEmergency(
    number: String, service: Service.ID, counter: Counter.ID? = nil, served: Bool, arrivedAt: Instant? = nil,
    code: String)
  case askHelp(Counter.ID)
  case answerHelp(Counter.ID)
  case closeDay(reason: String)
  case reopenDay
}

/// Where a visit goes on: any counter of a service, or one counter.
public struct Destination: Codable, Hashable, Sendable {
  public var service: Service.ID?
  public var counter: Counter.ID?
  public init(service: Service.ID) { self.service = service }
  public init(counter: Counter.ID, service: Service.ID? = nil) {
    self.counter = counter
    self.service = service
  }
}
