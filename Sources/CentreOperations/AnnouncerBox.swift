import Announcing
import Foundation
import OneStop

/// Announcements for boards and kiosks. What the centre's voice says is decided here; how it sounds, in `Announcing`.
public struct AnnouncerBox: Sendable {
  private let announcer: Announcer

  /// - Parameter clips: folder of recorded words, one folder a language; used where it has all words of a sentence.
  public init(clips: URL?) { announcer = Announcer(clips: clips) }

  public func call(number: String, counter: Int, language: String) async throws -> [UInt8] {
    try await announcer.call(number: number, counter: counter, language: .init(rawValue: language) ?? .vi)
  }

  public func say(_ text: String, language: String) async throws -> [UInt8] {
    try await announcer.say(text, language: .init(rawValue: language) ?? .vi)
  }
}
