import CentreOperations
import DeviceIO
import HTTPTypes
import Hummingbird
import OneStop

/// What is asked of a ticket printer itself.
struct PrinterController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.post, "/printers/{id}/test", .supervisor, test)
  }

  private struct Tested: Encodable, Sendable {
    var printer: String
    /// How surely it lies in the tray.
    var delivery: String
    var words: Bilingual
  }

  private func test(_ request: Request, _ context: CentreContext) async throws -> Response {
    let id = (context.parameters.get("id") ?? "").removingPercentEncoding ?? ""
    _ = try await request.json(Nothing.self, context)
    do {
      let delivery = try await TestPaper.print(
        at: id, board: parts.printers, desk: parts.desk, by: context.caller.actor)
      guard let delivery else { throw Problem(.notFound) }
      return .json(
        Tested(printer: id, delivery: delivery.rawValue, words: Words.text("testpage.\(delivery.rawValue)")))
    } catch let error as DeviceError {
      // What is wrong with it is already known in words, on the supervisor's page.
      throw Problem(.printerFault, places: ["words": parts.printers.words(of: id)?.vi ?? error.device])
    }
  }
}
