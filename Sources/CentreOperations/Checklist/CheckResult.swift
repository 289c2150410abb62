import DeviceIO
import Foundation
import OneStop
import Synchronization

/// What the daemon saw of one thing, in the words of the screens.
public struct CheckResult: Sendable, Hashable {
  public var kind: String
  public var id: String
  public var name: Bilingual
  public var outcome: CheckOutcome
  public var words: Bilingual

  init(_ kind: String, _ id: String, name: Bilingual, _ outcome: CheckOutcome, _ words: Bilingual) {
    self.kind = kind
    self.id = id
    self.name = name
    self.outcome = outcome
    self.words = words
  }

  /// For the journal and the paper, which are Vietnamese.
  var line: CheckLine { CheckLine(kind: kind, id: id, name: name.vi, outcome: outcome, words: words.vi) }
}

/// What is looked for on the network and on disks, and what was seen there last.
public final class CheckBook: Sendable {
  public init() {}

  /// Looks at everything at once. Each look has an end of its own, so all of them take as long as the slowest, three
  /// seconds at most.
  func look(at items: [ChecklistItem], _ now: Instant) async -> [CheckResult] {
    let items = items.filter { $0.active && $0.kind != .manual }
    let found = await withTaskGroup(of: (Int, CheckResult).self) { group in
      for (i, item) in items.enumerated() { group.addTask { (i, await Self.look(at: item, now)) } }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    return items.indices.compactMap { found[$0] }
  }

  private static func look(at item: ChecklistItem, _ now: Instant) async -> CheckResult {
    func result(_ outcome: CheckOutcome, _ key: String, _ places: [String: String] = [:]) -> CheckResult {
      var places = places
      places["address"] = item.address
      return CheckResult(
        item.kind.rawValue, item.id.rawValue, name: Bilingual(item.name, item.nameEn), outcome,
        Words.text("checklist.\(key)", places))
    }
    switch item.kind {
    case .manual: return result(.unknown, "notYet")
    case .disk: return await disk(at: item.address, least: item.limit ?? 1, result)
    case .backup:
      do {
        guard let newest = try await DiskProbe.newest(in: item.address) else { return result(.failed, "backupNone") }
        let hours = max(0, Int(now.milliseconds / 1000 - newest) / 3600)
        return result(hours <= item.limit ?? 1 ? .ok : .failed, "backup", ["n": "\(hours)"])
      } catch {
        return result(.failed, "unreadable", ["why": error.words])
      }
    case .tcp, .http, .rtsp:
      guard let target = try? item.target() else { return result(.unknown, "notYet") }
      let question: NetworkProbe.Question =
        switch item.kind {
        case .http: .http(path: target.path)
        case .rtsp: .rtsp(path: target.path)
        default: .listens
        }
      switch await NetworkProbe.ask(question, host: target.place.host, port: target.place.port) {
      case .answers: return result(.ok, "answers")
      case .error(let status): return result(.failed, "netError", ["status": "\(status)"])
      case .strange: return result(.failed, "netStrange")
      case .refuses: return result(.failed, "netRefuses")
      case .unknownName: return result(.failed, "netName")
      case .silent: return result(.failed, "netSilent")
      }
    }
  }

  static func disk(
    at path: String, least gigabytes: Int, _ result: (CheckOutcome, String, [String: String]) -> CheckResult
  ) async -> CheckResult {
    do {
      let free = try await DiskProbe.free(at: path)
      let whole = Double(free) / 1e9
      let words = ["n": whole < 10 ? "\((whole * 10).rounded(.down) / 10)" : "\(Int(whole))"]
      return result(whole >= Double(gigabytes) ? .ok : .failed, "disk", words)
    } catch {
      return result(.failed, "unreadable", ["why": error.words])
    }
  }

  private let seen = Mutex<(at: Instant, results: [CheckResult])?>(nil)

  /// What was seen last; items that were added since are not in it.
  var last: (at: Instant, results: [CheckResult])? { seen.withLock { $0 } }
  public var lookedAt: Instant? { last?.at }
  func keep(_ results: [CheckResult], at now: Instant) { seen.withLock { $0 = (now, results) } }
}

extension DiskProbe.Unreadable {
  var words: String {
    switch code {
    case nil: Words.text("checklist.why.slow").vi
    case ENOENT, ENOTDIR: Words.text("checklist.why.absent").vi
    case EACCES, EPERM: Words.text("checklist.why.forbidden").vi
    case .some(let code): String(cString: strerror(code))
    }
  }
}
