import Foundation
import Glibc

/// The other end of a serial cable: a pseudo-terminal whose slave is reachable under a name of its own, as udev's links are.
final class PseudoTerminal: Sendable {
  let link: String
  private let master: Int32

  init(link: String) throws {
    self.link = link
    var master: Int32 = -1
    var slave: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &slave, &name, nil, nil) == 0 else { throw POSIXError(.ENODEV) }
    self.master = master
    var line = termios()
    tcgetattr(slave, &line)
    cfmakeraw(&line)
    tcsetattr(slave, TCSANOW, &line)
    // Whoever opens the line is then the only one, so that unplugging hangs it up.
    close(slave)
    unlink(link)
    symlink(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self), link)
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
