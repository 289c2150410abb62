import CentreStore
import Foundation
import GRDB
import OneStop

/// The rows a figure of the scoring sheet was counted from. Each row says what it adds to the numerator, to the denominator
/// and to the counts beside them, so that sums in a spreadsheet give the figure again. Dossiers by their code, ratings in
/// their batches of five and more; nobody's name.
public struct FigureSheet: Sendable {
  public struct Column: Encodable, Sendable, Hashable {
    public enum Kind: String, Encodable, Sendable {
      case text, number
      /// `2026-11-28`
      case day
      /// One of a few words: `figure.word.COLUMN.CELL`.
      case word
      /// Its code; screens write the name beside it.
      case procedure, officer, counter
    }
    /// `figure.col.KEY`
    var key: String
    var kind: Kind

    init(_ key: String, _ kind: Kind = .text) { (self.key, self.kind) = (key, kind) }
  }
  /// `numerator`, `denominator`, or one of the figure's counts.
  public struct Key: Encodable, Sendable, Hashable {
    var key: String
    /// What the rows' numbers are divided by once they are added up: 3,600 for hours, whose rows have seconds.
    var unit = 1
  }
  public struct Row: Encodable, Sendable {
    var cells: [String]
    /// What it adds, in the order of the keys.
    var adds: [Int]
  }

  public let figure: Figure
  let columns: [Column]
  let keys: [Key]
  var rows: [Row] = []

  init(_ figure: Figure, _ columns: [Column], _ keys: [Key]) {
    (self.figure, self.columns, self.keys) = (figure, columns, keys)
  }

  init(_ figure: Figure, _ columns: [Column], _ keys: [String]) {
    self.init(figure, columns, keys.map { Key(key: $0) })
  }

  /// What the rows add up to; nil: no such key.
  public func sum(_ key: String) -> Int? {
    guard let at = keys.firstIndex(where: { $0.key == key }) else { return nil }
    return rows.reduce(0) { $0 + $1.adds[at] } / keys[at].unit
  }

  public static let counted = "numerator"
  public static let base = "denominator"
  /// In the denominator and not in the numerator.
  public static let rest = "rest"

  /// Only the rows that add to a key, or `rest`; nil: no such part.
  func part(_ name: String) -> [Row]? {
    func at(_ key: String) -> Int? { keys.firstIndex { $0.key == key } }
    if name == Self.rest, let part = at(Self.counted), let whole = at(Self.base) {
      return rows.filter { $0.adds[whole] > $0.adds[part] }
    }
    return at(name).map { place in rows.filter { $0.adds[place] > 0 } }
  }

  // MARK: As a sheet

  static func word(_ column: Column, _ cell: String) -> String {
    guard column.kind == .word, !cell.isEmpty else { return cell }
    let key = "figure.word.\(column.key).\(cell)"
    let words = Words.text(key).vi
    // A reason that is written out, or a word of a later version.
    return words == key ? cell : words
  }

  var csv: String { csv(rows) }

  func csv(_ rows: [Row]) -> String {
    func first(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
    let head =
      columns.map { Words.text("figure.col.\($0.key)").vi }
      + keys.map { first(Words.text($0.unit == 1 ? "figure.count.\($0.key)" : "figure.count.\($0.key).unit").vi) }
    return "\u{FEFF}" + CSV.line(head)
      + rows.map { row in CSV.line(zip(columns, row.cells).map(Self.word) + row.adds.map(String.init)) }.joined()
  }
}

extension FigureSheet {
  /// The rows behind a figure; nil: it has no data.
  public init?(_ figure: Figure, _ source: FigureSource, _ db: Database) throws {
    let made: FigureSheet? =
      switch figure.rawValue {
      case "TICKETS": try Self.days(source, db)
      case "SATISFACTION": try Self.batches(source, db)
      case "CHECKLIST": try Self.checklists(source, db)
      case "COUNTER_LOG": try Self.stretches(source, db)
      case "SUPPORT": try Self.helpers(source, db)
      case "LETTERS": try Self.letters(source, db)
      case "QR": Self.links(source)
      case "HOME": try Self.homeVisits(source, db) ?? Self.entries(figure, source)
      default:
        ScoreFigure.countsDossiers(figure) ? Self.dossiers(figure, source) : Self.entries(figure, source)
      }
    guard let made, !made.rows.isEmpty else { return nil }
    self = made
  }

  // MARK: Dossiers

