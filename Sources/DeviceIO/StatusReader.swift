/// Tells apart what a printer sends back. Pure: bytes in, replies out; a reply may arrive in pieces.
///
/// The kinds differ in fixed bits (Citizen CT-S310 command reference, appendix): answers to `DLE EOT` are
/// 0xx1xx10, the first byte of automatic status is 0xx1xx00 and its other three are 0xx0xxxx, XON and XOFF are
/// 11h and 13h, and the answer to `GS ( H` is 37h 22h, four characters, 00h.
struct StatusReader {
  enum Reply: Equatable {
    /// Answer to `DLE EOT n`. Which n is not said: ask one at a time.
    case realTime(UInt8)
    /// Four bytes of automatic status.
    case automatic([UInt8])
    /// Everything before the `GS ( H` with these four characters has been printed.
    case printed([UInt8])
    /// XON or XOFF.
    case flow(UInt8)
    case other(UInt8)
  }

  private var automatic: [UInt8] = []
  private var printed: [UInt8] = []

  /// Forgets replies of which only the beginning has arrived.
  mutating func reset() { self = StatusReader() }

  mutating func feed(_ bytes: some Sequence<UInt8>) -> [Reply] {
    var replies: [Reply] = []
    for byte in bytes { take(byte, into: &replies) }
    return replies
  }

  private mutating func take(_ byte: UInt8, into replies: inout [Reply]) {
    if !printed.isEmpty {
      printed.append(byte)
      if printed.count == 2, byte != 0x22 {
        printed = []
        replies.append(.other(0x37))
        return take(byte, into: &replies)
      }
      if printed.count == 7 {
        replies.append(byte == 0 ? .printed(Array(printed[2..<6])) : .other(byte))
        printed = []
      }
      return
    }
    if !automatic.isEmpty, StatusReader.continuesAutomatic(byte) {
      automatic.append(byte)
      if automatic.count == 4 {
        replies.append(.automatic(automatic))
        automatic = []
      }
      return
    }
    switch byte {
    case 0x37: printed = [byte]
    case 0x11, 0x13: replies.append(.flow(byte))
    case _ where StatusReader.isRealTime(byte): replies.append(.realTime(byte))
    case _ where StatusReader.beginsAutomatic(byte): automatic = [byte]
    default: replies.append(.other(byte))
    }
  }

  static func isRealTime(_ byte: UInt8) -> Bool { byte & 0b1001_0011 == 0b0001_0010 }
  static func beginsAutomatic(_ byte: UInt8) -> Bool { byte & 0b1001_0011 == 0b0001_0000 }
  static func continuesAutomatic(_ byte: UInt8) -> Bool { byte & 0b1001_0000 == 0 }
}
