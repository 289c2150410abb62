import CentreStore
import DeviceIO
import OneStop
import Printing
import Synchronization

/// How the printers are, for the kiosks in front of them and for whoever wants to print something.
public final class PrinterBoard: Sendable {
  public enum State: String, Codable, Sendable {
    case ready, paperNearEnd, paperOut, coverOpen, cutter
    /// It says that it takes nothing now, and no more: its button is held, or it waits to be switched on again.
    case paused
    /// No connection over the network.
    case offline
    /// Its cable is out, or it is switched off.
    case unplugged
    /// A serial line from which nothing sensible comes.
    case wrongSpeed
    case fault, none

    init(_ status: PrinterStatus, at address: String) {
      if status.unreachable {
        self = address.hasPrefix("usb:") || address.hasPrefix("serial:") ? .unplugged : .offline
      } else if status.wrongSpeed {
        self = .wrongSpeed
      } else if status.coverOpen {
        // Before the paper: with the cover up the sensor sees none.
        self = .coverOpen
      } else if status.paperOut {
        self = .paperOut
      } else if status.cutterError {
        self = .cutter
      } else if status.otherError {
        self = .fault
      } else if status.offline {
        self = .paused
      } else {
        self = status.paperNearEnd ? .paperNearEnd : .ready
      }
    }

    public var mayPrint: Bool { self == .ready || self == .paperNearEnd }
  }

  public struct View: Encodable, Sendable {
    public var state: State
    public var words: Bilingual
    /// What became of the last papers, by visit.
    public var prints: [String: PrintJobs.State]
    /// Papers that come out of another printer than usual, by visit: its name.
    public var elsewhere: [String: String]
  }

  /// A running printer: what is known of it, and how to have bands printed whoever owns it.
  struct Owner: Sendable {
    var printer: OneStop.Printer
    var profile: PrinterProfile
    var print: @Sendable ([[UInt8]], String) async throws -> ThermalPrinter.Delivery
  }

  private struct Contents {
    var states: [String: (state: State, words: Bilingual)] = [:]
    var prints: [(visit: Visit.ID, state: PrintJobs.State, at: String?)] = []
    var owners: [String: Owner] = [:]
    var version = 0
  }
  private let contents = Mutex(Contents())
  private let changed: @Sendable () -> Void

  public init(changed: @escaping @Sendable () -> Void) { self.changed = changed }

  /// The printer that serves a terminal: one that names it, else one for everybody.
  public static func printer(for terminal: String, in settings: CentreSettings) -> OneStop.Printer? {
    settings.printers.first { $0.terminals.contains(terminal) } ?? settings.printers.first { $0.terminals.isEmpty }
  }

  public func state(of printer: String) -> State? { contents.withLock { $0.states[printer]?.state } }

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

  /// - Parameter name: of the printer, where it is not the usual one; what was said before stays otherwise.
  func note(_ visit: Visit.ID, _ state: PrintJobs.State, at name: String? = nil) {
    contents.withLock { contents in
      let before = contents.prints.first { $0.visit == visit }?.at
      contents.prints.removeAll { $0.visit == visit }
      contents.prints.append((visit, state, name ?? before))
      if contents.prints.count > 20 { contents.prints.removeFirst() }
      contents.version += 1
    }
    changed()
  }

  public var version: Int { contents.withLock { $0.version } }

  public func view(for terminal: String, in settings: CentreSettings) -> View {
    contents.withLock { contents in
      let prints = Dictionary(uniqueKeysWithValues: contents.prints.map { ("\($0.visit)", $0.state) })
      let elsewhere = Dictionary(
        uniqueKeysWithValues: contents.prints.compactMap { print in print.at.map { ("\(print.visit)", $0) } })
      guard let printer = Self.printer(for: terminal, in: settings) else {
        return View(
          state: .none, words: Words.text("printer.none", ["name": ""]), prints: prints, elsewhere: elsewhere)
      }
      let known = contents.states[printer.id]
      return View(
        state: known?.state ?? .offline, words: known?.words ?? Words.text("printer.offline", ["name": printer.name]),
        prints: prints, elsewhere: elsewhere)
    }
  }

  // MARK: Owners

  func register(_ owner: Owner) { contents.withLock { $0.owners[owner.printer.id] = owner } }

  /// After a printer was taken out of the settings, or before it is opened anew.
  func forget(_ printer: String) {
    contents.withLock { contents in
      contents.states[printer] = nil
      contents.owners[printer] = nil
      contents.version += 1
    }
    changed()
  }

  /// nil where no such printer runs.
  func owner(of printer: String) -> Owner? { contents.withLock { $0.owners[printer] } }

  public func words(of printer: String) -> Bilingual? { contents.withLock { $0.states[printer]?.words } }
}

extension DeviceError {
  /// What the failure tells of the printer's state.
  var heard: PrinterStatus? {
    if let status { return status }
    switch code {
    case .unreachable, .unplugged, .disconnected, .timeout, .notOpen: return .unreachable
    case .notReady, .cancelled, .storage: return nil
    }
  }
}
