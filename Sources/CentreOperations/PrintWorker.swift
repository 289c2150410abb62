import CentreStore
import DeviceIO
import Foundation
import GRDB
import Logging
import OneStop
import Printing
import ServiceLifecycle
import Synchronization

/// Prints what the journal says is to be printed. One worker owns one printer, with one long-lived connection.
///
/// A job is marked `sending` before its first byte. If the daemon dies in between, nobody knows whether the paper came
/// out, so a person is asked instead of printing the same number twice.
public struct PrintWorker: ServiceLifecycle.Service {
  public let printer: OneStop.Printer
  public let profile: PrinterProfile
  let desk: CommandDesk
  let status: PrinterBoard
  let alarms: Alarms
  let devices: Devices
  let followBase: String
  let log: Logger

  /// A ticket older than this is of no use to the citizen any more.
  static let staleAfterSeconds = 300

  public init(
    _ printer: OneStop.Printer, profile: PrinterProfile, desk: CommandDesk, status: PrinterBoard, alarms: Alarms,
    devices: Devices, followBase: String, log: Logger
  ) {
    self.printer = printer
    self.profile = profile
    self.desk = desk
    self.status = status
    self.alarms = alarms
    self.devices = devices
    self.followBase = followBase
    self.log = log
  }

  public func run() async throws {
    let owner = ThermalPrinter(
      port: try port(),
      abilities: .init(dleEot: profile.status.dleEot, asb: profile.status.asb, gsH: profile.status.gsH))
    // A printer that does not answer must not hold up the end of the daemon.
    await cancelWhenGracefulShutdown { await follow(owner) }
    await owner.close()
  }

