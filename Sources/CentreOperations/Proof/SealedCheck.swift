import CentreStore
import Foundation
import GRDB
import OneStop
import Printing

/// Checks a sealed folder for somebody who has nothing else: no database, no daemon, no trust in who made it.
///
/// In this order, each only where the one before found nothing: every file is the one that is listed; every event follows
/// from the one before; ratings and register are those the events vouch for; sheets, rows and cover sheets come out the same
/// when they are made anew from the records; the chain is the one whose head left the house.
public struct SealedCheck {
  let folder: URL
  let anchors: [JournalAnchor]

  /// - Parameter folder: the exported folder, or its sealed part.
  public init(_ folder: URL, anchors: [JournalAnchor]) {
    let inner = folder.appendingPathComponent(SealedName.folder)
    self.folder = FileManager.default.fileExists(atPath: inner.path) ? inner : folder
    self.anchors = anchors
  }

  public struct Fault: Sendable, Hashable {
    public var file: String
    /// Line, batch or event; empty: the file as a whole.
    public var place: String
    public var words: String
  }

  public enum Standing: Sendable, Hashable {
    case faulty
    /// Whole in itself, and nobody can say whether it was rewritten as a whole.
    case unanchored
    /// So many events that count come after the last anchor.
    case partly(Int)
    /// Everything holds; the pages were set with other libraries than this machine has and were not compared.
    case pagesUnchecked
    case good
  }

  /// What vouches for a file.
  public enum Proof: String, Sendable, CaseIterable {
    /// The chain of the journal itself.
    case chain
    /// Its hash stands in an event.
    case event
    /// It comes out the same, byte by byte, when it is made anew from the journal.
    case remade
    /// Only the list of contents: whoever makes the folder may have had another before.
    case list
  }

  public struct Verdict: Sendable {
    public var standing: Standing
    public var faults: [Fault] = []
    public var notes: [String] = []
    public var year = 0
    public var until: LocalDay?
    public var events: Int64 = 0
    public var head = ""
    /// Of a folder without a fault: which files are proven by what.
    public var proofs: [Proof: [String]] = [:]
  }

  static func words(_ key: String, _ places: [String: String] = [:]) -> String {
    Words.text("proof.check.\(key)", places).vi
  }

  public func run() -> Verdict {
    var verdict = Verdict(standing: .faulty)
    guard let manifest = readManifest(&verdict) else { return verdict }
    (verdict.year, verdict.until, verdict.events, verdict.head) = (
      manifest.year, manifest.until, manifest.events, manifest.head
    )
    checkFiles(manifest, &verdict)
    let isTouched = !verdict.faults.isEmpty
    var anchored: [Int64: Data] = [:]
    var tail: [Int64] = []
    do {
      // A touched journal is read on, to name the line; nothing is counted from it.
      let replay = isTouched ? nil : try ReplayDatabase()
      try readJournal(manifest, into: replay, &anchored, &tail, &verdict)
      if let replay, verdict.faults.isEmpty {
        try readRecords(replay, manifest, &verdict)
        if verdict.faults.isEmpty { compare(replay, manifest, &verdict) }
      }
    } catch {
      verdict.faults.append(Fault(file: SealedName.journal, place: "", words: words("replay", ["why": "\(error)"])))
    }
    guard verdict.faults.isEmpty else { return verdict }
    judge(anchored, tail, manifest, &verdict)
    return verdict
  }

  private func words(_ key: String, _ places: [String: String] = [:]) -> String { Self.words(key, places) }

  // MARK: Files

