/// Where a ticket printer is, as it stands in the settings:
/// `tcp://192.168.1.50:9100`, `usb:/dev/usb/lp0`, `serial:/dev/ttyS0?baud=115200`, `file:/var/lib/motcua/paper`.
public enum PrinterAddress: Hashable, Sendable {
  case tcp(host: String, port: Int)
  /// A device file of the kernel's usblp, or a name udev gives it.
  case usb(path: String)
  /// Eight data bits, no parity, one stop bit. `flow=none` for a cable without RTS and CTS.
  case serial(path: String, baud: Int, hardwareFlow: Bool)
  /// A folder that takes the bytes of each paper, to try things out.
  case folder(path: String)

  /// What is wrong with an address: the key of a sentence, and what fills it.
  public struct Mistake: Error, Hashable, Sendable {
    public var key: String
    public var places: [String: String]
  }

  /// The speeds a serial printer may be set to, in bits per second.
  public static let speeds = [9600, 19_200, 38_400, 57_600, 115_200, 230_400]

  public init(_ text: String) throws(Mistake) {
    func fail(_ key: String, _ places: [String: String] = [:]) -> Mistake {
      Mistake(key: key, places: ["value": text].merging(places) { $1 })
    }
    if text.hasPrefix("tcp://") {
      self = try Self.network(text.dropFirst(6), fail)
    } else if text.hasPrefix("usb:") {
      let path = String(text.dropFirst(4))
      guard Self.isDevice(path) else { throw fail("printerDevice", ["example": "usb:/dev/usb/lp0"]) }
      self = .usb(path: path)
    } else if text.hasPrefix("serial:") {
      self = try Self.line(text.dropFirst(7), fail)
    } else if text.hasPrefix("file:"), text.count > 5 {
      self = .folder(path: String(text.dropFirst(5)))
    } else {
      throw fail("printerAddress")
    }
  }

  private static func network(
    _ rest: Substring, _ fail: (String, [String: String]) -> Mistake
  ) throws(Mistake) -> PrinterAddress {
    do throws(NetworkPlace.Mistake) {
      let place = try NetworkPlace(rest, port: 9100)
      return .tcp(host: place.host, port: place.port)
    } catch {
      switch error {
      case .port(let digits): throw fail("printerPort", ["port": digits])
      case .host: throw fail("printerHost", [:])
      }
    }
  }

  private static func line(
    _ rest: Substring, _ fail: (String, [String: String]) -> Mistake
  ) throws(Mistake) -> PrinterAddress {
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts[0])
    guard isDevice(path) else { throw fail("printerDevice", ["example": "serial:/dev/ttyS0?baud=115200"]) }
    var baud: Int?
    var hardwareFlow = true
    for option in parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false) : [] {
      let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      switch (pair[0], pair.count > 1 ? pair[1] : "") {
      case ("baud", let value):
        guard let number = Int(value), speeds.contains(number) else {
          throw fail("printerBaud", ["baud": value, "choices": speeds.map(\.description).joined(separator: ", ")])
        }
        baud = number
      case ("flow", "hardware"): hardwareFlow = true
      case ("flow", "none"): hardwareFlow = false
      default: throw fail("printerOption", ["option": String(option)])
      }
    }
    guard let baud else {
      // A guess would print garbage: the printer's self-test says its speed.
      throw fail("printerBaud", ["baud": "", "choices": speeds.map(\.description).joined(separator: ", ")])
    }
    return .serial(path: path, baud: baud, hardwareFlow: hardwareFlow)
  }

  private static func isDevice(_ path: String) -> Bool {
    path.hasPrefix("/dev/") && path.count > 5 && !path.contains("/../")
      && path.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
  }
}
