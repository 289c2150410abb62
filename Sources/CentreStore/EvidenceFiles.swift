import Crypto
import Foundation
import OneStop
import Synchronization

/// Why a file is not taken, or not given back.
public enum EvidenceRefusal: String, Error, Sendable, CaseIterable {
  case tooLarge = "evidence-too-large"
  case badName = "evidence-name"
  case badType = "evidence-type"
  case empty = "evidence-empty"
  /// No file under this hash: never laid in, or gone from the disk since.
  case missing = "evidence-missing"
  /// The file on the disk is not the one that was laid in.
  case changed = "evidence-changed"
}

/// Scans and photos that prove a score, kept beside the database under the hash of what they hold. The journal has name,
/// size and hash, so a file that vanishes or changes is found out and named.
public final class EvidenceFiles: Sendable {
  /// A scanned document of hundred pages fits; a film doesn't.
  public static let mostBytes = 50 << 20
  /// What a scanner, a phone or an office program makes.
  public static let types = [
    "pdf", "jpg", "jpeg", "png", "doc", "docx", "odt", "xls", "xlsx", "ods", "csv", "txt",
  ]

  public enum Standing: String, Codable, Sendable { case kept, missing, changed }

  public let folder: URL
  /// What was read already: a file isn't hashed again until its size or its time changes.
  private let read = Mutex<[String: (size: Int, changed: Date, good: Bool)]>([:])

  /// - Parameter database: path of the centre's database; the folder lies beside it.
  public init(besideDatabase database: String) {
    folder = URL(fileURLWithPath: database).deletingLastPathComponent().appendingPathComponent(
      "minh-chung", isDirectory: true)
  }

  public func url(_ sha256: String) -> URL { folder.appendingPathComponent(sha256) }

  /// - Throws: `EvidenceRefusal` for a name that is no file name, or of a type not taken.
  public static func check(name: String) throws {
    guard (1...200).contains(name.count), !name.contains("/"), !name.contains(where: \.isNewline),
      let dot = name.lastIndex(of: "."), dot != name.startIndex
    else { throw EvidenceRefusal.badName }
    guard types.contains(name[name.index(after: dot)...].lowercased()) else { throw EvidenceRefusal.badType }
  }

  public func standing(of sha256: String) -> Standing {
    guard sha256.count == 64, sha256.allSatisfy(\.isHexDigit),
      let facts = try? FileManager.default.attributesOfItem(atPath: url(sha256).path),
      let size = facts[.size] as? Int, let changed = facts[.modificationDate] as? Date
    else { return .missing }
    if let before = read.withLock({ $0[sha256] }), before.size == size, before.changed == changed {
      return before.good ? .kept : .changed
    }
    guard let good = Self.hash(of: url(sha256)).map({ $0 == sha256 }) else { return .missing }
    read.withLock { $0[sha256] = (size, changed, good) }
    return good ? .kept : .changed
  }

  /// Reads by megabytes; nil where the file cannot be read.
  public static func hash(of url: URL) -> String? {
    guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
    defer { try? file.close() }
    var sha = SHA256()
    do {
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { sha.update(data: part) }
    } catch {
      return nil
    }
    return sha.finalize().hexText
  }

  /// A file on its way in.
  public final class Intake {
    private let name: String
    private let files: EvidenceFiles
    private let part: URL
    private let handle: FileHandle
    private var sha = SHA256()
    private var bytes = 0

    fileprivate init(_ name: String, _ files: EvidenceFiles) throws {
      self.name = name
      self.files = files
      part = files.folder.appendingPathComponent(".\(randomBytes(8).hexText).part")
      guard FileManager.default.createFile(atPath: part.path, contents: nil, attributes: [.posixPermissions: 0o640])
      else { throw CocoaError(.fileWriteUnknown) }
      handle = try FileHandle(forWritingTo: part)
    }

    /// - Throws: `tooLarge` as soon as it is; or what the disk says.
    public func write(_ data: Data) throws {
      bytes += data.count
      guard bytes <= EvidenceFiles.mostBytes else { throw EvidenceRefusal.tooLarge }
      sha.update(data: data)
      try handle.write(contentsOf: data)
    }

    /// On the disk before it returns. The same contents once more are the same file.
    public func finish() throws -> ScoreSheet.File {
      guard bytes > 0 else { throw EvidenceRefusal.empty }
      try handle.synchronize()
      try handle.close()
      let hash = sha.finalize().hexText
      guard rename(part.path, files.url(hash).path) == 0 else { throw CocoaError(.fileWriteUnknown) }
      return ScoreSheet.File(name: name, sha256: hash, bytes: bytes)
    }

    public func abandon() {
      try? handle.close()
      try? FileManager.default.removeItem(at: part)
    }
  }

  /// - Throws: `EvidenceRefusal` for a name or type not taken; or what the disk says.
  public func intake(_ name: String) throws -> Intake {
    try Self.check(name: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try Intake(name, self)
  }
}
