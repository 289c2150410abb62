import CentreStore
import Foundation
import GRDB
import OneStop

/// The start-of-day checklist: what the daemon knows of its devices, what it finds on network and disks, and what people
/// tick.
public struct ChecklistDesk: Sendable {
  let desk: CommandDesk
  let alarms: Alarms
  let devices: Devices
  let screens: Screens
  let book: CheckBook
  /// Whether the kernel says the clock is synchronised.
  let synchronised: @Sendable () -> Bool

  public init(
    desk: CommandDesk, alarms: Alarms, devices: Devices, screens: Screens, book: CheckBook,
    synchronised: @escaping @Sendable () -> Bool = MachineClock.isSynchronised
  ) {
    self.desk = desk
    self.alarms = alarms
    self.devices = devices
    self.screens = screens
    self.book = book
    self.synchronised = synchronised
  }

  /// Less free disk than this under the database needs a person, in gigabytes. A year of a commune's journal is a tenth of it.
  static let leastFree = 1

  /// Everything the daemon finds out by itself.
  public struct Seen: Sendable {
    var at: Instant
    var results: [CheckResult]
  }

  /// Looks at network, disks and devices now, keeps what was seen and raises or clears the alarm of it.
  @discardableResult
  public func look() async throws -> Seen {
    let now = desk.clock.now
    let settings = try await desk.look { _, state in state.hall.settings }
    async let found = book.look(at: settings.checklist, now)
    let results = [await ownDisk()] + (await found)
    book.keep(results, at: now)
    let failed = results.filter { $0.outcome == .failed }
    if failed.isEmpty {
      alarms.clear("checklist")
    } else {
      func names(_ key: KeyPath<Bilingual, String>) -> String {
        failed.map { $0.name[keyPath: key] }.joined(separator: ", ")
      }
      let time = "\(TimeOfDay(now, in: settings.zone))"
      alarms.raise(
        "checklist", .warning,
        Bilingual(
          Words.text("alarm.checklist", ["time": time, "names": names(\.vi)]).vi,
          Words.text("alarm.checklist", ["time": time, "names": names(\.en)]).en), at: now)
    }
    return try await seen(at: now, results)
  }

  /// What is known now: devices as they are, network and disks as they were looked at last.
  public func known() async throws -> Seen {
    let last = book.last
    return try await seen(at: last?.at ?? desk.clock.now, last?.results ?? [])
  }

  /// A day as it stands on paper: a finished one as it was then, the running one as it is now.
  /// - Parameter day: nil for today.
  public func onPaper(_ day: LocalDay?) async throws -> (view: ChecklistView, settings: CentreSettings) {
    let (seen, lookedAt) = (try await known(), book.lookedAt)
    return try await desk.look { db, state in
      let day = day ?? state.hall.day
      let live = try day == state.hall.day && ChecklistRows.day(day, db).end == nil
      let view = try ChecklistView(day, live ? seen : nil, lookedAt: live ? lookedAt : nil, state, db)
      return (view, state.hall.settings)
    }
  }

  private func ownDisk() async -> CheckResult {
    let folder = URL(fileURLWithPath: desk.database.path).deletingLastPathComponent().path
    return await CheckBook.disk(at: folder, least: Self.leastFree) { outcome, key, places in
      CheckResult(
        "disk", "data", name: Words.text("checklist.dataDisk"), outcome, Words.text("checklist.\(key)", places))
    }
  }

