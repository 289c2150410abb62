/// A paper for an office printer: letters, slips, reports. Values only; `PageLayout` makes a PDF of them.
public struct DocumentPage: Sendable, Hashable {
  public enum Paper: String, Sendable, Hashable, CaseIterable {
    case a4, a5

    /// Millimetres, upright (ISO 216).
    var size: (width: Double, height: Double) { self == .a4 ? (210, 297) : (148, 210) }
  }

  /// Millimetres.
  public struct Margins: Sendable, Hashable {
    public var top, bottom, left, right: Double

    public init(top: Double, bottom: Double, left: Double, right: Double) {
      self.top = top
      self.bottom = bottom
      self.left = left
      self.right = right
    }

    /// Decree 30/2020/NĐ-CP, annex I: top and bottom 20–25, left 30–35, right 15–20 mm.
    public static let decree30 = Margins(top: 20, bottom: 20, left: 30, right: 15)
    /// For tables of the office's own that are not issued as documents.
    public static let narrow = Margins(top: 18, bottom: 15, left: 15, right: 15)
  }

  public enum Alignment: Sendable, Hashable { case left, centre, right, justified }

  /// The two blocks above an issued document, after Decree 30/2020/NĐ-CP, annex I.
  public struct Head: Sendable, Hashable {
    /// The body above the issuer; empty where there is none.
    public var superior: String
    public var agency: String
    /// Number and symbol with their word, such as `Số: 12/BC-TTPVHCC`; empty where a paper has none.
    public var number: String
    /// Place and date in words: `Lê Chân, ngày 28 tháng 11 năm 2026`.
    public var placeAndDate: String

    public init(superior: String = "", agency: String, number: String = "", placeAndDate: String) {
      self.superior = superior
      self.agency = agency
      self.number = number
      self.placeAndDate = placeAndDate
    }
  }

  public struct Table: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
      public var head: String
      /// Share of the width, in proportion to the other columns; above 0.
      public var share: Double
      public var alignment: Alignment

      public init(_ head: String, share: Double = 1, _ alignment: Alignment = .left) {
        self.head = head
        self.share = share
        self.alignment = alignment
      }
    }

    public var columns: [Column]
    /// A row with fewer cells than columns ends with empty ones.
    public var rows: [[String]]
    /// Its last row is a sum and stands in bold.
    public var hasTotal: Bool
    /// Points.
    public var size: Double

    public init(columns: [Column], rows: [[String]], hasTotal: Bool = false, size: Double = 11) {
      self.columns = columns
      self.rows = rows
      self.hasTotal = hasTotal
      self.size = size
    }
  }

  public enum Block: Sendable, Hashable {
    case head(Head)
    /// Kind of document and what it is about, centred in bold.
    case title(String, about: String)
    case heading(String)
    case paragraph(String, Alignment)
    case table(Table)
    /// Millimetres of nothing.
    case space(Double)
    /// Whoever signs, on the right half: office above, name below the room for the signature.
    case signature(office: String, name: String)
    /// As `signature`, with who gets a copy at the left, after Decree 30.
    case closing(recipients: [String], office: String, name: String)
    /// Two who sign by hand, side by side; an empty side stays empty.
    case signatures(left: String, right: String)
    /// A QR code of 22 mm at the left edge with words beside it.
    case code(String, caption: String)
  }

  /// What a reader of the file shows as its name.
  public var title: String
  /// ISO 8601 without a zone. Given from outside so that the same values make the same bytes.
  public var madeAt: String
  public var paper: Paper
  public var isLandscape: Bool
  public var margins: Margins
  /// Points, of running text. Decree 30: 13–14.
  public var size: Double
  /// How far running lines stand apart, in heights of the font's own line. Decree 30: 1 to 1.5.
  public var leading = 1.0
  public var blocks: [Block]

  public init(
    title: String, madeAt: String, paper: Paper = .a4, isLandscape: Bool = false, margins: Margins = .decree30,
    size: Double = 13, blocks: [Block]
  ) {
    self.title = title
    self.madeAt = madeAt
    self.paper = paper
    self.isLandscape = isLandscape
    self.margins = margins
    self.size = size
    self.blocks = blocks
  }
}
