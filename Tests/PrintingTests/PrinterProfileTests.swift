import Foundation
import Testing

@testable import Printing

@Suite struct PrinterProfileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "devices/printers").path

  static let good = """
    {"id": "test-80", "name": "Test", "dialect": "escpos", "dotsPerLine": 576, "dpi": 203, "bandRows": 128,
     "cut": "partial", "feedBeforeCutDots": 0, "status": {"dleEot": true, "asb": false, "gsH": false},
     "source": {"dpi": "label"}, "verified": false}
    """

  @Test("the profiles that are shipped can be read, and say where their values come from")
  func shipped() throws {
    let profiles = try PrinterProfile.loadAll(folder: Self.folder)
    #expect(profiles.map(\.id).contains("generic-80"))
    #expect(profiles.map(\.id).contains("generic-58"))
    for profile in profiles {
      #expect(profile.source["dotsPerLine"] != nil, "\(profile.id)")
      _ = try TicketLayout.draw(Samples.reprint, width: profile.dotsPerLine, dpi: profile.dpi)
    }
  }

  @Test("a profile survives writing and reading")
  func roundTrip() throws {
    let profile = try PrinterProfile(json: Data(Self.good.utf8), file: "test-80.json")
    #expect(try PrinterProfile(json: JSONEncoder().encode(profile), file: "a/b/test-80.json") == profile)
  }

  @Test(
    "mistakes are named by file and field",
    arguments: [
      ("\"dpi\": 203,", "", "dpi", "is missing"),
      ("\"dpi\": 203", "\"dpi\": \"203\"", "dpi", "is not of type"),
      ("\"dpi\": 203", "\"dpi\": 20", "dpi", "is not in"),
      ("\"dpi\": 203", "\"dpi\": null", "dpi", "null"),
      ("576", "5760", "dotsPerLine", "is not in"),
      ("128", "0", "bandRows", "is not in"),
      ("\"partial\"", "\"half\"", "cut", ""),
      ("\"asb\": false, ", "", "status.asb", "is missing"),
      ("\"escpos\"", "\"star\"", "dialect", "is not known"),
      ("\"id\": \"test-80\"", "\"id\": \"other\"", "id", "differs"),
      ("\"source\": {\"dpi\"", "\"source\": {\"dpo\"", "source.dpo", "is not a field"),
      ("\"verified\"", "\"beeper\": 1, \"verified\"", "beeper", "is not a field"),
      ("\"name\": \"Test\"", "\"name\": \"\"", "name", "is empty"),
      ("{\"id\"", "{{\"id\"", "(file)", ""),
    ])
  func mistakes(_ old: String, _ new: String, _ field: String, _ reason: String) throws {
    let json = Self.good.replacing(old, with: new)
    let error = #expect(throws: PrintingError.self) {
      try PrinterProfile(json: Data(json.utf8), file: "x/test-80.json")
    }
    guard case .profile("x/test-80.json", field, let why) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.isEmpty || why.contains(reason))
  }

  @Test("a file that is not there is named")
  func absent() {
    #expect(throws: PrintingError.profile(file: "/no/such.json", field: "(file)", reason: "cannot be read")) {
      try PrinterProfile.load(path: "/no/such.json")
    }
  }
}
