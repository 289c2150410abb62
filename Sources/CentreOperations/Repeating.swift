import Logging
import ServiceLifecycle

/// Does something again and again until the daemon ends. What fails is written down and tried again.
func repeating(
  every pause: Duration, _ failed: Logger.Message, _ log: Logger, _ work: () async throws -> Void
) async {
  while !Task.isShuttingDownGracefully, !Task.isCancelled {
    do {
      try await work()
    } catch {
      // What is cancelled fails in whatever it was just doing: the daemon ends, and nothing is wrong.
      if Task.isCancelled || Task.isShuttingDownGracefully { return }
      log.error(failed, metadata: ["error": "\(error)"])
    }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
  }
}

/// Looks again at every ring of a bell until the daemon ends. What fails is tried again at the next ring, which comes
/// every few seconds, and is written down once.
func atEachRing(of bell: Bell, _ failed: Logger.Message, _ log: Logger, _ work: () async throws -> Void) async {
  var told = ""
  for await _ in bell.listen().cancelOnGracefulShutdown() {
    do {
      try await work()
      told = ""
    } catch {
      if Task.isCancelled || Task.isShuttingDownGracefully { return }
      if told != "\(error)" { log.error(failed, metadata: ["error": "\(error)"]) }
      told = "\(error)"
    }
  }
}
