import Foundation
import OneStop
import Printing

/// The words of an office paper, in a file the commune may replace: forms change with every circular. Line by line:
/// `@kho a5`, `@dau NUMBER` (the head of an issued document), `= KIND`, `~ ABOUT`, `## HEADING`, `| CELL | CELL |` (a table
/// whose first row is its head), `@qr CAPTION`, `@ky LEFT | RIGHT` (who signs), `@ky2 RIGHT`, `// remark`, and any other
/// line is a paragraph. `{fields}` are filled in; a row with `{giay_to}` stands once for each paper to bring.
///
/// Letters have besides: `@co_quan ISSUER`, `@tren BODY ABOVE IT`, `@noi PLACE` (for the head), `@giua CENTRED LINE`,
/// `@noi_nhan WHO; WHO` (who gets a copy), `@ky1 OFFICE | NAME` (who signs alone), `@khi CODE CODE` (procedures whose
/// result it goes with).
public struct SlipTemplate: Sendable {
  /// What stands in a template and what was known of a dossier.
  public struct Fields: Sendable {
    var values: [String: String]
    /// Papers to bring.
    var papers: [String]
    /// Address of the look-up page.
    var lookUp: String
    var head: DocumentPage.Head
  }

  private enum Line: Sendable {
    case head(String), title(String), about(String), heading(String), row([String]), code(String), text(String)
    case signatures(left: String, right: String)
    case centred(String)
    case closing(recipients: [String], office: String, name: String)
  }

  /// Which fields a template may use and which it has to.
  struct Vocabulary: Sendable {
    var names: [String]
    var needed: String
    /// Key of the words that say why it is needed.
    var why: String
    var isLetter: Bool

    static let slip = Vocabulary(
      names: SlipTemplate.names, needed: "ma_ho_so", why: "templateNeeds", isLetter: false)
  }

  /// The names a template may use. `ma_ho_so` has to be in each: without the code nobody finds the dossier again.
  public static let names = [
    "ma_ho_so", "ghi_chu_ma", "ten_co_quan", "thu_tuc", "ma_thu_tuc", "linh_vuc", "stt", "giay_to", "nhan_luc",
    "ly_do_han", "hen_tra", "hen_tra_truoc", "noi_tra", "phi_le_phi", "ly_do", "can_cu", "so_thu", "quay", "can_bo",
    "duong_day_nong", "dia_chi", "ngay",
  ]

  public let name: String
  let paper: DocumentPage.Paper
  /// Procedures after whose result it is offered, each with its line.
  let offeredAfter: [(line: Int, procedure: Procedure.ID)]
  private let isLetter: Bool
  /// What letters write above themselves: who issues, the body above, the place.
  private var issuer = "", superior = "", place = ""
  private let lines: [Line]

  /// - Throws: `TableError` with the line and the word of every mistake.
  public init(_ text: String, name: String) throws { try self.init(text, name: name, .slip) }

  init(_ text: String, name: String, _ vocabulary: Vocabulary) throws {
    self.name = name
    isLetter = vocabulary.isLetter
    var paper = vocabulary.isLetter ? DocumentPage.Paper.a4 : .a5
    var offered: [(line: Int, procedure: Procedure.ID)] = []
    var recipients: [String] = []
    var lines: [Line] = []
    var problems: [TableProblem] = []
    var fields: Set<String> = []
    for (i, written) in text.precomposedStringWithCanonicalMapping.split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .enumerated() {
      let line = written.trimmingCharacters(in: .whitespacesAndNewlines)
      if line.isEmpty || line.hasPrefix("//") { continue }
      func problem(_ key: String, _ places: [String: String] = [:]) {
        problems.append(TableProblem(i + 1, nil, key, places))
      }
      for field in Self.fields(in: line) {
        guard let field else {
          problem("templateBrace")
          continue
        }
        fields.insert(field)
        if !vocabulary.names.contains(field) {
          problem(
            "templateField",
            ["value": "{\(field)}", "choices": vocabulary.names.map { "{\($0)}" }.joined(separator: ", ")])
        }
      }
      let (mark, rest) = Self.split(line)
      switch mark {
      case "@kho":
        guard let size = DocumentPage.Paper(rawValue: rest.lowercased()) else {
          problem("templatePaper", ["value": rest])
          continue
        }
        paper = size
      case "@dau": lines.append(.head(rest))
      case "=": lines.append(.title(rest))
      case "~": lines.append(.about(rest))
      case "##": lines.append(.heading(rest))
      case "@qr": lines.append(.code(rest))
      case "@ky2": lines.append(.signatures(left: "", right: rest))
      case "@ky":
        let sides = Self.sides(rest)
        lines.append(.signatures(left: sides.left, right: sides.right))
      case "@ky1" where vocabulary.isLetter:
        let sides = Self.sides(rest)
        lines.append(.closing(recipients: recipients, office: sides.left, name: sides.right))
      case "@co_quan" where vocabulary.isLetter: issuer = rest
      case "@tren" where vocabulary.isLetter: superior = rest
      case "@noi" where vocabulary.isLetter: place = rest
      case "@giua" where vocabulary.isLetter: lines.append(.centred(rest))
      case "@noi_nhan" where vocabulary.isLetter:
        let who = rest.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        recipients = who.dropLast().map { "\($0);" } + who.suffix(1).map { "\($0)." }
      case "@khi" where vocabulary.isLetter:
        offered += rest.split { $0.isWhitespace || $0 == "," }.map { (i + 1, Procedure.ID(String($0))) }
      default:
        if line.hasPrefix("|") {
          lines.append(
            .row(
              line.dropFirst().dropLast(line.hasSuffix("|") ? 1 : 0).split(
                separator: "|", omittingEmptySubsequences: false
              )
              .map { $0.trimmingCharacters(in: .whitespaces) }))
        } else if line.hasPrefix("@") {
          problem(vocabulary.isLetter ? "letterMark" : "templateMark", ["value": mark])
        } else {
          lines.append(.text(line))
        }
      }
    }
    if !fields.contains(vocabulary.needed) {
      problems.append(TableProblem(nil, nil, vocabulary.why, ["value": "{\(vocabulary.needed)}"]))
    }
    guard problems.isEmpty else { throw TableError(name, problems) }
    self.paper = paper
    self.lines = lines
    offeredAfter = offered
  }

