/// The one owner of one thermal printer: a single connection that lives as long as it can, one job at a time, and a
/// look at the printer before, between and after the bands of a job.
///
/// It never retries a job that has begun: after an error the caller knows from `DeviceError.isMidTicket` whether
/// a person must look at the paper first.
public actor ThermalPrinter {
  /// The ways this printer can be asked how it is (see the printer's profile).
  public struct Abilities: Equatable, Sendable {
    /// Answers `DLE EOT`.
    public var dleEot: Bool
    /// Sends automatic status after `GS a`; only used when `dleEot` is false.
    public var asb: Bool
    /// Answers `GS ( H` when everything before it has been printed.
    public var gsH: Bool

    public init(dleEot: Bool, asb: Bool = false, gsH: Bool = false) {
      self.dleEot = dleEot
      self.asb = asb
      self.gsH = gsH
    }
  }

  /// How long to wait for answers.
  public struct Patience: Equatable, Sendable {
    /// For the first answer on a connection; a printer silent for so long is taken to have no status.
    public var firstAnswer: Duration
    /// For later ones during a job; a printer that did answer and is silent for so long is gone. Over a network a
    /// query may stand in line behind a band that is still being printed.
    public var laterAnswer: Duration
    /// For later ones between jobs, where nothing stands in line before them.
    public var idleAnswer: Duration
    /// For `GS ( H`: as long as a ticket may take to print.
    public var printed: Duration

    public init(
      firstAnswer: Duration = .seconds(1), laterAnswer: Duration = .seconds(3),
      idleAnswer: Duration = .milliseconds(1200), printed: Duration = .seconds(15)
    ) {
      self.firstAnswer = firstAnswer
      self.laterAnswer = laterAnswer
      self.idleAnswer = min(idleAnswer, laterAnswer)
      self.printed = printed
    }
  }

  /// What is known about a job that ended without error.
  public enum Delivery: String, Sendable {
    /// All bytes were handed over; the printer says nothing about itself.
    case sent
    /// All bytes were handed over, and afterwards the printer was ready, with paper. It may still have been
    /// printing the last rows then.
    case sentAndReady
    /// The printer said that everything has been printed (`GS ( H`).
    case confirmed
  }

  public nonisolated let device: String
  let port: any PrinterPort
  let abilities: Abilities
  let patience: Patience

  /// The last that is known, also between jobs.
  public private(set) var lastStatus = PrinterStatus.unreachable

  var reader = StatusReader()
  var replies: [StatusReader.Reply] = []
  /// Queries answered on this connection, and those given up on it.
  var answered: Set<UInt8> = []
  var mute: Set<UInt8> = []
  var jobsAsked: UInt32 = 0
  /// It has answered something sensible since it was last plugged in.
  var hasSpoken = false
  /// Looks between jobs at a printer that says nothing.
  private var looksInVain = 0
  /// One that was still starting, or hung, when it was asked may answer by now: it is asked once more after so many.
  private static let vainLooks = 60

  /// Bytes that may still be missing from a command the printer was left in the middle of.
  private var torn = 0

  /// The daemon that sent before this one stopped in the middle of a job; the printer may still wait for the rest of a band.
  /// - Parameter bytes: of the largest band.
  public func mayBeTorn(by bytes: Int) { torn = max(torn, bytes) }

  /// How long the next answer may take, now.
  var nextAnswer: Duration
  private var busy = false
  private var queue: [(id: Int, turn: CheckedContinuation<Bool, Never>)] = []
  private var tickets = 0

  public init(port: any PrinterPort, abilities: Abilities, patience: Patience = Patience()) {
    self.device = port.device
    self.port = port
    self.abilities = abilities
    self.patience = patience
    self.nextAnswer = patience.idleAnswer
  }

  /// Prints one job. Jobs of several callers are printed one after the other.
  /// - Parameters:
  ///   - bands: whole commands each; the printer is asked how it is before each of them.
  ///   - job: a name for the port, used by `FilePrinterPort`.
  /// - Throws: `DeviceError` with `progress`. With `.notReady` the printer said why, and sending stopped between
  ///   two bands; the other codes are those of the port.
  public func print(bands: [[UInt8]], job: String = "") async throws(DeviceError) -> Delivery {
    try await takeTurn()
    nextAnswer = patience.laterAnswer
    defer {
      nextAnswer = patience.idleAnswer
      passTurn()
    }
    var progress = DeviceError.Progress(bandsSent: 0, bands: bands.count, begun: false)
    do {
      return try await send(bands, job: job, &progress)
    } catch {
      var error = error
      error.progress = progress
      if error.code == .notReady { error.status = lastStatus } else { await hangUp() }
      throw error
    }
  }

  /// Asks the printer how it is; connects if need be. While a job is being printed, what was last heard.
  public func status() async -> PrinterStatus {
    guard !busy else { return lastStatus }
    busy = true
    defer { passTurn() }
    if lastStatus.unknown {
      looksInVain += 1
      if hasSpoken || looksInVain % Self.vainLooks == 0 { listenAgain() }
    }
    do {
      return try await ready(retrying: [.disconnected, .notOpen, .unplugged])
    } catch {
      await hangUp()
      return .unreachable
    }
  }

  /// Ends the connection; the next job or query opens it again.
  public func close() async {
    await port.close()
    forget()
  }

  // MARK: - A job

  private func send(
    _ bands: [[UInt8]], job: String, _ progress: inout DeviceError.Progress
  ) async throws(DeviceError) -> Delivery {
    for (index, band) in bands.enumerated() {
      let status = index == 0 ? try await ready() : try await askBetweenBands()
      guard status.mayPrint else { throw DeviceError(.notReady, device: device) }
      guard !Task.isCancelled else { throw DeviceError(.cancelled, device: device) }
      if index == 0, torn > 0 {
        // The last connection broke inside a picture: zeros complete it as white and mean nothing otherwise.
        // Without them the printer would take this ticket's first rows for the missing ones, the rest for text.
        try await port.write(Array(repeating: 0, count: torn))
        torn = 0
      }
      progress.begun = true
      do {
        try await port.write(band)
      } catch {
        torn = band.count
        throw error
      }
      progress.bandsSent += 1
    }
    try await port.finishJob(job)
    let status = try await ask()
    guard status.mayPrint else { throw DeviceError(.notReady, device: device) }
    if try await waitUntilPrinted() { return .confirmed }
    return status.unknown ? .sent : .sentAndReady
  }

  /// Connected, and asked how it is. A connection that went stale since the last job is made anew once.
  /// - Parameter retrying: what may mean that. A time-out may only where nobody waits to hear of it.
  private func ready(
    retrying: [DeviceError.Code] = [.disconnected, .notOpen, .unplugged, .timeout]
  ) async throws(DeviceError) -> PrinterStatus {
    do {
      try await open()
      return try await ask()
    } catch {
      guard retrying.contains(error.code) else { throw error }
      await port.close()
      forget()
      try await open()
      return try await ask()
    }
  }

  private func open() async throws(DeviceError) {
    do {
      try await port.open()
    } catch {
      forget()
      // What is there next may be another model.
      hasSpoken = false
      throw error
    }
  }

  private func hangUp() async {
    await port.close()
    forget()
  }

  private func forget() {
    reader.reset()
    replies = []
    answered = []
    mute = []
    lastStatus = .unreachable
  }

  func note(_ status: PrinterStatus) { lastStatus = status }

  // MARK: - Turns

  private func takeTurn() async throws(DeviceError) {
    guard busy else {
      busy = true
      return
    }
    tickets += 1
    let id = tickets
    let mine = await withTaskCancellationHandler {
      await withCheckedContinuation { turn in
        if Task.isCancelled { turn.resume(returning: false) } else { queue.append((id, turn)) }
      }
    } onCancel: {
      Task { await self.leaveQueue(id) }
    }
    guard mine else { throw DeviceError(.cancelled, device: device) }
  }

  private func passTurn() {
    if queue.isEmpty { busy = false } else { queue.removeFirst().turn.resume(returning: true) }
  }

  private func leaveQueue(_ id: Int) {
    guard let place = queue.firstIndex(where: { $0.id == id }) else { return }
    queue.remove(at: place).turn.resume(returning: false)
  }
}
