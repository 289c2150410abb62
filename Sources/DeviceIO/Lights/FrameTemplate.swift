/// The frame of a counter light, described as data: `02 {address} {number:4} {xor} 03`.
///
/// Words are separated by blanks:
/// - `1B`: a byte in hexadecimal; `"text"`: ASCII as it is, without blanks;
/// - `{address}`: one byte; `{address:2}`: as so many hexadecimal characters;
/// - `{counter:2}`: the counter in decimal characters, with leading zeros;
/// - `{number:4}`: the ticket's number, right-aligned and filled with blanks, cut from the left;
/// - `{digits:4}`: only its digits, filled with zeros; `{bcd:2}`: the same, two digits a byte;
/// - `{from}`: the checksum counts from here, otherwise from the beginning;
/// - `{xor}`, `{sum}`, `{lrc}` (what makes the sum zero): one byte each; `{crc16}`: Modbus, low byte first;
///   `{ccitt}`: CRC-16/CCITT-FALSE, high byte first.
public struct FrameTemplate: Equatable, Sendable {
  enum Part: Equatable, Sendable {
    case bytes([UInt8])
    case address(width: Int?)
    case counter(width: Int)
    case number(width: Int)
    case digits(width: Int)
    case bcd(bytes: Int)
    case from
    case check(Check)
  }

  enum Check: String, CaseIterable, Sendable { case xor, sum, lrc, crc16, ccitt }

  let parts: [Part]

  /// What a profile says that is no template.
  public struct Mistake: Error, Equatable, CustomStringConvertible {
    public var word: String
    public var description: String {
      "\"\(word)\" is not understood in a frame; known are bytes such as 1B, \"text\", {address} {address:2} {counter:2} "
        + "{number:4} {digits:4} {bcd:2} {from} {xor} {sum} {lrc} {crc16} {ccitt}"
    }
  }

  public init(_ text: String) throws(Mistake) {
    var parts: [Part] = []
    for word in text.split(separator: " ") { parts.append(try Self.part(String(word))) }
    self.parts = parts
  }

  private static func part(_ word: String) throws(Mistake) -> Part {
    if word.count == 2, word.allSatisfy(\.isHexDigit), let byte = UInt8(word, radix: 16) { return .bytes([byte]) }
    if word.count > 2, word.first == "\"", word.last == "\"", word.allSatisfy(\.isASCII) {
      return .bytes(Array(word.dropFirst().dropLast().utf8))
    }
    guard word.first == "{", word.last == "}" else { throw Mistake(word: word) }
    let inner = word.dropFirst().dropLast().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let width = inner.count == 2 ? Int(inner[1]) : nil
    if let width, !(1...16).contains(width) { throw Mistake(word: word) }
    switch (inner.first ?? "", inner.count, width) {
    case ("address", 1, _): return .address(width: nil)
    case ("address", 2, let width?): return .address(width: width)
    case ("counter", 2, let width?): return .counter(width: width)
    case ("number", 2, let width?): return .number(width: width)
    case ("digits", 2, let width?): return .digits(width: width)
    case ("bcd", 2, let width?): return .bcd(bytes: width)
    case ("from", 1, _): return .from
    case (let name, 1, _):
      if let check = Check(rawValue: name) { return .check(check) }
    default: break
    }
    throw Mistake(word: word)
  }

  /// The bytes for one light.
  /// - Parameters:
  ///   - address: of the light on its line; only its low byte where the frame has one byte for it.
  ///   - number: `A012`; characters that are not ASCII become `?`.
  public func frame(address: Int, counter: Int, number: String) -> [UInt8] {
    var out: [UInt8] = []
    var from = 0
    let ascii = number.map { $0.isASCII ? $0 : "?" }
    func fitted(_ text: [Character], _ width: Int, _ fill: Character) -> [UInt8] {
      let shown = text.suffix(width)
      return Array(repeating: fill.asciiValue!, count: width - shown.count) + shown.map { $0.asciiValue! }
    }
    let digits = ascii.filter { $0.isNumber }
    for part in parts {
      switch part {
      case .bytes(let bytes): out += bytes
      case .address(nil): out.append(UInt8(truncatingIfNeeded: address))
      case .address(let width?):
        out += fitted(Array(String(max(0, address), radix: 16, uppercase: true)), width, "0")
      case .counter(let width): out += fitted(Array(String(max(0, counter))), width, "0")
      case .number(let width): out += fitted(ascii, width, " ")
      case .digits(let width): out += fitted(digits, width, "0")
      case .bcd(let bytes):
        let values = fitted(digits, bytes * 2, "0").map { $0 - 48 }
        for i in 0..<bytes { out.append(values[2 * i] << 4 | values[2 * i + 1]) }
      case .from: from = out.count
      case .check(let check): out += check.bytes(out[from...])
      }
    }
    return out
  }
}

extension FrameTemplate.Check {
  func bytes(_ data: ArraySlice<UInt8>) -> [UInt8] {
    switch self {
    case .xor: return [data.reduce(0, ^)]
    case .sum: return [data.reduce(0, &+)]
    case .lrc: return [0 &- data.reduce(0, &+)]
    case .crc16:
      let crc = Self.crc(data, start: 0xFFFF) { crc, byte in
        var crc = crc ^ UInt16(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        return crc
      }
      return [UInt8(crc & 255), UInt8(crc >> 8)]
    case .ccitt:
      let crc = Self.crc(data, start: 0xFFFF) { crc, byte in
        var crc = crc ^ UInt16(byte) << 8
        for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        return crc
      }
      return [UInt8(crc >> 8), UInt8(crc & 255)]
    }
  }

  private static func crc(_ data: ArraySlice<UInt8>, start: UInt16, _ step: (UInt16, UInt8) -> UInt16) -> UInt16 {
    data.reduce(start, step)
  }
}
