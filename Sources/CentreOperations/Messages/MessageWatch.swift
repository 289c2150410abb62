import DeviceIO
import Foundation
import OneStop

/// What people are told of the folder, of `gammu-smsd` and of its modem: one device, and one alarm where somebody has to
/// do something before messages go out.
struct MessageWatch {
  /// How often gammu-smsd is looked at. Two looks that find the same are an alarm; one may be a restart.
  static let everySeconds = 10
  /// So many refused one after the other are no wrong numbers.
  static let refusedInARow = 3

  static let device = "messages"

  private var lookedAt: Instant?
  private(set) var standing = MessageModem.Standing.ready
  private var before = MessageModem.Standing.ready
  /// What lay in the outbox while gammu-smsd may not have been able to move it: sent, perhaps, and again at every look.
  var mayHaveRepeated = false

  mutating func look(_ spool: MessageSpool, _ modem: MessageModem, at now: Instant) async {
    if let lookedAt, now >= lookedAt, now.seconds(since: lookedAt) < Self.everySeconds { return }
    lookedAt = now
    before = standing
    standing = await spool.standing(of: modem)
  }

  /// nil: nothing is wrong that can be seen from here.
  func words(_ settings: MessageSettings) -> Bilingual? {
    let key: String
    var places = ["folder": "\(settings.folder)/outbox"]
    switch standing {
    case .ready: return nil
    case .notInstalled: key = "notInstalled"
    case .notSetUp: key = "notSetUp"
    case .otherFolder(let its): (key, places["its"]) = ("otherFolder", its)
    case .unplugged(let port): (key, places["port"]) = ("unplugged", port)
    case .notRunning: key = "notRunning"
    }
    return Words.text("message.modem.\(key)", places)
  }

  /// Whether it was so at the look before, too.
  var isLasting: Bool { standing == before }

  /// Why the spool takes nothing, and how to mend it.
  static func words(_ error: DeviceError) -> Bilingual {
    let code = error.system
    let key: String
    switch code {
    case _ where error.isFullDisk: key = "full"
    case .EROFS: key = "readOnly"
    case .EACCES, .EPERM: key = "forbidden"
    case .ENOENT, .ENOTDIR: key = "missing"
    default: key = "other"
    }
    let folder = error.device
    let why = code.map { String(cString: strerror($0.rawValue)) } ?? error.code.rawValue
    return Words.text("message.spool.\(key)", ["place": folder, "why": why])
  }
}

extension DeviceError {
  fileprivate var system: POSIXErrorCode? { (cause as? POSIXError)?.code }

  var isFullDisk: Bool { system == .ENOSPC || system == .EDQUOT }

  /// Whether gammu-smsd, which has to move what it has sent, may have met the same.
  var keepsFromMoving: Bool {
    switch system {
    case .EROFS, .EIO, .EACCES, .EPERM: true
    default: false
    }
  }
}
