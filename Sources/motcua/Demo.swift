import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// A centre to try out: thirty days behind it, today alive, every door open, thrown away at the end.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chạy thử một trung tâm mẫu với 30 ngày số liệu; mọi màn hình đều mở, không cần mật khẩu.")

  @Option(help: "Thư mục chứa kiosk, devices, centre.") var share: String?
  @Option(help: "Cổng, chỉ nghe trên máy này.") var port = 8080
  @Option(help: "Thời gian chạy nhanh gấp mấy lần.") var speed = 20.0
  @Option(help: "Số ngày làm việc đã có sẵn.") var days = 30
  @Option(help: "Hạt giống của mô phỏng.") var seed: UInt64 = 5049
  @Flag(help: "Không có công dân và cán bộ mô phỏng trong ngày hôm nay.") var quiet = false
  @Flag(help: "Ghi nhật ký chi tiết.") var verbose = false

  func run() async throws {
    guard speed >= 1, speed <= 100, days >= 0, days <= 400 else {
      throw Failure("--speed từ 1 đến 100, --days từ 0 đến 400")
    }
    var locations = Locations()
    locations.share = share
    let share = try locations.prepare()
    let log = Daemon.logger(verbose: verbose)
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-demo-\(getpid())")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: data) }
    let database = try CentreDatabase(path: data.appendingPathComponent("centre.sqlite").path)
    var centre = try CentreSeed.read(file: share.appendingPathComponent("centre/centre.yaml"))
    let ratings = RatingBoxes(folder: data.appendingPathComponent("ballot"))

    let now = Instant.machine
    let today = centre.settings.day(of: now)
    // Today is the day without appointment, on a weekend Friday, so that its signs and its page can be seen.
    let rules = try Self.rules(share, &centre.settings, today)
    var dossiers: CaseworkSimulation?
    var past: [LocalDay] = []
    var day = today.adding(days: -1)
    while past.count < days {
      if !centre.settings.hours.spans(on: day).isEmpty { past.append(day) }
      day = day.adding(days: -1)
    }
    if let first = past.last {
      print("Đang tạo \(days) ngày làm việc…")
      let history = try CommandDesk(
        database: database, clock: CentreClock(start: first.start(in: centre.settings.zone), speed: 0),
        ratings: ratings,
        seed: centre)
      let simulator = Simulator(history, seed: seed)
      dossiers = try await simulator.casework(rules)
      for day in past.reversed() { try await simulator.day(day, &dossiers) }
    }

    // Today: open around the clock, and limits long enough to press a key in spite of the speed. Promises stay within the
    // hours of the centre's file.
    let officeHours = centre.settings.hours
    let paper = data.appendingPathComponent("paper").path
    centre.settings.printers = [
      Printer(id: "kiosk", name: "Máy in máy lấy số", profile: "generic-80", address: "file:\(paper)")
    ]
    let desk = try CommandDesk(
      database: database, clock: CentreClock(start: now, speed: speed), ratings: ratings, seed: centre,
      build: Build.version, demo: true)
    let (fast, printers) = (speed, centre.settings.printers)
    try await desk.perform { ledger, state in
      var settings = state.hall.settings
      let allDay = [Span(from: TimeOfDay(minutes: 0), to: TimeOfDay(minutes: 1440))]
      settings.hours = OpeningHours(week: (1...7).map { .init(weekday: $0, spans: allDay) })
      settings.rules.lastTicketMinutesBeforeClose = 0
      settings.rules.undoSeconds = Int(10 * fast)
      settings.rules.ratingMinutes = max(3, Int(fast))
      settings.rules.recallsBeforeNoShow = 1
      settings.board.minSecondsPerCall = fast > 5 ? 1 : settings.board.minSecondsPerCall
      if fast > 5 { settings.board.voice = .off }
      settings.printers = printers
      try ledger.change(settings: settings, by: .system)
      state.hall.settings = settings
      state.tellScreens("settings-changed", &ledger)
      try Self.visitToday(rules, state, &ledger)
    }
    var daemon = Daemon(
      share: share, data: data, host: "127.0.0.1", port: port, demo: true, officeHours: officeHours, log: log,
      desk: desk)
    if !quiet {
      let simulator = Simulator(desk, seed: seed &+ 1)
      daemon.extra = [LiveDay(simulator: simulator, dossiers: dossiers, start: desk.clock.now, log: log)]
    }
    daemon.ready = { port in
      print("Mở http://127.0.0.1:\(port)/ bằng trình duyệt. Dừng bằng Ctrl+C.")
      fflush(nil)
    }
    try await daemon.run()
  }
}

