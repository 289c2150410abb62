/// Asking. Every query throws away older answers first: a late one would be taken for the answer to this query.
extension ThermalPrinter {
  private static let realTimeQueries: [UInt8] = [1, 2, 3, 4]
  /// On/offline, errors, paper. Not the drawer.
  private static let automaticStatus: [UInt8] = [0x1D, 0x61, 0x0E]
  /// Stands for automatic status and for `GS ( H` in `answered` and `mute`.
  private static let automaticQuery: UInt8 = 0x61
  private static let printedQuery: UInt8 = 0x48

  /// How the printer is now.
  /// - Throws: `.timeout` when it has answered on this connection and does not any more, and the port's errors.
  func ask() async throws(DeviceError) -> PrinterStatus {
    var status = PrinterStatus.unknown
    if port.answers, abilities.dleEot {
      status = try await askRealTime()
    } else if port.answers, abilities.asb {
      status = try await askAutomatic()
    }
    if status.unknown {
      // Nobody speaks for the printer: the port may still know about the paper.
      if await port.paperEmpty() == true {
        status.paperOut = true
      } else if hasSpoken {
        // It knows how to answer and does not: it hangs, and a ticket sent into it would be taken for printed.
        status.unreachable = true
      } else if port.speedMayBeWrong, abilities.dleEot || abilities.asb {
        // A line opens whether or not somebody is at its other end.
        status.wrongSpeed = true
      }
      if status.unreachable || status.wrongSpeed { listenAgain() }
    }
    note(status)
    return status
  }

  /// What was given up on this connection is asked once more.
  func listenAgain() { mute.subtract(ThermalPrinter.realTimeQueries + [ThermalPrinter.automaticQuery]) }

  /// Between the bands of a job, where the citizen waits for each answer: whether it is online, and the paper's sensor. A
  /// printer goes offline for every reason to stop (Epson, DLE EOT: n = 1, bit 3), and then it is asked for the reason.
  func askBetweenBands() async throws(DeviceError) -> PrinterStatus {
    guard port.answers, abilities.dleEot, answered.isSuperset(of: [1, 4]) else { return try await ask() }
    var status = PrinterStatus()
    for n in [UInt8(1), 4] {
      if let answer = try await askRealTime(n) { status.take(realTime: answer, query: n) }
    }
    return status.mayPrint ? lastStatus : try await ask()
  }

  private func askRealTime() async throws(DeviceError) -> PrinterStatus {
    var status = PrinterStatus()
    for n in ThermalPrinter.realTimeQueries where !mute.contains(n) {
      if let answer = try await askRealTime(n) {
        status.take(realTime: answer, query: n)
      } else if answered.isEmpty {
        // Silent from the beginning: one of the many that know no status. Not asked again on this connection.
        mute.formUnion(ThermalPrinter.realTimeQueries)
      }
    }
    return answered.isDisjoint(with: ThermalPrinter.realTimeQueries) ? .unknown : status
  }

  private func askRealTime(_ n: UInt8) async throws(DeviceError) -> UInt8? {
    await dropOldReplies()
    try await port.write([0x10, 0x04, n])
    return try await reply(to: n) { reply in if case .realTime(let byte) = reply { byte } else { nil } }
  }

  /// For printers without `DLE EOT`. `ESC @` at the head of every job switches automatic status off, so it is
  /// switched on anew each time, which makes the printer answer at once. An offline printer does not get to the
  /// command; but then its last message, sent when it went offline, says so.
  private func askAutomatic() async throws(DeviceError) -> PrinterStatus {
    guard !mute.contains(ThermalPrinter.automaticQuery) else { return .unknown }
    let before = lastStatus
    var heard: PrinterStatus?
    for case .automatic(let bytes) in await dropOldReplies() { heard = PrinterStatus(automatic: bytes) ?? heard }
    try await port.write(ThermalPrinter.automaticStatus)
    do {
      let answer = try await reply(to: ThermalPrinter.automaticQuery) { reply in
        if case .automatic(let bytes) = reply { PrinterStatus(automatic: bytes) } else { nil }
      }
      return answer ?? heard ?? .unknown
    } catch {
      guard error.code == .timeout else { throw error }
      if let heard { return heard }
      guard !before.mayPrint else { throw error }
      return before
    }
  }

  /// True when the printer said that everything has been printed; false when it knows no such answer.
  /// - Throws: `.notReady` when it stopped for a reason it can tell.
  func waitUntilPrinted() async throws(DeviceError) -> Bool {
    guard abilities.gsH, port.answers, !mute.contains(ThermalPrinter.printedQuery) else { return false }
    jobsAsked = (jobsAsked + 1) % 10_000
    let digits = String(10_000 + jobsAsked).utf8.dropFirst()
    await dropOldReplies()
    // GS ( H, function 48: Epson reference, gs_lparen_ch_fn48.
    try await port.write([0x1D, 0x28, 0x48, 6, 0, 0x30, 0x30] + digits)
    let deadline = ContinuousClock.now + patience.printed
    while ContinuousClock.now < deadline {
      let slice = min(nextAnswer, deadline - .now)
      if try await next(within: slice, { $0 == .printed(Array(digits)) ? true : nil }) != nil { return true }
      guard try await askKeepingPrinted(digits) else { throw DeviceError(.notReady, device: device) }
      if replies.contains(.printed(Array(digits))) { return true }
    }
    mute.insert(ThermalPrinter.printedQuery)
    return false
  }

  /// Asks how the printer is without losing a `GS ( H` answer that arrives in between.
  private func askKeepingPrinted(_ digits: some Sequence<UInt8>) async throws(DeviceError) -> Bool {
    let wanted = StatusReader.Reply.printed(Array(digits))
    let had = replies.contains(wanted)
    let status = try await ask()
    if had, !replies.contains(wanted) { replies.append(wanted) }
    return status.mayPrint
  }

  // MARK: - Replies

  /// Takes in what has arrived and forgets it; returns what it was.
  @discardableResult
  private func dropOldReplies() async -> [StatusReader.Reply] {
    replies += reader.feed(await port.drain())
    reader.reset()
    defer { replies = replies.filter { if case .printed = $0 { true } else { false } } }
    return replies
  }

  /// Waits for the answer to a query. Nil when none came and none ever came on this connection.
  private func reply<Value>(
    to query: UInt8, _ match: (StatusReader.Reply) -> Value?
  ) async throws(DeviceError) -> Value? {
    let known = answered.contains(query)
    if let value = try await next(within: known ? nextAnswer : patience.firstAnswer, match) {
      answered.insert(query)
      hasSpoken = true
      return value
    }
    guard !known else { throw DeviceError(.timeout, device: device) }
    mute.insert(query)
    return nil
  }

  /// The first reply that matches; others are kept. Nil after `timeout`.
  private func next<Value>(
    within timeout: Duration, _ match: (StatusReader.Reply) -> Value?
  ) async throws(DeviceError) -> Value? {
    let deadline = ContinuousClock.now + timeout
    while true {
      for (index, reply) in replies.enumerated() {
        if let value = match(reply) {
          replies.remove(at: index)
          return value
        }
      }
      let left = deadline - .now
      guard left > .zero else { return nil }
      replies += reader.feed(try await port.read(within: left))
    }
  }
}
