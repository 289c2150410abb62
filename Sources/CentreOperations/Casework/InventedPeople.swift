import CentreStore
import OneStop

extension HomePerson {
  /// Somebody who does not exist, for simulated centres: names and streets are made of the words for «example», and no
  /// telephone number begins with 0000. The same number is always the same person.
  static func invented(_ number: Int) -> HomePerson {
    var chance = Chance(seed: UInt64(number))
    func one(_ words: [String]) -> String { words[chance.whole(0...words.count - 1)] }
    let isWoman = chance.happens(0.6)
    let name = "\(one(families)) \(isWoman ? "Thị" : "Văn") \(one(given))"
    let house = chance.whole(1...180)
    let lane = chance.happens(0.7) ? "ngõ \(chance.whole(2...60)) " : ""
    return HomePerson(
      name: name, phone: "0000 \(chance.whole(100...999)) \(chance.whole(100...999))",
      address: "Số \(house) \(lane)đường \(one(streets))", note: chance.happens(0.6) ? one(ways) : "")
  }

  private static let families = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô"]
  private static let given = [
    "Ví Dụ", "Thí Dụ", "Minh Họa", "Giả Định", "Tưởng Tượng", "Bản Mẫu", "Chạy Thử", "Không Thật",
  ]
  private static let streets = ["Ví Dụ", "Thí Dụ", "Minh Họa", "Tưởng Tượng", "Bản Mẫu", "Chạy Thử"]
  private static let ways = [
    "gọi trước khi đến", "cổng xanh cuối ngõ", "nhà có chó, bấm chuông", "tầng 2, không có thang máy",
    "nghe kém, gọi cho con gái", "sau chợ, hỏi nhà ông tổ trưởng",
  ]
}
