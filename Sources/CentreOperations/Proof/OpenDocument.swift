import Foundation
import Subprocess

/// A text to be edited by people, as ODT (ISO/IEC 26300), which Word and LibreOffice open. Laid out after Decree
/// 30/2020/NĐ-CP, annex I: A4, margins 20/20/30/15 mm, Times New Roman 13–14 points.
struct OpenDocument {
  enum Block: Hashable {
    /// The two blocks above an issued document.
    case head(superior: String, agency: String, number: String, placeAndDate: String)
    case title(String, about: String)
    case heading(String)
    case paragraph(String)
    case centred(String)
    case table([[String]])
    /// Who it goes to on the left, who signs on the right.
    case signature(recipients: [String], office: String)
  }

  var title: String
  var blocks: [Block]

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Packs it with the program `zip`: the type comes first and uncompressed, as the format wants it.
  func write(to file: URL) async throws {
    let files = FileManager.default
    let folder = file.deletingLastPathComponent().appendingPathComponent(".\(file.lastPathComponent).parts")
    try? files.removeItem(at: folder)
    defer { try? files.removeItem(at: folder) }
    try files.createDirectory(at: folder.appendingPathComponent("META-INF"), withIntermediateDirectories: true)
    func put(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try put("mimetype", "application/vnd.oasis.opendocument.text")
    try put("META-INF/manifest.xml", Self.manifest)
    try put("meta.xml", Self.meta(title))
    try put("styles.xml", Self.styles)
    try put("content.xml", content)
    try await Self.zip(["-X", "-0", "-q", file.path, "mimetype"], in: folder)
    try await Self.zip(
      ["-X", "-q", file.path, "META-INF/manifest.xml", "meta.xml", "styles.xml", "content.xml"], in: folder)
  }

  private static func zip(_ arguments: [String], in folder: URL) async throws {
    do {
      let result = try await run(
        .name("zip"), arguments: Arguments(arguments), workingDirectory: .init(folder.path), output: .discarded,
        error: .string(limit: 4096))
      guard result.terminationStatus.isSuccess else {
        throw Failure(description: Words.text("proof.zip", ["why": result.standardError]).vi)
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(description: Words.text("proof.zip", ["why": "\(error)"]).vi)
    }
  }

  // MARK: The parts

  static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      // XML 1.0 has no other control characters.
      case "\t", "\n": safe.unicodeScalars.append(" ")
      default: if scalar.value >= 0x20 { safe.unicodeScalars.append(scalar) }
      }
    }
    return safe
  }

  private static func paragraph(_ style: String, _ text: String) -> String {
    "<text:p text:style-name=\"\(style)\">\(escaped(text))</text:p>"
  }

  private static func columns(_ cells: [String]) -> String {
    "<table:table table:style-name=\"Two\"><table:table-column table:style-name=\"One\"/>"
      + "<table:table-column table:style-name=\"Other\"/><table:table-row>"
      + cells.map { "<table:table-cell office:value-type=\"string\">\($0)</table:table-cell>" }.joined()
      + "</table:table-row></table:table>"
  }

  private var content: String {
    var body = ""
    for (i, block) in blocks.enumerated() {
      switch block {
      case .head(let superior, let agency, let number, let placeAndDate):
        let left =
          (superior.isEmpty ? "" : Self.paragraph("Superior", superior.uppercased()))
          + Self.paragraph("Agency", agency.uppercased()) + Self.paragraph("Number", number)
        let right =
          Self.paragraph("State", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
          + Self.paragraph("Motto", "Độc lập - Tự do - Hạnh phúc") + Self.paragraph("Dated", placeAndDate)
        body += Self.columns([left, right])
      case .title(let kind, let about):
        body += Self.paragraph("Kind", kind.uppercased()) + Self.paragraph("About", about)
      case .heading(let text): body += Self.paragraph("Heading", text)
      case .paragraph(let text): body += Self.paragraph("Body", text)
      case .centred(let text): body += Self.paragraph("Centred", text)
      case .table(let rows):
        guard let first = rows.first else { continue }
        body += "<table:table table:name=\"Bang\(i)\" table:style-name=\"Whole\">"
        body += "<table:table-column table:number-columns-repeated=\"\(first.count)\"/>"
        for (at, row) in rows.enumerated() {
          let cells = row.map { cell in
            "<table:table-cell table:style-name=\"Cell\" office:value-type=\"string\">"
              + Self.paragraph(at == 0 ? "CellHead" : "CellText", cell) + "</table:table-cell>"
          }
          body += "<table:table-row>" + cells.joined() + "</table:table-row>"
        }
        body += "</table:table>"
      case .signature(let recipients, let office):
        body += Self.paragraph("Body", "")
        body += Self.columns([
          Self.paragraph("RecipientsHead", "Nơi nhận:") + recipients.map { Self.paragraph("Recipients", $0) }.joined(),
          Self.paragraph("Signer", office.uppercased()),
        ])
      }
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <office:document-content \(Self.spaces) office:version="1.2"><office:automatic-styles>\
      <style:style style:name="Two" style:family="table"><style:table-properties style:width="16.5cm" table:align="margins"/></style:style>\
      <style:style style:name="One" style:family="table-column"><style:table-column-properties style:column-width="6.3cm"/></style:style>\
      <style:style style:name="Other" style:family="table-column"><style:table-column-properties style:column-width="10.2cm"/></style:style>\
      <style:style style:name="Whole" style:family="table"><style:table-properties style:width="16.5cm" table:align="margins"/></style:style>\
      <style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>\
      </office:automatic-styles><office:body><office:text>\(body)</office:text></office:body></office:document-content>
      """
  }

  private static let spaces =
    [
      ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
    ].map { "xmlns:\($0.0)=\"urn:oasis:names:tc:opendocument:xmlns:\($0.1):1.0\"" }.joined(separator: " ")
    + " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
    + " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""

  private static let manifest = """
    <?xml version="1.0" encoding="UTF-8"?>
    <manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">\
    <manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>\
    <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>\
    <manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>\
    <manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>
    """

  private static func meta(_ title: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <office:document-meta \(spaces) office:version="1.2"><office:meta><dc:title>\(escaped(title))</dc:title>\
    <dc:language>vi-VN</dc:language></office:meta></office:document-meta>
    """
  }

  /// Decree 30/2020/NĐ-CP, annex I: sizes 12–14, first line 1 cm in, 6 pt between paragraphs, page number in the top margin
  /// from the second page on.
  private static let styles: String = {
    func style(_ name: String, _ size: Double, _ text: String = "", _ paragraph: String = "") -> String {
      "<style:style style:name=\"\(name)\" style:family=\"paragraph\" style:parent-style-name=\"Standard\">"
        + "<style:paragraph-properties \(paragraph)/><style:text-properties fo:font-size=\"\(size)pt\" \(text)/></style:style>"
    }
    let bold = "fo:font-weight=\"bold\"", italic = "fo:font-style=\"italic\"", centre = "fo:text-align=\"center\""
    let all = [
      style("Superior", 13, "", centre), style("Agency", 13, bold, centre),
      style("State", 12, bold, centre),
      style("Motto", 13, bold + " style:text-underline-style=\"solid\" style:text-underline-width=\"auto\"", centre),
      style("Number", 13, "", centre + " fo:margin-top=\"6pt\""),
      style("Dated", 14, italic, centre + " fo:margin-top=\"6pt\""),
      style("Kind", 14, bold, centre + " fo:margin-top=\"18pt\""),
      style("About", 14, bold, centre + " fo:margin-bottom=\"12pt\""),
      style("Heading", 14, bold, "fo:margin-top=\"6pt\" fo:text-indent=\"1cm\" fo:keep-with-next=\"always\""),
      style(
        "Body", 14, "", "fo:text-align=\"justify\" fo:text-indent=\"1cm\" fo:margin-top=\"6pt\" fo:line-height=\"115%\""
      ),
      style("Centred", 14, "", centre + " fo:margin-top=\"6pt\""), style("CellHead", 12, bold, centre),
      style("CellText", 12), style("RecipientsHead", 12, bold + " " + italic), style("Recipients", 11),
      style("Signer", 14, bold, centre), style("Top", 13, "", centre),
    ].joined()
    let page =
      "style:page-layout-properties fo:page-width=\"21cm\" fo:page-height=\"29.7cm\" fo:margin-top=\"1cm\" fo:margin-bottom=\"2cm\" fo:margin-left=\"3cm\" fo:margin-right=\"1.5cm\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <office:document-styles \(spaces) office:version="1.2"><office:font-face-decls/><office:styles>\
      <style:default-style style:family="paragraph"><style:text-properties fo:font-family="'Times New Roman'" \
      fo:font-size="14pt" fo:language="vi" fo:country="VN"/></style:default-style>\
      <style:style style:name="Standard" style:family="paragraph"/>\(all)</office:styles><office:automatic-styles>\
      <style:page-layout style:name="A4"><\(page)/><style:header-style><style:header-footer-properties \
      fo:min-height="1cm"/></style:header-style></style:page-layout></office:automatic-styles><office:master-styles>\
      <style:master-page style:name="Standard" style:page-layout-name="A4"><style:header><text:p \
      text:style-name="Top"><text:page-number text:select-page="current"/></text:p></style:header>\
      <style:header-first><text:p text:style-name="Top"/></style:header-first></style:master-page>\
      </office:master-styles></office:document-styles>
      """
  }()
}
