import Crypto
import Foundation

/// From the kernel's source; for salts, tokens and names of files.
public func randomBytes(_ count: Int) -> Data {
  var generator = SystemRandomNumberGenerator()
  return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
}

/// SHA-256 as its 64 hex digits, the way `sha256sum` writes it.
public func sha256Text(_ data: some DataProtocol) -> String { SHA256.hash(data: data).hexText }

extension Sequence<UInt8> {
  /// Two small hex digits a byte.
  public var hexText: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
