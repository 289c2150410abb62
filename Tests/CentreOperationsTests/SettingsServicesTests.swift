@testable import CentreOperations
import Logging
import OneStop
import ServiceLifecycle
import Synchronization
import Testing

/// Writes down what happens to services of printers.
private final class Diary: Sendable {
  private let lines = Mutex<[String]>([])
  let bell = Bell()
  func note(_ line: String) {
    lines.withLock { $0.append(line) }
    bell.ring()
  }
  var all: [String] { lines.withLock { $0 } }

  /// Waits until so many lines are there.
  func until(_ count: Int) async {
    for await _ in bell.listen() where all.count >= count { return }
  }
}

private struct Noted: ServiceLifecycle.Service {
  struct Broken: Error {}
  let name: String
  let diary: Diary

  func run() async throws {
    diary.note("\(name) on")
    if name == "broken" { throw Broken() }
    await cancelWhenGracefulShutdown {
      // Until it is cancelled.
      for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(60)) }) where Task.isCancelled {
        return
      }
    }
    diary.note("\(name) off")
  }
}

@Suite("printers and devices follow the settings", .timeLimit(.minutes(1)))
struct SettingsServicesTests {
  private static func printer(_ id: String, _ address: String) -> Printer {
    Printer(id: id, name: id, profile: "generic-80", address: address)
  }

  private func change(_ desk: CommandDesk, _ printers: [Printer]) async throws {
    try await desk.perform { ledger, state in
      var new = state.hall.settings
      new.printers = printers
      try ledger.change(settings: new, by: .system)
      state.hall.settings = new
      state.tellScreens("settings-changed", &ledger)
    }
  }

  @Test("what is new starts, what has gone ends, what changed ends before it starts anew, what fails harms no other")
  func follow() async throws {
    let test = try TestDesk { $0.printers = [Self.printer("a", "tcp://h:1")] }
    let diary = Diary()
    let services = SettingsServices<Printer>(
      test.desk, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, entries: \.printers, id: \.id,
      start: { Noted(name: $0.id == "broken" ? "broken" : "\($0.id) \($0.address)", diary: diary) },
      ended: { diary.note("\($0.id) \($1 ? "changes" : "is gone")") })
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: services)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let running = Task { try await group.run() }
    await diary.until(1)
    #expect(diary.all == ["a tcp://h:1 on"])
    try await change(test.desk, [Self.printer("a", "tcp://h:2")])
    await diary.until(4)
    #expect(Array(diary.all[1...]) == ["a tcp://h:1 off", "a changes", "a tcp://h:2 on"])
    try await change(test.desk, [Self.printer("broken", "tcp://h:3")])
    await diary.until(7)
    #expect(Array(diary.all[4...]) == ["a tcp://h:2 off", "a is gone", "broken on"])
    try await change(test.desk, [Self.printer("broken", "tcp://h:3"), Self.printer("b", "tcp://h:4")])
    await diary.until(8)
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(
      Array(diary.all[7...]) == ["b tcp://h:4 on", "b tcp://h:4 off"], "the broken one is not started over and over")
  }
}
