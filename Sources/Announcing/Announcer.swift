import Foundation
import Subprocess

/// Makes announcements: from an announcer's recorded clips where all of them are there, otherwise with espeak-ng.
/// espeak-ng runs as a child, because linking it would put the daemon under its licence, and because it may hang.
public actor Announcer {
  /// nil: no recorded voice.
  private let clips: ClipFolder?
  private let program: String
  private var made: [String: Wave] = [:]
  private var order: [String] = []
  /// Announcements kept ready; one is about 130 kB.
  private static let kept = 60

  public struct Failure: Error, CustomStringConvertible, Sendable {
    public var description: String
  }

  public init(clips: URL?, program: String = "espeak-ng") {
    self.clips = clips.map { ClipFolder($0) }
    self.program = program
  }

  /// The WAV file of a call.
  public func call(number: String, counter: Int, languages: [CallPhrase.Language], volume: Int = 100) async throws
    -> [UInt8]
  { try await wave(number: number, counter: counter, languages: languages).at(volume: volume).file }

  /// The sound of a call, in each language one after the other.
  public func wave(number: String, counter: Int, languages: [CallPhrase.Language]) async throws -> Wave {
    let phrases = languages.map { CallPhrase(number: number, counter: counter, language: $0) }
    return try await cached("call \(phrases.map(\.sentence))") {
      var waves: [Wave] = []
      for phrase in phrases {
        if let wave = self.recorded(phrase) {
          waves.append(wave)
        } else {
          waves.append(try await self.speak(phrase.sentence, phrase.language))
        }
      }
      return try Wave.joined(waves, pause: 0.5)
    }
  }

  /// The WAV file of a sentence, for who cannot read the screen. At most 300 characters.
  public func say(_ text: String, language: CallPhrase.Language) async throws -> [UInt8] {
    let text = String(text.prefix(300))
    return try await cached("say \(language) \(text)") { try await self.speak(text, language) }.file
  }

  private func cached(_ key: String, _ make: () async throws -> Wave) async throws -> Wave {
    if let known = made[key] { return known }
    let new = try await make()
    if made.updateValue(new, forKey: key) == nil { order.append(key) }
    if order.count > Self.kept { made[order.removeFirst()] = nil }
    return new
  }

  /// nil where a clip is missing or cannot be joined: half a recorded sentence would be worse than a synthetic one.
  private func recorded(_ phrase: CallPhrase) -> Wave? {
    guard let clips else { return nil }
    var waves: [Wave] = []
    for name in phrase.clips {
      guard let wave = try? clips.read(name, phrase.language) else { return nil }
      waves.append(wave)
    }
    return try? Wave.joined(waves, pause: 0.06)
  }

  private func speak(_ text: String, _ language: CallPhrase.Language) async throws -> Wave {
    let program = self.program
    let voice = language == .vi ? "vi" : "en"
    let file = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask {
        let result = try await run(
          .name(program), arguments: ["-v", voice, "-s", "140", "-g", "4", "--stdout", "--", text],
          output: .bytes(limit: 8_000_000), error: .string(limit: 4096))
        guard result.terminationStatus.isSuccess, result.standardOutput.count > 44 else {
          throw Failure(description: "\(program): \(result.standardError)")
        }
        return result.standardOutput
      }
      group.addTask {
        // Half a second as a rule; on a small machine that is busy with something else much more. What is older than 30 s
        // isn't spoken any more.
        try await Task.sleep(for: .seconds(15))
        throw Failure(description: "\(program) did not answer within 15 s")
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
    return try Wave(file: file).prepared
  }
}
