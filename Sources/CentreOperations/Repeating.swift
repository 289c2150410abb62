import Logging
import ServiceLifecycle

/// Does something again and again until the daemon ends. What fails is written down and tried again.
func repeating(
  every pause: Duration, _ failed: Logger.Message, _ log: Logger, _ work: () async throws -> Void
) async {
  while !Task.isShuttingDownGracefully, !Task.isCancelled {
    do {
      try await work()
    } catch is CancellationError {
      // The daemon ends.
    } catch {
      log.error(failed, metadata: ["error": "\(error)"])
    }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
  }
}
