import Announcing
import CentreStore
import DeviceIO
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// Says what the journal calls, one call after the other, at the loudspeaker of this machine (`board.voice: server`).
///
/// The cursor moves once a call has been said, or is too late to be said. A daemon that dies in the middle of a call says
/// it again, which harms nobody; one that comes back later than `staleAfterSeconds` stays silent.
public struct AnnounceWorker: ServiceLifecycle.Service {
  let desk: CommandDesk
  let announcer: AnnouncerBox
  let alarms: Alarms
  let devices: Devices
  let log: Logger
  /// How often an idle loudspeaker is asked whether it is still there.
  let probeEvery: Duration

  /// A citizen who was called longer ago has come, or has been called again.
  static let staleAfterSeconds = 30
  private static let consumer = "announce"

  public init(
    desk: CommandDesk, announcer: AnnouncerBox, alarms: Alarms, devices: Devices, log: Logger,
    probeEvery: Duration = .seconds(10)
  ) {
    self.desk = desk
    self.announcer = announcer
    self.alarms = alarms
    self.devices = devices
    self.log = log
    self.probeEvery = probeEvery
  }

  public func run() async throws {
    // A loudspeaker that hangs must not hold up the end of the daemon.
    await cancelWhenGracefulShutdown { await follow() }
  }

  private func follow() async {
    let wake = Bell()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in desk.bell.listen() { wake.ring() } }
      group.addTask {
        while (try? await Task.sleep(for: probeEvery)) != nil { wake.ring() }
      }
      var state = Watch()
      for await _ in wake.listen() {
        do {
          try await work(&state)
        } catch {
          guard !Task.isCancelled else { break }
          // A store that refuses (full disk) is raised by the desk; the calls stay in the journal until it does not.
          log.error("announcing stopped for now", metadata: ["error": "\(error)"])
        }
      }
      group.cancelAll()
    }
  }

  /// What is known of the loudspeaker between two wake-ups.
  private struct Watch {
    var device: OneStop.Device?
    var lastHeard: ContinuousClock.Instant?
    var good = false
    /// Not before, after a failure.
    var nextTry: ContinuousClock.Instant?
    var pause = Backoff(most: .seconds(10))
  }

  private func work(_ watch: inout Watch) async throws {
    while !Task.isCancelled {
      let settings = try await desk.look { _, state in state.hall.settings }
      let device = Self.speaker(in: settings)
      if watch.device != device {
        if let old = watch.device { forget(old) }
        watch = Watch()
        watch.device = device
      }
      guard let device else { return }
      if let next = watch.nextTry, next > .now {
        // Calls grow stale meanwhile; what is fresh when the device is back is said.
        return
      }
      let speaker = Speaker(device: String(device.address.dropFirst("alsa:".count)))
      guard let order = try await nextOrder() else {
        if watch.lastHeard.map({ .now - $0 > probeEvery * 0.9 }) ?? true || !watch.good {
          await attempt(device, &watch) { try await speaker.probe() }
        }
        return
      }
      if let call = order.call, !settings.board.isQuiet(at: TimeOfDay(desk.clock.now, in: settings.zone)) {
        let wave: Wave
        do {
          wave = try await announcer.wave(
            number: call.number, counter: call.counter, english: call.english, volume: settings.board.volume)
          alarms.clear("voice")
        } catch {
          try Task.checkCancellation()
          log.warning("no voice", metadata: ["error": "\(error)"])
          alarms.raise("voice", .fault, Words.text("speaker.noVoice", ["why": "\(error)"]), at: desk.clock.now)
          try await done(order)
          continue
        }
        guard await attempt(device, &watch, { try await speaker.play(wave) }) else { return }
        log.info("announced", metadata: ["number": "\(call.number)", "counter": "\(call.counter)"])
      }
      try await done(order)
    }
  }

  /// The loudspeaker that is used; nil where another place speaks. One without an entry is the machine's own.
  static func speaker(in settings: CentreSettings) -> OneStop.Device? {
    guard settings.board.voice == .server else { return nil }
    return settings.devices.first { $0.kind == .speaker && $0.active }
      ?? OneStop.Device(id: "speaker", kind: .speaker, name: Words.text("speaker.name").vi, address: "alsa:default")
  }

  // MARK: Orders

  struct Order: Sendable {
    var seq: Int64
    /// nil: passed over, because it is late, was taken back, or the citizen is already there.
    var call: (number: String, counter: Int, english: Bool)?
  }

  func nextOrder() async throws -> Order? {
    let oldest = desk.clock.now.adding(seconds: -Self.staleAfterSeconds)
    return try await desk.look { db, state in
      // A loudspeaker that is new says no old calls.
      let cursor = try Cursor.get(db, Self.consumer) ?? 0
      let entries = try Journal.entries(db, after: cursor, limit: 100, types: ["called", "recalled"])
      let hall = state.hall
      for entry in entries where entry.at >= oldest {
        let visit: Visit.ID
        let counter: Counter.ID
        switch try entry.queueEvent() {
        case .called(let e): (visit, counter) = (e.visit, e.counter)
        case .recalled(let e): (visit, counter) = (e.visit, e.counter)
        default: continue
        }
        guard let known = hall.visits[visit], case .called(counter) = known.standing else { continue }
        return Order(
          seq: entry.seq,
          call: (known.number, counter.rawValue, known.language == "en" || hall.settings.board.english))
      }
      // Nothing to say in these; the cursor passes them in one step.
      return entries.last.map { Order(seq: $0.seq, call: nil) }
    }
  }

  func done(_ order: Order) async throws {
    try await desk.perform { ledger, _ in try Cursor.set(ledger.db, Self.consumer, order.seq) }
  }

  // MARK: The loudspeaker's state

  /// - Returns: whether it worked.
  @discardableResult
  private func attempt(_ device: OneStop.Device, _ watch: inout Watch, _ body: () async throws -> Void) async -> Bool {
    do {
      try await body()
      watch.lastHeard = .now
      watch.nextTry = nil
      watch.pause.reset()
      report(device, .ok, Words.text("speaker.ready"), &watch)
      return true
    } catch let failure as Speaker.Failure {
      let places = [
        "name": device.name, "device": String(device.address.dropFirst("alsa:".count)), "why": failure.description,
      ]
      let key =
        switch failure.code {
        case .absent: "speaker.absent"
        case .busy: "speaker.busy"
        case .stuck, .other: "speaker.fault"
        }
      watch.nextTry = .now + watch.pause.next()
      if watch.good || watch.lastHeard == nil {
        log.warning("loudspeaker", metadata: ["device": "\(device.address)", "error": "\(failure)"])
      }
      watch.lastHeard = .now
      report(device, .fault, Words.text(key, places), &watch)
    } catch {
      // Cancelled: the daemon ends.
    }
    return false
  }

  private func report(_ device: OneStop.Device, _ state: Devices.Device.State, _ words: Bilingual, _ watch: inout Watch)
  {
    let id = Self.key(device)
    watch.good = state == .ok
    devices.report(id, name: device.name, kind: "speaker", state, words, at: desk.clock.now)
    if watch.good { alarms.clear(id) } else { alarms.raise(id, .fault, words, at: desk.clock.now) }
  }

  private func forget(_ device: OneStop.Device) {
    alarms.clear(Self.key(device))
    alarms.clear("voice")
    devices.forget(Self.key(device))
  }

  private static func key(_ device: OneStop.Device) -> String { "speaker \(device.id)" }
}
