import DeviceIO
import OneStop
import Synchronization

/// What keeps a paper from coming out of an office printer; the last part of the words `office.…` and `office.job.…`.
public enum OfficeTrouble: String, Codable, Sendable, CaseIterable {
  case paper, cover, jam, toner, tray, person
  /// The printer itself is silent: off, or its cable is out.
  case unreachable
  /// Stopped in CUPS by a person, or by CUPS itself.
  case stopped
  case notAccepting
  /// The print server knows no queue of this name.
  case noQueue
  /// The print server does not answer.
  case noServer
  /// The print server refuses for a reason of its own, which it gives in words.
  case refused

  init(_ need: OfficeNeed) {
    self =
      switch need {
      case .paper: .paper
      case .cover: .cover
      case .jam: .jam
      case .toner: .toner
      case .tray: .tray
      case .person: .person
      }
  }

  /// nil: the queue takes papers and prints them.
  init?(_ queue: OfficeQueue) {
    if let need = queue.need {
      self.init(need)
    } else if queue.stopped {
      self = .stopped
    } else if !queue.accepting {
      self = .notAccepting
    } else {
      return nil
    }
  }

  /// nil: the job goes on, or is over.
  init?(_ standing: OfficeJobStanding) {
    switch standing {
    case .needs(let need): self.init(need)
    case .unreachable: self = .unreachable
    case .stopped: self = .stopped
    case .waiting, .printing, .printed, .cancelled, .failed: return nil
    }
  }

  init(_ error: DeviceError) {
    self =
      switch error.refusal {
      case let refusal? where error.code == .notReady:
        refusal.isNotFound ? .noQueue : refusal.isNotAccepting ? .notAccepting : .refused
      default: .noServer
      }
  }
}

/// How the papers at the office printers stand just now, and the bell that tells the printers' owners of new orders.
public final class OfficeBoard: Sendable {
  public enum Standing: Sendable, Hashable {
    case waiting, printing
    case trouble(OfficeTrouble)
  }

  /// Rings when a paper was asked for, or is no longer wanted.
  public let bell = Bell()
  private let standings = Mutex<[Int64: Standing]>([:])

  public init() {}

  /// nil: nothing was heard of it yet.
  public func standing(of job: Int64) -> Standing? { standings.withLock { $0[job] } }

  func note(_ job: Int64, _ standing: Standing) { standings.withLock { $0[job] = standing } }

  func forget(_ job: Int64) { standings.withLock { _ = $0.removeValue(forKey: job) } }
}
