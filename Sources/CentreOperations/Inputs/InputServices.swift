import DeviceIO
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// The services of the devices in the settings. A device whose profile cannot be read is listed as faulty; the queue opens
/// without it.
public enum InputServices {
  /// Follows the devices of the settings.
  public static func following(
    profiles: URL, desk: CommandDesk, devices: Devices, log: Logger
  ) -> SettingsServices<OneStop.Device> {
    let plug = HotPlug()
    return SettingsServices(
      desk, log: log, entries: \.devices, id: { $0.id.rawValue },
      start: { make($0, profiles: profiles, plug: plug, desk: desk, devices: devices, log: log) },
      ended: { device, stays in if !stays { devices.forget(device.id.rawValue) } })
  }

  static func make(
    _ device: OneStop.Device, profiles: URL, plug: HotPlug, desk: CommandDesk, devices: Devices, log: Logger
  ) -> (any ServiceLifecycle.Service)? {
    let input = InputDevice(device: device, desk: desk, devices: devices, plug: plug, log: log)
    do {
      let service = try service(input, profiles)
      if service != nil, !device.active {
        input.report(.off, Words.text("device.off"))
        return nil
      }
      return service
    } catch {
      log.error("device not started", metadata: ["device": "\(device.id)", "error": "\(error)"])
      input.report(.fault, Words.text("device.profile", ["why": "\(error)"]))
      return nil
    }
  }

  private static func service(_ input: InputDevice, _ profiles: URL) throws -> (any ServiceLifecycle.Service)? {
    let device = input.device
    func counter() throws -> Counter.ID {
      guard let counter = device.counters.first else { throw ProfileMistake(Words.text("settings.deviceCounter").vi) }
      return counter
    }
    return switch device.kind {
    case .keypad:
      KeypadWorker(input: input, profile: try .load(device.profile, from: profiles), counter: try counter())
    case .scanner:
      ScannerWorker(input: input, profile: try .load(device.profile, from: profiles), counter: device.counters.first)
    case .ratingBox:
      RatingBoxWorker(input: input, profile: try .load(device.profile, from: profiles), counter: try counter())
    case .light: LightWorker(input: input, profile: try .load(device.profile, from: profiles))
    case .speaker, .officePrinter: nil
    }
  }
}