  private func seen(at moment: Instant, _ looked: [CheckResult]) async throws -> Seen {
    let own = ownClock()
    let trouble = desk.storeTrouble
    let journal = CheckResult(
      "storage", "journal", name: Words.text("checklist.journal"), trouble == nil ? .ok : .failed,
      trouble.map { Words.text("alarm.storage", ["why": "\($0)"]) } ?? Words.text("checklist.records"))
    let reported = devices.list
    let (settings, terminals) = try await desk.look { db, state in (state.hall.settings, try TerminalRows.all(db)) }
    var results = reported.map(Self.result)
    // Those that are in the settings and of which nobody has said anything.
    let told = Set(reported.map(\.id))
    for printer in settings.printers where !told.contains("printer \(printer.id)") {
      results.append(Self.silent("printer", "printer \(printer.id)", printer.name))
    }
    for device in settings.devices
    where device.active && device.kind != .speaker && !told.contains(device.id.rawValue)
      && !told.contains("\(device.kind.rawValue) \(device.id)")
    {
      results.append(Self.silent(device.kind.rawValue, device.id.rawValue, device.name))
    }
    results += terminals.map { screen($0.name, "\($0.role.rawValue)", counter: $0.counter, settings.zone) }
    if settings.board.voice == .board, !terminals.contains(where: { $0.name == settings.board.voiceBoard }) {
      results.append(screen(settings.board.voiceBoard, "voice", counter: nil, settings.zone))
    }
    results += [journal, own] + looked
    // Added since the last look.
    for item in settings.checklist where item.active && item.kind != .manual {
      if !looked.contains(where: { $0.kind == item.kind.rawValue && $0.id == item.id.rawValue }) {
        results.append(
          CheckResult(
            item.kind.rawValue, item.id.rawValue, name: Bilingual(item.name, item.nameEn), .unknown,
            Words.text("checklist.notYet")))
      }
    }
    return Seen(at: moment, results: results)
  }

  private static func result(_ device: Devices.Device) -> CheckResult {
    let outcome: CheckOutcome =
      switch device.state {
      case .ok: .ok
      case .warning: .attention
      case .fault: .failed
      case .off: .unknown
      }
    return CheckResult(device.kind, device.id, name: Bilingual(device.name, device.name), outcome, device.words)
  }

  private static func silent(_ kind: String, _ id: String, _ name: String) -> CheckResult {
    CheckResult(kind, id, name: Bilingual(name, name), .unknown, Words.text("checklist.noWord"))
  }

  private func screen(_ name: String, _ role: String, counter: Counter.ID?, _ zone: ZoneOffset) -> CheckResult {
    let since = screens.since(name)
    let places = ["name": name, "counter": counter.map { "\($0)" } ?? ""]
    return CheckResult(
      "screen", name, name: Words.text("checklist.screen.\(role)", places), since == nil ? .failed : .ok,
      since.map { Words.text("checklist.connected", ["time": "\(TimeOfDay($0, in: zone))"]) }
        ?? Words.text("checklist.notConnected"))
  }

  private func ownClock() -> CheckResult {
    let name = Words.text("checklist.clock")
    switch desk.clock.unsure {
    case .some: return CheckResult("clock", "clock", name: name, .failed, Words.text("checklist.clockUnsure"))
    case nil where synchronised():
      return CheckResult("clock", "clock", name: name, .ok, Words.text("checklist.clockSynced"))
    // A machine that cannot reach a time server keeps good time for weeks.
    case nil: return CheckResult("clock", "clock", name: name, .attention, Words.text("checklist.clockAlone"))
    }
  }

  // MARK: Commands, inside a transaction

  /// Ticks or excuses an item of today, or takes that back.
  public static func mark(
    _ item: ChecklistItem.ID, _ mark: ChecklistDay.Marked.State, excuse: ChecklistExcuse?, by actor: Actor,
    _ ledger: inout Ledger, _ state: CentreState
  ) throws {
    let list = try ChecklistRows.day(state.hall.day, ledger.db)
    if let event = try list.mark(item, mark, excuse: excuse, among: state.hall.settings.checklist) {
      try ChecklistRows.add(event, in: &ledger, by: actor)
    }
  }

  public static func finish(_ seen: Seen, by actor: Actor, _ ledger: inout Ledger, _ state: CentreState) throws {
    let list = try ChecklistRows.day(state.hall.day, ledger.db)
    let event = try list.finish(seen.results.map(\.line), items: state.hall.settings.checklist)
    try ChecklistRows.add(event, in: &ledger, by: actor)
  }
}
