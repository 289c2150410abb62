import CentreHTTP
import CentreStore
import Foundation
import OneStop
import Testing

@Suite("people who come and go")
struct PeopleTests {
  @Test("who is switched off leaves the counter closed; with a citizen there it is refused")
  func leaves() async throws {
    try await TestCentre.run { centre in
      try await centre.counter(1, "open", ["officer": "cb01"])
      try await centre.ticket()
      try await centre.counter(1, "call-next")
      let refusal = try await centre.refused(
        409, "officer-serving", "PUT", "/api/v1/officers/cb01", ["active": false])
      #expect(refusal.json["counter"] == 1)
      try await centre.counter(1, "hold")
      try await centre.refused(409, "officer-serving", "PUT", "/api/v1/officers/cb01", ["active": false])
      try await centre.counter(1, "resume", ["number": "A001"])
      try await centre.counter(1, "finish")
      try await centre.counter(1, "pause", ["reason": "lunch"])
      try await centre.done("PUT", "/api/v1/officers/cb01", ["active": false])
      let desk = try await centre.desk.look { _, state in state.hall.desk(1) }
      #expect(desk.isClosed && desk.officer == nil)
      #expect(try await centre.events().suffix(2).map(\.type) == ["counter-closed", "officer-changed"])
      // Not what the officer did, and therefore not taken back.
      try await centre.refused(409, "nothing-to-undo", "POST", "/api/v1/counters/1/undo")
      try await centre.verify()
    }
  }

  @Test("somebody who may change people always stays, and a supervisor makes or changes no administrator")
  func lastOne() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let (supervisor, admin) = (try await centre.signIn("cb07"), try await centre.signIn("cb08"))
      for body in [["role": "admin"], ["role": "admin", "name": "Yến"]] as [JSON] {
        try await centre.refused(403, "admins-only", "PUT", "/api/v1/officers/cb01", body, as: supervisor)
      }
      try await centre.refused(
        403, "admins-only", "POST", "/api/v1/officers", ["name": "Yến", "role": "admin"], as: supervisor)
      // Whoever sets an administrator's PIN is the administrator.
      for body in [["pin": "1111"], ["active": false], ["role": "officer"]] as [JSON] {
        try await centre.refused(403, "admins-only", "PUT", "/api/v1/officers/cb08", body, as: supervisor)
      }
      for body in [["active": false], ["role": "supervisor"]] as [JSON] {
        try await centre.refused(409, "last-admin", "PUT", "/api/v1/officers/cb08", body, as: admin)
      }
      try await centre.done("PUT", "/api/v1/officers/cb01", ["role": "admin"], as: admin)
      try await centre.done("PUT", "/api/v1/officers/cb08", ["active": false], as: admin)
    }
  }

  @Test("a centre without an administrator keeps its last supervisor")
  func lastSupervisor() async throws {
    var plan = TestCentre.Plan.withPINs()
    plan.adjust = { seed in seed.officers.removeAll { $0.officer.role == .admin } }
    try await TestCentre.run(plan) { centre in
      let supervisor = try await centre.signIn("cb07")
      for body in [["active": false], ["role": "officer"]] as [JSON] {
        try await centre.refused(409, "last-admin", "PUT", "/api/v1/officers/cb07", body, as: supervisor)
      }
      try await centre.done("PUT", "/api/v1/officers/cb01", ["role": "supervisor"], as: supervisor)
      try await centre.done("PUT", "/api/v1/officers/cb07", ["role": "officer"], as: supervisor)
    }
  }

  @Test("a title for the board has to fit there")
  func boardTitle() async throws {
    try await TestCentre.run { centre in
      let long = JSON.string(String(repeating: "ộ", count: 17))
      try await centre.refused(422, "settings-invalid", "PUT", "/api/v1/officers/cb01", ["boardTitle": long])
      try await centre.refused(
        422, "settings-invalid", "POST", "/api/v1/officers", ["name": "Yến", "boardTitle": long])
      try await centre.done(
        "PUT", "/api/v1/officers/cb01", ["boardTitle": .string(String(repeating: "ộ", count: 16))])
    }
  }
}
