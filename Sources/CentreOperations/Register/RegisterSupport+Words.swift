import OneStop

extension RegisterSupport {
  /// `Tỷ lệ trực tuyến: không tính được – thiếu cột hình thức nộp.`
  public var words: Bilingual {
    let figure = Words.text("register.figure.\(figure.rawValue)")
    let missing = missing.map { Words.text("register.field.\($0.rawValue)") }
    // How far a figure that is counted partly goes differs by what is missing.
    let key =
      switch (self.figure, level) {
      case (.onTime, .partly): self.missing.contains(.finished) ? "onTimeByHandOver" : "onTimeCounted"
      case (.overdue, .partly): "overdueByHandOver"
      case (.supplements, .partly): "supplementsNow"
      case (.sameDay, .partly): "sameDayByHandOver"
      case (_, .whole): "whole"
      case (_, .partly), (_, .none): "none"
      }
    return Words.text(
      "register.support.\(key)",
      ["figure": figure.vi, "missing": missing.map(\.vi).joined(separator: ", ")]
    ).english(
      of: Words.text(
        "register.support.\(key)", ["figure": figure.en, "missing": missing.map(\.en).joined(separator: ", ")]))
  }
}

extension Bilingual {
  fileprivate func english(of other: Bilingual) -> Bilingual { Bilingual(vi, other.en) }
}