  private func follow(_ owner: ThermalPrinter) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watch(owner) }
      var recovered = false
      for await _ in desk.bell.listen() {
        do {
          if !recovered { try await recover() }
          recovered = true
          try await work(owner)
        } catch {
          // A store that refuses (full disk) is raised by the desk; the orders stay in the journal until it does not.
          log.error("printing stopped for now", metadata: ["printer": "\(printer.id)", "error": "\(error)"])
        }
      }
      group.cancelAll()
    }
  }

  private func port() throws -> any PrinterPort {
    if printer.address.hasPrefix("file:") {
      return FilePrinterPort(device: printer.id, .folder(path: String(printer.address.dropFirst(5))))
    }
    let rest = printer.address.dropFirst("tcp://".count)
    let parts = rest.split(separator: ":")
    return NetworkPrinterPort(
      device: printer.id, host: String(parts.first ?? ""), port: parts.count > 1 ? Int(parts[1]) ?? 9100 : 9100)
  }

  // MARK: Orders

  private var consumer: String { "print \(printer.id)" }

  /// What was being sent when the daemon stopped.
  private func recover() async throws {
    let printer = printer.id
    let left = try await desk.perform { ledger, _ in
      let jobs = try PrintJobs.open(ledger.db, printer: printer).filter { $0.state == .sending }
      for job in jobs { try PrintJobs.set(job, .needsPerson, reason: "interrupted", in: &ledger) }
      return jobs
    }
    for job in left { status.note(job.visit, .needsPerson) }
  }

  /// Turns new events into jobs, in one transaction with the cursor.
  private func takeOrders() async throws {
    let me = printer
    let consumer = consumer
    let seq = desk.tail.seq
    // A look first: most commits are nothing to print, and a transaction for each of them would slow the queue.
    let news = try await desk.look { db, _ in
      guard let cursor = try Cursor.get(db, consumer) else { return true }
      return try !Journal.entries(db, after: cursor, limit: 1, types: ["ticket-issued", "reprint-asked"]).isEmpty
    }
    guard news else { return }
    try await desk.perform { ledger, state in
      guard let cursor = try Cursor.get(ledger.db, consumer) else {
        // A printer that is new takes no old orders.
        return try Cursor.set(ledger.db, consumer, max(seq, ledger.head.seq))
      }
      let entries = try Journal.entries(
        ledger.db, after: cursor, limit: 500, types: ["ticket-issued", "reprint-asked"])
      for entry in entries {
        let reprint = entry.type == "reprint-asked"
        let issuedSeq = reprint ? try entry.decode(PrintJobs.ReprintAsked.self).issued : entry.seq
        let source = reprint ? try Journal.entries(ledger.db, after: issuedSeq - 1, limit: 1).first : entry
        guard let source else { continue }
        let issued = try source.decode(QueueEvent.TicketIssued.self)
        guard issued.emergency == nil,
          PrinterBoard.printer(for: source.actor.terminal, in: state.hall.settings)?.id == me.id
        else { continue }
        try PrintJobs.add(
          entry.seq, visit: issued.visit, number: issued.number, printer: me.id, terminal: source.actor.terminal,
          reprint: reprint, issued: issuedSeq, at: entry.at, ledger.db)
      }
      if let last = entries.last { try Cursor.set(ledger.db, consumer, last.seq) }
    }
  }

  // MARK: Printing

  private func work(_ owner: ThermalPrinter) async throws {
    var pause = Backoff()
    while !Task.isCancelled {
      // Also while a job waits for paper: the kiosk wants to know of the later ones.
      try await takeOrders()
      let printer = printer.id
      let next = try await desk.look { db, state in
        try PrintJobs.open(db, printer: printer).first { $0.state == .queued }.map { job in
          (job, state.hall.visits[job.visit], state.hall.settings)
        }
      }
      guard let (job, visit, settings) = next else { return }
      if !job.reprint, isStale(job, visit) {
        try await move(job, .expired, reason: "late")
        continue
      }
      do {
        try await send(job, settings, owner)
        pause.reset()
      } catch let error as DeviceError {
        report(error.status ?? (error.code == .unreachable ? .unreachable : nil), error)
        if error.isMidTicket {
          try await move(job, .needsPerson, reason: "midTicket")
        } else {
          try await move(job, .queued, reason: error.code.rawValue)
          status.note(job.visit, .queued)
          try await Task.sleep(for: pause.next())
        }
      }
    }
  }

  private func isStale(_ job: PrintJobs.Row, _ visit: Visit?) -> Bool {
    let old = desk.clock.now.seconds(since: job.queuedAt) > Self.staleAfterSeconds
    guard let visit else { return true }
    if case .waiting = visit.standing { return old }
    return true
  }

  private func send(_ job: PrintJobs.Row, _ settings: CentreSettings, _ owner: ThermalPrinter) async throws {
    guard
      let entry = try await desk.look({ db, _ in try Journal.entries(db, after: job.issued - 1, limit: 1).first })
    else { return try await move(job, .expired, reason: "late") }
    let slip = TicketPaper.slip(
      try entry.decode(QueueEvent.TicketIssued.self), at: entry.at, settings: settings, followBase: followBase,
      reprintedAt: job.reprint ? job.queuedAt : nil)
    let bands: [[UInt8]]
    do {
      let raster = try TicketLayout.draw(slip, width: profile.dotsPerLine, dpi: profile.dpi)
      bands = try ESCPOSEncoder(profile).encode(raster).map(\.bytes)
    } catch {
      log.error("a ticket cannot be drawn", metadata: ["number": "\(job.number)", "error": "\(error)"])
      return try await move(job, .needsPerson, reason: "cannotDraw")
    }
    try await move(job, .sending)
    let delivery = try await owner.print(bands: bands, job: "\(job.job)-\(job.number)")
    try await move(job, delivery == .sent ? .sent : .printed, reason: delivery.rawValue)
    report(await owner.lastStatus, nil)
  }

  private func move(_ job: PrintJobs.Row, _ state: PrintJobs.State, reason: String = "") async throws {
    try await desk.perform { ledger, _ in try PrintJobs.set(job, state, reason: reason, in: &ledger) }
    status.note(job.visit, state)
  }

  // MARK: Status

  /// Asks the printer every two seconds, so that the end of the paper is known before the next citizen comes.
  private func watch(_ owner: ThermalPrinter) async {
    while !Task.isCancelled {
      report(await owner.status(), nil)
      try? await Task.sleep(for: .seconds(2))
    }
  }

  private func report(_ heard: PrinterStatus?, _ error: DeviceError?) {
    let state = heard.map(PrinterBoard.State.init) ?? .fault
    let words = Words.text("printer.\(state.rawValue)", ["name": printer.name])
    let before = status.set(printer.id, state, words)
    let now = desk.clock.now
    let good = state == .ready || state == .paperNearEnd
    devices.report(
      "printer \(printer.id)", name: printer.name, kind: "printer",
      good ? (state == .ready ? .ok : .warning) : .fault, words, at: now)
    if state == .ready {
      alarms.clear("printer \(printer.id)")
    } else {
      alarms.raise("printer \(printer.id)", good ? .warning : .fault, words, at: now)
    }
    if before != state {
      log.info(
        "printer \(state.rawValue)",
        metadata: ["printer": "\(printer.id)", "error": "\(error.map { "\($0)" } ?? "")"])
    }
  }
}

