import OneStop
import Testing

@Suite("how long a citizen will wait")
struct WaitEstimateTests {
  @Test("nobody can say while no open counter takes the service")
  func closed() throws {
    var stage = Stage()
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == nil)
    try stage.open(3)
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == nil)
    try stage.open(1)
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 0)
    try stage.run(.pause(1, reason: "x"))
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == nil)
  }

  @Test("more ahead wait longer, more counters shorter, a citizen at the counter counts with the rest of the time")
  func work() throws {
    var stage = Stage()
    try stage.open(1)
    try stage.issue("aaa")
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 3 * 360)
    try stage.run(.callNext(1))
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 3 * 360)
    stage.pass(120)
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 2 * 360 + 240)
    stage.pass(1000)
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 2 * 360 + 120, "long cases get longer")
    let alone = stage.hall.estimate(for: "a", at: stage.now).seconds!
    try stage.open(2)
    let two = stage.hall.estimate(for: "a", at: stage.now).seconds!
    #expect(two < alone && two > 0)
  }

  @Test("the place of who waits: own class, the other class, the counter's own line")
  func places() throws {
    var stage = Stage { $0.rules.priorityInRow = 2 }
    try stage.open(1)
    try stage.issue("aaAAA")
    func ahead(_ number: String) -> Int? { stage.hall.estimate(for: stage.visit(number).id, at: stage.now)?.ahead }
    #expect(ahead("A003") == 0)
    #expect(ahead("A004") == 1)
    #expect(ahead("A005") == 3, "after two in a row one ordinary is let through")
    #expect(ahead("A001") == 3)
    #expect(ahead("A002") == 4)
    try stage.run(.callNext(1))
    #expect(ahead("A003") == nil, "doesn't wait any more")
  }

  @Test("work of another line counts where the same counter takes it sooner, not where later")
  func otherLines() throws {
    var stage = Stage()
    try stage.open(2)
    try stage.issue("aa")
    #expect(stage.hall.estimate(for: "b", at: stage.now).seconds == 2 * 360)
    try stage.issue("bbb")
    #expect(stage.hall.estimate(for: "a", at: stage.now).seconds == 2 * 360)
  }

  @Test("lunch is waited through")
  func lunch() throws {
    var stage = Stage(at: "11:20")
    try stage.open(1)
    try stage.issue("aa")
    // 2 × 6 minutes from 11:20 end at 11:32, two minutes into a break of two hours.
    let seconds = try #require(stage.hall.estimate(for: "a", at: stage.now).seconds)
    #expect(seconds == 720 + 7200)
  }

  @Test("the day's own pace replaces the usual minutes")
  func pace() throws {
    var stage = Stage()
    try stage.open(1)
    for _ in 1...40 {
      try stage.issue("a")
      try stage.run(.callNext(1))
      stage.pass(60)
      try stage.run(.finish(1))
    }
    let mean = try #require(stage.hall.pace["a"]?.seconds)
    #expect((60...62).contains(mean))
    try stage.issue("a")
    #expect((60...62).contains(stage.hall.estimate(for: "a", at: stage.now).seconds!))
  }

  @Test("never negative, and no farther than all the work, whatever happens")
  func sane() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var day = RandomDay(seed: seed)
      for _ in 0..<150 {
        day.step()
        let hall = day.stage.hall
        for service in hall.settings.services {
          let estimate = hall.estimate(for: service.id, at: day.stage.now)
          #expect(estimate.ahead >= 0 && estimate.ahead <= hall.waitingCount)
          if let seconds = estimate.seconds { #expect((0...86_400).contains(seconds)) }
          #expect((estimate.seconds == nil) == hall.openCounters(for: service.id).isEmpty)
        }
      }
    }
  }
}
