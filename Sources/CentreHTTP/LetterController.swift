import CentreOperations
import CentreStore
import Foundation
import Hummingbird
import OneStop

/// The register of letters. Letters themselves are papers of the office printer.
struct LetterController {
  let parts: CentreParts

  func add(to routes: inout Routes) {
    routes.add(.get, "/letters", .supervisor, register)
  }

  private func register(_ request: Request, _ context: CentreContext) async throws -> Response {
    let now = parts.desk.clock.now
    let asked = try request.query("year").map { text in
      guard let year = Int(text), (2000...2999).contains(year) else {
        throw Problem(.badRequest, places: ["what": "year=\(text)"])
      }
      return year
    }
    let rules = parts.casework
    return .json(
      try await parts.desk.look { db, state in
        let year = asked ?? LocalDay(now, in: state.hall.settings.zone).civil.year
        return try LetterRegister(of: year, rules, state, at: now, db)
      })
  }
}
