/// What a printer last said about itself.
///
/// Bits of the answers: Epson TM-U220 manual (DLE EOT, GS a), TM-L90 and TM-L60II technical references (GS a),
/// HPRT TP80K manual for clones.
public struct PrinterStatus: Equatable, Sendable {
  /// The roll will do for some more tickets.
  public var paperNearEnd = false
  public var paperOut = false
  public var coverOpen = false
  /// Not taking data for whatever reason; the feed button held down counts.
  public var offline = false
  public var cutterError = false
  /// Any other mechanical, electrical or heat error.
  public var otherError = false
  /// No connection.
  public var unreachable = false
  /// Connected, but it answers no status query: many clones. Printing then is an act of faith.
  public var unknown = false

  /// On a serial line: it answers nothing, or nothing that makes sense. Nearly always a speed that is not the printer's;
  /// whatever were sent would come out as garbage.
  public var wrongSpeed = false

  public init() {}

  public static let unreachable: PrinterStatus = {
    var status = PrinterStatus()
    status.unreachable = true
    return status
  }()

  public static let unknown: PrinterStatus = {
    var status = PrinterStatus()
    status.unknown = true
    return status
  }()

  /// It has answered and nothing stands in the way. Paper near its end does not.
  public var ready: Bool { !unknown && mayPrint }

  /// Nothing is known to stand in the way.
  public var mayPrint: Bool {
    !(paperOut || coverOpen || offline || cutterError || otherError || unreachable || wrongSpeed)
  }

  // MARK: - Answers

  /// Takes in the answer to `DLE EOT n`, n in 1…4.
  public mutating func take(realTime byte: UInt8, query n: UInt8) {
    func bit(_ number: UInt8) -> Bool { byte & (1 << number) != 0 }
    switch n {
    case 1:
      // 3 offline, 5 waiting for online recovery, 6 feed button pressed
      if bit(3) || bit(5) || bit(6) { offline = true }
    case 2:
      // 2 cover open, 3 feeding by button, 5 stopped by paper end, 6 error
      if bit(2) { coverOpen = true }
      if bit(3) { offline = true }
      if bit(5) { paperOut = true }
      if bit(6) { otherError = true }
    case 3:
      // 2 recoverable (mechanical), 3 cutter, 5 unrecoverable, 6 recovers by itself (head too hot)
      if bit(3) { cutterError = true }
      if bit(2) || bit(5) || bit(6) { otherError = true }
    case 4:
      // 2+3 near end, 5+6 end; both bits are set together, either is enough
      if bit(2) || bit(3) { paperNearEnd = true }
      if bit(5) || bit(6) { paperOut = true }
    default: break
    }
  }

  /// The state told by four bytes of automatic status; nil when they are not such an answer.
  public init?(automatic bytes: [UInt8]) {
    guard bytes.count == 4, StatusReader.beginsAutomatic(bytes[0]),
      bytes.dropFirst().allSatisfy(StatusReader.continuesAutomatic)
    else { return nil }
    func bit(_ number: UInt8, of index: Int) -> Bool { bytes[index] & (1 << number) != 0 }
    offline = bit(3, of: 0) || bit(6, of: 0) || bit(0, of: 1)
    coverOpen = bit(5, of: 0)
    cutterError = bit(3, of: 1)
    otherError = bit(2, of: 1) || bit(5, of: 1) || bit(6, of: 1)
    paperNearEnd = bit(0, of: 2) || bit(1, of: 2)
    paperOut = bit(2, of: 2) || bit(3, of: 2)
  }
}

extension PrinterStatus: CustomStringConvertible {
  public var description: String {
    let facts = [
      (unreachable, "unreachable"), (wrongSpeed, "wrong speed"), (unknown, "no status"), (paperOut, "paper out"),
      (coverOpen, "cover open"),
      (cutterError, "cutter error"), (otherError, "error"), (offline, "offline"), (paperNearEnd, "paper near end"),
    ].filter(\.0).map(\.1)
    return facts.isEmpty ? "ready" : facts.joined(separator: ", ")
  }
}
