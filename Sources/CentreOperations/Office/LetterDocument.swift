import CentreStore
import Foundation
import GRDB
import OneStop
import Printing

/// A letter: `{"document": "letter", "kind": "marriage", "dossier": 17, "name": "…"}`. It gets the year's next number in the
/// transaction that orders it, and keeps it when it is printed again. `name` and `deed` are printed and never kept, so a
/// letter that is printed again from the list of papers has dotted lines.
public struct LetterDocument: OfficeDocument {
  public static let kind = "letter"
  public static let namesSomebody = true

  public var letter: Letter.Kind
  public var dossier: Dossier.ID?
  /// Of a letter that has one: it is printed again.
  public var year: Int?
  public var number: Int?
  var words: CaseLetters.Words

  private enum Keys: String, CodingKey { case kind, dossier, year, number, name, deed }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    letter = try fields.decode(Letter.Kind.self, forKey: .kind)
    dossier = try fields.decodeIfPresent(Dossier.ID.self, forKey: .dossier)
    year = try fields.decodeIfPresent(Int.self, forKey: .year)
    number = try fields.decodeIfPresent(Int.self, forKey: .number)
    words = CaseLetters.Words(
      name: try Self.line(.name, longest: 120, fields), deed: try Self.line(.deed, longest: 400, fields))
  }

  private static func line(
    _ key: Keys, longest: Int, _ fields: KeyedDecodingContainer<Keys>
  ) throws -> String {
    let text = (try fields.decodeIfPresent(String.self, forKey: key) ?? "").precomposedStringWithCanonicalMapping
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.count <= longest else {
      throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: "too long")
    }
    return text
  }

  /// References only: nothing of a person.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode(letter, forKey: .kind)
    try fields.encodeIfPresent(dossier, forKey: .dossier)
    try fields.encodeIfPresent(year, forKey: .year)
    try fields.encodeIfPresent(number, forKey: .number)
  }

  /// What no dossier asks for is a supervisor's to give.
  public var isForSupervisors: Bool { dossier == nil }

  public var reference: String {
    ["letter", letter.rawValue, number.map { n in "\(n)/\(year ?? 0)" }].compactMap { $0 }.joined(separator: " ")
  }

  /// What stands in the register, or will.
  private struct Plan: Sendable {
    var letter: Letter
    var isNew: Bool
    var dossier: Dossier?
    var settings: CentreSettings
  }

  /// - Throws: `DossierRejection.notNow` where the dossier has no such letter now, `OfficeDocumentMistake`.
  public func paper(_ office: OfficeSources) async throws -> OfficePaper {
    guard let rules = office.casework, let letters = office.letters else { throw CaseworkIsOff() }
    let now = office.desk.clock.now
    let asked = self
    let plan = try await office.desk.look { db, state in
      try asked.plan(rules, state.hall.settings, at: now, db)
    }
    var kept = self
    (kept.year, kept.number) = (plan.letter.year, plan.letter.number)
    let kind = CentreOperations.Words.text("letter.kind.\(letter.rawValue)").vi
    var paper = OfficePaper(
      title: "\(kind) \(padded(plan.letter.number, 2))/\(plan.letter.year)",
      pdf: try letters.pdf(
        plan.letter, words, dossier: plan.dossier, rules: rules, settings: plan.settings, at: now))
    paper.kept = kept
    guard plan.isNew else { return paper }
    paper.enter = { ledger, state, actor in
      // Somebody else's letter came between: it has to be set anew with the next number.
      let fresh = try asked.plan(rules, state.hall.settings, at: ledger.now, ledger.db)
      guard fresh.isNew, fresh.letter == plan.letter, fresh.dossier == plan.dossier else { throw OfficePaper.Stale() }
      try Self.enter(plan.letter, rules, by: actor, &ledger)
    }
    return paper
  }

  /// Gives a letter its line in the register; an apology stands in its dossier too.
  static func enter(_ letter: Letter, _ rules: CaseRules, by actor: Actor, _ ledger: inout Ledger) throws {
    var letter = letter
    if letter.kind == .apology, let id = letter.dossier {
      // One from the register only gets a number of its own by this.
      let sign = "\(letter.number)/\(letter.year)"
      letter.dossier = try CaseworkDesk.run(.recordApology(id, number: sign), rules, by: actor, &ledger).first?.id ?? id
    }
    try LetterRows.add(letter, in: &ledger, by: actor)
  }

  private func plan(
    _ rules: CaseRules, _ settings: CentreSettings, at now: Instant, _ db: Database
  ) throws -> Plan {
    let day = LocalDay(now, in: settings.zone)
    var about: Dossier?
    if let dossier {
      guard let found = try DossierRows.dossier(dossier, db) else { throw DossierRejection.unknownDossier }
      about = found
    }
    if let number {
      guard let line = try LetterRows.letter(year ?? day.civil.year, number, db), line.letter.kind == letter else {
        throw OfficeDocumentMistake("number=\(number)")
      }
      if let about, line.letter.dossier != about.id, line.letter.code != about.code {
        throw OfficeDocumentMistake("number=\(number)")
      }
      if about == nil { about = try line.letter.dossier.flatMap { try DossierRows.dossier($0, db) } }
      return Plan(letter: line.letter, isNew: false, dossier: about, settings: settings)
    }
    if let about {
      let given = try LetterRows.latest(letter, for: about, db)
      guard rules.letters(for: about, on: day).contains(letter) else { throw DossierRejection.notNow }
      let isNew = letter == .apology ? about.wantsApology(on: day, in: settings.zone) : given == nil
      if !isNew {
        // An apology recorded by hand has its number elsewhere, and nothing here to print again.
        guard let given else { throw DossierRejection.notNow }
        return Plan(letter: given.letter, isNew: false, dossier: about, settings: settings)
      }
    } else if letter == .apology {
      throw OfficeDocumentMistake("dossier")
    }
    let year = day.civil.year
    return Plan(
      letter: Letter(
        year: year, number: try LetterRows.next(in: year, db), kind: letter, dossier: about?.id, code: about?.code),
      isNew: true, dossier: about, settings: settings)
  }
}
