import CentreStore
import Foundation
import OneStop

/// The visits behind a figure, without anything about the people: a number, its times and what became of it.
public struct TicketRowsView: Encodable, Sendable {
  struct Row: Encodable, Sendable {
    var day: LocalDay
    var number, service, issuedAt: String
    var procedure: String?
    var calledAt, finishedAt: String?
    /// Of the longest wait of its steps, as the figures count it.
    var waitSeconds, serviceSeconds: Int?
    var late: Bool
    var counters: [Counter.ID]
    /// `waiting`, `called`, `serving`, `held`, `noShow`, or the outcome.
    var standing: String
  }

  /// How many there are; `rows` has the latest of them.
  var total: Int
  var rows: [Row]

  public init(_ found: (total: Int, visits: [Visit]), settings: CentreSettings, rules: CaseRules?) {
    total = found.total
    rows = found.visits.map { visit in
      let waits = visit.emergency ? [] : visit.steps.compactMap { DayFigures.wait(of: $0, settings) }
      let services = visit.steps.compactMap { $0.outcome == .served ? $0.serviceSeconds : nil }
      let standing: String
      if case .ended(let outcome, _) = visit.standing {
        standing = outcome.rawValue
      } else {
        standing = visit.standing.word
      }
      return Row(
        day: visit.day, number: visit.number,
        service: visit.steps.first.map { settings.service($0.service)?.boardName ?? $0.service.rawValue } ?? "",
        issuedAt: visit.issuedAt.iso,
        procedure: visit.procedure.map { rules?.procedures[$0]?.name ?? $0.rawValue },
        calledAt: visit.steps.first?.calledAt?.iso, finishedAt: visit.steps.last?.finishedAt?.iso,
        waitSeconds: waits.max(), serviceSeconds: services.isEmpty ? nil : services.reduce(0, +),
        late: waits.contains { $0 > settings.rules.targetWaitMinutes * 60 },
        counters: visit.steps.compactMap(\.counter),
        standing: standing)
    }
  }
}

/// The dossiers behind a figure: by code, never by name.
public struct DossierRowsView: Encodable, Sendable {
  public enum Part: String, CaseIterable, Sendable {
    case all, onTime, late, overdue, pending, online, notOnline, digitised, notDigitised
  }
  struct Row: Encodable, Sendable {
    var code, procedure: String
    var received: LocalDay
    var due, finished: LocalDay?
    var punctuality: Punctuality
    var channel: Dossier.Channel
    var digitised: Bool?
  }
  var total: Int
  var rows: [Row]

  public init(_ dossiers: [Dossier], _ part: Part, rules: CaseRules, at now: Instant, limit: Int) {
    let zone = rules.calendar.zone
    let today = LocalDay(now, in: zone)
    let full = Set(rules.procedures.all.filter { $0.online == .full }.map(\.id))
    let found = dossiers.filter { dossier in
      switch dossier.state {
      case .annulled, .registered, .refused: return false
      default: break
      }
      let punctual = dossier.punctuality(on: today, in: zone)
      switch part {
      case .all: return true
      case .onTime: return punctual == .early || punctual == .onDay
      case .late: return punctual == .late
      case .overdue: return punctual == .overdue
      case .pending: return punctual == .pending
      case .online: return full.contains(dossier.procedure) && dossier.channel == .online
      case .notOnline:
        return full.contains(dossier.procedure) && dossier.channel != .online && dossier.channel != .unknown
      case .digitised: return dossier.digitised == true
      case .notDigitised: return dossier.digitised == false
      }
    }
    total = found.count
    rows = found.suffix(limit).reversed().map {
      Row(
        code: $0.code.text, procedure: rules.procedures[$0.procedure]?.name ?? $0.procedure.rawValue,
        received: LocalDay($0.receivedAt, in: zone), due: $0.due?.day,
        finished: $0.finishedAt.map { LocalDay($0, in: zone) }, punctuality: $0.punctuality(on: today, in: zone),
        channel: $0.channel, digitised: $0.digitised)
    }
  }
}
