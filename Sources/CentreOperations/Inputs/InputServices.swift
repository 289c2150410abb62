import DeviceIO
import Foundation
import Logging
import OneStop
import ServiceLifecycle

/// The services of the devices in the settings. A device whose profile cannot be read is listed as faulty; the queue opens
/// without it.
public enum InputServices {
  public static func make(
    _ settings: CentreSettings, profiles: URL, desk: CommandDesk, devices: Devices, log: Logger
  ) -> [any ServiceLifecycle.Service] {
    let plug = HotPlug()
    return settings.devices.compactMap { device -> (any ServiceLifecycle.Service)? in
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
