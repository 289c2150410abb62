import NIOCore
import NIOPosix

/// Something that listens on loopback like a camera or an access point: it answers each request with the same bytes, or
/// takes the connection and says nothing.
final class Camera: Sendable {
  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let answer: String?
    init(_ answer: String?) { self.answer = answer }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard let answer else { return }
      context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer)), promise: nil)
    }
  }

  private let channel: any Channel
  let port: Int

  init(_ answer: String?) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering(answer)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress!.port!
  }

  func stop() async { try? await channel.close() }
}
