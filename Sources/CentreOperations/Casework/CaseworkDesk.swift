import CentreStore
import Foundation
import GRDB
import OneStop

/// Commands about dossiers, inside a transaction of the command desk: the slice of state a command needs is read from the
/// rows, decided on, journalled and written back.
public enum CaseworkDesk {
  /// - Returns: the dossiers as they are now, in order.
  @discardableResult
  public static func run(
    _ command: DossierCommand, _ rules: CaseRules, by actor: Actor, _ ledger: inout Ledger
  ) throws -> [Dossier] {
    let zone = rules.calendar.zone
    let today = LocalDay(ledger.now, in: zone)
    let command = try takeOver(command, rules, by: actor, &ledger)
    var needed: [Dossier] = []
    if let id = command.dossier, let dossier = try DossierRows.own(id, ledger.db) { needed.append(dossier) }
    if let code = command.code, let dossier = try DossierRows.own(code: code, ledger.db) { needed.append(dossier) }
    var load = Caseload(
      rules: rules, dossiers: needed, lastID: try DossierRows.lastID(ledger.db),
      provisional: (
        today, try DossierRows.provisional(prefix: DossierCode.provisionalPrefix(of: today), ledger.db)
      ))
    let events = try load.decide(command, by: actor, at: ledger.now)
    var cause: Int64?
    var changed: [Dossier.ID] = []
    for event in events {
      let seq = try ledger.append(event.type, event.payload, by: actor, cause: cause)
      cause = cause ?? seq
      load.apply(event, at: ledger.now)
      if changed.last != event.dossier { changed.append(event.dossier) }
    }
    let dossiers = changed.compactMap { load[$0] }
    try DossierRows.write(dossiers, in: zone, ledger.db)
    if dossiers.contains(where: { $0.sameDay?.day == today }) { ledger.notes.append(PromiseNews()) }
    return dossiers
  }

  /// Wakes the counters, which show what they promised for today.
  private struct PromiseNews: Sendable {}

  /// What the register says of a dossier becomes an event here before anything is decided about it, so that the journal
  /// alone tells what the decision was made on.
  /// - Returns: the command, about the number of ours that a dossier of the register gets now.
  private static func takeOver(
    _ command: DossierCommand, _ rules: CaseRules, by actor: Actor, _ ledger: inout Ledger
  ) throws -> DossierCommand {
    guard let id = command.dossier else { return command }
    return command.of(try takeOver(id, rules, by: actor, &ledger))
  }

  /// - Returns: the number of ours, also where the dossier was known from the register only; where nobody knows it, the same.
  public static func takeOver(
    _ id: Dossier.ID, _ rules: CaseRules, by actor: Actor, _ ledger: inout Ledger
  ) throws -> Dossier.ID {
    let own = id.rawValue < 0 ? nil : try DossierRows.own(id, ledger.db)
    var row: RegisterRows.Row?
    if let own {
      row = try RegisterRows.entry(code: own.code, ledger.db)
    } else if id.rawValue < 0 {
      row = try RegisterRows.entry(number: -id.rawValue, ledger.db)
    }
    guard let row else { return id }
    // Taken over meanwhile, by somebody else.
    if id.rawValue < 0, let known = try DossierRows.own(code: row.entry.code, ledger.db) {
      return try takeOver(known.id, rules, by: actor, &ledger)
    }
    let number = try own?.id ?? Dossier.ID(DossierRows.lastID(ledger.db).rawValue + 1)
    var load = Caseload(
      rules: rules, dossiers: own.map { [$0] } ?? [], lastID: number,
      provisional: (LocalDay(ledger.now, in: rules.calendar.zone), 0))
    let event = DossierEvent.imported(.init(dossier: number, entry: row.entry))
    load.apply(event, at: ledger.now)
    guard let dossier = load[number], dossier != own else { return id }
    try ledger.append(event.type, event.payload, by: actor)
    try DossierRows.write([dossier], in: rules.calendar.zone, ledger.db)
    return number
  }

  /// Writes down that the register's date holds from now on instead of the one counted here.
  /// - Returns: false where nothing is to be replaced any more.
  static func replaceDue(
    _ id: Dossier.ID, _ rules: CaseRules, by actor: Actor, _ ledger: inout Ledger
  ) throws -> Bool {
    guard let own = try DossierRows.own(id, ledger.db),
      let entry = try RegisterRows.entry(code: own.code, ledger.db)?.entry,
      let event = own.dueReplacement(by: entry)
    else { return false }
    let zone = rules.calendar.zone
    var load = Caseload(
      rules: rules, dossiers: [own], lastID: id, provisional: (LocalDay(ledger.now, in: zone), 0))
    try ledger.append(event.type, event.payload, by: actor)
    load.apply(event, at: ledger.now)
    try DossierRows.write(load.dossiers.values, in: zone, ledger.db)
    return true
  }

  /// What is due soon, overdue, or was late without an apology; the most pressing first.
  public static func watch(
    _ rules: CaseRules, at now: Instant, _ db: Database
  ) throws -> [(watch: DossierWatch, dossier: Dossier)] {
    let today = LocalDay(now, in: rules.calendar.zone)
    var last = today
    for _ in 0..<(rules.warnings.max() ?? 0) { last = rules.calendar.workingDay(after: last) ?? last }
    // The warning distance is in working days: a due day is one, so nothing beyond `last` can be near.
    let load = Caseload(
      rules: rules, dossiers: try DossierRows.pressing(dueBy: last, db), lastID: 0, provisional: (today, 0))
    return load.watch(at: now).compactMap { watch in load[watch.dossier].map { (watch, $0) } }
  }

  /// What in the rows is not what the journal says; empty: they agree.
  public static func differences(_ rules: CaseRules, _ db: Database) throws -> [String] {
    var load = Caseload(rules: rules)
    var after: Int64 = 0
    while true {
      let entries = try Journal.entries(db, after: after, limit: 5000)
      guard let last = entries.last else { break }
      for entry in entries { if let event = try entry.dossierEvent() { load.apply(event, at: entry.at) } }
      after = last.seq
    }
    let rows = try DossierRows.all(db)
    var faults: [String] = []
    if rows.count != load.dossiers.count {
      faults.append("\(rows.count) dossiers in the table, \(load.dossiers.count) in the journal")
    }
    for row in rows where load[row.id] != row { faults.append("dossier \(row.id) is not what the journal says") }
    return faults
  }
}
