/// What is still missing at a row of the sheet, and whose work it is.
public struct ScoreWork: Hashable, Sendable {
  public enum Missing: String, Codable, Hashable, Sendable {
    case points
    /// Points were given, and nothing is named that proves them.
    case evidence
    /// A figure that a person supplies.
    case figure
    /// An attached file that has vanished or changed.
    case file
  }
  public var item: ScoringTable.Item.ID
  public var title: String
  public var owner: String?
  public var missing: [Missing]
}

extension ScoreSheet {
  /// Rows with something missing, in the order of the table.
  /// - Parameters:
  ///   - figures: those without data.
  ///   - lost: hashes of attached files that are not as they were laid in.
  public func work(without figures: Set<Figure>, lost: Set<String>) -> [ScoreWork] {
    var work: [ScoreWork] = []
    func look(_ item: ScoringTable.Item, _ owner: String?) {
      let owner = item.owner ?? owner
      guard item.isScored else {
        for row in item.rows { look(row, owner) }
        return
      }
      let score = score(item.id)
      var missing: [ScoreWork.Missing] = []
      if score?.points == nil {
        missing.append(.points)
      } else if score?.evidence.isEmpty ?? true, item.auto != .full {
        missing.append(.evidence)
      }
      if (item.figures ?? []).contains(where: figures.contains) { missing.append(.figure) }
      if score?.evidence.contains(where: { $0.file.map { lost.contains($0.sha256) } ?? false }) ?? false {
        missing.append(.file)
      }
      if !missing.isEmpty {
        work.append(ScoreWork(item: item.id, title: item.title, owner: owner, missing: missing))
      }
    }
    for group in table.groups { look(group, nil) }
    return work
  }

  /// Files that stand at the scores that count now.
  public var files: [File] {
    table.allItems.compactMap { score($0.id) }.flatMap(\.evidence).compactMap(\.file)
  }
}
