/// Who has to do what about a promise that is about to be missed.
public struct DossierWatch: Hashable, Sendable {
  public var dossier: Dossier.ID
  public var level: Level
  /// Working days until the due day: 0 today, negative after it.
  public var workingDaysLeft: Int
  /// The last day on which the notice and the apology are in time.
  public var apologyDay: LocalDay?
  public var apology: ApologyState

  public enum Level: Hashable, Comparable, Sendable {
    /// Moved here to a date that isn't near yet, and the letter that the move needs is missing.
    case moved
    /// Within one of the warning distances: the smallest that is reached, in working days.
    case soon(Int)
    case overdue
    /// Handed over or finished late, and nobody has apologised.
    case finishedLate

    /// `moved`, `soon`, `overdue`, `finishedLate`.
    public var word: String {
      switch self {
      case .moved: "moved"
      case .soon: "soon"
      case .overdue: "overdue"
      case .finishedLate: "finishedLate"
      }
    }

    private var order: Int {
      switch self {
      case .moved: .min
      case .soon(let days): -days
      case .overdue: 1
      case .finishedLate: 2
      }
    }
    public static func < (a: Level, b: Level) -> Bool { a.order < b.order }
  }

  public enum ApologyState: String, Codable, Hashable, Sendable {
    case notYet
    /// Today is the last day in time, or the day before it: write it now if the date won't be kept.
    case dueNow
    /// The day has passed, or the date was moved, and there is a letter too few: it stands on the supervisor's list until
    /// there is one for each date that wasn't kept.
    case missing
    case written
  }
}

extension Caseload {
  /// Dossiers whose date is near or past, the most pressing first. The supervisor's list is the part with an apology
  /// that is `missing`.
  public func watch(at now: Instant) -> [DossierWatch] {
    let today = LocalDay(now, in: rules.calendar.zone)
    return dossiers.values.compactMap { watch($0, today) }
      .sorted { ($1.level, $0.workingDaysLeft, $0.dossier) < ($0.level, $1.workingDaysLeft, $1.dossier) }
  }

  private func watch(_ dossier: Dossier, _ today: LocalDay) -> DossierWatch? {
    guard let due = dossier.due else { return nil }
    let calendar = rules.calendar
    let left = calendar.workingDays(from: today, to: due.day)
    let apologyDay = calendar.workingDay(before: due.day)
    let punctuality = dossier.punctuality(on: today, in: calendar.zone)
    // Each date that wasn't kept needs a letter of its own: those we moved, and the one that is missed or near. What was
    // moved in the other system got its letter there.
    let moves = dossier.reappointments.count { !$0.elsewhere }
    let letters = dossier.apologies.count
    let level: DossierWatch.Level
    switch punctuality {
    case .overdue: level = .overdue
    case .late: level = .finishedLate
    case .pending:
      // A pause stops the clock: nobody is warned of a date that will move.
      if !dossier.state.isPaused, let reached = rules.warnings.filter({ left <= $0 }).min() {
        level = .soon(reached)
      } else if letters < moves {
        level = .moved
      } else {
        return nil
      }
    case .early, .onDay, .undated, .unknown, .ended: return nil
    }
    let written = dossier.hasApologisedForItsDate
    let missed = punctuality != .pending
    if level == .finishedLate, written { return nil }
    let state: DossierWatch.ApologyState =
      written
      ? .written
      : missed || letters < moves ? .missing : (apologyDay.map { today >= $0 } ?? true) ? .dueNow : .notYet
    return DossierWatch(
      dossier: dossier.id, level: level, workingDaysLeft: left, apologyDay: apologyDay, apology: state)
  }
}
