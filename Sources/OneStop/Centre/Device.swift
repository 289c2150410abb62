/// A device of the front desk. Ticket printers are listed by themselves (`Printer`).
public struct Device: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<Device, String>

  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Keys at a counter: call next, recall, finish.
    case keypad
    /// Reads QR codes and barcodes, at a counter or at a máy lấy số.
    case scanner
    /// Buttons that rate without a tablet.
    case ratingBox = "rating-box"
    /// Shows the called number above counters.
    case light
    /// Loudspeaker of this machine.
    case speaker
    /// A4 and A5 pages through CUPS.
    case officePrinter = "office-printer"
  }

  public var id: ID
  public var kind: Kind
  public var name: String
  /// File name in the folder of its kind in `devices/` without `.json`; empty where the kind has none.
  public var profile: String
  /// Where it is: a path such as `/dev/input/by-id/…` or `/dev/serial/by-id/…`, `tcp://host:port`, `alsa:default`,
  /// `cups:queue` (`OfficePrinterAddress`).
  public var address: String
  /// The counters it serves; a light may serve several.
  public var counters: [Counter.ID]
  /// The máy lấy số it belongs to, for a scanner there.
  public var terminal: String
  public var active: Bool

  public init(
    id: ID, kind: Kind, name: String, profile: String = "", address: String, counters: [Counter.ID] = [],
    terminal: String = "", active: Bool = true
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.profile = profile
    self.address = address
    self.counters = counters
    self.terminal = terminal
    self.active = active
  }
}
