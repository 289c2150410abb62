import DeviceIO
import OneStop
import Synchronization

/// The last slip a scanner of each máy lấy số read, for that machine's own screen. In memory only, and nothing but the code
/// of a dossier is kept of what was read.
public final class KioskScans: Sendable {
  public struct Reading: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable { case slip, card, unreadable }
    public var kind: Kind
    /// The dossier's code, of a slip.
    public var code: String?

    public init(_ scan: Scan) {
      guard case .text(let text) = scan else {
        kind = .unreadable
        return
      }
      do throws(DossierRejection) {
        code = try DossierCode(scanned: text).text
        kind = .slip
      } catch {
        kind = error == .identityCard ? .card : .unreadable
      }
    }
  }

  private let all = Mutex<[String: (place: Int, reading: Reading)]>([:])

  public init() {}

  public func put(_ reading: Reading, at terminal: String) {
    all.withLock { $0[terminal] = (($0[terminal]?.place ?? 0) + 1, reading) }
  }

  /// The place of the last reading, for who begins to listen: nobody waits for what was scanned before.
  public func place(of terminal: String) -> Int { all.withLock { $0[terminal]?.place ?? 0 } }

  public func newer(than place: inout Int, at terminal: String) -> Reading? {
    all.withLock { all in
      guard let last = all[terminal], last.place > place else { return nil }
      place = last.place
      return last.reading
    }
  }
}
