import Logging
import OneStop
import ServiceLifecycle

/// Runs one service for each entry of the settings, a printer or a device, and follows them: what is added on the settings
/// page starts at once, what has gone is ended, and what has changed is ended before it starts anew, because a device
/// has one owner.
public struct SettingsServices<Entry: Hashable & Sendable>: ServiceLifecycle.Service {
  let desk: CommandDesk
  let log: Logger
  let entries: @Sendable (CentreSettings) -> [Entry]
  /// Who an entry is, whatever else of it changes.
  let id: @Sendable (Entry) -> String
  /// nil: nothing is to run for this one.
  let start: @Sendable (Entry) -> (any ServiceLifecycle.Service)?
  /// After the service of an entry has ended while the daemon goes on. `stays`: one of the same id takes its place.
  let ended: @Sendable (_ entry: Entry, _ stays: Bool) async -> Void

  public init(
    _ desk: CommandDesk, log: Logger, entries: @escaping @Sendable (CentreSettings) -> [Entry],
    id: @escaping @Sendable (Entry) -> String,
    start: @escaping @Sendable (Entry) -> (any ServiceLifecycle.Service)?,
    ended: @escaping @Sendable (_ entry: Entry, _ stays: Bool) async -> Void
  ) {
    self.desk = desk
    self.log = log
    self.entries = entries
    self.id = id
    self.start = start
    self.ended = ended
  }

  public func run() async throws {
    var running: [Entry: Task<Void, Never>] = [:]
    for await _ in desk.bell.listen().cancelOnGracefulShutdown() {
      // A store that cannot be read is raised by the desk; what runs goes on.
      if let wanted = try? await desk.look({ _, state in entries(state.hall.settings) }) {
        let gone = running.keys.filter { !wanted.contains($0) }
        for entry in gone { running[entry]?.cancel() }
        for entry in gone {
          await running.removeValue(forKey: entry)?.value
          await ended(entry, wanted.contains { id($0) == id(entry) })
        }
        for entry in wanted where running[entry] == nil { running[entry] = task(entry) }
      }
      // Settings change a few times a year; a queue in full swing rings hundreds of times a second.
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(250)) }
    }
    for task in running.values { task.cancel() }
    for task in running.values { await task.value }
  }

  /// A task of its own, which can be ended by itself; it hears of the daemon's end all the same.
  private func task(_ entry: Entry) -> Task<Void, Never> {
    let (service, log, name) = (start(entry), log, id(entry))
    return Task {
      do {
        try await service?.run()
      } catch {
        guard !Task.isCancelled else { return }
        log.error("a device's service has ended", metadata: ["device": "\(name)", "error": "\(error)"])
      }
    }
  }
}
