import Foundation
import OneStop
import Testing

@testable import CentreOperations

@Suite("the targets of a centre")
struct TargetListTests {
  @Test("the list that is installed can be read, and names a source for each")
  func installed() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../centre/targets.yaml")
    let list = try TargetList.read(file)
    #expect(list.targets.map(\.figure) == ["ONTIME", "ONLINE", "DIGITISATION", "SATISFACTION", "WAIT"])
    #expect(list.targets.allSatisfy { !$0.source.isEmpty && $0.last(in: 2026) != nil })
    #expect(list.targets[0].last(in: 2026) == LocalDay("2026-11-30"))
  }

  @Test(
    "a wrong target is refused",
    arguments: [
      "{figure: NOTHING, atLeast: 90, until: '11-30', source: x}",
      "{figure: ONTIME, atLeast: 0, until: '11-30', source: x}",
      "{figure: ONTIME, atLeast: 101, until: '11-30', source: x}",
      "{figure: ONTIME, atLeast: 90, until: '11-31', source: x}",
      "{figure: ONTIME, atLeast: 90, until: '11-30'}", "{figure: ONTIME, atLeast: many, until: '11-30', source: x}",
    ])
  func wrong(line: String) {
    #expect(throws: ConfigurationError.self) { try TargetList.list("targets:\n  - \(line)\n", name: "targets.yaml") }
  }
}
