/// What a key of a keypad means, as written in its profile.
public enum KeypadKey: Hashable, Sendable {
  case callNext, recall, start, finish, noShow, hold, undo
  /// Before the digits of a counter, or after them.
  case transfer
  case digit(Int)
  /// Forgets digits.
  case clear

  static let words: [String: KeypadKey] = [
    "call-next": .callNext, "recall": .recall, "start": .start, "finish": .finish, "no-show": .noShow, "hold": .hold,
    "undo": .undo, "transfer": .transfer, "clear": .clear,
  ]

  /// Nil where a profile says something else.
  public init?(word: String) {
    if let key = Self.words[word] {
      self = key
    } else if word.count == 1, let digit = word.first?.wholeNumberValue, word.first!.isASCII {
      self = .digit(digit)
    } else {
      return nil
    }
  }
}

/// Something an officer asks for at the keypad.
public enum KeypadWish: Hashable, Sendable {
  case callNext, recall, start, finish, noShow, hold, undo
  /// To the counter with this number, 1…99.
  case transfer(counter: Int)
  /// The keys make no sense together: nothing is done, and the officer is told.
  case unclear
}

/// Puts keys together to wishes. Pure: the caller brings the time.
///
/// `transfer`, digits, then the key of `call-next` (the large one) or `transfer` again; digits may also come first. Digits
/// that nobody finishes are forgotten after a pause, so that they don't spoil the next press.
public struct KeypadDecoder: Sendable {
  /// Longest pause between two keys of one wish.
  public static let patience = Duration.seconds(5)
  private var digits: [Int] = []
  private var transferring = false
  private var last: Duration?

  public init() {}

  /// - Parameter time: since any fixed moment.
  public mutating func feed(_ key: KeypadKey, at time: Duration) -> KeypadWish? {
    if let last, time - last > Self.patience { forget() }
    last = time
    switch key {
    case .digit(let digit):
      guard digits.count < 2 else {
        forget()
        return .unclear
      }
      digits.append(digit)
      return nil
    case .transfer:
      if !digits.isEmpty { return transfer() }
      // Twice without a number is a slip of the finger.
      if transferring {
        forget()
        return .unclear
      }
      transferring = true
      return nil
    case .clear:
      forget()
      return nil
    case .callNext where transferring: return transfer()
    default:
      // Digits before a key that takes none: perhaps another key was meant, and a wrong call is worse than none.
      if transferring || !digits.isEmpty {
        forget()
        return .unclear
      }
      return plain(key)
    }
  }

  /// Presses were lost.
  public mutating func forget() {
    digits = []
    transferring = false
  }

  private mutating func transfer() -> KeypadWish {
    let counter = digits.reduce(0) { $0 * 10 + $1 }
    forget()
    return counter > 0 ? .transfer(counter: counter) : .unclear
  }

  private func plain(_ key: KeypadKey) -> KeypadWish {
    switch key {
    case .callNext: .callNext
    case .recall: .recall
    case .start: .start
    case .finish: .finish
    case .noShow: .noShow
    case .hold: .hold
    case .undo: .undo
    case .transfer, .digit, .clear: .unclear
    }
  }
}
