import Foundation
import Testing

/// A seeded random driver for whatever takes bytes from outside: the same seed gives the same inputs.
///
/// Each parser has a folder in `Corpus`: good and odd inputs that are tried first and then mutated. `check` returns what
/// is wrong with the outcome, nil when nothing is; a wrong or crashing input is kept as a file to be added there.
///
///     try Fuzz("printer-status").run(words: [[0x10, 0x04]]) { bytes in … }
///
/// 1,000,000 inputs with LONG=1; otherwise `usually`, because debug builds are slow and CI machines small. FUZZ_SEED and
/// FUZZ_RUNS choose others.
struct Fuzz {
  let name: String
  let seed: UInt64
  let runs: Int
  private let folder: URL
  /// The input under test, in a file that outlives a crash of the process.
  private let last: URL

  init(_ name: String, usually: Int = 100_000) {
    let environment = ProcessInfo.processInfo.environment
    self.name = name
    seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 5049
    runs = environment["FUZZ_RUNS"].flatMap { Int($0) } ?? (environment["LONG"] != nil ? 1_000_000 : usually)
    folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
    last = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(name)-last")
  }

  /// - Parameters:
  ///   - words: pieces of the language that chance alone would hardly find.
  ///   - longest: bytes of an input.
  func run(words: [[UInt8]] = [], longest: Int = 400, _ check: ([UInt8]) -> String?) throws {
    var chance = Chance(state: seed)
    let corpus = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { !$0.lastPathComponent.hasPrefix(".") }.sorted { $0.path < $1.path }.map {
        [UInt8](try Data(contentsOf: $0))
      }
    try #require(!corpus.isEmpty, "no corpus in \(folder.path)")
    let box = try CrashBox(last)
    let start = ContinuousClock.now
    for index in 0..<(runs + corpus.count) {
      let input = index < corpus.count ? corpus[index] : mutated(corpus, words, longest, &chance)
      box.keep(input)
      guard let wrong = check(input) else { continue }
      let file = folder.appending(path: "odd-\(seed)-\(index)")
      try Data(input).write(to: file)
      Issue.record("\(name): \(wrong); the input is kept in \(file.path)")
      return
    }
    print("fuzz \(name): \(runs) inputs from \(corpus.count) kept ones, seed \(seed), \(ContinuousClock.now - start)")
    try? FileManager.default.removeItem(at: last)
  }

  private func mutated(_ corpus: [[UInt8]], _ words: [[UInt8]], _ longest: Int, _ chance: inout Chance) -> [UInt8] {
    var bytes = chance.one(of: corpus)
    for _ in 0..<(1 + chance.below(6)) {
      let at = chance.below(bytes.count + 1)
      switch chance.below(9) {
      case 0: if at < bytes.count { bytes[at] = UInt8(chance.below(256)) }
      case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8(chance.below(8)) }
      case 2: bytes.insert(UInt8(chance.below(256)), at: at)
      case 3: if at < bytes.count { bytes.remove(at: at) }
      case 4: bytes.removeSubrange(at..<min(bytes.count, at + chance.below(8)))
      case 5: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + chance.below(16))], at: at)
      case 6: if !words.isEmpty { bytes.insert(contentsOf: chance.one(of: words), at: at) }
      case 7:
        let other = chance.one(of: corpus)
        bytes = Array(bytes[..<at]) + other[chance.below(other.count + 1)...]
      default:
        bytes.insert(contentsOf: [0x00, 0xFF, 0x7F, 0x80, 0x0A, 0x22].shuffled(using: &chance).prefix(2), at: at)
      }
    }
    return Array(bytes.prefix(longest))
  }
}

/// SplitMix64.
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func below(_ end: Int) -> Int { Int(next() % UInt64(max(1, end))) }
  mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }
}

/// Memory that is a file: what stands in it when the process dies is on disk afterwards.
private final class CrashBox {
  private static let size = 8192
  private let memory: UnsafeMutableRawPointer

  init(_ file: URL) throws {
    let fd = open(file.path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    guard fd >= 0, ftruncate(fd, off_t(Self.size)) == 0 else { throw POSIXError(.EIO) }
    defer { close(fd) }
    memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
    guard memory != MAP_FAILED else { throw POSIXError(.ENOMEM) }
  }

  /// Four bytes of length, then the input.
  func keep(_ bytes: [UInt8]) {
    let count = min(bytes.count, Self.size - 4)
    memory.storeBytes(of: UInt32(count), as: UInt32.self)
    bytes.withUnsafeBytes { if count > 0 { (memory + 4).copyMemory(from: $0.baseAddress!, byteCount: count) } }
  }

  deinit { munmap(memory, Self.size) }
}
