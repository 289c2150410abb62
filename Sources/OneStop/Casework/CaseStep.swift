/// What can be done with a dossier at a counter, in the words of the API.
public enum CaseStep: String, Codable, Hashable, Sendable, CaseIterable {
  case accept, refuse, pass
  case askSupplement = "ask-supplement"
  case supply
  case askPayment = "ask-payment"
  case paid, stop, resume
  case settleDue = "settle-due"
  case giveBack = "return"
  case withdraw, finish
  case handOver = "hand-over"
  case reappoint
  case recordReappointment = "record-reappointment"
  case recordApology = "record-apology"
  case replaceCode = "replace-code"
  case explainSameDay = "explain-same-day"
  case annul

  /// Of which list its reason is; nil: it needs none.
  public var reasons: CaseReason.Use? {
    switch self {
    case .askSupplement: .supplement
    case .giveBack: .return
    case .refuse: .refuse
    case .stop: .stop
    case .reappoint, .recordReappointment: .late
    case .explainSameDay: .sameDay
    case .annul: .annul
    case .accept, .pass, .supply, .askPayment, .paid, .resume, .settleDue, .withdraw, .finish, .handOver,
      .recordApology,
      .replaceCode:
      nil
    }
  }
}

extension CaseStep {
  /// The command of this step. What only some steps need is asked for when one does.
  public func command(
    on id: Dossier.ID, reason: String, day: () throws -> LocalDay, number: () throws -> String,
    code: () throws -> DossierCode
  ) rethrows -> DossierCommand {
    switch self {
    case .accept: .accept(id)
    case .refuse: .refuse(id, reason: reason)
    case .pass: .pass(id)
    case .askSupplement: .askSupplement(id, reason: reason)
    case .supply: .supply(id)
    case .askPayment: .askPayment(id)
    case .paid: .paid(id)
    case .stop: .stop(id, reason: reason)
    case .resume: .resume(id)
    case .settleDue: .settleDue(id)
    case .giveBack: .returnDossier(id, reason: reason)
    case .withdraw: .withdraw(id)
    case .finish: .finish(id)
    case .handOver: .handOver(id)
    case .reappoint: .reappoint(id, to: try day(), reason: reason)
    case .recordReappointment: .recordReappointment(id, to: try day(), reason: reason)
    case .recordApology: .recordApology(id, number: try number())
    case .replaceCode: .replaceCode(id, with: try code())
    case .explainSameDay: .explainSameDay(id, reason: reason)
    case .annul: .annul(id, reason: reason)
    }
  }
}

extension Caseload {
  /// The steps the rules allow now: each is tried against them, so that a button never promises what they refuse.
  public func possibleSteps(of id: Dossier.ID, at now: Instant) -> [CaseStep] {
    guard let dossier = dossiers[id] else { return [] }
    let free = DossierCode("0-thu-\(id)")!
    let later = dossier.due.flatMap { due in
      rules.calendar.workingDay(after: max(due.day, LocalDay(now, in: rules.calendar.zone)))
    }
    return CaseStep.allCases.filter { step in
      // Any word of the list will do for the trial; without a list, any word.
      let reason = step.reasons.map { use in rules.reasons.first { $0.uses.contains(use) }?.id ?? "thu" } ?? ""
      do {
        let command = try step.command(
          on: id, reason: reason,
          day: {
            guard let later else { throw DossierRejection.noCalendar }
            return later
          }, number: { "1" }, code: { free })
        _ = try decide(command, by: .system, at: now)
        return true
      } catch {
        return false
      }
    }
  }
}
