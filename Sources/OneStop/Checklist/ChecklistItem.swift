/// Something a centre looks at before it opens, besides its own devices, which are looked at anyway.
public struct ChecklistItem: Codable, Hashable, Sendable, Identifiable {
  public typealias ID = Identifier<ChecklistItem, String>

  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// A person looks and ticks: seats, water, the sign of the wifi.
    case manual
    /// Somebody listens at `tcp://host:port`: a gateway, the access point of the public wifi, a server on the internet.
    case tcp
    /// `http://host[:port][/path]` answers with anything but an error of its own.
    case http
    /// `rtsp://host[:port][/path]` answers to OPTIONS (RFC 2326, section 10.1), which a camera does without a password.
    case rtsp
    /// The disk under a folder has `limit` gigabytes left.
    case disk
    /// The newest file in a folder is at most `limit` hours old.
    case backup
  }

  public var id: ID
  public var kind: Kind
  public var name: String
  public var nameEn: String
  /// Empty for `manual`.
  public var address: String
  /// `disk`: gigabytes, `backup`: hours, 1…10000. The others have none.
  public var limit: Int?
  public var active: Bool

  public init(
    id: ID, kind: Kind = .manual, name: String, nameEn: String = "", address: String = "", limit: Int? = nil,
    active: Bool = true
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.nameEn = nameEn.isEmpty ? name : nameEn
    self.address = address
    self.limit = limit
    self.active = active
  }

  /// Where the network is tried; nil for the kinds that stay on this machine.
  /// - Throws: `Mistake` of an address that cannot be one.
  public func target() throws(Mistake) -> Target? {
    let scheme: (start: String, port: Int?)
    switch kind {
    case .manual, .disk, .backup: return nil
    case .tcp: scheme = ("tcp://", nil)
    case .http: scheme = ("http://", 80)
    case .rtsp: scheme = ("rtsp://", 554)
    }
    let wrong = Mistake(key: "checklistAddress", places: ["value": address, "example": Self.example(kind)])
    guard address.hasPrefix(scheme.start), address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw wrong }
    let rest = address.dropFirst(scheme.start.count)
    let cut = rest.firstIndex(of: "/") ?? rest.endIndex
    // Settings are read by every supervisor and exported; a camera tells that it lives without one.
    if rest[..<cut].contains("@") { throw Mistake(key: "checklistPassword", places: [:]) }
    if kind == .tcp, cut != rest.endIndex { throw wrong }
    do throws(NetworkPlace.Mistake) {
      let place = try NetworkPlace(rest[..<cut], port: scheme.port ?? 0)
      // Port 0 stands for one that was not written.
      guard place.port > 0 else { throw NetworkPlace.Mistake.host }
      return Target(place: place, path: cut == rest.endIndex ? "/" : String(rest[cut...]))
    } catch {
      throw wrong
    }
  }

  public struct Target: Hashable, Sendable {
    public var place: NetworkPlace
    /// Begins with a slash.
    public var path: String
  }

  /// The key of a sentence and what fills it.
  public struct Mistake: Error, Hashable, Sendable {
    public var key: String
    public var places: [String: String]
  }

  static func example(_ kind: Kind) -> String {
    switch kind {
    case .manual: ""
    case .tcp: "tcp://192.168.1.1:443"
    case .http: "http://192.168.1.1/"
    case .rtsp: "rtsp://192.168.1.20:554/"
    case .disk, .backup: "/var/backups/motcua"
    }
  }

  /// A camera, the wifi, the disk and the backup need these words to be found at their place.
  func problems(at path: String) -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    do throws(Mistake) {
      _ = try target()
    } catch {
      found.append(SettingsProblem("\(path).address", error.key, error.places))
    }
    switch kind {
    case .disk, .backup:
      if !address.hasPrefix("/") {
        let places = ["value": address, "example": Self.example(kind)]
        found.append(SettingsProblem("\(path).address", "checklistAddress", places))
      }
      if !(1...10_000).contains(limit ?? 0) {
        found.append(SettingsProblem("\(path).limit", "range", ["min": "1", "max": "10000"]))
      }
    case .manual:
      if !address.isEmpty { found.append(SettingsProblem("\(path).address", "checklistManual")) }
    case .tcp, .http, .rtsp: break
    }
    return found
  }
}
