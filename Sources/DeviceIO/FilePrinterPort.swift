import Foundation

/// A printer made of files: for demonstrations, tests and `print-test --out`.
public actor FilePrinterPort: PrinterPort {
  public enum Target: Sendable, Equatable {
    /// Jobs one after the other in one file.
    case file(path: String)
    /// One file per job, "<job>.escpos"; never overwrites.
    case folder(path: String)
  }

  public nonisolated let device: String
  public nonisolated let answers = false
  public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private let lane: Lane
  private let target: Target
  private var job: [UInt8]?

  public init(device: String, _ target: Target) {
    self.device = device
    self.target = target
    self.lane = Lane("printer \(device)")
  }

  /// Creates the folder when it is not there.
  public func open() async throws(DeviceError) {
    guard job == nil else { return }
    if case .folder(let path) = target {
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw DeviceError(.storage, device: device, cause: error)
      }
    }
    job = []
  }

  /// Keeps the bytes until the job is finished: a file never holds half a ticket.
  public func write(_ bytes: [UInt8]) async throws(DeviceError) {
    guard job != nil else { throw DeviceError(.notOpen, device: device) }
    guard !Task.isCancelled else {
      job = nil
      throw DeviceError(.cancelled, device: device)
    }
    job? += bytes
  }

  public func read(within timeout: Duration) async throws(DeviceError) -> [UInt8] { [] }

  public func drain() async -> [UInt8] { [] }

  public func finishJob(_ name: String) async throws(DeviceError) {
    guard let bytes = job else { throw DeviceError(.notOpen, device: device) }
    job = []
    do {
      switch target {
      case .file(let path):
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes))
      case .folder(let path):
        try Data(bytes).write(to: freeName(name, in: path), options: .atomic)
      }
    } catch {
      throw DeviceError(.storage, device: device, cause: error)
    }
  }

  public func close() async { job = nil }

  private func freeName(_ name: String, in folder: String) -> URL {
    let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
    let stem = safe.isEmpty ? "job" : safe
    let folder = URL(fileURLWithPath: folder)
    var url = folder.appending(path: "\(stem).escpos")
    var count = 1
    while FileManager.default.fileExists(atPath: url.path) {
      count += 1
      url = folder.appending(path: "\(stem)-\(count).escpos")
    }
    return url
  }
}
