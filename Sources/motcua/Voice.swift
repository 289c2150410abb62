import Announcing
import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import OneStop

/// The announcer's recordings.
struct Voice: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "voice", abstract: "Giọng đọc thu sẵn.", subcommands: [Check.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Kiểm tra các tệp giọng đọc: thiếu từ nào, tệp nào không dùng được và vì sao.",
      discussion: "Mã kết thúc 0: đủ; 1: còn thiếu hoặc có tệp không dùng được. Cách thu: docs/voice.md.")

    @OptionGroup var locations: Locations
    @Option(help: "Thư mục có vi/ và en/. Mặc định: voice trong thư mục dữ liệu, hoặc centre/voice.")
    var folder: String?
    @Flag(help: "In cả danh sách từ phải thu, kèm câu mẫu.") var list = false
    @Flag(help: "Kiểm tra cả tiếng Anh, dù trung tâm chưa bật đọc tiếng Anh.") var english = false

    func run() throws {
      let share = try locations.prepare()
      let settings = try settings(share)
      let folder = folder.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? locations.voiceFolder(share)
      let prefixes =
        (settings.rules.numbering.perService ? settings.services.filter(\.active).map(\.prefix) : [])
        + [settings.rules.emergency.prefix]
      let words = ClipFolder.words(
        prefixes: prefixes, counters: settings.counters.filter(\.active).map(\.number.rawValue),
        languages: settings.board.english || english ? [.vi, .en] : [.vi])
      if list {
        for word in words { print("\(word.file)\t«\(word.said)»\t\(word.sentence)") }
        return
      }
      guard let folder else {
        throw Failure("chưa có thư mục giọng đọc; tạo \(locations.dataFolder.path)/voice/vi rồi chép tệp vào đó")
      }
      let faults = ClipFolder(folder).faults(words)
      print("thư mục: \(folder.path)")
      for fault in faults {
        print("\(fault.word.file): \(fault.words)")
        print("  đọc «\(fault.word.said)», như trong câu: \(fault.word.sentence)")
      }
      print("dùng được \(words.count - faults.count)/\(words.count) từ")
      guard faults.isEmpty else {
        print("Lượt gọi có từ thiếu sẽ do máy đọc (espeak-ng) cả câu.")
        throw ExitCode(1)
      }
    }

    /// Of the running centre where there is one; otherwise of the file that will seed it.
    private func settings(_ share: URL) throws -> CentreSettings {
      if FileManager.default.fileExists(atPath: locations.database),
        let known = try CentreDatabase.read(locations.database, { try SettingRows.settings($0) })
      {
        return known
      }
      let etc = URL(fileURLWithPath: "/etc/motcua/centre.yaml")
      let file =
        FileManager.default.fileExists(atPath: etc.path) ? etc : share.appendingPathComponent("centre/centre.yaml")
      return try CentreSeed.read(file: file).settings
    }
  }
}

extension ClipFolder.Word {
  fileprivate var file: String { "\(language.rawValue)/\(clip).wav" }
}

extension ClipFolder.Fault {
  fileprivate var words: String {
    switch reason {
    case .missing: "thiếu"
    case .unreadable: "không đọc được; kiểm tra quyền của tệp"
    case .format: "không phải WAV PCM 16 bit một kênh; đổi bằng: sox CŨ.wav -c 1 -b 16 MỚI.wav"
    case .rate(let rate):
      "tần số \(rate) Hz không dùng được, cần \(Wave.usableRates.lowerBound)–\(Wave.usableRates.upperBound) Hz; đổi bằng: sox CŨ.wav -r 44100 MỚI.wav"
    case .silent: "không có tiếng; thu lại"
    case .long(let seconds): "dài \(Int(seconds)) giây, tối đa 8; cắt bớt hoặc thu lại"
    case .clipped(let count): "vỡ tiếng (\(count) mẫu chạm mức tối đa); thu lại nhỏ hơn"
    }
  }
}

extension Locations {
  /// The commune's own recordings are kept with its data, where an update does not touch them. nil: none.
  func voiceFolder(_ share: URL) -> URL? { Self.voiceFolder(data: dataFolder, share: share) }

  static func voiceFolder(data: URL, share: URL) -> URL? {
    [data.appendingPathComponent("voice"), share.appendingPathComponent("centre/voice")].first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }
}
