import Synchronization

/// Wakes every listener after a commit; carries no data, so a slow listener loses nothing.
public final class Bell: Sendable {
  private let sleepers = Mutex<(next: Int, all: [Int: AsyncStream<Void>.Continuation])>((0, [:]))
  private let news = Atomic<Int>(0)

  public init() {}

  public func ring() {
    news.add(1, ordering: .relaxed)
    wake()
  }

  /// Wakes everybody without there being news: streams then show that they are alive.
  public func wake() { sleepers.withLock { for sleeper in $0.all.values { sleeper.yield() } } }

  /// Grows with every ring.
  public var pulse: Int { news.load(ordering: .relaxed) }

  /// One wake-up at once, then one after each ring; several rings may become one.
  public func listen() -> AsyncStream<Void> {
    let (stream, sleeper) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let me = sleepers.withLock { sleepers in
      sleepers.next += 1
      sleepers.all[sleepers.next] = sleeper
      return sleepers.next
    }
    sleeper.onTermination = { [weak self] _ in _ = self?.sleepers.withLock { $0.all.removeValue(forKey: me) } }
    sleeper.yield()
    return stream
  }

  public var listeners: Int { sleepers.withLock { $0.all.count } }
}
