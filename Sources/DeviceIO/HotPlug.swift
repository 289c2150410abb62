import CLinux
import Foundation
import Glibc
import NIOPosix
import Synchronization

/// Notices that device files come and go, so that a replugged device is tried at once and not after its pause.
///
/// It watches folders (inotify): udev makes the names there that settings use, and changes their rights afterwards, both
/// of which are seen; the kernel's own message comes before either.
public final class HotPlug: Sendable {
  private struct Contents {
    var generation = 0
    var waiting: [Awaited<Void>] = []
    var paths: Set<String> = []
  }
  private let contents = Mutex(Contents())
  private let inotify: Int32
  private let ending: Int32

  public init() {
    inotify = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    ending = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    // Without inotify devices still come back, only later.
    guard inotify >= 0, ending >= 0 else { return }
    let (inotify, ending) = (inotify, ending)
    Thread.detachNewThread { [weak self] in
      var buffer = [UInt8](repeating: 0, count: 8192)
      while true {
        var both = [
          pollfd(fd: inotify, events: Int16(POLLIN), revents: 0), pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
        ]
        if poll(&both, 2, -1) < 0, errno != EINTR { break }
        if both[1].revents != 0 { break }
        while Glibc.read(inotify, &buffer, buffer.count) > 0 {}
        guard let self else { break }
        self.ring()
      }
      Glibc.close(inotify)
      Glibc.close(ending)
    }
  }

  deinit {
    var one: UInt64 = 1
    _ = withUnsafeBytes(of: &one) { Glibc.write(ending, $0.baseAddress, 8) }
  }

  /// Watches the folder of a device, or the nearest one that exists: `/dev/motcua` is not there while nothing is plugged.
  public func watch(_ path: String) {
    contents.withLock { contents in
      contents.paths.insert(path)
      add(path)
    }
  }

  /// Grows with every change.
  public var generation: Int { contents.withLock { $0.generation } }

  /// Returns at the next change after `generation`, after `pause`, or when the task is cancelled.
  public func change(after generation: Int, atMost pause: Duration) async {
    let change = Awaited<Void>()
    let already = contents.withLock { contents in
      if contents.generation == generation { contents.waiting.append(change) }
      return contents.generation != generation
    }
    guard !already else { return }
    _ = await change.wait(pause, on: MultiThreadedEventLoopGroup.singleton.next())
    contents.withLock { contents in contents.waiting.removeAll { $0 === change } }
  }

  private func ring() {
    let waiting = contents.withLock { contents in
      contents.generation += 1
      // A folder that was missing may be there now, and one that was replaced needs a new watch.
      for path in contents.paths { add(path) }
      defer { contents.waiting = [] }
      return contents.waiting
    }
    for each in waiting { each.settle(.value(())) }
  }

  private func add(_ path: String) {
    guard inotify >= 0 else { return }
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let mask = UInt32(IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE)
    while inotify_add_watch(inotify, folder, mask) < 0, folder != "/" {
      folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    }
  }
}
