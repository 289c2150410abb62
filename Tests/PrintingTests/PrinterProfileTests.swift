import Foundation
import Testing

@testable import Printing

@Suite struct PrinterProfileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "devices/printers").path

  static let good = """
    {"id": "test-80", "name": "Test", "dialect": "escpos", "dotsPerLine": 576, "dpi": 203, "bandRows": 128,
     "cut": "partial", "feedBeforeCutDots": 0, "status": {"dleEot": true, "asb": false, "gsH": false},
     "source": {"dpi": "label", "dotsPerLine": "label", "bandRows": "measured", "cut": "seen",
     "feedBeforeCutDots": "measured", "status": "manual"}, "verified": false}
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
      ("\"asb\"", "\"abs\"", "status.abs", "those are: dleEot, asb, gsH"),
      ("\"cut\": \"seen\",", "", "cut", "has no source"),
      ("\"verified\"", "\"speed\": 900, \"verified\"", "speed", "has no source"),
      ("\"dialect\": \"escpos\",", "", "dialect", "is missing"),
      ("\"verified\"", "\"inherits\": 7, \"verified\"", "inherits", "is not the id"),
      ("\"verified\"", "\"inherits\": \"no-such\", \"verified\"", "inherits", "there is no profile"),
      ("\"verified\"", "\"inherits\": \"test-80\", \"verified\"", "inherits", "circle"),
      ("\"escpos\"", "\"star\"", "dialect", "is not known"),
      ("\"id\": \"test-80\"", "\"id\": \"other\"", "id", "differs"),
      ("\"source\": {\"dpi\"", "\"source\": {\"dpo\"", "source.dpo", "those are: id, name"),
      ("\"verified\"", "\"beeper\": 1, \"verified\"", "beeper", "those are: id, name"),
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

  // MARK: - Inheritance

  static func family(_ files: [String: String]) -> (String) throws(PrintingError) -> Data {
    { id throws(PrintingError) in
      guard let json = files[id] else { throw .profile(file: id, field: "(file)", reason: "cannot be read") }
      return Data(json.utf8)
    }
  }

  @Test("a file states what differs; status is inherited one by one, being verified never")
  func inherits() throws {
    let parent = Self.good.replacing("\"verified\": false", with: "\"verified\": true")
    let child = """
      {"id": "model", "name": "Model", "inherits": "test-80", "dotsPerLine": 512, "status": {"asb": true},
       "source": {"dotsPerLine": "manual p. 3", "status.asb": "manual p. 9"}}
      """
    let profile = try PrinterProfile(
      json: Data(child.utf8), file: "x/model.json", parent: Self.family(["test-80": parent]))
    #expect(profile.dotsPerLine == 512 && profile.dpi == 203 && profile.dialect == "escpos")
    #expect(profile.status == .init(dleEot: true, asb: true, gsH: false))
    #expect(profile.source["dotsPerLine"] == "manual p. 3" && profile.source["dpi"] == "label")
    #expect(!profile.verified && profile.inherits == "test-80" && profile.name == "Model")
  }

  @Test("profiles that inherit from each other are told so, with the way round")
  func circle() throws {
    func file(_ id: String, _ parent: String) -> String {
      "{\"id\": \"\(id)\", \"name\": \"x\", \"inherits\": \"\(parent)\"}"
    }
    let error = #expect(throws: PrintingError.self) {
      try PrinterProfile(
        json: Data(file("a", "b").utf8), file: "a.json",
        parent: Self.family(["b": file("b", "c"), "c": file("c", "a"), "a": file("a", "b")]))
    }
    #expect("\(String(describing: error))".contains("a → b → c → a"))
  }

  @Test("a parent's mistake is told of the parent's file")
  func parentsMistake() throws {
    let child = "{\"id\": \"a\", \"name\": \"x\", \"inherits\": \"b\"}"
    let error = #expect(throws: PrintingError.self) {
      try PrinterProfile(
        json: Data(child.utf8), file: "d/a.json", parent: Self.family(["b": "{\"beeper\": 1}"]))
    }
    guard case .profile("d/b.json", "beeper", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("at least eight models, of the makers communes buy, each ticket whole on each of them")
  func models() throws {
    let profiles = try PrinterProfile.loadAll(folder: Self.folder)
    let models = profiles.filter { !$0.id.hasPrefix("generic-") }
    #expect(models.count >= 8)
    for maker in ["epson-", "xprinter-", "rongta-", "hprt-", "bixolon-"] {
      #expect(models.contains { $0.id.hasPrefix(maker) }, "\(maker)")
    }
    for profile in profiles {
      // Nobody has measured one of them yet.
      #expect(!profile.verified, "\(profile.id)")
      let raster = try TicketLayout.draw(Samples.reprint, width: profile.dotsPerLine, dpi: profile.dpi)
      let bands = try DriverRegistry.encoder(for: profile).encode(raster)
      let paper = try PaperStrip(bands.flatMap(\.bytes), width: profile.dotsPerLine, profile: profile)
      #expect(
        paper.raster(width: raster.width).crop(x: 0..<raster.width, y: 0..<raster.height) == raster, "\(profile.id)")
    }
  }
}
