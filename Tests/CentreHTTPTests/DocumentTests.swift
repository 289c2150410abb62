import Foundation
import Testing

@Suite("the API document")
struct DocumentTests {
  private let document = APIDocument.shared

  /// Routes that are not part of the API proper, but noted in its document.
  private static let besides = ["GET /metrics everyone", "GET /t/{code} everyone", "GET /h/{code} everyone"]

  @Test("names exactly the routes of the program, with who may use them")
  func routes() async throws {
    try await TestCentre.run { centre in
      let served = centre.routes.map { "\($0.method) \($0.path) \($0.access)" } + Self.besides
      let documented = document.operations.map { "\($0.method) \($0.path) \($0.access)" }
      #expect(Set(documented).subtracting(served).isEmpty, "documented, but not served")
      #expect(Set(served).subtracting(documented).isEmpty, "served, but not documented")
      #expect(served.count == Set(served).count)
    }
  }

  @Test("every reference leads somewhere, every schema of an answer is closed, every keyword is checked")
  func schemas() throws {
    var faults: [String] = []
    func walk(_ part: JSON, _ path: String) {
      if let reference = part["$ref"].string, !document.check.resolve(reference).exists {
        faults.append("\(path): \(reference) leads nowhere")
      }
      for (name, inner) in part.object { walk(inner, "\(path)/\(name)") }
      for (i, inner) in part.array.enumerated() { walk(inner, "\(path)/\(i)") }
    }
    walk(document.root, "#")
    for operation in document.operations {
      for (status, response) in operation.content["responses"].object {
        for (media, content) in document.resolved(response)["content"].object where media.hasSuffix("json") {
          faults += open(content["schema"], "\(operation) \(status)", seen: [])
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  /// Objects that would let a field pass which the document does not name.
  private func open(_ schema: JSON, _ path: String, seen: Set<String>) -> [String] {
    if let reference = schema["$ref"].string {
      guard !seen.contains(reference) else { return [] }
      return open(document.check.resolve(reference), "\(path) \(reference)", seen: seen.union([reference]))
    }
    var faults: [String] = []
    if schema["type"] == "object", !schema["additionalProperties"].exists { faults.append("\(path) is open") }
    if !schema["type"].exists { faults.append("\(path) has no type") }
    for (name, inner) in schema["properties"].object { faults += open(inner, "\(path).\(name)", seen: seen) }
    if schema["type"] == "array" { faults += open(schema["items"], "\(path)[]", seen: seen) }
    return faults
  }

  @Test("every example fits its schema")
  func examples() {
    var faults: [String] = []
    var count = 0
    func walk(_ part: JSON, _ path: String, isSchema: Bool) {
      if isSchema {
        for example in part["examples"].array {
          count += 1
          faults += document.check.faults(example, part).map { "\(path): \($0)" }
        }
      }
      if part["schema"].exists, part["example"].exists {
        count += 1
        faults += document.check.faults(part["example"], part["schema"]).map { "\(path): \($0)" }
      }
      for (name, inner) in part.object where name != "examples" && name != "example" {
        let below = path.hasSuffix("/properties") || path.hasSuffix("/schemas")
        let schema = below || ["schema", "items", "additionalProperties"].contains(name)
        walk(inner, "\(path)/\(name)", isSchema: schema && (below || part["type"].exists || name == "schema"))
      }
      for (i, inner) in part.array.enumerated() { walk(inner, "\(path)/\(i)", isSchema: false) }
    }
    walk(document.root, "#", isSchema: false)
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(count > 25)
  }

  @Test(
    "every operation has a name of its own, a Vietnamese summary, a known access and what restricted access answers")
  func operations() {
    var names: Set<String> = []
    for operation in document.operations {
      let name = operation.content["operationId"].string ?? ""
      #expect(!name.isEmpty && names.insert(name).inserted, "\(operation): \(name)")
      let summary = operation.content["summary"].string ?? ""
      #expect(summary.unicodeScalars.contains { $0.value > 127 } || operation.path == "/metrics", "\(operation)")
      #expect(["everyone", "kiosk", "rating", "officer", "supervisor"].contains(operation.access), "\(operation)")
      let answers = operation.content["responses"].object.keys
      if operation.access != "everyone" {
        #expect(answers.contains("401") && answers.contains("403"), "\(operation)")
      }
      let holes = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
      let parameters = operation.content["parameters"].array.map { document.resolved($0) }
      let named = parameters.filter { $0["in"] == "path" }.compactMap { $0["name"].string }
      #expect(Set(holes.map(String.init)) == Set(named), "\(operation)")
    }
  }

  @Test("problems are the words the program knows, each with a sentence in both languages")
  func problems() throws {
    func words(_ language: String) throws -> Set<String> {
      let file = TestCentre.share.appendingPathComponent("kiosk/shared/words.\(language).json")
      let all = try JSON(Data(contentsOf: file))["daemon"].object.keys
      return Set(all.filter { $0.hasPrefix("problem.") }.map { String($0.dropFirst(8)) })
    }
    var documented: Set<String> = ["not-found", "method-not-allowed"]
    for operation in document.operations {
      for (_, response) in operation.content["responses"].object {
        let schema = document.resolved(response)["content"]["application/problem+json"]["schema"]
        documented.formUnion(schema["properties"]["type"]["enum"].array.compactMap(\.string))
      }
    }
    #expect(try words("vi") == documented)
    #expect(try words("en") == documented)
  }

  @Test(
    "the check sees what it is there for: an unknown field, a missing one, a wrong type, a wrong word, an unknown status"
  )
  func strictness() throws {
    let operation = try #require(document.operation("POST", "/api/v1/tickets"))
    let good = operation.content["responses"]["201"]["content"]["application/json"]["example"]
    func faults(_ status: Int = 201, type: String = "application/json", _ change: (inout JSON) -> Void) -> Int {
      var body = good
      change(&body)
      return document.faults(operation, status, type: type, body.bytes).count
    }
    #expect(faults { _ in } == 0)
    #expect(faults { $0["surprise"] = 1 } == 1)
    #expect(faults { $0["number"] = .null } == 1)
    #expect(faults { $0["ahead"] = "3" } == 1)
    #expect(faults { $0["ahead"] = -1 } == 1)
    #expect(faults { $0["print"] = ["state": "lost"] } == 1)
    #expect(faults { $0["counters"] = [1, 300] } == 1)
    #expect(faults { $0["number"] = "A 12" } == 1)
    #expect(faults(202) { _ in } == 1)
    #expect(faults(type: "text/html") { _ in } == 1)
    let problem: JSON = ["type": "nobody-waiting", "title": "Sai.", "titleEn": "Wrong.", "status": 409]
    #expect(document.faults(operation, 409, type: "application/problem+json", problem.bytes).count == 1)
  }

  @Test("is served as it stands in the file")
  func served() async throws {
    try await TestCentre.run(.init(open: false)) { centre in
      let reply = try await centre.get("/api/v1/openapi.yaml")
      #expect(reply.headers[.contentType] == "application/yaml; charset=utf-8")
      #expect(reply.bytes == (try Data(contentsOf: TestCentre.share.appendingPathComponent("kiosk/openapi.yaml"))))
    }
  }
}
