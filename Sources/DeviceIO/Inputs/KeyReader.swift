import CEvdev
import Glibc

/// What a keypad, a scanner in keyboard mode or a box of buttons says.
public enum KeyEvent: Hashable, Sendable {
  /// A key of the kernel's list (`KEY_KP1` is 79) went down or came up. Repeats of a held key are left out.
  case key(UInt16, down: Bool)
  /// The kernel's buffer ran over and presses are missing: what was half entered means nothing any more.
  case overflow
}

/// The keys of one input device through evdev, grabbed so that they don't also reach the console or a page.
public final class KeyReader: Sendable {
  private let file: DeviceFile
  private let keys: Keys

  /// - Throws: `.unreachable` where there is no such device, it is no keyboard, or somebody else has grabbed it.
  public init(path: String, device: String) throws(DeviceError) {
    // Read-only is enough for keys; only a lamp needs more.
    do {
      file = try DeviceFile(path: path, device: device)
    } catch {
      guard error.isForbidden else { throw error }
      file = try DeviceFile(path: path, device: device, flags: O_RDONLY)
    }
    keys = try Keys(file, path)
  }

  /// Key by key. Ends by throwing when the device goes away, quietly after `close`. Ask once.
  public func events() -> AsyncThrowingStream<KeyEvent, any Error> {
    let (file, keys) = (file, keys)
    return AsyncThrowingStream { out in
      out.onTermination = { _ in file.stop() }
      file.whenReadable(
        {
          try keys.take { out.yield($0) }
          return true
        },
        end: { error in
          keys.release()
          out.finish(throwing: error)
        })
    }
  }

  /// Lights or darkens the Num Lock lamp. False where the device has none or may not be written.
  @discardableResult
  public func lamp(_ on: Bool) -> Bool { mc_led(file.descriptor, UInt16(LED_NUML), on ? 1 : 0) == 0 }

  public func close() { file.stop() }

  /// Number of a key by its name in the kernel's list, `KEY_KPENTER`; nil where there is none.
  public static func code(_ name: String) -> UInt16? {
    let code = libevdev_event_code_from_name(UInt32(EV_KEY), name)
    return code >= 0 ? UInt16(code) : nil
  }
}

/// libevdev's view of the device. Made by who opens, then used on the reading thread only, which the compiler cannot see.
private final class Keys: @unchecked Sendable {
  private let file: DeviceFile
  private var evdev: OpaquePointer?

  init(_ file: DeviceFile, _ path: String) throws(DeviceError) {
    self.file = file
    var made: OpaquePointer?
    var result = libevdev_new_from_fd(file.descriptor, &made)
    guard result == 0, let made else { throw DeviceError(system: -result, device: file.device, path: path) }
    result = libevdev_grab(made, LIBEVDEV_GRAB)
    guard result == 0 else {
      libevdev_free(made)
      throw DeviceError(system: -result, device: file.device, path: path)
    }
    evdev = made
  }

  deinit { release() }

  func release() {
    guard let evdev else { return }
    libevdev_grab(evdev, LIBEVDEV_UNGRAB)
    libevdev_free(evdev)
    self.evdev = nil
  }

  func take(_ tell: (KeyEvent) -> Void) throws {
    guard let evdev else { return }
    var event = input_event()
    while true {
      switch libevdev_next_event(evdev, UInt32(LIBEVDEV_READ_FLAG_NORMAL.rawValue), &event) {
      case Int32(LIBEVDEV_READ_STATUS_SUCCESS.rawValue):
        // 0 up, 1 down, 2 repeat.
        if event.type == EV_KEY, event.value != 2 { tell(.key(event.code, down: event.value == 1)) }
      case Int32(LIBEVDEV_READ_STATUS_SYNC.rawValue):
        // SYN_DROPPED. libevdev now gives the differences: keys that came up meanwhile matter (Shift, Alt), those that
        // went down may not be taken for presses, because their order is lost.
        tell(.overflow)
        while true {
          let status = libevdev_next_event(evdev, UInt32(LIBEVDEV_READ_FLAG_SYNC.rawValue), &event)
          if status == -EAGAIN { break }
          guard status >= 0 else { throw DeviceError(system: -status, device: file.device, path: "") }
          if event.type == EV_KEY, event.value == 0 { tell(.key(event.code, down: false)) }
        }
      case -EAGAIN: return
      case -EINTR: continue
      case let status: throw DeviceError(system: -status, device: file.device, path: "")
      }
    }
  }
}
