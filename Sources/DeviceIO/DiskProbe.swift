import Dispatch
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Looks at folders. A share whose server is away holds whoever looks for minutes, so it happens on a thread of its own
/// and is waited for so long only.
public enum DiskProbe {
  /// Not there, no right to it, or no answer in time.
  public struct Unreadable: Error, Sendable, Hashable {
    /// errno; nil where it did not answer in time.
    public var code: Int32?
  }

  private static let lane = DispatchQueue(label: "disk probe")

  /// Bytes that the daemon may still write under a folder.
  public static func free(at path: String, within limit: Duration = .seconds(3)) async throws(Unreadable) -> Int64 {
    try await ask(within: limit) {
      var state = statvfs()
      guard statvfs(path, &state) == 0 else { return .failure(Unreadable(code: errno)) }
      return .success(Int64(state.f_bavail) * Int64(state.f_frsize))
    }
  }

  /// When the newest file of a folder was written, in seconds since 1970; nil where it has none. Hidden and empty files
  /// and folders are no backups.
  public static func newest(in folder: String, within limit: Duration = .seconds(3)) async throws(Unreadable) -> Int64?
  {
    try await ask(within: limit) {
      guard let list = opendir(folder) else { return .failure(Unreadable(code: errno)) }
      defer { closedir(list) }
      var newest: Int64?
      while let entry = readdir(list) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        var state = stat()
        guard !name.hasPrefix("."), stat("\(folder)/\(name)", &state) == 0, state.st_mode & S_IFMT == S_IFREG,
          state.st_size > 0
        else { continue }
        newest = max(newest ?? 0, Int64(state.st_mtim.tv_sec))
      }
      return .success(newest)
    }
  }

  private static func ask<Value: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () -> Result<Value, Unreadable>
  ) async throws(Unreadable) -> Value {
    let answer = Awaited<Result<Value, Unreadable>>()
    lane.async { answer.settle(.value(body())) }
    guard case .value(let result) = await answer.wait(limit, on: MultiThreadedEventLoopGroup.singleton.next()) else {
      throw Unreadable(code: nil)
    }
    return try result.get()
  }
}
