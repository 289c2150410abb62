import Foundation

@testable import Printing

/// Tickets as the front desk would issue them.
enum Samples {
  static let vietnamese = TicketSlip(
    centreLines: ["Trung tâm Phục vụ", "hành chính công phường Lê Chân"],
    heading: "Số thứ tự", number: "A012",
    service: "Hộ tịch – Chứng thực – Xác nhận tình\u{A0}trạng hôn\u{A0}nhân",
    facts: [
      .init("Quầy sẽ gọi", "1 hoặc 3"), .init("Người chờ trước", "11"), .init("Ước chờ", "khoảng 30 phút"),
      .init("Lấy số lúc", "09:24 26/11/2026"),
    ],
    qr: "http://192.168.10.5:8080/t/K7WQ4MXD",
    qrTitle: "Còn mấy người?", qrLines: ["Quét mã để xem.", "Cần giúp, mời gọi", "0225\u{A0}3700\u{A0}100"],
    footer: "Lỡ lượt, mời báo cán bộ tại quầy.")

  static var priority: TicketSlip {
    var slip = vietnamese
    slip.number = "A018"
    slip.priorityMark = "ƯU TIÊN"
    return slip
  }

  static var reprint: TicketSlip {
    var slip = priority
    slip.reprintMark = "BẢN IN LẠI 09:26"
    slip.sameDayMark = "Trả kết quả trong ngày"
    return slip
  }

  static var reprintOnly: TicketSlip {
    var slip = vietnamese
    slip.reprintMark = "BẢN IN LẠI 09:26"
    return slip
  }

  static var sameDay: TicketSlip {
    var slip = vietnamese
    slip.sameDayMark = "Trả kết quả trong ngày"
    return slip
  }

  static var priorityReprint: TicketSlip {
    var slip = priority
    slip.reprintMark = "BẢN IN LẠI 09:26"
    return slip
  }

  static var long: TicketSlip {
    var slip = vietnamese
    slip.centreLines = ["Trung tâm Phục vụ hành chính công", "xã Đức Trọng – Liên Nghĩa, tỉnh Lâm Đồng"]
    slip.number = "H1004"
    slip.service = "Đất đai – Xây dựng – Cấp giấy chứng\u{A0}nhận quyền sử\u{A0}dụng đất, quyền sở\u{A0}hữu nhà ở"
    slip.facts[0].value = "bất kỳ quầy nào từ 1 đến 12"
    return slip
  }

  static let english = TicketSlip(
    centreLines: ["Public Administration", "Service Centre, Le Chan Ward"],
    heading: "Your number", number: "B207", service: "Business registration – Household business",
    facts: [
      .init("Counter", "2 or 5"), .init("People ahead", "4"), .init("Estimated wait", "about 15 minutes"),
      .init("Issued", "13:42 26/11/2026"),
    ],
    qr: "http://192.168.10.5:8080/t/K7WQ4MXD",
    qrTitle: "How many ahead?", qrLines: ["Scan to follow.", "For help, call", "0225\u{A0}3700\u{A0}100"],
    footer: "Missed your call? Please tell a counter.")

  /// name, slip, most bytes on any 80 mm printer
  static let weights: [(name: String, slip: TicketSlip, most: Int)] = [
    ("ordinary", vietnamese, 25_000), ("priority", priority, 25_000), ("reprint", reprintOnly, 25_000),
    ("same day", sameDay, 25_000), ("priority reprint", priorityReprint, 25_000), ("english", english, 25_000),
    ("everything at once", reprint, 27_000), ("long", long, 27_000),
  ]

  /// name, slip, width in dots, dpi
  static let all: [(name: String, slip: TicketSlip, width: Int, dpi: Int)] = [
    ("ticket-80mm", vietnamese, 576, 203), ("ticket-80mm-priority", priority, 576, 203),
    ("ticket-80mm-reprint", reprint, 576, 203), ("ticket-80mm-long", long, 576, 203),
    ("ticket-80mm-english", english, 576, 203), ("ticket-58mm", vietnamese, 384, 203),
    ("ticket-58mm-reprint", reprint, 384, 203), ("ticket-58mm-long", long, 384, 203),
    ("ticket-180dpi", vietnamese, 512, 180), ("ticket-640", vietnamese, 640, 203),
  ]
}

enum Golden {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  static let update = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

  static func bytes(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: folder.appending(path: name))).map(Array.init)
  }

  static func write(_ bytes: [UInt8], _ name: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: folder.appending(path: name))
  }
}
