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
