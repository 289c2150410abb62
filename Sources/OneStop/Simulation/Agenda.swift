/// What is planned, by its time; of what is due at one moment, what was planned first comes first.
struct Agenda<Plan: Sendable>: Sendable {
  /// Latest first, so that the next one is taken off the end.
  private var entries: [(at: Instant, order: Int, plan: Plan)] = []
  private var planned = 0

  /// When the next thing is due; nil: nothing is planned.
  var nextAt: Instant? { entries.last?.at }

  mutating func add(_ at: Instant, _ plan: Plan) {
    planned += 1
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if (at, planned) < (entries[middle].at, entries[middle].order) { low = middle + 1 } else { high = middle }
    }
    entries.insert((at: at, order: planned, plan: plan), at: low)
  }

  /// There has to be one.
  mutating func removeNext() -> (at: Instant, plan: Plan) {
    let entry = entries.removeLast()
    return (entry.at, entry.plan)
  }
}
