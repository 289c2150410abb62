import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What can be seen of `gammu-smsd` from outside: its settings, its process and the file of its modem. The two share a
/// folder and nothing else, and a folder that nobody reads looks like any other.
public struct MessageModem: Sendable {
  public enum Standing: Sendable, Hashable {
    /// Nothing is wrong that can be seen from here. SIM, credit and signal can not.
    case ready
    case notInstalled
    /// The settings are as the package brought them, or not those of the files backend.
    case notSetUp
    /// It takes its messages from another folder than the one they are written to.
    case otherFolder(String)
    case unplugged(port: String)
    case notRunning
  }

  private let settings: String
  private let process: String

  /// - Parameter settings: the file gammu-smsd is started with.
  /// - Parameter process: the file it writes its process's number into.
  public init(settings: String = "/etc/gammu-smsdrc", process: String = "/run/gammu-smsd.pid") {
    self.settings = settings
    self.process = process
  }

  /// Reads two small files; on a lane.
  /// - Parameter folder: where messages are written to.
  func standing(folder: String) -> Standing {
    do {
      let keys = Self.keys(try String(contentsOfFile: settings, encoding: .utf8))
      let service = keys["smsd.service"]?.lowercased() ?? ""
      let port = keys["gammu.port"] ?? keys["gammu.device"] ?? ""
      if service != "files" || port.isEmpty || port == "/dev/null" { return .notSetUp }
      if let outbox = keys["smsd.outboxpath"], Self.real(outbox) != Self.real("\(folder)/outbox") {
        return .otherFolder(outbox)
      }
      // Some are no files: a Bluetooth address.
      if port.hasPrefix("/"), access(port, F_OK) != 0 { return .unplugged(port: port) }
    } catch CocoaError.fileReadNoSuchFile {
      return .notInstalled
    } catch {
      // Not for our eyes, as where a PIN stands in it.
    }
    return isRunning ? .ready : .notRunning
  }

  private var isRunning: Bool {
    guard let text = try? String(contentsOfFile: process, encoding: .utf8),
      let id = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), id > 0
    else { return false }
    // Somebody else's: there, and not ours to signal.
    return kill(id, 0) == 0 || errno == EPERM
  }

  /// `section.key` → value, both in lower case. Lines that begin with # or ; are remarks.
  static func keys(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        section = line[line.index(after: line.startIndex)..<end].lowercased()
      } else if !line.hasPrefix("#"), !line.hasPrefix(";"), let sign = line.firstIndex(of: "=") {
        let key = line[..<sign].trimmingCharacters(in: .whitespaces).lowercased()
        found["\(section).\(key)"] = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
      }
    }
    return found
  }

  private static func real(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}

extension MessageSpool {
  /// How what takes messages out of this folder stands.
  public func standing(of modem: MessageModem) -> MessageModem.Standing { modem.standing(folder: folder) }
}
