/// All dossiers of a centre that somebody still has to do with. A value that is rebuilt by applying events in order;
/// commands are decided against it and never change it themselves.
public struct Caseload: Hashable, Sendable {
  public var rules: CaseRules
  public internal(set) var dossiers: [Dossier.ID: Dossier] = [:]
  public internal(set) var lastID: Dossier.ID
  var dossierOfCode: [DossierCode: Dossier.ID] = [:]
  /// The day of the provisional codes and the last ordinal of it.
  var provisionalDay: LocalDay?
  var provisionalOrdinal = 0

  /// - Parameter lastID: the highest id ever used, so that none is used again.
  public init(rules: CaseRules, lastID: Dossier.ID = 0) {
    self.rules = rules
    self.lastID = lastID
  }

  /// A part of the dossiers, enough for one command.
  /// - Parameters:
  ///   - lastID: the highest id ever used, also by dossiers that aren't here.
  ///   - provisional: the day of the last provisional code and its number.
  public init(
    rules: CaseRules, dossiers: [Dossier], lastID: Dossier.ID, provisional: (day: LocalDay, ordinal: Int)
  ) {
    self.init(rules: rules, lastID: lastID)
    for dossier in dossiers {
      self.dossiers[dossier.id] = dossier
      dossierOfCode[dossier.code] = dossier.id
      if let former = dossier.formerCode { dossierOfCode[former] = dossier.id }
    }
    provisionalDay = provisional.day
    provisionalOrdinal = provisional.ordinal
  }

  public subscript(id: Dossier.ID) -> Dossier? { dossiers[id] }

  /// Also by the provisional code a dossier had before.
  public func dossier(code: DossierCode) -> Dossier? { dossierOfCode[code].flatMap { dossiers[$0] } }

  /// The procedures a counter received most among its dossiers at hand, for its one-key list.
  public func commonest(at counter: Counter.ID, limit: Int = 10) -> [Procedure.ID] {
    var counts: [Procedure.ID: Int] = [:]
    for dossier in dossiers.values where dossier.counter == counter { counts[dossier.procedure, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
  }
}

/// What dossiers are decided by: all of it data of the commune.
public struct CaseRules: Hashable, Sendable {
  public var procedures: ProcedureList
  public var dueRules: [DueRule]
  /// The rule of procedures that name none.
  public var generalRule: DueRule
  public var calendar: WorkingCalendar
  public var sameDay: SameDayPlans
  /// Warn so many working days before the due day; 0 is the day itself.
  public var warnings: [Int]
  /// The words an officer chooses from; empty: any word of the right form.
  public var reasons: [CaseReason]
  /// Whose hours dates are counted in, where those aren't the centre's opening hours: a centre to try out is open around
  /// the clock, and promises nothing for midnight.
  public var officeHours: OpeningHours?
  /// Which letter goes with a result of which procedure; from the templates of letters.
  public var letters: [Procedure.ID: Letter.Kind] = [:]

  public init(
    procedures: ProcedureList, dueRules: [DueRule], generalRule: DueRule, calendar: WorkingCalendar,
    sameDay: SameDayPlans = SameDayPlans(), warnings: [Int] = [3, 1, 0], reasons: [CaseReason] = []
  ) {
    self.procedures = procedures
    self.dueRules = dueRules
    self.generalRule = generalRule
    self.calendar = calendar
    self.sameDay = sameDay
    self.warnings = warnings
    self.reasons = reasons
  }

  /// With what the commune has decided on its settings page since the tables were read.
  public func adjusted(to settings: CentreSettings) -> CaseRules {
    var rules = self
    rules.sameDay = SameDayPlans(settings.sameDay)
    rules.warnings = settings.dossierWarnings
    rules.calendar.week = WorkingCalendar(hours: officeHours ?? settings.hours, years: []).week
    return rules
  }

  public func rule(_ id: DueRule.ID?) -> DueRule {
    id.flatMap { id in dueRules.first { $0.id == id } } ?? generalRule
  }
}
