import DeviceIO
import OneStop
import ServiceLifecycle

/// Takes the presses of a box of buttons as ratings of the step finished last at its counter.
///
/// Nothing is logged, counted or shown of a press: a level beside a time would name the visit.
public struct RatingBoxWorker: ServiceLifecycle.Service {
  let input: InputDevice
  let profile: RatingBoxProfile
  let counter: Counter.ID

  /// A child that hammers on the buttons rates nothing: each press must come so long after the one before.
  public static let interval = Duration.seconds(1)

  public func run() async throws {
    let (codes, tokens) =
      profile.link == .keyboard ? (try profile.codes(), [:]) : ([:], try profile.tokens())
    await input.run(profile.link, profile.serial) { handle in
      var pace = PressPace()
      let start = ContinuousClock.now
      try await handle.words(codes: codes, tokens: tokens) { level in
        guard let level, pace.allows(at: ContinuousClock.now - start) else { return }
        await rate(level)
      }
    }
  }

  func rate(_ level: Int) async {
    let desk = input.desk
    guard !desk.isClosedForClock, let rating = try? Rating(press: level, of: profile.scale) else { return }
    let (counter, ratings) = (counter, desk.ratings)
    let actor = Actor("citizen", .rating, terminal: input.id)
    do {
      try await desk.perform { ledger, state in
        guard let step = state.hall.lastFinished(at: counter) else { throw QueueRejection.notRatable }
        try ratings.seal(rating, step: step, in: &ledger, &state.hall, by: actor)
      }
      desk.bell.ring()
    } catch is QueueRejection {
      // Outside the asking window, or rated already: not a rating.
    } catch {
      input.log.error("rating not recorded", metadata: ["device": "\(input.id)", "error": "\(error)"])
    }
  }
}

/// Refuses presses that follow one another too fast; refused ones count too. Pure: the caller brings the time.
struct PressPace {
  private var last: Duration?

  mutating func allows(at time: Duration) -> Bool {
    defer { last = time }
    return last.map { time - $0 >= RatingBoxWorker.interval } ?? true
  }
}
