import Foundation
import OneStop
import ServiceLifecycle
import Synchronization

/// What one command changed on the screens. What they show is worked out after the commit, once for
/// all commands since the last time.
struct ScreenNews: Sendable {
  var type: String
  var seq: Int64
  var at: Instant
  /// nil: everything, because settings, people or the day have changed.
  var change: HallChange?

  init(_ change: HallChange, type: String, seq: Int64, at: Instant) {
    (self.change, self.type, self.seq, self.at) = (change, type, seq, at)
  }

  init(everything type: String, seq: Int64, at: Instant) { (self.type, self.seq, self.at) = (type, seq, at) }

  /// The patches of some commits, from the state after them: each call and each call taken back has one of its own, with
  /// its counter; all else that changed stands in the last.
  static func patches(of news: [ScreenNews], _ state: CentreState) -> [ScreenPatch] {
    guard let last = news.last else { return [] }
    var all = HallChange()
    var patches: [ScreenPatch] = []
    for note in news {
      guard let change = note.change else { continue }
      all.merge(change)
      // One command calls at most once. The last note's is left to the last patch.
      if note.seq != last.seq, !change.calls.isEmpty || !change.uncalled.isEmpty {
        var own = HallChange()
        own.counters = Set(change.calls.map(\.counter))
        (own.calls, own.uncalled) = (change.calls, change.uncalled)
        patches.append(ScreenPatch(own, type: note.type, seq: note.seq, at: note.at, state: state))
      }
    }
    (all.calls, all.uncalled) = (last.change?.calls ?? [], last.change?.uncalled ?? [])
    let everything = news.contains { $0.change == nil }
    patches.append(
      everything
        ? ScreenPatch(everythingOf: state, type: last.type, seq: last.seq, at: last.at, calls: all)
        : ScreenPatch(all, type: last.type, seq: last.seq, at: last.at, state: state))
    return patches
  }
}

/// What changed on the screens, as values.
struct ScreenPatch: Sendable {
  var seq: Int64
  var patch: PublicPatch

  init(_ change: HallChange, type: String, seq: Int64, at: Instant, state: CentreState) {
    self.seq = seq
    let hall = state.hall
    // A closing empties every counter and line; then all of it goes out.
    let services = change.day ? Set(hall.settings.services.map(\.id)) : change.services
    let counters = change.day ? Set(hall.settings.counters.map(\.number)) : change.counters
    patch = PublicPatch(type: type, at: at.iso)
    patch.services = hall.settings.services.filter { services.contains($0.id) && $0.active }.map {
      ServiceState($0, in: hall, at: at)
    }
    patch.counters = hall.settings.counters.filter { counters.contains($0.number) && $0.active }.map {
      CounterState($0, in: state)
    }
    take(calls: change, hall)
    if change.day {
      patch.open = OpenView(hall, at: at)
      // Whether it is a same-day day stands with the centre.
      patch.centre = CentreView(hall.settings, day: hall.day)
    }
  }

  private mutating func take(calls change: HallChange, _ hall: Hall) {
    patch.call = change.calls.last.map { CallState($0, in: hall) }
    patch.uncall = change.uncalled.last.map { .init(number: $0) }
  }

  init(everythingOf state: CentreState, type: String, seq: Int64, at: Instant, calls: HallChange = HallChange()) {
    self.seq = seq
    let hall = state.hall
    patch = PublicPatch(type: type, at: at.iso)
    patch.services = ServiceState.all(hall, at: at)
    patch.counters = CounterState.all(state)
    patch.open = OpenView(hall, at: at)
    patch.centre = CentreView(hall.settings, day: hall.day)
    take(calls: calls, hall)
  }

  /// While the clock cannot be trusted no numbers are handed out.
  mutating func closeForClock() {
    patch.open?.state = "clockUnsure"
    patch.open?.takesTickets = false
    for i in patch.services.indices {
      patch.services[i].takes = false
      patch.services[i].reason = "closed"
    }
  }

  mutating func take(_ later: ScreenPatch) {
    seq = later.seq
    patch.take(later.patch)
  }
}

/// The public state as it stands, and the last changes to it, encoded once for all. Whoever is further behind gets the state.
public final class Tail: ServiceLifecycle.Service, Sendable {
  private struct Frame {
    var seq: Int64
    var bytes: [UInt8]
  }
  private struct Contents {
    var state: PublicState
    var frames: [Frame] = []
    var seq: Int64
    /// The last event whose frame is no longer kept: whoever has heard it can still resume.
    var floor: Int64
    /// Grows with every frame, also those without an event of their own.
    var tick: UInt64 = 0
  }
  private let contents: Mutex<Contents>
  private let pending = Mutex<(news: [ScreenNews], patches: [ScreenPatch])>(([], []))
  /// Calls `workOut` with the state as it is committed. Set once, by the desk that has it.
  let source = Mutex<(@Sendable () async throws -> Void)?>(nil)
  private let arrivals = Bell()
  public let epoch: Int
  public let bell = Bell()
  private static let kept = 1000

  init(epoch: Int, seq: Int64, state: CentreState, now: Instant, build: String, demo: Bool) {
    self.epoch = epoch
    contents = Mutex(
      Contents(state: PublicState(state, at: now, epoch: epoch, build: build, demo: demo), seq: seq, floor: seq))
  }

