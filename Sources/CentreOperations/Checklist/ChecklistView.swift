import CentreStore
import GRDB
import OneStop

/// The checklist of a day as page, command line and paper show it.
public struct ChecklistView: Codable, Sendable, Hashable {
  public struct Mark: Codable, Sendable, Hashable {
    /// The person's name; the id where the centre no longer knows it.
    public var by: String
    public var at: String
    public var excuse: ChecklistExcuse?
  }

  public struct Line: Codable, Sendable, Hashable {
    public var kind, id: String
    public var name: Bilingual
    public var outcome: CheckOutcome
    public var words: Bilingual
    public var mark: Mark?
  }

  public struct Finished: Codable, Sendable, Hashable {
    public var by, at: String
  }

  public var day: LocalDay
  /// Whether it is the running day, which alone can be ticked.
  public var isToday: Bool
  /// When network and disks were looked at last; absent: not yet.
  public var lookedAt: String?
  public var lines: [Line]
  /// Items that are neither ticked nor excused.
  public var open: Int
  public var finished: Finished?

  /// - Parameter seen: what the daemon knows now; nil shows a day as it was finished.
  public init(
    _ day: LocalDay, _ seen: ChecklistDesk.Seen?, lookedAt: Instant?, _ state: CentreState, _ db: Database
  ) throws {
    let list = try ChecklistRows.day(day, db)
    let items = state.hall.settings.checklist
    func name(_ id: String) -> String { state.officers[Officer.ID(id)]?.name ?? id }
    func mark(_ mark: ChecklistDay.Mark) -> Mark { Mark(by: name(mark.by), at: mark.at.iso, excuse: mark.excuse) }
    self.day = day
    isToday = day == state.hall.day
    self.lookedAt = lookedAt?.iso
    if let seen {
      let english = Dictionary(items.map { ($0.id.rawValue, $0.nameEn) }) { first, _ in first }
      lines =
        seen.results.map {
          Line(kind: $0.kind, id: $0.id, name: $0.name, outcome: $0.outcome, words: $0.words)
        }
        + list.manualLines(items).map { line in
          Line(
            kind: line.kind, id: line.id, name: Bilingual(line.name, english[line.id] ?? line.name),
            outcome: line.outcome, words: Self.words(line.mark), mark: line.mark.map(mark))
        }
    } else {
      lines = (list.end?.finished.lines ?? list.manualLines(items)).map { line in
        Line(
          kind: line.kind, id: line.id, name: Bilingual(line.name, line.name), outcome: line.outcome,
          words: line.kind == ChecklistItem.Kind.manual.rawValue
            ? Self.words(line.mark) : Bilingual(line.words, line.words), mark: line.mark.map(mark))
      }
    }
    open = list.end == nil ? list.open(of: items).count : 0
    finished = list.end.map { Finished(by: name($0.by), at: $0.at.iso) }
  }

  private static func words(_ mark: ChecklistDay.Mark?) -> Bilingual {
    guard let mark else { return Words.text("checklist.notYet") }
    return Words.text(mark.excuse.map { "checklist.excuse.\($0.rawValue)" } ?? "checklist.done")
  }

  /// Something that needs a person now, besides what people tick.
  public var failed: [Line] {
    lines.filter { $0.outcome == .failed && $0.kind != ChecklistItem.Kind.manual.rawValue }
  }
}
