/// Moves bytes to one printer and back; knows nothing of what they mean.
///
/// A port has one user at a time (`ThermalPrinter` sees to it). Every wait has an end and can be cancelled; after
/// an error from `open` or `write` the port is closed and may be opened again.
public protocol PrinterPort: Sendable {
  /// Id of the device, for errors and logs.
  var device: String { get }
  /// Whether anything can come back at all.
  var answers: Bool { get }

  /// Whether silence or nonsense may come from a wrong speed: a serial line.
  var speedMayBeWrong: Bool { get }

  /// Connects; does nothing when already connected.
  func open() async throws(DeviceError)

  /// Hands over all bytes, or throws `.timeout`, `.disconnected`, `.cancelled`, `.notOpen`.
  func write(_ bytes: [UInt8]) async throws(DeviceError)

  /// What has arrived; waits for at least one byte. Empty after `timeout` without one.
  /// - Throws: `.disconnected`, `.cancelled`, `.notOpen`.
  func read(within timeout: Duration) async throws(DeviceError) -> [UInt8]

  /// Everything that has arrived so far, without waiting: old answers that nobody asked for any more.
  func drain() async -> [UInt8]

  /// The bytes since `open` or the last job are a whole job.
  func finishJob(_ name: String) async throws(DeviceError)

  /// Ends waits that are under way. Bytes not handed over are lost.
  func close() async

  /// What the port itself knows of the paper, without asking the printer in its language; nil where it knows nothing.
  func paperEmpty() async -> Bool?
}

extension PrinterPort {
  public var speedMayBeWrong: Bool { false }
  public func paperEmpty() async -> Bool? { nil }
}
