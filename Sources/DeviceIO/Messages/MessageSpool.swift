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

  /// - Throws: where one of the three folders is missing, may not be written to, or lies on a disk that is read-only.
  ///   Whether there is room is only known by writing.
  public func check() throws(DeviceError) {
    for place in ["outbox", "sent", "error"] where access("\(folder)/\(place)", R_OK | W_OK | X_OK) != 0 {
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
    let written = Self.append(bytes, to: file) && fsync(file) == 0
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

  /// A disk that is getting full takes the beginning, and says why only when it is asked for the rest.
  private static func append(_ bytes: [UInt8], to file: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + done, bytes.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
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
    guard let found = opendir("\(folder)/\(name)") else { throw failure("\(folder)/\(name)") }
    defer { closedir(found) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(found) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      errno = 0
    }
    // A list that is cut short would look as if messages were gone.
    guard errno == 0 else { throw failure("\(folder)/\(name)") }
    return names
  }

  private func failure(_ path: String, _ code: Int32 = errno) -> DeviceError {
    DeviceError(.storage, device: path, cause: POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO))
  }
}
