import Foundation

/// A model of a device is a file of data. Every value has its source; what has none is left out.
public protocol InputProfile: Decodable, Sendable {
  /// Folder in `devices/`.
  static var folder: String { get }
  /// Keys that may stand in the file.
  static var keys: [String] { get }
  var id: String { get }
  /// Checks what decoding does not. - Throws: `ProfileMistake`.
  func check() throws
}

/// Something in a profile file that a person has to mend.
public struct ProfileMistake: Error, CustomStringConvertible, Equatable {
  /// The file, and after that where in it and what is wrong, with the choices there are.
  public var description: String
  public init(_ description: String) { self.description = description }
}

extension InputProfile {
  static var common: [String] { ["id", "name", "source", "verified", "notes"] }

  /// Reads `devices/<folder>/<id>.json`. - Throws: `ProfileMistake`.
  public static func load(_ id: String, from devices: URL) throws -> Self {
    let file = devices.appendingPathComponent(folder).appendingPathComponent("\(id).json")
    let where_ = "devices/\(folder)/\(id).json"
    guard !id.isEmpty, !id.contains("/"), let data = try? Data(contentsOf: file) else {
      let there = (try? FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path)) ?? []
      let names = there.filter { $0.hasSuffix(".json") }.map { $0.dropLast(5) }.sorted().joined(separator: ", ")
      throw ProfileMistake("\(where_): no such file; there are \(names)")
    }
    return try read(data, where_, id: id)
  }

  static func read(_ data: Data, _ place: String, id: String? = nil) throws -> Self {
    do {
      guard let raw = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
        throw ProfileMistake("must be an object")
      }
      let known = common + keys
      for key in raw.keys.sorted() where !known.contains(key) {
        throw ProfileMistake("unknown key \"\(key)\"; known are \(known.sorted().joined(separator: ", "))")
      }
      let profile = try JSONDecoder().decode(Self.self, from: data)
      if let id, profile.id != id { throw ProfileMistake("id is \"\(profile.id)\", must be as the file's name") }
      try profile.check()
      return profile
    } catch let mistake as ProfileMistake {
      throw ProfileMistake("\(place): \(mistake)")
    } catch let error as DecodingError {
      throw ProfileMistake("\(place): \(error.place)")
    } catch {
      throw ProfileMistake("\(place): not JSON: \((error as NSError).localizedDescription)")
    }
  }
}

extension DecodingError {
  fileprivate var place: String {
    func path(_ context: Context, _ key: (any CodingKey)? = nil) -> String {
      (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context): "\(path(context, key)) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(path(context)): \(context.debugDescription)"
    @unknown default: "\(self)"
    }
  }
}

/// How a device is connected.
public enum InputLink: String, Codable, Sendable, CaseIterable {
  /// A USB or Bluetooth keyboard to the kernel.
  case keyboard
  /// RS-232, RS-485 or USB-COM.
  case serial
}

/// The line of a serial device.
public struct SerialProfile: Decodable, Sendable {
  public var baud: Int
  public var parity: SerialLine.Settings.Parity?
  public var stopBits: Int?
  public var hardwareFlow: Bool?

  public var settings: SerialLine.Settings {
    .init(baud: baud, parity: parity ?? .none, stopBits: stopBits ?? 1, hardwareFlow: hardwareFlow ?? false)
  }

  func check() throws {
    let speeds = SerialLine.Settings.speeds.keys.sorted()
    guard speeds.contains(baud) else { throw ProfileMistake("serial.baud: \(baud); known are \(speeds)") }
    guard [1, 2].contains(stopBits ?? 1) else { throw ProfileMistake("serial.stopBits: 1 or 2") }
  }
}

/// Keys of a keyboard by the kernel's names, or bytes of a serial device in hexadecimal, and what each means.
enum KeyMap {
  static func codes<Meaning>(_ map: [String: String], _ mean: (String) -> Meaning?, _ choices: String) throws
    -> [UInt16: Meaning]
  {
    var codes: [UInt16: Meaning] = [:]
    for (name, word) in map.sorted(by: { $0.key < $1.key }) {
      guard let code = KeyReader.code(name) else {
        throw ProfileMistake("keys.\(name): no key of that name; names are those of linux/input-event-codes.h")
      }
      guard let meaning = mean(word) else { throw ProfileMistake("keys.\(name): \"\(word)\"; known are \(choices)") }
      codes[code] = meaning
    }
    return codes
  }

  static func tokens<Meaning>(_ map: [String: String], _ mean: (String) -> Meaning?, _ choices: String) throws
    -> [[UInt8]: Meaning]
  {
    var tokens: [[UInt8]: Meaning] = [:]
    for (text, word) in map.sorted(by: { $0.key < $1.key }) {
      let bytes = text.split(separator: " ").compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
      guard !bytes.isEmpty, bytes.count == text.split(separator: " ").count else {
        throw ProfileMistake("keys.\(text): must be bytes in hexadecimal, such as \"02 31\"")
      }
      guard let meaning = mean(word) else { throw ProfileMistake("keys.\(text): \"\(word)\"; known are \(choices)") }
      if let other = tokens.keys.first(where: { $0.starts(with: bytes) || bytes.starts(with: $0) }) {
        throw ProfileMistake(
          "keys.\(text): begins like \(other.map { String($0, radix: 16) }); they can't be told apart")
      }
      tokens[bytes] = meaning
    }
    return tokens
  }
}

