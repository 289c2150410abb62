import Foundation
import Testing

@testable import CentreOperations

@Suite("a CSV file that was cut off")
struct RowEndsTests {
  init() { _ = Checkout.words }

  /// `whole`, `cut`, `doubtful N`, or what else was refused.
  private func said(_ data: Data) -> String {
    do {
      let table = try SpreadsheetFile.csv(data, "so.csv")
      return table.doubtfulEnd.map { "doubtful \($0)" } ?? "whole"
    } catch {
      let key = (error as? TableError)?.problems.first?.key ?? "\(error)"
      return key == "cutOff" ? "cut" : key
    }
  }
  private func said(_ text: String) -> String { said(Data(text.utf8)) }

  @Test("cut after any byte it is refused, or a person is told to look; only at the end of a row nothing can be seen")
  func everywhere() throws {
    let rows = (0..<5).map { Register.Row(code: "H24.19-260302-\(10_000 + $0)") }
    let list = Register.list(
      (0..<5).map {
        ["H24.19-260302-\(10_000 + $0)", "1.004873", "02/03/2026", "05/03/2026", "", "Trực tuyến", "Đang xử lý", "x"]
      })
    for whole in [Register.csv(rows), list] {
      #expect(said(whole) == "whole")
      for length in (whole.count / 2)..<whole.count {
        let part = whole.prefix(length)
        let atEnd = part.last == UInt8(ascii: "\n")
        #expect((said(part) == "whole") == atEnd, "\(String(decoding: part.suffix(40), as: UTF8.self))")
      }
    }
  }

  private static let heads = "Mã hồ sơ,Mã TTHC,Ngày tiếp nhận\r\n"
  private static let rows = heads + (1...4).map { "H24-000\($0),1.004873,0\($0)/03/2026 08:00:00\r\n" }.joined()

  @Test(
    "in its last cell, and in the first of the last row",
    arguments: [
      // What every other cell of the column looks like, begun.
      ("H24-0005,1.004873,05/03/2026 08:0", "cut"), ("H24-0005,1.004873,05/03/2026", "cut"), ("H24-00", "cut"),
      ("H24-0005", "cut"),
      // Half of the line end.
      ("H24-0005,1.004873,05/03/2026 08:00:00\r", "cut"),
      // A program that writes no last line end, or a file cut just there: nobody here can tell.
      ("H24-0005,1.004873,05/03/2026 08:00:00", "doubtful 6"), ("H24-0005,1.004873,", "doubtful 6"),
      ("Tổng cộng 4 hồ sơ", "doubtful 6"), ("", "whole"), ("\r\n", "whole"), (",,", "doubtful 6"),
    ])
  func last(_ end: String, _ wanted: String) {
    #expect(said(Self.rows + end) == wanted)
  }

  @Test("quotes around every last cell but the last; a heading alone")
  func quotes() {
    let quoted = Self.rows.split(separator: "\r\n").map { line in
      line.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",") + "\r\n"
    }.joined()
    #expect(said(quoted) == "whole")
    #expect(said(quoted + "\"H24-0005\",\"1.004873\",") == "cut")
    #expect(said(quoted + "\"H24-0005\",\"1.004873\",\"05/03") == "openQuote")
    #expect(said(quoted + "\"H24-0005\",\"1.004873\",\"05/03/2026 08:00:00\"") == "doubtful 6")
    #expect(said("Mã hồ sơ,Mã TTHC") == "whole", "nothing to hold it against")
  }
}
