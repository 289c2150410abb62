import Foundation

/// Reads SQLite files the way somebody does who knows the format and has no password to guess: pages, cells and their
/// physical order, frames of the write-ahead log, whatever is left in between. https://www.sqlite.org/fileformat.html
struct RawPages {
  let pageSize: Int
  private(set) var pages: [Int: [UInt8]]

  struct Cell: Hashable {
    var page: Int
    /// Where in the page its bytes lie; SQLite fills a page from its end, so the first that came lies last.
    var offset: Int
    var fields: [Field]
  }
  enum Field: Hashable {
    case null
    case whole(Int64)
    case bytes([UInt8])

    var text: String? { if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
    var number: Int? { if case .whole(let number) = self { Int(number) } else { nil } }
  }

  init(file: [UInt8]) {
    let stored = Int(file[16]) << 8 | Int(file[17])
    let size = stored == 1 ? 65_536 : stored
    pageSize = size
    pages = [:]
    for number in 1...max(1, file.count / size) {
      pages[number] = Array(file[(number - 1) * size..<min(file.count, number * size)])
    }
  }

  mutating func replace(_ page: Int, _ bytes: [UInt8]) { pages[page] = bytes }

  /// The frames of a log in the order they lie in it, also those of earlier rounds.
  static func frames(wal: [UInt8]) -> [(page: Int, bytes: [UInt8])] {
    guard wal.count > 32 else { return [] }
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(wal[at + $1]) } }
    let size = word(8)
    return stride(from: 32, to: wal.count - 24 - size + 1, by: 24 + size).map { at in
      (word(at), Array(wal[at + 24..<at + 24 + size]))
    }
  }

  /// The rows of a table without row ids: all cells of its tree, in the order of the tree.
  func rows(root: Int) -> [Cell] {
    guard let page = pages[root] else { return [] }
    let head = root == 1 ? 100 : 0
    switch page[head] {
    case 0x0A: return Self.cells(page, number: root, head: head, skip: 0)
    case 0x02:
      var rows: [Cell] = []
      for cell in Self.cells(page, number: root, head: head, skip: 4) {
        rows += self.rows(root: Self.word(page, cell.offset)) + [cell]
      }
      return rows + self.rows(root: Self.word(page, head + 8))
    default: return []
    }
  }

  /// The cells of one page, where it belongs to an index tree.
  static func cells(_ bytes: [UInt8], number: Int) -> [Cell] {
    switch bytes.first {
    case 0x0A: cells(bytes, number: number, head: 0, skip: 0)
    case 0x02: cells(bytes, number: number, head: 0, skip: 4)
    default: []
    }
  }

  private static func cells(_ page: [UInt8], number: Int, head: Int, skip: Int) -> [Cell] {
    let count = Int(page[head + 3]) << 8 | Int(page[head + 4])
    let list = head + (page[head] == 0x02 ? 12 : 8)
    return (0..<count).map { i in
      let offset = Int(page[list + 2 * i]) << 8 | Int(page[list + 2 * i + 1])
      var at = offset + skip
      _ = varint(page, &at)  // length of the record; ours never overflow to other pages
      return Cell(page: number, offset: offset, fields: record(page, at))
    }
  }

  private static func record(_ page: [UInt8], _ start: Int) -> [Field] {
    var at = start
    let head = varint(page, &at)
    var types: [Int] = []
    while at < start + head { types.append(varint(page, &at)) }
    at = start + head
    return types.map { type in
      let sizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]
      let size = type < 12 ? sizes[type] : (type - 12) / 2
      defer { at += size }
      switch type {
      case 0: return .null
      case 1...6:
        let first = Int64(Int8(bitPattern: page[at]))
        return .whole(page[at + 1..<at + size].reduce(first) { $0 << 8 | Int64($1) })
      case 8: return .whole(0)
      case 9: return .whole(1)
      default: return .bytes(Array(page[at..<at + size]))
      }
    }
  }

  private static func varint(_ page: [UInt8], _ at: inout Int) -> Int {
    var value = 0
    for i in 0..<9 {
      let byte = page[at]
      at += 1
      if i == 8 { return value << 8 | Int(byte) }
      value = value << 7 | Int(byte & 0x7F)
      if byte & 0x80 == 0 { break }
    }
    return value
  }

  private static func word(_ page: [UInt8], _ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(page[at + $1]) } }
}

extension [UInt8] {
  func contains(sequence wanted: [UInt8]) -> Bool {
    Data(self).range(of: Data(wanted)) != nil
  }
}