  private static let ofDossier: [Column] = [
    .init("code"), .init("procedure", .procedure), .init("received", .day), .init("firstDue", .day), .init("due", .day),
    .init("finished", .day), .init("handedOver", .day), .init("state", .word), .init("punctuality", .word),
    .init("channel", .word), .init("moves", .number), .init("apologies"),
  ]

  private static func cells(_ dossier: Dossier, _ source: FigureSource) -> [String] {
    let zone = source.settings.zone
    func day(_ moment: Instant?) -> String { moment.map { "\(LocalDay($0, in: zone))" } ?? "" }
    return [
      dossier.code.text, dossier.procedure.rawValue, day(dossier.receivedAt),
      dossier.firstDue.map { "\($0.day)" } ?? "", dossier.due.map { "\($0.day)" } ?? "", day(dossier.finishedAt),
      day(dossier.handedOverAt), dossier.state.rawValue,
      dossier.punctuality(on: LocalDay(source.now, in: zone), in: zone).rawValue, dossier.channel.rawValue,
      "\(dossier.reappointments.count)", dossier.apologies.map(\.number).joined(separator: "; "),
    ]
  }

  private static func dossiers(_ figure: Figure, _ source: FigureSource) -> FigureSheet? {
    guard let rules = source.rules else { return nil }
    // Nothing counted yet tells which counts there are.
    let counts = ScoreFigure.counts(figure, of: DossierFigures()).map(\.key)
    var sheet = FigureSheet(figure, ofDossier, [counted, base] + counts)
    let chosen = ScoreFigure.among(source.dossiers, figure, rules)
    for dossier in chosen {
      // The figure is a sum over dossiers, so a single one tells by the same formula what it adds.
      let book = DossierFigures(of: CollectionOfOne(dossier), rules, at: source.now)
      guard let share = ScoreFigure.share(figure, of: book) else { continue }
      let adds = [share.numerator, share.denominator] + ScoreFigure.counts(figure, of: book).map(\.n)
      if adds.contains(where: { $0 > 0 }) { sheet.rows.append(Row(cells: cells(dossier, source), adds: adds)) }
    }
    return sheet
  }

  // MARK: Letters

  /// First the results that a letter goes with, then the register of letters.
  private static func letters(_ source: FigureSource, _ db: Database) throws -> FigureSheet {
    let found = try LetterFigures(of: source.sheet.year, source.dossiers, source.rules, db)
    let kinds = LetterFigures.kinds
    var sheet = FigureSheet(
      "LETTERS",
      [
        .init("entry", .word), .init("code"), .init("procedure", .procedure), .init("day", .day),
        .init("letter", .number),
        .init("kind", .word),
      ], [counted, base] + kinds.map(\.key))
    let zone = source.settings.zone
    let none = [Int](repeating: 0, count: kinds.count)
    for (dossier, has) in found.results {
      let day = dossier.handedOverAt.map { "\(LocalDay($0, in: zone))" } ?? ""
      sheet.rows.append(
        Row(
          cells: ["result", dossier.code.text, dossier.procedure.rawValue, day, "", ""], adds: [has ? 1 : 0, 1] + none))
    }
    for line in found.lines.reversed() {
      let letter = line.letter
      sheet.rows.append(
        Row(
          cells: [
            "letter", letter.code?.text ?? "", "", "\(LocalDay(line.at, in: zone))", "\(letter.number)",
            letter.kind.rawValue,
          ], adds: [0, 0] + kinds.map { $0.value == letter.kind ? 1 : 0 }))
    }
    return sheet
  }

  private static func links(_ source: FigureSource) -> FigureSheet? {
    guard let rules = source.rules, source.linked > 0 else { return nil }
    var sheet = FigureSheet(
      "QR", [.init("procedure", .procedure), .init("link")], [counted, base])
    sheet.rows = rules.procedures.all.map {
      Row(cells: [$0.id.rawValue, $0.form ?? ""], adds: [FigureSource.isLinked($0) ? 1 : 0, 1])
    }
    return sheet
  }

  // MARK: Entered by a person

  /// All that were entered; the last one counts.
  private static func entries(_ figure: Figure, _ source: FigureSource) -> FigureSheet? {
    guard let entered = source.sheet.entered[figure], let last = entered.indices.last else { return nil }
    var sheet = FigureSheet(
      figure, [.init("part", .number), .init("whole", .number), .init("origin"), .init("until", .day)], [counted, base])
    sheet.rows = entered.indices.map { i in
      let each = entered[i]
      return Row(
        cells: ["\(each.share.numerator)", "\(each.share.denominator)", each.source, "\(each.until)"],
        adds: i == last ? [each.share.numerator, each.share.denominator] : [0, 0])
    }
    return sheet
  }
}
