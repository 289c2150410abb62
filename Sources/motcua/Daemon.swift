import CentreHTTP
import CentreOperations
import CentreStore
import Foundation
import Glibc
import Hummingbird
import Logging
import NIOCore
import OneStop
import Printing
import ServiceLifecycle

/// The parts of a running centre, put together.
struct Daemon {
  var share: URL
  var data: URL
  var host: String
  var port: Int
  var demo = false
  /// Hours that dates of dossiers are counted in; nil: the centre's opening hours.
  var officeHours: OpeningHours?
  var log: Logger
  var desk: CommandDesk
  /// Runs beside everything else; a demonstration's citizens and officers.
  var extra: [any ServiceLifecycle.Service] = []
  /// `centre.yaml` could not be read; the last accepted settings are in use.
  var configMistake: ConfigurationError?
  var ready: @Sendable (Int) async -> Void = { _ in }

  /// Answers on the socket only, for as long as `body` takes.
  func onlySocket<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    let desk = desk
    let parts = CentreParts(
      desk: desk, alarms: Alarms {}, devices: Devices {}, printers: PrinterBoard {},
      announcer: AnnouncerBox(clips: nil),
      metrics: Metrics(), share: share, followBase: "", demo: false, log: log)
    let settings = try await desk.look { _, state in state.hall.settings }
    parts.tables.read(settings, alarms: parts.alarms, log: log, at: desk.clock.now)
    let socket = socketPath
    unlink(socket)
    defer { unlink(socket) }
    let (open, opened) = AsyncStream<Void>.makeStream()
    let app = CentreApp(parts, open: true).application(on: .unixDomainSocket(path: socket)) { _ in opened.finish() }
    return try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask {
        try await app.run()
        return nil
      }
      for await _ in open {}
      defer { group.cancelAll() }
      return try await Task.detached { try body() }.value
    }
  }

  /// How long who is still speaking may finish, once the daemon is to end; then it is cut off. A phone that left the house
  /// with half a request sent would otherwise hold up the end until systemd kills the daemon.
  private static let longestGoodbye = Duration.seconds(1)

  private var socketPath: String { data.appendingPathComponent("motcua.sock").path }

  func run() async throws {
    let desk = desk
    let alarms = Alarms { desk.bell.ring() }
    let devices = Devices { desk.bell.ring() }
    let printers = PrinterBoard {
      desk.bell.ring()
      desk.tail.bell.ring()
    }
    let settings = try await desk.look { _, state in state.hall.settings }
    let follow =
      settings.centre.followBaseURL.isEmpty
      ? "http://\(Self.address(for: host)):\(port)/t/" : settings.centre.followBaseURL
    let announcer = AnnouncerBox(clips: Locations.voiceFolder(data: data, share: share))
    var parts = CentreParts(
      desk: desk, alarms: alarms, devices: devices, printers: printers,
      announcer: announcer, metrics: Metrics(), share: share, followBase: follow, demo: demo,
      officeHours: officeHours, log: log)

    parts.tables.read(settings, alarms: alarms, log: log, at: desk.clock.now)

    do {
      parts.scoring = try ScoringTables.read(share.appendingPathComponent("centre/scoring"))
    } catch {
      log.error("scoring off", metadata: ["error": "\(error)"])
      alarms.raise("scoring", .fault, Words.text("alarm.scoring", ["why": "\(error)"]), at: desk.clock.now)
    }

    var services: [any ServiceLifecycle.Service] = [desk.tail, DayKeeper(desk, alarms: alarms, log: log)]
    let profiles = share.appendingPathComponent("devices")
    let (tables, log) = (parts.tables, log)
    services.append(
      PrintWorker.following(desk, status: printers, alarms: alarms, devices: devices, log: log) { printer in
        let file = profiles.appendingPathComponent("printers/\(printer.profile).json").path
        return PrintWorker(
          printer, profile: try PrinterProfile.load(path: file), desk: desk, status: printers, alarms: alarms,
          devices: devices, followBase: follow, tables: tables, log: log)
      })
    services.append(InputServices.following(profiles: profiles, desk: desk, devices: devices, log: log))
    services.append(
      OfficePrintWorker.following(desk, board: parts.office, alarms: alarms, devices: devices, log: log))
    services.append(OfficePaperKeeper(desk, board: parts.office, log: log))
    services.append(
      AnnounceWorker(desk: desk, announcer: announcer, alarms: alarms, devices: devices, log: log))
    services.append(CaseworkKeeper(tables, days: parts.dossierDays, desk: desk, alarms: alarms, log: log))
    services.append(HomeVisitKeeper(desk: desk, alarms: alarms, log: log))
    services.append(ScoreKeeper(parts.scoring, evidence: parts.evidence, desk: desk, alarms: alarms, log: log))
    services.append(
      ReportKeeper(
        ReportOffice(desk, tables: tables, clerk: parts.reports), desk: desk, alarms: alarms, log: log))
    services.append(
      ClosingSheetKeeper(
        OfficeSources(desk: desk, tables: tables, share: share), board: parts.office, alarms: alarms, log: log))
    services.append(MessageWorker(desk, alarms: alarms, devices: devices, modem: Locations.modem, log: log))
    services.append(Watchdog(desk: desk))
    services += extra
    if let configMistake {
      alarms.raise("config", .warning, Words.text("alarm.config", ["why": "\(configMistake)"]), at: desk.clock.now)
    }
    let socket = socketPath
    unlink(socket)
    services.append(
      CentreApp(parts, open: true).application(on: .unixDomainSocket(path: socket)) { _ in chmod(socket, 0o600) })
    let ready = ready
    services.append(
      CentreApp(parts, open: demo).application(on: .hostname(host, port: port)) { port in
        tellSystemd("READY=1")
        log.notice("open", metadata: ["port": "\(port)"])
        await ready(port)
      })
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    group.maximumGracefulShutdownDuration = Self.longestGoodbye
    do {
      try await ServiceGroup(configuration: group).run()
    } catch let error as IOError {
      throw Failure(error.words(host, port))
    } catch is CancellationError {
      log.notice("who was still speaking is cut off")
    }
    tellSystemd("STOPPING=1")
    unlink(socket)
    do {
      // One file is left, so that a plain copy of it is a whole one.
      _ = try await desk.database.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try desk.database.pool.close()
    } catch {
      log.warning("database not closed cleanly; nothing is lost", metadata: ["error": "\(error)"])
    }
  }

  /// An address that a phone in the same house can reach.
  static func address(for host: String) -> String {
    guard host == "0.0.0.0" || host == "::" else { return host }
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return "127.0.0.1" }
    defer { freeifaddrs(list) }
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      guard let address = entry.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
        entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0
      else { continue }
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(
        address, socklen_t(MemoryLayout<sockaddr_in>.size), &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
      {
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    return "127.0.0.1"
  }

  static func logger(verbose: Bool) -> Logger {
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var log = Logger(label: "motcua")
    log.logLevel = verbose ? .debug : .notice
    return log
  }
}

