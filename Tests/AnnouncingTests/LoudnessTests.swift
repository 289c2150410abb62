@testable import Announcing
import Foundation
import Testing

@Suite("clips of different microphones")
struct LoudnessTests {
  /// A tone with silence around it.
  static func tone(_ seconds: Double, hertz: Double = 440, level: Double = 0.3, rate: Int = 22_050, silence: Double = 0)
    -> Wave
  {
    let quiet = [Int16](repeating: 0, count: Int(silence * Double(rate)))
    let sound = (0..<Int(seconds * Double(rate))).map {
      Int16(level * 32_767 * sin(2 * .pi * hertz * Double($0) / Double(rate)))
    }
    return Wave(rate: rate, samples: quiet + sound + quiet)
  }

  @Test("silence before and after is cut, but for the 30 ms in which soft consonants begin")
  func trimmed() {
    let wave = Self.tone(0.5, silence: 0.7)
    #expect(abs(wave.trimmed.seconds - 0.56) < 0.05)
    #expect(Wave(rate: 8000, samples: Array(repeating: 0, count: 8000)).trimmed.samples.isEmpty)
    #expect(Wave(rate: 8000, samples: []).trimmed.samples.isEmpty)
  }

  @Test("a soft and a loud recording come out equally loud", arguments: [0.02, 0.1, 0.5, 0.9])
  func levelled(level: Double) throws {
    let wave = Self.tone(0.5, level: level, silence: 0.2).levelled
    #expect(abs(try #require(wave.loudness) - Wave.speechLevel) < 0.3)
    #expect(wave.peak < 0.9)
  }

  @Test("a click does not make the speech beside it inaudible, and nothing is louder than full scale")
  func click() throws {
    var wave = Self.tone(0.5, level: 0.05)
    wave.samples[100] = 32_000
    #expect(wave.levelled.peak <= 0.892)
  }

  @Test("another rate: same length, same pitch, same loudness", arguments: [8000, 16_000, 44_100, 48_000])
  func resampled(rate: Int) throws {
    let wave = Self.tone(0.5, rate: rate).resampled(to: 22_050)
    #expect(wave.rate == 22_050 && abs(wave.seconds - 0.5) < 0.001)
    let crossings = zip(wave.samples, wave.samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
    #expect(abs(crossings - 220) <= 1)
    #expect(abs(try #require(wave.loudness) - (try #require(Self.tone(0.5).loudness))) < 0.2)
  }

  @Test("what the lower rate cannot carry is gone instead of folded back")
  func folding() {
    let wave = Self.tone(0.5, hertz: 15_000, rate: 48_000).resampled(to: 22_050)
    // At its ends the tone is a click, which has every pitch.
    let middle = Wave(rate: wave.rate, samples: Array(wave.samples.dropFirst(500).dropLast(500)))
    #expect(middle.peak < 0.01)
  }

  @Test("volume in percent, half is 12 dB less, nothing is silence")
  func volume() throws {
    let wave = Self.tone(0.5)
    let full = try #require(wave.loudness)
    #expect(wave.at(volume: 100) == wave)
    #expect(abs(try #require(wave.at(volume: 50).loudness) - (full - 12.04)) < 0.1)
    #expect(wave.at(volume: 0).peak == 0)
  }
}

@Suite("a folder of recordings")
struct ClipFolderTests {
  static let words = ClipFolder.words(prefixes: ["A", "P"], counters: [1, 3], languages: [.vi])

  @Test("the list holds every word of every call, and nothing twice")
  func list() {
    let clips = Self.words.map(\.clip)
    #expect(
      Set(clips)
        == [
          "moi-cong-dan-so", "a", "p", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "den-quay-so", "so-1", "so-3",
        ])
    #expect(Set(clips).count == clips.count)
    for (number, counter) in [("A999", 3), ("P107", 1), ("A1000", 3)] {
      #expect(Set(CallPhrase(number: number, counter: counter).clips).isSubset(of: Set(clips)))
    }
    let three = Self.words.first { $0.clip == "so-3" }
    #expect(three?.said == "ba" && three?.sentence == "Mời công dân số a, không, một, hai, đến quầy số ba.")
    #expect(ClipFolder.words(prefixes: [], counters: [], languages: [.vi, .en]).contains { $0.clip == "number" })
  }

  @Test("each unusable recording is named with its reason")
  func faults() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("motcua-clips-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appendingPathComponent("vi")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    func write(_ clip: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: place.appendingPathComponent("\(clip).wav"))
    }
    let good = LoudnessTests.tone(0.3)
    for word in Self.words { try write(word.clip, good.file) }
    #expect(ClipFolder(folder).faults(Self.words).isEmpty)

    try FileManager.default.removeItem(at: place.appendingPathComponent("a.wav"))
    try write("p", Array("ID3 an mp3 that was renamed".utf8))
    try write("0", LoudnessTests.tone(0.3, rate: 4000).file)
    try write("1", Wave(rate: 22_050, samples: Array(repeating: 3, count: 9000)).file)
    try write("2", LoudnessTests.tone(9).file)
    try write("3", Wave(rate: 22_050, samples: good.samples.map { $0 > 0 ? .max : .min }).file)
    let faults = ClipFolder(folder).faults(Self.words)
    let reasons = Dictionary(uniqueKeysWithValues: faults.map { ($0.word.clip, $0.reason) })
    #expect(Set(reasons.keys) == ["a", "p", "0", "1", "2", "3"])
    #expect(reasons["a"] == .missing && reasons["p"] == .format && reasons["0"] == .rate(4000))
    #expect(reasons["1"] == .silent && reasons["2"] == .long(seconds: 9))
    guard case .clipped = reasons["3"] else { Issue.record("\(String(describing: reasons["3"]))"); return }
  }
}
