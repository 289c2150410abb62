import OneStop
import Synchronization

/// The last thing each counter's devices have to say to its officer, shown on the counter's screen for a while. Kept in
/// memory only: after a restart nobody waits for it any more.
public final class CounterNotices: Sendable {
  public struct Notice: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable {
      /// A keypad's command was refused.
      case refused
      /// A ticket was scanned.
      case ticket
      /// An identity card was scanned; shown masked.
      case card
      /// A dossier's slip was scanned; the screen goes on with its code.
      case dossier
      /// A scan that is of no use here.
      case scan
    }
    public var kind: Kind
    public var words: Bilingual
    public var at: String
    /// Of a scanned ticket.
    public var number: String?
    /// The scanned ticket can be called here now.
    public var callable: Bool?
    /// Of a scanned slip: the text as it was read, an address or a code.
    public var scanned: String?
  }

  /// As long as an officer needs to look up and read.
  public static let seconds = 20
  private let all = Mutex<[Counter.ID: (notice: Notice, at: Instant)]>([:])

  public init() {}

  public func put(
    _ counter: Counter.ID, _ kind: Notice.Kind, _ words: Bilingual, number: String? = nil, callable: Bool? = nil,
    scanned: String? = nil, at now: Instant
  ) {
    let notice = Notice(kind: kind, words: words, at: now.iso, number: number, callable: callable, scanned: scanned)
    all.withLock { $0[counter] = (notice, now) }
  }

  public func clear(_ counter: Counter.ID) { all.withLock { _ = $0.removeValue(forKey: counter) } }

  public func current(_ counter: Counter.ID, at now: Instant) -> Notice? {
    all.withLock { all in
      guard let entry = all[counter] else { return nil }
      guard now.seconds(since: entry.at) < Self.seconds else {
        all[counter] = nil
        return nil
      }
      return entry.notice
    }
  }
}

/// An identity card that was just scanned at a counter, until the form at hand has taken what it needs. In memory only,
/// and gone after a minute, after one taking, or when the next card comes.
public final class CardTray: Sendable {
  public static let seconds = 60
  private let cards = Mutex<[Counter.ID: (card: CitizenCard, at: Instant)]>([:])

  public init() {}

  public func put(_ card: CitizenCard, _ counter: Counter.ID, at now: Instant) {
    cards.withLock { $0[counter] = (card, now) }
  }

  /// Hands out the fields that a form asks for and forgets the card.
  /// - Returns: nil where there is no card, or no longer.
  public func take(_ fields: Set<Field>, _ counter: Counter.ID, at now: Instant) -> [Field: String]? {
    let entry = cards.withLock { $0.removeValue(forKey: counter) }
    guard let entry, now.seconds(since: entry.at) < Self.seconds else { return nil }
    var values: [Field: String] = [:]
    for field in fields { values[field] = entry.card[field] }
    return values
  }

  /// Forgets cards nobody took.
  public func sweep(at now: Instant) {
    cards.withLock { cards in cards = cards.filter { now.seconds(since: $0.value.at) < Self.seconds } }
  }

  public enum Field: String, Codable, Sendable, CaseIterable { case number, name, born, sex, residence }
}

extension CitizenCard {
  subscript(field: CardTray.Field) -> String {
    switch field {
    case .number: number
    case .name: name
    case .born: "\(born)"
    case .sex: sex.rawValue
    case .residence: residence
    }
  }
}
