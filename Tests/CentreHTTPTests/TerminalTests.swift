import Foundation
import Testing

@Suite("screens and their tokens")
struct TerminalTests {
  @Test("a token in the address becomes a cookie and leaves the address")
  func address() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let kiosk = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      let token = String((kiosk.cookie ?? "").dropFirst("terminal=".count))
      for (path, location) in [
        ("/kiosk/?token=\(token)", "/kiosk/"), ("/kiosk/?a=1&token=\(token)&b=2", "/kiosk/?a=1&b=2"),
        ("/?token=\(token)", "/"), ("//elsewhere.example/?token=\(token)", "/elsewhere.example/"),
      ] {
        let reply = try await centre.get(path)
        #expect(reply.status == 303 && reply.headers[.location] == location, "\(path)")
        let cookie = reply.headers[.setCookie] ?? ""
        #expect(reply.cookie("terminal") == token)
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
      }
      try await centre.ticket("ho-tich", as: kiosk)
      try await centre.ticket("ho-tich", as: Guest(name: "kiosk-1", token: token))
      try await #expect(centre.get("/api/v1/session", as: kiosk).json["role"] == "kiosk")
    }
  }

  @Test("a token that is none opens nothing, and cannot smuggle a header in")
  func bad() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for token in [
        "", "x", String(repeating: "0", count: 48), "%0d%0aSet-Cookie:%20motcua=1", "a%3B%20Path=/x", "%C3%A9",
      ] {
        let guest = Guest(name: "x", cookie: "terminal=\(token)", token: token)
        try await centre.refused(
          401, "sign-in-required", "POST", "/api/v1/tickets", ["service": "ho-tich"], as: guest)
        let reply = try await centre.get("/kiosk/?token=\(token)")
        #expect(reply.status == 303)
        #expect(reply.headers[values: .setCookie].count == (token == "" || token.contains("%") ? 0 : 1))
        #expect(reply.cookie("motcua") == nil && reply.headers[.location] == "/kiosk/")
      }
    }
  }

  @Test("a screen gets one token; a new one ends the old")
  func again() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      let supervisor = try await centre.signIn("cb07")
      let old = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      try await centre.ticket("ho-tich", as: old)
      let new = try await centre.terminal("kiosk-1", "kiosk", by: supervisor)
      try await centre.refused(401, "sign-in-required", "POST", "/api/v1/tickets", ["service": "ho-tich"], as: old)
      try await centre.ticket("ho-tich", as: new)
    }
  }

  @Test("what a screen may be")
  func forms() async throws {
    try await TestCentre.run { centre in
      func refused(_ body: JSON) async throws {
        try await centre.refused(400, "bad-json", "POST", "/api/v1/terminals", body)
      }
      for role in ["officer", "supervisor", "admin", "citizen", "system", "fridge"] as [JSON] {
        try await refused(["name": "x", "role": role])
      }
      for name in ["", "kiosk 1", "quầy", String(repeating: "k", count: 41)] {
        try await refused(["name": .string(name), "role": "kiosk"])
      }
      try await refused(["name": "rating-1", "role": "rating"])
      try await centre.refused(
        404, "unknown-counter", "POST", "/api/v1/terminals", ["name": "rating-1", "role": "rating", "counter": 77])
    }
  }
}