/// A keypad at a counter.
public struct KeypadProfile: InputProfile {
  public static let folder = "keypads"
  public static let keys = ["link", "serial", "keys", "lamp"]
  public var id: String
  public var link: InputLink
  public var serial: SerialProfile?
  /// Key → word of `KeypadKey`.
  public var keys: [String: String]
  /// `numlock`: the Num Lock lamp blinks when something is refused.
  public var lamp: String?

  private static let choices = (KeypadKey.words.keys.sorted() + ["0…9"]).joined(separator: ", ")

  public func codes() throws -> [UInt16: KeypadKey] { try KeyMap.codes(keys, { KeypadKey(word: $0) }, Self.choices) }
  public func tokens() throws -> [[UInt8]: KeypadKey] { try KeyMap.tokens(keys, { KeypadKey(word: $0) }, Self.choices) }

  public func check() throws {
    if let lamp, lamp != "numlock" { throw ProfileMistake("lamp: \"\(lamp)\"; known is numlock") }
    switch link {
    case .keyboard: _ = try codes()
    case .serial:
      guard let serial else { throw ProfileMistake("serial is missing") }
      try serial.check()
      _ = try tokens()
    }
    guard keys.values.contains("call-next") else { throw ProfileMistake("keys: no key calls the next citizen") }
  }
}

/// A box of buttons that rates without a tablet.
public struct RatingBoxProfile: InputProfile {
  public static let folder = "rating-boxes"
  public static let keys = ["link", "serial", "keys", "scale"]
  public var id: String
  public var link: InputLink
  public var serial: SerialProfile?
  /// Key → level, "1" is the worst.
  public var keys: [String: String]
  /// 3 or 5 buttons.
  public var scale: Int

  private func level(_ word: String) -> Int? { Int(word).flatMap { (1...scale).contains($0) ? $0 : nil } }

  public func codes() throws -> [UInt16: Int] { try KeyMap.codes(keys, level, "1…\(scale)") }
  public func tokens() throws -> [[UInt8]: Int] { try KeyMap.tokens(keys, level, "1…\(scale)") }

  public func check() throws {
    guard [3, 5].contains(scale) else { throw ProfileMistake("scale: \(scale); known are 3, 5") }
    switch link {
    case .keyboard: _ = try codes()
    case .serial:
      guard let serial else { throw ProfileMistake("serial is missing") }
      try serial.check()
      _ = try tokens()
    }
    guard Set(keys.values).count == scale else {
      throw ProfileMistake("keys: each of the \(scale) levels needs a button")
    }
  }
}

/// A reader of QR codes and barcodes.
public struct ScannerProfile: InputProfile {
  public static let folder = "scanners"
  public static let keys = ["link", "serial", "suffixes", "prefix"]
  public var id: String
  public var link: InputLink
  public var serial: SerialProfile?
  /// Bytes in hexadecimal, any of which ends a reading; not for keyboards, where Enter and Tab do.
  public var suffixes: [String]?
  /// Bytes in hexadecimal before each reading.
  public var prefix: String?

  public var suffixBytes: Set<UInt8> { Set((suffixes ?? ["0D", "0A", "09"]).compactMap { UInt8($0, radix: 16) }) }
  public var prefixBytes: [UInt8] { (prefix ?? "").split(separator: " ").compactMap { UInt8($0, radix: 16) } }

  public func check() throws {
    for suffix in suffixes ?? [] where suffix.count != 2 || UInt8(suffix, radix: 16) == nil {
      throw ProfileMistake("suffixes: \"\(suffix)\" is no byte in hexadecimal, such as 0D")
    }
    for byte in (prefix ?? "").split(separator: " ") where byte.count != 2 || UInt8(byte, radix: 16) == nil {
      throw ProfileMistake("prefix: \"\(byte)\" is no byte in hexadecimal, such as 02")
    }
    if link == .serial {
      guard let serial else { throw ProfileMistake("serial is missing") }
      try serial.check()
      guard !suffixBytes.isEmpty else { throw ProfileMistake("suffixes: without one no reading ends") }
    }
  }
}

/// A light that shows the called number at counters.
public struct LightProfile: InputProfile {
  public static let folder = "lights"
  public static let keys = ["serial", "show", "clear", "gapMilliseconds"]
  public var id: String
  public var serial: SerialProfile
  /// Frame for a called number; see `FrameTemplate`.
  public var show: String
  /// Frame when nobody is called any more; absent: the light keeps its number.
  public var clear: String?
  /// Least pause between two frames on one line.
  public var gapMilliseconds: Int?

  public func check() throws {
    try serial.check()
    guard (0...5000).contains(gapMilliseconds ?? 0) else { throw ProfileMistake("gapMilliseconds: 0…5000") }
    do {
      _ = try FrameTemplate(show)
      if let clear { _ = try FrameTemplate(clear) }
    } catch {
      throw ProfileMistake("\(error)")
    }
  }
}
