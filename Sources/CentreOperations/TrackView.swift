import OneStop

/// What the phone of who holds a number shows.
public struct TrackView: Encodable, Sendable {
  struct LastCall: Encodable, Sendable {
    var number: String
    var counter: Counter.ID
    var at: String
  }
  struct CentreName: Encodable, Sendable {
    var name: String
    var nameLines: [String]
    var hotline: String
  }
  var number: String
  var service: Service.ID
  var serviceName, serviceNameEn: String
  var day: LocalDay
  var state: String
  var ahead, estimatedWaitSeconds, estimatedLow, estimatedHigh: Int?
  var counters: [Counter.ID]
  var counter: Counter.ID?
  var lastCall: LastCall?
  var outcome: String?
  var centre: CentreName
  var now: String
  var returnMinutes: Int
  var language: String

  /// - Throws: `unknown-code`, also for a code of another day.
  public init(code: String, _ state: CentreState, at now: Instant) throws {
    let hall = state.hall
    guard let visit = hall.visit(code: code) else { throw QueueRejection.unknownCode }
    number = visit.number
    service = visit.step.service
    serviceName = hall.settings.service(service)?.name ?? service.rawValue
    serviceNameEn = hall.settings.service(service)?.nameEn ?? serviceName
    day = visit.day
    self.state = visit.standing.word
    counters = hall.openCounters(for: service)
    counter = visit.counter
    language = visit.language
    if let estimate = hall.estimate(for: visit.id, at: now) {
      ahead = estimate.ahead
      estimatedWaitSeconds = estimate.seconds
      // A third either way: what the simulation's estimates are off by in most cases.
      estimatedLow = estimate.seconds.map { $0 * 2 / 3 }
      estimatedHigh = estimate.seconds.map { $0 * 4 / 3 }
    }
    lastCall = hall.calls.last.map { LastCall(number: $0.number, counter: $0.counter, at: $0.at.iso) }
    if case .ended(let how, _) = visit.standing { outcome = how.rawValue }
    let names = hall.settings.centre
    centre = CentreName(name: names.name, nameLines: names.nameLines, hotline: names.hotline)
    self.now = now.iso
    returnMinutes = hall.settings.rules.returnMinutes
  }
}
