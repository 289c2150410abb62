import Dispatch

/// Keeps one device open as long as it is wanted: opens it, uses it, and after a failure waits and opens it again.
public struct DeviceKeeper: Sendable {
  /// What is known about the device, for the supervisor.
  public enum News: Sendable {
    case opened
    case lost(DeviceError)
  }

  public let device: String
  public let path: String
  let plug: HotPlug
  let pause: Backoff

  public init(device: String, path: String, plug: HotPlug, pause: Backoff = Backoff()) {
    self.device = device
    self.path = path
    self.plug = plug
    self.pause = pause
  }

  /// Returns when the task is cancelled. Pauses grow while the device cannot be opened and end at once when something is
  /// plugged in.
  /// - Parameter use: throws when the device fails; returning means that it went away.
  public func run<Handle: Sendable>(
    open: @escaping @Sendable () throws(DeviceError) -> Handle,
    news: @Sendable (News) -> Void,
    use: @Sendable (Handle) async throws -> Void
  ) async {
    var pause = pause
    plug.watch(path)
    while !Task.isCancelled {
      // Read before opening, so that a change in between is not slept through.
      let seen = plug.generation
      var opened: ContinuousClock.Instant?
      do {
        let handle = try await onThread(open)
        opened = .now
        news(.opened)
        try await use(handle)
        if Task.isCancelled { return }
        news(.lost(DeviceError(.disconnected, device: device)))
      } catch let error as DeviceError {
        if Task.isCancelled { return }
        news(.lost(error))
      } catch {
        if Task.isCancelled { return }
        news(.lost(DeviceError(.disconnected, device: device, cause: error)))
      }
      // One that opens and fails at once is as good as one that doesn't open.
      if let opened, opened.duration(to: .now) > .seconds(5) { pause.reset() }
      await plug.change(after: seen, atMost: pause.next())
    }
  }

  /// Opening may wait for the hardware, which the cooperative pool must not.
  private func onThread<Handle: Sendable>(
    _ open: @escaping @Sendable () throws(DeviceError) -> Handle
  ) async throws -> Handle {
    try await withCheckedThrowingContinuation { reply in
      DispatchQueue.global().async { reply.resume(with: Result { try open() }) }
    }
  }
}
