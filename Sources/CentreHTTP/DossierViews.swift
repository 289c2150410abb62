import CentreOperations
import OneStop

/// A dossier as an officer sees it.
struct DossierView: Encodable, Sendable {
  struct DueView: Encodable, Sendable {
    var day: LocalDay
    var until: TimeOfDay
    var provisional: Bool

    init?(_ due: Due?, in zone: ZoneOffset) {
      guard let due else { return nil }
      day = due.day
      // Counted from the due day: a centre that closes at 24:00 closes on that day and not at 00:00 of the next.
      until = TimeOfDay(minutes: due.at.seconds(since: due.day.start(in: zone)) / 60)
      provisional = due.provisional
    }
  }

  var id: Dossier.ID
  var code: String
  /// The code it had in an outage, still on the citizen's first slip.
  var formerCode: String?
  /// The code is ours and waits for the real one.
  var provisionalCode: Bool
  var procedure: Procedure.ID
  var procedureName: String
  var state: Dossier.State
  var channel: Dossier.Channel
  var receivedDay: LocalDay
  var due: DueView?
  /// Why it is due then.
  var dueWhy: Bilingual
  var punctuality: Punctuality
  var supplements: Int
  var reappointments: Int
  var apologies: Int
  var sameDay: String?
  /// Whether the commune's list has its procedure for the same-day day of receipt, and why it was not kept.
  var sameDayReason: String?
  /// What can be done with it now.
  var steps: [CaseStep]
  /// The letters that can be printed for it now.
  var letters: [Letter.Kind]
  var visit: Visit.ID?
  var counter: Counter.ID?

  init(_ dossier: Dossier, _ rules: CaseRules, at now: Instant) {
    let zone = rules.calendar.zone
    let today = LocalDay(now, in: zone)
    id = dossier.id
    code = dossier.code.text
    formerCode = dossier.formerCode?.text
    provisionalCode = dossier.code.isProvisional
    procedure = dossier.procedure
    procedureName = rules.procedures[dossier.procedure]?.name ?? dossier.procedure.rawValue
    state = dossier.state
    channel = dossier.channel
    receivedDay = LocalDay(dossier.receivedAt, in: zone)
    due = DueView(dossier.due, in: zone)
    dueWhy = DueWords.why(dossier, rules)
    punctuality = dossier.punctuality(on: today, in: zone)
    supplements = dossier.supplements
    reappointments = dossier.reappointments.count
    apologies = dossier.apologies.count
    sameDay =
      switch dossier.sameDay {
      case .promised: "promised"
      case .afterCutoff: "afterCutoff"
      case nil: nil
      }
    sameDayReason = dossier.sameDayReason
    steps = Caseload(rules: rules, dossiers: [dossier], lastID: dossier.id, provisional: (today, 0))
      .possibleSteps(of: dossier.id, at: now)
    letters = rules.letters(for: dossier, on: today)
    visit = dossier.visit
    counter = dossier.counter
  }
}

struct DossierList: Encodable, Sendable { var dossiers: [DossierView] }

/// A reason of the centre's list, with the uses it may be chosen for.
struct ReasonView: Encodable, Sendable {
  var id: String
  var uses: [CaseReason.Use]
  var words: Bilingual

  init(_ reason: CaseReason) {
    id = reason.id
    uses = reason.uses.sorted { $0.rawValue < $1.rawValue }
    words = Bilingual(reason.name, reason.nameEn)
  }
}

struct ProcedureView: Encodable, Sendable {
  var code: String
  var name: String
  /// What people say for it: fits a key where the name doesn't.
  var short: String?
  var field: String?
  var service: Service.ID?
  var limit: String?
  var limitWithVerification: String?
  var online: Procedure.OnlineLevel?
  var fee: String?
  var documents: [String]?
  var form: String?
  var legalBasis: String?
  var sameDay: Bool?

  init(_ procedure: Procedure) {
    code = procedure.id.rawValue
    name = procedure.name
    short = procedure.otherNames.first
    field = procedure.field
    service = procedure.service
    limit = procedure.limit?.description
    limitWithVerification = procedure.limitWithVerification?.description
    online = procedure.online
    fee = procedure.fee
    documents = procedure.documents
    form = procedure.form
    legalBasis = procedure.legalBasis
    sameDay = procedure.sameDay
  }
}
