import OneStop
import Testing

@Suite("how far a target is")
struct TargetOutlookTests {
  @Test(
    "what is still needed, in whole numbers",
    arguments: [
      // The sentence of the page: 197 of the next 210 must come online.
      (Share(1_783, of: 1_990), 90, 210, TargetOutlook.needs(197, coming: 210)),
      (Share(90, of: 100), 90, 10, .needs(9, coming: 10)),
      (Share(100, of: 100), 90, 10, .secured(coming: 10)),
      (Share(99, of: 100), 90, 10, .secured(coming: 10)),
      (Share(98, of: 100), 90, 10, .needs(1, coming: 10)),
      (Share(0, of: 100), 90, 10, .unreachable(best: Share(10, of: 110), coming: 10)),
      (Share(89, of: 100), 90, 10, .needs(10, coming: 10)),
      (Share(88, of: 100), 90, 10, .unreachable(best: Share(98, of: 110), coming: 10)),
      // A single late dossier and 100% is gone; without one all that come must be in time.
      (Share(99, of: 100), 100, 1_000, .unreachable(best: Share(1_099, of: 1_100), coming: 1_000)),
      (Share(100, of: 100), 100, 50, .needs(50, coming: 50)),
      // Nothing yet is neither 0% nor 100%.
      (Share(0, of: 0), 90, 100, .noData), (Share(0, of: 0), 90, 0, .noData),
      // 89.96% is not 90%.
      (Share(8_996, of: 10_000), 90, 0, .ended(reached: false)),
      (Share(9_000, of: 10_000), 90, 0, .ended(reached: true)),
    ])
  func outlook(share: Share, percent: Int, coming: Int, expected: TargetOutlook) {
    #expect(TargetOutlook(share, atLeast: percent, coming: coming) == expected)
  }

  @Test("without a day behind it there is no forecast")
  func noPace() {
    #expect(TargetOutlook(Share(95, of: 100), atLeast: 90, coming: nil) == .noPace(reached: true))
    #expect(TargetOutlook(Share(85, of: 100), atLeast: 90, coming: nil) == .noPace(reached: false))
    #expect(TargetOutlook(Share(0, of: 0), atLeast: 90, coming: nil) == .noData)
  }

  @Test(
    "as many come on each day left as on each that has passed",
    arguments: [
      (1_990, 230, 24, 208), (100, 10, 5, 50), (1, 100, 1, 1), (7, 2, 1, 4), (100, 10, 0, 0), (0, 0, 0, 0),
    ] as [(Int, Int, Int, Int?)] + [(100, 0, 5, nil), (0, 10, 5, nil)])
  func pace(counted: Int, passed: Int, left: Int, expected: Int?) {
    #expect(TargetOutlook.coming(counted: counted, inDays: passed, daysLeft: left) == expected)
  }

  @Test("what must succeed is enough, and one less is not")
  func exact() {
    var chance = Chance(seed: 7)
    for _ in 0..<5_000 {
      let whole = chance.whole(1...500)
      let share = Share(chance.whole(0...whole), of: whole)
      let (percent, coming) = (chance.whole(1...100), chance.whole(1...300))
      func reached(_ more: Int) -> Bool { (share.numerator + more) * 100 >= percent * (whole + coming) }
      switch TargetOutlook(share, atLeast: percent, coming: coming) {
      case .secured: #expect(reached(0))
      case .needs(let need, _): #expect(reached(need) && !reached(need - 1) && need <= coming)
      case .unreachable(let best, _): #expect(!reached(coming) && best.numerator == share.numerator + coming)
      case .noData, .noPace, .ended: Issue.record("not with data and days left")
      }
    }
  }
}