/// How the printers are, for the kiosks in front of them.
public final class PrinterBoard: Sendable {
  public enum State: String, Codable, Sendable {
    case ready, paperNearEnd, paperOut, coverOpen, offline, fault, none

    init(_ status: PrinterStatus) {
      if status.paperOut {
        self = .paperOut
      } else if status.coverOpen {
        self = .coverOpen
      } else if status.unreachable || status.offline {
        self = .offline
      } else if !status.mayPrint {
        self = .fault
      } else {
        self = status.paperNearEnd ? .paperNearEnd : .ready
      }
    }
  }

  public struct View: Encodable, Sendable {
    public var state: State
    public var words: Bilingual
    /// What became of the last papers, by visit.
    public var prints: [String: PrintJobs.State]
  }

  private struct Contents {
    var states: [String: (state: State, words: Bilingual)] = [:]
    var prints: [(visit: Visit.ID, state: PrintJobs.State)] = []
    var version = 0
  }
  private let contents = Mutex(Contents())
  private let changed: @Sendable () -> Void

  public init(changed: @escaping @Sendable () -> Void) { self.changed = changed }

  /// The printer that serves a terminal: one that names it, else one for everybody.
  public static func printer(for terminal: String, in settings: CentreSettings) -> OneStop.Printer? {
    settings.printers.first { $0.terminals.contains(terminal) } ?? settings.printers.first { $0.terminals.isEmpty }
  }

  @discardableResult
  func set(_ printer: String, _ state: State, _ words: Bilingual) -> State? {
    let before = contents.withLock { contents in
      let before = contents.states[printer]?.state
      contents.states[printer] = (state, words)
      if before != state { contents.version += 1 }
      return before
    }
    if before != state { changed() }
    return before
  }

  func note(_ visit: Visit.ID, _ state: PrintJobs.State) {
    contents.withLock { contents in
      contents.prints.removeAll { $0.visit == visit }
      contents.prints.append((visit, state))
      if contents.prints.count > 20 { contents.prints.removeFirst() }
      contents.version += 1
    }
    changed()
  }

  public var version: Int { contents.withLock { $0.version } }

  public func view(for terminal: String, in settings: CentreSettings) -> View {
    contents.withLock { contents in
      let prints = Dictionary(uniqueKeysWithValues: contents.prints.map { ("\($0.visit)", $0.state) })
      guard let printer = Self.printer(for: terminal, in: settings) else {
        return View(state: .none, words: Words.text("printer.none", ["name": ""]), prints: prints)
      }
      let known = contents.states[printer.id]
      return View(
        state: known?.state ?? .offline,
        words: known?.words ?? Words.text("printer.offline", ["name": printer.name]), prints: prints)
    }
  }
}