  private func readManifest(_ verdict: inout Verdict) -> SealedManifest? {
    guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(SealedName.manifest)) else {
      verdict.faults.append(Fault(file: SealedName.manifest, place: "", words: words("missing")))
      return nil
    }
    let hash = sha256Text(bytes)
    let seal = (try? Data(contentsOf: folder.appendingPathComponent(SealedName.seal))).map {
      String(decoding: $0, as: UTF8.self)
    }
    if seal != "\(hash)  \(SealedName.manifest)\n" {
      verdict.faults.append(
        Fault(
          file: SealedName.manifest, place: SealedName.seal,
          words: words("hash", ["expected": String((seal ?? "–").prefix(64)), "found": hash])))
    }
    guard let manifest = try? JSONDecoder().decode(SealedManifest.self, from: bytes), manifest.version == 1 else {
      verdict.faults.append(Fault(file: SealedName.manifest, place: "", words: words("unreadable")))
      return nil
    }
    return manifest
  }

  private func checkFiles(_ manifest: SealedManifest, _ verdict: inout Verdict) {
    var listed: Set<String> = [SealedName.manifest, SealedName.seal]
    for file in manifest.files {
      listed.insert(file.name)
      guard !file.name.hasPrefix("/"), !file.name.split(separator: "/").contains(".."),
        let hash = EvidenceFiles.hash(of: folder.appendingPathComponent(file.name))
      else {
        verdict.faults.append(Fault(file: file.name, place: "", words: words("missing")))
        continue
      }
      let facts = try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(file.name).path)
      if hash != file.sha256 || facts?[.size] as? Int != file.bytes {
        verdict.faults.append(
          Fault(file: file.name, place: "", words: words("hash", ["expected": file.sha256, "found": hash])))
      }
    }
    for name in present() where !listed.contains(name) {
      verdict.faults.append(Fault(file: name, place: "", words: words("unlisted")))
    }
  }

  private func present() -> [String] {
    guard let all = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    return all.compactMap { $0 as? String }.filter { name in
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent(name).path
      return !(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
    }.sorted()
  }

  // MARK: Records

  /// Events that change no figure: papers, reports and screens, which go on after the closing sheet is printed.
  private static func isHarmless(_ type: String) -> Bool {
    ["paper-", "office-", "print", "terminal-", "alarm-", "report-made"].contains { type.hasPrefix($0) }
  }

  private func readJournal(
    _ manifest: SealedManifest, into replay: ReplayDatabase?, _ anchored: inout [Int64: Data], _ tail: inout [Int64],
    _ verdict: inout Verdict
  ) throws {
    guard let text = try? Data(contentsOf: folder.appendingPathComponent(SealedName.journal), options: .mappedIfSafe)
    else { return }
    let wanted = Set(anchors.map(\.seq))
    let last = anchors.map(\.seq).filter { $0 <= manifest.events }.max() ?? 0
    var chain = ReplayDatabase.Chain(centre: manifest.chain)
    var found: [Fault] = []
    func read(_ db: Database?) throws {
      if let db { try Meta.set(db, "centre", manifest.chain) }
      try JournalLines.each(text) { number, bytes in
        let place = words("line", ["n": "\(number)"])
        guard let line = JournalLines.line(bytes) else {
          found.append(Fault(file: SealedName.journal, place: place, words: words("form")))
          return
        }
        for fault in chain.check(line) {
          let why =
            switch fault {
            case .number(let expected): words("number", ["expected": "\(expected)", "found": "\(line.seq)"])
            case .hash(let expected):
              words("event", ["type": line.type, "expected": expected, "found": line.hash.hexText])
            case .earlier: words("earlier")
            }
          found.append(Fault(file: SealedName.journal, place: place, words: why))
        }
        if wanted.contains(line.seq) { anchored[line.seq] = line.hash }
        if line.seq > last, !Self.isHarmless(line.type) { tail.append(line.seq) }
        if let db, found.isEmpty { try ReplayDatabase.insert(line, db) }
      }
    }
    if let replay {
      try replay.queue.inDatabase { db in
        try db.inTransaction {
          try read(db)
          return .commit
        }
      }
    } else {
      try read(nil)
    }
    if found.isEmpty, chain.last != manifest.events || chain.head.hexText != manifest.head {
      found.append(
        Fault(
          file: SealedName.journal, place: words("line", ["n": "\(chain.last)"]),
          words: words(
            "head", ["expected": "\(manifest.events) \(manifest.head)", "found": "\(chain.last) \(chain.head.hexText)"])
        ))
    }
    // The first break is the deed; a page of what follows from it says no more.
    verdict.faults += found.prefix(20)
  }

  private func readRecords(
    _ replay: ReplayDatabase, _ manifest: SealedManifest, _ verdict: inout Verdict
  ) throws {
    func lines(_ name: String, _ count: Int, _ put: ([String], Int) throws -> Bool) throws {
      guard let text = try? Data(contentsOf: folder.appendingPathComponent(name), options: .mappedIfSafe) else {
        verdict.faults.append(Fault(file: name, place: "", words: words("missing")))
        return
      }
      JournalLines.each(text) { number, bytes in
        let fields = bytes.split(separator: 0x09, omittingEmptySubsequences: false).map {
          JournalLines.unmarked(String(decoding: $0, as: UTF8.self))
        }
        let isGood = fields.count == count && ((try? put(fields, number)) ?? false)
        if !isGood {
          verdict.faults.append(
            Fault(file: name, place: words("line", ["n": "\(number)"]), words: words("form")))
        }
      }
    }
    try replay.queue.inDatabase { db in
      try db.inTransaction {
        try lines(SealedName.ratings, 7) { fields, _ in
          guard let key = JournalLines.bytesOf(hex: Data(fields[1].utf8)), let reception = Int(fields[3]),
            let handling = Int(fields[4])
          else { return false }
          try ReplayDatabase.insert(
            .init(
              batch: fields[0], key: key, officer: fields[2], reception: reception, handling: handling,
              reasons: fields[5], comment: fields[6]), db)
          return true
        }
        try lines(SealedName.register, 2) { fields, _ in
          guard let id = Int(fields[0]) else { return false }
          try ReplayDatabase.insertRegister(import: id, fields[1], db)
          return true
        }
        return .commit
      }
      for fault in try ReplayDatabase.recordFaults(db) { verdict.faults.append(Self.told(fault)) }
    }
  }

  private static func told(_ fault: ReplayDatabase.RecordFault) -> Fault {
    switch fault {
    case .ratingCount(let batch, let opened, let given):
      Fault(
        file: SealedName.ratings, place: words("batch", ["id": batch]),
        words: words("count", ["expected": "\(given)", "found": "\(opened)"]))
    case .ratingRoot(let batch, let expected, let found):
      Fault(
        file: SealedName.ratings, place: words("batch", ["id": batch]),
        words: words("hash", ["expected": expected, "found": found]))
    case .unknownBatch(let batch):
      Fault(file: SealedName.ratings, place: words("batch", ["id": batch]), words: words("unknown"))
    case .register(let id, let expected, let found):
      Fault(
        file: SealedName.register, place: words("import", ["id": "\(id)"]),
        words: words("hash", ["expected": expected, "found": found]))
    case .unknownImport(let id):
      Fault(file: SealedName.register, place: words("import", ["id": "\(id)"]), words: words("unknown"))
    }
  }

  // MARK: Made anew

  private func compare(_ replay: ReplayDatabase, _ manifest: SealedManifest, _ verdict: inout Verdict) {
    do {
      let record = try SealedYear(
        replay, year: manifest.year, until: manifest.until, tables: folder.appendingPathComponent(SealedName.tables))
      if record.head.at > record.moment {
        verdict.faults.append(
          Fault(
            file: SealedName.journal, place: words("line", ["n": "\(record.head.seq)"]),
            words: words("beyond", ["day": manifest.until.onPaper])))
      }
      let setsAlike = manifest.typesetter == PageLayout.typesetter
      verdict.prove(SealedName.journal, .chain)
      verdict.prove(SealedName.ratings, .event)
      verdict.prove(SealedName.register, .event)
      let files = SealedFiles(year: record)
      try files.each { name, bytes in
        guard setsAlike || !Self.isSet(name) else { return verdict.prove(name, .list) }
        verdict.prove(name, .remade)
        guard let there = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
          verdict.faults.append(Fault(file: name, place: "", words: words("missing")))
          return
        }
        if there != bytes { verdict.faults.append(difference(name, expected: bytes, found: there)) }
      }
      checkAttachments(files, manifest, &verdict)
      if !setsAlike {
        verdict.notes.append(words("pages", ["made": manifest.typesetter, "here": PageLayout.typesetter]))
      }
      let known = Set(verdict.proofs.values.joined())
      for file in manifest.files where !known.contains(file.name) {
        if file.name.hasPrefix("\(SealedName.tables)/") {
          verdict.prove(file.name, .list)
        } else {
          verdict.faults.append(Fault(file: file.name, place: "", words: words("unknown")))
        }
      }
      var own = try SealedManifest(record, program: manifest.program, files: manifest.files)
      (own.typesetter, own.missing) = (manifest.typesetter, manifest.missing)
      if own != manifest {
        verdict.faults.append(Fault(file: SealedName.manifest, place: "", words: words("manifest")))
      }
    } catch {
      verdict.faults.append(Fault(file: SealedName.journal, place: "", words: words("replay", ["why": "\(error)"])))
    }
  }

  /// Made by libraries whose other versions make other bytes.
  private static func isSet(_ name: String) -> Bool { name.hasSuffix(".pdf") || name.hasSuffix(".xlsx") }

  /// The first line that differs, where the file has lines.
  private func difference(_ name: String, expected: Data, found: Data) -> Fault {
    guard !Self.isSet(name) else { return Fault(file: name, place: "", words: words("page")) }
    let (a, b) = (
      expected.split(separator: 0x0A, omittingEmptySubsequences: false),
      found.split(separator: 0x0A, omittingEmptySubsequences: false)
    )
    let at = (0..<max(a.count, b.count)).first { i in i >= a.count || i >= b.count || a[i] != b[i] } ?? 0
    func line(_ lines: [Data]) -> String {
      at < lines.count ? String(decoding: lines[at], as: UTF8.self).trimmingCharacters(in: .whitespaces) : "–"
    }
    return Fault(
      file: name, place: words("line", ["n": "\(at + 1)"]),
      words: words("differs", ["expected": line(a), "found": line(b)]))
  }

  // MARK: Anchors

  private func judge(
    _ anchored: [Int64: Data], _ tail: [Int64], _ manifest: SealedManifest, _ verdict: inout Verdict
  ) {
    var held = 0
    for anchor in anchors {
      let place = words("anchor", ["day": anchor.day.onPaper, "n": "\(anchor.seq)"])
      if anchor.seq > manifest.events {
        if anchor.day > manifest.until {
          verdict.notes.append(place + ": " + words("later", ["day": manifest.until.onPaper]))
        } else {
          verdict.faults.append(
            Fault(file: SealedName.journal, place: place, words: words("cut", ["found": "\(manifest.events)"])))
        }
        continue
      }
      guard anchored[anchor.seq] == anchor.hash else {
        verdict.faults.append(
          Fault(
            file: SealedName.journal, place: place,
            words: words(
              "anchorDiffers",
              ["expected": anchor.hash.hexText, "found": anchored[anchor.seq]?.hexText ?? "–"])))
        continue
      }
      held += 1
    }
    if !verdict.faults.isEmpty {
      verdict.standing = .faulty
    } else if held == 0 {
      verdict.standing = .unanchored
    } else if !tail.isEmpty {
      verdict.standing = .partly(tail.count)
    } else {
      verdict.standing = manifest.typesetter == PageLayout.typesetter ? .good : .pagesUnchecked
    }
  }
}
