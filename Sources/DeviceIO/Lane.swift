import Dispatch

/// One thread's worth of blocking calls. Blocking on the cooperative pool, which has as many threads as cores,
/// would stop the whole daemon; Linux has no DispatchSerialQueue to use as an actor's executor.
final class Lane: SerialExecutor {
  private let queue: DispatchQueue

  init(_ label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
