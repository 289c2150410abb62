import Testing

@testable import DeviceIO

@Suite struct KeypadDecoderTests {
  /// Keys as on the keypad: * transfer, E call-next, C clear, r recall, others digits.
  static func wishes(_ keys: String, gaps: [Int: Int] = [:]) -> [KeypadWish] {
    var decoder = KeypadDecoder()
    var time = Duration.zero
    return keys.enumerated().compactMap { i, key in
      time += .milliseconds(300) + .seconds(gaps[i] ?? 0)
      let meaning: KeypadKey =
        switch key {
        case "*": .transfer
        case "E": .callNext
        case "C": .clear
        case "r": .recall
        case "u": .undo
        default: .digit(key.wholeNumberValue!)
        }
      return decoder.feed(meaning, at: time)
    }
  }

  @Test(
    "keys make wishes",
    arguments: [
      ("E", [KeypadWish.callNext]), ("r", [.recall]), ("u", [.undo]), ("EE", [.callNext, .callNext]),
      ("*3E", [.transfer(counter: 3)]), ("*12E", [.transfer(counter: 12)]), ("3*", [.transfer(counter: 3)]),
      ("*5*", [.transfer(counter: 5)]), ("*3EE", [.transfer(counter: 3), .callNext]),
      // A wrong call is worse than none.
      ("3E", [.unclear]), ("*E", [.unclear]), ("**", [.unclear]), ("*0E", [.unclear]),
      ("*123E", [.unclear, .callNext]),
      ("*3r", [.unclear]), ("3CE", [.callNext]), ("*3CE", [.callNext]),
    ])
  func table(_ keys: String, _ wishes: [KeypadWish]) {
    #expect(Self.wishes(keys) == wishes, "\(keys)")
  }

  @Test("digits that nobody finished are forgotten")
  func patience() {
    #expect(Self.wishes("*3E", gaps: [2: 6]) == [.callNext])
    #expect(Self.wishes("3E", gaps: [1: 6]) == [.callNext])
  }
}
