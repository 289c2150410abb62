/// A word of the centre's list of reasons. Events keep the word for ever, so it names a cause and never a person; the
/// sentence on screens and papers may be bettered later.
public struct CaseReason: Codable, Hashable, Sendable {
  public enum Use: String, Codable, Hashable, Sendable, CaseIterable {
    case supplement, `return`, refuse, stop
    /// Why a date is moved or was missed.
    case late
    /// Why a result was not returned on its same-day day.
    case sameDay
    case annul
  }

  /// `thieu-giay-to`: lower case letters, digits and dashes, at most 40.
  public var id: String
  public var uses: Set<Use>
  public var name: String
  public var nameEn: String

  public init(id: String, uses: Set<Use>, name: String, nameEn: String = "") {
    self.id = id
    self.uses = uses
    self.name = name
    self.nameEn = nameEn.isEmpty ? name : nameEn
  }
}

extension CaseRules {
  /// The sentence of a reason in Vietnamese; the word itself where the list has lost it.
  public func reason(_ id: String) -> CaseReason {
    reasons.first { $0.id == id } ?? CaseReason(id: id, uses: [], name: id)
  }
}
