import Foundation

/// One reading of a scanner.
public enum Scan: Hashable, Sendable {
  /// Composed form (NFC), without prefix and suffix, never empty.
  case text(String)
  /// Longer than any code of the front desk, or not UTF-8: nothing of it is kept.
  case unreadable
}

/// Cuts what a scanner sends into readings. Pure.
public struct ScanDecoder: Sendable {
  /// Bytes of the longest reading; an identity card has about 200.
  public static let limit = 1024
  private let suffixes: Set<UInt8>
  private let prefix: [UInt8]
  private var line: [UInt8] = []
  private var tooLong = false

  /// - Parameters:
  ///   - suffixes: any of these bytes ends a reading; several in a row (CR LF) end one.
  ///   - prefix: what the scanner is set to send before each reading.
  public init(suffixes: Set<UInt8> = [13, 10, 9], prefix: [UInt8] = []) {
    self.suffixes = suffixes
    self.prefix = prefix
  }

  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Scan] {
    var scans: [Scan] = []
    for byte in bytes {
      if suffixes.contains(byte) {
        if let scan = end() { scans.append(scan) }
      } else if line.count < Self.limit {
        line.append(byte)
      } else {
        tooLong = true
      }
    }
    return scans
  }

  /// Forgets half a reading: the cable was pulled, or keys were lost.
  public mutating func forget() {
    line = []
    tooLong = false
  }

  private mutating func end() -> Scan? {
    defer { forget() }
    if tooLong { return .unreadable }
    return Self.scan(line, prefix: prefix)
  }

  static func scan(_ bytes: [UInt8], prefix: [UInt8]) -> Scan? {
    var bytes = bytes[...]
    if !prefix.isEmpty, bytes.starts(with: prefix) { bytes = bytes.dropFirst(prefix.count) }
    // Some scanners begin with a byte order mark.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard !bytes.isEmpty else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else { return .unreadable }
    let composed = text.precomposedStringWithCanonicalMapping.trimmed
    guard !composed.isEmpty else { return nil }
    guard composed.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else { return .unreadable }
    return .text(composed)
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

/// Turns the keys of a scanner in keyboard mode into readings. Pure.
///
/// Letters come as on a US keyboard. What such a keyboard lacks comes, from scanners meant for Windows, as Alt and digits
/// of the number block: a character's number, or the bytes of its UTF-8 one by one.
/// See https://unix.stackexchange.com/questions/392654.
public struct KeyScanDecoder: Sendable {
  private enum Unit: Hashable {
    case typed(UInt8)
    /// Alt with a number below 256: a byte of UTF-8, or a character of Latin 1.
    case byte(UInt8)
    case scalar(Unicode.Scalar)
  }
  private var units: [Unit] = []
  private var spoilt = false
  private var shift = 0
  private var alt = false
  private var number = ""
  private let prefix: [UInt8]

  public init(prefix: [UInt8] = []) { self.prefix = prefix }

  public mutating func feed(_ event: KeyEvent) -> Scan? {
    guard case .key(let code, let down) = event else {
      // The rest of this reading is worth nothing either, up to its Enter.
      spoilt = true
      return nil
    }
    switch code {
    case 42, 54:  // KEY_LEFTSHIFT, KEY_RIGHTSHIFT
      shift = max(0, shift + (down ? 1 : -1))
      return nil
    case 56, 100:  // KEY_LEFTALT, KEY_RIGHTALT
      if alt, !down { endNumber() }
      alt = down
      return nil
    default: break
    }
    guard down else { return nil }
    if let digit = Self.pad[code], alt {
      if number.count < 7 { number.append(digit) } else { spoilt = true }
      return nil
    }
    if code == 28 || code == 96 || code == 15 { return end() }  // KEY_ENTER, KEY_KPENTER, KEY_TAB
    if let digit = Self.pad[code] {
      add(.typed(digit.asciiValue!))
    } else if let key = Self.keys[code] {
      add(.typed(shift > 0 ? key.1 : key.0))
    }
    return nil
  }

  private mutating func add(_ unit: Unit) {
    if units.count < ScanDecoder.limit { units.append(unit) } else { spoilt = true }
  }

  private mutating func endNumber() {
    defer { number = "" }
    guard !number.isEmpty else { return }
    guard let value = UInt32(number) else { return spoilt = true }
    if value < 256 {
      add(.byte(UInt8(value)))
    } else if let scalar = Unicode.Scalar(value) {
      add(.scalar(scalar))
    } else {
      spoilt = true
    }
  }

  private mutating func end() -> Scan? {
    defer {
      units = []
      spoilt = false
      number = ""
    }
    if spoilt { return .unreadable }
    return ScanDecoder.scan(Self.utf8(units), prefix: prefix)
  }

  /// Bytes that are UTF-8 together are that; otherwise each is a character of its own.
  private static func utf8(_ units: [Unit]) -> [UInt8] {
    var asBytes: [UInt8] = []
    for unit in units {
      switch unit {
      case .typed(let byte), .byte(let byte): asBytes.append(byte)
      case .scalar(let scalar): asBytes += Array(String(scalar).utf8)
      }
    }
    if String(validating: asBytes, as: UTF8.self) != nil { return asBytes }
    var text = ""
    for unit in units {
      switch unit {
      case .typed(let byte), .byte(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      case .scalar(let scalar): text.unicodeScalars.append(scalar)
      }
    }
    return Array(text.utf8)
  }

  /// KEY_KP0 … KEY_KP9 of linux/input-event-codes.h.
  private static let pad: [UInt16: Character] = [
    82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9",
  ]

  /// Key → character without and with Shift; numbers of linux/input-event-codes.h, characters of the US layout.
  private static let keys: [UInt16: (UInt8, UInt8)] = {
    var keys: [UInt16: (UInt8, UInt8)] = [
      57: (32, 32), 98: (47, 47), 55: (42, 42), 74: (45, 45), 78: (43, 43), 83: (46, 46),
    ]
    func row(_ first: UInt16, _ plain: String, _ shifted: String) {
      for (i, pair) in zip(plain.utf8, shifted.utf8).enumerated() { keys[first + UInt16(i)] = pair }
    }
    row(2, "1234567890-=", "!@#$%^&*()_+")
    row(16, "qwertyuiop[]", "QWERTYUIOP{}")
    row(30, "asdfghjkl;'`", "ASDFGHJKL:\"~")
    row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?")
    return keys
  }()
}
