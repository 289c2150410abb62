import Foundation
import Testing

@testable import DeviceIO

/// A serial printer's end of a pseudo-terminal, which the test plays.
private final class Terminal {
  let master: Int32
  let path: String

  init() throws {
    // What posix_openpt, unlockpt and ptsname do; Glibc's module hides them.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var lock: Int32 = 0
    var number: UInt32 = 0
    let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    guard master >= 0, ioctl(master, setLock, &lock) == 0, ioctl(master, getNumber, &number) == 0 else {
      throw POSIXError(.EIO)
    }
    path = "/dev/pts/\(number)"
  }

  /// Answers as a printer does, in a thread of its own, until the terminal is closed. `answer` gets the n of DLE EOT.
  func answer(_ answer: @escaping @Sendable (UInt8) -> [UInt8]) {
    let fd = master
    Thread {
      var seen: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while case let n = read(fd, &buffer, buffer.count), n > 0 || errno == EIO || errno == EINTR {
        // EIO: nobody has the other end open just now.
        if n < 0 {
          usleep(1000)
          continue
        }
        seen += buffer[0..<n]
        while let at = seen.indices.dropLast(2).first(where: { seen[$0] == 0x10 && seen[$0 + 1] == 0x04 }) {
          let bytes = answer(seen[at + 2])
          _ = write(fd, bytes, bytes.count)
          seen.removeFirst(at + 3)
        }
      }
    }.start()
  }
}

@Suite(.timeLimit(.minutes(1))) struct DevicePrinterPortTests {
  static let quick = ThermalPrinter.Patience(
    firstAnswer: .milliseconds(300), laterAnswer: .milliseconds(600), printed: .milliseconds(800))

  private static func printer(_ path: String, baud: Int = 115_200) -> ThermalPrinter {
    ThermalPrinter(
      port: DevicePrinterPort(device: "s", path: path, .serial(.init(baud: baud, hardwareFlow: true))),
      abilities: .init(dleEot: true), patience: quick)
  }

  @Test("a job over a serial line, with questions between its bands")
  func prints() async throws {
    let terminal = try Terminal()
    terminal.answer { _ in [0x12] }
    let printer = Self.printer(terminal.path)
    #expect(await printer.status().ready)
    #expect(try await printer.print(bands: ThermalPrinterTests.bands) == .sentAndReady)
    await printer.close()
    close(terminal.master)
  }

  @Test("the line is set as the settings say, raw")
  func line() async throws {
    let terminal = try Terminal()
    let port = DevicePrinterPort(device: "s", path: terminal.path, .serial(.init(baud: 38_400, hardwareFlow: true)))
    try await port.open()
    var line = termios()
    #expect(tcgetattr(terminal.master, &line) == 0)
    #expect(cfgetospeed(&line) == speed_t(B38400))
    #expect(line.c_cflag & tcflag_t(CRTSCTS) != 0)
    // Raw: neither echo nor line editing, nor carriage returns added to pictures.
    #expect(line.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == 0 && line.c_oflag & tcflag_t(OPOST) == 0)
    try await port.write([0x0A, 0x11, 0x13, 0x03])
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(terminal.master, &buffer, 16) == 4)
    #expect(Array(buffer[0..<4]) == [0x0A, 0x11, 0x13, 0x03])
    await port.close()
    close(terminal.master)
  }

  @Test("nonsense and silence on a line are a wrong speed, and nothing is printed", arguments: [[0xF8, 0x80], []])
  func wrongSpeed(_ garbage: [UInt8]) async throws {
    let terminal = try Terminal()
    terminal.answer { _ in garbage }
    let printer = Self.printer(terminal.path, baud: 9600)
    #expect(await printer.status().wrongSpeed)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: ThermalPrinterTests.bands) }
    #expect(error?.code == .notReady)
    #expect(error?.isMidTicket == false)
    await printer.close()
    close(terminal.master)
  }

  @Test("silence after answers is a printer that was switched off, and it is noticed when it is back")
  func switchedOff() async throws {
    let terminal = try Terminal()
    let on = Flag(true)
    terminal.answer { _ in on.value ? [0x12] : [] }
    let printer = Self.printer(terminal.path)
    #expect(await printer.status().ready)
    on.value = false
    #expect(await printer.status().unreachable)
    let off = await printer.status()
    #expect(off.unreachable && !off.wrongSpeed)
    on.value = true
    #expect(await printer.status().ready)
    await printer.close()
    close(terminal.master)
  }

  @Test("a device that goes away in mid ticket, and one that was never there")
  func unplugged() async throws {
    let terminal = try Terminal()
    let asked = Flag(true)
    terminal.answer { _ in
      asked.value = true
      return [0x12]
    }
    let printer = Self.printer(terminal.path)
    #expect(await printer.status().ready)
    close(terminal.master)
    let error = await #expect(throws: DeviceError.self) { try await printer.print(bands: ThermalPrinterTests.bands) }
    #expect([.unreachable, .disconnected, .unplugged, .timeout].contains(error?.code))
    #expect(await printer.status().unreachable)
    let absent = DevicePrinterPort(device: "s", path: "/dev/usb/lp99", .usb)
    let missing = await #expect(throws: DeviceError.self) { try await absent.open() }
    #expect("\(String(describing: missing))".contains("/dev/usb/lp99"))
  }

  @Test("a file that is no serial line is refused with its name")
  func noLine() async throws {
    let port = DevicePrinterPort(device: "s", path: "/dev/null", .serial(.init(baud: 9600)))
    let error = await #expect(throws: DeviceError.self) { try await port.open() }
    #expect("\(String(describing: error))".contains("/dev/null"))
  }
}

private final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var flag: Bool
  init(_ flag: Bool) { self.flag = flag }
  var value: Bool {
    get { lock.withLock { flag } }
    set { lock.withLock { flag = newValue } }
  }
}
