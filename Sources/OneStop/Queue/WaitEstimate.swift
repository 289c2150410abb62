/// How long a citizen will wait: the work ahead at the counters that take the service, shared between them, at today's pace.
///
/// People ahead × mean overlooks that several counters share a line, that a counter also works on other lines, how far
/// the current citizens are, and lunch; `docs/decisions` has the errors of both, measured in the simulation.
public struct WaitEstimate: Hashable, Sendable {
  /// Tickets of the same line that will be called first.
  public var ahead: Int
  /// nil while no open counter takes the service.
  public var seconds: Int?
}

extension Hall {
  /// The estimate for a ticket of `service` that would be issued now.
  public func estimate(for service: Service.ID, priority: Bool = false, at now: Instant) -> WaitEstimate {
    let line = lines[service] ?? Line()
    let ahead = priority ? aheadOfPriority(line.priority.count, line) : line.count
    return WaitEstimate(
      ahead: ahead, seconds: seconds(for: service, ahead: ahead, at: now) { self.lines[$0]?.count ?? 0 })
  }

  /// The estimate for a visit that waits already; nil when it doesn't wait.
  public func estimate(for id: Visit.ID, at now: Instant) -> WaitEstimate? {
    guard let visit = visits[id], case .waiting(let place) = visit.standing else { return nil }
    if let counter = place.counter {
      let line = counterLines[counter] ?? Line()
      let ahead = Line.position(of: place, in: line.ordinary) + Line.position(of: place, in: line.priority)
      let mean = mean(place.service)
      return WaitEstimate(
        ahead: ahead, seconds: desk(counter).isOpen ? Int(Double(ahead) * mean + left(at: counter, now)) : nil)
    }
    let line = lines[place.service] ?? Line()
    let ahead: Int
    if visit.priority != nil {
      ahead = aheadOfPriority(Line.position(of: place, in: line.priority), line)
    } else {
      ahead = Line.position(of: place, in: line.ordinary) + line.priority.count
    }
    return WaitEstimate(
      ahead: ahead,
      seconds: seconds(for: place.service, ahead: ahead, at: now) { other in
        guard let line = self.lines[other] else { return 0 }
        return Line.position(of: place, in: line.ordinary) + line.priority.count
      })
  }

  /// Priority tickets ahead, and the ordinary ones let through between them.
  private func aheadOfPriority(_ priorityAhead: Int, _ line: Line) -> Int {
    priorityAhead + min(line.ordinary.count, (line.streak + priorityAhead) / max(1, settings.rules.priorityInRow))
  }

  private func seconds(
    for service: Service.ID, ahead: Int, at now: Instant, aheadInOther: (Service.ID) -> Int
  ) -> Int? {
    let servers = openCounters(for: service)
    guard !servers.isEmpty else { return nil }
    var work = Double(ahead) * mean(service)
    // Other lines that the same counters serve at the same or a better rank take their share of the time.
    for other in settings.services where other.id != service {
      let count = aheadInOther(other.id)
      guard count > 0 else { continue }
      let takers = openCounters(for: other.id)
      let shared = takers.filter { counter in
        servers.contains(counter) && rank(other.id, at: counter) <= rank(service, at: counter)
      }
      if !shared.isEmpty {
        work += Double(count) * mean(other.id) * Double(shared.count) / Double(takers.count)
      }
    }
    for counter in servers {
      work += left(at: counter, now)
      work += Double(counterLines[counter]?.count ?? 0) * mean(service)
    }
    // The first free counter takes the citizen, so the last piece of work is not waited for in full.
    let wait =
      servers.count > 1 && ahead == 0 && servers.contains(where: { desk($0).current == nil })
      ? 0 : work / Double(servers.count)
    return lunchIncluded(Int(wait), at: now)
  }

  private func rank(_ service: Service.ID, at counter: Counter.ID) -> Int {
    settings.counter(counter)?.rank(of: service) ?? .max
  }

  private func mean(_ service: Service.ID) -> Double { (pace[service] ?? startingPace(service)).seconds }

  /// Seconds the citizen at this counter is still expected to take. Whoever has passed the mean is expected to take
  /// a third of it more: long cases get longer.
  private func left(at counter: Counter.ID, _ now: Instant) -> Double {
    guard let visit = current(at: counter), let called = visit.step.lastCalledAt else { return 0 }
    let mean = mean(visit.step.service)
    return max(mean - Double(now.seconds(since: called)), mean / 3)
  }

  private func lunchIncluded(_ seconds: Int, at now: Instant) -> Int {
    let spans = settings.hours.spans(on: day)
    var end = now.adding(seconds: seconds)
    for (earlier, later) in zip(spans, spans.dropFirst()) {
      let closes = day.instant(at: earlier.to, in: settings.zone)
      let opens = day.instant(at: later.from, in: settings.zone)
      if now < opens, end > closes {
        end = end.adding(milliseconds: opens.milliseconds - max(closes, now).milliseconds)
      }
    }
    return end.seconds(since: now)
  }
}