  /// Takes changes in the order of the journal. Called on the writer's queue between two commits, so it only notes them.
  func note(_ news: [ScreenNews]) {
    guard !news.isEmpty else { return }
    pending.withLock { $0.news += news }
    arrivals.ring()
  }

  /// Works out what the noted changes look like; on the writer's queue, where `state` is the one after them.
  func workOut(_ state: CentreState) {
    let news = pending.withLock { pending in
      defer { pending.news = [] }
      return pending.news
    }
    // Without a ring: whoever asks for this takes them itself, or publishes one of its own after them.
    pending.withLock { $0.patches += ScreenNews.patches(of: news, state) }
  }

  func publish(_ patches: [ScreenPatch]) {
    guard !patches.isEmpty else { return }
    pending.withLock { $0.patches += patches }
    arrivals.ring()
  }

  /// Encodes what has come and wakes the screens.
  public func run() async throws {
    for await _ in arrivals.listen().cancelOnGracefulShutdown() {
      if let source = source.withLock({ $0 }), !pending.withLock({ $0.news.isEmpty }) {
        // A store that cannot be read is raised by the desk; the news stays until it can.
        try? await source()
      }
      let patches = pending.withLock { pending in
        defer { pending.patches = [] }
        return pending.patches
      }
      add(patches)
      // A short rest gathers what comes in a burst and leaves the processor to the commands that cause it.
      try await Task.sleep(for: .milliseconds(4))
    }
  }

  private func add(_ patches: [ScreenPatch]) {
    guard let last = patches.last else { return }
    let merged = Self.gather(patches, epoch: epoch)
    let frames =
      bell.listeners == 0
      ? []
      : merged.map {
        Frame(seq: $0.seq, bytes: Self.frame("change", id: "\(epoch):\($0.seq)", json: $0.patch))
      }
    contents.withLock { contents in
      for patch in merged { contents.state.merge(patch.patch) }
      contents.seq = max(contents.seq, last.seq)
      contents.tick += UInt64(merged.count)
      // Without a listener nothing was encoded; a screen that comes back then gets the whole state.
      if frames.isEmpty {
        contents.frames = []
        contents.floor = contents.seq
      }
      contents.frames += frames
      let old = contents.frames.count - Self.kept
      if old > 0 {
        contents.floor = contents.frames[old - 1].seq
        contents.frames.removeFirst(old)
      }
    }
    bell.ring()
  }

  /// Patches carry states, so several become one; only each call keeps a patch of its own.
  private static func gather(_ patches: [ScreenPatch], epoch: Int) -> [ScreenPatch] {
    var merged: [ScreenPatch] = []
    for var patch in patches {
      patch.patch.call?.setEpoch(epoch)
      if let last = merged.last, last.patch.call == nil, last.patch.uncall == nil {
        merged[merged.count - 1].take(patch)
      } else {
        merged.append(patch)
      }
    }
    return merged
  }

  /// Where a stream stands.
  public struct Cursor: Sendable {
    var tick: UInt64
  }

  /// What a new stream gets first: the changes after `lastEvent` where they are still kept, otherwise the whole state.
  public func open(after lastEvent: String?, at now: Instant) -> (bytes: [UInt8], cursor: Cursor) {
    contents.withLock { contents in
      let cursor = Cursor(tick: contents.tick)
      if let lastEvent, let seq = seq(of: lastEvent), seq <= contents.seq {
        if seq == contents.seq { return ([], cursor) }
        if seq >= contents.floor {
          return (contents.frames.filter { $0.seq > seq }.flatMap(\.bytes), cursor)
        }
      }
      contents.state.now = now.iso
      return (Self.frame("snapshot", id: "\(epoch):\(contents.seq)", json: contents.state), cursor)
    }
  }

  /// The changes since a cursor; nil where the stream has fallen so far behind that it needs the state again.
  public func next(after cursor: inout Cursor) -> [UInt8]? {
    contents.withLock { contents in
      let behind = Int(contents.tick - cursor.tick)
      cursor.tick = contents.tick
      guard behind <= contents.frames.count else { return nil }
      return contents.frames.suffix(behind).flatMap(\.bytes)
    }
  }

  public var seq: Int64 { contents.withLock { $0.seq } }

  /// The public state now, for `/queue` and `/board`.
  public func state(at now: Instant) -> PublicState {
    contents.withLock {
      $0.state.now = now.iso
      return $0.state
    }
  }

  private func seq(of id: String) -> Int64? {
    let parts = id.split(separator: ":")
    guard parts.count == 2, Int(parts[0]) == epoch else { return nil }
    return Int64(parts[1])
  }

  /// One message of the stream.
  public static func frame(_ event: String, id: String, json: some Encodable) -> [UInt8] {
    let data = (try? ScreenJSON.encoder.encode(json)) ?? Data("{}".utf8)
    return Array("id: \(id)\nevent: \(event)\ndata: ".utf8) + data + Array("\n\n".utf8)
  }
}

/// JSON for screens and API: sorted keys, absent values left out.
public enum ScreenJSON {
  public static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
}
