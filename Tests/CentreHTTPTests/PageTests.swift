import Foundation
import Testing

@Suite("pages")
struct PageTests {
  private static let kiosk = TestCentre.share.appendingPathComponent("kiosk")

  private static func files(_ kinds: Set<String>) -> [URL] {
    let all = FileManager.default.enumerator(at: kiosk, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { kinds.contains($0.pathExtension) }.sorted { $0.path < $1.path }
  }

  @Test("no page has a script, a style or a handler of its own, and none fetches from elsewhere")
  func inline() throws {
    let pages = Self.files(["html"])
    #expect(pages.count >= 8)
    for page in pages {
      let text = try String(contentsOf: page, encoding: .utf8)
        .replacing(/<!--.*?-->/.dotMatchesNewlines(), with: "")
      let found = [
        text.firstMatch(of: /<script(?![^>]*\ssrc=)[^>]*>/.ignoresCase()).map { "\($0.output)" },
        text.firstMatch(of: /<style[\s>]/.ignoresCase()).map { "\($0.output)" },
        text.firstMatch(of: /<[^>]*\sstyle\s*=/.ignoresCase()).map { "\($0.output)" },
        text.firstMatch(of: /<[^>]*\son[a-z]+\s*=/.ignoresCase()).map { "\($0.output)" },
        text.firstMatch(of: /(src|href|action)\s*=\s*["']?(https?:)?\/\//.ignoresCase()).map { "\($0.output)" },
        text.firstMatch(of: /javascript:/.ignoresCase()).map { "\($0.output)" },
      ].compactMap { $0 }
      #expect(
        found.isEmpty, "\(page.lastPathComponent) in \(page.deletingLastPathComponent().lastPathComponent): \(found)")
      #expect(text.contains(/<html[^>]*\slang="vi"/), "\(page.path) does not say its language")
      #expect(text.contains(/<title>[^<]+<\/title>/), "\(page.path) has no title")
    }
  }

  @Test("no script makes code from text, sets markup of its own making or a style attribute, or asks another host")
  func scripts() throws {
    for script in Self.files(["js", "mjs"]) {
      let text = try String(contentsOf: script, encoding: .utf8)
      let found = [
        text.firstMatch(of: /\beval\(|new Function\(/).map { "\($0.output)" },
        text.firstMatch(of: /document\.write\(/).map { "\($0.output)" },
        text.firstMatch(of: /setAttribute\(\s*['"]style['"]/).map { "\($0.output)" },
        text.firstMatch(of: /(fetch|import|EventSource)\(\s*['"`]https?:/).map { "\($0.output)" },
      ].compactMap { $0 }
      #expect(found.isEmpty, "\(script.path): \(found)")
    }
    for sheet in Self.files(["css"]) {
      let text = try String(contentsOf: sheet, encoding: .utf8)
      #expect(!text.contains(/(url\(|@import)\s*["']?(https?:)?\/\//), "\(sheet.path)")
    }
  }

  @Test("every page is served with a policy that allows nothing from elsewhere and nothing inline")
  func served() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      var addresses = Self.files(["html"]).map { page in
        page.path.replacing(Self.kiosk.path, with: "").replacing("index.html", with: "")
      }
      #expect(addresses.contains("/") && addresses.contains("/board/"))
      addresses.append("/t/7KQ2M9XH4TBC")
      for address in addresses {
        let reply = try await centre.get(address)
        #expect(reply.status == 200 && reply.headers[.contentType]?.hasPrefix("text/html") == true, "\(address)")
        let policy = reply.headers[.contentSecurityPolicy] ?? ""
        let rules = policy.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        for rule in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
          #expect(rules.contains(rule), "\(address): \(policy)")
        }
        #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"), "\(address)")
        #expect(reply.headers[.xContentTypeOptions] == "nosniff")
        #expect(reply.headers[.init("Referrer-Policy")!] == "no-referrer")
        // After an update screens must not keep old parts.
        #expect(reply.headers[.cacheControl] == "no-cache", "\(address)")
      }
    }
  }

  @Test("every script and sheet a page names is there, with its type")
  func parts() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for file in Self.files(["js", "css", "svg", "woff2", "json"]) {
        let address = file.path.replacing(Self.kiosk.path, with: "")
        let reply = try await centre.get(address)
        let types = [
          "js": "javascript", "css": "text/css", "svg": "image/svg+xml", "woff2": "woff2", "json": "json",
        ]
        let type = reply.headers[.contentType] ?? ""
        #expect(reply.status == 200 && type.contains(types[file.pathExtension]!), "\(address): \(reply.status) \(type)")
      }
      for page in Self.files(["html"]) {
        let text = try String(contentsOf: page, encoding: .utf8)
        for part in text.matches(of: /(?:src|href)="(\/[^"#?]*)"/) {
          try await #expect(centre.get(String(part.1)).status == 200, "\(page.path) names \(part.1)")
        }
      }
    }
  }

  @Test("nothing outside the folder of pages is served")
  func outside() async throws {
    try await TestCentre.run(.withPINs()) { centre in
      for path in [
        "/../Package.swift", "/..%2fPackage.swift", "/%2e%2e/Package.swift", "/shared/../../README.md", "//etc/passwd",
      ] {
        let reply = try await centre.get(path)
        #expect(reply.status >= 300 && !reply.text.contains("swift-tools-version"), "\(path): \(reply.status)")
        #expect(!reply.text.contains("root:"))
      }
    }
  }
}
