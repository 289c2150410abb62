import NIOCore
import NIOPosix
import Synchronization

/// A printer on a loopback port that behaves as told. Understands just enough to answer queries; a test's bands
/// must not contain 10h or 1Dh themselves.
final class PrinterDouble: Sendable {
  struct Manners: Sendable {
    /// n of `DLE EOT n` → answer; absent n is not answered.
    var realTime: [UInt8: UInt8] = [1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12]
    /// Answer to `GS a`; nil is silence.
    var automatic: [UInt8]?
    /// Whether `GS ( H` is answered.
    var printed = false
    var answerDelay: TimeAmount = .zero
    /// Sent on connecting, as left over from somebody else's query.
    var greeting: [UInt8] = []
    /// Hangs up after so many bytes.
    var closesAfter: Int?
    /// Never reads: the sender's buffers fill.
    var stalls = false
  }

  private struct State {
    var manners = Manners()
    var received: [UInt8] = []
    var connections = 0
    var afterBytes: (count: Int, change: @Sendable (inout Manners) -> Void)?
    var channels: [any Channel] = []
  }
  private let state = Mutex(State())
  private let server: any Channel

  var port: Int { server.localAddress?.port ?? 0 }
  var received: [UInt8] { state.withLock { $0.received } }
  var connections: Int { state.withLock { $0.connections } }
  /// Without the queries.
  var printed: [UInt8] {
    var bytes = received[...]
    var kept: [UInt8] = []
    while let byte = bytes.first {
      if bytes.starts(with: [0x10, 0x04]) || bytes.starts(with: [0x1D, 0x61]) {
        bytes = bytes.dropFirst(3)
      } else if bytes.starts(with: [0x1D, 0x28, 0x48]) {
        bytes = bytes.dropFirst(11)
      } else {
        kept.append(byte)
        bytes = bytes.dropFirst()
      }
    }
    return kept
  }

  func change(_ change: @Sendable (inout Manners) -> Void) { state.withLock { change(&$0.manners) } }

  /// Changes its manners once so many bytes have arrived: paper that ends in the middle of a ticket.
  func after(bytes count: Int, _ change: @escaping @Sendable (inout Manners) -> Void) {
    state.withLock { $0.afterBytes = (count, change) }
  }

  /// Ends all connections, as a power cut does.
  func hangUp() { for channel in state.withLock({ $0.channels }) { channel.close(promise: nil) } }

  init(_ manners: Manners = Manners()) async throws {
    // The handlers need the state, the state lives in self, and self is not complete without the server.
    let box = Box()
    server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1024))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Behaviour(box.double.withLock { $0 }))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    state.withLock { $0.manners = manners }
    box.double.withLock { $0 = self }
  }

  func waitUntilReceived(_ count: Int) async throws {
    for _ in 0..<200 where received.count < count { try await Task.sleep(for: .milliseconds(10)) }
  }

  func stop() async {
    hangUp()
    try? await server.close()
  }

  private final class Box: Sendable {
    let double = Mutex<PrinterDouble?>(nil)
  }

  private final class Behaviour: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let double: PrinterDouble?
    private var pending: [UInt8] = []

    init(_ double: PrinterDouble?) { self.double = double }

    func channelActive(context: ChannelHandlerContext) {
      guard let double else { return }
      let channel = context.channel
      let manners = double.state.withLock { state in
        state.connections += 1
        state.channels.append(channel)
        return state.manners
      }
      if manners.stalls { _ = channel.setOption(.autoRead, value: false) }
      if !manners.greeting.isEmpty { send(manners.greeting, context, after: .zero) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard let double else { return }
      let bytes = Array(unwrapInboundIn(data).readableBytesView)
      let (manners, total) = double.state.withLock { state in
        state.received += bytes
        if let (count, change) = state.afterBytes, state.received.count >= count {
          change(&state.manners)
          state.afterBytes = nil
        }
        return (state.manners, state.received.count)
      }
      if let limit = manners.closesAfter, total >= limit { return context.close(promise: nil) }
      pending = (pending + bytes).drop { $0 != 0x10 && $0 != 0x1D }.map { $0 }
      while let next = pending.firstIndex(where: { $0 == 0x10 || $0 == 0x1D }) {
        let query = Array(pending[next...])
        if query.starts(with: [0x10, 0x04]), query.count >= 3 {
          if let answer = manners.realTime[query[2]] { send([answer], context, after: manners.answerDelay) }
          pending = Array(query.dropFirst(3))
        } else if query.starts(with: [0x1D, 0x61]), query.count >= 3 {
          if let answer = manners.automatic { send(answer, context, after: manners.answerDelay) }
          pending = Array(query.dropFirst(3))
        } else if query.starts(with: [0x1D, 0x28, 0x48]), query.count >= 11 {
          if manners.printed { send([0x37, 0x22] + query[7..<11] + [0], context, after: manners.answerDelay) }
          pending = Array(query.dropFirst(11))
        } else {
          pending = query
          break
        }
      }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext, after delay: TimeAmount) {
      let channel = context.channel
      context.eventLoop.scheduleTask(in: delay) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }
  }
}
