/// Which figures the columns of an export can carry. A missing column must never become a 100%.
public struct RegisterSupport: Codable, Hashable, Sendable {
  public enum Figure: String, Codable, Hashable, Sendable, CaseIterable {
    case received, byProcedure, onTime, overdue, supplements, online, digitised, vneid, sameDay
  }
  public enum Level: String, Codable, Hashable, Sendable {
    case whole
    /// It is counted, but not for every dossier; the words say for which.
    case partly
    case none
  }

  public var figure: Figure
  public var level: Level
  /// The columns that are missing for more.
  public var missing: [RegisterField]
  /// Of how many dossiers these files leave the column empty though they have it; nil: of none.
  public var blank: Int?

  /// - Parameters:
  ///   - columns: what the files of the import have.
  ///   - entries: the dossiers, joined: a column of one file may be empty for the dossiers of the other.
  public static func of(_ columns: Set<RegisterField>, _ entries: [RegisterEntry]) -> [RegisterSupport] {
    let blanks: [Figure: (field: RegisterField, count: Int)] = [
      .received: (.received, entries.count { $0.receivedAt == nil }),
      .byProcedure: (.procedure, entries.count { $0.procedure == nil }),
      // Without a day of finishing only what was handed over is in doubt: the others aren't finished.
      .onTime: (.finished, entries.count { $0.standing == .handedOver && $0.finishedAt == nil }),
      .online: (.channel, entries.count { $0.channel == nil }),
      .digitised: (.digitised, entries.count { $0.digitised == nil }),
      .vneid: (.vneid, entries.count { $0.vneid == nil }),
    ]
    return of(columns).map { item in
      guard item.level == .whole, let blank = blanks[item.figure], blank.count > 0 else { return item }
      // A column in which nothing stands is as good as none.
      if blank.count == entries.count {
        return RegisterSupport(
          figure: item.figure, level: item.figure == .onTime ? .partly : .none, missing: [blank.field])
      }
      return RegisterSupport(figure: item.figure, level: .partly, missing: [blank.field], blank: blank.count)
    }
  }

  /// - Parameter columns: what the files of the import have.
  public static func of(_ columns: Set<RegisterField>) -> [RegisterSupport] {
    // A code names its procedure.
    let given = columns.contains(.procedureCode) ? columns.union([.procedure]) : columns
    func item(_ figure: Figure, _ needed: [RegisterField]) -> RegisterSupport {
      let missing = needed.filter { !given.contains($0) }
      return RegisterSupport(figure: figure, level: missing.isEmpty ? .whole : .none, missing: missing)
    }
    // On time is judged by the day the work was finished. With the day of handing over alone, a result handed over in
    // time was surely ready in time, and of the others nobody knows: citizens come late.
    var onTime = RegisterSupport(figure: .onTime, level: .whole, missing: [])
    if !given.contains(.finished) {
      onTime.level = given.contains(.handedOver) ? .partly : .none
      onTime.missing = [.finished]
    }
    if !given.contains(.due) {
      // Then it is counted here by the procedure's limit, which knows of no re-appointment and no waiting.
      onTime.missing.append(.due)
      if onTime.level == .whole { onTime.level = .partly }
    }
    var overdue = RegisterSupport(figure: .overdue, level: .whole, missing: [])
    if !given.contains(.finished), !given.contains(.state) {
      overdue = RegisterSupport(
        figure: .overdue, level: given.contains(.handedOver) ? .partly : .none, missing: [.finished, .state])
    }
    // The state is that of the day of the export: what waited for a supplement before and goes on now isn't seen.
    var supplements = item(.supplements, [.state])
    if supplements.level == .whole { supplements.level = .partly }
    // A promise is made at our own counter; the register only adds the day of handing over.
    var sameDay = item(.sameDay, [.handedOver])
    if sameDay.level == .whole { sameDay.level = .partly }
    return [
      item(.received, [.received]), item(.byProcedure, [.procedure]), onTime, overdue, supplements,
      item(.online, [.channel]), item(.digitised, [.digitised]), item(.vneid, [.vneid]), sameDay,
    ]
  }
}
