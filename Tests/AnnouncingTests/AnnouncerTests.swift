@testable import Announcing
import Foundation
import Testing

@Suite("the announcer")
struct AnnouncerTests {
  /// All libraries' tests share one process and its few threads. While the long ones run, more than the announcer's five
  /// seconds may pass before anybody looks at what the child has answered; then it is asked again.
  private func patiently<Sound>(_ make: () async throws -> Sound) async throws -> Sound {
    for _ in 1...50 {
      do {
        return try await make()
      } catch let late as Announcer.Failure where late.description.contains("did not answer") {
        continue
      }
    }
    return try await make()
  }

  /// A folder with a clip of 100 ms for each name, each with a tone and a loudness of its own.
  private func clips(_ names: [String], rate: Int = 22_050, language: String = "vi") throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-clips-\(UUID().uuidString)")
    let place = folder.appendingPathComponent(language)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (i, name) in names.enumerated() {
      let wave = LoudnessTests.tone(0.1, hertz: 300 + 100 * Double(i), level: 0.1 + 0.05 * Double(i), rate: rate)
      try Data(wave.file).write(to: place.appendingPathComponent("\(name).wav"))
    }
    return folder
  }

  @Test(
    "espeak-ng speaks a call of more than a second, with true lengths in its header",
    arguments: CallPhrase.Language.allCases)
  func speaks(language: CallPhrase.Language) async throws {
    let announcer = Announcer(clips: nil)
    let file = try await patiently { try await announcer.call(number: "A012", counter: 3, languages: [language]) }
    let wave = try Wave(file: file)
    #expect(wave.seconds > 1 && wave.seconds < 15)
    #expect(wave.samples.contains { abs(Int($0)) > 1000 }, "it is not silence")
    #expect(file == wave.file)
  }

  @Test("two languages are said one after the other")
  func both() async throws {
    let announcer = Announcer(clips: nil)
    let vi = try await patiently { try Wave(file: await announcer.call(number: "A012", counter: 3, languages: [.vi])) }
    let en = try await patiently { try Wave(file: await announcer.call(number: "A012", counter: 3, languages: [.en])) }
    let both = try await patiently {
      try Wave(file: await announcer.call(number: "A012", counter: 3, languages: [.vi, .en]))
    }
    #expect(both.samples.count == vi.samples.count + en.samples.count + vi.rate / 2)
  }

  @Test("recorded clips are joined where all of them are there, also of another rate", arguments: [22_050, 44_100])
  func recorded(rate: Int) async throws {
    let names = CallPhrase(number: "A01", counter: 3).clips
    let folder = try clips(names, rate: rate)
    defer { try? FileManager.default.removeItem(at: folder) }
    let announcer = Announcer(clips: folder, program: "/nonexistent")
    let wave = try Wave(file: await announcer.call(number: "A01", counter: 3, languages: [.vi]))
    #expect(wave.rate == 22_050)
    #expect(abs(wave.seconds - (0.1 * Double(names.count) + 0.06 * Double(names.count - 1))) < 0.002)
    #expect(abs(try #require(wave.loudness) - Wave.speechLevel) < 0.5)
    let soft = try Wave(file: await announcer.call(number: "A01", counter: 3, languages: [.vi], volume: 50))
    #expect(abs(try #require(soft.loudness) - (Wave.speechLevel - 12)) < 0.5)
  }

  @Test("with one clip missing or damaged the whole sentence is synthetic", arguments: ["missing", "damaged"])
  func fallback(how: String) async throws {
    var names = CallPhrase(number: "A01", counter: 3).clips
    names.removeLast()
    let folder = try clips(names)
    defer { try? FileManager.default.removeItem(at: folder) }
    if how == "damaged" {
      try Data("x".utf8).write(to: folder.appendingPathComponent("vi/so-3.wav"))
    }
    let file = try await patiently {
      try await Announcer(clips: folder).call(number: "A01", counter: 3, languages: [.vi])
    }
    let alone = try await patiently {
      try await Announcer(clips: nil).call(number: "A01", counter: 3, languages: [.vi])
    }
    #expect(file == alone)
  }

  @Test("where there is no voice at all it says which program failed")
  func noVoice() async throws {
    await #expect(throws: (any Error).self) {
      try await Announcer(clips: nil, program: "/nonexistent/espeak").call(number: "A01", counter: 3, languages: [.vi])
    }
    let error = await #expect(throws: Announcer.Failure.self) {
      try await patiently {
        try await Announcer(clips: nil, program: "false").call(number: "A01", counter: 3, languages: [.vi])
      }
    }
    #expect(error?.description.hasPrefix("false:") == true)
  }

  @Test("a sentence that looks like an option is a sentence")
  func option() async throws {
    let announcer = Announcer(clips: nil)
    let wave = try await patiently { try Wave(file: await announcer.say("--help me", language: .en)) }
    #expect(wave.seconds > 0.3 && wave.seconds < 10)
  }
}
