import Foundation

/// The models there are files for, as a person chooses among them.
public enum ProfileList {
  public struct Profile: Codable, Sendable, Hashable {
    public var id: String
    public var name: String
  }

  private static let folders = [
    "printer": "printers", "keypad": "keypads", "scanner": "scanners", "rating-box": "rating-boxes", "light": "lights",
  ]

  /// By kind of device, each by name. A file that cannot be read is left out here; whoever names it is told why.
  public static func read(_ devices: URL) -> [String: [Profile]] {
    folders.mapValues { folder in
      let place = devices.appendingPathComponent(folder)
      let files = (try? FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)) ?? []
      return files.filter { $0.pathExtension == "json" }.compactMap { file in
        guard let data = try? Data(contentsOf: file), let read = try? JSONDecoder().decode(Profile.self, from: data),
          read.id == file.deletingPathExtension().lastPathComponent
        else { return nil }
        return read
      }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }
  }
}
