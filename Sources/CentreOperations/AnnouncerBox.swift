import Announcing
import Foundation
import OneStop

/// Announcements for boards and kiosks. What the centre's voice says is decided here; how it sounds, in `Announcing`.
public struct AnnouncerBox: Sendable {
  private let announcer: Announcer

  /// - Parameter clips: folder of recorded words, one folder a language; used where it has all words of a sentence.
  public init(clips: URL?) { announcer = Announcer(clips: clips) }

  /// - Parameters:
  ///   - languages: `vi` or `vi,en`, said one after the other.
  ///   - volume: percent.
  public func call(number: String, counter: Int, languages: String, volume: Int) async throws -> [UInt8] {
    let wanted = languages.split(separator: ",").compactMap { CallPhrase.Language(rawValue: String($0)) }
    return try await announcer.call(
      number: number, counter: counter, languages: wanted.isEmpty ? [.vi] : wanted, volume: volume)
  }

  /// The same for the loudspeaker here.
  func wave(number: String, counter: Int, english: Bool, volume: Int) async throws -> Wave {
    try await announcer.wave(number: number, counter: counter, languages: english ? [.vi, .en] : [.vi])
      .at(volume: volume)
  }

  public func say(_ text: String, language: String) async throws -> [UInt8] {
    try await announcer.say(text, language: .init(rawValue: language) ?? .vi)
  }
}
