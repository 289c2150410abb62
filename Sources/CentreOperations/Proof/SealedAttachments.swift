import CentreStore
import Foundation
import OneStop

/// A file that somebody attached to the points of a row, in the sealed folder. Its hash stands in the event that gave the
/// points, so the journal vouches for it.
struct SealedAttachment: Hashable {
  /// In the sealed folder.
  var name: String
  var sha256: String
  var bytes: Int
  /// As it was called when it was attached.
  var title: String
}

extension SealedName {
  /// `tai-lieu/01_ban-quet-quyet-dinh.pdf`, in the folder of the item: of its own name only letters and digits of ASCII.
  static func attachment(_ number: Int, _ title: String) -> String {
    func plain(_ text: Substring) -> String { PlainLetters.of(text).filter { $0.isASCII } }
    let dot = title.lastIndex(of: ".") ?? title.endIndex
    let words = plain(title[..<dot]).split(separator: " ").joined(separator: "-").prefix(60)
    let ending = plain(title[dot...].dropFirst()).replacing(" ", with: "").prefix(10)
    return "tai-lieu/\(padded(number, 2))_\(words.isEmpty ? "tep" : words)" + (ending.isEmpty ? "" : ".\(ending)")
  }
}

extension SealedFiles {
  /// The files of the entry that counts, row by row.
  var attachments: [SealedAttachment] {
    year.view.rows.filter(\.scored).enumerated().flatMap { i, row -> [SealedAttachment] in
      let files = row.history.last?.evidence.compactMap(\.file) ?? []
      return files.enumerated().map { n, file in
        SealedAttachment(
          name: "\(SealedName.item(i + 1, row))/\(SealedName.attachment(n + 1, file.name))", sha256: file.sha256,
          bytes: file.bytes, title: file.name)
      }
    }
  }
}

extension SealedWriter {
  /// Copies an attached file by megabytes.
  /// - Returns: false where it is gone or is no longer what was attached; nothing of it is left in the folder then.
  /// - Throws: `YearExport.Refusal.unwritable`.
  func copy(_ attachment: SealedAttachment, from source: URL) throws -> Bool {
    guard let reader = try? FileHandle(forReadingFrom: source) else { return false }
    defer { try? reader.close() }
    var isWhole = true
    try stream(attachment.name) { put in
      do {
        while let part = try reader.read(upToCount: 1 << 20), !part.isEmpty { try put(part) }
      } catch let refusal as YearExport.Refusal {
        throw refusal
      } catch {
        // The disk gives it no more.
        isWhole = false
      }
    }
    guard isWhole, files.last?.sha256 == attachment.sha256 else {
      dropLast()
      return false
    }
    return true
  }
}

extension SealedCheck {
  /// Each attached file is the one whose hash the journal has. One that was gone at the centre already when the folder was
  /// made is named, not blamed.
  func checkAttachments(_ files: SealedFiles, _ manifest: SealedManifest, _ verdict: inout Verdict) {
    for each in files.attachments {
      let file = folder.appendingPathComponent(each.name)
      if let hash = EvidenceFiles.hash(of: file) {
        if hash == each.sha256 {
          verdict.prove(each.name, .event)
        } else {
          verdict.faults.append(
            Fault(
              file: each.name, place: "", words: Self.words("hash", ["expected": each.sha256, "found": hash])))
        }
      } else if manifest.missing?.contains(each.name) ?? true {
        verdict.notes.append(Self.words("attachment", ["file": each.name, "hash": each.sha256]))
      } else {
        verdict.faults.append(Fault(file: each.name, place: "", words: Self.words("missing")))
      }
    }
  }
}

extension SealedCheck.Verdict {
  mutating func prove(_ name: String, _ proof: SealedCheck.Proof) { proofs[proof, default: []].append(name) }
}
