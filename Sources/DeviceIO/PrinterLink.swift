import NIOCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An open stream of bytes to a printer and back, over whatever NIO can wait for.
struct PrinterLink: Sendable {
  let channel: any Channel
  let inbox: Inbox

  var isAlive: Bool { channel.isActive && !inbox.ended }

  /// Hands over all bytes. After an error nobody knows how many have left, so the link cannot carry on.
  func write(_ bytes: [UInt8], within timeout: Duration, device: String) async throws(DeviceError) {
    let written: EventLoopFuture<Void> = channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
    switch await Awaited(written).wait(timeout, on: channel.eventLoop) {
    case .value: return
    case .timedOut: throw DeviceError(.timeout, device: device)
    case .cancelled: throw DeviceError(.cancelled, device: device)
    case .failed(let error): throw DeviceError(.lost(by: error), device: device, cause: error)
    }
  }

  /// Waits for at least one byte; empty after `timeout` without one.
  func read(within timeout: Duration, device: String) async throws(DeviceError) -> [UInt8] {
    switch await inbox.next().wait(timeout, on: channel.eventLoop) {
    case .value, .timedOut:
      let bytes = inbox.take()
      guard !bytes.isEmpty || !inbox.ended else { throw DeviceError(.lost(by: inbox.failure), device: device) }
      return bytes
    case .cancelled: throw DeviceError(.cancelled, device: device)
    case .failed(let error): throw DeviceError(.lost(by: error), device: device, cause: error)
    }
  }

  func close() { channel.close(promise: nil) }
}

extension DeviceError.Code {
  /// A cable pulled out says so by itself; any other end of a connection is just an end.
  static func lost(by error: (any Error)?) -> DeviceError.Code {
    guard let code = (error as? IOError)?.errnoCode else { return .disconnected }
    return [ENODEV, ENXIO, ENOENT].contains(code) ? .unplugged : .disconnected
  }
}

/// What has arrived and not been read.
final class Inbox: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var ended = false
    var failure: (any Error)?
    var reader: Awaited<Void>?
  }
  /// Status answers are a few bytes; a device that talks on and on must not fill the memory.
  private static let most = 4096
  private let state = Mutex(State())

  var ended: Bool { state.withLock { $0.ended } }
  /// Why it ended, where it did not simply end.
  var failure: (any Error)? { state.withLock { $0.failure } }

  func append(_ bytes: some Sequence<UInt8>) {
    let reader = state.withLock { state in
      state.bytes += bytes
      state.bytes.removeFirst(max(0, state.bytes.count - Inbox.most))
      return state.reader
    }
    reader?.settle(.value(()))
  }

  func end(_ failure: (any Error)? = nil) {
    let reader = state.withLock { state in
      state.ended = true
      state.failure = state.failure ?? failure
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

final class InboxHandler: ChannelInboundHandler {
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
    inbox.end(error)
    context.close(promise: nil)
  }
}
