import Foundation
import Glibc
import OneStop

/// A file that could not be written. Nothing of it is left behind.
public struct FileNotWritten: Error, Sendable {
  public var path: String
  /// As in errno(3).
  public var code: Int32
}

extension ProcedureImport {
  /// Puts the list in the place of the one in use. Whenever it ends, a stop in the middle included, `procedures.csv` is
  /// the old list or the new one, whole; a running daemon takes the new one by itself.
  /// - Parameters:
  ///   - folder: the `centre` folder in use.
  ///   - now: the old list is kept beside it under the day and time of the centre.
  /// - Returns: the name of the old list: `procedures.2026-11-26_08-15-30.csv`. Never one that was there.
  /// - Throws: `FileNotWritten`, with the list in use untouched.
  public func install(in folder: URL, at now: Instant, zone: ZoneOffset) throws -> String {
    let target = folder.appendingPathComponent("procedures.csv").path
    let made = target + ".new"
    // Left by a stop in the middle.
    unlink(made)
    // The new list first: what most often fails fails before anything is kept.
    try Self.write(csv, to: made)
    do {
      let old = try keep(target, folder, now, zone)
      guard rename(made, target) == 0 else {
        let code = errno
        unlink(folder.appendingPathComponent(old).path)
        throw FileNotWritten(path: target, code: code)
      }
      Self.sync(folder.path)
      return old
    } catch {
      unlink(made)
      throw error
    }
  }

  private func keep(_ target: String, _ folder: URL, _ now: Instant, _ zone: ZoneOffset) throws -> String {
    guard let data = FileManager.default.contents(atPath: target) else {
      throw FileNotWritten(path: target, code: ENOENT)
    }
    let day = LocalDay(now, in: zone)
    let second = now.seconds(since: day.start(in: zone))
    let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: "-")
    // Two in one second, or a clock set back: the next gets a number.
    for place in 1...1000 {
      let name = "procedures.\(day)_\(time)\(place == 1 ? "" : "_\(place)").csv"
      do {
        try Self.write(data, to: folder.appendingPathComponent(name).path)
        return name
      } catch let error as FileNotWritten where error.code == EEXIST { continue }
    }
    throw FileNotWritten(path: target, code: EEXIST)
  }

  /// A new file, on the disk when this returns.
  private static func write(_ data: Data, to path: String) throws {
    let fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard fd >= 0 else { throw FileNotWritten(path: path, code: errno) }
    var written = 0
    var failed: Int32 = 0
    while failed == 0, written < data.count {
      let n = data.withUnsafeBytes { Glibc.write(fd, $0.baseAddress! + written, data.count - written) }
      if n > 0 { written += n } else if n == 0 || errno != EINTR { failed = n == 0 ? EIO : errno }
    }
    if failed == 0, fsync(fd) != 0 { failed = errno }
    // Some file systems only say here that the disk is full.
    if close(fd) != 0, failed == 0 { failed = errno }
    guard failed == 0 else {
      unlink(path)
      throw FileNotWritten(path: path, code: failed)
    }
  }

  private static func sync(_ folder: String) {
    let fd = open(folder, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { return }
    fsync(fd)
    close(fd)
  }
}
