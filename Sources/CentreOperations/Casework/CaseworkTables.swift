import Foundation
import Glibc
import Logging
import OneStop
import Synchronization

/// What dossiers are decided by and printed with, as the centre's folder has it: read at the start, and again when
/// somebody has changed a file of it. A file with a mistake is refused and named, and what was read before stays in force.
public final class CaseworkTables: Sendable {
  public struct Current: Sendable {
    /// nil where the tables could not be read, ever.
    public var rules: CaseRules?
    /// The papers of dossiers; nil where a template could not be read.
    public var slips: CaseSlips?
    /// The letters of the centre; nil where a template could not be read.
    public var letters: CaseLetters?
    /// The paper of a visit at home; nil where its template could not be read.
    public var homeSlip: HomeSlip?
    /// Counts the readings that were taken: who keeps something made of the tables sees that it is of older ones.
    public var version = 0

    public init(rules: CaseRules? = nil) { self.rules = rules }
  }

  private struct Held {
    var current: Current
    /// The files at the last reading, and at the last look.
    var read: Stamp?
    var seen: Stamp?
  }

  private let held: Mutex<Held>
  private let folder: URL
  private let followBase: String
  private let officeHours: OpeningHours?

  /// - Parameters:
  ///   - folder: the `centre` folder.
  ///   - followBase: address of the follow page, ending in `/t/`.
  ///   - officeHours: see `CaseRules.officeHours`.
  public init(
    _ current: Current = Current(), folder: URL, followBase: String = "", officeHours: OpeningHours? = nil
  ) {
    held = Mutex(Held(current: current))
    self.folder = folder
    self.followBase = followBase
    self.officeHours = officeHours
  }

  public var current: Current {
    get { held.withLock { $0.current } }
    set { held.withLock { $0.current = newValue } }
  }

  // MARK: Reading

  /// Reads everything anew. What has a mistake becomes an alarm, which goes when the file is mended.
  public func read(_ settings: CentreSettings, alarms: Alarms, log: Logger, at now: Instant) {
    func refuse(_ id: String, _ key: String, _ level: Alarms.Alarm.Level, _ error: any Error) {
      // The words of a mistake are lines; in the log they stay one.
      log.error("centre's table refused", metadata: ["error": "\(error)"])
      alarms.raise(id, level, Words.text("alarm.\(key)", ["why": "\(error)"]), at: now)
    }
    // Before the files are opened: one that changes meanwhile is seen as changed.
    let files = stamp(settings)
    held.withLock { $0.read = files }
    do {
      current.homeSlip = try HomeSlip(folder: folder.appendingPathComponent("templates"))
      alarms.clear("homeSlip")
    } catch {
      // Dossiers don't need it.
      refuse("homeSlip", current.homeSlip == nil ? "homeSlip" : "homeSlipOld", .warning, error)
    }
    var next = current
    do {
      var counted = settings
      counted.hours = officeHours ?? settings.hours
      next.rules = try CaseworkFolder.read(folder, settings: counted)
      next.rules?.officeHours = officeHours
    } catch {
      // The queue goes on without dossiers, and dossiers go on with the tables of before.
      let first = next.rules == nil
      return refuse("casework", first ? "casework" : "caseworkOld", first ? .fault : .warning, error)
    }
    guard let rules = next.rules else { return }
    do {
      next.letters = try CaseLetters(
        folder: folder.appendingPathComponent("templates/letters"), procedures: rules.procedures)
      alarms.clear("letters")
    } catch {
      // Dossiers go on without letters, or with those of before.
      refuse("letters", next.letters == nil ? "letters" : "lettersOld", .warning, error)
    }
    next.rules?.letters = next.letters?.offers ?? [:]
    do {
      next.slips = try CaseSlips(
        folder: folder.appendingPathComponent("templates"), rules: next.rules ?? rules, followBase: followBase)
      alarms.clear("casework")
    } catch {
      let first = next.slips == nil
      next.slips?.rules = next.rules ?? rules
      refuse("casework", first ? "casework" : "caseworkOld", first ? .fault : .warning, error)
    }
    next.version += 1
    current = next
  }

  // MARK: Noticing a change

  /// Enough of a file to see that it is another one, without opening it; and what of the settings the tables may name.
  private struct Stamp: Hashable, Sendable {
    struct File: Hashable, Sendable { var inode, size, seconds, nanoseconds: Int }
    /// nil: it isn't there.
    var files: [File?]
    var services: [Service.ID]
    var hours: OpeningHours
  }

  static let files =
    ["procedures.csv", "holidays.csv", "due-rules.csv", "reasons.csv"]
    + CaseSlips.Kind.allCases.map { "templates/\($0.file)" } + ["templates/\(HomeSlip.file)"]
    + Letter.Kind.allCases.map { "templates/letters/\($0.file)" }

  /// Whether to read now: once a change has stood still from one look to the next, because a copy over the network takes
  /// a while and an editor writes piece by piece.
  public func hasChanged(_ settings: CentreSettings) -> Bool {
    let now = stamp(settings)
    return held.withLock { held in
      defer { held.seen = now }
      return now != held.read && now == held.seen
    }
  }

  private func stamp(_ settings: CentreSettings) -> Stamp {
    Stamp(
      files: Self.files.map { name in
        var info = stat()
        guard stat(folder.appendingPathComponent(name).path, &info) == 0 else { return nil }
        return .init(
          inode: Int(info.st_ino), size: Int(info.st_size), seconds: info.st_mtim.tv_sec,
          nanoseconds: info.st_mtim.tv_nsec)
      }, services: settings.services.map(\.id), hours: settings.hours)
  }
}
