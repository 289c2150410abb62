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
  /// Have what draws the slips of dossiers; nil: there is no casework.
  let tables: CaseworkTables?
  let log: Logger

  /// A ticket older than this is of no use to the citizen any more.
  static let staleAfterSeconds = 300

  public init(
    _ printer: OneStop.Printer, profile: PrinterProfile, desk: CommandDesk, status: PrinterBoard, alarms: Alarms,
    devices: Devices, followBase: String, tables: CaseworkTables? = nil, log: Logger
  ) {
    self.printer = printer
    self.profile = profile
    self.desk = desk
    self.status = status
    self.alarms = alarms
    self.devices = devices
    self.followBase = followBase
    self.tables = tables
    self.log = log
  }

  public func run() async throws {
    let owner = try Self.owner(of: printer, profile: profile)
    status.register(
      .init(printer: printer, profile: profile) { bands, job in try await owner.print(bands: bands, job: job) })
    // A printer that does not answer must not hold up the end of the daemon.
    await cancelWhenGracefulShutdown { await follow(owner) }
    await owner.close()
  }

  /// The one who speaks to a printer. Only one may exist at a time.
  /// - Throws: `PrinterAddress.Mistake`.
  public static func owner(of printer: OneStop.Printer, profile: PrinterProfile) throws -> ThermalPrinter {
    let port: any PrinterPort
    switch try PrinterAddress(printer.address) {
    case .tcp(let host, let number): port = NetworkPrinterPort(device: printer.id, host: host, port: number)
    case .usb(let path): port = DevicePrinterPort(device: printer.id, path: path, .usb)
    case .serial(let path, let baud, let hardwareFlow):
      port = DevicePrinterPort(
        device: printer.id, path: path, .serial(.init(baud: baud, hardwareFlow: hardwareFlow)))
    case .folder(let path): port = FilePrinterPort(device: printer.id, .folder(path: path))
    }
    return ThermalPrinter(
      port: port,
      abilities: .init(dleEot: profile.status.dleEot, asb: profile.status.asb, gsH: profile.status.gsH))
  }

  private func follow(_ owner: ThermalPrinter) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watch(owner) }
      var recovered = false
      for await _ in desk.bell.listen() {
        do {
          if !recovered, try await recover() {
            await owner.mayBeTorn(by: profile.bandRows * (profile.dotsPerLine + 7) / 8 + 8)
          }
          recovered = true
          try await work(owner)
        } catch {
          guard !Task.isCancelled else { break }
          // A store that refuses (full disk) is raised by the desk; the orders stay in the journal until it does not.
          log.error("printing stopped for now", metadata: ["printer": "\(printer.id)", "error": "\(error)"])
        }
      }
      group.cancelAll()
    }
  }

  // MARK: Orders

  private var consumer: String { "print \(printer.id)" }

  /// What was being sent when the daemon stopped.
  /// - Returns: whether anything was.
  private func recover() async throws -> Bool {
    let printer = printer.id
    let left = try await desk.perform { ledger, _ in
      let jobs = try PrintJobs.open(ledger.db, printer: printer).filter { $0.state == .sending }
      for job in jobs { try PrintJobs.set(job, .needsPerson, reason: "interrupted", in: &ledger) }
      return jobs
    }
    for job in left where !job.isSlip { status.note(job.visit, .needsPerson) }
    return !left.isEmpty
  }

  private static let orders = ["ticket-issued", "reprint-asked", CaseSlips.askedType]

  /// Turns new events into jobs, in one transaction with the cursor.
  private func takeOrders() async throws {
    let me = printer
    let consumer = consumer
    let seq = desk.tail.seq
    // A look first: most commits are nothing to print, and a transaction for each of them would slow the queue.
    let news = try await desk.look { db, _ in
      guard let cursor = try Cursor.get(db, consumer) else { return true }
      return try !Journal.entries(db, after: cursor, limit: 1, types: Self.orders).isEmpty
    }
    guard news else { return }
    try await desk.perform { ledger, state in
      guard let cursor = try Cursor.get(ledger.db, consumer) else {
        // A printer that is new takes no old orders.
        return try Cursor.set(ledger.db, consumer, max(seq, ledger.head.seq))
      }
      let entries = try Journal.entries(
        ledger.db, after: cursor, limit: 500, types: Self.orders)
      for entry in entries {
        if entry.type == CaseSlips.askedType {
          let asked = try entry.decode(CaseSlips.Asked.self)
          guard asked.printer == me.id, let dossier = try DossierRows.dossier(asked.dossier, ledger.db) else {
            continue
          }
          try PrintJobs.add(
            entry.seq, visit: Visit.ID(-asked.dossier.rawValue), number: dossier.code.text, printer: me.id,
            terminal: entry.actor.terminal, reprint: false, issued: entry.seq, at: entry.at, ledger.db)
          continue
        }
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
      let waiting = try await desk.look { db, state in
        let jobs = try PrintJobs.open(db, printer: printer).filter { $0.state == .queued }
        return jobs.isEmpty
          ? nil : (jobs, state.hall.settings, jobs.reduce(into: [:]) { $0[$1.visit] = state.hall.visits[$1.visit] })
      }
      guard let (jobs, settings, visits) = waiting else { return }
      // Every one that is too late is told so now, not when its turn comes.
      var left: [PrintJobs.Row] = []
      for job in jobs {
        if isStale(job, visits[job.visit]) {
          try await move(job, .expired, reason: "late")
        } else {
          left.append(job)
        }
      }
      guard let job = left.first else { continue }
      if let state = status.state(of: printer), !state.mayPrint {
        // `watch` looks twice a second; nothing is sent before it has good news.
        if try await !handOver(left, settings) { try await Task.sleep(for: .milliseconds(250)) }
        continue
      }
      do {
        try await send(job, settings, owner)
        pause.reset()
      } catch let error as DeviceError {
        report(error.heard, error)
        if error.isMidTicket {
          try await move(job, .needsPerson, reason: "midTicket")
        } else {
          try await move(job, .queued, reason: error.code.rawValue)
          if !job.isSlip { status.note(job.visit, .queued) }
          // A state that may not print is waited out above.
          if error.heard.map({ $0.mayPrint }) ?? true { try await Task.sleep(for: pause.next()) }
        }
      }
    }
  }

  /// Gives jobs that were not begun to the printer named as stand-in, if that one can print now.
  /// - Returns: whether any went.
  private func handOver(_ jobs: [PrintJobs.Row], _ settings: CentreSettings) async throws -> Bool {
    let me = printer.id
    guard let other = settings.printers.first(where: { $0.id == me })?.standIn,
      status.state(of: other)?.mayPrint == true
    else { return false }
    let gone = try await desk.perform { ledger, _ in
      try jobs.filter { try PrintJobs.hand($0, over: other, in: &ledger) }
    }
    for job in gone where !job.isSlip {
      status.note(job.visit, .queued, at: settings.printers.first { $0.id == other }?.name)
    }
    if !gone.isEmpty {
      log.notice(
        "tickets handed to the stand-in", metadata: ["printer": "\(me)", "to": "\(other)", "n": "\(gone.count)"])
    }
    return !gone.isEmpty
  }

  private func isStale(_ job: PrintJobs.Row, _ visit: Visit?) -> Bool {
    let old = desk.clock.now.seconds(since: job.queuedAt) > Self.staleAfterSeconds
    if job.isSlip { return old }
    guard let visit else { return true }
    // Somebody wants it again, called or not; but of another day it is of no use.
    if job.reprint { return false }
    if case .waiting = visit.standing { return old }
    return true
  }

  private func send(_ job: PrintJobs.Row, _ settings: CentreSettings, _ owner: ThermalPrinter) async throws {
    guard
      let entry = try await desk.look({ db, _ in try Journal.entries(db, after: job.issued - 1, limit: 1).first })
    else { return try await move(job, .expired, reason: "late") }
    guard let slip = try await slip(job, entry, settings) else {
      return try await move(job, .needsPerson, reason: "cannotDraw")
    }
    let bands: [[UInt8]]
    do {
      let raster = try TicketLayout.draw(slip, width: profile.dotsPerLine, dpi: profile.dpi)
      bands = try DriverRegistry.encoder(for: profile).encode(raster).map(\.bytes)
    } catch {
      log.error("a ticket cannot be drawn", metadata: ["number": "\(job.number)", "error": "\(error)"])
      return try await move(job, .needsPerson, reason: "cannotDraw")
    }
    try await move(job, .sending)
    let delivery = try await owner.print(bands: bands, job: "\(job.job)-\(job.number)")
    try await move(job, delivery == .sent ? .sent : .printed, reason: delivery.rawValue)
    report(await owner.lastStatus, nil)
    devices.note("printer \(printer.id)") { $0.events = ($0.events ?? 0) + 1 }
  }

  /// The words on the paper; nil for a dossier's slip where there is no casework.
  private func slip(
    _ job: PrintJobs.Row, _ entry: JournalEntry, _ settings: CentreSettings
  ) async throws -> TicketSlip? {
    guard job.isSlip else {
      return TicketPaper.slip(
        try entry.decode(QueueEvent.TicketIssued.self), at: entry.at, settings: settings, followBase: followBase,
        reprintedAt: job.reprint ? job.queuedAt : nil)
    }
    let asked = try entry.decode(CaseSlips.Asked.self)
    let dossier = try await desk.look { db, _ in try DossierRows.dossier(asked.dossier, db) }
    guard let dossier, let slips = tables?.current.slips else { return nil }
    return slips.short(asked.kind, dossier, settings: settings, at: desk.clock.now)
  }

  private func move(_ job: PrintJobs.Row, _ state: PrintJobs.State, reason: String = "") async throws {
    try await desk.perform { ledger, _ in try PrintJobs.set(job, state, reason: reason, in: &ledger) }
    if !job.isSlip { status.note(job.visit, state) }
  }

  // MARK: Status

  /// Asks the printer twice a second: whatever happens to it is on the screens within two seconds, and the end of
  /// the paper is known before the next citizen comes. A silent printer adds at most `Patience.idleAnswer`.
  private func watch(_ owner: ThermalPrinter) async {
    while !Task.isCancelled {
      report(await owner.status(), nil)
      try? await Task.sleep(for: .milliseconds(500))
    }
  }

  private func report(_ heard: PrinterStatus?, _ error: DeviceError?) {
    guard !Task.isCancelled else { return }
    let state = heard.map { PrinterBoard.State($0, at: printer.address) } ?? .fault
    let words = Words.text("printer.\(state.rawValue)", ["name": printer.name])
    let before = status.set(printer.id, state, words)
    let now = desk.clock.now
    let good = state.mayPrint
    devices.report(
      "printer \(printer.id)", name: printer.name, kind: "printer",
      good ? (state == .ready ? .ok : .warning) : .fault, words, at: now)
    let (address, trouble) = (printer.address, error.map { "\($0.code.rawValue)" })
    devices.note("printer \(printer.id)") {
      $0.address = address
      if let trouble { $0.lastError = trouble }
    }
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
