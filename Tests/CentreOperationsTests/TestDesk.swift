@testable import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop

/// The checkout this test stands in.
enum Checkout {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let exampleFile = root.appendingPathComponent("centre/centre.yaml")
  /// The words are read once for the process.
  static let words: Void = try! Words.load(from: root.appendingPathComponent("kiosk/shared"))
}

/// A command desk on a database of its own, with the example centre and a clock that is set by hand.
final class TestDesk: Sendable {
  let folder: URL
  let desk: CommandDesk
  static let officer = Actor("cb01", .officer, terminal: "counter-1")
  static let kiosk = Actor("citizen", .kiosk, terminal: "kiosk-1")
  /// A Thursday.
  static let day = LocalDay("2026-11-26")!

  init(at time: String = "08:00", day: LocalDay = TestDesk.day, _ adjust: (inout CentreSettings) -> Void = { _ in })
    throws
  {
    _ = Checkout.words
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-desk-\(randomBytes(6).hexText)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var seed = try CentreSeed.read(file: Checkout.exampleFile)
    adjust(&seed.settings)
    let start = day.instant(at: TimeOfDay(time)!, in: .vietnam)
    desk = try CommandDesk(
      database: CentreDatabase(path: folder.appendingPathComponent("centre.sqlite").path),
      clock: CentreClock(start: start, source: { start }),
      ratings: RatingBoxes(folder: folder.appendingPathComponent("ballot")), seed: seed)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @discardableResult
  func run(_ command: QueueCommand, by actor: Actor = TestDesk.officer) async throws -> [QueueEvent] {
    try await desk.queue(command, by: actor) { _, events, _ in events }
  }

  func hall() async throws -> Hall { try await desk.look { _, state in state.hall } }

  func at(_ time: String, day: LocalDay = TestDesk.day) {
    desk.clock.set(day.instant(at: TimeOfDay(time)!, in: .vietnam))
  }

  func rate(_ step: Step.ID) async throws {
    let ratings = desk.ratings
    try await desk.perform { ledger, state in
      try ratings.seal(Rating(reception: 5, handling: 4), step: step, in: &ledger, &state.hall, by: .citizen)
    }
  }

  func differences() async throws -> [String] { try await desk.database.pool.read { try Rebuild.differences($0) } }

  func tamper(_ sql: String) throws {
    let intruder = try DatabaseQueue(path: desk.database.path)
    try intruder.write { try $0.execute(sql: sql) }
  }
}