extension Demo {
  /// What dossiers are decided by, with a plan for today's weekday.
  static func rules(_ share: URL, _ settings: inout CentreSettings, _ today: LocalDay) throws -> CaseRules {
    let rules = try CaseworkFolder.readWithLetters(share.appendingPathComponent("centre"), settings: settings)
    let listed = rules.procedures.all.filter { $0.limit?.unit == .sameDay }.map(\.id)
    settings.sameDay = [
      SameDayPlan(
        weekday: min(5, today.weekday), procedures: listed, document: "Quyết định mẫu của bản chạy thử",
        from: today.adding(days: -400))
    ]
    return rules
  }

  /// Two ways to citizens are today's, on whatever day of the week and at whatever hour somebody looks.
  static func visitToday(_ rules: CaseRules, _ state: CentreState, _ ledger: inout Ledger) throws {
    guard let boss = state.officers.values.filter({ $0.active && $0.role == .supervisor }).map(\.id).min() else {
      return
    }
    let today = state.hall.settings.day(of: ledger.now)
    let open = try HomeVisitRows.open(ledger.db)
    let missing = max(0, 2 - open.count { $0.standing(on: today) == .today })
    for visit in open.filter({ $0.standing(on: today) == .coming }).prefix(missing) {
      guard let officer = visit.officer else { continue }
      try HomeVisitDesk.run(
        .schedule(visit.id, on: today, officer: officer), HomeVisitDesk.rules(rules, state),
        by: Actor(boss.rawValue, .supervisor, terminal: "supervisor"), &ledger)
    }
  }
}

/// Today's simulated citizens and officers.
struct LiveDay: ServiceLifecycle.Service {
  let simulator: Simulator
  let dossiers: CaseworkSimulation?
  let start: Instant
  let log: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      do {
        try await simulator.live(alwaysOpenFrom: start, dossiers)
      } catch is CancellationError {
      } catch {
        log.error("simulation stopped", metadata: ["error": "\(error)"])
        // The screens stay usable without it.
        try? await Task.sleep(for: .seconds(86_400))
      }
    }
  }
}

/// Fills a database with simulated days: for trying out figures and for measuring.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tạo cơ sở dữ liệu với số ngày làm việc mô phỏng; cùng hạt giống cho cùng kết quả.")

  @Option(help: "Thư mục chứa kiosk, devices, centre.") var share: String?
  @Option(help: "Số ngày làm việc.") var days: Int
  @Option(help: "Hạt giống.") var seed: UInt64
  @Option(help: "Tệp cơ sở dữ liệu sẽ tạo.") var into: String
  @Option(help: "Ngày đầu tiên, ví dụ 2026-01-05.") var from = "2026-01-05"
  @Option(help: "Tệp mô tả trung tâm. Mặc định: bản mẫu.") var config: String?
  @Option(name: .customLong("visits"), help: "Số lượt mỗi ngày.") var visitsPerDay = 230.0
  @Flag(help: "Cả hồ sơ, ngày không hẹn không chờ, thư và phiếu kiểm tra đầu ngày.") var casework = false
  @Flag(help: "In sai số của thời gian chờ ước tính.") var estimates = false

  func run() async throws {
    var locations = Locations()
    locations.share = share
    let share = try locations.prepare()
    guard var day = LocalDay(from) else { throw Failure("--from \(from): viết như 2026-01-05") }
    guard !FileManager.default.fileExists(atPath: into) else { throw Failure("\(into): tệp đã có; chọn tên khác") }
    let seedFile = try CentreSeed.read(
      file: config.map { URL(fileURLWithPath: $0) } ?? share.appendingPathComponent("centre/centre.yaml"))
    let settings = seedFile.settings
    let database = try CentreDatabase(path: into)
    let ballot = URL(fileURLWithPath: into + ".ballot")
    let desk = try CommandDesk(
      database: database, clock: CentreClock(start: day.start(in: settings.zone), speed: 0),
      ratings: RatingBoxes(folder: ballot), seed: seedFile)
    var habits = CentreSimulation.Habits()
    habits.visitsPerDay = visitsPerDay
    let simulator = Simulator(desk, seed: seed, habits: habits)
    var dossiers: CaseworkSimulation?
    if casework {
      var habits = CaseworkSimulation.Habits()
      let size = visitsPerDay / CentreSimulation.Habits().visitsPerDay
      habits.onlinePerDay *= size
      habits.homeVisitsPerDay *= size
      let rules = try CaseworkFolder.readWithLetters(share.appendingPathComponent("centre"), settings: settings)
      dossiers = try await simulator.casework(rules, habits: habits)
    }
    var done = 0
    while done < days {
      if !settings.hours.spans(on: day).isEmpty, dossiers?.isOpen(day) ?? true {
        try await simulator.day(day, &dossiers)
        done += 1
      }
      day = day.adding(days: 1)
    }
    if estimates { print(try await EstimateError.measure(desk)) }
    try? FileManager.default.removeItem(at: ballot)
    // One file, to be copied and moved.
    _ = try await database.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try database.pool.close()
  }
}
