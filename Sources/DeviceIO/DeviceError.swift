/// A failure of paper, cable or power. It never ends the daemon: the owner of the device logs it, waits
/// (`Backoff`) and tries again.
public struct DeviceError: Error, Sendable {
  public enum Code: String, Sendable {
    /// No connection could be made: switched off, wrong address, refused because busy with another computer.
    case unreachable
    /// The other side did not take or answer in time.
    case timeout
    /// The device file is not there (any more): cable pulled out, or switched off.
    case unplugged
    /// The connection ended by itself.
    case disconnected
    /// Used before `open` or after `close`.
    case notOpen
    /// The printer says that it cannot print now; `status` says why.
    case notReady
    /// The task was cancelled.
    case cancelled
    /// A file could not be written.
    case storage
  }

  /// How far a print job had come.
  public struct Progress: Equatable, Sendable {
    /// Bands the printer has taken completely.
    public var bandsSent: Int
    public var bands: Int
    /// True from the first byte on. When false, printing the job again cannot make a second ticket.
    public var begun: Bool

    public init(bandsSent: Int, bands: Int, begun: Bool) {
      self.bandsSent = bandsSent
      self.bands = bands
      self.begun = begun
    }
  }

  public var code: Code
  /// Id of the device, as in the settings.
  public var device: String
  public var cause: (any Error)?
  /// What the printer last said, for `notReady`.
  public var status: PrinterStatus?
  /// Only for print jobs.
  public var progress: Progress?

  public init(
    _ code: Code, device: String, cause: (any Error)? = nil, status: PrinterStatus? = nil, progress: Progress? = nil
  ) {
    self.code = code
    self.device = device
    self.cause = cause
    self.status = status
    self.progress = progress
  }

  /// Part of the ticket may be on paper, so a person has to look before the same number is printed again.
  public var isMidTicket: Bool { progress?.begun ?? false }
}

extension DeviceError: CustomStringConvertible {
  public var description: String {
    var text = "\(device): \(code.rawValue)"
    if let status { text += " (\(status))" }
    if let progress, progress.begun { text += ", after band \(progress.bandsSent) of \(progress.bands)" }
    if let cause { text += ": \(cause)" }
    return text
  }
}
