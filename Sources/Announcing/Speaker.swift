import Foundation
import Subprocess

/// The loudspeaker of this machine. `aplay` plays as a child, because a sound driver that hangs must not hang the daemon.
public struct Speaker: Sendable {
  /// ALSA's name, for example `default` or `plughw:CARD=Device`.
  public let device: String
  private let program: String

  public init(device: String, program: String = "aplay") {
    self.device = device
    self.program = program
  }

  public struct Failure: Error, Hashable, CustomStringConvertible, Sendable {
    public enum Code: String, Sendable {
      /// There is no such device (any more).
      case absent
      /// Another program has it.
      case busy
      /// It took no sound for longer than the announcement lasts.
      case stuck
      case other
    }
    public var code: Code
    /// The program's first line.
    public var description: String
  }

  /// Plays a WAV file to its end.
  /// - Throws: `Failure`; `CancellationError` where the task was cancelled.
  public func play(_ wave: Wave) async throws {
    let (program, device) = (program, device)
    // A driver's buffer is at most a second or two; what takes longer has stopped.
    let limit = Duration.seconds(wave.seconds + 5)
    // A file and not a pipe: an aplay that finds no device ends without having read, and writing to it then would end
    // the daemon with SIGPIPE.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-\(UUID().uuidString).wav")
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      try Data(wave.file).write(to: file)
    } catch {
      throw Failure(code: .other, description: "\(file.path): \(error)")
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let result = try await run(
          .name(program), arguments: ["-q", "-D", device, "-t", "wav", file.path],
          // Its words are read below, so they have to be English.
          environment: .inherit.updating(["LC_ALL": "C"]), output: .discarded,
          error: .string(limit: 65_536))
        guard result.terminationStatus.isSuccess else {
          throw Failure(Self.words(result.standardError) ?? "\(program): \(result.terminationStatus)")
        }
      }
      group.addTask {
        try await Task.sleep(for: limit)
        throw Failure(code: .stuck, description: "\(program) did not end within \(limit)")
      }
      defer { group.cancelAll() }
      do {
        try await group.next()!
      } catch let error as SubprocessError {
        try Task.checkCancellation()
        throw Failure(code: .other, description: "\(program): \(error)")
      }
    }
  }

  /// A twentieth of a second of silence: finds out whether the device is there without being heard.
  public func probe() async throws {
    let rate = Wave.announcementRate
    try await play(Wave(rate: rate, samples: Array(repeating: 0, count: rate / 20)))
  }

  /// The line of `aplay` itself; before it ALSA's library writes a page of its own sources' line numbers.
  private static func words(_ error: String) -> String? {
    let lines = error.split(separator: "\n").map(String.init)
    return (lines.last { $0.hasPrefix("aplay:") } ?? lines.last).map { String($0.prefix(200)) }
  }
}

extension Speaker.Failure {
  fileprivate init(_ words: String) {
    description = words
    code =
      if words.contains("Device or resource busy") {
        .busy
      } else if words.contains("No such file or directory") || words.contains("No such device") {
        .absent
      } else {
        .other
      }
  }
}
