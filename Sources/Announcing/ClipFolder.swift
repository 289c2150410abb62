import Foundation

/// An announcer's recorded words: `vi/moi-cong-dan-so.wav`, `vi/a.wav`, `vi/0.wav`, `vi/so-3.wav`, `en/number.wav` …
public struct ClipFolder: Sendable {
  public let folder: URL

  public init(_ folder: URL) { self.folder = folder }

  /// One word that has to be recorded.
  public struct Word: Hashable, Sendable {
    public var language: CallPhrase.Language
    /// File name without `.wav`.
    public var clip: String
    /// What the announcer says, for example `bê`.
    public var said: String
    /// A sentence it stands in, so that it is said with the right melody.
    public var sentence: String
  }

  /// A word that cannot be used, and why.
  public struct Fault: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
      case missing
      case unreadable
      /// Not 16-bit mono PCM, or no WAV file at all.
      case format
      case rate(Int)
      case silent
      /// Longer than eight seconds: somebody forgot to stop the recording.
      case long(seconds: Double)
      /// So many samples stand at full scale: the microphone was too loud, and no levelling mends that.
      case clipped(Int)
    }
    public var word: Word
    public var reason: Reason
  }

  /// All words of a centre's announcements.
  /// - Parameters:
  ///   - prefixes: letters that numbers begin with.
  ///   - counters: numbers of the counters.
  public static func words(
    prefixes: [String], counters: [Int], languages: [CallPhrase.Language]
  ) -> [Word] {
    var words: [Word] = []
    let counter = counters.min() ?? 1
    let letters = Set(prefixes.joined().uppercased()).sorted().map(String.init)
    for language in languages {
      var known: Set<String> = []
      // Each phrase brings its words; the first sentence a word stands in is its example.
      func take(_ phrase: CallPhrase) {
        for (clip, said) in zip(phrase.clips, phrase.said) where known.insert(clip).inserted {
          words.append(Word(language: language, clip: clip, said: said, sentence: phrase.sentence))
        }
      }
      for letter in letters.isEmpty ? [""] : letters {
        take(CallPhrase(number: letter + "012", counter: counter, language: language))
      }
      take(CallPhrase(number: (letters.first ?? "") + "345", counter: counter, language: language))
      take(CallPhrase(number: (letters.first ?? "") + "678", counter: counter, language: language))
      take(CallPhrase(number: (letters.first ?? "") + "902", counter: counter, language: language))
      for counter in counters.sorted() {
        take(CallPhrase(number: (letters.first ?? "") + "012", counter: counter, language: language))
      }
    }
    return words
  }

  /// Every word of the list that is missing or cannot be used.
  public func faults(_ words: [Word]) -> [Fault] {
    words.compactMap { word -> Fault? in
      do throws(Unusable) {
        _ = try read(word.clip, word.language)
        return nil
      } catch {
        return Fault(word: word, reason: error.reason)
      }
    }
  }

  struct Unusable: Error { var reason: Fault.Reason }

  /// A clip, levelled and trimmed.
  func read(_ clip: String, _ language: CallPhrase.Language) throws(Unusable) -> Wave {
    let file = folder.appendingPathComponent(language.rawValue).appendingPathComponent("\(clip).wav")
    guard FileManager.default.fileExists(atPath: file.path) else { throw Unusable(reason: .missing) }
    guard let data = try? Data(contentsOf: file) else { throw Unusable(reason: .unreadable) }
    let wave: Wave
    do {
      wave = try Wave(file: Array(data))
    } catch {
      throw Unusable(reason: .format)
    }
    guard Wave.usableRates.contains(wave.rate) else { throw Unusable(reason: .rate(wave.rate)) }
    guard wave.seconds <= 8 else { throw Unusable(reason: .long(seconds: wave.seconds)) }
    // 60 dB under full scale there is nothing but the noise of the room.
    guard wave.peak > 0.001 else { throw Unusable(reason: .silent) }
    let full = wave.samples.count { $0 == .max || $0 == .min }
    guard full < max(10, wave.samples.count / 500) else { throw Unusable(reason: .clipped(full)) }
    return wave.prepared
  }
}
