import CentreStore
import DeviceIO
import GRDB
import OneStop
import ServiceLifecycle

/// Shows the called number on the lights of a line. Reads the journal after its own cursor, so that after a restart or a
/// pulled cable it goes on where it was, without repeating what is over.
public struct LightWorker: ServiceLifecycle.Service {
  let input: InputDevice
  let profile: LightProfile

  /// An older call is not shown any more after a break: the citizen has come or gone.
  static let staleAfterSeconds = 30
  private static let calls = ["called", "recalled", "resumed"]

  public func run() async throws {
    let show = try FrameTemplate(profile.show)
    let clear = try profile.clear.map { text throws(FrameTemplate.Mistake) in try FrameTemplate(text) }
    let desk = input.desk
    await input.run(.serial, profile.serial) { handle in
      guard case .line(let line) = handle else { return }
      try await withThrowingTaskGroup(of: Void.self) { group in
        // What a light answers is of no use, but the end of the line is noticed by reading.
        group.addTask {
          for try await _ in line.bytes() {}
          throw DeviceError(.disconnected, device: line.device)
        }
        group.addTask {
          var lights = Lights()
          for await _ in desk.bell.listen() {
            for order in try await news(&lights) {
              let frame =
                switch order.number {
                case let number?:
                  show.frame(address: order.counter.rawValue, counter: order.counter.rawValue, number: number)
                case nil:
                  clear?.frame(address: order.counter.rawValue, counter: order.counter.rawValue, number: "") ?? []
                }
              guard !frame.isEmpty else { continue }
              try await line.write(frame)
              input.count()
              try await Task.sleep(for: .milliseconds(profile.gapMilliseconds ?? 0))
            }
            try await remember(&lights)
          }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  // MARK: What to show

  struct Order: Hashable, Sendable {
    var counter: Counter.ID
    /// nil: dark.
    var number: String?
  }

  /// What this light has been told, and how far it has read.
  struct Lights: Sendable {
    /// Absent: not known, because nothing was sent yet on this connection.
    var shown: [Counter.ID: String?] = [:]
    var seen: Int64?
    /// The last event of a call, to be remembered once its frame has left.
    var toRemember: Int64?
  }

  private var consumer: String { "light \(input.id)" }

  /// What has to be sent now.
  func news(_ lights: inout Lights) async throws -> [Order] {
    let (consumer, after, now) = (consumer, lights.seen, input.desk.clock.now)
    struct News: Sendable {
      var head: Int64
      var calls: [(counter: Counter.ID, seq: Int64, at: Instant)]
      var hall: Hall
    }
    let news = try await input.desk.look { db, state in
      let head = try Journal.head(db).seq
      // A light that is new repeats nothing of the day so far.
      let from = try after ?? Cursor.get(db, consumer) ?? head
      let entries = try Journal.entries(db, after: from, limit: .max, types: Self.calls)
      return News(
        head: head,
        calls: try entries.map { entry in (try entry.decode(AtCounter.self).counter, entry.seq, entry.at) },
        hall: state.hall)
    }
    lights.seen = news.head
    if let last = news.calls.last { lights.toRemember = last.seq }
    let fresh = Set(news.calls.filter { now.seconds(since: $0.at) <= Self.staleAfterSeconds }.map(\.counter))
    return Self.orders(input.device.counters, news.hall, fresh: fresh, &lights)
  }

  private struct AtCounter: Decodable { var counter: Counter.ID }

  /// Pure: which lights of these counters change.
  static func orders(
    _ counters: [Counter.ID], _ hall: Hall, fresh: Set<Counter.ID>, _ lights: inout Lights
  ) -> [Order] {
    var orders: [Order] = []
    for counter in counters {
      let wanted = hall.current(at: counter)?.number
      let known = lights.shown[counter]
      let changed =
        switch known {
        // Nothing was sent on this connection: dark lights are made dark, numbers only shown when just called.
        case nil: wanted == nil || fresh.contains(counter)
        case let shown?: shown != wanted || (wanted != nil && fresh.contains(counter))
        }
      guard changed else { continue }
      lights.shown[counter] = .some(wanted)
      orders.append(Order(counter: counter, number: wanted))
    }
    return orders
  }

  private func remember(_ lights: inout Lights) async throws {
    guard let seq = lights.toRemember else { return }
    let consumer = consumer
    try await input.desk.perform { ledger, _ in try Cursor.set(ledger.db, consumer, seq) }
    lights.toRemember = nil
  }
}
