/// What stands on a queue ticket, in the words the citizen reads. The language is the caller's:
/// nothing is added, translated or reordered here. An empty or absent text leaves no gap.
public struct TicketSlip: Equatable, Sendable {
  /// One line of the small table: "Quầy sẽ gọi" – "1 hoặc 3".
  public struct Fact: Equatable, Sendable {
    public var label: String
    public var value: String

    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  /// Name of the centre, one or two lines; a line too long for the paper is wrapped.
  public var centreLines: [String]
  /// Stands above the number: "Số thứ tự".
  public var heading: String
  /// The number as it is called: "A012".
  public var number: String
  /// The service; wraps after " – " before it wraps between words. A newline forces a break.
  public var service: String
  public var facts: [Fact]
  /// White on black across the paper, under the number: "ƯU TIÊN".
  public var priorityMark: String?
  /// Outlined under the number: "Trả trong ngày".
  public var sameDayMark: String?
  /// White on black above everything: "BẢN IN LẠI 09:26".
  public var reprintMark: String?
  /// Text of the QR code, usually the address of the follow page; nil leaves the code out.
  public var qr: String?
  /// Bold line beside the QR code, on 58 mm paper under it: "Còn mấy người?".
  public var qrTitle: String
  /// Words under `qrTitle`: a part that does not end a sentence goes on with the next one.
  public var qrLines: [String]
  /// Last line: "Lỡ lượt, mời báo cán bộ tại quầy."
  public var footer: String

  public init(
    centreLines: [String], heading: String, number: String, service: String, facts: [Fact] = [],
    priorityMark: String? = nil, sameDayMark: String? = nil, reprintMark: String? = nil,
    qr: String? = nil, qrTitle: String = "", qrLines: [String] = [], footer: String = ""
  ) {
    self.centreLines = centreLines
    self.heading = heading
    self.number = number
    self.service = service
    self.facts = facts
    self.priorityMark = priorityMark
    self.sameDayMark = sameDayMark
    self.reprintMark = reprintMark
    self.qr = qr
    self.qrTitle = qrTitle
    self.qrLines = qrLines
    self.footer = footer
  }
}
