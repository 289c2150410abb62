import NIOCore
import NIOPosix
import Synchronization

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
  private var link: (channel: any Channel, inbox: Inbox)?

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
      if link.channel.isActive, !link.inbox.ended { return }
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
      link = (channel, inbox)
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
    let buffer = link.channel.allocator.buffer(bytes: bytes)
    let written: EventLoopFuture<Void> = link.channel.writeAndFlush(buffer)
    let outcome = await Awaited(written).wait(writeTimeout, on: link.channel.eventLoop)
    if case .value = outcome { return }
    // How much of it has left is not known, so this connection cannot carry on.
    drop()
    switch outcome {
    case .value, .timedOut: throw DeviceError(.timeout, device: device)
    case .cancelled: throw DeviceError(.cancelled, device: device)
    case .failed(let error): throw DeviceError(.disconnected, device: device, cause: error)
    }
  }

  public func read(within timeout: Duration) async throws(DeviceError) -> [UInt8] {
    guard let link else { throw DeviceError(.notOpen, device: device) }
    switch await link.inbox.next().wait(timeout, on: link.channel.eventLoop) {
    case .value, .timedOut:
      let bytes = link.inbox.take()
      if bytes.isEmpty, link.inbox.ended {
        drop()
        throw DeviceError(.disconnected, device: device)
      }
      return bytes
    case .cancelled: throw DeviceError(.cancelled, device: device)
    case .failed(let error): throw DeviceError(.disconnected, device: device, cause: error)
    }
  }

  public func drain() async -> [UInt8] { link?.inbox.take() ?? [] }

  public func finishJob(_ name: String) async throws(DeviceError) {}

  public func close() async { drop() }

  private func drop() {
    link?.channel.close(promise: nil)
    link = nil
  }

  deinit { link?.channel.close(promise: nil) }
}

/// What has arrived and not been read.
private final class Inbox: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var ended = false
    var reader: Awaited<Void>?
  }
  /// Status answers are a few bytes; a device that talks on and on must not fill the memory.
  private static let most = 4096
  private let state = Mutex(State())

  var ended: Bool { state.withLock { $0.ended } }

  func append(_ bytes: some Sequence<UInt8>) {
    let reader = state.withLock { state in
      state.bytes += bytes
      state.bytes.removeFirst(max(0, state.bytes.count - Inbox.most))
      return state.reader
    }
    reader?.settle(.value(()))
  }

  func end() {
    let reader = state.withLock { state in
      state.ended = true
      return state.reader
    }
    reader?.settle(.value(()))
  }

  /// Settled when there is something to take or nothing will come any more.
  func next() -> Awaited<Void> {
    let reader = Awaited<Void>()
    let already = state.withLock { state in
      state.reader = reader
      return !state.bytes.isEmpty || state.ended
    }
    if already { reader.settle(.value(())) }
    return reader
  }

  func take() -> [UInt8] {
    state.withLock { state in
      defer { state.bytes = [] }
      return state.bytes
    }
  }
}

private final class InboxHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let inbox: Inbox

  init(_ inbox: Inbox) { self.inbox = inbox }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    inbox.append(unwrapInboundIn(data).readableBytesView)
  }

  func channelInactive(context: ChannelHandlerContext) {
    inbox.end()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    inbox.end()
    context.close(promise: nil)
  }
}
