/// What CUPS says of a queue at one moment.
public struct OfficeQueue: Sendable, Hashable {
  public var name: String
  public var accepting: Bool
  /// Stopped by a person, or by CUPS after an error (`printer-state` 5; RFC 8011, 5.4.11).
  public var stopped: Bool
  /// `printer-state-reasons` without `none`.
  public var reasons: [String]

  public init(name: String, accepting: Bool = true, stopped: Bool = false, reasons: [String] = []) {
    self.name = name
    self.accepting = accepting
    self.stopped = stopped
    self.reasons = reasons
  }

  /// What a person has to see to, after the printer's own reasons.
  public var need: OfficeNeed? {
    // By prefix: the same reason comes as `-report`, `-warning` and `-error`, and CUPS 2.4.2 makes warnings of errors.
    Self.needs.first { entry in reasons.contains { $0.hasPrefix(entry.prefix) } }?.need
  }

  /// The keywords of RFC 8011, 5.4.12, and of PWG 5100.9 for which somebody has to go there. `-low` and `-almost-full` are none.
  private static let needs: [(prefix: String, need: OfficeNeed)] = [
    ("media-empty", .paper), ("media-needed", .paper), ("media-jam", .jam), ("cover-open", .cover),
    ("door-open", .cover), ("interlock-open", .cover), ("toner-empty", .toner), ("marker-supply-empty", .toner),
    ("input-tray-missing", .tray), ("output-area-full", .tray), ("output-tray-missing", .tray),
    ("other-error", .person),
  ]

  /// The printer itself was not found, as far as the driver says so.
  var isOffline: Bool { reasons.contains { $0.hasPrefix("offline") || $0.hasPrefix("shutdown") } }
  /// The driver has nothing to tell: of a printer that is off CUPS 2.4.2 gives no reason at all (measured), of one that
  /// prints `cups-waiting-for-job-completed`.
  var isSilent: Bool { reasons.allSatisfy { $0.hasPrefix("connecting-to-device") } }
}

/// What the printer waits for; it goes on by itself afterwards.
public enum OfficeNeed: String, Sendable, Hashable, CaseIterable {
  case paper, cover, jam, toner, tray, person
}

/// What CUPS says of one job and of its printer, at one moment.
public struct OfficeJobReport: Sendable, Hashable {
  /// `job-state` of RFC 8011, 5.3.7. The reasons of a job are not read: `processing-to-stop-point` stays even when it is
  /// completed (CUPS 2.4.2).
  public enum State: Int32, Sendable, Hashable {
    case pending = 3
    case held, processing, stopped, canceled, aborted, completed
  }

  public var state: State
  /// How many documents the server holds of it: 0 where handing it over was interrupted.
  public var documents: Int
  public var queue: OfficeQueue

  public init(state: State, documents: Int = 1, queue: OfficeQueue) {
    self.state = state
    self.documents = documents
    self.queue = queue
  }

  /// The printer has the job and has told nothing since: worth counting the seconds.
  public var isSilent: Bool { state == .processing && queue.isSilent }
}

/// How a job stands, in what a person at the printer can do about it.
public enum OfficeJobStanding: Sendable, Hashable {
  case waiting, printing
  case needs(OfficeNeed)
  /// Nothing was heard of the printer for too long: switched off, or its cable is out. CUPS goes on trying.
  case unreachable
  /// The job or the queue was stopped in CUPS: a person has to start it again there.
  case stopped
  case printed
  /// Ended because somebody here asked for it.
  case cancelled
  /// Ended at the printer or by CUPS; what came out is not whole, so that printing again is offered.
  case failed

  public var isOver: Bool { [.printed, .cancelled, .failed].contains(self) }

  /// - Parameters:
  ///   - silentSeconds: how long `report.isSilent` has been true without a break.
  ///   - patience: seconds after which a silent printer counts as unreachable.
  ///   - cancelAsked: whether this centre cancelled it; CUPS calls a job that the printer dropped `canceled` too
  ///     (2.4.2: "Print job canceled at printer."). One that is dropped within a second of arriving may even be called
  ///     `completed` by its ipp backend; from here that cannot be told from a printed one.
  public init(_ report: OfficeJobReport, silentSeconds: Int, patience: Int, cancelAsked: Bool) {
    let queue = report.queue
    self =
      switch report.state {
      case .completed: .printed
      case .canceled: cancelAsked ? .cancelled : .failed
      case .aborted: .failed
      case .stopped: .stopped
      case .pending, .held, .processing:
        // The printer's reasons, not its state: without paper CUPS 2.4.2 leaves both printer and job "processing".
        if let need = queue.need {
          .needs(need)
        } else if queue.stopped || report.state == .held {
          .stopped
        } else if queue.isOffline || report.isSilent && silentSeconds >= patience {
          .unreachable
        } else {
          report.state == .processing ? .printing : .waiting
        }
      }
  }
}
