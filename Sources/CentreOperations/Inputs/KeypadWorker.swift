import CentreStore
import DeviceIO
import OneStop
import ServiceLifecycle

/// Carries out what an officer presses on a keypad: the same commands as on the screen, by the officer who is signed in at
/// that counter, from the keypad as terminal.
public struct KeypadWorker: ServiceLifecycle.Service {
  let input: InputDevice
  let profile: KeypadProfile
  let counter: Counter.ID

  public func run() async throws {
    let (codes, tokens) =
      profile.link == .keyboard ? (try profile.codes(), [:]) : ([:], try profile.tokens())
    let start = ContinuousClock.now
    await input.run(profile.link, profile.serial) { handle in
      var decoder = KeypadDecoder()
      try await handle.words(codes: codes, tokens: tokens) { key in
        guard let key else { return decoder.forget() }
        input.count()
        guard let wish = decoder.feed(key, at: ContinuousClock.now - start) else { return }
        if await !act(wish), profile.lamp != nil { await blink(handle) }
      }
    }
  }

  /// Two short flashes.
  private func blink(_ handle: InputHandle) async {
    for on in [true, false, true, false] {
      handle.lamp(on)
      try? await Task.sleep(for: .milliseconds(120))
    }
  }

  /// False when it was refused.
  func act(_ wish: KeypadWish) async -> Bool {
    let desk = input.desk
    guard let command = command(wish) else { return refuse(Words.text("notice.unclear")) }
    if desk.isClosedForClock { return refuse(Words.text("notice.notRecorded")) }
    let (counter, terminal, ratings) = (counter, input.id, desk.ratings)
    do {
      try await desk.perform { ledger, state in
        guard let officer = state.hall.desk(counter).officer else { throw NobodySignedIn() }
        let role = state.officers[officer]?.role ?? .officer
        try CommandDesk.run(
          command, by: Actor(officer.rawValue, role, terminal: terminal), &ledger, &state, ratings)
      }
      desk.notices.clear(counter)
      return true
    } catch let rejection as QueueRejection {
      return refuse(rejection.words)
    } catch is NobodySignedIn {
      return refuse(Words.text("notice.nobody"))
    } catch {
      input.log.error("keypad command not recorded", metadata: ["device": "\(input.id)", "error": "\(error)"])
      return refuse(Words.text("notice.notRecorded"))
    }
  }

  private struct NobodySignedIn: Error {}

  private func refuse(_ words: Bilingual) -> Bool {
    let desk = input.desk
    desk.notices.put(counter, .refused, words, at: desk.clock.now)
    desk.bell.ring()
    return false
  }

  private func command(_ wish: KeypadWish) -> QueueCommand? {
    switch wish {
    case .callNext: .callNext(counter)
    case .recall: .recall(counter)
    case .start: .start(counter)
    case .finish: .finish(counter)
    case .noShow: .noShow(counter)
    case .hold: .hold(counter)
    case .undo: .undo(counter)
    case .transfer(let target): .transfer(counter, to: Destination(counter: Counter.ID(target)))
    case .unclear: nil
    }
  }
}
