import OneStop

extension RegisterSupport {
  /// `Tỷ lệ trực tuyến: không tính được – thiếu cột hình thức nộp.`
  public var words: Bilingual {
    let figure = Words.text("register.figure.\(figure.rawValue)")
    let missing = missing.map { Words.text("register.field.\($0.rawValue)") }
    // How far a figure that is counted partly goes differs by what is missing.
    let key =
      switch (self.figure, level) {
      case (.onTime, .partly) where blank != nil: "onTimeBlank"
      case (_, .partly) where blank != nil: "blank"
      case (.onTime, .partly): self.missing.contains(.finished) ? "onTimeByHandOver" : "onTimeCounted"
      case (.overdue, .partly): "overdueByHandOver"
      case (.supplements, .partly): "supplementsNow"
      case (.sameDay, .partly): "sameDayByHandOver"
      case (_, .whole): "whole"
      case (_, .partly), (_, .none): "none"
      }
    return Words.text(
      "register.support.\(key)",
      ["figure": figure.vi, "missing": missing.map(\.vi).joined(separator: ", "), "n": "\(blank ?? 0)"]
    ).english(
      of: Words.text(
        "register.support.\(key)",
        ["figure": figure.en, "missing": missing.map(\.en).joined(separator: ", "), "n": "\(blank ?? 0)"]))
  }
}

extension Bilingual {
  fileprivate func english(of other: Bilingual) -> Bilingual { Bilingual(vi, other.en) }
}

extension RegisterChange.Value {
  public var words: Bilingual {
    switch self {
    case .text(let text): Bilingual(text, text)
    case .day(let day): Bilingual(day.onPaper, day.onPaper)
    case .moment(let day, let time): Bilingual("\(day.onPaper) \(time)", "\(day.onPaper) \(time)")
    case .state(let state): Words.text("register.state.\(state.rawValue)")
    case .channel(let channel): Words.text("register.channel.\(channel.rawValue)")
    case .flag(let yes): Words.text(yes ? "register.yes" : "register.no")
    }
  }
}

extension RegisterField {
  public var words: Bilingual { Words.text("register.field.\(rawValue)") }
}
