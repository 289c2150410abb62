import CLinux
import Foundation
import Glibc
import Synchronization

/// An open character device: a serial line, a keypad. It is read on a thread of its own, because waiting in `read` on the
/// cooperative pool, which has as many threads as cores, would stop the whole daemon.
final class DeviceFile: Sendable {
  let device: String
  let descriptor: Int32
  /// Written once to end the reading thread.
  private let ending: Int32

  init(path: String, device: String, flags: Int32 = O_RDWR) throws(DeviceError) {
    self.device = device
    // Non-blocking: opening a line without carrier would wait for ever otherwise.
    let descriptor = Glibc.open(path, flags | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw DeviceError(system: errno, device: device, path: path) }
    let ending = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard ending >= 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw DeviceError(system: code, device: device, path: path)
    }
    self.descriptor = descriptor
    self.ending = ending
  }

  deinit {
    Glibc.close(descriptor)
    Glibc.close(ending)
  }

  /// Ends the reading thread; the device itself is closed when nobody holds it any more.
  func stop() {
    var one: UInt64 = 1
    _ = withUnsafeBytes(of: &one) { Glibc.write(ending, $0.baseAddress, 8) }
  }

  /// Runs `body` each time something can be read, on a thread of its own, until it returns false, throws, or `stop`.
  /// - Parameter end: told once: nil after `stop` or false, an error when the device went away.
  func whenReadable(
    _ body: @escaping @Sendable () throws -> Bool, end: @escaping @Sendable ((any Error)?) -> Void
  ) {
    let thread = Thread { [self] in
      do {
        while try waits() { guard try body() else { break } }
        end(nil)
      } catch {
        end(error)
      }
    }
    thread.name = device
    thread.start()
  }

  /// False when `stop` was called.
  private func waits() throws -> Bool {
    var both = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let n = poll(&both, 2, -1)
      if n < 0, errno == EINTR { continue }
      guard n >= 0 else { throw DeviceError(.disconnected, device: device) }
      if both[1].revents != 0 { return false }
      // With POLLHUP there may still be bytes; reading says when it is over.
      if both[0].revents & Int16(POLLIN) != 0 { return true }
      if both[0].revents != 0 { throw DeviceError(.disconnected, device: device) }
    }
  }

  /// What can be read now. Empty: nothing at the moment.
  func read(most: Int = 4096) throws(DeviceError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: most)
    while true {
      let n = Glibc.read(descriptor, &buffer, most)
      if n > 0 { return Array(buffer[0..<n]) }
      // A serial line with VMIN 0 gives 0 only when it was hung up: poll said that there is something.
      if n == 0 { throw DeviceError(.disconnected, device: device) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return []
      default: throw DeviceError(system: errno, device: device, path: "")
      }
    }
  }

  /// Writes everything; blocks at most `timeout`. Call on a lane.
  func write(_ bytes: [UInt8], within timeout: Duration) throws(DeviceError) {
    let deadline = ContinuousClock.now + timeout
    var sent = 0
    while sent < bytes.count {
      let n = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
      if n > 0 {
        sent += n
        continue
      }
      guard n < 0 else { continue }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        let left = (deadline - .now) / .milliseconds(1)
        guard left > 0 else { throw DeviceError(.timeout, device: device) }
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, Int32(min(left.rounded(.up), 60_000)))
        if ready.revents & Int16(POLLHUP | POLLERR) != 0 { throw DeviceError(.disconnected, device: device) }
      default: throw DeviceError(system: errno, device: device, path: "")
      }
    }
  }
}

/// What the system said.
public struct SystemError: Error, CustomStringConvertible, Hashable {
  public var code: Int32
  public var path: String

  public var description: String {
    let words = String(cString: strerror(code))
    return path.isEmpty ? words : "\(path): \(words)"
  }
}

extension DeviceError {
  /// Whether the device is gone, busy, forbidden: the cause says it in the system's words.
  init(system code: Int32, device: String, path: String) {
    let gone = [ENODEV, ENXIO, EIO, EPIPE, ENOTCONN].contains(code) && path.isEmpty
    self.init(gone ? .disconnected : .unreachable, device: device, cause: SystemError(code: code, path: path))
  }

  /// The device's file may not be opened: a rule or a group is missing, which waiting does not mend.
  public var isForbidden: Bool {
    guard let cause = cause as? SystemError else { return false }
    return cause.code == EACCES || cause.code == EPERM
  }
}
