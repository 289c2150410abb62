import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import GRDB
import OneStop

struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Nhật ký sự kiện.", subcommands: [Verify.self, Head.self])

  /// How a check ended, for scripts. 64 is a mistake on the command line.
  enum Outcome: Int32 {
    case good = 0
    /// Something was changed, or nothing could be checked.
    case faulty = 1
    /// Whole in itself; whether it was rewritten as a whole nobody can say.
    case unanchored = 2
    /// Events that count come after the last anchor.
    case partlyAnchored = 3
    /// All but the PDF pages, which this machine's libraries set otherwise.
    case pagesUnchecked = 4

    init(_ standing: SealedCheck.Standing) {
      switch standing {
      case .good: self = .good
      case .faulty: self = .faulty
      case .unanchored: self = .unanchored
      case .partly: self = .partlyAnchored
      case .pagesUnchecked: self = .pagesUnchecked
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Kiểm tra nhật ký của máy này, hoặc một hồ sơ đã xuất.",
      discussion: """
        Không có THƯ_MỤC: chuỗi băm, các đánh giá đã niêm phong và số liệu các ngày đã đóng của máy này.
        Có THƯ_MỤC: hồ sơ do «motcua score» xuất, không cần cơ sở dữ liệu. Mã kết thúc: 0 khớp và có neo; 1 sai, có nêu \
        tệp và dòng; 2 chưa có neo; 3 còn sự kiện sau neo cuối cùng; 4 khớp nhưng chưa so được các trang PDF.
        """)

    @OptionGroup var locations: Locations
    @Option(help: "Neo trên phiếu chốt ngày có chữ ký: ngày, số sự kiện, mã băm. Dùng được nhiều lần.")
    var anchor: [String] = []
    @Flag(help: "Nêu từng tệp của hồ sơ và cái gì làm chứng cho tệp đó.") var files = false
    @Argument(help: "Thư mục hồ sơ đã xuất.") var folder: String?

    func run() throws {
      _ = try locations.prepare()
      if let folder { return try check(folder) }
      guard anchor.isEmpty else { throw Failure("--anchor chỉ dùng khi kiểm tra một thư mục hồ sơ") }
      let (verdict, faults) = try CentreDatabase.read(locations.database) { db in
        (try Journal.verify(db), try RatingBoxes.verify(db) + Rebuild.differences(db) + RegisterRows.verify(db))
      }
      print("sự kiện: \(verdict.events)")
      print("đầu chuỗi: \(verdict.head.hexText)")
      for fault in verdict.faults + faults { print("SAI: \(fault)") }
      guard verdict.faults.isEmpty, faults.isEmpty else { throw ExitCode(1) }
      print("khớp")
    }

    private func check(_ folder: String) throws {
      let anchors = try anchor.map { text in
        guard let anchor = JournalAnchor(text) else {
          throw Failure("--anchor «\(text)»: viết đủ ngày, số sự kiện và 64 chữ số của mã băm như trên phiếu")
        }
        return anchor
      }
      guard FileManager.default.fileExists(atPath: folder) else { throw Failure("\(folder): không có thư mục này") }
      let verdict = SealedCheck(URL(fileURLWithPath: folder, isDirectory: true), anchors: anchors).run()
      if let until = verdict.until {
        print("hồ sơ năm \(verdict.year), đến hết ngày \(until), \(verdict.events) sự kiện")
        print("đầu chuỗi: \(verdict.head)")
      }
      for fault in verdict.faults {
        print("SAI: \([fault.file, fault.place].filter { !$0.isEmpty }.joined(separator: ", ")): \(fault.words)")
      }
      for note in verdict.notes { print("lưu ý: \(note)") }
      if verdict.faults.isEmpty { tell(verdict.proofs) }
      switch verdict.standing {
      case .faulty: print("KHÔNG KHỚP")
      case .unanchored:
        print("CHƯA CÓ NEO: hồ sơ tự khớp, nhưng chưa thể nói nhật ký không bị viết lại; cần neo trên phiếu chốt ngày")
      case .partly(let count): print("CÓ NEO MỘT PHẦN: \(count) sự kiện có tính vào số liệu nằm sau neo cuối cùng")
      case .pagesUnchecked: print("KHỚP, trừ các trang PDF chưa so được trên máy này")
      case .good: print("khớp")
      }
      let outcome = Outcome(verdict.standing)
      if outcome != .good { throw ExitCode(outcome.rawValue) }
    }

    /// What the journal proves, and what only the list of contents does: those files by name, always.
    private func tell(_ proofs: [SealedCheck.Proof: [String]]) {
      for proof in SealedCheck.Proof.allCases {
        let names = (proofs[proof] ?? []).sorted()
        guard !names.isEmpty else { continue }
        print("\(Words.text("proof.by.\(proof)").vi): \(names.count) tệp")
        if files || proof == .list { for name in names { print("  \(name)") } }
      }
    }
  }

  struct Head: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "In neo: đầu chuỗi của nhật ký, để cất ở nơi khác. Cũng là mã trên phiếu chốt ngày.")

    @OptionGroup var locations: Locations
    @Option(help: "Sự kiện cuối cùng của ngày này. Mặc định: mới nhất.") var until: String?

    func run() throws {
      _ = try locations.prepare()
      let day = try until.map { text in
        guard let day = LocalDay(text) else { throw Failure("--until \(text): viết như 2026-11-30") }
        return day
      }
      let anchor = try CentreDatabase.read(locations.database) { db -> JournalAnchor? in
        guard let settings = try SettingRows.settings(db) else { return nil }
        if let day { return try JournalAnchor(endOf: day, in: settings.zone, db) }
        let head = try Journal.head(db)
        return head.seq == 0 ? nil : JournalAnchor(day: LocalDay(head.at, in: settings.zone), head)
      }
      guard let anchor else { throw Failure("nhật ký chưa có sự kiện nào") }
      print(anchor.text)
    }
  }
}
