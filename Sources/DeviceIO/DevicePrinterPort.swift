import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A printer behind a device file: `/dev/usb/lp0` of the kernel's usblp, or a serial line.
///
/// Opening and asking the kernel may block for seconds while a device is dying, so they run on a lane of their own;
/// bytes go through NIO, which waits for the file to be ready instead of blocking a thread.
public actor DevicePrinterPort: PrinterPort {
  /// What kind of file it is.
  public enum Line: Sendable, Equatable {
    /// Class 7 USB through usblp; the only kind that knows the IEEE 1284 status.
    case usb
    /// RTS/CTS unless the cable has no wires for it: without, a ticket longer than the printer's buffer loses rows.
    case serial(SerialLine.Settings)
  }

  public nonisolated let device: String
  public nonisolated let answers = true
  public nonisolated var speedMayBeWrong: Bool { if case .serial = line { true } else { false } }
  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private let path: String
  private let line: Line
  private let writeTimeout: Duration
  private let lane: Lane
  private let group: any EventLoopGroup
  private var link: (stream: PrinterLink, fd: Int32)?

  /// - Parameters:
  ///   - device: id in the settings, for errors.
  ///   - path: the device file, as udev names it; looked up at every `open`, so a replugged printer is found again.
  ///   - writeTimeout: for one `write` beside the time the line itself needs. A printer that ran out of paper
  ///     stops taking bytes and would hold it for ever.
  public init(
    device: String, path: String, _ line: Line, writeTimeout: Duration = .seconds(10),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.device = device
    self.path = path
    self.line = line
    self.writeTimeout = writeTimeout
    self.lane = Lane("printer \(device)")
    self.group = group
  }

  public func open() async throws(DeviceError) {
    if let link {
      if link.stream.isAlive { return }
      drop()
    }
    let fd = try openFile()
    do {
      let inbox = Inbox()
      // NIO closes the descriptor it is given; ours stays for questions to the kernel.
      let theirs = dup(fd)
      guard theirs >= 0 else { throw IOError(errnoCode: errno, reason: "dup") }
      let channel = try await NIOPipeBootstrap(group: group)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
          }
        }
        .takingOwnershipOfDescriptor(inputOutput: theirs).get()
      link = (PrinterLink(channel: channel, inbox: inbox), fd)
    } catch {
      Glibc.close(fd)
      throw DeviceError(
        DeviceError.Code.lost(by: error) == .unplugged ? .unplugged : .unreachable, device: device, cause: error)
    }
  }

  public func write(_ bytes: [UInt8]) async throws(DeviceError) {
    guard let link else { throw DeviceError(.notOpen, device: device) }
    do {
      try await link.stream.write(bytes, within: writeTimeout + timeOnLine(bytes.count), device: device)
    } catch {
      drop()
      throw error
    }
  }

  public func read(within timeout: Duration) async throws(DeviceError) -> [UInt8] {
    guard let link else { throw DeviceError(.notOpen, device: device) }
    do {
      return try await link.stream.read(within: timeout, device: device)
    } catch {
      if error.code != .cancelled { drop() }
      throw error
    }
  }

  public func drain() async -> [UInt8] { link?.stream.inbox.take() ?? [] }

  public func finishJob(_ name: String) async throws(DeviceError) {}

  public func close() async { drop() }

  /// IEEE 1284 port status: a printer that answers no `DLE EOT` often still says here that it has no paper.
  public func paperEmpty() async -> Bool? {
    guard line == .usb, let fd = link?.fd else { return nil }
    // linux/lp.h: LPGETSTATUS fills an int; USB printer class 1.1, 4.2.2: bit 5 paper empty, 4 selected, 3 no error.
    // The two other bits are not used: clones leave them at zero.
    let getStatus: UInt = 0x060B
    var status: Int32 = 0
    guard ioctl(fd, getStatus, &status) == 0 else { return nil }
    return status & 0x20 != 0
  }

  // MARK: - The file

  private func openFile() throws(DeviceError) -> Int32 {
    let fd = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard fd >= 0 else {
      throw DeviceError(system: errno, device: device, path: path)
    }
    if case .serial(let settings) = line {
      do {
        try SerialLine.configure(fd, device: device, path: path, settings)
      } catch {
        Glibc.close(fd)
        throw error
      }
    }
    return fd
  }

  /// Ten bits a byte.
  private func timeOnLine(_ bytes: Int) -> Duration {
    guard case .serial(let settings) = line else { return .zero }
    return .milliseconds(bytes * 10_000 / max(settings.baud, 1))
  }

  private func drop() {
    guard let link else { return }
    // The kernel waits up to 30 s in close() for a serial line that takes nothing (`closing_wait`): what could not be
    // sent is of no use any more.
    if case .serial = line { tcflush(link.fd, TCIOFLUSH) }
    link.stream.close()
    Glibc.close(link.fd)
    self.link = nil
  }

  deinit {
    guard let link else { return }
    tcflush(link.fd, TCIOFLUSH)
    link.stream.close()
    Glibc.close(link.fd)
  }
}