extension IOError {
  func words(_ host: String, _ port: Int) -> String {
    switch errnoCode {
    case EADDRINUSE:
      "cổng \(port) đang được chương trình khác dùng; tắt chương trình đó hoặc chọn cổng khác bằng --port"
    case EACCES: "không được phép mở cổng \(port); chọn cổng từ 1024 trở lên"
    case EADDRNOTAVAIL: "máy này không có địa chỉ \(host); sửa lại --host"
    default: "không mở được cổng \(port): \(self)"
    }
  }
}

/// Tells systemd every ten seconds that commands can still be recorded; a daemon that hangs stays silent and is restarted.
struct Watchdog: ServiceLifecycle.Service {
  let desk: CommandDesk

  func run() async throws {
    guard getenv("WATCHDOG_USEC") != nil else { return try await gracefulShutdown() }
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      _ = try? await desk.look { _, state in state.hall.day }
      tellSystemd("WATCHDOG=1")
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(10)) }
    }
  }
}

/// sd_notify(3) without its library: one datagram to the socket systemd names.
func tellSystemd(_ state: String) {
  guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), let first = path.first, "/@".contains(first)
  else { return }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  var bytes = Array(path.utf8)
  if first == "@" { bytes[0] = 0 }  // abstract
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  let fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  guard fd >= 0 else { return }
  defer { close(fd) }
  let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
  _ = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      sendto(fd, state, state.utf8.count, Int32(MSG_NOSIGNAL), $0, length)
    }
  }
}
