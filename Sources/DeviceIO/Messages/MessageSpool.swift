import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The folders through which `gammu-smsd` (service `files`) takes messages and says what became of them. It moves a
/// file from `outbox` to `sent` or `error` under the same name, so that name is all that is needed to find a message
/// again after any crash.
public actor MessageSpool {
  public enum Place: Sendable { case outbox, sent, error }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private let lane = Lane("messages")
  public nonisolated let folder: String
  private static let aside = ".motcua-"

  public init(folder: String) { self.folder = folder }

  /// - Throws: where one of the three folders is missing or may not be written to.
  public func check() throws(DeviceError) {
    for place in ["outbox", "sent", "error"] where access("\(folder)/\(place)", W_OK | X_OK) != 0 {
      throw failure("\(folder)/\(place)")
    }
  }

  /// Our messages that lie there, by mark. One that is moved meanwhile is found: `outbox` is read first. What a crash left
  /// half-written is wiped.
  public func list() throws(DeviceError) -> [String: Place] {
    for half in try files("outbox") where half.hasPrefix(Self.aside) { unlink("\(folder)/outbox/\(half)") }
    var found: [String: Place] = [:]
    for (name, place) in [("outbox", Place.outbox), ("sent", .sent), ("error", .error)] {
      for file in try files(name) { if let mark = Self.mark(of: file) { found[mark] = place } }
    }
    return found
  }

  /// Puts a message where `gammu-smsd` takes it: written aside, flushed, then named, so that it never takes half of one.
  /// - Parameter mark: letters and digits; the same again replaces what lies there.
  public func put(_ text: String, to number: String, mark: String) throws(DeviceError) {
    // gammu-smsd looks at names that begin with OUT only.
    let aside = "\(folder)/outbox/\(Self.aside)\(mark)"
    // The byte order mark tells gammu-smsd that it is UTF-16.
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    // Readable by the group, which is that of gammu-smsd, and by nobody else: it holds a number.
    let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o660)
    guard file >= 0 else { throw failure(aside) }
    // Whatever the umask of the service is.
    fchmod(file, 0o660)
    let written = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    let why = errno
    close(file)
    guard written else {
      unlink(aside)
      throw failure(aside, why)
    }
    // OUT + priority + anything with the recipient in fourth place; gammu-smsd(1), «files».
    guard rename(aside, "\(folder)/outbox/OUTC00000000_000000_00_\(number)_\(mark).txt") == 0 else {
      let why = errno
      unlink(aside)
      throw failure(aside, why)
    }
    let outbox = open("\(folder)/outbox", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if outbox >= 0 {
      fsync(outbox)
      close(outbox)
    }
  }

  /// Wipes what is left of a message, its recipient's number with it.
  public func remove(_ mark: String) throws(DeviceError) {
    for name in ["outbox", "sent", "error"] {
      for file in try files(name) where Self.mark(of: file) == mark {
        let path = "\(folder)/\(name)/\(file)"
        // The file's name carries the telephone number; an alarm must not.
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("\(folder)/\(name)") }
      }
    }
  }

  /// `OUTC…_0912345678_m1x17x1.txt` → `m1x17x1`; nil: not ours.
  static func mark(of file: String) -> String? {
    guard file.hasPrefix("OUT"), file.hasSuffix(".txt"), let cut = file.lastIndex(of: "_") else { return nil }
    let mark = file[file.index(after: cut)...].dropLast(4)
    let parts = mark.dropFirst().split(separator: "x", omittingEmptySubsequences: false)
    guard mark.first == "m", parts.count == 3, parts.allSatisfy({ Int64($0) != nil }) else { return nil }
    return String(mark)
  }

  private func files(_ name: String) throws(DeviceError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
    } catch {
      throw DeviceError(.storage, device: "\(folder)/\(name)", cause: error)
    }
  }

  private func failure(_ path: String, _ code: Int32 = errno) -> DeviceError {
    DeviceError(.storage, device: path, cause: POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO))
  }
}
