import CentreStore
import DeviceIO
import Foundation
import Logging
import OneStop
import ServiceLifecycle
import Synchronization

/// Hands papers to one queue of CUPS and follows each to its end.
///
/// Every step is in the file before the next: a daemon that comes back finds its jobs by their numbers on the print server,
/// prints none twice and forgets none.
public struct OfficePrintWorker: ServiceLifecycle.Service {
  let device: OneStop.Device
  let address: OfficePrinterAddress
  let desk: CommandDesk
  let board: OfficeBoard
  let alarms: Alarms
  let devices: Devices
  let log: Logger

  /// Seconds a printer may be silent with a job in its hands. A slow one takes so long to wake up and to get its first page.
  static let patienceSeconds = 20
  /// How often a queue is looked at: with a paper on its way, so that any trouble is on the screens within two seconds,
  /// and without.
  static let busyPause = Duration.milliseconds(500)
  static let idlePause = Duration.seconds(10)

  /// Follows the office printers of the settings. One with an address that is none is listed as faulty.
  public static func following(
    _ desk: CommandDesk, board: OfficeBoard, alarms: Alarms, devices: Devices, log: Logger
  ) -> SettingsServices<OneStop.Device> {
    SettingsServices(
      desk, log: log, entries: { $0.devices.filter { $0.kind == .officePrinter } }, id: { $0.id.rawValue },
      start: { device in
        guard let address = OfficePrinterAddress(device.address) else {
          devices.report(
            device.id.rawValue, name: device.name, kind: device.kind.rawValue, .fault,
            Words.text("settings.officeAddress", ["value": device.address]), at: desk.clock.now)
          return nil
        }
        let worker = OfficePrintWorker(
          device: device, address: address, desk: desk, board: board, alarms: alarms, devices: devices, log: log)
        worker.tell(.off, Words.text(device.active ? "device.waiting" : "device.off"))
        return device.active ? worker : nil
      },
      ended: { device, stays in
        alarms.clear("office \(device.id)")
        if !stays { devices.forget(device.id.rawValue) }
      })
  }

  public func run() async throws {
    let servers = Servers(device: id)
    await cancelWhenGracefulShutdown {
      // A print server that hangs must not hold up the end of the daemon.
      await withTaskCancellationHandler {
        await follow(servers)
      } onCancel: {
        servers.end()
      }
    }
  }

  private var id: String { device.id.rawValue }

  /// The connections to print servers: the printer's own, and those of jobs handed over before its address was changed.
  private final class Servers: Sendable {
    private let device: String
    private let known = Mutex<(ended: Bool, all: [String: CupsServer])>((false, [:]))

    init(device: String) { self.device = device }

    func of(_ address: OfficePrinterAddress) -> CupsServer {
      known.withLock { known in
        let key = "\(address.host ?? ""):\(address.port)"
        let server =
          known.all[key] ?? CupsServer(device: device, host: address.host, port: Int32(address.port))
        known.all[key] = server
        if known.ended { server.end() }
        return server
      }
    }

    func end() {
      known.withLock { known in
        known.ended = true
        for server in known.all.values { server.end() }
      }
    }
  }

  /// What is known between two rounds.
  private struct Watch {
    var looked: ContinuousClock.Instant?
    /// Not before, after a failure.
    var nextTry: ContinuousClock.Instant?
    var pause = Backoff(most: .seconds(10))
    /// Since when the printer has said nothing of a job, by job.
    var silent: [Int64: ContinuousClock.Instant] = [:]
    /// What was told last; nil at first.
    var trouble: OfficeTrouble??
  }

