/// The payload of the events that make up nine tenths of a busy day, written by hand: the general encoder took more of a
/// command's time than everything else but the disk. A test compares both, byte for byte, for every event here.
extension QueueEvent {
  /// JSON with sorted keys, or nil for the rarer events, which the general encoder writes.
  public var quickPayload: [UInt8]? {
    var json = SortedJSON()
    switch self {
    case .ticketIssued(let e):
      guard e.emergency == nil, e.procedure == nil, e.sameDay == nil else { return nil }
      json.add("ahead", e.ahead)
      json.add("code", e.code)
      json.add("counters", e.counters.lazy.map { String($0.rawValue) })
      json.add("day", e.day.description)
      json.add("estimatedSeconds", e.estimatedSeconds)
      json.add("language", e.language)
      json.add("needs", e.needs.lazy.map { "\"" + $0.rawValue + "\"" })
      json.add("number", e.number)
      json.add("ordinal", e.ordinal)
      json.add("priority", e.priority?.rawValue)
      json.add("series", e.series)
      json.add("service", e.service.rawValue)
      json.add("step", e.step.rawValue)
      json.add("visit", e.visit.rawValue)
    case .called(let e):
      json.add("counter", e.counter.rawValue)
      json.add("how", e.how.rawValue)
      json.add("officer", e.officer?.rawValue)
      json.add("reason", e.reason?.rawValue)
      json.add("step", e.step.rawValue)
      json.add("visit", e.visit.rawValue)
    case .finished(let e):
      guard e.next == nil else { return nil }
      json.add("copies", e.copies)
      json.add("counter", e.counter.rawValue)
      json.add("officer", e.officer?.rawValue)
      json.add("step", e.step.rawValue)
      json.add("visit", e.visit.rawValue)
    case .started(let e), .recalled(let e), .noShow(let e), .held(let e), .resumed(let e):
      json.add("counter", e.counter.rawValue)
      json.add("step", e.step.rawValue)
      json.add("visit", e.visit.rawValue)
    default: return nil
    }
    return json.finished
  }
}

/// Writes one JSON object; the caller adds the keys in sorted order.
package struct SortedJSON {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  package init() { bytes.reserveCapacity(320) }

  package var finished: [UInt8] { bytes + [UInt8(ascii: "}")] }

  package mutating func add(_ key: StaticString, _ value: Int?) {
    guard let value else { return }
    name(key)
    bytes.append(contentsOf: String(value).utf8)
  }

  package mutating func add(_ key: StaticString, _ value: String?) {
    guard let value else { return }
    name(key)
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    // Nearly every value: nothing to escape.
    if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      return bytes.append(contentsOf: value.utf8)
    }
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += Array("\\b".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0C: bytes += Array("\\f".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0..<0x20: bytes += Array(("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
      default: bytes.append(byte)
      }
    }
  }

  /// Elements that are JSON already.
  package mutating func add(_ key: StaticString, _ values: some Sequence<String>) {
    name(key)
    bytes.append(UInt8(ascii: "["))
    var first = true
    for value in values {
      if !first { bytes.append(UInt8(ascii: ",")) }
      first = false
      bytes.append(contentsOf: value.utf8)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  package mutating func add(_ key: StaticString, _ object: SortedJSON) {
    name(key)
    bytes += object.finished
  }

  private mutating func name(_ key: StaticString) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
  }
}
