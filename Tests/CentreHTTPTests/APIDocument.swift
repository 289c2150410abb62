import Foundation

/// `kiosk/openapi.yaml`, looked into the way a client does.
struct APIDocument: Sendable {
  let root: JSON
  var check: SchemaCheck { SchemaCheck(document: root) }

  static let shared: APIDocument = {
    do {
      let file = TestCentre.share.appendingPathComponent("kiosk/openapi.yaml")
      return APIDocument(root: try JSON(yaml: String(contentsOf: file, encoding: .utf8)))
    } catch {
      fatalError("kiosk/openapi.yaml: \(error)")
    }
  }()

  struct Operation: Sendable, Hashable, CustomStringConvertible {
    var method: String
    var path: String
    var content: JSON
    var description: String { "\(method) \(path)" }
    var access: String { content["x-access"].string ?? "" }
  }

  var operations: [Operation] {
    root["paths"].object.flatMap { path, item in
      item.object.map { Operation(method: $0.key.uppercased(), path: path, content: $0.value) }
    }.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
  }

  /// The operation behind an address; a path without placeholders wins over one with.
  func operation(_ method: String, _ address: String) -> Operation? {
    let parts = address.split(separator: "?", omittingEmptySubsequences: false)[0].split(separator: "/")
    return operations.filter { $0.method == method }.filter { operation in
      let template = operation.path.split(separator: "/")
      return template.count == parts.count && zip(template, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }.min { $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" } }
  }

  func resolved(_ part: JSON) -> JSON { part["$ref"].string.map { check.resolve($0) } ?? part }

  /// The documented answer of an operation for a status.
  func response(_ operation: Operation, _ status: Int) -> JSON {
    resolved(operation.content["responses"]["\(status)"])
  }

  func requestSchema(_ operation: Operation) -> JSON {
    resolved(operation.content["requestBody"])["content"]["application/json"]["schema"]
  }

  /// What an answer has that the document does not say; empty when all is documented.
  func faults(_ operation: Operation, _ status: Int, type: String, _ body: Data) -> [String] {
    let response = response(operation, status)
    guard response.exists else { return ["\(operation): status \(status) is not documented"] }
    let media = type.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    let content = response["content"][media]
    guard content.exists else { return ["\(operation) \(status): content type \(type) is not documented"] }
    guard media.hasSuffix("json") else { return [] }
    guard let value = try? JSON(body) else { return ["\(operation) \(status): not JSON"] }
    return check.faults(value, content["schema"]).map { "\(operation) \(status): \($0)" }
  }

  /// Schema of an event of the stream.
  func event(_ name: String) -> JSON {
    root["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]["x-events"][name]
  }
}
