import DeviceIO
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// A device at the front desk with what all of them need: how it is opened, and whom it tells how it is.
public struct InputDevice: Sendable {
  public let device: OneStop.Device
  let desk: CommandDesk
  let devices: Devices
  let plug: HotPlug
  let log: Logger

  var id: String { device.id.rawValue }
  var name: String { device.name.isEmpty ? id : device.name }

  /// How it stands in the list before anything was tried.
  func announce() { report(.off, Words.text("device.waiting")) }

  func report(_ state: Devices.Device.State, _ words: Bilingual) {
    devices.report(id, name: name, kind: device.kind.rawValue, state, words, at: desk.clock.now)
    let address = device.address
    devices.note(id) { $0.address = address }
  }

  /// One more press, scan or frame.
  func count() { devices.note(id) { $0.events = ($0.events ?? 0) + 1 } }

  /// Keeps the device open until the daemon stops; `use` gets it each time it could be opened.
  func run(
    _ link: InputLink, _ serial: SerialProfile?, use: @escaping @Sendable (InputHandle) async throws -> Void
  ) async {
    announce()
    let (id, path) = (id, device.address)
    await cancelWhenGracefulShutdown {
      await DeviceKeeper(device: id, path: path, plug: plug).run(
        open: { () throws(DeviceError) in
          switch link {
          case .keyboard: .keys(try KeyReader(path: path, device: id))
          case .serial: .line(try SerialLine(path: path, device: id, serial?.settings ?? .init()))
          }
        }, news: news, use: use)
    }
  }

  private func news(_ news: DeviceKeeper.News) {
    switch news {
    case .opened:
      devices.note(id) { $0.opened = ($0.opened ?? 0) + 1 }
      report(.ok, Words.text("device.opened"))
      log.notice("device open", metadata: ["device": "\(id)"])
    case .lost(let error):
      let words = error.deviceWords(device.address)
      devices.note(id) { $0.lastError = words.vi }
      report(.fault, words)
      log.warning("device not there", metadata: ["device": "\(id)", "error": "\(error)"])
    }
  }
}

/// An opened keypad, scanner, box or light.
enum InputHandle: Sendable {
  case keys(KeyReader)
  case line(SerialLine)

  /// Lights or darkens the lamp, where there is one.
  func lamp(_ on: Bool) { if case .keys(let reader) = self { reader.lamp(on) } }

  /// The words of a key map, from keys or bytes. `nil`: presses were lost.
  func words<Meaning: Hashable & Sendable>(
    codes: [UInt16: Meaning], tokens: [[UInt8]: Meaning], _ take: (Meaning?) async -> Void
  ) async throws {
    switch self {
    case .keys(let reader):
      for try await event in reader.events() {
        switch event {
        case .overflow: await take(nil)
        case .key(let code, down: true): if let meaning = codes[code] { await take(meaning) }
        case .key: break
        }
      }
    case .line(let line):
      var decoder = TokenDecoder(tokens)
      for try await bytes in line.bytes() { for meaning in decoder.feed(bytes) { await take(meaning) } }
    }
  }
}

extension DeviceError {
  /// For the supervisor.
  func deviceWords(_ address: String) -> Bilingual {
    let system = (cause as? SystemError)?.code
    let places = ["address": address]
    if isForbidden { return Words.text("device.forbidden", places) }
    if system == EBUSY { return Words.text("device.busy", places) }
    if code == .disconnected || system == ENOENT || system == ENXIO || system == ENODEV {
      return Words.text("device.gone", places)
    }
    return Words.text("device.failed", ["why": cause.map { "\($0)" } ?? code.rawValue])
  }
}
