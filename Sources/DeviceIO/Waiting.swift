import NIOCore
import Synchronization

/// How a wait ended.
enum Outcome<Value: Sendable>: Sendable {
  case value(Value)
  case failed(any Error)
  case timedOut
  case cancelled
}

/// One value that somebody waits for; the first of value, failure, time-out and cancellation wins.
final class Awaited<Value: Sendable>: Sendable {
  private enum State {
    case open(CheckedContinuation<Outcome<Value>, Never>?)
    case settled(Outcome<Value>)
  }
  private let state = Mutex(State.open(nil))

  /// Returns false when it was settled before.
  @discardableResult
  func settle(_ outcome: Outcome<Value>) -> Bool {
    let (won, waiting) = state.withLock { state -> (Bool, CheckedContinuation<Outcome<Value>, Never>?) in
      guard case .open(let waiting) = state else { return (false, nil) }
      state = .settled(outcome)
      return (true, waiting)
    }
    waiting?.resume(returning: outcome)
    return won
  }

  /// Waits once, at most `timeout`, and not longer than the task is wanted.
  func wait(_ timeout: Duration, on loop: any EventLoop) async -> Outcome<Value> {
    let alarm = loop.scheduleTask(in: TimeAmount(timeout)) { self.settle(.timedOut) }
    defer { alarm.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let settled = state.withLock { state -> Outcome<Value>? in
          guard case .settled(let outcome) = state else {
            state = .open(continuation)
            return nil
          }
          return outcome
        }
        if let settled { continuation.resume(returning: settled) }
      }
    } onCancel: {
      settle(.cancelled)
    }
  }
}

extension Awaited {
  convenience init(_ future: EventLoopFuture<Value>) {
    self.init()
    future.whenComplete { result in
      switch result {
      case .success(let value): self.settle(.value(value))
      case .failure(let error): self.settle(.failed(error))
      }
    }
  }
}