  /// - Parameter madeAt: ISO 8601 without a zone.
  public func page(_ fields: Fields, title: String, madeAt: String) -> DocumentPage {
    var blocks: [DocumentPage.Block] = []
    var table: [[String]] = []
    var kind: String?
    func endTable() {
      guard let head = table.first else { return }
      // A column of ordinal numbers is narrow; what is written by hand needs room.
      let columns = head.map { cell in
        DocumentPage.Table.Column(cell, share: cell.count <= 3 ? 0.5 : head.count > 2 && cell.count <= 9 ? 1 : 4)
      }
      blocks.append(.table(.init(columns: columns, rows: Array(table.dropFirst()), size: 10)))
      table = []
    }
    func endTitle(_ about: String = "") {
      if let title = kind { blocks.append(.title(title, about: about)) }
      kind = nil
    }
    for line in lines {
      if case .row = line {} else { endTable() }
      if case .about = line {} else { endTitle() }
      switch line {
      case .head(let number):
        var head = fields.head
        head.number = fill(number, fields)
        if !issuer.isEmpty { head.agency = fill(issuer, fields) }
        head.superior = fill(superior, fields)
        if !place.isEmpty { head.placeAndDate = "\(fill(place, fields)), \(head.placeAndDate)" }
        blocks.append(.head(head))
      case .title(let text): kind = fill(text, fields)
      case .about(let text): endTitle(fill(text, fields))
      case .heading(let text): blocks.append(.heading(fill(text, fields)))
      case .row(let cells):
        if cells.contains(where: { $0.contains("{giay_to}") }) {
          for (i, paper) in fields.papers.enumerated() {
            var own = fields
            own.values["stt"] = "\(i + 1)"
            own.values["giay_to"] = paper
            table.append(cells.map { fill($0, own) })
          }
        } else {
          table.append(cells.map { fill($0, fields) })
        }
      case .code(let caption): blocks.append(.code(fields.lookUp, caption: fill(caption, fields)))
      case .signatures(let left, let right):
        blocks.append(.signatures(left: fill(left, fields), right: fill(right, fields)))
      case .text(let text):
        let filled = fill(text, fields)
        if !filled.isEmpty { blocks.append(.paragraph(filled, isLetter ? .justified : .left)) }
      case .centred(let text): blocks.append(.paragraph(fill(text, fields), .centre))
      case .closing(let recipients, let office, let name):
        blocks.append(.space(4))
        blocks.append(.closing(recipients: recipients, office: fill(office, fields), name: fill(name, fields)))
      }
    }
    endTable()
    endTitle()
    var page = DocumentPage(
      title: title, madeAt: madeAt, paper: paper,
      margins: paper == .a5 ? .init(top: 10, bottom: 10, left: 15, right: 10) : .decree30,
      size: paper == .a5 ? 11 : isLetter ? 14 : 13,
      blocks: blocks)
    if isLetter { page.leading = 1.3 }
    return page
  }

  private func fill(_ text: String, _ fields: Fields) -> String {
    var text = text
    for (name, value) in fields.values { text = text.replacing("{\(name)}", with: value) }
    return text
  }

  private static func sides(_ text: String) -> (left: String, right: String) {
    let sides = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return (sides.first ?? "", sides.count > 1 ? sides[1] : "")
  }

  private static func split(_ line: String) -> (mark: String, rest: String) {
    let parts = line.split(separator: " ", maxSplits: 1)
    return (String(parts.first ?? ""), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
  }

  /// The names between braces in order; nil for a brace without its partner.
  private static func fields(in line: String) -> [String?] {
    var found: [String?] = []
    var open: String?
    for letter in line {
      switch letter {
      case "{":
        if open != nil { found.append(nil) }
        open = ""
      case "}":
        found.append(open)
        open = nil
      default: open?.append(letter)
      }
    }
    if open != nil { found.append(nil) }
    return found
  }
}
