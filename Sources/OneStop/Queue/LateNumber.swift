/// A number printed beforehand and entered when its day was over: counted in that day, called by nobody.
public struct LateNumber: Codable, Hashable, Sendable {
  public var visit: Visit.ID
  public var step: Step.ID
  /// The day it belongs to, before the day of the event.
  public var day: LocalDay
  public var number: String
  public var service: Service.ID
  public var counter: Counter.ID?
  /// As written on the slip; absent: nobody knows, and by hours it counts at 00.
  public var arrivedAt: Instant?
  public var code: String

  /// So many days back; later nobody remembers what a slip meant, and the figures have been reported.
  public static let days = 7

  /// The visit as it stands in its day: served, without measured times.
  public func asVisit(enteredAt: Instant, in zone: ZoneOffset) -> Visit {
    let arrived = arrivedAt ?? day.start(in: zone)
    var done = Step(id: step, service: service, queuedAt: arrived)
    done.counter = counter
    done.outcome = .served
    return Visit(
      id: visit, day: day, number: number, code: code, issuedAt: arrived, priority: nil, needs: [], language: "vi",
      emergency: true, steps: [done], standing: .ended(.served, at: enteredAt))
  }
}

extension Hall {
  /// Decides about a number of a day that is over.
  /// - Parameter used: whether that day has this number already.
  /// - Throws: `late-day` for a day that is not one of the last seven, `day-closed` for somebody who is to wait on it.
  public func late(
    _ number: String, of day: LocalDay, _ service: Service.ID, _ counter: Counter.ID?, served: Bool,
    arrivedAt: Instant?, code: String, used: (String) throws -> Bool
  ) throws -> LateNumber {
    guard (self.day.adding(days: -LateNumber.days)..<self.day).contains(day) else { throw QueueRejection.lateDay }
    try checkEmergency(number, service, counter)
    if try used(number) { throw QueueRejection.emergencyUsed }
    if let arrivedAt, settings.day(of: arrivedAt) != day { throw QueueRejection.badValue }
    if !served { throw QueueRejection.dayClosed }
    return LateNumber(
      visit: Visit.ID(lastVisit.rawValue + 1), step: Step.ID(lastStep.rawValue + 1), day: day, number: number,
      service: service, counter: counter, arrivedAt: arrivedAt, code: code)
  }

  /// The running day only learns that the ids are taken.
  public mutating func passOver(_ late: LateNumber) {
    lastVisit = max(lastVisit, late.visit)
    lastStep = max(lastStep, late.step)
  }

  /// Adds the number to its own day, which is over.
  public mutating func add(_ late: LateNumber, enteredAt: Instant) {
    visits[late.visit] = late.asVisit(enteredAt: enteredAt, in: settings.zone)
    visitOfNumber[late.number] = late.visit
    visitOfStep[late.step] = late.visit
    closed = true
  }
}
