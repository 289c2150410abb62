import OneStop

extension Report.Section {
  /// What the law says of its figures, and how sure that is.
  public var law: Bilingual? {
    ["tt01", "qd766", "ratings", "casework"].contains(key) ? Words.text("report.law.\(key)") : nil
  }
}

extension Report.Line {
  /// The line's name: `Số đã cấp`.
  public var name: Bilingual { Words.text("report.line.\(key)") }
  /// Formula, source, what is left out and why.
  public var how: Bilingual { Words.text("report.line.\(key).how") }

  /// As a person reads it; what is cut off is never rounded up: 89,96% stays below 90%.
  public var written: String {
    var parts: [String] = []
    if let number { parts.append(grouped(number)) }
    if let share, share.denominator > 0 {
      let (part, whole) = (share.numerator, share.denominator)
      let hundredths = part * 10_000 / whole
      let percent =
        hundredths % 100 == 0 ? "\(hundredths / 100)%" : "\(hundredths / 100),\(padded(hundredths % 100, 2))%"
      parts.append("\(percent) (\(grouped(part))/\(grouped(whole)))")
    }
    if let seconds {
      let places = ["m": grouped(seconds / 60), "s": "\(seconds % 60)"]
      parts.append(Words.text("report.time", places).vi)
    }
    if let tenths {
      let most = mostTenths.map { "/\($0 / 10)" } ?? ""
      parts.append("\(tenths / 10),\(tenths % 10)\(most) \(Words.text("report.points").vi)")
    }
    return parts.isEmpty ? Words.text("report.noData").vi : parts.joined(separator: "; ")
  }

  /// Whether the demanded share is reached; nil without data or demand.
  public var isMet: Bool? {
    guard let target, let share, share.denominator > 0 else { return nil }
    return share.numerator * 100 >= target * share.denominator
  }
}

/// 1.234.567, as Vietnamese writes it.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (i, digit) in digits.enumerated() {
    if i > 0, (digits.count - i) % 3 == 0 { text.append(".") }
    text.append(digit)
  }
  return text
}

extension ReportPeriod {
  /// `tháng 11 năm 2026`.
  public var words: Bilingual {
    let (year, month, _) = first.civil
    var places = ["day": first.onPaper, "from": first.onPaper, "to": last.onPaper, "m": "\(month)", "y": "\(year)"]
    switch kind {
    case .day, .month, .year: break
    case .week:
      let id = id
      places["n"] = String(Int(id.suffix(2)) ?? 0)
      places["y"] = String(id.prefix(4))
    case .quarter: places["n"] = ["I", "II", "III", "IV"][(month - 1) / 3]
    case .halfYear: places["n"] = month <= 6 ? "đầu" : "cuối"
    }
    var words = Words.text("report.period.\(kind.rawValue)", places)
    if kind == .halfYear {
      words.en = words.en.replacingOccurrences(of: "đầu", with: "first").replacingOccurrences(
        of: "cuối", with: "second")
    }
    return words
  }
}
