/// A sound in memory: 16-bit mono PCM.
public struct Wave: Hashable, Sendable {
  public var rate: Int
  public var samples: [Int16]

  public init(rate: Int, samples: [Int16]) {
    self.rate = rate
    self.samples = samples
  }

  public struct Unusable: Error, Hashable, CustomStringConvertible, Sendable {
    public var description: String
  }

  public var seconds: Double { Double(samples.count) / Double(rate) }

  /// Reads a WAV file. - Throws: `Unusable` for anything but 16-bit mono PCM.
  public init(file bytes: [UInt8]) throws(Unusable) {
    func word(_ at: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    guard bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)), Array(bytes[8..<12]) == Array("WAVE".utf8) else {
      throw Unusable(description: "not a WAV file")
    }
    var at = 12
    var format: (kind: Int, channels: Int, rate: Int, bits: Int)?
    while at + 8 <= bytes.count {
      let name = String(decoding: bytes[at..<at + 4], as: UTF8.self)
      // A program that writes to a pipe cannot go back and fill in the length; then the data runs to the end.
      let length = min(word(at + 4, 4), bytes.count - at - 8)
      let body = at + 8
      if name == "fmt ", length >= 16 {
        format = (word(body, 2), word(body + 2, 2), word(body + 4, 4), word(body + 14, 2))
      } else if name == "data" {
        guard let format, format.kind == 1, format.channels == 1, format.bits == 16, format.rate > 0 else {
          throw Unusable(description: "only 16-bit mono PCM can be joined; convert with: sox in.wav -c 1 -b 16 out.wav")
        }
        rate = format.rate
        samples = (0..<length / 2).map { Int16(truncatingIfNeeded: word(body + 2 * $0, 2)) }
        return
      }
      at = body + length + length % 2
    }
    throw Unusable(description: "a WAV file without sound")
  }

  /// The bytes of a WAV file.
  public var file: [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
    let data = samples.count * 2
    var out = Array("RIFF".utf8) + bytes(36 + data, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
    out += bytes(1, 2) + bytes(1, 2) + bytes(rate, 4) + bytes(rate * 2, 4) + bytes(2, 2) + bytes(16, 2)
    out += Array("data".utf8) + bytes(data, 4)
    out.reserveCapacity(out.count + data)
    for sample in samples {
      out.append(UInt8(truncatingIfNeeded: sample))
      out.append(UInt8(truncatingIfNeeded: sample >> 8))
    }
    return out
  }

  /// One after the other, with `pause` seconds between. - Throws: where the rates differ.
  public static func joined(_ waves: [Wave], pause: Double) throws(Unusable) -> Wave {
    guard let first = waves.first else { throw Unusable(description: "nothing to say") }
    var whole = Wave(rate: first.rate, samples: [])
    for (i, wave) in waves.enumerated() {
      guard wave.rate == first.rate else {
        throw Unusable(description: "clips of \(first.rate) Hz and \(wave.rate) Hz cannot be joined")
      }
      if i > 0 { whole.samples += repeatElement(0, count: Int(pause * Double(first.rate))) }
      whole.samples += wave.samples
    }
    return whole
  }
}
