import Foundation

/// What makes clips of different evenings and microphones sound like one announcer.
extension Wave {
  /// Rate of every announcement, in Hz: what espeak-ng makes, and enough for speech in a hall. One rate for all, so
  /// that a recorded Vietnamese and a synthetic English sentence can follow each other.
  public static let announcementRate = 22_050
  /// Rates of clips that are accepted, in Hz; telephone to studio.
  public static let usableRates = 8000...96_000
  /// Loudness of speech after levelling, in dB below full scale.
  static let speechLevel = -20.0
  /// No sample gets louder than this, in dB below full scale, so that cheap amplifiers do not crackle.
  static let peakLevel = -1.0
  /// Under this, in dB below the loudest moment, a stretch is silence.
  static let silenceLevel = -40.0

  private static func ratio(_ decibels: Double) -> Double { pow(10, decibels / 20) }

  /// Loudest sample, 0…1.
  public var peak: Double { (samples.lazy.map { abs(Double($0)) }.max() ?? 0) / 32_768 }

  /// Root mean square of moments of 20 ms, 0…1.
  private var moments: [Double] {
    let length = max(1, rate / 50)
    return stride(from: 0, to: samples.count, by: length).map { start in
      let moment = samples[start..<min(start + length, samples.count)]
      return (moment.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(moment.count)).squareRoot() / 32_768
    }
  }

  /// Without the silence before and after; 30 ms of it are kept, because soft consonants begin there.
  public var trimmed: Wave {
    let moments = moments
    let limit = (moments.max() ?? 0) * Self.ratio(Self.silenceLevel)
    guard limit > 0, let first = moments.firstIndex(where: { $0 > limit }),
      let last = moments.lastIndex(where: { $0 > limit })
    else { return Wave(rate: rate, samples: []) }
    let (length, margin) = (max(1, rate / 50), rate * 30 / 1000)
    let from = max(0, first * length - margin)
    let to = min(samples.count, (last + 1) * length + margin)
    return Wave(rate: rate, samples: Array(samples[from..<to]))
  }

  /// Loudness of the speech in it, in dB below full scale; pauses do not count. nil: silence.
  public var loudness: Double? {
    let moments = moments
    let limit = (moments.max() ?? 0) * Self.ratio(-25)
    guard limit > 0 else { return nil }
    let spoken = moments.filter { $0 > limit }
    return 20 * log10((spoken.reduce(0) { $0 + $1 * $1 } / Double(spoken.count)).squareRoot())
  }

  /// Brought to the level of all announcements.
  public var levelled: Wave {
    guard let loudness else { return self }
    return scaled(by: min(Self.ratio(Self.speechLevel - loudness), Self.ratio(Self.peakLevel) / peak))
  }

  /// - Parameter volume: percent. Half is heard as about half as loud (12 dB less), so the scale is a square.
  public func at(volume: Int) -> Wave {
    guard volume < 100 else { return self }
    let share = Double(max(0, volume)) / 100
    return scaled(by: share * share)
  }

  func scaled(by factor: Double) -> Wave {
    Wave(
      rate: rate,
      samples: samples.map { Int16(max(-32_768, min(32_767, (Double($0) * factor).rounded()))) })
  }

  /// The same sound at another rate: each new sample is a windowed sinc over its neighbours, low enough that nothing
  /// folds back where the rate goes down.
  public func resampled(to new: Int) -> Wave {
    guard new != rate, !samples.isEmpty else { return Wave(rate: new, samples: samples) }
    let step = Double(rate) / Double(new)
    let cut = min(1, 1 / step)
    let reach = Int((12 / cut).rounded(.up))
    let count = Int((Double(samples.count) / step).rounded())
    let out = (0..<count).map { i -> Int16 in
      let centre = Double(i) * step
      let middle = Int(centre)
      var (sum, weights) = (0.0, 0.0)
      for j in max(0, middle - reach + 1)...min(samples.count - 1, middle + reach) {
        let x = Double(j) - centre
        let window = 0.5 + 0.5 * cos(.pi * x / Double(reach))
        let weight = (x == 0 ? 1 : sin(.pi * x * cut) / (.pi * x * cut)) * window
        sum += Double(samples[j]) * weight
        weights += weight
      }
      return Int16(max(-32_768, min(32_767, (sum / weights).rounded())))
    }
    return Wave(rate: new, samples: out)
  }

  /// Ready to be joined: one rate, one level, no silence around.
  var prepared: Wave { trimmed.resampled(to: Self.announcementRate).levelled }
}
