/// What it still takes to reach a target by its day, as a person plans it: «197 in 210 of those to come must be online».
public enum TargetOutlook: Hashable, Sendable {
  /// Nothing has been counted yet: neither reached nor missed.
  case noData
  /// Reached even if none of those still to come succeeds.
  case secured(coming: Int)
  /// So many of those still to come must succeed. 1…coming.
  case needs(Int, coming: Int)
  /// Out of reach even if all of those to come succeed; `best` is what the period can end with.
  case unreachable(best: Share, coming: Int)
  /// More will come, but nobody can say how many: no working day has passed yet.
  case noPace(reached: Bool)
  /// Nothing more is to come: the period is over.
  case ended(reached: Bool)

  /// - Parameters:
  ///   - share: what has been counted so far.
  ///   - percent: at least so much is wanted, 0…100.
  ///   - coming: how many more are expected to be counted, 0 or more; nil where that isn't known.
  public init(_ share: Share, atLeast percent: Int, coming: Int?) {
    guard share.denominator > 0 else {
      self = .noData
      return
    }
    guard let coming else {
      self = .noPace(reached: share.numerator * 100 >= percent * share.denominator)
      return
    }
    let whole = share.denominator + max(0, coming)
    // In whole numbers and rounded up: 89.96% is not 90%.
    let needed = (percent * whole + 99) / 100 - share.numerator
    if coming <= 0 {
      self = .ended(reached: needed <= 0)
    } else if needed <= 0 {
      self = .secured(coming: coming)
    } else if needed <= coming {
      self = .needs(needed, coming: coming)
    } else {
      self = .unreachable(best: Share(share.numerator + coming, of: whole), coming: coming)
    }
  }

  /// How many more are to come at the pace so far: as many on each working day left as on each that has passed.
  /// - Parameters: working days with data so far (today among them), and those left after today.
  /// - Returns: rounded to the nearest whole, one at least while days are left; nil where nothing has passed yet.
  public static func coming(counted: Int, inDays passed: Int, daysLeft left: Int) -> Int? {
    guard left > 0 else { return 0 }
    guard passed > 0, counted > 0 else { return nil }
    return max(1, (counted * left + passed / 2) / passed)
  }
}