  private func follow(_ servers: Servers) async {
    let wake = Bell()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in board.bell.listen() { wake.ring() } }
      group.addTask { while (try? await Task.sleep(for: Self.busyPause)) != nil { wake.ring() } }
      var watch = Watch()
      for await _ in wake.listen() {
        do {
          try await round(&watch, servers)
        } catch {
          guard !Task.isCancelled else { break }
          // A store that refuses (full disk) is raised by the desk; the papers stay in the file until it does not.
          log.error("office printing stopped for now", metadata: ["printer": "\(id)", "error": "\(error)"])
          watch.nextTry = .now + watch.pause.next()
        }
      }
      group.cancelAll()
    }
  }

  private func round(_ watch: inout Watch, _ servers: Servers) async throws {
    if let next = watch.nextTry, next > .now { return }
    let printer = id
    let jobs = try await desk.database.pool.read { try OfficeJobs.open($0, printer: printer) }
    watch.silent = watch.silent.filter { job, _ in jobs.contains { $0.job == job } }
    if jobs.isEmpty, let looked = watch.looked, looked + Self.idlePause > .now { return }
    watch.looked = .now
    do {
      var trouble = OfficeTrouble(try await servers.of(address).queue(address.queue))
      for job in jobs {
        do {
          let found = try await move(job, &watch, servers)
          trouble = trouble ?? found
        } catch let error as DeviceError where error.code != .cancelled {
          // Given to a print server that is gone, perhaps, before the settings named another: it keeps nobody else waiting.
          let found = OfficeTrouble(error)
          board.note(job.job, .trouble(found))
          trouble = trouble ?? found
        }
      }
      watch.nextTry = nil
      watch.pause.reset()
      report(trouble, "", &watch)
    } catch let error as DeviceError {
      guard error.code != .cancelled else { return }
      let trouble = OfficeTrouble(error)
      for job in jobs { board.note(job.job, .trouble(trouble)) }
      var more = error.refusal?.words ?? ""
      if trouble == .noQueue {
        // For whoever writes the settings: the names there are.
        more = ((try? await servers.of(address).queues()) ?? []).joined(separator: ", ")
      }
      report(trouble, more.isEmpty ? "–" : more, &watch)
      watch.nextTry = .now + watch.pause.next()
    }
  }

  // MARK: One paper

  /// Brings a job one step on.
  /// - Returns: what keeps it from going on.
  private func move(_ job: OfficeJobs.Row, _ watch: inout Watch, _ servers: Servers) async throws -> OfficeTrouble? {
    switch job.state {
    case .queued:
      if job.cancelAsked { try await end(job, .cancelled) } else { try await hand(job, servers) }
    case .handing: try await resume(job, servers)
    case .accepted: return try await look(at: job, &watch, servers)
    case .printed, .cancelled, .failed: break
    }
    return nil
  }

  private func hand(_ job: OfficeJobs.Row, _ servers: Servers) async throws {
    let server = servers.of(address)
    let number = try await server.openJob(
      title: job.title, queue: address.queue, media: job.paper == "a5" ? "iso_a5_148x210mm" : "iso_a4_210x297mm",
      copies: job.copies)
    let place = device.address
    let wanted = try await desk.perform { ledger, _ in
      try OfficeJobs.hand(job, number: number, address: place, in: &ledger)
    }
    guard wanted else {
      // Cancelled just now.
      _ = try await server.cancel(number, queue: address.queue)
      return
    }
    guard let pdf = try await desk.database.pool.read({ try OfficeJobs.pdf($0, job.job) }) else { return }
    do throws(DeviceError) {
      try await server.send(pdf, job: number, queue: address.queue)
    } catch {
      guard error.refusal?.isBadDocument == true else { throw error }
      _ = try await server.cancel(number, queue: address.queue)
      await wipe(job, number, queue: address.queue, server)
      return try await end(job, .failed, reason: "badDocument")
    }
    try await desk.perform { ledger, _ in try OfficeJobs.accept(job, in: &ledger) }
    board.note(job.job, .waiting)
    log.info("paper handed to the print server", metadata: ["printer": "\(id)", "job": "\(job.job)"])
  }

  /// Handing over was interrupted: did the print server get the paper?
  private func resume(_ job: OfficeJobs.Row, _ servers: Servers) async throws {
    guard let (server, queue, number) = place(of: job, servers) else {
      return try await end(job, .failed, reason: "forgotten")
    }
    let report = try await server.report(number, queue: queue)
    if let report, report.documents > 0 {
      return try await desk.perform { ledger, _ in try OfficeJobs.accept(job, in: &ledger) }
    }
    if report != nil { _ = try await server.cancel(number, queue: queue) }
    try await desk.perform { ledger, _ in try OfficeJobs.takeBack(job, in: &ledger) }
    board.bell.ring()
  }

  private func look(at job: OfficeJobs.Row, _ watch: inout Watch, _ servers: Servers) async throws -> OfficeTrouble? {
    guard let (server, queue, number) = place(of: job, servers),
      let report = try await server.report(number, queue: queue)
    else {
      // Its history is gone with what it knew: printed or not, only the tray tells.
      try await end(job, .failed, reason: "forgotten")
      return nil
    }
    watch.silent[job.job] = report.isSilent ? watch.silent[job.job] ?? .now : nil
    let silent = watch.silent[job.job].map { Int((ContinuousClock.now - $0).components.seconds) } ?? 0
    let standing = OfficeJobStanding(
      report, silentSeconds: silent, patience: Self.patienceSeconds, cancelAsked: job.cancelAsked)
    switch standing {
    case .printed: try await end(job, .printed)
    case .cancelled: try await end(job, .cancelled)
    case .failed: try await end(job, .failed, reason: report.state == .aborted ? "aborted" : "atPrinter")
    case .waiting, .printing, .needs, .unreachable, .stopped:
      if job.cancelAsked { _ = try await server.cancel(number, queue: queue) }
      let trouble = OfficeTrouble(standing)
      board.note(job.job, trouble.map { .trouble($0) } ?? (standing == .printing ? .printing : .waiting))
      return trouble
    }
    await wipe(job, number, queue: queue, server)
    return nil
  }

  /// Takes a paper that names a citizen out of the print server's spool once it is over.
  private func wipe(_ job: OfficeJobs.Row, _ number: Int32, queue: String, _ server: CupsServer) async {
    guard OfficeDocuments.type(job.document)?.namesSomebody == true else { return }
    do {
      try await server.forget(number, queue: queue)
    } catch {
      guard error.code != .cancelled else { return }
      log.warning(
        "the print server keeps a paper with a name for now",
        metadata: ["printer": "\(id)", "job": "\(job.job)", "error": "\(error)"])
    }
  }

  private func place(of job: OfficeJobs.Row, _ servers: Servers) -> (CupsServer, String, Int32)? {
    guard let number = job.number, let address = OfficePrinterAddress(job.address) else { return nil }
    return (servers.of(address), address.queue, number)
  }

  private func end(_ job: OfficeJobs.Row, _ outcome: OfficeJobs.State, reason: String = "") async throws {
    try await desk.perform { ledger, _ in try OfficeJobs.end(job, outcome, reason: reason, in: &ledger) }
    board.forget(job.job)
    devices.note(id) { $0.events = ($0.events ?? 0) + 1 }
    log.notice("paper \(outcome.rawValue)", metadata: ["printer": "\(id)", "job": "\(job.job)", "reason": "\(reason)"])
    switch outcome {
    case .failed:
      alarms.raise(
        Self.failedAlarm(id), .warning,
        Words.text("alarm.officeFailed", ["name": device.name, "title": job.title]), at: desk.clock.now)
    case .printed: alarms.clear(Self.failedAlarm(id))
    case .queued, .handing, .accepted, .cancelled: break
    }
  }

  static func failedAlarm(_ printer: String) -> String { "office-failed \(printer)" }

  // MARK: The printer

  private func report(_ trouble: OfficeTrouble?, _ why: String, _ watch: inout Watch) {
    guard !Task.isCancelled else { return }
    let words = Words.text(
      "office.\(trouble?.rawValue ?? "ready")",
      [
        "name": device.name, "queue": address.queue, "server": address.host.map { "\($0):\(address.port)" } ?? "CUPS",
        "why": why,
      ])
    tell(trouble == nil ? .ok : .fault, words)
    let alarm = "office \(id)"
    if trouble == nil { alarms.clear(alarm) } else { alarms.raise(alarm, .fault, words, at: desk.clock.now) }
    guard watch.trouble != .some(trouble) else { return }
    watch.trouble = .some(trouble)
    if trouble == nil {
      devices.note(id) { $0.opened = ($0.opened ?? 0) + 1 }
    } else {
      devices.note(id) { $0.lastError = words.vi }
    }
    log.notice("office printer \(trouble?.rawValue ?? "ready")", metadata: ["printer": "\(id)", "why": "\(why)"])
  }

  private func tell(_ state: Devices.Device.State, _ words: Bilingual) {
    devices.report(id, name: device.name, kind: device.kind.rawValue, state, words, at: desk.clock.now)
    let address = device.address
    devices.note(id) { $0.address = address }
  }
}
