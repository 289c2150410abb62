import Foundation
import Glibc

/// The other end of a serial cable: a pseudo-terminal whose slave is reachable under a name of its own, as udev's links are.
final class PseudoTerminal: Sendable {
  let link: String
  private let master: Int32

  init(link: String) throws {
    self.link = link
    master = posix_openpt(O_RDWR | O_NOCTTY)
    guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master) else {
      throw POSIXError(.ENODEV)
    }
    var line = termios()
    tcgetattr(master, &line)
    cfmakeraw(&line)
    tcsetattr(master, TCSANOW, &line)
    unlink(link)
    symlink(String(cString: name), link)
  }

  func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

  /// Exactly so many bytes, waiting at most ten seconds; fewer when the time is over.
  func receive(_ count: Int) -> [UInt8] {
    var received: [UInt8] = []
    while received.count < count {
      var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 10_000) > 0 else { break }
      var buffer = [UInt8](repeating: 0, count: count - received.count)
      let n = read(master, &buffer, buffer.count)
      guard n > 0 else { break }
      received += buffer[0..<n]
    }
    return received
  }

  /// Pulls the cable: the name goes, whoever has the line open is hung up.
  func unplug() {
    unlink(link)
    close(master)
  }
}
