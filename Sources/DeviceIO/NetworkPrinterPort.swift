import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A printer that listens on TCP, nearly always port 9100.
public actor NetworkPrinterPort: PrinterPort {
  public nonisolated let device: String
  public nonisolated let answers = true
  private let host: String
  private let port: Int
  private let connectTimeout: Duration
  private let writeTimeout: Duration
  private let group: any EventLoopGroup
  private var link: PrinterLink?

  /// - Parameters:
  ///   - device: id in the settings, for errors.
  ///   - host: address or name; names are looked up at every `open`.
  ///   - port: 1…65535.
  ///   - connectTimeout: 2 s is ample in one building.
  ///   - writeTimeout: for one `write`; a printer out of paper stops taking bytes and would hold it for ever.
  public init(
    device: String, host: String, port: Int = 9100, connectTimeout: Duration = .seconds(2),
    writeTimeout: Duration = .seconds(10), group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.device = device
    self.host = host
    self.port = port
    self.connectTimeout = connectTimeout
    self.writeTimeout = writeTimeout
    self.group = group
  }

  public func open() async throws(DeviceError) {
    if let link {
      if link.isAlive { return }
      drop()
    }
    let inbox = Inbox()
    let loop = group.next()
    let connecting = ClientBootstrap(group: loop)
      .connectTimeout(TimeAmount(connectTimeout))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A printer that was switched off says no goodbye: notice within about 35 s, not two hours.
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 20)
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 5)
      .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
        }
      }
      .connect(host: host, port: port)
    switch await Awaited(connecting).wait(connectTimeout, on: loop) {
    case .value(let channel):
      link = PrinterLink(channel: channel, inbox: inbox)
    case .failed(let error):
      throw DeviceError(.unreachable, device: device, cause: error)
    case .timedOut:
      connecting.whenSuccess { $0.close(promise: nil) }
      throw DeviceError(.unreachable, device: device)
    case .cancelled:
      connecting.whenSuccess { $0.close(promise: nil) }
      throw DeviceError(.cancelled, device: device)
    }
  }

  public func write(_ bytes: [UInt8]) async throws(DeviceError) {
    guard let link else { throw DeviceError(.notOpen, device: device) }
    do {
      try await link.write(bytes, within: writeTimeout, device: device)
    } catch {
      drop()
      throw error
    }
  }

  public func read(within timeout: Duration) async throws(DeviceError) -> [UInt8] {
    guard let link else { throw DeviceError(.notOpen, device: device) }
    do {
      return try await link.read(within: timeout, device: device)
    } catch {
      if error.code == .disconnected { drop() }
      throw error
    }
  }

  public func drain() async -> [UInt8] { link?.inbox.take() ?? [] }

  public func finishJob(_ name: String) async throws(DeviceError) {}

  public func close() async { drop() }

  private func drop() {
    link?.close()
    link = nil
  }

  deinit { link?.close() }
}
