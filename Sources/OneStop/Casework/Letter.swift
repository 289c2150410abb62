/// A letter of the centre in the register of letters. Who it is to is printed and kept nowhere.
public struct Letter: Codable, Hashable, Sendable {
  /// The kinds of Decision 5049, II.4, and the birth of a child.
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    case marriage, birth, condolence, thanks, commendation, apology
  }

  /// Numbers begin at 1 each year and have no gaps (Circular 01/2018, article 10, of registers).
  public var year: Int
  public var number: Int
  public var kind: Kind
  public var dossier: Dossier.ID?
  /// The public code of the dossier.
  public var code: DossierCode?

  public init(year: Int, number: Int, kind: Kind, dossier: Dossier.ID? = nil, code: DossierCode? = nil) {
    self.year = year
    self.number = number
    self.kind = kind
    self.dossier = dossier
    self.code = code
  }
}

extension Dossier {
  /// Whether one more apology is due: each date that wasn't kept here needs a letter of its own.
  /// - Parameter today: a dossier is overdue from the day after its due day.
  public func wantsApology(on today: LocalDay, in zone: ZoneOffset) -> Bool {
    let moves = reappointments.count { !$0.elsewhere }
    if apologies.count < moves { return true }
    guard [.overdue, .late].contains(punctuality(on: today, in: zone)) else { return false }
    return !hasApologisedForItsDate
  }

  /// There is a letter for the date that holds now. One written before the last move was for an earlier date, however many
  /// there are.
  var hasApologisedForItsDate: Bool {
    let moves = reappointments.count { !$0.elsewhere }
    let moved = reappointments.last?.at
    return apologies.count > moves && apologies.contains { apology in moved.map { apology.at > $0 } ?? true }
  }
}

extension CaseRules {
  /// The letters that can be printed for a dossier now: what goes with a result that was handed over, and an apology for a
  /// date that was not kept.
  public func letters(for dossier: Dossier, on today: LocalDay) -> [Letter.Kind] {
    var kinds: [Letter.Kind] = []
    if dossier.state == .handedOver, let kind = letters[dossier.procedure] { kinds.append(kind) }
    let missed = [.overdue, .late].contains(dossier.punctuality(on: today, in: calendar.zone))
    if dossier.due != nil, missed || dossier.reappointments.contains(where: { !$0.elsewhere }) {
      kinds.append(.apology)
    }
    return kinds
  }
}
