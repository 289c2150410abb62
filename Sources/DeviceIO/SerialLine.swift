import Glibc

/// A serial line: RS-232, RS-485 behind an adapter, or USB-COM. 8 data bits, as all devices of a front desk want it.
public actor SerialLine {
  public struct Settings: Equatable, Sendable {
    /// Bits per second; one of `speeds`.
    public var baud: Int
    public var parity: Parity
    /// 1 or 2.
    public var stopBits: Int
    /// RTS/CTS.
    public var hardwareFlow: Bool

    public enum Parity: String, Codable, Sendable, CaseIterable { case none, even, odd }

    public init(baud: Int = 9600, parity: Parity = .none, stopBits: Int = 1, hardwareFlow: Bool = false) {
      self.baud = baud
      self.parity = parity
      self.stopBits = stopBits
      self.hardwareFlow = hardwareFlow
    }

    /// Those every adapter knows.
    public static let speeds: [Int: Int32] = [
      1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600, 19200: B19200, 38400: B38400, 57600: B57600,
      115_200: B115200, 230_400: B230400,
    ].mapValues { Int32($0) }
  }

  public nonisolated let device: String
  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private let lane: Lane
  private let file: DeviceFile

  /// Opens and configures the line.
  /// - Throws: `.unreachable` where there is no such device, it may not be opened, or it is no serial line.
  public init(path: String, device: String, _ settings: Settings = Settings()) throws(DeviceError) {
    self.device = device
    lane = Lane("serial \(device)")
    file = try DeviceFile(path: path, device: device)
    try Self.configure(file.descriptor, device: device, path: path, settings)
  }

  deinit { file.stop() }

  /// What arrives, as it arrives. Ends by throwing when the device goes away, quietly after `close`.
  /// Ask once: a line has one reader.
  public nonisolated func bytes() -> AsyncThrowingStream<[UInt8], any Error> {
    let file = file
    return AsyncThrowingStream { out in
      out.onTermination = { _ in file.stop() }
      file.whenReadable(
        {
          let bytes = try file.read()
          if !bytes.isEmpty { out.yield(bytes) }
          return true
        }, end: { out.finish(throwing: $0) })
    }
  }

  /// Hands over all bytes. - Throws: `.timeout`, `.disconnected`.
  public func write(_ bytes: [UInt8], within timeout: Duration = .seconds(2)) throws(DeviceError) {
    try file.write(bytes, within: timeout)
  }

  /// Ends `bytes()`.
  public nonisolated func close() { file.stop() }

  /// Sets an open line, for whoever moves the bytes.
  static func configure(
    _ descriptor: Int32, device: String, path: String, _ settings: Settings
  ) throws(DeviceError) {
    func check(_ result: Int32) throws(DeviceError) {
      guard result == 0 else { throw DeviceError(system: errno, device: device, path: path) }
    }
    guard let speed = Settings.speeds[settings.baud] else {
      throw DeviceError(system: EINVAL, device: device, path: path)
    }
    var line = termios()
    try check(tcgetattr(descriptor, &line))
    cfmakeraw(&line)
    line.c_cflag |= tcflag_t(CLOCAL | CREAD)
    line.c_cflag &= ~tcflag_t(CSTOPB | PARENB | PARODD)
    if settings.stopBits == 2 { line.c_cflag |= tcflag_t(CSTOPB) }
    if settings.parity != .none { line.c_cflag |= tcflag_t(PARENB) }
    if settings.parity == .odd { line.c_cflag |= tcflag_t(PARODD) }
    if settings.hardwareFlow { line.c_cflag |= tcflag_t(CRTSCTS) } else { line.c_cflag &= ~tcflag_t(CRTSCTS) }
    line.c_cc.5 = 0  // VTIME
    line.c_cc.6 = 1  // VMIN
    try check(cfsetspeed(&line, speed_t(speed)))
    try check(tcsetattr(descriptor, TCSANOW, &line))
    // Old bytes, such as a scan from before the daemon ran, mean nothing now.
    tcflush(descriptor, TCIOFLUSH)
  }
}
